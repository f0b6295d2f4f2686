"""The next few passages at once: which cut now leaves the listener the least silence, as far as the text is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from pipeline.text.passages.limits import Limits
from pipeline.text.passages.pace import Pace

__all__ = ["Plan", "Stop", "plan"]

LITTLE = 0.05
"""Seconds of silence and roughness that are worth no further passage."""
PASSAGES = 20
"""Passages that are thought ahead."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place where a passage may end."""

    end: int
    """Characters from where the next passage begins, white space included."""
    rough: float = 0.0
    """Seconds of silence that sound no worse than a cut here; none where a sentence ends."""


class Plan(NamedTuple):
    first: int
    """Which of the stops the next passage should end at."""
    silence: float
    """Seconds that cannot be avoided then."""
    cost: float
    """Silence, now and later, and what is rough."""


def plan(stops: Sequence[Stop], pace: Pace, limits: Limits, spare: float, after: int) -> Plan:
    """The way to cut that leaves the least silence.

    `spare`: seconds until sound is needed; `after`: characters of the passage behind the last stop, 0 when nothing
    follows; there must be time for it too. While text is there, the voice is never idle: it has made the k-th passage
    after k start-ups and the work for all text so far. So the silence before it is what that takes beyond `spare` and
    the sound before it. A voice that loses time even with the fewest passages is taken to lose as much again later."""
    start_up, factor, last = pace.expect(0), pace.factor, len(stops) - 1
    ends, rough = [stop.end for stop in stops], [stop.rough for stop in stops]
    sound = [pace.sound(end) for end in ends]
    sentences = [0, *accumulate(not stop.rough for stop in stops)]  # that end before each stop
    best, losing = Plan(0, math.inf, math.inf), 0.0
    # for each stop that k passages can reach: (silence and roughness, silence, stop of the first passage)
    reached: dict[int, tuple[float, float, int]] = {-1: (0.0, 0.0, -1)}
    for k in range(1, PASSAGES + 1):
        work = k * start_up + factor * sound[last]
        if work - sound[last] - spare >= best.cost:
            break  # one more start-up only makes it later
        further: dict[int, tuple[float, float, int]] = {}
        for before, (cost, silence, first) in reached.items():
            begin, heard = (ends[before], sound[before]) if before >= 0 else (0, 0.0)
            for at in range(before + 1, len(stops)):
                length = ends[at] - begin
                if length > limits.max_chunk_length and at > before + 1:
                    break
                long_enough = length >= limits.min_chunk_length
                if long_enough or at == last:
                    wait = max(silence, k * start_up + factor * sound[at] - spare - heard)
                    total = cost - silence + wait + rough[at]
                    begins = at if first < 0 else first
                    if at not in further or (total, -begins) < (further[at][0], -further[at][2]):
                        further[at] = total, wait, begins
                full = sentences[at + 1] - sentences[before + 1] >= limits.sentence_buffer_size
                if full and long_enough and not rough[at]:
                    break
        reached = further
        if last not in reached:
            continue
        cost, silence, first = reached[last]
        if after:
            if best.cost == math.inf:
                losing = max(0.0, work - sound[last])
            cost += max(0.0, work - sound[last] - spare + pace.expect(after) + losing - silence)
        if cost < best.cost - LITTLE:
            best = Plan(first, silence, cost)
        if best.cost <= LITTLE:
            break
    if best.cost == math.inf and reached:  # more passages than are thought ahead
        cost, silence, first = reached[max(reached)]
        best = Plan(first, silence, cost)
    return best
