"""What a person is told beside the answer, on stderr.

Law: every message passes here. What was typed or read may stand in it: escape sequences are shown
instead of obeyed, and a word that no one would read to its end is cut.
"""

import re
import sys

LONGEST_WORD = 400  # characters; numbers of 300 digits are still whole

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_LONG = re.compile(rf"(\S{{100}})\S{{{LONGEST_WORD - 199},}}(\S{{100}})")


def tell(message: str) -> None:
    """Write a message to stderr."""
    print(readable(message), file=sys.stderr)


def readable(message: str) -> str:
    r"""The message as it can be shown.

    >>> readable("no such command: \x1b[31mout")
    'no such command: \\x1b[31mout'
    >>> len(readable("9" * 5000))
    203
    """
    return _CONTROLS.sub(lambda found: repr(found[0])[1:-1], _LONG.sub(r"\1...\2", message))
