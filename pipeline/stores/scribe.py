"""The thread in which stores read and write their small files, so that no disk holds up an event loop."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, TypeVarTuple

import anyio

__all__ = ["aside"]

T = TypeVar("T")
Given = TypeVarTuple("Given")


@dataclass(slots=True)
class _Job:
    work: Callable[..., Any]
    given: tuple[Any, ...]
    done: asyncio.Future[Any]


class _Scribe:
    """One for the process. A step of every passage goes through it, and with a pool of threads it would be the dearest:
    to hand a job to one thread that is always the same costs a third of that."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def put(self, job: _Job) -> None:
        self._jobs.put(job)
        if self._thread is None or not self._thread.is_alive():  # not in a forked child
            self._thread = threading.Thread(target=self._run, name="scribe", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            job = self._jobs.get()
            result, broken = None, None
            try:
                result = job.work(*job.given)
            except BaseException as error:  # noqa: BLE001  raised where it is waited for
                broken = error
            with contextlib.suppress(RuntimeError):  # the loop is gone, and with it all who might want to know
                job.done.get_loop().call_soon_threadsafe(_settle, job.done, result, broken)
            del job, result, broken


_scribe = _Scribe()


async def aside(work: Callable[[*Given], T], *given: *Given) -> T:
    """What `work` returns, done after all that was asked before; waited for to its end, also when cancelled."""
    done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    _scribe.put(_Job(work, given, done))
    with anyio.CancelScope(shield=True):
        await done
    return done.result()


def _settle(done: asyncio.Future[Any], result: Any, broken: BaseException | None) -> None:
    if done.done():
        return
    if broken is None:
        done.set_result(result)
    else:
        done.set_exception(broken)
