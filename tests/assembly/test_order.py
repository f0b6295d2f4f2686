"""What cannot work is refused before anything starts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.assembly.order import Order
from pipeline.errors import EmptyText, InvalidLimits, InvalidRequest, TextTooLong, UnknownEngine, UnknownVoice
from pipeline.types import Message
from tests.flow.bench import Bench


@pytest.mark.parametrize(
    ("order", "error"),
    [
        ({"text": ""}, EmptyText),
        ({"text": " \n\t"}, EmptyText),
        ({"text": "x" * 1_000_001}, TextTooLong),
        ({"text": "half \ud800"}, InvalidRequest),
        ({"messages": (Message("user", " "),)}, EmptyText),
        ({"text": "x", "tts_provider": ("nobody",)}, UnknownEngine),
        ({"text": "x", "tts_provider": ("espeak",), "voice": "nobody"}, UnknownVoice),
        ({"text": "x", "voice": "espeak/nobody"}, UnknownVoice),
        ({"text": "x", "buffer": {"max_chunk_length": 0}}, InvalidLimits),
        ({"text": "x", "buffer": {"min_chunk_length": 50, "max_chunk_length": 40}}, InvalidLimits),
        ({"text": "x", "splitter": "magic"}, InvalidRequest),
        ({"text": "x", "format": "8track"}, InvalidRequest),
        ({"text": "x", "speed": 0}, InvalidRequest),
        ({"messages": (Message("user", "Hi"),), "stop": ("",)}, InvalidRequest),
        ({"text": "x", "priority": "soon"}, InvalidRequest),
        ({"text": "x", "voices": {5: "tone/low"}}, InvalidRequest),
    ],
)
async def test_what_cannot_work_is_refused(tmp_path: Path, order: dict[str, Any], error: type[Exception]) -> None:
    bench = Bench(tmp_path)
    with pytest.raises(error):
        await bench.workshop.prepare(Order(**order), run="run", log=bench.log)
    assert not list(bench.voice.asked)


def test_an_order_survives_json() -> None:
    order = Order(messages=(Message("user", "Hi"),), llm_provider=("a", "b"), stop=("x",), buffer={"mode": "fixed"})
    assert Order.of(json.loads(json.dumps(order.as_dict()))) == order
