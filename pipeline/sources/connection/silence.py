"""A limit for each of many short waits, where a scope around each would cost more than a token does."""

from __future__ import annotations

import asyncio
import math

from pipeline.ground.alarm import STOOD_STILL, Alarm


class Silence:
    """Only what lies between `begin` and `end` counts. A wait that is too long is cancelled, which `broken` tells.
    Where the process stood still, it begins anew: what came meanwhile is still to be read."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[object] | None = None
        self._alarm = Alarm(self._ring)
        self.stop = self._alarm.stop
        self._rung = False
        self._limit = math.inf

    def begin(self, limit: float) -> None:
        self._task, self._limit = asyncio.current_task(), limit
        self._alarm.set(self._loop.time() + limit)

    def end(self) -> None:
        self._task = None
        self._alarm.due = math.inf

    def broken(self) -> bool:
        """Whether the CancelledError that has just come is ours; it is then over."""
        task, self._task = self._task, None
        if self._rung and task is not None:
            self._rung = False
            return task.uncancel() == 0
        return False

    def _ring(self) -> None:
        if self._task is None:
            return
        now = self._loop.time()
        if now - self._alarm.due > STOOD_STILL:
            self._alarm.set(now + self._limit)
            return
        self._rung = True
        self._task.cancel()
