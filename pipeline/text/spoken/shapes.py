"""Letters and digits drawn in other shapes: small above and below the line, bold, in circles. Voices spell them by
their numbers, or leave them out."""

from __future__ import annotations

import re
from unicodedata import normalize

RAISED = "\u00b9\u00b2\u00b3\u2070\u2074-\u2079\u207a\u207b\u207f"
SHAPED = (
    "\u2080-\u208b"  # below the line
    "\u2102\u2103\u2109-\u2113\u2115\u2119-\u211d\u2124\u2128\u212c-\u2131\u2133-\u2138"  # of double lines
    "\U0001d400-\U0001d7ff"  # in other type
    "\u2460-\u2487"  # in circles and brackets
    "\u2160-\u217f\uff05\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"  # Roman numerals, and as wide as a Chinese character
)
"""As ranges: what is raised, and what else looks unlike the letters and digits that it stands for."""
_RAISED = re.compile(f"[{RAISED}]{{1,6}}(?![{RAISED}])(?<!\u207f)|\u207f(?![^\\W\\d_])")
_BASE = re.compile(rf"(?:\d+|[^\W\d_{RAISED}\u2080-\u208b]+|[)\u2080-\u2089])\Z")
_SHAPED = re.compile(f"[{SHAPED}]+")
_CHARGES = ("\u207a", "\u207b")
_UNITS = frozenset("m km cm mm dm nm \u00b5m \u03bcm s h ft yd mi in".split())
"""Of these any voice knows the squares."""
_NUMBER_LENGTH, _NAME_LENGTH = 3, 2
"""Characters of what is raised to a power; behind a year or a word stands a note."""


def power(text: str, at: int, limit: int) -> int:
    """Where an exponent or an ion's charge ends that is written in small characters, as in x\u00b2; -1 if there is none
    at `at`."""
    found = _RAISED.match(text, at, limit)
    if found is None or found[0] == "\u00b9":
        return -1
    base = _BASE.search(text[max(0, at - 8) : at])
    if base is None or base[0] in _UNITS:
        return -1
    if found[0].endswith(_CHARGES):
        return found.end() if not base[0].isdecimal() else -1
    longest = _NUMBER_LENGTH if base[0].isdecimal() else _NAME_LENGTH
    return found.end() if len(base[0]) <= longest and not "\u2080" <= base[0] <= "\u2089" else -1


def plain(text: str, at: int, limit: int) -> tuple[int, str] | None:
    """Where characters of other shapes end that begin at `at`, and what they stand for."""
    found = _SHAPED.match(text, at, limit)
    return (found.end(), normalize("NFKC", found[0])) if found else None
