"""A traced network as SVG: a bar for each layer, as long as its sizes, and its receptive field.

Law: as the other pictures, self-contained: no script, no remote font, no link; light and dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from math import log2

from convcalc.graph.operations import Windowed
from convcalc.graph.trace import Row, Run
from convcalc.graph.words import cells, headline
from convcalc.pictures.palette import INK, PAPER

FONT = "ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace"
STEP, BAR, TOP = 22, 14, 76
NAMES, SIZES, FIELDS = 190, 300, 240  # the widths of the columns
_STYLE = (
    "text{{font:12px {font};fill:{ink};stroke:{paper};stroke-width:5px;paint-order:stroke}}"
    ".head{{font-weight:bold}}.end{{text-anchor:end}}"
    ".paper{{fill:{paper}}}.size{{fill:#8fdcc8;stroke:#1f7a66}}.window{{fill:#8fc1f0;stroke:#2b5f93}}"
    ".field{{fill:#f39a2d;stroke:#9b5706}}.edge{{stroke:#9b5706;stroke-dasharray:3 2}}"
    ".skip{{fill:none;stroke:#6c63a6;stroke-width:1.5}}"
    "@media(prefers-color-scheme:dark){{text{{fill:{dark_ink};stroke:{dark_paper}}}.paper{{fill:{dark_paper}}}"
    ".size{{fill:#1f7463;stroke:#92e0cd}}.window{{fill:#2f6ea8;stroke:#9ccbf5}}"
    ".skip{{stroke:#b3acdf}}}}"
)


def paint(run: Run) -> str:
    """The network as SVG text: sizes and receptive fields on logarithmic scales, skips as arcs.

    >>> from convcalc.readers.networks import network
    >>> paint(network("nn.Conv2d(3, 8, 3)", (3, 9, 9)))[:4]
    '<svg'
    """
    return "\n".join(_document(run)) + "\n"


def _document(run: Run) -> Iterator[str]:
    skips = list(_skips(run))
    lanes = _lanes(skips)
    left = 24 + 14 * (max(lanes, default=-1) + 1)
    width = left + NAMES + SIZES + FIELDS + 150
    height = TOP + STEP * len(run.rows) + 20
    title = escape(headline(run).replace("->", "\u2192"))
    words = f"{title}. A bar for each layer: its size, and its receptive field."
    style = _STYLE.format(
        font=FONT, ink=INK["light"], paper=PAPER["light"], dark_ink=INK["dark"],
        dark_paper=PAPER["dark"],
    )  # fmt: skip
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="title description">'
    )
    yield f'<title id="title">{title}</title>'
    yield f'<desc id="description">{words}</desc>'
    yield f"<style>{style}</style>"
    yield f'<rect class="paper" width="{width}" height="{height}"/>'
    yield f'<text class="head" x="16" y="24">{title}</text>'
    for x, word in (
        (left, "layer"),
        (left + NAMES, "size, log scale; blue: a window slides"),
        (left + NAMES + SIZES + 80, "receptive field; dashed: the input"),
    ):
        yield f'<text class="head" x="{x}" y="{TOP - 14}">{word}</text>'
    largest = max([*run.input[1:], *(max(row.output[1:], default=1) for row in run.rows), 2])
    widest = max([*run.input[1:], *(_most(row) for row in run.rows), 2])
    windowed = {node.name for node in run.graph.nodes if isinstance(node.operation, Windowed)}
    if run.input[1:]:  # under the words
        x = left + NAMES + SIZES + 80 + _length(max(run.input[1:]), widest, FIELDS - 60)
        yield f'<line class="edge" x1="{x}" y1="{TOP - 8}" x2="{x}" y2="{height - 12}"/>'
    for place, row in enumerate(run.rows):
        kind = "window" if row.name in windowed else "size"
        yield from _bars(row, kind, place, left, largest, widest)
    for (start, end), lane in zip(skips, lanes, strict=True):
        x, top, bottom = left - 8, TOP + STEP * start + 7, TOP + STEP * end + 7
        far = x - 14 * (lane + 1)
        yield (
            f'<path class="skip" d="M{x} {top}H{far + 5}Q{far} {top} {far} {top + 5}V{bottom - 5}'
            f'Q{far} {bottom} {far + 5} {bottom}H{x}"/>'
        )
    yield "</svg>"


def _bars(row: Row, kind: str, place: int, left: int, largest: int, widest: int) -> Iterator[str]:
    """One layer: its name, a bar for its size, and one for its field."""
    y = TOP + STEP * place
    written = cells(row)
    name = row.name if len(row.name) <= 16 else "..." + row.name[-13:]
    x = left + NAMES
    length = _length(max(row.output[1:], default=1), largest, SIZES - 130)
    yield f'<text x="{left}" y="{y + 11}">{escape(name)} {escape(row.op)}</text>'
    yield f'<rect class="{kind}" x="{x}" y="{y}" width="{length}" height="{BAR}"/>'
    yield f'<text x="{x + length + 6}" y="{y + 11}">{escape(written.output)}</text>'
    x += SIZES + 80
    length = _length(_most(row), widest, FIELDS - 60)
    yield f'<rect class="field" x="{x}" y="{y}" width="{length}" height="{BAR}"/>'
    yield f'<text x="{x + length + 6}" y="{y + 11}">{escape(written.field)}</text>'


def _length(value: int, largest: int, room: int) -> int:
    """A logarithmic length of at least 2."""
    return max(2, round(room * log2(max(value, 1)) / log2(largest)))


def _most(row: Row) -> int:
    sizes = [size[1] if isinstance(size, tuple) else size or 0 for size in row.receptive_field]
    return max(sizes, default=1)


def _skips(run: Run) -> Iterator[tuple[int, int]]:
    """Rows that are read by one that does not follow them: (from, to) by row."""
    rows: dict[int, int] = {}
    for place, node in enumerate(run.graph.nodes[: len(run.tensors)]):
        if node.listed and run.moves[place] != ():
            rows[place] = len(rows)
    for place, number in rows.items():
        for source in run.graph.nodes[place].inputs:
            if source in rows and rows[source] < number - 1:
                yield rows[source], number


def _lanes(skips: list[tuple[int, int]]) -> list[int]:
    """A lane for each skip, so that no two in one lane overlap."""
    taken: list[list[tuple[int, int]]] = []
    found = []
    for start, end in skips:
        free = (
            lane
            for lane, others in enumerate(taken)
            if all(end < first or last < start for first, last in others)
        )
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((start, end))
        found.append(lane)
    return found
