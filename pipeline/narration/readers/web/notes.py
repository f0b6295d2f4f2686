"""A page's notes: known by the marks that lead to them, left out with these and with the heading over them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipeline.narration.readers.text.headings import announces
from pipeline.narration.readers.unsaid import NOTE, leads_to_a_note, offers_an_address
from pipeline.narration.readers.web.elements import HOLDERS, Open
from pipeline.narration.readers.web.writing import Place, Writing


class Notes:
    def __init__(self, writing: Writing, ids: Collection[str]) -> None:
        """`ids`: to which marks lead from elsewhere."""
        self.ids = set(ids)
        self.marked: list[str] = []
        """Where marks lead."""
        self._writing = writing
        self._heading: tuple[Place, Place] | None = None
        """Where one that announces notes began and ended."""
        self._noted = False
        """What came behind it first was a note."""

    def mark(self, link: Open, place: Place, *, heading: bool) -> tuple[str, str]:
        """Of a link that ends: what kind of mark it is, and what it said, which is taken back; "" where it is none.
        `heading`: it stands in one."""
        writing = self._writing
        text = writing.since(place, 4)
        if offers_an_address(sign := text.lstrip("\n").removeprefix(place.begin), heading=heading):
            writing.take_back(place)
            return "navigation", sign.replace("\\", "")
        if not leads_to_a_note(text, writing.tail(place), raised=link.raised):
            return "note mark", ""
        writing.take_back(place)
        writing.spaced = False  # what comes next brings its own
        if writing.tail(place):  # at the beginning of a block it is the note itself, and leads back
            self.marked.append(link.leads)
            if link.leads.startswith("#"):
                self.ids.add(link.leads[1:])
        return "note mark", text

    def silence(self, around: Sequence[Open]) -> None:
        """The block that has just begun is a note, with whatever began in it: unless there is something before that."""
        for at in reversed(range(len(around))):
            place = around[at].place if around[at].tag in HOLDERS else None
            if place is None:
                continue
            if self._writing.untouched(place):
                for inner in around[at:]:
                    inner.unsaid = inner.unsaid or NOTE
                self._writing.take_back(place)
            return

    # ---- their heading

    def end_heading(self, place: Place | None) -> None:
        """`place`: where it began."""
        named = place is not None and announces("notes", self._writing.since(place, 9).strip("# \n"))
        self._heading, self._noted = (place, self._writing.place()) if place and named else None, False

    def left_out(self) -> None:
        """A note was."""
        self._noted = self._noted or self._alone() is not None

    def take_heading(self) -> str:
        """What it said, taken back, where nothing but notes was under it; else ""."""
        place = self._alone() if self._noted else None
        if place is None:
            return ""
        text = self._writing.since(place, 9).strip("# \n")
        self._writing.take_back(place)
        self._heading = None
        return text

    def _alone(self) -> Place | None:
        """Where it began, with nothing behind it."""
        return self._heading[0] if self._heading and self._writing.untouched(self._heading[1]) else None
