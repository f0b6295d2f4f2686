"""Conversations, as they are remembered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from api.forms.described import by_name
from api.forms.shown import SessionShown
from api.routes.common import Owner, RunsHere, refusals

router = APIRouter(tags=["sessions"], prefix="/api/v1/sessions", generate_unique_id_function=by_name)

Session = Annotated[str, Path(description="As the `start` event of a chat names it.", max_length=200)]


@router.get("/{session}", response_model=SessionShown, responses=refusals(404, 422, 503))
async def show_session(session: Session, runs: RunsHere, owner: Owner) -> dict[str, Any]:
    """What was asked, and what was heard in answer."""
    for run in await runs.sessions.unanswered(session, owner):
        await runs.heard.remember(run)  # one whose end was seen a moment ago
    return {"id": session, "messages": await runs.sessions.messages(session, owner)}


@router.delete("/{session}", status_code=204, responses=refusals(404, 422, 503))
async def forget_session(session: Session, runs: RunsHere, owner: Owner) -> Response:
    """The runs stay as they are."""
    await runs.sessions.erase(session, owner)
    return Response(status_code=204)
