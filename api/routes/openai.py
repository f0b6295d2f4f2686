"""The addresses that clients of OpenAI's speech know. Any text length; sound from the first clause on."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any, Literal

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field, model_validator

from api.errors import NotFound
from api.forms.bodies import NUMBER, Name
from api.forms.described import BYTES, by_name
from api.forms.strict import StrictRoute
from api.routes.common import OnceOnly, Owner, RunsHere, refused
from api.running.namesakes import local, names
from api.running.once import Once
from api.running.runs import Runs
from api.running.sound import Growing, happening, media_type
from pipeline.assembly.order import Order
from pipeline.audio import JOINED, encoder
from pipeline.audio.joining.joining import Join
from pipeline.errors import EngineError, InvalidRequest
from pipeline.events import Audio, Cancelled, Error, Event, Failed, Pause, Speaking
from pipeline.ports import RunRecord

router = APIRouter(tags=["OpenAI"], route_class=StrictRoute, generate_unique_id_function=by_name)

RATE = 24_000
"""Hertz: what clients take for granted of `pcm`."""
SILENCE = 0.25
"""Seconds that stand for a text of which nothing is said, such as an emoji: clients take no sound for a failure."""
MODELS = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")


class OpenAIVoice(BaseModel):
    id: Name


class OpenAISpeech(BaseModel):
    """As OpenAI has it; what else clients send along is passed over, as it is there."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        """Clients in many languages write out what they leave open."""
        return {name: value for name, value in given.items() if value is not None} if isinstance(given, dict) else given

    input: str
    model: str = MODELS[0]
    voice: Name | OpenAIVoice = "alloy"
    instructions: str | None = Field(None, description="Taken, and of no effect: the voices here do not act.")
    response_format: Name = "mp3"
    speed: Annotated[float, Field(ge=0.25, le=4, allow_inf_nan=False), NUMBER] = 1.0
    stream_format: Literal["audio", "sse"] = "audio"


class OpenAIFault(BaseModel):
    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIRefused(BaseModel):
    """Any answer that is not a success, as OpenAI has it."""

    error: OpenAIFault


refusals = partial(refused, OpenAIRefused, 400)
SOUND: dict[int | str, dict[str, Any]] = {
    200: {"description": "Sound, or events that hold it.", "content": {"audio/*": BYTES, "text/event-stream": {}}}
}


@router.post(
    "/v1/audio/speech", response_class=Response, responses=SOUND | refusals(401, 408, 409, 413, 422, 429, 500, 503)
)
async def openai_speech(body: OpenAISpeech, runs: RunsHere, owner: Owner, once: OnceOnly) -> Response:
    """Sound from the first clause on, of a text of any length. A failure is a status before the first sound, and breaks
    the body off after it.

    The header `X-Request-Id` is the number of the run: when each word is heard, also while the sound still comes, says
    `/api/v1/runs/{id}/captions.json`.

    Whoever is cut off ends the run, unless he sends an `Idempotency-Key`: with that he can ask again."""
    if body.response_format not in JOINED:
        told = f"there is no {body.response_format!r}; there is: {', '.join(JOINED)}"
        raise InvalidRequest(f"response_format: {told}.", fields=[{"field": "response_format", "message": told}])
    await anyio.to_thread.run_sync(encoder, body.response_format, JOINED)  # may import a library
    record = once.run or await _begun(body, runs, owner, once)
    if once.run is not None:
        runs.joined(record)
    sound = Sound(runs, record, body, once)
    try:
        await sound.begin()
    except BaseException:
        runs.left(record, posted=True)
        raise
    return sound.response()


async def _begun(body: OpenAISpeech, runs: Runs, owner: str, once: Once) -> RunRecord:
    voice = await local(runs, body.voice if isinstance(body.voice, str) else body.voice.id)
    order = Order(text=body.input, voice=voice, speed=body.speed)
    return await runs.create(order, owner=owner, once=once, on_disconnect="continue" if once.key else "cancel")


class Sound:
    """One answer: begun when the first sound is there, so that a voice that cannot speak is an honest status."""

    def __init__(self, runs: Runs, record: RunRecord, body: OpenAISpeech, once: Once) -> None:
        self._runs = runs
        self._once = once
        self._record = record
        self._body = body
        self._kind = encoder(body.response_format, JOINED)
        join = Join(runs.workshop.clips, record.id, RATE, body.response_format)
        self._seconds = 0.0
        self._events = self._clips()
        self._first: Event | None = None
        self._blocks = join.stream(self._all())

    async def begin(self) -> None:
        """Raises EngineError when there will be no sound."""
        self._first = await anext(self._events)

    async def _all(self) -> AsyncGenerator[Event, None]:
        async with aclosing(self._events):
            if self._first is not None:
                yield self._first
            async for event in self._events:
                yield event

    async def _clips(self) -> AsyncGenerator[Event, None]:
        """As they grow. Raises EngineError at the first passage that could not be spoken: half of a text is not it."""
        happened = happening(self._runs, self._record.id, Speaking, Audio, Failed, Error, Cancelled)
        async with aclosing(happened) as events:
            async for event in events:
                if isinstance(event, Failed | Error):
                    raise EngineError(event.message)
                if isinstance(event, Cancelled):
                    raise EngineError("The run was cancelled.")
                if isinstance(event, Audio):
                    self._seconds += event.seconds
                if isinstance(event, Speaking | Audio):
                    yield event
        if not self._seconds:
            yield Pause(seconds=SILENCE)

    async def _sse(self) -> AsyncGenerator[bytes, None]:
        async with aclosing(self._blocks) as blocks:
            async for block in blocks:
                if block:
                    yield _event({"type": "speech.audio.delta", "audio": base64.b64encode(block).decode()})
        yield _event({"type": "speech.audio.done", "usage": self._usage()})

    def _usage(self) -> dict[str, int]:
        """About as OpenAI counts: four characters a token, twenty tokens a second. Nobody is billed by it."""
        said, heard = -(-len(self._body.input) // 4), round(20 * self._seconds)
        return {"input_tokens": said, "output_tokens": heard, "total_tokens": said + heard}

    def response(self) -> Response:
        body, kind = self._blocks, media_type(self._kind, RATE)
        if self._body.stream_format == "sse":
            body, kind = self._sse(), "text/event-stream"
        left = partial(self._runs.left, self._record, posted=True)
        headers = {"X-Request-Id": self._record.id, "Server-Timing": ", ".join(self._timing()), **self._once.headers}
        return Growing(body, kind, f"speech.{self._kind.extension}", left=left, headers=headers)

    def _timing(self) -> list[str]:
        """Of the first clip, in milliseconds."""
        timing = self._first.timing if isinstance(self._first, Audio) else None
        return [f"{name};dur={1000 * seconds:.1f}" for name, seconds in (timing or {}).items()]


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"


@router.get("/v1/audio/voices", responses=refusals(503))
async def openai_voices(runs: RunsHere) -> dict[str, Any]:
    """The names that `voice` takes: OpenAI's own, each of which stands for a voice here, and those of this service."""
    return {"voices": [{"id": name, "name": name} for name in await names(runs)]}


@router.get("/v1/models")
async def openai_models() -> dict[str, Any]:
    """For clients that look; `model` may be any name."""
    return {"object": "list", "data": [_model(name) for name in MODELS]}


@router.get("/v1/models/{name}", responses=refusals(404, 422))
async def openai_model(name: str) -> dict[str, Any]:
    """One of them."""
    if name not in MODELS:
        raise NotFound(f"There is no such model; there is: {', '.join(MODELS)}.")
    return _model(name)


@router.get("/v1/audio/models")
async def openai_audio_models() -> dict[str, Any]:
    """The same, as some clients ask for them."""
    return {"models": [{"id": name} for name in MODELS]}


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1_699_056_000, "owned_by": "aloud"}
