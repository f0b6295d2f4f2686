"""Ctrl-C, and the order to end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable

from anyio import TASK_STATUS_IGNORED
from anyio.abc import TaskStatus

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def heed(
    stop: Callable[[], object],
    signals: Iterable[signal.Signals] = _SIGNALS,
    *,
    task_status: TaskStatus[None] = TASK_STATUS_IGNORED,
) -> None:
    """Calls `stop` at the first of these signals; the next one ends the program at once. An event loop's own handlers
    would not do: there are none on Windows."""
    loop, called = asyncio.get_running_loop(), asyncio.Event()
    before = {number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(called.set)) for number in signals}
    try:
        task_status.started()
        await called.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    stop()
