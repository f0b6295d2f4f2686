"""How far a book is: what is spoken, what is encoded, and how long the rest will take."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

_ENOUGH = 20
"""Things that were done until a pace is told of."""
_BACK, _LEAST = 0.25, 0.1
"""The pace is measured over as much work as this part of what is left, at least over this part of the whole: it follows
a voice or a machine that becomes slower, and no moment of either."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A passage that could not be spoken."""

    text: str
    message: str


class Progress:
    """Counts in characters of text, which are spoken and then encoded."""

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
        self.binding = 1e-4
        """Seconds that it will take, about, to put a second of sound into the book's files."""
        self.losses: list[Loss] = []
        self.skips: Counter[str] = Counter()
        """Characters that are not spoken, by reason."""
        self._clock = clock
        self._begun: float | None = None
        self._ended: float | None = None
        self._spoken = 0
        self._encoded = 0.0
        self._waiting = 0.0
        """Characters of portions that are spoken and not yet encoded."""
        self._done = 0.0
        self._bound = 0.0
        """Of the seconds that binding should take."""
        self._moments: list[float] = []
        """When there was something new ..."""
        self._dones: list[float] = []
        """... and what was done then."""

    @property
    def done(self) -> float:
        """Characters. When the encoders are behind, what they have not done yet counts by half."""
        return min(self.total, self.kept + self._done)

    def seconds(self) -> float:
        """Since this attempt began, also while the book's files are put together."""
        return 0.0 if self._begun is None else self._clock() - self._begun

    def speed(self) -> float:
        """Seconds of sound made in one second."""
        if self._begun is None:
            return 0.0
        worked = (self._ended or self._clock()) - self._begun
        return self.made / worked if worked > 0 else 0.0

    def left(self) -> float | None:
        """Seconds that the rest will take, once there is a pace to tell it from."""
        to_do, whole = self.total - self.done, self.total - self.kept
        if to_do <= 0:
            return self._to_bind()
        # not from the first quarter: first comes what is in the cache, and what is spoken before anything is encoded
        back = min(0.75 * (self.done - self.kept), max(_LEAST * whole, _BACK * to_do))
        since = bisect_left(self._dones, self.done - back)
        if len(self._dones) < _ENOUGH or self._dones[since] >= self.done:
            return None
        pace = (self._clock() - self._moments[since]) / (self.done - self._dones[since])
        return to_do * pace + self._to_bind()

    def _to_bind(self) -> float:
        """Seconds; what was bound so far says how much longer it takes than it should."""
        sound = self.made / self._spoken * self.total if self._spoken else self.sound * self.total / max(1, self.kept)
        work = sound * self.binding
        if self._ended is None or self._bound < _LEAST * work:
            return work
        return max(0.0, work - self._bound) * (self._clock() - self._ended) / self._bound

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
        self._mark()

    def waits(self, characters: int) -> None:
        """A portion is spoken, and has to be encoded."""
        self._waiting += characters
        self._mark()

    def encoded(self, characters: float) -> None:
        """Part of a portion."""
        self._encoded += characters
        self._waiting -= characters
        self._mark()

    def bound(self, sound: float, work: float) -> None:
        """So many seconds of sound are in a file; `work`: what that takes of `binding`."""
        self._bound += sound * work

    def _mark(self) -> None:
        behind = self._spoken - self._encoded if self._waiting >= 1 else 0.0
        self._done = max(self._done, self._spoken - behind / 2)
        self._moments.append(self._clock())
        self._dones.append(self.done)
