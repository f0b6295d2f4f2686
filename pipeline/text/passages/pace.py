"""What is known of the listener, who plays at once and at speed 1, and of the voice: how it has been lately."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.text.passages.habit import Habit

IN_FLIGHT = 256
"""Passages kept in mind; more are never under way, whatever the caller forgets to tell."""

WARY = 1.5
"""Times the error that is usual: `wait` is wrong by more than that often enough."""


@dataclass(slots=True)
class _Flight:
    characters: int
    asked: float
    begun: float | None = None
    ready: float | None = None
    seconds: float = 0.0

    def heard_from(self, otherwise: float) -> float:
        """When it has begun, or will have."""
        return otherwise if self.begun is None else self.begun


def _heard_until(dry: float, begun: float, ready: float, seconds: float) -> float:
    """When he has heard it who has heard all before it at `dry`; a clip that is made too slowly stops on the way."""
    return max(max(dry, begun) + seconds, ready)


class Pace:
    """The flow tells, the buffer reads. Times are seconds on the caller's clock; state is bounded."""

    def __init__(self, parallel: int = 1, habit: Habit | None = None) -> None:
        """`habit`: of a voice that others have spoken with, or speak with now; they learn from one another."""
        self.parallel = parallel
        self._habit = habit or Habit()
        self.told = 0
        """How often anything was told: whoever reads knows by it whether to look again."""
        self.spoken = 0
        """Passages ever asked for."""
        self._flights: dict[int, _Flight] = {}
        self._freed = -math.inf
        self._heard = -math.inf  # when all the sound that is ready will have been heard

    # ---- the flow tells ---------------------------------------------------------------------------------------------

    def asked(self, index: int, characters: int, now: float) -> None:
        """The voice was given a passage (which may have to wait for its turn)."""
        self.told += 1
        self.spoken += 1
        self._flights[index] = _Flight(characters, now)
        if len(self._flights) > IN_FLIGHT:
            del self._flights[next(iter(self._flights))]

    def begun(self, index: int, now: float) -> None:
        """Its first sound can be heard, while the rest is still being made."""
        self.told += 1
        flight = self._flights.get(index)
        if flight is not None and flight.begun is None:
            flight.begun = now

    def ready(self, index: int, now: float, seconds: float, spoken: bool = True) -> None:
        """All of its sound is there; `spoken`: made by the voice, not kept from an earlier time."""
        self.told += 1
        flight = self._flights.get(index)
        if flight is None or flight.ready is not None:
            return
        since = flight.asked if self.parallel > 1 else max(flight.asked, self._freed)
        if spoken:
            onset = None if flight.begun is None else max(0.0, flight.begun - since)
            self._habit.learn(flight.characters, seconds, max(0.0, now - since), onset)
        self._land(flight, now, seconds)

    def failed(self, index: int, now: float) -> None:
        """No sound came of it."""
        self.told += 1
        flight = self._flights.get(index)
        if flight is not None and flight.ready is None:
            self._land(flight, now, 0.0)

    def skipped(self) -> None:
        """A passage that was cut is not spoken at all."""
        self.told += 1

    # ---- the buffer reads -------------------------------------------------------------------------------------------

    def ahead(self, now: float) -> float:
        """Seconds until the listener runs dry, with all that the voice was asked for, as far as can be foreseen."""
        return max(0.0, self.outlook(now)[1] - now)

    def expect(self, characters: int) -> float:
        """Seconds from asking a free voice for so many characters until all their sound is there."""
        return self._habit.expect(characters)

    def wait(self, characters: int) -> float:
        """The same until they can be heard without a break: sooner, where a voice is heard as it speaks."""
        return self._habit.wait(characters)

    def sound(self, characters: int) -> float:
        """Seconds for which so many characters will sound."""
        return self._habit.sound(characters)

    def free(self, now: float) -> float:
        """Seconds until the voice can begin another passage, as far as can be foreseen; 0.0 while it waits for one."""
        return max(0.0, self.outlook(now)[0] - now) if self.busy else 0.0

    def due(self, index: int) -> float:
        """When the listener would hear nothing without this passage: he has heard all before it by then. Who has heard
        nothing yet has been waiting since it was asked for."""
        until = self._heard
        for number, flight in self._flights.items():
            start = next(time for time in (flight.begun, flight.ready, flight.asked) if time is not None)
            if number == index:
                return start if until == -math.inf else until
            until = max(until, start) + (self.sound(flight.characters) if flight.ready is None else flight.seconds)
        return until

    @property
    def busy(self) -> bool:
        """As many passages are being spoken as the voice can speak at once; one, as long as it is unknown."""
        voices = self.parallel if self._habit.known else 1
        return len(self._flights) >= voices and self._under_way() >= voices

    @property
    def doubt(self) -> float:
        """Seconds to keep in reserve, since `wait` has lately been wrong."""
        return WARY * self._habit.doubt

    @property
    def onset(self) -> float | None:
        """Seconds before its first sound, of a voice that is heard as it speaks."""
        return self._habit.onset

    @property
    def factor(self) -> float:
        """Seconds of work for a second of sound, start-up aside."""
        return self._habit.factor

    def outlook(self, now: float) -> tuple[float, float]:
        """When the voice will be free, and when the listener will run dry, if nothing more is asked."""
        dry, slots = self._heard, [self._freed if self.parallel == 1 else -math.inf] * self.parallel
        for flight in self._flights.values():
            if flight.ready is not None:
                begun, ready, seconds = flight.heard_from(flight.ready), flight.ready, flight.seconds
            else:
                slot = slots.index(min(slots))
                start = max(slots[slot], flight.asked)
                begun = flight.heard_from(max(now, start + self.wait(flight.characters)))
                ready, seconds = max(now, start + self.expect(flight.characters)), self.sound(flight.characters)
                slots[slot] = ready
            dry = _heard_until(dry, begun, ready, seconds)
        return max(now, min(slots)), dry

    # ---- what is under way -------------------------------------------------------------------------------------------

    def _under_way(self) -> int:
        return sum(flight.ready is None for flight in self._flights.values())

    def _land(self, flight: _Flight, now: float, seconds: float) -> None:
        """Sound is heard in order: a passage counts once all before it have come."""
        flight.ready, flight.seconds, self._freed = now, seconds, max(self._freed, now)
        for index, first in list(self._flights.items()):
            if first.ready is None:
                return
            if first.seconds:
                self._heard = _heard_until(self._heard, first.heard_from(first.ready), first.ready, first.seconds)
            del self._flights[index]
