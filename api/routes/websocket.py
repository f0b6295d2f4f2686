"""A socket for those who generate text themselves and want to hear it, and to interrupt it, as it comes."""

from __future__ import annotations

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from api.conversation import Conversation
from api.errors import answer
from pipeline.errors import AloudError

router = APIRouter()


@router.websocket("/api/v1/stream")
async def stream(socket: WebSocket) -> None:
    state = socket.app.state
    try:
        owner = state.keys.owner(socket.headers.get("authorization"))
        state.runs.welcome()
    except AloudError as error:
        await socket.send_denial_response(answer(error))
        return
    try:
        await Conversation(socket, state.runs, state.keys, owner).hold()
    except* WebSocketDisconnect:
        pass  # left while something was being sent
