"""The page that lists every address, from our own files: nothing is fetched from anybody else."""

from __future__ import annotations

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.forms.described import described
from api.routes.page import PAGE, Zipped, shown

router = APIRouter(include_in_schema=False, route_class=Zipped)


@router.get("/docs")
async def docs(request: Request) -> Response:
    return await shown(PAGE / "docs.html", request, "text/html")


@router.get("/openapi.json")
async def openapi(request: Request) -> JSONResponse:
    return JSONResponse(await anyio.to_thread.run_sync(described, request.app))  # takes a while, the first time
