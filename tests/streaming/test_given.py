"""What a caller gives that is of no use is refused by its name, or told in plain words when it shows."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline import create_streaming_pipeline
from pipeline.engines.tone import ToneEngine
from pipeline.errors import InvalidLimits, InvalidRequest, UnknownEngine, UnknownProvider
from pipeline.types import Message
from tests.voices import Told, Witnessed


def engine(**odd: object) -> Witnessed:
    """One that is not as it should be."""
    voice = Witnessed()
    vars(voice).update(odd)
    return voice


async def bytes_said(request: object) -> AsyncGenerator[object, None]:
    yield "Hello. "
    yield b"Then bytes."


@pytest.mark.parametrize("several", [False, True], ids=["alone", "with another"])
@pytest.mark.parametrize(
    ("tokens", "told"),
    [
        (lambda request: (word for word in ("Hello.",)), "gives a plain generator .* must be an async generator"),
        (lambda request: ["Hello."], "gives list, .* must be an async generator"),
        (bytes_said, "yields bytes, and must yield text"),
    ],
)
async def test_a_source_that_misunderstands_its_port_is_told_so(
    tmp_path: Path, tokens: object, told: str, several: bool
) -> None:
    source: Any = SimpleNamespace(name="odd", model="", streaming=True, tokens=tokens)
    env = {"ALOUD_LLM_MAX_RETRIES": "0"}
    async with create_streaming_pipeline(
        [source, Told([])] if several else source, "tone", {"output_dir": tmp_path}, env=env
    ) as pipeline:
        events = [event async for event in pipeline.stream_chat_to_audio("go")]
    messages = [event.message for event in events if event.type in ("error", "fallback")]
    assert re.search(told, messages[0])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"tts_provider": "nobody"}, UnknownEngine),
        ({"llm_provider": "nobody"}, UnknownProvider),
        ({"streaming_config": {"min_chunk_length": 0}}, InvalidLimits),
        ({"streaming_config": {"no_such_limit": 1}}, InvalidLimits),
        ({"tts_provider": 5}, InvalidRequest),
        ({"tts_provider": ToneEngine}, InvalidRequest),
        ({"tts_provider": ["tone", ToneEngine]}, InvalidRequest),
        ({"tts_provider": [ToneEngine(), ToneEngine()]}, InvalidRequest),
        ({"tts_provider": []}, InvalidRequest),
        ({"tts_provider": engine(sample_rate=0)}, InvalidRequest),
        ({"tts_provider": engine(parallel="1")}, InvalidRequest),
        ({"tts_provider": SimpleNamespace(name="odd", speak=None, sample_rate=8000)}, InvalidRequest),
        ({"llm_provider": SimpleNamespace(name="odd", tokens=None)}, InvalidRequest),
        ({"llm_provider": []}, InvalidRequest),
        ({"llm_provider": [Told, "text"]}, InvalidRequest),
        ({"llm_provider": [SimpleNamespace(name="odd", tokens=None), "text"]}, InvalidRequest),
    ],
)
def test_what_cannot_work_is_said_at_once(arguments: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        create_streaming_pipeline(**arguments)  # type: ignore[arg-type]


ODD = (None, b"x", 5, -1, math.nan, [1], {1: 2}, "x", object())
FITTING = {
    "llm_provider": ("x", [1], {1: 2}),
    **dict.fromkeys(("voice", "language", "model", "system"), ("x",)),
    **dict.fromkeys(("speed", "pitch"), (5,)),
    **dict.fromkeys(("temperature", "max_tokens"), (None, 5)),
    **dict.fromkeys(("streaming_config", "speakable", "run_tool", "llm_options"), (None,)),
    "lexicon": (None, {1: 2}),
    "env": (None, {1: 2}),
}
"""What may be given of all that is odd, or is found out when it is used."""
OPTIONS = [name for name in inspect.signature(create_streaming_pipeline).parameters if name != "tts_provider"]


@pytest.mark.parametrize("name", OPTIONS)
def test_an_argument_of_another_kind_is_refused_by_its_name(name: str) -> None:
    for odd in ODD:
        if not any(odd is fitting or odd == fitting for fitting in FITTING.get(name, ())):
            with pytest.raises(InvalidRequest) as refused:
                create_streaming_pipeline(**{"llm_provider": "text", "tts_provider": "tone", name: odd})  # type: ignore[arg-type]
            assert name in refused.value.message


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("x", "streaming_config is a mapping of mode, .*output_dir; not str"),
        ([("mode", "fixed")], "not list"),
        ({"max_idle": 1}, "nothing named 'max_idle'; there are mode, .*max_idle_time, .*output_dir"),
        ({5: 1}, "nothing named 5"),
        ({"mode": "quick"}, "adaptive, fixed, batch"),
        ({"mode": []}, "adaptive, fixed, batch"),
        ({"max_idle_time": math.nan}, "max_idle_time is nan"),
        ({"max_buffer_time": -1}, "max_buffer_time is -1"),
        ({"sentence_buffer_size": "2"}, "sentence_buffer_size is '2'"),
        ({"output_dir": b"there"}, "output_dir is the path"),
        ({"output_dir": None}, "output_dir is the path"),
    ],
)
def test_a_wrong_configuration_is_refused_with_what_is_right(config: Any, told: str) -> None:
    with pytest.raises(InvalidLimits, match=told):
        create_streaming_pipeline("text", "tone", config)


def test_what_cannot_be_said_or_asked_is_refused_before_it_is_read() -> None:
    pipeline = create_streaming_pipeline("text", "tone")
    for odd in (b"x", 5, math.nan, object()):
        for stream in (
            pipeline.stream_text_to_audio,
            pipeline.stream_chat_to_audio,
            pipeline.stream_script_to_audio,
        ):
            with pytest.raises(InvalidRequest, match=type(odd).__name__):
                stream(odd)  # type: ignore[operator]
    with pytest.raises(InvalidRequest, match="holds str"):
        pipeline.stream_chat_to_audio(["Hello."])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (Message("developer", "x"), "role of a Message is system, user, assistant, tool; not 'developer'"),  # type: ignore[arg-type]
        (Message("user", [{"type": "image_url"}]), "content of a Message is a text, not list"),  # type: ignore[arg-type]
    ],
)
def test_a_message_that_is_none_is_refused(message: Message, told: str) -> None:
    with pytest.raises(InvalidRequest, match=told):
        create_streaming_pipeline("text", "tone").stream_chat_to_audio([message])


@pytest.mark.parametrize("options", [{"text": "x"}, {"messages": ()}, {"script": {}}])
def test_what_is_said_is_given_once(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match=f"no option '{next(iter(options))}' here"):
        create_streaming_pipeline("text", "tone").stream_chat_to_audio("Hello.", **options)


@pytest.mark.parametrize("tool", [{}, {"name": ""}, {"type": "function", "function": {"name": "x"}}])
def test_a_tool_has_a_name(tool: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="tools: each has a name"):
        create_streaming_pipeline("text", "tone", tools=[tool])


async def test_an_option_that_there_is_not_is_named(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "tone", {"output_dir": tmp_path}) as pipeline:
        with pytest.raises(InvalidRequest, match="There is no option 'sped' here; the nearest is 'speed'\\."):
            pipeline.stream_text_to_audio("Hello.", sped=2)
        with pytest.raises(InvalidRequest, match="There is no option 'xyzzy' here; there are buffer, format, "):
            pipeline.stream_text_to_audio("Hello.", xyzzy=2)


def test_without_a_folder_of_its_own_clips_go_where_the_settings_say(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline("text", "tone", env={"ALOUD_OUTPUT_DIR": str(tmp_path / "out")})
    paths = [event.path for event in pipeline.stream_text_to_audio("Hello.") if event.type == "audio"]
    assert [path and path.parents[1] for path in paths] == [tmp_path / "out" / "audio"]


async def test_a_folder_that_cannot_be_written_is_told_before_anything_is_spoken(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    pipeline = create_streaming_pipeline("text", "tone", {"output_dir": tmp_path / "file" / "clips"})
    with pytest.raises(InvalidRequest, match="cannot be written.*output_dir"):
        for _ in pipeline.stream_text_to_audio("Hello."):
            pass
    with pytest.raises(InvalidRequest, match="cannot be written"):
        async for _ in pipeline.stream_text_to_audio("Hello."):
            pass
    with pytest.raises(InvalidRequest, match="cannot be written"):
        await pipeline.ready()


def test_a_folder_behind_a_link_that_leads_nowhere_is_told_too(tmp_path: Path) -> None:
    """As to a disk that is not there now."""
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    pipeline = create_streaming_pipeline("text", "tone", {"output_dir": tmp_path / "link" / "clips"})
    with pytest.raises(InvalidRequest, match="cannot be written: No such file or directory"):
        list(pipeline.stream_text_to_audio("Hello."))
    (tmp_path / "disk").mkdir()
    assert list(pipeline.stream_text_to_audio("Hello."))[-1].type == "complete"
