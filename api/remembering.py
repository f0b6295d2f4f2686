"""What of a run's answer its conversation remembers."""

from __future__ import annotations

import logging

from api.heard import Played, playing_at
from api.shown import asked_for
from pipeline.errors import AloudError, UnknownRun
from pipeline.events import Audio, Chunk, Speaking
from pipeline.ports import EventLog, RunRecord
from pipeline.recall import heard, past, said_in
from pipeline.stores.sessions import Sessions

logger = logging.getLogger("aloud.chat")


def answers(record: RunRecord) -> bool:
    """In a conversation."""
    return asked_for(record).get("session_id") is not None


async def remember(log: EventLog, sessions: Sessions, played: Played, run: str) -> None:
    """What an ended run has said in its conversation, if it has one; of one that was cancelled, what was heard."""
    try:
        record = await log.record(run)
        if record.status == "running" or not answers(record):
            return
        events = await past(log, run, Chunk, Speaking, Audio)
        await sessions.answer(run, said_in(events))
        if record.status == "cancelled":
            guessed = await _played_at_once(log, record)
            told = played[run]  # asked last: a report that came meanwhile knows better
            await sessions.heard(run, heard(events, guessed if told is None else told))
    except UnknownRun:
        pass  # erased meanwhile
    except AloudError as error:
        logger.error("what run %s said is not remembered yet", run, exc_info=error)


async def _played_at_once(log: EventLog, record: RunRecord) -> float:
    """Seconds of the joined audio that somebody has heard who plays everything as soon as it comes."""
    (last,) = await log.read(record.id, record.last - 1, 1)
    return await playing_at(log, record.id, last.at)
