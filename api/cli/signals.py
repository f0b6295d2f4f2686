"""Ctrl-C, and the orders to end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterable
from typing import NoReturn

from anyio import TASK_STATUS_IGNORED
from anyio.abc import TaskStatus

from api.cli.exits import INTERRUPTED

ORDERS = (signal.SIGTERM, *((signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()))
"""To end: a terminal that is closed gives one, too."""
_CURSOR = b"\x1b[?25h"
"""Shows it again, which is hidden while something moves."""


async def heed(
    stop: Callable[[], object],
    signals: Iterable[signal.Signals] = (signal.SIGINT, *ORDERS),
    *,
    task_status: TaskStatus[None] = TASK_STATUS_IGNORED,
) -> None:
    """Calls `stop` at the first of these signals; the next Ctrl-C ends the program at once. An order that is ignored
    from the start stays so, as `nohup` wants it; Ctrl-C does not, which shells ignore for all that they start in the
    background. An event loop's own handlers would not do: there are none on Windows."""
    loop, called = asyncio.get_running_loop(), asyncio.Event()
    heeded = [number for number in signals if number not in ORDERS or signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(called.set)) for number in heeded}
    try:
        task_status.started()
        await called.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if signal.SIGINT in before:
        signal.signal(signal.SIGINT, leave)
    stop()


def leave(*_: object) -> NoReturn:
    """Without unwinding: an exception that comes out of nowhere is in any task's way, and shown as its fault."""
    if sys.stderr.isatty():
        os.write(sys.stderr.fileno(), _CURSOR + b"\n")
    os._exit(INTERRUPTED)
