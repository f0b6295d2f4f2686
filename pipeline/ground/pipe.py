"""From a thread to the event loop: what is made in the one is handed over, piece by piece, to whoever reads in the
other."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Pipe(Generic[T]):
    """Read with `async for`. The loop is woken once for all that has come."""

    def __init__(self, most: int, stop: Callable[[], object] = lambda: None) -> None:
        """`most`: pieces made ahead of the reader. `stop`: called when he leaves before the end."""
        self.ended = False
        self.left = False
        """Nobody reads any more."""
        self._loop = asyncio.get_running_loop()
        self._stop = stop
        self._pieces: deque[T] = deque()
        self._bell = asyncio.Event()
        self._rung = False
        self._room = threading.Semaphore(most)

    # in the thread

    def put(self, piece: T) -> bool:
        """Waits while the reader is behind; False when nobody reads any more."""
        while not self._room.acquire(timeout=1.0):
            if self._loop.is_closed():  # the reader went without leaving: do not hold the process
                return False
        if self.left:
            return False
        self._pieces.append(piece)
        if not self._rung:
            self._rung = True
            self._tell(self._bell.set)
        return True

    def end(self) -> None:
        self._tell(self._ended)

    def _tell(self, message: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is gone, and with it all who might want to know
            self._loop.call_soon_threadsafe(message)

    # in the loop

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        while not self._pieces:
            if self.ended:
                raise StopAsyncIteration
            await self._news()
        self._room.release()
        return self._pieces.popleft()

    def leave(self) -> None:
        """Nobody reads any more."""
        if not self.left and not self.ended:
            self.left = True
            self._stop()
            self._room.release()

    async def over(self) -> None:
        """Returns when the thread has ended."""
        while not self.ended:
            await self._news()

    async def _news(self) -> None:
        await self._bell.wait()
        self._bell.clear()
        self._rung = False

    def _ended(self) -> None:
        self.ended = True
        self._bell.set()
