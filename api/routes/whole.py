"""A run as a whole: one file of sound, and its captions. While the run goes on, both grow with it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Annotated, Literal

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.forms.described import TEXT, WORDS, by_name
from api.forms.shown import asked_for
from api.routes.audio import sound
from api.routes.common import AddressedRun, RunsHere, refusals
from api.running.runs import Runs
from api.running.sound import Growing, happening, media_type
from api.sending.kept import kept
from api.sending.making import HEARD, Making
from pipeline.audio import JOINED, encoder
from pipeline.audio.joining.captions import srt, webvtt, word_list
from pipeline.audio.joining.joining import Join
from pipeline.errors import StoreError
from pipeline.events import Audio, PassageCut, Start
from pipeline.ports import GrowingFile, RunRecord

router = APIRouter(tags=["audio"], generate_unique_id_function=by_name)

CAPTIONS = {"vtt": "text/vtt", "srt": "application/x-subrip", "json": "application/json"}


@router.get(
    "/api/v1/runs/{run}/audio",
    response_class=Response,
    responses=sound("audio/aac", "audio/pcm") | refusals(404, 410, 412, 416, 422, 429, 503),
)
async def whole(
    record: AddressedRun,
    request: Request,
    runs: RunsHere,
    format: Annotated[
        str, Query(max_length=20, description=f"One of: {', '.join(JOINED)}. By default, what the clips are in.")
    ] = "",
) -> Response:
    """Everything that is heard, one after the other. Once the run has ended it has a length, and takes Range."""
    format = format or asked_for(record).get("format", "wav")
    kind = await anyio.to_thread.run_sync(encoder, format, JOINED)  # may import a library
    name = f"whole.{kind.extension}"
    starts = await runs.log.read(record.id, 0, 1)
    rate = starts[0].audio["sample_rate"] if starts and isinstance(starts[0], Start) else 22_050
    join, told = Join(runs.workshop.clips, record.id, rate, format), media_type(kind, rate)
    made_before = runs.workshop.clips.path(record.id, name) is not None
    if record.status == "running" or (request.method == "HEAD" and not made_before):  # which makes nothing
        return _growing(runs, record, join.stream(happening(runs, record.id, *HEARD)), told, name)
    made = await _made(runs, record, join, name)
    if isinstance(made, Path):
        return await kept(made, request, name, told)
    return Growing(made.follow(), told, name)


async def _made(runs: Runs, record: RunRecord, join: Join, name: str) -> Path | GrowingFile:
    """The whole of an ended run, made when it is first asked for, and kept beside its clips."""
    clips = runs.workshop.clips
    async with runs.joining:
        if (growing := clips.growing(record.id, name)) is not None:
            return growing
        if (path := clips.path(record.id, name)) is not None:
            return path
        making = Making(await clips.grow(record.id, name), join, runs.log, record.id)
        runs.beside(making.run)
    try:
        return await making.path()
    except StoreError:
        await runs.record(record.id, None)  # erased meanwhile, it is an unknown run and no failure
        raise


@router.get(
    "/api/v1/runs/{run}/captions.{kind}",
    response_class=Response,
    responses={
        200: {"content": {kind: {"schema": WORDS} if name == "json" else TEXT for name, kind in CAPTIONS.items()}},
        **refusals(404, 410, 422, 429, 503),
    },
)
async def captions(
    record: AddressedRun,
    runs: RunsHere,
    kind: Literal["vtt", "srt", "json"],
    words: Annotated[bool, Query(description="With a time for every word, in WebVTT.")] = False,
) -> Response:
    """In the source's own words, at the times of the joined audio; as JSON, a list of the words alone."""
    events = happening(runs, record.id, Audio, PassageCut)
    written = webvtt(events, word_times=words) if kind == "vtt" else {"srt": srt, "json": word_list}[kind](events)
    return _growing(runs, record, written, CAPTIONS[kind], f"captions.{kind}")


def _growing(runs: Runs, record: RunRecord, body: AsyncGenerator[bytes | str, None], kind: str, name: str) -> Growing:
    """Counts as one of the owner's streams: it stays open as long as the run goes on. Raises TooMany."""
    runs.allowance.open(record.owner)
    return Growing(body, kind, name, left=lambda: runs.allowance.close(record.owner))
