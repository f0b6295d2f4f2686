"""A stop that may end a sentence, and what closes right behind it: a quotation, a bracket."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.text.sentences.marks import BRACKETS, CLINGING, ELLIPSES, SOLID
from pipeline.text.sentences.reading import FAR, Text
from pipeline.text.sentences.words import Kind, Words

ANNOUNCING = (":", "：", ",", "，", "」", "』")
"""What stands before something that is said: also what somebody else said."""
_LONG = 14
"""Characters of a quotation."""


class Closed(NamedTuple):
    """A quotation or bracket that closes right behind a stop."""

    end: int
    bracket: bool
    first: bool
    """It opened the sentence."""
    announced: bool
    """A colon or comma stands before it."""
    long: bool
    """It holds more than a name or a cry."""
    leading: str
    """What leads to it: a colon, or the last word."""


class Stop(NamedTuple):
    """A stop with a space behind it, and what is known of its left."""

    text: Text
    words: Words
    at: int
    marks: str
    token: str
    kind: Kind
    """Neither a title nor another that never ends a sentence."""
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


def stop_before(text: Text, i: int, stops: frozenset[str]) -> int:
    """The first of the stops that stand right before the closing mark at i; -1 if none does."""
    string = text.string
    i -= 1
    nearest = max(0, i - 20)
    while i > nearest and (string[i] in CLINGING or (string[i].isspace() and string[i + 1] in "»›”\"'")):
        i -= 1
    if i < 0 or string[i] not in stops:
        return -1
    while i > nearest and string[i - 1] in stops:
        i -= 1
    return i


def closed(text: Text, begin: int, end: int) -> Closed:
    """What is known of the quotation or bracket from `begin` to `end`."""
    head = text.string[:begin].rstrip()
    leading = ":" if head[-1:] == ":" else head[-FAR:].rstrip(",").rpartition(" ")[2].lower()
    announced, first = head[-1:] in ANNOUNCING, not SOLID.search(head)
    return Closed(end, text.string[begin] in BRACKETS, first, announced, end - begin > _LONG, leading)
