"""What is old, or too much, goes: whole runs, text and clips together; never one that is going on."""

from __future__ import annotations

import contextlib
import logging
import time

import anyio

from api.runs import Runs
from pipeline.errors import AloudError, StoreError, UnknownRun
from pipeline.ports import RunRecord

logger = logging.getLogger("aloud.retention")

_PAUSE = 60.0
"""Seconds between two looks."""
_PAGE = 100
"""Runs looked at together: each comes with all that it was asked for."""


async def keep_tidy(runs: Runs) -> None:
    hours, size = runs.settings.retention_hours, runs.settings.retention_bytes
    while hours is not None or size is not None:
        try:
            if hours is not None:
                _tell("age", await _forget_old(runs, time.time() - 3600 * hours))
                await runs.documents.forget(time.time() - 3600 * hours)
                await runs.sessions.expire(3600 * hours)
            if size is not None:
                _tell("size", await _forget_most(runs, size))
                await runs.documents.forget_most(size)
        except (AloudError, OSError) as error:
            logger.warning("what is old could not all be erased: %s", error)
        await anyio.sleep(_PAUSE)


def _tell(reason: str, erased: int) -> None:
    if erased:
        logger.info("runs erased", extra={"fields": {"reason": reason, "runs": erased}})


async def _forget_old(runs: Runs, before: float) -> int:
    """Runs that ended before that time; how many. One that cannot be erased keeps no other: it is told behind them."""
    created, id_, erased, failure = before, "", 0, None
    while records := await runs.log.records(before=created, before_id=id_, limit=_PAGE):
        created, id_ = records[-1].created, records[-1].id
        for record in records:
            try:
                if record.status != "running" and await _ended(runs, record) < before:
                    await runs.erase(record.id)
                    erased += 1
            except UnknownRun:
                pass  # erased meanwhile
            except StoreError as error:
                failure = error
    if failure is not None:
        raise failure
    return erased


async def _ended(runs: Runs, record: RunRecord) -> float:
    """Seconds since the epoch."""
    last = await runs.log.read(record.id, record.last - 1, 1)
    return record.created + (last[0].at if last else 0.0)


async def _forget_most(runs: Runs, size: int) -> int:
    """The oldest runs, until all clips together are no more than `size` bytes; how many."""
    erased = await runs.workshop.clips.sweep(keep=set(runs.going), size=size)
    for run in erased:
        with contextlib.suppress(UnknownRun):  # clips that no run remembers
            await runs.erase(run)
    return len(erased)
