"""The rows of a sweep as lines of text: CSV, JSON lines, bare outputs.

Law: a line is put together from texts that are made once for each value, never row by row: all
rows of a piece become one array of fixed-width fields, and the zero bytes that fill a field up are
taken out at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import IO, Any, NamedTuple, TypeAlias

import numpy as np

from convcalc.grid.points import PARAMETERS, WHY, Array, Piece, Sweep, Told, Values
from convcalc.layers.axis import write_one

Texts: TypeAlias = Array  # fixed-width bytes, filled up with zero bytes

_DIGITS = 10_000  # a field of four digits is one 32-bit word, looked up at once
_FULL = np.array([f"{number:04}".encode() for number in range(_DIGITS)]).view(np.uint32)
_BARE = np.array([str(number or "").encode() for number in range(_DIGITS)], "S4").view(np.uint32)


class Form(NamedTuple):
    """How a line is written: what stands before each value, and what ends it for each reason.

    Where nothing comes out, no output is written: the ending says what stands there instead.
    """

    header: str
    before: Mapping[str, str]
    output: str
    endings: tuple[str, ...]
    quoted: bool = False


def csv(names: Sequence[str]) -> Form:
    """A line of headings, then one for each row; an empty output where there is none.

    >>> csv(("n", "k")).header.strip()
    'n,k,out,why'
    """
    header = ",".join([*names, "out", "why"]) + "\n"
    before = {name: "," if place else "" for place, name in enumerate(names)}
    return Form(header, before, ",", tuple(f",{reason}\n" for reason in WHY))


def json_lines(names: Sequence[str]) -> Form:
    """A JSON object on each line; ``out`` is null where nothing comes out."""
    before = {
        name: f"{', ' if place else '{'}{json.dumps(name)}: " for place, name in enumerate(names)
    }
    endings = (f'{"null" if reason else ""}, "why": {json.dumps(reason)}}}\n' for reason in WHY)
    return Form("", before, ', "out": ', tuple(endings), quoted=True)


def bare(_: Sequence[str] = ()) -> Form:
    """The output alone, ``-`` where there is none."""
    return Form("", {}, "", tuple("-\n" if reason else "\n" for reason in WHY))


# By name: the form with the parameters of these names.
FORMS: Mapping[str, Callable[[Sequence[str]], Form]] = {
    "csv": csv,
    "jsonl": json_lines,
    "bare": bare,
}


class Lines(NamedTuple):
    """The text of some lines: how many rows they are, and of how many that were worked out."""

    text: bytes
    kept: int
    rows: int


def lines(sweep: Sweep, form: Form) -> Iterator[Lines]:
    """The lines of every piece, after a line of headings where the form has one.

    >>> from convcalc.grid.given import sweep
    >>> for some in lines(sweep(size=[2, 5], kernel=[1, 3]), csv(("n", "k"))):
    ...     print(some.text.decode(), end="")
    n,k,out,why
    2,1,2,
    2,3,,kernel larger than the padded input
    5,1,5,
    5,3,3,
    """
    if form.header:
        yield Lines(form.header.encode(), 0, 0)
    after: Texts | None = None
    for piece in sweep.pieces():
        if after is None:  # the same for every piece
            after = _texts(_combined(sweep, form, PARAMETERS[piece.along + 1 :]))
        fields = [
            *_before(sweep, form, piece),
            after[None, :],
            *_result(sweep, form, piece, len(after)),
        ]
        rows = np.empty(
            (piece.shape[piece.along], len(after)),
            [(f"f{place}", field.dtype) for place, field in enumerate(fields)],
        )
        for place, field in enumerate(fields):
            rows[f"f{place}"] = field
        taken = rows if piece.kept is None else rows[piece.kept.reshape(rows.shape)]
        yield Lines(taken.tobytes().translate(None, b"\0"), taken.size, rows.size)


def write(sweep: Sweep, form: Form, file: IO[bytes], told: Told) -> int:
    """Write all lines; how many rows they are."""
    kept = 0
    for some in lines(sweep, form):
        file.write(some.text)
        told(some.rows)
        kept += some.kept
    return kept


def longest(sweep: Sweep, form: Form) -> int:
    """No line is longer than so many bytes.

    >>> from convcalc.grid.given import sweep
    >>> longest(sweep(size=range(1, 101), kernel=1), csv(("n", "k")))  # such as 100,1,100 and a why
    51
    """
    values = {name: given or sweep.values["k"] for name, given in sweep.values.items()}
    texts = sum(
        len(before) + _widest(values[name], form.quoted) for name, before in form.before.items()
    )
    plain, *reasons = map(len, form.endings)
    output = len(str(sweep.intervals["out"].high)) + plain
    return texts + len(form.output) + max(output, *reasons)


def _widest(values: Values, quoted: bool) -> int:
    """The length of the longest of the texts of some values; of a range it is at an end."""
    ends = (values[0], values[-1]) if isinstance(values, range) else values
    return max(len(value_text(value, quoted=quoted)) for value in ends)


def value_text(value: object, *, quoted: bool = False) -> str:
    """A value as it is typed; as JSON where ``quoted``.

    >>> value_text((1, 2)), value_text((1, 2), quoted=True), value_text("same")
    ('1:2', '"1:2"', 'same')
    """
    text = value if isinstance(value, str) else write_one(value)  # type: ignore[arg-type]
    return json.dumps(text) if quoted and not isinstance(value, int) else text


def _cells(sweep: Sweep, form: Form, name: str, place: slice) -> list[str]:
    """The texts of one parameter; a pool's stride that is its kernel stands with the kernel."""
    if name not in form.before:
        return [""] * (place.stop - place.start)
    if not sweep.values[name]:
        return [""]
    before = form.before[name]
    texts = [value_text(value, quoted=form.quoted) for value in sweep.values[name][place]]
    if name == "k" and not sweep.values["s"]:
        return [f"{before}{text}{form.before['s']}{text}" for text in texts]
    return [before + text for text in texts]


def _combined(sweep: Sweep, form: Form, names: Sequence[str]) -> list[str]:
    """The texts of every combination of all values of some parameters."""
    cells = [
        _cells(sweep, form, name, slice(0, sweep.lengths[PARAMETERS.index(name)])) for name in names
    ]
    return ["".join(texts) for texts in product(*cells)]


def _before(sweep: Sweep, form: Form, piece: Piece) -> Iterator[Texts]:
    """The parameters up to the one that the piece goes along."""
    fixed = "".join(
        _cells(sweep, form, name, place)[0]
        for name, place in zip(PARAMETERS[: piece.along], piece.places, strict=False)
    )
    name, place = PARAMETERS[piece.along], piece.places[piece.along]
    plain = name in "nksd" and not (name == "k" and not sweep.values["s"])  # none of them is 0
    if plain and name in form.before and isinstance(sweep.values[name], range) and not sweep.exact:
        yield _texts([fixed + form.before[name]])[:, None]
        yield _numbers(piece.columns[name].reshape(-1, 1))
    else:
        yield _texts([fixed + text for text in _cells(sweep, form, name, place)])[:, None]


def _result(sweep: Sweep, form: Form, piece: Piece, width: int) -> Iterator[Texts]:
    """The output and the ending."""
    shape = (piece.shape[piece.along], width)
    out, why = (
        np.broadcast_to(piece.columns[name], piece.shape).reshape(shape) for name in ("out", "why")
    )
    if form.output:
        yield _texts([form.output])
    if sweep.exact:
        yield _texts([str(value or "") for value in out.ravel().tolist()]).reshape(shape)
    else:
        yield _numbers(out)
    yield _texts(form.endings)[why] if why.any() else _texts(form.endings[:1])


def _texts(texts: Sequence[str]) -> Texts:
    return np.array([text.encode() for text in texts], np.bytes_)


def _numbers(values: Array) -> Texts:
    """Numbers of at least 0 in decimal digits; nothing for 0."""
    fields = -(-len(str(int(values.max()))) // 4)
    words = np.empty((*values.shape, fields), np.uint32)
    rest: Any = values
    for place in reversed(range(1, fields)):
        higher = rest // _DIGITS
        digits = rest - higher * _DIGITS
        words[..., place] = np.where(higher > 0, _FULL[digits], _BARE[digits])
        rest = higher
    words[..., 0] = _BARE[rest]
    return words.view(f"S{4 * fields}")[..., 0]
