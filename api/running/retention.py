"""What is old, or too much, goes: whole runs, text and clips together; never one that is going on."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import anyio

from api.running.runs import Runs
from pipeline.errors import AloudError, NotHeld, StoreError, UnknownRun
from pipeline.events import Event
from pipeline.ports import RunRecord

logger = logging.getLogger("aloud.retention")

_PAUSE = 60.0
"""Seconds between two looks."""
_PAGE = 100
"""Runs looked at together: each comes with all that it was asked for."""


async def keep_tidy(runs: Runs) -> None:
    hours, size = runs.settings.retention_hours, runs.settings.retention_bytes
    while True:
        await _try(runs.workshop.sounds.make_room)
        if hours is not None:
            before = time.time() - 3600 * hours
            for forget in (partial(_forget_old, runs), runs.documents.forget, runs.workshop.sounds.forget):
                await _try(partial(forget, before))
            await _try(partial(runs.sessions.expire, 3600 * hours))
        if size is not None:
            await _try(partial(_forget_most, runs, size))
            await _try(partial(runs.documents.forget_most, size))
        await anyio.sleep(_PAUSE)


async def _try(forget: Callable[[], Awaitable[object]]) -> None:
    """What cannot be erased keeps nothing else."""
    try:
        await forget()
    except (AloudError, OSError) as error:
        logger.warning("what is old could not all be erased: %s", error)


def _tell(reason: str, erased: int) -> None:
    if erased:
        logger.info("runs erased", extra={"fields": {"reason": reason, "runs": erased}})


async def _forget_old(runs: Runs, before: float) -> None:
    """Runs that ended before that time. One that cannot be erased keeps no other: it is told behind them."""
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
    _tell("age", erased)
    if failure is not None:
        raise failure


async def _ended(runs: Runs, record: RunRecord) -> float:
    """Seconds since the epoch; when it began, where its end is damaged."""
    last: Sequence[Event] = ()
    with contextlib.suppress(NotHeld):
        last = await runs.log.read(record.id, record.last - 1, 1)
    return record.created + (last[0].at if last else 0.0)


async def _forget_most(runs: Runs, size: int) -> None:
    """The oldest runs, until all clips together are no more than `size` bytes."""
    erased, failure = 0, None
    for run in await runs.workshop.clips.sweep(keep=set(runs.going), size=size):
        try:
            await runs.erase(run)
            erased += 1
        except UnknownRun:
            pass  # clips that no run remembers
        except StoreError as error:  # it keeps no other
            failure = error
    _tell("size", erased)
    if failure is not None:
        raise failure
