"""What runs sound like: single clips, also while they grow."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse, Response

from api.errors import NotFound
from api.forms.described import BYTES, by_name
from api.routes.common import AddressedRun, RunsHere, refusals
from api.running.sound import Growing
from api.sending.kept import kept

router = APIRouter(tags=["audio"], generate_unique_id_function=by_name)

MEDIA = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".opus": "audio/ogg", ".ogg": "audio/ogg", ".flac": "audio/flac"}


def sound(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """Answers with those of clips, and of these media types."""
    return {
        200: {"description": "Sound.", "content": dict.fromkeys(sorted({*MEDIA.values(), *kinds}), BYTES)},
        206: {"description": "The range asked for."},
        304: {"description": "Unchanged."},
    }


@router.get(
    "/api/v1/runs/{run}/audio/{name}",
    response_class=FileResponse,
    responses=sound() | refusals(404, 412, 416, 422, 503),
)
async def clip(
    record: AddressedRun,
    name: Annotated[str, InPath(max_length=200, description="As the `audio` event's address has it.")],
    request: Request,
    runs: RunsHere,
) -> Response:
    """One clip. One that still grows comes without length, range and ETag."""
    growing = runs.workshop.clips.growing(record.id, name)
    media_type = MEDIA.get(PurePosixPath(name).suffix, "application/octet-stream")
    if growing is not None:
        return Growing(growing.follow(), media_type, name)
    path = await anyio.to_thread.run_sync(runs.workshop.clips.path, record.id, name)
    if path is None:
        raise NotFound("This run has no such clip.")
    return await kept(path, request, name, media_type)
