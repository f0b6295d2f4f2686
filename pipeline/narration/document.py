"""A document as it is read aloud: chapters of text, and what was left out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    text: str
    """Markdown, whatever the document was; its heading included."""

    @property
    def words(self) -> int:
        return sum(1 for _ in WORD.finditer(self.text))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stretch of the document that is not read aloud, on purpose."""

    reason: str
    text: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    chapters: tuple[Chapter, ...]
    author: str = ""
    language: str = ""
    cover: bytes = b""
    """An image, JPEG or PNG; empty when there is none."""
    left_out: tuple[LeftOut, ...] = ()


def portions(text: str, most: int = 20_000) -> Iterator[str]:
    """The text in pieces of at most about `most` characters, cut between paragraphs: joined, they are the text."""
    start = 0
    while len(text) - start > most:
        cut = text.rfind("\n\n", start, start + most)
        cut = text.find("\n\n", start + most) if cut <= start else cut
        if cut < 0:
            break
        cut += 2
        while text[cut : cut + 1] == "\n":
            cut += 1
        if cut >= len(text):
            break
        yield text[start:cut]
        start = cut
    yield text[start:]
