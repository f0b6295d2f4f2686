"""Is the process alive, and would it take a run now."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.routes.common import Owner, RunsHere, refusals
from pipeline.errors import AloudError

router = APIRouter(tags=["health"])


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "Not now, and why."}})
async def readyz(runs: RunsHere) -> JSONResponse:
    """Ready means: not draining, the log can be written, a voice has spoken its first word."""
    wrong = []
    if runs.draining:
        wrong.append("The service is about to stop.")
    try:
        await runs.log.check()
    except AloudError as error:
        wrong.append(error.message)
    if runs.cold:
        wrong.append(runs.cold)
    if wrong:
        return JSONResponse({"status": "not ready", "reasons": wrong}, 503, {"Retry-After": "2"})
    return JSONResponse({"status": "ready"})


@router.get("/metrics", response_class=Response, responses=refusals())
async def metrics(runs: RunsHere, owner: Owner) -> Response:
    """For Prometheus; wants a key where the service wants keys."""
    return Response(runs.metrics.page(), media_type=CONTENT_TYPE_LATEST)
