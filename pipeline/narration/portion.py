"""What one run of a book speaks: a chapter, or a part of a long one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.narration.document import Document, portions
from pipeline.narration.tongues import by_language

LONGEST = 4000
"""Characters, about: some minutes of sound, which are held in memory until they are encoded."""
CHAPTER = 1.6
"""Seconds of silence between chapters ..."""
PORTION = 0.7
"""... and between two portions of one ..."""
JOINT = 0.15
"""... and where another voice takes over within a paragraph."""


@dataclass(frozen=True, slots=True)
class Portion:
    chapter: int
    """Index in the document."""
    text: str
    last: bool
    """Of its chapter."""
    language: str = ""
    """"" is the book's own."""

    @property
    def pause(self) -> float:
        """Seconds of silence behind it."""
        return CHAPTER if self.last else PORTION if self.text.endswith("\n") else JOINT


def divided(document: Document, tongues: Collection[str] = ()) -> list[Portion]:
    """The document in order, cut where the language changes to one of `tongues`; blank portions left out."""
    found: list[Portion] = []
    for number, chapter in enumerate(document.chapters):
        texts = [(text, name) for part, name in by_language(chapter, tongues) for text in portions(part, LONGEST)]
        texts = [(text, name) for text, name in texts if text.strip()]
        found += [Portion(number, text, at == len(texts), name) for at, (text, name) in enumerate(texts, 1)]
    return found
