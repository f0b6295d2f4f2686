"""Numbers that are set high: powers, which are said, and no marks of notes."""

from __future__ import annotations

import re

_RAISED = str.maketrans("0123456789+-", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b")
_POWER = re.compile(r"[-+]?\d{1,4}")
_RAISES = re.compile(r"(?:\d|(?:^|[\W\d_])[^\W\d_]{1,2}|\))$")
"""What may have an exponent: a number, a letter, a unit. Behind a word, a number that is set high leads to a note."""


def power(text: str, before: str) -> str:
    """As it is written behind what stands `before` it; "" for what is none."""
    return text.translate(_RAISED) if _POWER.fullmatch(text) and _RAISES.search(before) else ""
