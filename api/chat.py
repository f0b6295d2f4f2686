"""Conversations with memory: what a run is asked after all that was said before, and what of its answer is kept."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from api.bodies import Chat
from api.heard import heard, playing_at
from pipeline.errors import AloudError, EmptyText, UnknownRun
from pipeline.events import Audio, Chunk
from pipeline.ports import RunRecord
from pipeline.types import Message

if TYPE_CHECKING:
    from api.runs import Runs

logger = logging.getLogger("aloud.chat")


async def converse(runs: Runs, body: Chat, owner: str) -> RunRecord:
    """A run that answers the message. Raises UnknownSession for another owner's conversation."""
    if not body.message.strip():
        raise EmptyText("The message is empty: there is nothing to answer.")
    runs.welcome()
    session = await runs.sessions.open(body.session_id, owner)
    for run in await runs.sessions.unanswered(session, owner):
        await runs.cancel(run)  # whoever goes on talking interrupts
        await remember(runs, run)
    before = await runs.sessions.history(session, owner)
    order = replace(body.order(messages=(*before, Message("user", body.message))), session_id=session)
    record, _ = await runs.create(order, owner=owner, on_disconnect=body.on_disconnect)
    return record


def answers(record: RunRecord) -> bool:
    """In a conversation."""
    return ((record.request or {}).get("order") or {}).get("session_id") is not None


async def remember(runs: Runs, run: str) -> None:
    """What an ended run has said in its conversation, if it has one; of one that was cancelled, what was heard."""
    try:
        record = await runs.log.record(run)
        if record.status == "running" or not answers(record):
            return
        events = await runs.events(run, Chunk, Audio)
        await runs.sessions.answer(run, "".join(event.content for event in events if isinstance(event, Chunk)))
        if record.status == "cancelled":
            guessed = await _played_at_once(runs, record)
            told = runs.played[run]  # asked last: a report that came meanwhile knows better
            await runs.sessions.heard(run, heard(events, guessed if told is None else told))
    except UnknownRun:
        pass  # erased meanwhile
    except AloudError as error:
        logger.error("what run %s said is not remembered yet", run, exc_info=error)


async def _played_at_once(runs: Runs, record: RunRecord) -> float:
    """Seconds of the joined audio that somebody has heard who plays everything as soon as it comes."""
    (last,) = await runs.log.read(record.id, record.last - 1, 1)
    return await playing_at(runs, record.id, record.created + last.at)
