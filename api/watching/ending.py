"""A run's last word, when the run itself can no longer say it."""

from __future__ import annotations

import contextlib
import logging
from typing import Any

import anyio

from api.sending.sse import Closing
from pipeline.errors import AloudError, NotHeld, StoreError, UnknownRun
from pipeline.events import Cancelled, Complete, Error
from pipeline.ledger import Ledger
from pipeline.ports import EventLog

logger = logging.getLogger("aloud.runs")

_PAUSE, _LONGEST = 1.0, 30.0
"""Seconds between tries when the disk does not take it: at first, and at most."""


def outcome(last: Complete | Error | Cancelled) -> str:
    """In one word: complete, partial, error or cancelled."""
    return last.status if isinstance(last, Complete) else last.type


def became(last: Complete | Error | Cancelled) -> dict[str, Any]:
    """For the service's log: numbers and codes, for what a message says may be somebody's own."""
    code = {"code": last.code} if isinstance(last, Error) else {}
    return {"outcome": outcome(last), **code, "chars": last.chars, "failed": last.failed, "sound": last.seconds}


async def end(log: EventLog, run: str, error: AloudError, closing: Closing) -> None:
    """One `error` event, as soon as the log takes it; until then nobody is kept waiting for it."""
    pause = _PAUSE
    try:
        while True:
            try:
                sums = await _sums(log, run)
                await log.append(run, Error(code=error.code, message=error.message, retryable=error.retryable, **sums))
                return
            except UnknownRun:
                return  # erased meanwhile
            except StoreError as refused:
                logger.error("the end of run %s cannot be written: %s", run, refused.message)
                closing.stick(run)
            await anyio.sleep(pause)
            pause = min(2 * pause, _LONGEST)
    finally:
        closing.free(run)


async def _sums(log: EventLog, run: str) -> dict[str, Any]:
    """Of all its events that can still be read."""
    ledger, after = Ledger(), 0
    while lines := await log.lines(run, after):
        for line in lines:
            with contextlib.suppress(NotHeld):
                ledger.note(line.event)
        after = lines[-1].seq
    return ledger.sums(ended=False)
