"""EPUB 2 and 3: the spine gives the text, the table of contents gives the chapters."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import HostileDocument, UnreadableDocument
from pipeline.narration.document import UNREADABLE, Chapter, Document, LeftOut, Stretch, as_cover, as_text
from pipeline.narration.readers.archive import Archive
from pipeline.narration.readers.ebook.contents import Entry, contents, landmarks
from pipeline.narration.readers.ebook.package import Item, Package, inside
from pipeline.narration.readers.text.headings import announces, as_one
from pipeline.narration.readers.text.letters import MARKUP, decoded
from pipeline.narration.readers.text.markdown import body, by_headings, cut, told
from pipeline.narration.readers.unsaid import BESIDE, CONTENTS, NOTE, is_an_index, tells_of_rights
from pipeline.narration.readers.web.elements import Page
from pipeline.narration.readers.web.markup import Markup
from pipeline.narration.readers.web.writing import Origin

_UNREAD = {
    "toc": CONTENTS,
    "copyright-page": "front matter",
    "colophon": "front matter",
    "imprint": "front matter",
    "index": "index",
    "notes": NOTE,
    "footnotes": NOTE,
    "endnotes": NOTE,
    "rearnotes": NOTE,
}
"""Kinds of whole pages, in EPUB 2's guide and EPUB 3's landmarks, that are not read aloud."""
_TITLES = ("cover", "title-page", "titlepage", "halftitlepage")
"""Kinds that bear the book's name; in its table of contents they are called after what they are."""


def read(path: Path) -> Document:
    with Archive(path) as archive:
        package, book = opened(archive)
        entries = contents(archive, package.toc)
        title = package.fact("title") or as_text(path.stem)
        return Document(
            title,
            book.chapters(entries, title),
            author=", ".join(package.facts.get("creator", ())[:5]),
            language=package.fact("language"),
            cover=_cover(archive, package, book.left_out),
            left_out=tuple(_named(gap, entries) for gap in book.left_out),
            origin=path.absolute(),
        )


def opened(archive: Archive) -> tuple[Package, Text]:
    """What the book says of itself, and all that it says. Raises UnreadableDocument."""
    package = Package.of(archive)
    book = Text(package.guide | landmarks(archive, package.toc))
    lacking = list[LeftOut]()
    for item in package.spine:
        try:
            book.add(archive, item)
        except HostileDocument:
            raise
        except UnreadableDocument as error:
            why = error.message if item.name in error.message else f"{item.name}: {error.message}"
            lacking.append(LeftOut(UNREADABLE, item.name, why.rstrip(".")))
    book.left_out += [*lacking, *package.others]
    unread = [gap for gap in book.left_out if gap.reason == UNREADABLE]
    if unread and not book.text().strip():
        others = f" {len(unread) - 1:,} more of its pages cannot be read either." if len(unread) > 1 else ""
        raise UnreadableDocument(f"nothing of it can be read: {unread[0].where}.{others}")
    return package, book


def _named(gap: LeftOut, entries: list[Entry]) -> LeftOut:
    """With the title that the table of contents has for a page that cannot be read."""
    title = next((entry.title for entry in entries if entry.name == gap.text), "")
    return replace(gap, where=f'"{title}": {gap.where}') if title and gap.reason == UNREADABLE else gap


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page in the spine."""

    item: Item
    start: int
    """Of its text, in that of the book."""
    origins: tuple[Origin, ...] = ()
    """Of what is read aloud of it, placed in the text of the book."""


class Text:
    """All of the book's text, in the order of its pages, and where each place of it is."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        """`kinds`: what whole pages are, by their names."""
        self.left_out: list[LeftOut] = []
        self._kinds = kinds
        self._parts: list[str] = []
        self._size = 0
        self._listing: set[str] = set()
        """Pages in which a table of contents was left out."""
        self._languages: list[Stretch] = []
        self._notes: dict[str, set[str]] = {}
        """Ids to which marks of notes lead, by the names of their pages."""
        self._places: dict[tuple[str, str], int] = {}
        self._nameless: set[str | tuple[str, str]] = set()
        """Pages, or places in them, that no chapter is called after: nothing is read there, or the book's title."""
        self.sheets: list[Sheet] = []

    def add(self, archive: Archive, item: Item) -> None:
        if (item.name, "") in self._places:
            return  # a page that is named twice is read once
        notes = self._notes.get(item.name, set())
        page = Markup(decoded(archive.read(item.name), MARKUP), notes).page()
        for address in page.marked:
            name, fragment = inside(posixpath.dirname(item.name), address)
            self._notes.setdefault(name, set()).add(fragment)
        listing = any(gap.reason == CONTENTS for gap in page.left_out)
        if listing:
            self._listing.add(item.name)
        reason = self._reason(item, page.text, CONTENTS if listing else NOTE if notes else "")
        if reason and page.text.strip():
            self.left_out.append(LeftOut(reason, page.text.strip(), item.name))
        self.left_out += [LeftOut(gap.reason, gap.text, f"{item.name}, {gap.where}") for gap in page.left_out]
        if reason or not page.text or self._kinds.get(item.name) in _TITLES and not body(page.text):
            self._nameless.add(item.name)
        self._nameless.update((item.name, name) for name in page.unsaid)
        self._places[item.name, ""] = self._size
        if reason:
            self.sheets.append(Sheet(item, self._size))
        else:
            self._append(item, page)

    def _reason(self, item: Item, text: str, lost: str) -> str:
        """Why nothing of a page is read; "" where it is. `lost`: what was left out of it, leaving its heading, say."""
        if "nav" in item.properties:
            return CONTENTS
        if reason := _UNREAD.get(self._kinds.get(item.name, "")):
            return reason
        if not item.linear:
            return BESIDE
        if tells_of_rights(text):
            return "front matter"
        if is_an_index(text):
            return "index"
        return lost if lost and not body(text) else ""

    def _append(self, item: Item, page: Page) -> None:
        """What is read of a page, and where all of it is in the text of the book."""
        at = self._size
        origins = (Origin(one.source, one.start + at, one.end + at) for one in page.origins)
        self.sheets.append(Sheet(item, at, tuple(origins)))
        self._places |= {(item.name, name): at + place for name, place in page.anchors.items()}
        self._languages += [Stretch(part.start + at, part.end + at, part.language) for part in page.languages]
        self._parts.append(page.text)
        self._size += len(page.text)

    def text(self) -> str:
        return "".join(self._parts)

    def chapters(self, entries: list[Entry], title: str) -> tuple[Chapter, ...]:
        text = self.text()
        places: dict[int, list[str]] = {}
        for entry in entries:
            at = self._places.get((entry.name, entry.fragment), self._places.get((entry.name, "")))
            left_out = entry.name in self._listing and announces("contents", entry.title)
            nameless = not self._nameless.isdisjoint((entry.name, (entry.name, entry.fragment)))
            if at is not None and not nameless and not left_out:
                places.setdefault(_line_start(text, at), []).append(entry.title)
        named = [(at, as_one(dict.fromkeys(names))) for at, names in sorted(places.items())]
        chapters = cut(text, named, title) if named else ()
        if len(chapters) < 2:  # "Start reading" is no chapter where headings are
            headed = by_headings(text, title)[0]
            chapters = headed if len(headed) > 1 or not named else chapters
        return told(chapters, tuple(self._languages))


def _line_start(text: str, at: int) -> int:
    """Where the paragraph or heading of a place begins."""
    return text.rfind("\n\n", 0, at) + 2 if "\n\n" in text[max(0, at - 300) : at] else 0 if at < 300 else at


def _cover(archive: Archive, package: Package, left_out: list[LeftOut]) -> bytes:
    if not package.cover:
        return b""
    try:
        image = archive.read(package.cover)
    except UnreadableDocument as error:
        left_out.append(LeftOut("cover", package.cover, error.message.rstrip(".")))
        return b""
    return as_cover(image, package.cover, left_out)
