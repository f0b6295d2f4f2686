"""Runs as things that one makes, looks at, stops and throws away."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.forms.bodies import Heard, Speech
from api.forms.described import by_name
from api.forms.shown import HeardShown, RunList, RunShown, RunState
from api.forms.strict import StrictRoute
from api.routes.common import UNBEGUN, Before, BeforeId, KeysHere, OnceOnly, Owner, OwnRun, RunsHere, refusals

router = APIRouter(tags=["runs"], prefix="/api/v1/runs", route_class=StrictRoute, generate_unique_id_function=by_name)

_PAGE = 20
"""Runs read together: each comes with all that it was asked for, which may be a book."""


@router.post("", status_code=201, response_model=RunShown, responses=UNBEGUN)
async def create_run(
    body: Speech, runs: RunsHere, keys: KeysHere, owner: Owner, response: Response, once: OnceOnly
) -> RunShown:
    """Begins a run that goes on whoever listens."""
    record = once.run or await runs.create(await runs.preparing.order(body, owner), owner=owner, once=once)
    response.headers.update({"Location": keys.at(f"/api/v1/runs/{record.id}"), **once.headers})
    return RunShown.of(record, keys)


@router.get("", response_model=RunList, responses=refusals(422, 503))
async def list_runs(
    runs: RunsHere,
    keys: KeysHere,
    owner: Owner,
    status: Literal["running", "complete", "error", "cancelled"] | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Before = None,
    before_id: BeforeId = "",
) -> object:
    """The newest first."""
    shown: list[RunShown] = []
    while most := min(_PAGE, limit - len(shown)):
        found = await runs.log.records(owner=owner, status=status, before=before, before_id=before_id, limit=most)
        shown += [RunShown.of(record, keys) for record in found]
        if len(found) < most:
            break
        before, before_id = found[-1].created, found[-1].id
    return {"runs": shown}


@router.get("/{run}", response_model=RunState, responses=refusals(404, 410, 422, 503))
async def show_run(record: OwnRun, runs: RunsHere, keys: KeysHere) -> object:
    """How a run stands, and once it has ended, what became of it."""
    shown = RunState.of(record, keys)
    if record.status != "running":
        for last in await runs.log.read(record.id, record.last - 1, 1):
            shown.end = last.as_dict()
    return shown


@router.delete(
    "/{run}",
    response_model=RunShown,
    responses={204: {"description": "It had ended; its text and clips are erased."}, **refusals(404, 422, 503)},
)
async def stop_run(record: OwnRun, runs: RunsHere, keys: KeysHere) -> object:
    """A run that is going on is cancelled, and stays readable; one that has ended is erased."""
    if record.status != "running":
        await runs.erase(record.id)
        return Response(status_code=204)
    return await cancel_run(record, runs, keys)


@router.post("/{run}/cancel", response_model=RunShown, responses=refusals(404, 422, 503))
async def cancel_run(record: OwnRun, runs: RunsHere, keys: KeysHere) -> object:
    """A run that is going on is cancelled; one that has just ended stays as it is, and nothing is erased."""
    await runs.cancel(record.id)
    return RunShown.of(await runs.log.record(record.id), keys)


@router.post("/{run}/retry", status_code=201, response_model=RunShown, responses=UNBEGUN)
async def retry_run(record: OwnRun, runs: RunsHere, keys: KeysHere, response: Response, once: OnceOnly) -> object:
    """A new run: what was made is taken from the cache, the rest is spoken."""
    again = once.run or await runs.retry(record, once)
    response.headers.update({"Location": keys.at(f"/api/v1/runs/{again.id}"), **once.headers})
    return RunShown.of(again, keys)


@router.post("/{run}/heard", response_model=HeardShown, responses=refusals(404, 408, 410, 413, 422, 503))
async def heard(record: OwnRun, body: Heard, runs: RunsHere) -> object:
    """What a listener has heard of the source text, when his player stands at `played_ms` of the joined audio.

    The largest report counts: one that comes late, or out of order, takes nothing back. In a conversation, this is what
    is remembered of the answer: a player reports when it is stopped, not on its way."""
    return await runs.heard.report(record, body.played_ms / 1000)
