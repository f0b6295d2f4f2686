"""Worker threads of one engine: blocking work whose sound is handed to the event loop piece by piece."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

import anyio

from pipeline.errors import EngineUnavailable

T = TypeVar("T")
Put = Callable[[T], bool]
"""Hands over one piece, waiting while the listener is behind; False means that nobody listens any more."""

WAITING = 64
"""Pieces made ahead of the listener at most."""


def cores() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Threads:
    """A pool apart from everybody else's, so that one engine never waits for another."""

    def __init__(self, name: str, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)
        self._pipes: set[_Pipe[Any]] = set()

    async def stream(
        self, work: Callable[[Put[T]], None], stop: Callable[[], None] = lambda: None
    ) -> AsyncGenerator[T, None]:
        """What `work(put)` puts, as it comes. Closing ends the work, and waits until its thread is free again; `stop`
        is called then, for work that is long between two pieces."""
        pipe: _Pipe[T] = _Pipe(asyncio.get_running_loop(), stop)
        job = self._pool.submit(work, pipe.put)
        self._pipes.add(pipe)
        job.add_done_callback(lambda _: pipe.end())
        try:
            while True:
                while pipe.pieces:
                    yield pipe.take()
                if pipe.ended:
                    break
                await pipe.news()
            if pipe.left:
                raise EngineUnavailable("The engine was closed before it had said this text.")
            job.result()
        finally:
            job.cancel()
            pipe.leave()
            with anyio.CancelScope(shield=True):
                while not pipe.ended:
                    await pipe.news()
            self._pipes.discard(pipe)

    async def call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def aclose(self) -> None:
        """Return when every thread has ended. Work that goes on is broken off, and whoever listens to it is told."""
        for pipe in self._pipes:
            pipe.leave()
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)


class _Pipe(Generic[T]):
    def __init__(self, loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
        self.pieces: deque[T] = deque()
        self.ended = False
        self.left = False
        self._loop = loop
        self._stop = stop
        self._bell = asyncio.Event()
        self._rung = False
        self._room = threading.Semaphore(WAITING)

    # in the thread

    def put(self, piece: T) -> bool:
        while not self._room.acquire(timeout=1.0):
            if self._loop.is_closed():  # the listener went without closing: do not hold the process
                return False
        if self.left:
            return False
        self.pieces.append(piece)
        if not self._rung:
            self._rung = True
            self._tell(self._bell.set)
        return True

    def end(self) -> None:
        self._tell(self._ended)

    def _tell(self, message: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(message)

    # in the loop

    def take(self) -> T:
        self._room.release()
        return self.pieces.popleft()

    async def news(self) -> None:
        await self._bell.wait()
        self._bell.clear()
        self._rung = False

    def leave(self) -> None:
        """Nobody listens any more."""
        if not self.left and not self.ended:
            self.left = True
            self._stop()
            self._room.release()

    def _ended(self) -> None:
        self.ended = True
        self._bell.set()
