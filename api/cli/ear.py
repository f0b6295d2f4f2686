"""How much of an answer its listener has heard, should he interrupt it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from pipeline import heard
from pipeline.events import Audio, Chunk, Event, Speaking


class Ear:
    """Of somebody who hears each clip as soon as it is there and the one before is over, as the players here do."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._events: list[Event] = []
        self._begun: dict[int, float] = {}
        """When a clip began to be heard, by its place."""
        self._until = 0.0
        """When the last of them is over."""
        self._silent = 0.0
        """Seconds before the last of them in which nothing was heard."""

    def take(self, event: Event) -> None:
        if not isinstance(event, Chunk | Speaking | Audio):
            return
        self._events.append(event)
        if isinstance(event, Chunk):
            return
        now = self._clock()
        if event.index not in self._begun:
            self._begun[event.index] = max(now, self._until)
            self._silent = self._begun[event.index] - event.begins
        if isinstance(event, Audio):
            self._until = self._begun[event.index] + event.seconds

    def heard(self) -> str:
        """Until now."""
        return heard(self._events, self._clock() - self._silent)

    def seen(self) -> str:
        """All that was shown, where nothing is played."""
        return heard(self._events, math.inf)
