"""The next few passages at once: which cut now leaves the listener the least silence, as far as the text is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.text.passages.limits import Limits
from pipeline.text.passages.pace import Pace

__all__ = ["Stop", "plan"]

ROUGH = 0.05
"""Seconds of silence that sound no worse than a cut within a sentence."""
PASSAGES = 20
"""Passages that are thought ahead."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place where a passage may end."""

    end: int
    """Characters from where the next passage begins, white space included."""
    whole: bool
    """A sentence ends here."""


def plan(stops: Sequence[Stop], pace: Pace, limits: Limits, spare: float, after: int) -> tuple[int, float]:
    """Which of the stops the next passage should end at, and the silence that cannot be avoided then.

    `spare`: seconds until sound is needed; `after`: characters of the passage behind the last stop; there must be time
    for it too. While text is there, the voice is never idle: it has made the k-th passage after k start-ups and
    the work for all text so far. So the silence before it is what that takes beyond `spare` and the sound before it."""
    start_up, factor, last = pace.expect(0), pace.factor, len(stops) - 1
    sound = [pace.sound(stop.end) for stop in stops]
    ended = [0]
    for stop in stops:
        ended.append(ended[-1] + stop.whole)
    best, choice = math.inf, (0, math.inf)
    # for each stop that k passages can reach: (silence and roughness, silence, stop of the first passage)
    reached: dict[int, tuple[float, float, int]] = {-1: (0.0, 0.0, -1)}
    for k in range(1, PASSAGES + 1):
        further: dict[int, tuple[float, float, int]] = {}
        for before, (cost, silence, first) in reached.items():
            begin, heard = (stops[before].end, sound[before]) if before >= 0 else (0, 0.0)
            rough = cost - silence
            for at in range(before + 1, len(stops)):
                length = stops[at].end - begin
                if length > limits.max_chunk_length and at > before + 1:
                    break
                if length >= limits.min_chunk_length or at == last:
                    wait = max(silence, k * start_up + factor * sound[at] - spare - heard)
                    total = wait + rough + (0.0 if stops[at].whole else ROUGH)
                    begins = at if first < 0 else first
                    if at not in further or (total, -begins) < (further[at][0], -further[at][2]):
                        further[at] = total, wait, begins
                full = ended[at + 1] - ended[before + 1] >= limits.sentence_buffer_size
                if full and stops[at].whole and length >= limits.min_chunk_length:
                    break
        reached = further
        if last in reached:
            cost, silence, first = reached[last]
            next_ = k * start_up + factor * sound[last] + pace.expect(after) - spare - sound[last] if after else 0.0
            cost += max(0.0, next_ - silence)
            if cost < best - ROUGH:
                best, choice = cost, (first, silence)
            if best <= ROUGH:
                break
    if best == math.inf and reached:  # more passages than are thought ahead
        choice = max(reached.items())[1][2], max(reached.items())[1][1]
    return choice
