"""A listener, simulated: one answer, one cutter, one voice, and what it costs him. No audio, and no real time."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks._rivals import Cutter
from pipeline.text import Pace, Speakable
from pipeline.types import Passage

SPEED = 15.0
"""Characters that the voice says in a second."""
GAP = 2.0
"""What a second of silence costs, in seconds of waiting for the first sound."""

SHORTEST_GAP = 0.02
"""Seconds; a shorter one is none."""
Tokens = Sequence[tuple[float, str]]
"""When each comes."""
Voice = tuple[float, float]
"""(start-up in seconds, real-time factor)"""


@dataclass(frozen=True, slots=True)
class Heard:
    first: float
    """Seconds from the first token to the first sound."""
    gaps: int
    silence: float
    """Seconds of all gaps."""
    passages: int
    length: float
    """Characters that are said of a passage, on average."""

    @property
    def cost(self) -> float:
        return self.first + GAP * self.silence


def listen(
    tokens: Tokens, voice: Voice, cutter: Cutter, pace: Pace, speakable: Speakable, wavers: float = 0.0
) -> Heard:
    """Run one answer through a cutter and a voice, and listen."""
    (start_up, factor), chance = voice, random.Random(1)
    now = free = 0.0
    sounds: list[tuple[float, float]] = []  # (ready, seconds) of each clip
    coming: deque[tuple[float, int, float]] = deque()  # (ready, index, seconds) of what the pace does not know of yet
    lengths: list[int] = []
    told = 0  # characters that were handed out

    def speak(passages: list[Passage]) -> None:
        nonlocal free, told
        for passage in passages:
            told += len(passage.text)
            length = len(speakable.say(passage).spoken)
            if not length:
                pace.skipped()
                continue
            length += passage.text != passage.text.strip()  # a pause as long as a letter
            pace.asked(passage.index, length, now)
            work = (start_up + factor * length / SPEED) * chance.uniform(1 - wavers, 1 + wavers)
            free = max(free, now) + work
            coming.append((free, passage.index, length / SPEED))
            sounds.append((free, length / SPEED))
            lengths.append(length)

    def wait_until(then: float) -> None:
        """Let everything happen that is due before `then`."""
        nonlocal now
        while True:
            ready = coming[0][0] if coming else math.inf
            due = cutter.deadline
            soonest = min(ready, math.inf if due is None else due)
            if soonest >= then or soonest == math.inf:
                return
            now = max(now, soonest)
            if ready <= now:
                ready, index, seconds = coming.popleft()
                pace.ready(index, ready, seconds)
            speak(cutter.tick(now))

    for when, text in tokens:
        wait_until(when)
        now = when
        speak(cutter.feed(text, now))
    speak(cutter.finish(now))
    wait_until(math.inf)
    if told < len("".join(text for _, text in tokens).strip()):
        raise AssertionError("text was lost")
    return heard(sounds, lengths)


def heard(sounds: Sequence[tuple[float, float]], lengths: Sequence[int]) -> Heard:
    first = dry = sounds[0][0]
    gaps, silence = 0, 0.0
    for ready, seconds in sounds:
        if ready - dry > SHORTEST_GAP:
            gaps, silence = gaps + 1, silence + ready - dry
        dry = max(dry, ready) + seconds
    return Heard(first, gaps, silence, len(lengths), sum(lengths) / len(lengths))
