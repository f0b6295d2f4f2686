"""An event on the wire is the event that was sent: the log gives back what it was given, across a restart too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from pipeline.events import (
    AnyEvent,
    Audio,
    Cancelled,
    Chapter,
    Chunk,
    Complete,
    Cued,
    Error,
    Event,
    Failed,
    Fallback,
    PassageCut,
    Pause,
    Skipped,
    Sound,
    Speaking,
    Start,
    Thought,
    ToolUse,
)  # fmt: skip
from pipeline.types import Omitted, Word
from pipeline.wire import event_from_dict

SUMS: dict[str, Any] = {
    "chars": 9, "spoken": 4, "skipped": 3, "failed": 2, "passages": 2, "audio_files": 1, "seconds": 0.5,
    "total_tokens": 7, "timing": {"first_token": 0.1, "gaps": 0},
}  # fmt: skip
SPAN: dict[str, Any] = {"start": 0, "end": 4}
CLIP: dict[str, Any] = {
    "index": 0,
    "url": "/clip.wav",
    "path": Path("clip.wav"),
    "media_type": "audio/wav",
    "begins": 0.0,
}
EVENTS: tuple[Event, ...] = (
    Start(
        provider="tone", model="m", streaming=True, voice="v", language="en", audio={"sample_rate": 16_000},
        events="/events", title="t", session_id="s", retry_of="r", ignored=("stop", "temperature"),
    ),
    Chunk(content="Hi. ", **SPAN),
    Thought(content="Hm."),
    ToolUse(id="1", name="add", arguments={"a": [1, {"b": None}]}, result="2"),
    PassageCut(
        index=0, text="`a`.", spoken="a.", omitted=(Omitted(0, 1, "markup"),), reason="first", voice="v", step="s",
        chapter="c", **SPAN,
    ),
    Skipped(reason="code", **SPAN),
    Speaking(**CLIP, **SPAN),
    Audio(
        text="Hi. ", seconds=0.5, words=(Word("Hi", 0, 2, 0.0, 0.4, True),), engine="tone", cached=False,
        timing={"waited": 0.1}, **CLIP, **SPAN,
    ),
    Failed(index=0, code="engine", message="No.", **SPAN),
    Cued(start=0, step="s", speaker={"name": "v"}, pause=0.5, chapter="c"),
    Pause(seconds=0.5),
    Sound(url="/gong.wav", seconds=0.5),
    Chapter(title="One", start=0),
    Fallback(stage="llm", from_="one", to="two", code="source", message="Gone.", at_text=4),
    Complete(status="partial", **SUMS),
    Error(code="source", message="Gone.", retryable=True, unspoken=0, **SUMS),
    Cancelled(unspoken=0, **SUMS),
)  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_an_event_that_was_sent_comes_back_as_it_was(event: Event) -> None:
    there = event.numbered("run", 1, 0.5)
    assert event_from_dict(json.loads(json.dumps(there.as_dict()))) == there


def test_every_kind_of_event_is_tried() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(AnyEvent))
