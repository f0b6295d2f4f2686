"""Names and data made for machines, hashes, UUIDs, keys, encoded bytes: no ear follows them to their end."""

from __future__ import annotations

import re
from collections.abc import Iterator

_IDENTIFIER = re.compile(
    r"(?<![\w-])(?=(?:0x)?[\d-]*[a-f])(?=[a-f-]*\d)"
    r"(?:(?:0x)?[\da-f]{32,}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
_WORD = re.compile(r"(?<![\w+/-])[A-Za-z\d+/_-]{32,}={0,2}(?!\w)", re.ASCII)
"""What may be one of them, or bytes written in letters, as in Base64."""
_DIGIT_INSIDE = re.compile(r"[A-Za-z]\d+(?=[A-Za-z])")
_OFTEN = 3
"""Digits between letters, as few names have so many."""
_LETTERS = re.compile("[a-z]{4,}")
"""Of words, which names and paths are made of: Int32ToFloat64Conversion."""
_HINT = re.compile("[0-9][a-zA-Z]")
_LONG = re.compile(r"[\w+/-]{32}", re.ASCII)
HEARD = 6
"""Characters by which people tell one from another."""


def hinted(text: str) -> bool:
    """Whether there may be one, told cheaply."""
    return _HINT.search(text) is not None and _LONG.search(text) is not None


def identifiers(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where they stand in `text[start:end]`."""
    for found in _WORD.finditer(text, start, end):
        if known := [one.span() for one in _IDENTIFIER.finditer(text, *found.span())]:
            yield from known
        elif _is_encoded(found[0]):
            yield found.span()


def _is_encoded(word: str) -> bool:
    """Whether it has large and small letters, and digits among them, in no order, and is not made of words."""
    if word.islower() or word.isupper() or len(_DIGIT_INSIDE.findall(word)) < _OFTEN:
        return False
    return 3 * sum(map(len, _LETTERS.findall(word))) < len(word)
