"""Text that has come and is not handed out yet, and what is known of its sentences."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Protocol

from pipeline.text.passages import places
from pipeline.text.passages.places import Mark
from pipeline.types import Sentence

SLACK = 64
"""Characters: a splitter decides about an end before so many more have come."""
STALE = 256
"""Characters after which an end is none of a sentence, but a splitter's own way to bound its memory."""
LOOK = 24
"""Characters behind a mark that are enough to be certain of it."""
_SOLID = re.compile(r"\S")

Said = Callable[[str, Sequence[int]], Sequence[int]]
"""Of a text that comes next, and places in it: how many characters will have been said at each."""


def as_written(text: str, ends: Sequence[int]) -> Sequence[int]:
    return ends


class Splitter(Protocol):
    """What the buffer asks of a splitter."""

    @property
    def deadline(self) -> float | None:
        """When `poll` would give something, if nothing comes."""
        ...

    @property
    def settled(self) -> int:
        """Offset up to which the open sentence may be spoken as it stands."""
        ...

    def feed(self, text: str, now: float | None = None) -> Sequence[Sentence]: ...
    def poll(self, now: float) -> Sequence[Sentence]: ...
    def flush(self) -> Sequence[Sentence]: ...


class Waiting:
    def __init__(self, splitter: Splitter, said: Said = as_written) -> None:
        self.splitter = splitter
        self._since = 0
        """Offset from which on it has the text."""
        self._said = said
        self.text = ""
        self.start = 0
        """Offset of its first character into the source."""
        self.closed = False
        """No more text will come, or none is waited for."""
        self._inside = False  # what waits goes on with a block that was cut
        self._table = False  # which was a table
        self._ends: deque[int] = deque()
        self._tokens: deque[tuple[int, float]] = deque()  # (offset behind, time of arrival)
        self._marks: deque[Mark] = deque()  # clause marks and the like, by offset
        self._read = 0  # offset up to which marks have been looked for

    def add(self, text: str, now: float) -> bool:
        """Whether a sentence is finished by it."""
        self.text += text
        self._tokens.append((self.start + len(self.text), now))
        return self._note(self.splitter.feed(text, now))

    def turn(self, splitter: Splitter) -> None:
        """Another splits what comes from now on."""
        self.splitter, self._since = splitter, self.start + len(self.text)

    def poll(self, now: float) -> None:
        self._note(self.splitter.poll(now))

    def close(self) -> None:
        self.closed = True
        self._note(self.splitter.flush())

    def refresh(self, now: float) -> None:
        """Take it to have come now."""
        if self._tokens:
            self._tokens = deque([(self.start + len(self.text), now)])

    def take(self, length: int) -> str:
        """Hand out the first characters."""
        self._table = self._tabular
        self._inside = self.block and not (self._ends and self._ends[0] <= self.start + length)
        text, self.text = self.text[:length], self.text[length:]
        self.start += length
        while self._ends and self._ends[0] <= self.start:
            self._ends.popleft()
        while self._tokens and self._tokens[0][0] <= self.start:
            self._tokens.popleft()
        while self._marks and self._marks[0].end <= self.start:
            self._marks.popleft()
        self._read = max(self._read, self.start)
        return text

    def _note(self, sentences: Sequence[Sentence]) -> bool:
        oldest = self.start if self.closed else max(self.start, self.start + len(self.text) - STALE)
        known = len(self._ends)
        for sentence in sentences:
            end = sentence.end + self._since
            if end > oldest and not self.text[: end - self.start].isspace():
                self._ends.append(end)
        return len(self._ends) > known

    def said(self, ends: Sequence[int]) -> Sequence[int]:
        """Characters that will have been said at each of these places."""
        return self._said(self.text, ends)

    @property
    def since(self) -> float:
        """When the oldest of it came."""
        return self._tokens[0][1]

    @property
    def begin(self) -> int:
        """Its first character that is no white space."""
        solid = _SOLID.search(self.text)
        return len(self.text) if solid is None else solid.start()

    @property
    def block(self) -> bool:
        """It begins with code, thinking or the like: spoken as a whole or not at all, and cut at its lines alone; with
        a table, which is spoken row by row."""
        return self._inside or places.verbatim(self.text, 0)

    @property
    def _tabular(self) -> bool:
        return (self._table or not self._inside) and self.text.lstrip().startswith("|")

    def _rows(self, within: int) -> list[int]:
        """Where the rows of its table end, if it begins with one."""
        return places.rows(self.text, within) if self._tabular else []

    def ends(self, within: int) -> list[int]:
        """Where its finished sentences end, as far as `within`."""
        start = self.start
        return [end - start for end in takewhile(lambda end: end - start <= within, self._ends)]

    @property
    def bare(self) -> bool:
        """No sentence ends in it, and it has neither clause marks nor conjunctions that count."""
        if self._ends:
            return False
        if self.block:
            return not self._rows(len(self.text))
        self._read_marks(len(self.text))
        return not self._marks

    def marks(self, within: int) -> list[Mark]:
        """Clause marks and conjunctions that end at `within` or before."""
        self._read_marks(within)
        start = self.start
        near = takewhile(lambda mark: mark.end - start <= within, self._marks)
        return [Mark(mark.at - start, mark.end - start, mark.joint) for mark in near]

    def _read_marks(self, within: int) -> None:
        """Each character is read once."""
        start = self.start
        if self._read - start < min(within + LOOK, len(self.text)):
            found, read = places.marks(self.text, self._read - start, self.closed)
            self._marks.extend([Mark(mark.at + start, mark.end + start, mark.joint) for mark in found])
            self._read = read + start

    def clauses(self, within: int) -> list[int]:
        """Where its clauses end, leaving no marks open; those of a table are its rows."""
        if self.block:
            return self._rows(within)
        ends = [mark.end for mark in self.marks(within) if not mark.joint and mark.end > 0]
        return [end for end in ends if places.balanced(self.text, 0, end)]

    def early(self, within: int) -> list[int]:
        """Where speech may begin early: behind a clause that is long enough, or before a conjunction."""
        text, begin = self.text, self.begin
        if self.block:
            return [end for end in self._rows(within) if end - begin >= places.CLAUSE]
        found = []
        for at, end, joint in self.marks(within):
            if at - begin < (places.JOINT if joint else places.CLAUSE):
                continue
            if places.balanced(text, begin, end) and (not joint or places.loose(text, begin, at)):
                found.append(end)
        return found

    @property
    def finished(self) -> bool:
        return bool(self._ends)

    @property
    def ending(self) -> bool:
        """A sentence ends it, but for white space, of which more may come."""
        return self.finished and not self.text[self._ends[-1] - self.start :].strip()

    @property
    def settled(self) -> int:
        """How much of it may be spoken as it stands, whatever follows."""
        if self.closed:
            return len(self.text)
        return max([self.splitter.settled + self._since - self.start, *self._rows(len(self.text))[-1:]])

    def decided(self, at: int) -> bool:
        """No sentence that is still open can turn out to end at `at` or before."""
        return self.closed or len(self.text) > at + SLACK or (self.finished and self._ends[-1] - self.start > at)
