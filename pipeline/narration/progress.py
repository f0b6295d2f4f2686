"""How far a book is: what is spoken, what is encoded, and how long the rest will take at the pace so far."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
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

    def __init__(self, chapters: Sequence[int], clock: Callable[[], float] = monotonic) -> None:
        """`chapters`: characters of each. `clock`: in seconds."""
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
        self._clock = clock
        self._begun: float | None = None
        self._ended: float | None = None
        self._spoken = 0
        self._encoded = 0.0
        self._speaking: list[tuple[int, float]] = []
        """Characters of each portion, and the seconds that it was spoken in."""
        self._encoding = 0.0
        """Seconds, where all processors do nothing else."""

    @property
    def done(self) -> float:
        """Characters, those that are spoken but not yet encoded by half."""
        return min(self.total, self.kept + (self._spoken + self._encoded) / 2)

    def seconds(self) -> float:
        """Since this attempt began."""
        if self._begun is None:
            return 0.0
        return (self._ended or self._clock()) - self._begun

    def speed(self) -> float:
        """Seconds of sound made in one second."""
        return self.made / self.seconds() if self.seconds() > 0 else 0.0

    def left(self) -> float | None:
        """Seconds that the rest will take, once there is something to judge by.

        What a character costs is known of both kinds of work; how well they go on beside one another, from the time
        that all of it took so far."""
        if not self._speaking or not self._encoded:
            return None
        lately = self._speaking[len(self._speaking) // 2 :]  # what was in the cache comes first, and takes no time
        speaking = sum(seconds for _, seconds in lately) / sum(characters for characters, _ in lately)
        encoding = self._encoding / self._encoded
        rest = self.total - self.kept
        work = (rest - self._spoken) * speaking + (rest - self._encoded) * encoding
        return self.seconds() * work / (sum(seconds for _, seconds in self._speaking) + self._encoding)

    # ---- told by the book

    def begin(self) -> None:
        self._begun = self._clock()

    def end(self) -> None:
        self._ended = self._clock()

    def found(self, chapter: int, characters: int) -> None:
        """A portion that was finished before."""
        self.kept += characters
        self.spoken = True
        self.done_in[chapter] += characters

    def spoke(self, chapter: int, characters: int, seconds: float = 0.0) -> None:
        """A passage; without any `seconds` of sound it has failed."""
        self.passages += 1
        self.made += seconds
        self.spoken = self.spoken or seconds > 0
        self.in_a_row = 0 if seconds else self.in_a_row + 1
        self.passed(chapter, characters)

    def passed(self, chapter: int, characters: int) -> None:
        """Text that is not spoken on purpose."""
        self._spoken += characters
        self.done_in[chapter] += characters

    def spoke_all(self, characters: int, seconds: float) -> None:
        """A portion is spoken; it took so many seconds, in which others were encoded."""
        self._speaking.append((characters, seconds))

    def encoded(self, characters: float, seconds: float) -> None:
        """Part of a portion, in so many seconds of one processor."""
        self._encoded += characters
        self._encoding += seconds / cores()


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
