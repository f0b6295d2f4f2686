"""Letters and digits drawn in other shapes: small above and below the line, bold, in circles. Voices spell them by
their numbers, or leave them out."""

from __future__ import annotations

import re
from unicodedata import normalize

RAISED_DIGITS = "\u00b9\u00b2\u00b3\u2070\u2074-\u2079"
RAISED = RAISED_DIGITS + "\u207a\u207b\u207f"
_SMALL = (
    "\u2080-\u208b\u2090-\u209c\u2c7c"  # below the line
    "\u02b3\u02e1\u02e2\u1d2c-\u1d6a\u2071"  # small letters above it, and below
)
_COUNTERS = "\u2460-\u2487"
"""In circles and brackets."""
_TYPES = (
    "\u2102\u2103\u2109-\u2113\u2115\u2119-\u211d\u2124\u2128\u212c-\u2131\u2133-\u2138"  # of double lines
    "\U0001d400-\U0001d7ff"  # in other type
    "\ufb00-\ufb06"  # two or three as one
    "\u2160-\u217f\uff05\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"  # Roman numerals, as wide as a Chinese character
)
SHAPED = _SMALL + _COUNTERS + _TYPES
"""As ranges: what is raised, and what else looks unlike the letters and digits that it stands for."""
_RAISED = re.compile(f"[{RAISED}]{{1,6}}(?![{RAISED}])(?<!\u207f)|\u207f(?![^\\W\\d_])")
_SHAPED = re.compile(
    f"(?P<small>[{_SMALL}\u207f][{_SMALL}\u207f\u02b0-\u02b8\u02e3]*)|(?P<counter>[{_COUNTERS}])|[{_TYPES}]+"
)
_ENDINGS = frozenset("e er re me mes lle lles".split())
"""Of French words: XX\u1d49, M\u1d50\u1d49."""
_CHARGES = ("\u207a", "\u207b")
_UNITS = frozenset("m km cm mm dm nm \u00b5m \u03bcm s h ft yd mi in".split())
"""Of these any voice knows the squares."""
_FAR, _NUMBER_LENGTH, _NAME_LENGTH = 8, 3, 2
"""Characters of what is raised to a power; behind a year or a word stands a note."""


def power(text: str, at: int, limit: int) -> int:
    """Where an exponent or an ion's charge ends that is written in small characters, as in x\u00b2; -1 if there is none
    at `at`."""
    found = _RAISED.match(text, at, limit)
    if found is None or found[0] == "\u00b9":
        return -1
    begin = at
    while begin > max(0, at - _FAR) and text[begin - 1].isalpha():
        begin -= 1
    if begin == at:
        while begin > max(0, at - _FAR) and text[begin - 1].isdecimal():
            begin -= 1
    base = text[begin:at]
    if found[0].endswith(_CHARGES):
        return found.end() if base.isalpha() or "\u2080" <= text[at - 1 : at] <= "\u2089" else -1
    if not base:
        return found.end() if text[at - 1 : at] == ")" else -1
    longest = _NUMBER_LENGTH if base.isdecimal() else _NAME_LENGTH
    return found.end() if len(base) <= longest and base not in _UNITS else -1


def plain(text: str, at: int, limit: int) -> tuple[int, str] | None:
    """Where characters of other shapes end that begin at `at`, and what they stand for, with a space where an index
    or a number in a circle would run into what is beside it."""
    found = _SHAPED.match(text, at, limit)
    if found is None:
        return None
    end, words = found.end(), normalize("NFKC", found[0])
    before, after = text[at - 1 : at], text[end : end + 1]
    if found["small"] and not (before.isalpha() and words in _ENDINGS):
        words = f"{' ' * _alike(before, words[0])}{words}{' ' * _alike(words[-1], after)}"
    elif found["counter"]:
        words = f"{' ' * before.isnumeric()}{words}{' ' * (after.isascii() and after.isalnum())}"
    return end, words


def _alike(left: str, right: str) -> bool:
    return (left.isalpha() and right.isalpha()) or (left.isdecimal() and right.isdecimal())
