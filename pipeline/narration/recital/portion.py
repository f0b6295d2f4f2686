"""What one run of a book speaks: a chapter, or a part of a long one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.narration.document import Document, portions
from pipeline.narration.silences import silence
from pipeline.narration.tongues import by_language

LONGEST = 2000
"""Characters, about: two minutes of sound, which are held in memory until they are encoded."""


@dataclass(frozen=True, slots=True)
class Portion:
    chapter: int
    """Index in the document."""
    text: str
    last: bool
    """Of its chapter."""
    language: str = ""
    """"" is the book's own."""
    start: int = 0
    """Characters of the chapter before it."""

    @property
    def pause(self) -> float:
        """Seconds of silence behind it."""
        return silence(self.text, last=self.last)


def divided(document: Document, tongues: Collection[str] = ()) -> list[Portion]:
    """The document in order, cut where the language changes to one of `tongues`; blank portions left out."""
    found: list[Portion] = []
    for number, chapter in enumerate(document.chapters):
        at, pieces = 0, list[tuple[int, str, str]]()
        for part, language in by_language(chapter, tongues):
            for text in portions(part, LONGEST):
                if text.strip():
                    pieces.append((at, text, language))
                at += len(text)
        found += [
            Portion(number, text, count == len(pieces), language, start)
            for count, (start, text, language) in enumerate(pieces, 1)
        ]
    return found
