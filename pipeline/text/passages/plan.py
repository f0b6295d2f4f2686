"""The next few passages at once: which cut now leaves the listener the least silence, as far as the text is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from pipeline.text.passages.limits import Limits
from pipeline.text.passages.pace import Pace
from pipeline.text.passages.places import Place

LITTLE = 0.05
"""Seconds of silence and roughness that are worth no further passage."""
PASSAGES = 20
"""Passages that are thought ahead."""
LONG_AGO = -3600.0
"""Seconds: whoever has heard nothing yet has waited no longer than that."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place where a passage may end."""

    place: Place
    """Counted from where the next passage begins."""
    rough: float
    """Seconds of silence that sound no worse than a cut here; none where a sentence ends."""
    said: int
    """Characters that will have been said up to here."""


class Plan(NamedTuple):
    first: int
    """Which of the stops the next passage should end at."""
    silence: float
    """Seconds that cannot be avoided then."""
    cost: float
    """Silence, now and later, and what is rough."""


Reached = dict[int, tuple[float, float, int]]
"""For each stop that so many passages can reach: silence and roughness, silence, the stop of the first passage."""


class _Ways:
    """To cut text at these stops, one more passage at a time.

    While text is there, the voice is never idle: it has made the k-th passage after k start-ups and the work for all
    text so far. So the silence before it is what that takes beyond `spare` and the sound before it; a voice that is
    heard as it speaks need only have begun it, and not stop on the way."""

    def __init__(self, stops: Sequence[Stop], pace: Pace, limits: Limits, spare: float) -> None:
        self._words, self._ends, self._rough = zip(*((*stop.place, stop.rough) for stop in stops), strict=True)
        self._sound = [pace.sound(stop.said) for stop in stops]
        self._sentences = [0, *accumulate(not stop.rough for stop in stops)]  # that end before each stop
        self._start_up, self._factor, self._onset = pace.expect(0), pace.factor, pace.onset
        self._limits, self._spare = limits, spare

    def late(self, k: int) -> float:
        """Seconds for which nothing is heard behind all of it, when it is made as k passages."""
        sound = self._sound[-1]
        return k * self._start_up + self._factor * sound - sound - self._spare

    def extend(self, reached: Reached, k: int) -> Reached:
        """Where the k-th passage may end."""
        words, ends, rough, sound, sentences = self._words, self._ends, self._rough, self._sound, self._sentences
        start_up, factor, onset, spare = self._start_up, self._factor, self._onset, self._spare
        shortest, longest = self._limits.min_chunk_length, self._limits.max_chunk_length
        most, last = self._limits.sentence_buffer_size, len(ends) - 1
        further: Reached = {}
        for before, (cost, silence, first) in reached.items():
            begin, heard = (ends[before], sound[before]) if before >= 0 else (0, 0.0)
            rougher, free = cost - silence, (k - 1) * start_up + factor * heard  # when the voice can begin with it
            for at in range(before + 1, len(ends)):
                if ends[at] - begin > longest and at > before + 1:
                    break
                long_enough = words[at] - begin >= shortest
                if long_enough or at == last:
                    ready = k * start_up + factor * sound[at]
                    begins = ready if onset is None else max(free + onset, ready - (sound[at] - heard))
                    wait = max(silence, begins - spare - heard)
                    total = rougher + wait + rough[at]
                    origin, known = at if first < 0 else first, further.get(at)
                    if known is None or total < known[0] or (total == known[0] and origin > known[2]):
                        further[at] = total, wait, origin
                if long_enough and not rough[at] and sentences[at + 1] - sentences[before + 1] >= most:
                    break
        return further


def plan(stops: Sequence[Stop], pace: Pace, limits: Limits, spare: float, after: int) -> Plan:
    """The way to cut that leaves the least silence.

    `spare`: seconds until sound is needed; `after`: characters of the passage behind the last stop, 0 when nothing
    follows; there must be time for it too. A voice that loses time even with the fewest passages is taken to lose as
    much again later."""
    spare = max(spare, LONG_AGO)
    ways, last = _Ways(stops, pace, limits, spare), len(stops) - 1
    best, reached = Plan(0, math.inf, math.inf), {-1: (0.0, 0.0, -1)}
    # seconds of work behind the last stop that no sound there makes up for
    later = pace.wait(after) if after else 0.0
    for k in range(1, PASSAGES + 1):
        late = ways.late(k) + later
        if late >= best.cost - LITTLE:
            break  # one more start-up only makes it later
        reached = ways.extend(reached, k)
        if last not in reached:
            continue
        cost, silence, first = reached[last]
        if after:
            if best.cost == math.inf:  # the fewest passages that will do
                losing = max(0.0, late + spare - later)
                late, later = late + losing, later + losing
            cost += max(0.0, late - silence)
        if cost < best.cost - LITTLE:
            best = Plan(first, silence, cost)
        # A way only becomes dearer: one that costs as much already leads to nothing better.
        reached = {at: way for at, way in reached.items() if way[0] < best.cost - LITTLE}
        if not reached:
            break
    if best.cost == math.inf and reached:  # more passages than are thought ahead
        cost, silence, first = reached[max(reached)]
        best = Plan(first, silence, cost)
    return best
