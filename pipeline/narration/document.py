"""A document as it is read aloud: chapters of text, and what was left out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

UNREADABLE = "unreadable"
"""Why something is left out that should have been read."""
WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text that is in a language of its own."""

    start: int
    end: int
    language: str


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    text: str
    """Markdown, whatever the document was; its heading included."""
    number: int = 0
    """In the whole document, from 1; 0 where that is simply its place."""
    languages: tuple[Stretch, ...] = ()
    """What the document says of parts of `text`, in order, none over another; the rest is in the document's own."""

    @property
    def words(self) -> int:
        return sum(1 for _ in WORD.finditer(self.text))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stretch of the document that is not read aloud, on purpose."""

    reason: str
    text: str
    where: str = ""
    """The file or the page of the document, and the line where one can be told."""


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    chapters: tuple[Chapter, ...]
    author: str = ""
    language: str = ""
    cover: bytes = b""
    """An image, JPEG or PNG; empty when there is none."""
    left_out: tuple[LeftOut, ...] = ()
    origin: Path | None = None
    """The file that it is the whole of, where that has pages of its own."""

    @property
    def text(self) -> str:
        """All chapters, one after the other."""
        return "".join(chapter.text for chapter in self.chapters)

    @property
    def unread(self) -> tuple[LeftOut, ...]:
        """What should have been read and cannot be: pages that are damaged, or missing."""
        return tuple(gap for gap in self.left_out if gap.reason == UNREADABLE)


def as_text(name: str) -> str:
    """A file's name, of which parts may be no text on some disks."""
    return name.encode(errors="replace").decode()


def as_cover(image: bytes, name: str, left_out: list[LeftOut]) -> bytes:
    """What a book has for a cover; b"" for a picture that players do not show, which is told of."""
    if image.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n")):
        return image
    left_out.append(LeftOut("cover", name, "it is neither JPEG nor PNG"))
    return b""


def within(stretches: tuple[Stretch, ...], start: int, end: int) -> tuple[Stretch, ...]:
    """Those of a part of the text, by their places in that part."""
    return tuple(
        Stretch(max(s.start, start) - start, min(s.end, end) - start, s.language)
        for s in stretches
        if s.start < end and s.end > start
    )


def portions(text: str, most: int) -> Iterator[str]:
    """The text in pieces of about `most` characters, cut between paragraphs where it has any: joined, they are the
    text."""
    start = 0
    while len(text) - start > most:
        cut = _between(text, start, most)
        if not start < cut < len(text):
            break
        yield text[start:cut]
        start = cut
    yield text[start:]


def _between(text: str, start: int, most: int) -> int:
    """Where the next piece begins: behind a paragraph; where there is none, a line, a sentence, a word."""
    for mark, reach in (("\n\n", 4 * most), ("\n", most), (". ", most), (" ", most)):
        cut = text.rfind(mark, start, start + most)
        cut = text.find(mark, start + most, start + reach) if cut <= start else cut
        if cut > start:
            cut += len(mark)
            while text[cut : cut + 1] == mark[-1]:
                cut += 1
            return cut
    return -1
