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
        self._waiting: set[asyncio.Future[bool]] = set()

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

    def ring(self, news: bool = True) -> None:
        """Wake those who wait; without news, they return all the same."""
        waiting, self._waiting = self._waiting, set()
        for one in waiting:
            _tell(one, news)

    async def wait(self, after: int, seconds: float | None = None) -> bool:
        """Returns when there is an event above `after`, or none will come; False when somebody rang without news, or
        `seconds` were over before."""
        while self.last <= after and not self.ended:
            loop = asyncio.get_running_loop()
            mine = loop.create_future()
            self._waiting.add(mine)
            timer = None if seconds is None else loop.call_later(seconds, _tell, mine, False)
            try:
                if not await mine:
                    return False
            finally:
                self._waiting.discard(mine)
                if timer is not None:
                    timer.cancel()
        return True


def _tell(one: asyncio.Future[bool], news: bool) -> None:
    if not one.done():
        one.set_result(news)
