"""What an event log holds of one run in memory: the last events, the numbers given out, and who waits for more."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Tape(Generic[T]):
    def __init__(self, *, hold: int, last: int = 0, at: float = 0.0) -> None:
        self.last = last
        """Number of the last event kept."""
        self.taken = last
        """Number of the last event asked for; ahead of `last` while events are on their way to the disk."""
        self.ending = False
        """A terminal event has its number: no other follows."""
        self.ended = False
        self._hold = hold
        self._held = 0
        self._items: deque[tuple[T, int]] = deque()
        self._origin = time.monotonic() - at
        self._bell: asyncio.Event | None = None

    @property
    def at(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._origin

    def keep(self, item: T, size: int = 1) -> None:
        """The next event. The oldest go when all held together are larger than `hold`; the newest always stays."""
        self.last += 1
        self._items.append((item, size))
        self._held += size
        while self._held > self._hold and len(self._items) > 1:
            self._held -= self._items.popleft()[1]

    def after(self, number: int, limit: int) -> list[T] | None:
        """Events above `number`, or None when some of them are no longer held."""
        skip = number - (self.last - len(self._items))
        if skip < 0:
            return None
        return [self._items[place][0] for place in range(skip, min(skip + limit, len(self._items)))]

    def ring(self) -> None:
        """Wake those who wait."""
        if self._bell is not None:
            self._bell.set()
            self._bell = None

    async def wait(self, after: int) -> None:
        """Returns when there is an event above `after`, or none will come."""
        while self.last <= after and not self.ended:
            if self._bell is None:
                self._bell = asyncio.Event()
            await self._bell.wait()
