"""The open sentence: the text that has come of it, where it stands in the stream, and how it is handed out."""

from __future__ import annotations

from pipeline.text import clusters
from pipeline.text.sentences.marks import SOLID
from pipeline.types import Sentence

LONGEST = 1000
"""Characters of the longest sentence: more is handed out in pieces, cut at a space."""
LONGEST_BLOCK = 20_000
"""Characters of the longest fence, table or thought that is kept in one piece."""
KEPT = 120
"""Characters of a block that stay in sight, to find its end."""

_SLACK = 512
"""Characters: more than any decision reads ahead, so that text too long is cut at the same place from any tokens."""


class Draft:
    """Bounded, whatever comes: what grows too long is handed out, what is read of a block is put aside."""

    __slots__ = ("_hollow", "_solid", "at", "base", "kept", "out", "text")

    def __init__(self) -> None:
        self.text = ""  # with the white space before it
        self.base = 0  # offset of its first character
        self.at = 0  # what lies before has been read
        self.kept: list[str] = []  # of a block: what has come before `text`
        self.out: list[Sentence] = []  # what is finished
        self._solid = False
        self._hollow = 0  # punctuation alone stands before it

    @property
    def begin(self) -> int:
        """Offset of the first letter, or of the end when there is none."""
        return self.base - sum(map(len, self.kept)) + (0 if self.kept else self.lead())

    def lead(self) -> int:
        return len(self.text) - len(self.text.lstrip())

    def is_blank(self, i: int) -> bool:
        """Whether nothing but white space stands before i."""
        return not self.kept and not self.text[:i].strip()

    def is_solid(self, i: int) -> bool:
        """Whether there is more than punctuation before i, which lies no farther left than when last asked."""
        if not self._solid:
            self._solid = SOLID.search(self.text, self._hollow, i) is not None
            self._hollow = i
        return self._solid

    def take(self) -> list[Sentence]:
        """What is finished."""
        out, self.out = self.out, []
        return out

    def cut(self, end: int, limit: int = LONGEST) -> None:
        """End the open sentence at `end`, and begin another."""
        end += self._unfold()
        while (piece := self._piece(end, limit)) < end:
            self._hand_out(piece)
            end -= piece
        self._hand_out(end)

    def drop(self, end: int) -> None:
        """Forget what stands before `end`."""
        self.text = self.text[end:]
        self.base += end
        self.at = max(0, self.at - end)
        self._solid, self._hollow = False, 0

    def shorten(self, limit: int = LONGEST) -> None:
        """Hand out what is too long already, in pieces; the rest stays open."""
        if len(self.text) <= limit + _SLACK:
            return
        while len(self.text) - self.lead() > limit + _SLACK:
            self._hand_out(self._piece(len(self.text), limit))
        if len(self.text) > limit + _SLACK:
            self.drop(self.lead())

    def hold(self) -> None:
        """Put aside what has been read of a block; hand out what is too long."""
        size = len(self.text)
        self.at = max(self.at, size - KEPT)
        if size <= 4 * KEPT:
            return
        self.kept.append(self.text[:-KEPT])
        self.text = self.text[-KEPT:]
        self.base += size - KEPT
        self.at -= size - KEPT
        if sum(map(len, self.kept)) > LONGEST_BLOCK + _SLACK:
            self._unfold()
            self.shorten(LONGEST_BLOCK)

    def _unfold(self) -> int:
        """Take back what was put aside of a block; returns its length."""
        if not self.kept:
            return 0
        held = "".join(self.kept)
        self.kept.clear()
        self.text = held + self.text
        self.base -= len(held)
        self.at += len(held)
        return len(held)

    def _piece(self, end: int, limit: int) -> int:
        """Where to cut text that goes on to `end`: there, or at the last line's end or space within the limit."""
        if end <= limit:
            return end
        lead = self.lead()
        if end - lead <= limit:
            return end
        half, last = lead + limit // 2, lead + limit
        if limit > LONGEST and (line := self.text.rfind("\n", half, last)) >= 0:
            return line
        for i in range(last, half, -1):
            if self.text[i].isspace():
                return i
        return clusters.parting(self.text, half, last)

    def _hand_out(self, end: int) -> None:
        sentence = self.text[:end].strip()
        if sentence:
            start = self.base + self.lead()
            self.out.append(Sentence(sentence, start, start + len(sentence)))
        self.drop(end)
