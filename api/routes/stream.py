"""Speak, and listen while it is being made: one request, one stream of events."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.forms.bodies import Chat, Speech
from api.forms.described import by_name
from api.forms.strict import StrictRoute
from api.routes.common import KeysHere, OnceOnly, Owner, RunsHere, begun
from api.routes.events import SPOKEN, listen
from api.running.chat import converse

router = APIRouter(tags=["speech"], route_class=StrictRoute, generate_unique_id_function=by_name)


@router.post("/api/v1/stream/speech", **SPOKEN)
async def speak(body: Speech, runs: RunsHere, keys: KeysHere, owner: Owner, once: OnceOnly) -> Response:
    """Begins a run and streams its events.

    Leaving the stream ends the run, unless somebody else listens or `on_disconnect` is `continue`. To come back later,
    begin with POST /api/v1/runs, or keep the address in the `start` event."""
    record = once.run or await begun(await runs.preparing.order(body, owner), body, runs, owner, once)
    return await listen(record, once.after, runs, keys, once=once)


@router.post("/api/v1/stream/chat", **SPOKEN)
async def chat(body: Chat, runs: RunsHere, keys: KeysHere, owner: Owner, once: OnceOnly) -> Response:
    """Says something to a model that remembers the conversation, and streams its spoken answer.

    The `start` event names the conversation. What is remembered of an answer that is broken off is what was heard of
    it: as POST /api/v1/runs/{run}/heard says, else what somebody who plays everything at once has heard. A message
    that comes while the answer before it is being made interrupts that answer, unless it is refused."""
    record = once.run or await converse(runs, body, owner, once)
    return await listen(record, once.after, runs, keys, once=once)
