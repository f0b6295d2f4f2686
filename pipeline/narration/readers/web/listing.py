"""A table of contents within a page, where only its heading says what it is: hardly anything is under it but links."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.narration.readers.text.headings import announces
from pipeline.narration.readers.web.elements import HEADINGS, Open
from pipeline.narration.readers.web.writing import Place, Writing

LISTS = frozenset("table ul ol dl div section blockquote body".split())
"""Blocks that it may be."""
_INSIDE = re.compile(r"[^:/?#]*#|[^:/?#][^:?#]*\.x?html?$")
"""Addresses within the book, or the page."""
_FEWEST, _MOSTLY = 3, 0.7
"""Links, and their part of what is in it."""
_LINED = frozenset("table ul ol dl".split())
_LINE = 80
"""Letters of one of its lines, of which perhaps the number of the page alone is a link."""


class Listing:
    def __init__(self, writing: Writing) -> None:
        self.count = (0, 0, 0)
        """Links within the book, and letters in them and in all but headings, so far."""
        self._writing = writing
        self._heading: tuple[Place, Place] | None = None
        """Where that of a table of contents began and ended."""

    def leads(self, address: str) -> str:
        """The address of a link that begins; "" for one that leads elsewhere."""
        links, linked, said = self.count
        inside = _INSIDE.match(address) is not None
        self.count = links + inside, linked, said
        return address if inside else ""

    def say(self, letters: int, around: Sequence[Open]) -> None:
        """`around`: the innermost elements."""
        if any(entry.tag in HEADINGS for entry in around):
            return
        links, linked, said = self.count
        self.count = links, linked + letters * any(entry.leads for entry in around), said + letters

    def end_heading(self, place: Place | None, *, said: int = 0) -> None:
        """`place`: where it began. `said`: letters of it that were counted, if it is but a paragraph."""
        if place and announces("contents", self._writing.since(place, 9).strip("# \n")):
            self._heading = place, self._writing.place()
            self.count = *self.count[:2], self.count[2] - said

    def found(self, entry: Open) -> Place | None:
        """Where it begins, its heading included, if the list that ends is one; the heading is above it, or in it."""
        links, linked, said = (now - then for now, then in zip(self.count, entry.before, strict=True))
        listed = linked >= _MOSTLY * said or entry.tag in _LINED and said <= _LINE * links
        if entry.place is None or self._heading is None or links < _FEWEST or not listed:
            return None
        if entry.place.pieces not in (self._heading[0].pieces, self._heading[1].pieces):
            return None
        begins, self._heading = self._heading[0], None
        return begins
