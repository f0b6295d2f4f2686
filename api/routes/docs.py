"""The page that lists every address, from our own files: nothing is fetched from anybody else."""

from __future__ import annotations

from pathlib import Path

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse

router = APIRouter(include_in_schema=False)

_PAGE = Path(__file__).parent.parent / "page" / "docs.html"


@router.get("/docs")
async def docs() -> FileResponse:
    return FileResponse(_PAGE, media_type="text/html")


@router.get("/openapi.json")
async def openapi(request: Request) -> JSONResponse:
    return JSONResponse(await anyio.to_thread.run_sync(request.app.openapi))  # takes a while, the first time
