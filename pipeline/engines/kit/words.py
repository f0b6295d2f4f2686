"""From what an engine reports of its progress to the times of the words in its text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator

from pipeline.types import WordTime

_RUN = re.compile(r"[^\s\u2012-\u2015]+")
_SPOKEN_MARKS = frozenset("%&@#*/\\")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff]")
"""Scripts written without spaces: there a character, with what is attached to it, stands for a word."""


def words(text: str) -> list[tuple[int, int]]:
    """Spans of the words: what stands between spaces and dashes, without the punctuation round it."""
    spans: list[tuple[int, int]] = []
    for run in _RUN.finditer(text):
        start, end = run.span()
        while start < end and not _sounds(text[start]):
            start += 1
        while start < end and not _sounds(text[end - 1]):
            end -= 1
        if start < end and _UNSPACED.search(text, start, end):
            spans += _characters(text, start, end)
        elif start < end:
            spans.append((start, end))
    return spans


class Timeline:
    """Words begin where the engine says so. Those that it passes over share the time of the one before.

    An engine may report a word several times ("3.50" is three, five, zero): only the first report counts."""

    def __init__(self, text: str) -> None:
        self._spans = words(text)
        self._starts = [start for start, _ in self._spans]
        self._next = 0
        """The first word whose time has not been given out; it has begun at `_since`, if `_begun`."""
        self._begun = False
        self._since = 0.0

    def reach(self, position: int, at: float) -> Iterator[WordTime]:
        """The engine begins with the word at `position`: those before it have their times now."""
        index = bisect_right(self._starts, position) - 1
        if index > self._next:
            yield from self._share(index, at)
        if index == self._next and not self._begun:
            self._begun, self._since = True, at

    def pause(self, position: int, at: float) -> Iterator[WordTime]:
        """The engine has said everything up to `position`."""
        yield from self._share(bisect_right(self._starts, position), at)

    def _share(self, until: int, at: float) -> Iterator[WordTime]:
        spans = self._spans[self._next : until]
        each = (at - self._since) / max(1, sum(end - start for start, end in spans))
        for start, end in spans:
            yield WordTime(start, end, self._since, each * (end - start))
            self._since += each * (end - start)
        self._next, self._begun, self._since = max(until, self._next), False, at


def _characters(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    cuts = [i for i in range(start, end) if i == start or not unicodedata.category(text[i]).startswith("M")]
    return zip(cuts, [*cuts[1:], end], strict=True)


def _sounds(character: str) -> bool:
    return character in _SPOKEN_MARKS or unicodedata.category(character)[0] not in "PZC"
