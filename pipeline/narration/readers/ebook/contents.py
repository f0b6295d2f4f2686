"""A book's table of contents, of EPUB 3 (a page of links) or of EPUB 2 (an NCX)."""

from __future__ import annotations

import contextlib
import posixpath
from dataclasses import dataclass
from html.parser import HTMLParser

from pipeline.errors import HostileDocument, UnreadableDocument
from pipeline.narration.readers.archive import Archive
from pipeline.narration.readers.ebook.package import Item, inside
from pipeline.narration.readers.text.letters import MARKUP, decoded
from pipeline.narration.readers.web.budget import Budget
from pipeline.narration.readers.xml import bare, parsed


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table: where it leads to, within the book."""

    title: str
    name: str
    """"" for a line that leads nowhere: a heading above others."""
    fragment: str
    depth: int = 0
    """Of the lists that it stands in."""


_Line = tuple[str, str, int]
"""Title, address, depth."""
_DEEPEST = 20


def contents(archive: Archive, tables: list[Item]) -> list[Entry]:
    """All entries, however deep, in order; those of the first table that has any."""
    for table in tables:
        if table.name not in archive:
            continue
        try:
            found = _links(archive.read(table.name)) if "nav" in table.properties else _points(archive, table.name)
        except HostileDocument:
            raise
        except UnreadableDocument:
            continue  # a broken table is no table: the headings will do
        folder = posixpath.dirname(table.name)
        entries = [
            Entry(" ".join(title.split())[:200], *inside(folder, address), min(depth, _DEEPEST))
            for title, address, depth in found
        ]
        if any(entry.name and entry.title for entry in entries):
            return [entry for entry in entries if entry.title]
    return []


def landmarks(archive: Archive, tables: list[Item]) -> dict[str, str]:
    """What whole pages are, by their names, as EPUB 3's own list of that says."""
    found: dict[str, str] = {}
    for table in tables:
        if "nav" not in table.properties or table.name not in archive:
            continue
        with contextlib.suppress(UnreadableDocument):  # `contents` tells what is wrong with it
            for kind, address in _parsed(archive.read(table.name)).landmarks:
                name, fragment = inside(posixpath.dirname(table.name), address)
                if name and not fragment:
                    found[name] = kind
    return found


def _points(archive: Archive, name: str) -> list[_Line]:
    found: list[_Line] = []
    waiting = [(parsed(archive.read(name), name), -1)]
    while waiting:
        element, depth = waiting.pop()
        if bare(element.tag) == "navPoint":
            depth += 1
            label = next(("".join(child.itertext()) for child in element.iterfind("{*}navLabel")), "")
            address = next((child.get("src", "") for child in element.iterfind("{*}content")), "")
            found.append((label, address, depth))
        waiting += [(child, depth) for child in reversed(element)]
    return found


def _links(page: bytes) -> list[_Line]:
    parser = _parsed(page)
    return parser.tables.get("toc") or parser.tables.get("", [])


def _parsed(page: bytes) -> _Links:
    text = decoded(page, MARKUP)
    parser = _Links(Budget(text))
    parser.feed(text)
    parser.close()
    return parser


class _Links(HTMLParser):
    """The links of each `nav`, by its kind."""

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self._budget = budget
        self.tables: dict[str, list[_Line]] = {}
        self.landmarks: list[tuple[str, str]] = []
        """What a page is, and its address."""
        self._kind: str | None = None
        self._address: str | None = None
        """Of the link that is open; "" for a heading."""
        self._ends = ""
        """Its tag."""
        self._depth = -1
        self._title: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._budget.check(self, len(self.get_starttag_text() or ""))
        given = {name: value or "" for name, value in attrs}
        if tag == "nav":
            kinds = f"{given.get('epub:type', '')} {given.get('role', '')}".replace("doc-toc", "toc").split()
            self._kind = "toc" if "toc" in kinds else kinds[0] if kinds else ""
            self._depth = -1
        elif tag in ("ol", "ul"):
            self._depth += 1
        elif tag == "a" and self._kind is not None:
            self._address, self._title, self._ends = given.get("href", ""), [], tag
            if self._kind == "landmarks":
                self.landmarks += [(kind, self._address) for kind in given.get("epub:type", "").split()]
        elif tag == "span" and self._kind is not None and self._address is None:
            self._address, self._title, self._ends = "", [], tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "nav":
            self._kind = None
        elif tag in ("ol", "ul"):
            self._depth -= 1
        elif tag == self._ends and self._address is not None and self._kind is not None:
            line = "".join(self._title), self._address, max(0, self._depth)
            self.tables.setdefault(self._kind, []).append(line)
            self._address = None

    def handle_data(self, data: str) -> None:
        self._budget.check(self, len(data))
        if self._address is not None:
            self._title.append(data)
