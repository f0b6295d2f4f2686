"""Conversations: what a run is asked, after all that was said before."""

from __future__ import annotations

from dataclasses import replace

from api.bodies import Chat
from api.once import Once
from api.runs import Runs
from pipeline.errors import EmptyText
from pipeline.ports import RunRecord
from pipeline.types import Message


async def converse(runs: Runs, body: Chat, owner: str, once: Once) -> RunRecord:
    """A run that answers the message. Raises UnknownSession for another owner's conversation."""
    if not body.message.strip():
        raise EmptyText("The message is empty: there is nothing to answer.")
    runs.welcome()
    runs.allowance.room(owner)
    session = await runs.sessions.open(body.session_id, owner)
    async with runs.sessions.floor(session):
        runs.welcome()  # still: else it interrupts, and is refused
        for run in await runs.sessions.unanswered(session, owner):
            await runs.cancel(run)  # whoever goes on talking interrupts
            await runs.remember(run)
        before = await runs.sessions.history(session, owner)
        order = replace(body.order(messages=(*before, Message("user", body.message))), session_id=session)
        return await runs.create(order, owner=owner, once=once, on_disconnect=body.on_disconnect)
