"""Where in a chapter each passage is written, and when it is heard: what follows a voice over a page."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from pipeline.events import Audio, PassageCut
from pipeline.narration.binding.package import TAIL
from pipeline.narration.recital import Book, Spoken

_MARKS = frozenset("emphasis strikethrough headings lists quotes links images tables escapes rules".split())
"""What is left unsaid because it is no text, but says how the text looks."""
_SHORTEST = 0.02
"""Seconds for which something is lit at least."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A passage; its place in the chapter's text, and in the chapter's sound in seconds."""

    start: int
    end: int
    begins: float
    words: tuple[tuple[int, float], ...]
    """Where each word is, and when it begins."""

    def begins_at(self, place: int) -> float | None:
        """When the first word from that place on is heard; None when there is none."""
        at = bisect_left(self.words, (place, 0.0))
        return self.words[at][1] if at < len(self.words) else None

    def lit(self, place: int, before: float | None, end: float) -> float | None:
        """When what of it begins at that place is lit; None where that would be for no time of its own. `before`: when
        what is before it was, in the same sound. `end`: of that."""
        begun = before is not None and before >= self.begins
        begins = self.begins_at(place) if begun and place > self.start else self.begins
        soon = begins is not None and before is not None and begins < before + _SHORTEST
        return None if soon or begins is None or begins > end - _SHORTEST else begins


@dataclass(frozen=True, slots=True)
class Spots:
    passages: tuple[Spot, ...]
    marks: tuple[tuple[int, int], ...]
    """Stretches of the text that are written for its looks alone."""
    seconds: float
    """Of the chapter's sound, in a file."""


def chapters(book: Book) -> Iterator[tuple[int, list[Spoken]]]:
    """The number of each, and its portions."""
    for number, portions in groupby(book.spoken(), key=lambda spoken: spoken.portion.chapter):
        yield number, [*portions]


def spots(portions: Iterable[Spoken], sample_rate: int) -> Spots:
    """Of one chapter, from all of its portions."""
    passages: list[Spot] = []
    marks: list[tuple[int, int]] = []
    heard = 0.0
    for spoken in portions:
        written = spoken.portion.start
        for event in spoken.finished.events():
            if isinstance(event, Audio):
                passages.append(_spot(event, written, heard))
            elif isinstance(event, PassageCut):
                marks += [(gap.start + written, gap.end + written) for gap in event.omitted if gap.reason in _MARKS]
        heard += spoken.finished.samples / sample_rate
    seconds = heard - TAIL / sample_rate
    return Spots(tuple(sorted(passages, key=lambda spot: spot.start)), tuple(sorted(marks)), seconds)


def _spot(event: Audio, written: int, heard: float) -> Spot:
    words = tuple((word.start + written, round(heard + event.begins + word.at, 4)) for word in event.words)
    return Spot(event.start + written, event.end + written, heard + event.begins, words)
