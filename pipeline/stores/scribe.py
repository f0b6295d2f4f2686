"""The thread in which stores read and write their small files, so that no disk holds up an event loop."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar, TypeVarTuple

import anyio

__all__ = ["aside", "behind"]

MOMENT = 0.0003
"""Seconds that a loop stands still for its job: nearly all are done in a third of it. To go on meanwhile costs a loop
several times more: the scribe wants the interpreter back after each of its calls to the system, and then the loop must
be woken."""
REST, LONGEST = 0.02, 1.0
"""Seconds for which no loop stands still after one that did so in vain, twice as long each time in a row: the disk is
slow, or others want the interpreter."""

T = TypeVar("T")
Given = TypeVarTuple("Given")


class _Scribe:
    """One for the process. A step of every passage goes through it: with a pool of threads it would be the dearest."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._rest = REST
        self._resting = 0.0
        """Until then, on the monotonic clock."""

    def put(self, job: Future[Any], work: Callable[..., Any], given: tuple[Any, ...]) -> None:
        self._jobs.put((job, work, given))
        if self._thread is None or not self._thread.is_alive():  # not in a forked child
            self._thread = threading.Thread(target=self._run, name="scribe", daemon=True)
            self._thread.start()

    def stand_by(self, job: Future[Any]) -> None:
        """Stands still for it where that is worth it; then it may be done already."""
        if time.monotonic() >= self._resting:
            with contextlib.suppress(TimeoutError):
                job.exception(MOMENT)
            if job.done():
                self._rest = REST
            else:
                self._resting = time.monotonic() + self._rest
                self._rest = min(2 * self._rest, LONGEST)

    def _run(self) -> None:
        while True:
            job, work, given = self._jobs.get()
            if job.set_running_or_notify_cancel():
                try:
                    job.set_result(work(*given))
                except BaseException as error:  # noqa: BLE001  raised where it is waited for
                    job.set_exception(error)
            del job, work, given


_scribe = _Scribe()


async def aside(work: Callable[[*Given], T], *given: *Given) -> T:
    """What `work` returns, done after all that was asked before; waited for to its end, also when cancelled."""
    job: Future[T] = Future()
    _scribe.put(job, work, given)
    _scribe.stand_by(job)
    if not job.done():
        with anyio.CancelScope(shield=True):
            await asyncio.wrap_future(job)
    return job.result()


def behind(work: Callable[[*Given], object], *given: *Given) -> None:
    """Have it done, after all that was asked before; nobody waits for it."""
    _scribe.put(Future(), work, given)
