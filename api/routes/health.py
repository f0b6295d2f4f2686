"""Is the process alive, and would it take a run now."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.forms.described import by_name
from api.forms.shown import Health
from api.routes.common import Owner, RunsHere, refusals

router = APIRouter(tags=["health"], generate_unique_id_function=by_name)


@router.get("/livez", response_model=Health, response_model_exclude_unset=True)
async def livez() -> object:
    """The process is alive."""
    return {"status": "ok"}


@router.get(
    "/readyz",
    response_model=Health,
    responses={503: {"model": Health, "description": "Not now, and why."}},
)
async def readyz(runs: RunsHere) -> JSONResponse:
    """Ready means: not draining, the log and clips can be written, a voice has spoken its first word."""
    wrong = []
    if runs.draining:
        wrong.append("The service is about to stop.")
    if obstacle := await runs.writable.obstacle():
        wrong.append(obstacle)
    if runs.cold:
        wrong.append(runs.cold)
    if wrong:
        return JSONResponse({"status": "not ready", "reasons": wrong}, 503, {"Retry-After": "2"})
    return JSONResponse({"status": "ready"})


@router.get("/metrics", response_class=Response, responses=refusals())
async def metrics(runs: RunsHere, owner: Owner) -> Response:
    """For Prometheus; wants a key where the service wants keys."""
    return Response(runs.metrics.page(), media_type=CONTENT_TYPE_LATEST)
