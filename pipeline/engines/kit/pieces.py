"""A text as an engine can take it: without what none can say, in pieces that are not too long."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BREAKS = (re.compile(r"[.!?…。！？]['\"”’)]*\s"), re.compile(r"[,;:，；：]\s"), re.compile(r"\s"))
"""Where to cut, best first: after a sentence, after a clause, between words."""
_UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
"""What some engines stumble over."""


def plain(text: str) -> str:
    """Control characters and half characters become spaces, one for one: positions stay true."""
    return _UNSPEAKABLE.sub(" ", text)


def pieces(text: str, size: int) -> Iterator[tuple[int, str]]:
    """(offset, piece): pieces of at most `size` bytes of UTF-8 that join to the whole text."""
    start = 0
    while start < len(text):
        end = _fits(text, start, size)
        if end < len(text):
            end = _cut(text, start, end)
        yield start, text[start:end]
        start = end


def _fits(text: str, start: int, size: int) -> int:
    """The furthest end with which a piece from `start` is small enough; at least one character."""
    room = text[start : start + size].encode("utf-8", "replace")[:size]
    return start + max(1, len(room.decode("utf-8", "ignore")))


def _cut(text: str, start: int, end: int) -> int:
    for mark in _BREAKS:
        last = max((found.end() for found in mark.finditer(text, start + (end - start) // 4, end)), default=0)
        if last:
            return last
    return end
