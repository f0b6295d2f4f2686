"""How far a book is: what is spoken, what is encoded, and how long the rest will take at the pace so far."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True)
class Loss:
    """A passage that could not be spoken."""

    chapter: str
    text: str
    code: str
    message: str


class Progress:
    """Counts in characters of text. Speaking and encoding go on at the same time, and are timed apart."""

    def __init__(self, chapters: Sequence[int]) -> None:
        """`chapters`: characters of each."""
        self.chapters = list(chapters)
        self.total = sum(chapters)
        self.chapter = 0
        """Index of the one that is being spoken."""
        self.done_in = [0] * len(self.chapters)
        """Characters spoken, of each chapter."""
        self.in_a_row = 0
        """Passages that have failed one after the other."""
        self.spoken = False
        """Anything at all."""
        self.passages = 0
        self.kept = 0
        """Characters that were finished by an earlier attempt."""
        self.sound = 0.0
        """Seconds of finished sound."""
        self.made = 0.0
        """Seconds of sound spoken in this attempt."""
        self.losses: list[Loss] = []
        self.skips: Counter[str] = Counter()
        """Characters that are not spoken, by reason."""
        self._spoken = 0
        self._again = 0
        """Characters of passages that were found in the cache: they took no time."""
        self._encoded = 0.0
        self._encoding = 0.0
        """Seconds of work."""
        self._begun: float | None = None
        self._ended: float | None = None
        self._cores = cores()

    @property
    def done(self) -> float:
        """Characters, those that are spoken but not yet encoded by half."""
        return min(self.total, self.kept + (self._spoken + self._encoded) / 2)

    def seconds(self) -> float:
        """Since this attempt began."""
        if self._begun is None:
            return 0.0
        return (self._ended or monotonic()) - self._begun

    def speed(self) -> float:
        """Seconds of sound made in one second."""
        return self.made / self.seconds() if self.seconds() > 0 else 0.0

    def left(self) -> float | None:
        """Seconds that the rest will take, once there is something to judge by: the work of both kinds that one
        character takes, on all processors."""
        if self._spoken < 2000 or self._encoded < 1000:
            return None
        work = self.seconds() * self._cores
        encoding = self._encoding / self._encoded
        speaking = max(0.0, work - self._encoding) / max(1, self._spoken - self._again)
        rest = self.total - self.kept
        return ((rest - self._spoken) * speaking + (rest - self._encoded) * encoding) / self._cores

    # ---- told by the book

    def begin(self, now: float) -> None:
        self._begun = now

    def end(self, now: float) -> None:
        self._ended = now

    def found(self, chapter: int, characters: int) -> None:
        self.kept += characters
        self.spoken = True
        self.done_in[chapter] += characters

    def spoke(self, chapter: int, characters: int, seconds: float = 0.0, *, cached: bool = False) -> None:
        self.passages += 1
        self._again += characters if cached else 0
        self.made += seconds
        self.spoken = self.spoken or seconds > 0
        self.in_a_row = 0 if seconds else self.in_a_row + 1
        self.passed(chapter, characters)

    def passed(self, chapter: int, characters: int) -> None:
        self._spoken += characters
        self.done_in[chapter] += characters

    def encodes(self, characters: float, seconds: float) -> None:
        self._encoded += characters
        self._encoding += seconds


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
