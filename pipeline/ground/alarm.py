"""A clock for many short waits: nearly all are over before their time, so that a timer which rings early and looks
again is cheaper than a new one for each."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

STOOD_STILL = 0.5
"""Seconds by which a timer is late only where the whole process was stopped, or next to it, and did nothing else
either."""


class Alarm:
    def __init__(self, ring: Callable[[], object]) -> None:
        self._ring = ring
        self.due = math.inf
        """On the loop's clock. Whoever need not be woken any more puts it off for ever here, and calls nothing."""
        self._timer: asyncio.TimerHandle | None = None
        self._rings = math.inf
        """When the timer rings. Not every loop's timers tell: uvloop's do not, where there is nothing to wait for."""

    def set(self, due: float) -> None:
        """In place of what was set before."""
        self.due = due
        if due < self._rings:
            self.stop()
            self._timer, self._rings = asyncio.get_running_loop().call_at(due, self._look), due

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer, self._rings = None, math.inf

    def _look(self) -> None:
        self._timer, self._rings = None, math.inf
        if self.due <= asyncio.get_running_loop().time():
            self._ring()
        else:
            self.set(self.due)


@asynccontextmanager
async def awake(seconds: float) -> AsyncGenerator[asyncio.Timeout, None]:
    """As asyncio.timeout. Where the process stood still, they begin anew: what came meanwhile is still to be read."""
    loop = asyncio.get_running_loop()

    def ring() -> None:
        now = loop.time()
        if now - alarm.due > STOOD_STILL:
            alarm.set(now + seconds)
        else:
            patience.reschedule(now)

    alarm = Alarm(ring)
    async with asyncio.timeout(None) as patience:
        alarm.set(loop.time() + seconds)
        try:
            yield patience
        finally:
            alarm.stop()
