"""Text on its way from the source to the splitter, with marks in it: a stream bounded in characters, not in pieces.

Pieces of any size go in; what comes out is all that waits up to the next mark, joined, so that a fast source costs one
step and not one per token. Whoever takes may give up at a deadline without a token being lost: only the wait is cut
short.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from typing import TypeAlias

import anyio

from pipeline.ground.alarm import Alarm
from pipeline.types import Cue

PULSE = 0.001
"""Seconds between two takes: what comes faster is taken together."""


class Flush:
    """All that came before it is to be spoken at once."""


Mark: TypeAlias = Cue | Flush


class Inbox:
    def __init__(self, room: int) -> None:
        self._room = room
        self._pieces: deque[str | Mark] = deque()
        self._size = 0
        self._closed = False
        self._taken = 0.0
        self._nudged = False
        self._taker: asyncio.Future[None] | None = None
        self._alarm = Alarm(self._wake)
        self._giver: anyio.Event | None = None

    @property
    def full(self) -> bool:
        return self._size >= self._room

    @property
    def awaited(self) -> bool:
        """Somebody waits, and has not been woken yet."""
        return self._taker is not None and not self._taker.done()

    def put(self, piece: str | Mark) -> None:
        """Never waits; a giver that finds the inbox `full` afterwards awaits `emptied` before it gives more. A flush
        right behind another says nothing new."""
        again = isinstance(piece, Flush) and bool(self._pieces) and isinstance(self._pieces[-1], Flush)
        if piece and not again:
            self._pieces.append(piece)
            if isinstance(piece, str):
                self._size += len(piece)
            self._wake()

    async def emptied(self) -> None:
        """Returns when there is room again."""
        while self.full:
            self._giver = anyio.Event()
            await self._giver.wait()

    def close(self) -> None:
        """No more text will come."""
        self._closed = True
        self._wake()

    def nudge(self) -> None:
        """Make a waiting `take` return "" now, so that its caller looks at its deadline again."""
        self._nudged = True
        self._wake()

    async def nudged(self, seconds: float | None) -> None:
        """Returns at a nudge (one that came before counts), when text comes, or after `seconds`."""
        if not self._nudged:
            loop = asyncio.get_running_loop()
            self._alarm.set(math.inf if seconds is None else loop.time() + seconds)
            self._taker = loop.create_future()
            try:
                await self._taker
            finally:
                self._taker = None
                self._alarm.due = math.inf
        self._nudged = False

    async def take(self, most: int, seconds: float | None) -> str | Mark | None:
        """Up to `most` characters of what waits, or the mark in front of it; "" after `seconds` or a nudge; None when
        closed and all was taken."""
        if not self._pieces and not self._closed:
            await self.nudged(seconds)
        if self._pieces and not isinstance(self._pieces[0], str):
            return self._pieces.popleft()
        if self._size < most and not self._closed and time.monotonic() - self._taken < PULSE:
            await asyncio.sleep(PULSE)
        self._taken = time.monotonic()
        self._nudged = False
        return None if self._closed and not self._pieces else self._pop(most)

    def _pop(self, most: int) -> str:
        taken, room = list[str](), most
        while room and self._pieces and isinstance(piece := self._pieces[0], str):
            self._pieces.popleft()
            if len(piece) > room:
                self._pieces.appendleft(piece[room:])
                piece = piece[:room]
            taken.append(piece)
            room -= len(piece)
        self._size -= most - room
        if self._giver is not None and not self.full:
            self._giver.set()
            self._giver = None
        return "".join(taken)

    def _wake(self) -> None:
        if self._taker is not None and not self._taker.done():
            self._taker.set_result(None)
