"""What the routes share: who asks, and the runs he may see."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Coroutine
from dataclasses import replace
from typing import Annotated, Any

import anyio
from fastapi import Depends, Header, Path, Query, Request, Response
from fastapi.security import HTTPBearer
from pydantic import BaseModel

from api.access.auth import Keys
from api.errors import RETRY_AFTER, Malformed, Unauthorized
from api.forms.bodies import Manner
from api.forms.shown import Refused
from api.running.once import Once
from api.running.runs import Runs
from pipeline.assembly.order import Order
from pipeline.errors import AloudError
from pipeline.ports import RunRecord

_bearer = HTTPBearer(auto_error=False, description="A key of the service, where it wants one.")


def _runs(request: Request) -> Runs:
    found: Runs = request.app.state.runs
    return found


def _keys(request: Request) -> Keys:
    found: Keys = request.app.state.keys
    return found


RunsHere = Annotated[Runs, Depends(_runs)]
KeysHere = Annotated[Keys, Depends(_keys)]


def _owner(request: Request, keys: KeysHere, _: Annotated[Any, Depends(_bearer)]) -> str:
    return keys.owner(request.headers.get("authorization"))


Owner = Annotated[str, Depends(_owner)]
RunId = Annotated[str, Path(description="As the answer that began the run names it.", max_length=200)]


async def _own(run: RunId, runs: RunsHere, owner: Owner) -> RunRecord:
    return await runs.record(run, owner)


async def _addressed(
    request: Request,
    run: RunId,
    runs: RunsHere,
    keys: KeysHere,
    _: Annotated[Any, Depends(_bearer)],
    expires: Annotated[str, Query(max_length=20)] = "",
    signature: Annotated[str, Query(max_length=200)] = "",
) -> RunRecord:
    authorization = request.headers.get("authorization")
    if authorization is None and signature:
        if not keys.good(run, expires, signature):
            raise Unauthorized("This address has expired, or is not whole; the run's events have new ones.")
        return await runs.record(run, None)
    return await runs.record(run, keys.owner(authorization))


OwnRun = Annotated[RunRecord, Depends(_own)]
"""A run of whoever shows the key."""
AddressedRun = Annotated[RunRecord, Depends(_addressed)]
"""The same, or of whoever has a signed address of it."""

Before = Annotated[
    float | None, Query(allow_inf_nan=False, description="To go on: when the last one that is known was `created`.")
]
BeforeId = Annotated[
    str, Query(max_length=200, description="Its `id`: others that were created at the same moment are not left out.")
]

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same request again, under the same key, begins nothing: it gives the run that was begun.",
    ),
]


async def _once(request: Request, runs: RunsHere, owner: Owner, key: Key = "") -> AsyncGenerator[Once, None]:
    if len(request.headers.getlist("idempotency-key")) > 1:
        raise Malformed("There are several headers Idempotency-Key; one request has one.")
    asked = hashlib.sha256(request.url.path.encode() + b"\n" + await request.body()).hexdigest() if key else ""
    async with runs.named.once(owner, key, asked) as once:
        yield replace(once, after=request.headers.get("last-event-id", "")) if once.run else once


OnceOnly = Annotated[Once, Depends(_once, scope="function")]
"""Taken by every address that begins a run."""


def begins_no_run(request: Request) -> None:
    """For an address whose work cannot be had again. Raises Malformed rather than to do it twice, unasked."""
    if "idempotency-key" in request.headers:
        raise Malformed("Idempotency-Key is taken where a run begins, and none begins here; leave it out.")


async def begun(order: Order, body: Manner, runs: Runs, owner: str, once: Once) -> RunRecord:
    """A run that somebody wants to listen to from its beginning."""
    return await runs.create(order, owner=owner, once=once, on_disconnect=body.on_disconnect)


def refusals(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Answers besides success, for the OpenAPI page."""
    return refused(Refused, 400, 401, *codes)


def refused(shape: type[BaseModel], *codes: int) -> dict[int | str, dict[str, Any]]:
    return {code: {"model": shape} | ({"headers": _LATER} if code in (429, 503) else {}) for code in codes}


_LATER = {
    "Retry-After": {
        "description": f"Seconds to wait before asking again; {RETRY_AFTER} where nobody knows better.",
        "schema": {"type": "integer"},
    }
}


UNBEGUN = refusals(404, 408, 409, 410, 413, 422, 429, 500, 503)
"""Of every address that begins a run."""


async def unless_left(request: Request, work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any] | Response:
    """What `work` gives, which is cancelled when whoever asked is no longer there."""
    found: dict[str, Any] | Response = Response(status_code=204)  # which nobody reads
    failure: AloudError | None = None

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        watching.cancel_scope.cancel()

    async with anyio.create_task_group() as watching:
        watching.start_soon(watch)
        try:
            found = await work
        except AloudError as error:
            failure = error  # raised here, it would come out as one of a group
        watching.cancel_scope.cancel()
    if failure is not None:
        raise failure
    return found
