"""Pages in every format: one file for each, with ``render(page, ascii_only=...)``.

Law: a renderer is a pure function of a ``Page``. It never computes, prints, or asks what the
terminal is; whoever prints says whether the output can show more than ASCII. A format is one file
here and one name in ``FORMATS``; every command has it then.
"""

FORMATS = {
    "table": "tables with boxes, coloured on a terminal",
    "text": "plain aligned text",
    "markdown": "Markdown with tables",
    "latex": "LaTeX to paste (needs amsmath)",
    "html": "HTML to paste, as notebooks show it",
    "json": "for machines",
    "csv": "for spreadsheets",
}
