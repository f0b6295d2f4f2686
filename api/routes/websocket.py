"""A socket for those who generate text themselves and want to hear it, and to interrupt it, as it comes."""

from __future__ import annotations

from fastapi import APIRouter, WebSocket
from pydantic import BaseModel
from starlette.websockets import WebSocketDisconnect

from api.access.auth import TICKET, Keys
from api.errors import answer
from api.forms.described import by_name
from api.routes.common import KeysHere, Owner, refusals
from api.socket.conversation import Conversation
from pipeline.errors import AloudError

router = APIRouter(tags=["speech"], generate_unique_id_function=by_name)

ADDRESS = "/api/v1/stream"


class Ticket(BaseModel):
    url: str
    """Of the socket, on this host."""
    seconds: int
    """For which it can be opened."""


@router.post(f"{ADDRESS}/ticket", status_code=201, responses=refusals(503))
async def ticket(keys: KeysHere, owner: Owner) -> Ticket:
    """An address by which a browser, which can send no key with it, opens the socket."""
    query = keys.ticket(owner)
    return Ticket(url=keys.at(f"{ADDRESS}?{query}" if query else ADDRESS), seconds=TICKET)


@router.websocket(ADDRESS)
async def stream(socket: WebSocket) -> None:
    state = socket.app.state
    try:
        owner = _owner(socket, state.keys)
        state.runs.welcome()
        state.runs.allowance.open(owner, "sockets")
    except AloudError as error:
        await socket.send_denial_response(answer(error))
        return
    sockets = state.runs.metrics.sockets
    sockets.inc()
    try:
        await Conversation(socket, state.runs, state.keys, owner).hold()
    except* WebSocketDisconnect:
        pass  # left while something was being sent
    finally:
        sockets.dec()
        state.runs.allowance.close(owner, "sockets")


def _owner(socket: WebSocket, keys: Keys) -> str:
    """By the key in the header, or a ticket. Raises Unauthorized."""
    authorization, signature = socket.headers.get("authorization"), socket.query_params.get("signature")
    if authorization is None and signature:
        return keys.holder(socket.query_params.get("expires", ""), signature)
    return keys.owner(authorization)
