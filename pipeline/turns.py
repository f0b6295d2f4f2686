"""Whose passage is spoken next, when there are more of them than a voice can speak at once."""

from __future__ import annotations

import heapq
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count

import anyio


class Turns:
    """So many at a time; those who wait go by the moment at which their listener would hear nothing, earliest first."""

    def __init__(self, slots: int) -> None:
        self._free = slots
        self._waiting: list[tuple[float, int, anyio.Event]] = []
        self._order = count()

    @asynccontextmanager
    async def turn(self, dry: float) -> AsyncGenerator[None, None]:
        """`dry`: when the listener runs dry, on a clock that all share; infinite where nobody listens."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(dry)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, dry: float) -> None:
        mine = anyio.Event()
        ticket = (dry, next(self._order), mine)
        heapq.heappush(self._waiting, ticket)
        try:
            await mine.wait()
        except BaseException:
            if mine.is_set():
                self._pass_on()  # called and cancelled at once
            else:
                self._waiting.remove(ticket)
                heapq.heapify(self._waiting)
            raise

    def _pass_on(self) -> None:
        if self._waiting:
            heapq.heappop(self._waiting)[2].set()
        else:
            self._free += 1
