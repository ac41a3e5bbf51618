"""A scene as one self-contained page: play, pause, step, and point at cells.

Law: the page holds data and switches classes; every size, number and sentence in it was made in
Python. No remote script, font or link.
"""

from __future__ import annotations

import json
from html import escape

from convcalc.layers.axis import counted
from convcalc.pictures.layout import Polygon, Projection, Text, arrange
from convcalc.pictures.palette import INK, PAPER
from convcalc.pictures.scene import Scene
from convcalc.pictures.svg import FONT, description, element, style


def page(scene: Scene, projection: Projection, *, seconds: float = 0.8) -> str:
    """The scene as HTML text. The scene must hold every frame."""
    layout = arrange(scene, projection)
    width, height = round(layout.width), round(layout.height)
    cells: list[str] = []
    number = 0
    count = scene.source.height * scene.source.width + scene.target.height * scene.target.width
    for shape in layout.still:
        drawn = element(shape)
        if isinstance(shape, Polygon) and number < count:
            # The cells come first, row by row, the source before the target.
            drawn = f'<g class="cell" data-cell="{number}">{drawn}</g>'
            number += 1
        elif isinstance(shape, Text) and shape.centred and cells[-1].endswith("</g>"):
            cells[-1] = cells[-1].removesuffix("</g>") + drawn + "</g>"
            continue
        cells.append(drawn)
    return _PAGE.format(
        title=escape(scene.title),
        description=escape(description(scene)),
        style=style(1, seconds) + _STYLE,
        width=width,
        height=height,
        cells="\n".join(cells),
        last=len(scene.frames) - 1,
        data=json.dumps(_data(scene, seconds), separators=(",", ":")).replace("</", "<\\/"),
    )


def _data(scene: Scene, seconds: float) -> dict[str, object]:
    """What the page needs: for each frame its lit cells and caption, for each cell its frames."""
    source_cells = scene.source.height * scene.source.width

    def source(cell: tuple[int, int]) -> int:
        return cell[0] * scene.source.width + cell[1]

    def target(cell: tuple[int, int]) -> int:
        return source_cells + cell[0] * scene.target.width + cell[1]

    gather = scene.view == "gather"
    many_plane, many_cell = (scene.source, source) if gather else (scene.target, target)
    reached: dict[int, list[int]] = {
        many_cell((row, column)): []
        for row in range(many_plane.height)
        for column in range(many_plane.width)
    }
    frame_of: dict[int, int] = {}
    frames = []
    for number, frame in enumerate(scene.frames):
        sources, targets = [source(c) for c in frame.source], [target(c) for c in frame.target]
        frames.append([sources, targets, frame.caption])
        # Pointing at the one cell of a frame shows the frame; at one of the many, what it touches.
        single, many = (targets, sources) if gather else (sources, targets)
        frame_of.update(dict.fromkeys(single, number))
        for cell in many:
            reached[cell] += single
    roles = [role for row in many_plane.roles for role in row]
    said = ("is read by", "output") if gather else ("receives", "stamp")
    classes = ["kernel", "current"] if gather else ["stamping", "kernel"]
    return {
        "frames": frames,
        "classes": classes,
        "frameOf": frame_of,
        "reached": reached,
        "reachedText": {
            cell: f"{role} {said[0]} {counted(len(cells), said[1])}"
            for role, (cell, cells) in zip(roles, reached.items(), strict=True)
        },
        "reachedClasses": classes if gather else classes[::-1],
        "milliseconds": round(seconds * 1000),
    }


_STYLE = (
    f"body{{margin:1.5rem auto;max-width:60rem;padding:0 1rem;font:15px {FONT};"
    f"color:{INK['light']};background:{PAPER['light']}}}"
    "svg{max-width:100%;height:auto}.cell{cursor:pointer}.on{pointer-events:none}.controls{display:flex;gap:.5rem;"
    "align-items:center;flex-wrap:wrap}input[type=range]{flex:1;min-width:10rem}"
    "button{font:inherit;padding:.2rem .8rem}#caption{min-height:3.2em}.frame{visibility:visible}"
    f"@media(prefers-color-scheme:dark){{body{{color:{INK['dark']};background:{PAPER['dark']}}}}}"
)

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"
 height="{height}" role="img" aria-labelledby="title description">
<title id="title">{title}</title>
<desc id="description">{description}</desc>
<rect class="paper" width="{width}" height="{height}"/>
{cells}
</svg>
<p id="caption" aria-live="polite"></p>
<div class="controls">
<button id="back" title="left arrow">back</button>
<button id="play" title="space">play</button>
<button id="step" title="right arrow">step</button>
<input id="frame" type="range" min="0" max="{last}" value="0" aria-label="frame">
<output id="number" for="frame"></output>
</div>
<p>Point at a cell to see what it reads or reaches. Space plays and pauses, the arrow keys step,
Home and End jump.</p>
<script type="application/json" id="data">{data}</script>
<script>
const data = JSON.parse(document.getElementById("data").textContent);
const cells = [...document.querySelectorAll(".cell")];
const get = id => document.getElementById(id);
let current = 0, timer = null, marks = [];
function light(pairs, caption) {{
  marks.forEach(mark => mark.remove());
  marks = [];
  for (const [list, name] of pairs) for (const cell of list) {{
    const mark = cells[cell].firstElementChild.cloneNode();
    mark.setAttribute("class", name + " on");
    cells[cell].insertBefore(mark, cells[cell].querySelector("text"));
    marks.push(mark);
  }}
  get("caption").textContent = caption;
}}
function show(number) {{
  current = Math.min(Math.max(number, 0), data.frames.length - 1);
  const [source, target, caption] = data.frames[current];
  light([[source, data.classes[0]], [target, data.classes[1]]], caption);
  get("frame").value = current;
  get("number").textContent = current + 1 + " / " + data.frames.length;
}}
function play(on) {{
  clearInterval(timer);
  const next = () => show((current + 1) % data.frames.length);
  timer = on ? setInterval(next, data.milliseconds) : null;
  get("play").textContent = on ? "pause" : "play";
}}
function point(cell) {{
  if (cell in data.frameOf) {{ play(false); show(data.frameOf[cell]); }}
  else if (cell in data.reached) {{
    play(false);
    light([[[cell], data.reachedClasses[0]], [data.reached[cell], data.reachedClasses[1]]],
      data.reachedText[cell]);
  }}
}}
cells.forEach(cell => cell.addEventListener("pointerover", () => point(cell.dataset.cell)));
get("frame").addEventListener("input", () => {{ play(false); show(Number(get("frame").value)); }});
get("play").addEventListener("click", () => play(timer === null));
get("back").addEventListener("click", () => {{ play(false); show(current - 1); }});
get("step").addEventListener("click", () => {{ play(false); show(current + 1); }});
document.addEventListener("keydown", event => {{
  const moves = {{ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0,
    End: data.frames.length - 1}};
  if (event.key === " ") {{ event.preventDefault(); play(timer === null); }}
  else if (event.key in moves) {{ event.preventDefault(); play(false); show(moves[event.key]); }}
}});
// A button that has the focus would take the space for itself.
document.addEventListener("keyup", event => {{ if (event.key === " ") event.preventDefault(); }});
show(0);
</script>
</body>
</html>
"""
