"""Conversations: what a run is asked, after all that was said before."""

from __future__ import annotations

from dataclasses import replace

import anyio

from api.forms.bodies import Chat
from api.running.once import Once
from api.running.runs import Runs
from pipeline.assembly.order import Order
from pipeline.errors import EmptyText
from pipeline.ports import RunRecord
from pipeline.types import Message


async def converse(runs: Runs, body: Chat, owner: str, once: Once) -> RunRecord:
    """A run that answers the message."""
    if not body.message.strip():
        raise EmptyText("The message is empty: there is nothing to answer.")
    session = await runs.sessions.open(body.session_id, owner)

    async def order() -> Order:
        before = await runs.sessions.history(session, owner)
        return replace(body.order(messages=(*before, Message("user", body.message))), session_id=session)

    async with runs.sessions.floor(session, owner):
        if unanswered := await runs.sessions.unanswered(session, owner):
            await runs.check(await order(), owner)  # what is refused interrupts nobody
            async with anyio.create_task_group() as interrupting:
                for run in unanswered:
                    interrupting.start_soon(_interrupt, runs, run)
        return await runs.create(await order(), owner=owner, once=once, on_disconnect=body.on_disconnect)


async def _interrupt(runs: Runs, run: str) -> None:
    """As whoever goes on talking does."""
    await runs.cancel(run)
    await runs.heard.remember(run)
