"""How much of an answer its listener has heard, should he interrupt it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

from pipeline import heard
from pipeline.events import Audio, Chunk, Event, Speaking
from pipeline.ledger import Ledger


class Ear:
    """Of somebody who hears each clip as soon as it is there and the one before is over, as the players here do."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ledger = Ledger()
        self._events: list[Event] = []

    def take(self, event: Event) -> None:
        if isinstance(event, Chunk | Speaking | Audio):
            self._events.append(event)
            self._ledger.note(replace(event, at=self._clock()))

    def heard(self) -> str:
        """Until now."""
        return heard(self._events, self._ledger.playing_at(self._clock()))

    def seen(self) -> str:
        """All that was shown, where nothing is played."""
        return heard(self._events, math.inf)
