"""Whose passage is spoken next, when there are more of them than a voice can speak at once."""

from __future__ import annotations

import asyncio
import heapq
from itertools import count

KEEPING = 16
"""Passages that were spoken and are still to be kept: with more of them the voice waits, for they fill the memory."""


class Turns:
    """So many at a time; those who wait go by the moment at which their listener would hear nothing, earliest first."""

    def __init__(self, slots: int) -> None:
        self.free = slots
        self.room = slots + KEEPING
        self._waiting: list[tuple[float, int, asyncio.Event]] = []
        self._order = count()

    def turn(self, dry: float) -> Turn:
        """`dry`: when the listener runs dry, on a clock that all share; infinite where nobody listens."""
        return Turn(self, dry)

    async def wait(self, dry: float) -> None:
        """Until there are a slot and room; both are taken."""
        mine = asyncio.Event()
        ticket = (dry, next(self._order), mine)
        heapq.heappush(self._waiting, ticket)
        self.call()
        if mine.is_set():
            return
        try:
            await mine.wait()
        except BaseException:
            if mine.is_set():  # called and cancelled at once
                self.free += 1
                self.room += 1
                self.call()
            else:
                self._waiting.remove(ticket)
                heapq.heapify(self._waiting)
            raise

    def call(self) -> None:
        """Those whose turn it is now."""
        while self._waiting and self.free and self.room:
            self.free -= 1
            self.room -= 1
            heapq.heappop(self._waiting)[2].set()


class Turn:
    """One passage's: at the voice until it is `spoken`, and in the memory until it is left."""

    def __init__(self, turns: Turns, dry: float) -> None:
        self._turns = turns
        self._dry = dry
        self._speaking = False

    async def __aenter__(self) -> None:
        await self._turns.wait(self._dry)
        self._speaking = True

    async def __aexit__(self, *_: object) -> None:
        self._turns.room += 1
        self.spoken()
        self._turns.call()

    def spoken(self) -> None:
        """The voice is free for others."""
        if self._speaking:
            self._speaking = False
            self._turns.free += 1
            self._turns.call()
