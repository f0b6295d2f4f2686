"""What of a book is not heard, and why: passages that failed, stretches that are skipped, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.events import Failed, Skipped
from pipeline.narration.document import LeftOut
from pipeline.narration.recital.book import Book

_SHOWN = 300
"""Characters of a text."""


@dataclass(frozen=True, slots=True)
class Unheard:
    reason: str
    text: str
    chapter: int
    """Its number in the whole document, from 1."""
    title: str
    start: int
    end: int
    """Characters of the chapter, from its beginning."""
    message: str = ""
    """What went wrong, where something did."""

    @property
    def failed(self) -> bool:
        return self.message != ""


def unheard(book: Book) -> Iterator[Unheard]:
    """In order, from what is finished of the book."""
    for spoken in book.spoken():
        portion = spoken.portion
        chapter = book.document.chapters[portion.chapter]
        for event in spoken.finished.events():
            if not isinstance(event, Failed | Skipped) or not portion.text[event.start : event.end].strip():
                continue
            yield Unheard(
                event.code if isinstance(event, Failed) else event.reason,
                portion.text[event.start : event.end].strip()[:_SHOWN],
                chapter.number or portion.chapter + 1,
                chapter.title,
                portion.start + event.start,
                portion.start + event.end,
                event.message if isinstance(event, Failed) else "",
            )


def left_out(book: Book) -> Iterator[LeftOut]:
    """What the document holds and a reader of it did not take for text to be spoken."""
    for gap in book.document.left_out:
        yield LeftOut(gap.reason, gap.text[:_SHOWN], gap.where)
