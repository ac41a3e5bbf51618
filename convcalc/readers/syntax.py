"""What is asked of syntax nodes: names, methods, what stands in a Sequential.

Law: nothing here knows a value; a node is looked at, never worked out.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence


def dotted(node: ast.expr) -> str | None:
    """``torch.nn.functional.relu``; None for anything but names joined by points."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else None


def last_name(node: ast.expr) -> str | None:
    """The last part of a dotted name, as in ``self.conv1``; None for anything else."""
    path = dotted(node)
    return None if path is None else path.rpartition(".")[2]


def entries(node: ast.Call) -> Sequence[ast.expr]:
    """What stands in a Sequential: its arguments, or those of a list or an OrderedDict in it."""
    if len(node.args) == 1:
        match node.args[0]:
            case ast.List(elts) | ast.Tuple(elts):
                return elts
            case ast.Call(args=[ast.List(elts)]) as inner if last_name(inner.func) == "OrderedDict":
                return elts
    return node.args


def method_of(definition: ast.ClassDef, names: Sequence[str]) -> ast.FunctionDef | None:
    """The method of a class with the first of these names; defined twice, the last is meant."""
    methods = {each.name: each for each in definition.body if isinstance(each, ast.FunctionDef)}
    return next((methods[name] for name in names if name in methods), None)


def calls(node: ast.expr, besides: Collection[str]) -> bool:
    """Whether an expression calls something that is not among ``besides``."""
    return any(
        isinstance(each, ast.Call) and last_name(each.func) not in besides
        for each in ast.walk(node)
    )


def names_something(node: ast.expr) -> bool:
    """Whether a name stands in an expression."""
    return any(isinstance(each, ast.Name | ast.Attribute) for each in ast.walk(node))


def may_be_tensor(node: ast.expr) -> bool:
    """Whether an argument has the looks of a tensor, or of a list of them."""
    if isinstance(node, ast.List | ast.Tuple):
        return bool(node.elts) and all(map(may_be_tensor, node.elts))
    return isinstance(node, ast.Name | ast.Call | ast.BinOp | ast.Subscript | ast.Attribute)
