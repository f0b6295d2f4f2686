"""What the splitter remembers of the text: the open sentence, and what is open in it."""

from __future__ import annotations

import re

from pipeline.text.sentences.draft import LONGEST, LONGEST_BLOCK, Draft
from pipeline.text.sentences.lists import Due
from pipeline.text.sentences.marks import stops
from pipeline.text.sentences.nesting import Nest
from pipeline.text.sentences.words import Words


class State:
    """All of it bounded."""

    __slots__ = ("block", "draft", "due", "line", "margin", "nest", "stops", "words")

    def __init__(self, words: Words) -> None:
        self.words = words
        self.stops = stops(words.language)
        self.draft = Draft()
        self.nest = Nest()
        self.line = 0
        """Offset at which the line began."""
        self.margin = 0
        """Characters of the longest line that was broken within a sentence."""
        self.due = Due()
        self.block: re.Pattern[str] | None = None
        """The end of the block that is open: a fence, a table, a thought."""

    def begins_line(self, i: int) -> bool:
        """Whether nothing but white space stands before i in its line."""
        return self.line >= self.draft.base and self.draft.is_blank(i)

    def begin_block(self, end: re.Pattern[str]) -> None:
        """What comes belongs together, until `end`."""
        self.block = end
        self.nest.close(0)

    def end(self) -> None:
        """End the open sentence where the text ends; what comes next knows nothing of it."""
        self.draft.cut(len(self.draft.text), LONGEST if self.block is None else LONGEST_BLOCK)
        self.nest.close(0)
        self.due = Due()
        self.block = None
