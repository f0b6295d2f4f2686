"""A clock for many short waits: one timer for all, where a scope around each would cost more than a token does."""

from __future__ import annotations

import asyncio


class Silence:
    """Only what lies between `begin` and `end` counts. A wait that is too long is cancelled, which `broken` tells."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[object] | None = None
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._rings = 0.0
        """When the timer rings: not every loop's timers tell."""
        self._rung = False

    def begin(self, limit: float) -> None:
        self._task = asyncio.current_task()
        self._due = self._loop.time() + limit
        if self._timer is None or self._rings > self._due:
            self.stop()
            self._wind()

    def end(self) -> None:
        self._task = None

    def broken(self) -> bool:
        """Whether the CancelledError that has just come is ours; it is then over."""
        task, self._task = self._task, None
        if self._rung and task is not None:
            self._rung = False
            return task.uncancel() == 0
        return False

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer = None
        if self._task is None:
            return
        if self._loop.time() < self._due:
            self._wind()
        else:
            self._rung = True
            self._task.cancel()

    def _wind(self) -> None:
        self._timer, self._rings = self._loop.call_at(self._due, self._ring), self._due
