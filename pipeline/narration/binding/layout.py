"""Where in an EPUB's own pages each passage of its voice stands, and what the finished book will hold."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.errors import UnreadableDocument
from pipeline.narration.binding.spots import Spot, chapters, spots
from pipeline.narration.readers.archive import Archive
from pipeline.narration.readers.ebook.contents import Entry, contents
from pipeline.narration.readers.ebook.epub import Sheet, opened
from pipeline.narration.readers.ebook.package import Package
from pipeline.narration.recital import SOUND, Book

OWN, VOICE = "book", "voice"
"""Folders of what the book had, and of what it gets."""


@dataclass(frozen=True, slots=True)
class Said:
    """A passage of a page, as it was read."""

    chapter: int
    spot: Spot
    begins: int
    """Where its chapter begins in the text of the book."""
    origins: tuple[tuple[int, int, int, int, int], ...]
    """Source, its stretch in the text of the book, and what of that is the passage's."""


@dataclass(frozen=True, slots=True)
class Lit:
    page: int
    id: str
    chapter: int
    begins: float
    """Seconds, in the sound of the chapter."""


@dataclass(slots=True)
class Layout:
    """The finished book's parts, as they are found."""

    package: Package
    sheets: list[Sheet]
    text: str
    entries: list[Entry]
    ids: dict[str, str] = field(default_factory=dict)
    """Of each page's whole, by its name."""
    pages: dict[str, set[str]] = field(default_factory=dict)
    """Ids of each page, by its name."""
    files: dict[str, str] = field(default_factory=dict)
    """Media types of pictures, fonts and styles, by their names."""
    held: dict[str, set[str]] = field(default_factory=dict)
    """Kinds of what is no HTML in each page, by its name."""
    led_to: set[str] = field(default_factory=set)
    """Pages that others lead to."""
    said: list[list[Said]] = field(default_factory=list)
    """Of each page."""
    seconds: dict[int, float] = field(default_factory=dict)
    """Of each chapter's sound."""
    lit: list[Lit] = field(default_factory=list)


def laid_out(book: Book) -> Layout | None:
    """None for a document that has no pages of its own, or whose file is another by now."""
    origin = book.document.origin
    if origin is None:
        return None
    try:
        with Archive(origin) as archive:
            package, text = opened(archive)
            layout = Layout(package, text.sheets, text.text(), contents(archive, package.toc))
    except (OSError, UnreadableDocument):
        return None
    if layout.text != "".join(chapter.text for chapter in book.document.chapters):
        return None
    _find_said(book, layout)
    return layout


def _find_said(book: Book, layout: Layout) -> None:
    """Which passages are on which page."""
    starts, at = [], 0
    for chapter in book.document.chapters:
        starts.append(at)
        at += len(chapter.text)
    begins = [sheet.start for sheet in layout.sheets]
    layout.said = [[] for _ in layout.sheets]
    for number, portions in chapters(book):
        found = spots(portions, book.sample_rate)
        layout.seconds[number] = found.seconds
        for spot in found.passages:
            start, end = starts[number] + spot.start, starts[number] + spot.end
            for place in range(bisect_right(begins, start) - 1, bisect_right(begins, end - 1)):
                if origins := tuple(_within(layout.sheets[place], start, end)):
                    layout.said[place].append(Said(number, spot, starts[number], origins))


def _within(sheet: Sheet, start: int, end: int) -> Iterator[tuple[int, int, int, int, int]]:
    first = max(0, bisect_right(sheet.origins, start, key=lambda origin: origin.start) - 1)
    for origin in sheet.origins[first:]:
        if origin.start >= end:
            return
        if origin.end > start:
            yield origin.source, origin.start, origin.end, max(start, origin.start), min(end, origin.end)


def sound_of(chapter: int) -> str:
    return f"{VOICE}/c{chapter + 1:04}.{SOUND}"


def overlay_of(page: int) -> str:
    return f"{VOICE}/p{page + 1:04}.smil"
