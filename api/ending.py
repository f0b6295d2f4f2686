"""A run's last word, when the run itself can no longer say it."""

from __future__ import annotations

import logging

import anyio

from pipeline.errors import AloudError, StoreError, UnknownRun
from pipeline.events import Cancelled, Complete, Error
from pipeline.ledger import Ledger
from pipeline.ports import EventLog
from pipeline.recall import past

logger = logging.getLogger("aloud.runs")

_PAUSE, _LONGEST = 1.0, 30.0
"""Seconds between tries when the disk does not take it: at first, and at most."""


def outcome(last: Complete | Error | Cancelled) -> str:
    """In one word: complete, partial, error or cancelled."""
    return last.status if isinstance(last, Complete) else last.type


async def end(log: EventLog, run: str, error: AloudError) -> None:
    """One `error` event, as soon as the log takes it."""
    pause = _PAUSE
    while True:
        try:
            ledger = Ledger()
            for event in await past(log, run):
                ledger.note(event)
            sums = ledger.sums(ended=False)
            await log.append(run, Error(code=error.code, message=error.message, retryable=error.retryable, **sums))
            return
        except UnknownRun:
            return  # erased meanwhile
        except StoreError as refused:
            logger.error("the end of run %s cannot be written: %s", run, refused.message)
        await anyio.sleep(pause)
        pause = min(2 * pause, _LONGEST)
