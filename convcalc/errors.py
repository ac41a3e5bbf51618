"""Everything that convcalc refuses, it refuses with one of these.

Law: a message says what is wrong, where, with which numbers, and what would be valid.
Nothing here prints or exits; the command line turns an error into a message and status 2.
"""


class ConvcalcError(ValueError):
    """Base of every error that convcalc raises on purpose.

    >>> issubclass(ParameterError, ConvcalcError) and issubclass(ConvcalcError, ValueError)
    True
    """


class ParameterError(ConvcalcError):
    """A parameter of a layer is outside what its operation allows.

    >>> import convcalc
    >>> convcalc.TransposedConv(3, stride=2, output_padding=2)
    Traceback (most recent call last):
      ...
    convcalc.errors.ParameterError: output_padding must be smaller than stride or dilation: got 2 \
with stride 2 and dilation 1, allowed 0..1
    """


class SizeError(ConvcalcError):
    """The parameters are fine, but this input size does not fit them.

    >>> import convcalc
    >>> convcalc.output_shape(convcalc.Conv((3, 5)), (8, 8, 8))
    Traceback (most recent call last):
      ...
    convcalc.errors.SizeError: the layer has 2 axes, the input size 8x8x8 has 3: give one size \
for every axis, or 2, without batch and channels
    """


class PortError(ConvcalcError):
    """The layer is fine, but it is not one layer elsewhere; says what to port instead.

    >>> import convcalc
    >>> convcalc.port("nn.LPPool2d(2, 3)", "keras")
    Traceback (most recent call last):
      ...
    convcalc.errors.PortError: LPPool2d takes p-norms of windows, which most frameworks lack: port \
the average pool of the p-th powers instead, times k, and take the p-th root
    """


class ParseError(ConvcalcError):
    """Pasted or typed text that cannot be read; shows the text with a caret under the fault.

    ``text`` is the whole text, ``start`` and ``end`` the half-open span of the fault in it.

    >>> print(ParseError("not a whole number", text="3x?", start=2, end=3))
    not a whole number
        3x?
          ^
    """

    def __init__(self, message: str, *, text: str, start: int = 0, end: int | None = None) -> None:
        self.message = message
        self.text = text
        self.start = start
        self.end = len(text) if end is None else end
        super().__init__(f"{message}{self._excerpt()}")

    def _excerpt(self) -> str:
        """The line that holds the fault, at most some 70 characters of it, with a caret below."""
        if not self.text.strip():
            return ""
        line_start = self.text.rfind("\n", 0, self.start) + 1
        line_end = self.text.find("\n", self.start)
        line = self.text[line_start : line_end if line_end >= 0 else len(self.text)]
        column = self.start - line_start
        first = max(0, column - 40)
        shown = line[first : first + 70].replace("\t", " ")
        width = max(1, min(self.end - self.start, len(shown) - (column - first)))
        lead = "..." if first else ""
        pad = " " * (4 + len(lead) + column - first)
        return f"\n    {lead}{shown}\n{pad}{'^' * width}"
