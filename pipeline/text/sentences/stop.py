"""A stop that may end a sentence."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.text.sentences.closing import Closed
from pipeline.text.sentences.marks import ELLIPSES
from pipeline.text.sentences.reading import Text
from pipeline.text.sentences.words import Kind, Words


class Stop(NamedTuple):
    """A stop with a space behind it, and what is known of its left."""

    text: Text
    words: Words
    at: int
    marks: str
    token: str
    kind: Kind
    closed: Closed | None
    """What closes around it."""

    @property
    def quoted(self) -> bool:
        return self.closed is not None

    @property
    def aside(self) -> bool:
        """A bracket closes in the midst of the sentence."""
        return self.closed is not None and self.closed.bracket and not self.closed.first

    @property
    def told(self) -> bool:
        """Who says it was told before it: he whispered, "Why?"; of somebody behind it something else is told."""
        return self.closed is not None and (self.closed.leading == ":" or self.closed.leading in self.words.saying)

    @property
    def trails(self) -> bool:
        return self.marks in ELLIPSES
