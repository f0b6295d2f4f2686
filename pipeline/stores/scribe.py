"""The thread in which stores read and write their small files, so that no disk holds up an event loop."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar, TypeVarTuple

import anyio

MOMENT = 0.0003
"""Seconds that a loop stands still for its job: nearly all are done in a third of it. To go on meanwhile would cost the
loop several times more: the scribe wants the interpreter back after each call to the system, then wakes the loop."""
REST, LONGEST = 0.02, 1.0
"""Seconds for which no loop stands still after one that did so in vain, doubled each time in a row: the disk is slow,
or others want the interpreter."""

T = TypeVar("T")
Given = TypeVarTuple("Given")


class _Job(Generic[T]):
    """With a bare lock, because a `concurrent.futures.Future` costs as much again as going to the thread and back."""

    __slots__ = ("_error", "_given", "_over", "_result", "_tell", "_work", "done")

    def __init__(self, work: Callable[..., T], given: tuple[Any, ...]) -> None:
        self._work = work
        self._given = given
        self._over = threading.Lock()
        self._over.acquire()
        self._tell: Callable[[], object] | None = None
        self._result: T
        self._error: BaseException | None = None
        self.done = False

    def run(self) -> None:
        try:
            self._result = self._work(*self._given)
        except BaseException as error:  # noqa: BLE001  raised where it is waited for
            self._error = error
        self.done = True  # before `_tell` is read: `wait` sets that first, and then reads this
        self._over.release()
        if self._tell is not None:
            with contextlib.suppress(RuntimeError):  # the loop is gone
                self._tell()

    def stand_by(self, seconds: float) -> bool:
        """Blocks until it is done, at most so long; whether it is."""
        return self._over.acquire(timeout=seconds)

    async def wait(self) -> None:
        """To its end, also when cancelled."""
        over, loop = asyncio.Event(), asyncio.get_running_loop()
        self._tell = lambda: loop.call_soon_threadsafe(over.set)
        if not self.done:
            with anyio.CancelScope(shield=True):
                await over.wait()

    def outcome(self) -> T:
        if self._error is not None:
            raise self._error
        return self._result


class _Scribe:
    """One for the process. A step of every passage goes through it: with a pool of threads it would be the dearest."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[_Job[Any]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._rest = REST
        self._resting = 0.0
        """Until then, on the monotonic clock."""

    def put(self, job: _Job[Any]) -> None:
        if not self._lives():
            with self._starting:  # loops of several threads may come at once: with two scribes, order would be lost
                if not self._lives():
                    self._thread = threading.Thread(target=self._run, name="scribe", daemon=True)
                    self._thread.start()
        self._jobs.put(job)

    def _lives(self) -> bool:
        """Not in a forked child."""
        return self._thread is not None and self._thread.is_alive()

    def stand_by(self, job: _Job[Any]) -> None:
        """Stands still for it where that is worth it; then it may be done already."""
        if time.monotonic() < self._resting:
            return
        if job.stand_by(MOMENT):
            self._rest = REST
        else:
            self._resting = time.monotonic() + self._rest
            self._rest = min(2 * self._rest, LONGEST)

    def _run(self) -> None:
        while True:
            job = self._jobs.get()
            job.run()
            del job


_scribe = _Scribe()


async def aside(work: Callable[[*Given], T], *given: *Given) -> T:
    """What `work` returns, done after all that was asked before; waited for to its end, also when cancelled."""
    job = _Job(work, given)
    _scribe.put(job)
    _scribe.stand_by(job)
    if not job.done:
        await job.wait()
    return job.outcome()
