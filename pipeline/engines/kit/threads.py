"""Worker threads of one engine: blocking work whose sound is handed to the event loop piece by piece."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import anyio

from pipeline.errors import EngineUnavailable
from pipeline.ground.pipe import Pipe

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
        self._pipes: set[Pipe[Any]] = set()

    async def stream(
        self, work: Callable[[Put[T]], None], stop: Callable[[], None] = lambda: None
    ) -> AsyncGenerator[T, None]:
        """What `work(put)` puts, as it comes. Closing ends the work, and waits until its thread is free again; `stop`
        is called then, for work that is long between two pieces."""
        pipe: Pipe[T] = Pipe(WAITING, stop)
        try:
            job = self._pool.submit(work, pipe.put)
        except RuntimeError as error:
            raise EngineUnavailable(
                "The engine was closed, or Python is ending: its main thread has to wait for whoever reads the stream."
            ) from error
        self._pipes.add(pipe)
        job.add_done_callback(lambda _: pipe.end())
        try:
            async for piece in pipe:
                yield piece
            if pipe.left:
                raise EngineUnavailable("The engine was closed before it had said this text.")
            job.result()
        finally:
            job.cancel()
            pipe.leave()
            with anyio.CancelScope(shield=True):
                await pipe.over()
            self._pipes.discard(pipe)

    async def call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def aclose(self) -> None:
        """Return when every thread has ended. Work that goes on is broken off, and whoever listens to it is told."""
        for pipe in self._pipes:
            pipe.leave()
        try:
            await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)
        except RuntimeError:  # Python is ending, and begins no thread any more: it has waited for ours itself
            self._pool.shutdown()
