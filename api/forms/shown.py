"""What answers look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, Field

from api.access.auth import Keys
from pipeline.ports import RunRecord

_TITLE = 80
"""Characters."""
_HEADING = re.compile(r"^#+ ", re.MULTILINE)


class ErrorBody(BaseModel):
    code: str
    message: str
    details: dict[str, Any] = {}


class Refused(BaseModel):
    """Any answer that is not a success."""

    error: ErrorBody


class RunShown(BaseModel):
    id: str
    status: str = Field(description="running, complete, error or cancelled")
    title: str = Field(description="The document's or the script's name, else the first words given; or empty.")
    created: float = Field(description="Seconds since the epoch.")
    last: int = Field(description="Number of its last event.")
    events: str = Field(description="An address; with `audio` and `captions` good for an hour without a key.")
    audio: str
    captions: str

    @classmethod
    def of(cls, record: RunRecord, keys: Keys) -> Self:
        base = f"/api/v1/runs/{record.id}"
        return cls(
            id=record.id,
            status=record.status,
            title=title(asked_for(record)),
            created=record.created,
            last=record.last,
            events=keys.sign(record.id, f"{base}/events"),
            audio=keys.sign(record.id, f"{base}/audio"),
            captions=keys.sign(record.id, f"{base}/captions.vtt"),
        )


def asked_for(record: RunRecord) -> dict[str, Any]:
    """The fields of its order, as far as they are known."""
    order = (record.request or {}).get("order")
    return order if isinstance(order, dict) else {}


def title(order: Mapping[str, Any]) -> str:
    """What a run with these fields of an order is called; "" where nobody knows."""
    said = order.get("messages") or [{"content": ""}]
    try:
        named = order.get("title") or (order.get("script") or {}).get("name") or order.get("text")
        return short(named or said[-1]["content"])
    except (AttributeError, LookupError, TypeError):  # of another version; the others of a list are shown all the same
        return ""


def short(text: str) -> str:
    """Its first words, in one line."""
    line = " ".join(_HEADING.sub("", text[: 2 * _TITLE]).split())
    return line if len(line) <= _TITLE else f"{line[:_TITLE].rstrip()}…"


class RunState(RunShown):
    end: dict[str, Any] | None = Field(None, description="Its last event, once it has ended.")


class RunList(BaseModel):
    runs: list[RunShown]


class TurnShown(BaseModel):
    role: str = Field(description="user or assistant")
    content: str = Field(description="Of an answer that was broken off, what was heard of it.")
    run: str
    at: float = Field(description="Seconds since the epoch.")


class AnswerShown(BaseModel):
    answer: Any = Field(description="As the template describes it.")
    provider: str
    model: str
    total_tokens: int | None


class SessionShown(BaseModel):
    id: str
    messages: list[TurnShown]


class HeardShown(BaseModel):
    text: str
    start: int
    end: int


class VoiceShown(BaseModel):
    name: str
    engine: str
    languages: list[str]
    gender: str
    sample: str = Field(description="A sentence that shows the voice well, where the engine suggests one.")


class EngineShown(BaseModel):
    name: str
    works: bool
    message: str = Field(description="Why not, and what to do.")


class VoiceList(BaseModel):
    voices: list[VoiceShown]
    engines: list[EngineShown]


class ProviderShown(EngineShown):
    models: list[str]


class ProviderList(BaseModel):
    providers: list[ProviderShown]


class VariableShown(BaseModel):
    type: str
    description: str
    required: bool
    default: Any = None
    choices: list[Any] = []
    minimum: int | float | None = None
    maximum: int | float | None = None
    max_length: int | None = None


class TemplateShown(BaseModel):
    name: str
    description: str
    output: str = Field(description="Whether the answer is text, which is spoken, or data.")
    variables: dict[str, VariableShown]
    answer: dict[str, Any] = Field({}, description="The JSON Schema of data.")


class TemplateList(BaseModel):
    templates: list[TemplateShown]


class Health(BaseModel):
    status: str
    reasons: list[str] = []
