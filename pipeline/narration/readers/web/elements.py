"""What a page is made of: its elements while they are open, and what comes of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.narration.document import LeftOut, Stretch
from pipeline.narration.readers.web.writing import Origin, Place

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt figcaption figure footer form header hr "
    "li main nav ol p pre section summary table tbody tfoot thead tr ul h1 h2 h3 h4 h5 h6 title".split()
)
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
HEADINGS = {f"h{level}": level for level in range(1, 7)}
TIGHT = frozenset("br li tr td th dt dd thead tbody tfoot".split())
"""What begins a new line, with none between."""
_CELLS = frozenset(("td", "th"))
_ROWS = _CELLS | {"tr"}
_ENDED = {"li": frozenset(("li",)), "td": _CELLS, "th": _CELLS, "tr": _ROWS} | dict.fromkeys(
    ("thead", "tbody", "tfoot"), _ROWS | {"thead", "tbody", "tfoot"}
)
"""What a block ends that nobody closed, besides a paragraph."""
HOLDERS = frozenset("p div li dd td aside section blockquote".split())
"""Blocks that a note may be."""
_NUMBER = re.compile(r"\d{1,9}")


def id_of(tag: str, given: Mapping[str, str]) -> str:
    """By which others lead to an element; "" where they cannot. `given`: its attributes."""
    return given.get("id") or (given.get("name", "") if tag == "a" else "")


def language_of(given: Mapping[str, str]) -> str:
    return given.get("lang") or given.get("xml:lang", "")


@dataclass(slots=True)
class Page:
    """One HTML file."""

    text: str = ""
    title: str = ""
    author: str = ""
    language: str = ""
    anchors: dict[str, int] = field(default_factory=dict)
    """Where in `text` each id stands."""
    languages: tuple[Stretch, ...] = ()
    origins: tuple[Origin, ...] = ()
    """Where in the page each part of `text` stands."""
    left_out: list[LeftOut] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    """Where the marks of notes lead."""
    unsaid: set[str] = field(default_factory=set)
    """Ids within what is left out."""

    def note(self, tag: str, given: Mapping[str, str]) -> None:
        """What an element says of the whole page."""
        if tag == "meta" and given.get("name", "").lower() == "author":
            author = " ".join(given.get("content", "").split())[:200]
            self.author = ", ".join(filter(None, (self.author, author)))[:1000]
        if tag in ("html", "body"):
            self.language = self.language or language_of(given)


@dataclass(slots=True)
class Open:
    """An element that has begun."""

    tag: str
    line: int
    """Of the file."""
    unsaid: str = ""
    """The reason, when nothing in it is said, its own or that of an element around it."""
    language: str = ""
    number: int = 0
    """Of the last item, in a numbered list; of a table, 1 once its head was written."""
    place: Place | None = None
    """Where its text began, of a link within the book, or a block."""
    pictured: str = ""
    """What the pictures in a heading show, in words."""
    leads: str = ""
    """Where a link within the book leads."""
    before: tuple[int, int, int] = (0, 0, 0)
    """Links within the book, and letters in them and in all, that came before it."""
    layout: bool = False
    """A table that does no more than place what is in it, or a part of one."""
    raised: bool = False
    """A link that is set high, or holds what is."""

    def ended_by(self, tag: str) -> bool:
        """Whether a block that begins ends it, where nobody has closed it."""
        return self.tag == "p" or self.tag in _ENDED.get(tag, ())

    def count_from(self, start: str) -> None:
        """The items of a numbered list."""
        self.number = int(start) - 1 if _NUMBER.fullmatch(start) else 0

    def item(self, value: str) -> str:
        """What stands before the next item of a list, which may say its number itself."""
        if self.tag == "ul":
            return "- "
        self.number = int(value) if _NUMBER.fullmatch(value) else self.number + 1
        return f"{self.number}. "


class Nesting(list[Open]):
    """The elements that are open, the innermost last."""

    @property
    def language(self) -> str:
        return self[-1].language if self else ""

    def around(self, *tags: str) -> Open | None:
        """The innermost of such elements."""
        return next((entry for entry in reversed(self) if entry.tag in tags), None)

    def linked(self) -> Open | None:
        """The link within the book that is open here."""
        return next((entry for entry in reversed(self[-4:]) if entry.tag == "a" and entry.place), None)
