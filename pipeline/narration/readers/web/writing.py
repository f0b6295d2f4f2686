"""A page's words as they are put together again: the gaps between blocks, where ids stand, and what is in which
language."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.narration.document import Stretch


@dataclass(frozen=True, slots=True)
class Origin:
    """A stretch of the text, and which of the page's pieces of text it was, from 1."""

    source: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where the writing stands, and what is due there."""

    pieces: int
    gap: int
    begin: str
    spaced: bool


class Writing:
    def __init__(self) -> None:
        self.anchors: dict[str, int] = {}
        """Where each id stands."""
        self.begin = ""
        """What the next line begins with."""
        self.spaced = False
        """White space is due before the next word."""
        self._out: list[str] = []
        self._size = 0
        self._gap = 0
        """Newlines that are due before the next word."""
        self._waiting: list[str] = []
        """Ids whose place is the next word."""
        self._stretches: list[tuple[int, int, str]] = []
        self._origins: list[tuple[int, int, int]] = []

    def text(self) -> str:
        self._place_anchors()
        return "".join(self._out) + ("\n\n" if self._out else "")

    def languages(self) -> tuple[Stretch, ...]:
        return tuple(Stretch(*stretch) for stretch in self._stretches)

    def origins(self) -> tuple[Origin, ...]:
        return tuple(Origin(*origin) for origin in self._origins)

    def anchor(self, name: str) -> None:
        self._waiting.append(name)

    def ends(self) -> set[str]:
        """Ids behind all that was written."""
        return {name for name, at in self.anchors.items() if at == self._size}

    def gap(self, newlines: int) -> None:
        self._gap = max(self._gap, newlines)
        self.spaced = False

    def write(self, text: str, language: str = "", *, space: bool = False, source: int = 0) -> None:
        """Behind whatever is due. `space`: apart from what stands before it on the line. `source`: which of the page's
        pieces of text it was, from 1."""
        if self._out and self._gap:
            self.put("\n" * self._gap)
        elif self._out and space:
            self.put(" ")
        self._gap = 0
        self._place_anchors()
        start = self._size
        if self.begin:
            self.put(self.begin)
            self.begin = ""
        if source:
            self._origins.append((source, self._size, self._size + len(text)))
        self.put(text)
        self.spaced = False
        self._tell(start, language)

    def put(self, text: str) -> None:
        self._out.append(text)
        self._size += len(text)

    # ---- taking back

    def drop(self, place: Place, piece: str) -> None:
        """A piece that was written since, as if it had not been; what came behind it stays."""
        at, less = self._out.index(piece, place.pieces), len(piece)
        behind = self._size - sum(map(len, self._out[at + 1 :]))
        self._out[at] = ""
        self._size -= less
        at = len(self._stretches)
        while at and self._stretches[at - 1][1] >= behind:
            at -= 1
            start, end, name = self._stretches[at]
            self._stretches[at] = start - less * (start >= behind), end - less, name
        for name, offset in reversed(self.anchors.items()):
            if offset < behind:
                break
            self.anchors[name] = offset - less
        at = len(self._origins)
        while at and self._origins[at - 1][1] >= behind:
            at -= 1
            source, start, end = self._origins[at]
            self._origins[at] = source, start - less, end - less

    def place(self) -> Place:
        """For `since`, `tail` and `take_back`."""
        return Place(len(self._out), self._gap, self.begin, self.spaced)

    def since(self, place: Place, most: float = math.inf) -> str:
        """What was written since; "" when that is more than so many pieces and what stands between them."""
        return "".join(self._out[place.pieces :]) if len(self._out) - place.pieces <= 2 * most else ""

    def tail(self, place: Place | None = None) -> str:
        """The last characters, or the last before a place, of what was written in one piece; "" at a block's begin."""
        pieces, gap = (place.pieces, place.gap) if place else (len(self._out), self._gap)
        return self._out[pieces - 1][-8:] if pieces and not gap else ""

    def untouched(self, place: Place) -> bool:
        """Nothing was written since."""
        return len(self._out) == place.pieces

    def last(self) -> str:
        """What was written last, in one piece."""
        return self._out[-1] if self._out else ""

    def take_back(self, place: Place) -> None:
        """As if nothing had been written since."""
        self._size -= sum(map(len, self._out[place.pieces :]))
        del self._out[place.pieces :]
        self._gap, self.begin, self.spaced = place.gap, place.begin, place.spaced
        kept = [(start, min(end, self._size), name) for start, end, name in self._stretches if start < self._size]
        self._stretches = kept
        for name, at in reversed(self.anchors.items()):
            if at <= self._size:
                break
            self.anchors[name] = self._size
        while self._origins and self._origins[-1][1] >= self._size:
            self._origins.pop()

    def _tell(self, start: int, language: str) -> None:
        if not language:
            return
        if self._stretches and self._stretches[-1][2] == language and self._stretches[-1][1] >= start - 2:
            start = self._stretches.pop()[0]
        self._stretches.append((start, self._size, language))

    def _place_anchors(self) -> None:
        for name in self._waiting:
            self.anchors.setdefault(name, self._size)
        self._waiting.clear()
