"""The language of ``--where``: which settings of a sweep are kept.

Law: a condition is parsed, never executed: comparisons (also chained), ``and or not``, ``+ - * //
%``, whole numbers, parentheses and the symbols of a sweep. It means what it means in Python, on
whole columns at once; where it divides by zero, that comparison is false.
"""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn, TypeAlias

import numpy as np
import numpy.typing as npt

from convcalc.errors import ParseError
from convcalc.grid.interval import Interval, as_interval
from convcalc.layers.axis import nearest

Mask: TypeAlias = npt.NDArray[np.bool_]

SYMBOLS = {
    "n": "input size",
    "k": "kernel size",
    "s": "stride",
    "p": "padding, where both sides are alike",
    "p_lo": "padding before",
    "p_hi": "padding after",
    "d": "dilation",
    "a": "output padding",
    "k_e": "effective kernel",
    "out": "output size, 0 where nothing comes out",
    "o": "the same",
}
LONGEST = 1000  # characters
DEEPEST = 200  # brackets within brackets

_ARITHMETIC = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARISONS = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_WORDS = "comparisons, and, or, not, + - * // %, whole numbers, parentheses"


class Condition(NamedTuple):
    """A condition that was read: its text, its tree, and the symbols that stand in it."""

    text: str
    tree: ast.expr
    symbols: frozenset[str]

    def holds(self, columns: Mapping[str, Any]) -> Mask:
        """Whether it holds: a truth, or an array of them, as the columns broadcast.

        >>> read_condition("1 < n // s <= 4 and not n % 2").holds({"n": 6, "s": 2})
        Traceback (most recent call last):
          ...
        convcalc.errors.ParseError: where: this must be a comparison, as n % 2 == 0
            1 < n // s <= 4 and not n % 2
                                    ^^^^^
        >>> bool(read_condition("1 < n // s <= 4 and not n % 2 == 1").holds({"n": 6, "s": 2}))
        True
        """
        return _truth(self.tree, columns)

    def greatest(self, intervals: Mapping[str, Interval]) -> int:
        """The largest magnitude that it can meet on columns within ``intervals``."""
        return max(
            as_interval(_number(operand, intervals)[0]).most
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Compare)
            for operand in (node.left, *node.comparators)
        )


def read_condition(text: str) -> Condition:
    """The condition that ``text`` says.

    Raises ParseError, with a caret under what is not of the language.

    >>> sorted(read_condition("out > 0 and n % s == 0").symbols)
    ['n', 'out', 's']
    """
    if len(text) > LONGEST:
        raise ParseError(
            f"where: {len(text)} characters are too many; valid: up to {LONGEST}", text=""
        )
    line = text.replace("\n", " ").strip()
    if not line:
        raise ParseError("where: a condition is missing; write one such as 'out > 0'", text=line)
    try:
        with warnings.catch_warnings(action="ignore"):  # "1or n" is said to be read otherwise soon
            tree = ast.parse(line, mode="eval").body
    except SyntaxError as error:
        ends = not error.offset or (error.lineno or 1) > 1  # it breaks off, so the end is marked
        start = len(line) if ends else min((error.offset or 1) - 1, len(line))
        assigned = re.search(r"(?<![<>=!])=(?!=)", line)
        why = "equality is written ==" if assigned else error.msg
        raise ParseError(
            f"where: not a condition ({why}); valid: {_WORDS}",
            text=line,
            start=start,
            end=start + 1,
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise ParseError("where: this cannot be read", text=line) from None
    symbols: set[str] = set()
    _check_truth(tree, line, symbols, 0)
    return Condition(line, tree, frozenset(symbols))


def _check_truth(node: ast.expr, line: str, symbols: set[str], depth: int) -> None:
    _check_depth(node, line, depth)
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                _check_truth(value, line, symbols, depth + 1)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _check_truth(operand, line, symbols, depth + 1)
        case ast.Compare(left=left, ops=comparisons, comparators=others):
            for comparison in comparisons:
                if type(comparison) not in _COMPARISONS:
                    _refuse("valid comparisons: < <= > >= == !=", node, line)
            for operand in (left, *others):
                _check_number(operand, line, symbols, depth + 1)
        case _:
            _check_number(node, line, symbols, depth + 1)  # what is no number is said first
            _refuse("this must be a comparison, as n % 2 == 0", node, line)


def _check_number(node: ast.expr, line: str, symbols: set[str], depth: int) -> None:
    _check_depth(node, line, depth)
    match node:
        case ast.BinOp(left=left, op=operation, right=right):
            if type(operation) not in _ARITHMETIC:
                hint = "whole numbers only: write // instead of /; " if "/" in line else ""
                _refuse(f"{hint}valid arithmetic: + - * // %", node, line)
            _check_number(left, line, symbols, depth + 1)
            _check_number(right, line, symbols, depth + 1)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check_number(operand, line, symbols, depth + 1)
        case ast.Name(id=name):
            if name not in SYMBOLS:
                _refuse(
                    f"unknown symbol {name!r}{nearest(name, SYMBOLS)}; valid: {', '.join(SYMBOLS)}",
                    node,
                    line,
                )
            symbols.add(name)
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            pass
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            _refuse("this must be a number, not a condition", node, line)
        case _:
            _refuse(f"this is not part of a condition; valid: {_WORDS}", node, line)


def _check_depth(node: ast.expr, line: str, depth: int) -> None:
    if depth > DEEPEST:
        _refuse(f"nested too deeply; valid: up to {DEEPEST} levels", node, line)


def _refuse(why: str, node: ast.expr, line: str) -> NoReturn:
    characters = line.encode()  # ast counts bytes
    start = len(characters[: node.col_offset].decode())
    end = len(characters[: node.end_col_offset].decode())
    raise ParseError(f"where: {why}", text=line, start=start, end=end)


def _truth(node: ast.expr, columns: Mapping[str, Any]) -> Mask:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return _all([_truth(value, columns) for value in values])
        case ast.BoolOp(values=values):
            found = [_truth(value, columns) for value in values]
            return ~(_all([~truth for truth in found]))
        case ast.UnaryOp(operand=operand):
            return ~_truth(operand, columns)
        case ast.Compare(left=left, ops=comparisons, comparators=others):
            numbers = [_number(operand, columns) for operand in (left, *others)]
            return _all(
                [
                    np.asarray(_COMPARISONS[type(comparison)](a, b), np.bool_)
                    & np.logical_not(lost_a | lost_b)
                    for comparison, (a, lost_a), (b, lost_b) in zip(
                        comparisons, numbers, numbers[1:], strict=False
                    )
                ]
            )
        case _:
            raise AssertionError(node)


def _all(truths: list[Mask]) -> Mask:
    found = truths[0]
    for truth in truths[1:]:
        found = found & truth
    return found


def _number(node: ast.expr, columns: Mapping[str, Any]) -> tuple[Any, Any]:
    """The value of arithmetic, and where it divides by zero (there the value means nothing)."""
    match node:
        case ast.Constant(value=value):
            return value, False
        case ast.Name(id=name):
            return columns["out" if name == "o" else name], False
        case ast.UnaryOp(op=sign, operand=operand):
            value, lost = _number(operand, columns)
            return (-value if isinstance(sign, ast.USub) else value), lost
        case ast.BinOp(left=left, op=operation, right=right):
            (a, lost_a), (b, lost_b) = _number(left, columns), _number(right, columns)
            lost = lost_a | lost_b
            if isinstance(operation, ast.FloorDiv | ast.Mod) and not isinstance(b, Interval):
                zero = b == 0
                lost, b = lost | zero, b + zero
            return _ARITHMETIC[type(operation)](a, b), lost
        case _:
            raise AssertionError(node)
