"""Reports as text: one file for each format, each with ``render(report, ...)``.

Law: a renderer is a pure function of a ``Report``. It never computes, prints, or asks what the
terminal is; whoever prints says whether the output can show more than ASCII.
"""

FORMATS = {
    "table": "tables with boxes, coloured on a terminal",
    "text": "plain aligned text",
    "markdown": "Markdown with tables",
    "latex": "an aligned derivation (needs amsmath)",
    "json": "for machines",
}
