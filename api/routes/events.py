"""A run's events, for any number of readers, live or long after."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response

from api.access.auth import Keys
from api.errors import Malformed
from api.forms.described import EVENTS, by_name
from api.routes.common import UNBEGUN, AddressedRun, KeysHere, RunsHere, refusals
from api.running.once import Once
from api.running.runs import Runs
from api.sending.sse import EventStream, encoded, follow
from pipeline.ports import RunRecord

router = APIRouter(tags=["runs"], generate_unique_id_function=by_name)

STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "Events, one JSON object each.", "content": {"text/event-stream": EVENTS}},
    204: {"description": "The run has ended, and the reader has seen it all."},
}
SPOKEN: dict[str, Any] = {
    "status_code": 200,
    "response_class": Response,
    "responses": STREAM | UNBEGUN,
}
"""Of addresses that begin a run and stream its events."""


@router.get(
    "/api/v1/runs/{run}/events",
    status_code=200,
    response_class=Response,
    responses=STREAM | refusals(404, 410, 422, 429, 503),
)
async def run_events(
    record: AddressedRun,
    runs: RunsHere,
    keys: KeysHere,
    last_event_id: Annotated[str | None, Header(description="Go on after this number.")] = None,
    after: Annotated[str | None, Query(description="The same, for those who cannot set headers.")] = None,
) -> Response:
    """A run's events from the first on, or behind the number that is given: live while it goes on, and long after.

    Any number of readers may come and go; a run that nobody reads goes on. `id` is an event's number, `data` a JSON
    object; the stream ends behind the run's last event."""
    return await listen(record, last_event_id or after or "", runs, keys)


def _number(given: str, record: RunRecord) -> int:
    if not given:
        return 0
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Malformed("Last-Event-ID is the number of an event of this run: digits and nothing else.")
    if int(given) > record.last and record.status == "running":
        raise Malformed(f"This run has no event {int(given)} yet; its last one is {record.last}.", last=record.last)
    return int(given)


async def listen(record: RunRecord, after: str, runs: Runs, keys: Keys, *, once: Once | None = None) -> Response:
    """`after`: a number, or "" for all. `once`: of who has begun the run."""
    number = _number(after, record)
    if record.last:
        await runs.log.lines(record.id, number, 1)  # 410 before the stream begins, not in it
    if record.status != "running" and number >= record.last:
        return Response(status_code=204)
    closing = runs.closing
    if once is None or once.run is not None:  # else he has, when he began it
        runs.joined(record)
    batches = follow(runs.log, record.id, number, closing, runs.settings.ping_seconds)

    def left(waited: float) -> None:
        runs.left(record, posted=once is not None)
        if waited > runs.settings.reader_timeout / 2:
            runs.metrics.evictions.inc()

    body = encoded(batches, closing, keys.signed, runs.metrics.reader_lag)
    headers = {"X-Run-Id": record.id, **(once.headers if once else {})}
    return EventStream(body, left, **headers)
