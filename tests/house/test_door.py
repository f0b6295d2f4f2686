"""The door gives what is promised, and what it gives is documented by a type."""

import inspect
import re
from collections.abc import AsyncIterable, Iterable
from importlib.resources import files
from pathlib import Path
from typing import ClassVar, Literal, get_args, get_type_hints

import pipeline
import pipeline.events
import pipeline.text
from pipeline import AnyEvent, Event, create_streaming_pipeline

ROOT = Path(__file__).parents[2]


def test_everything_named_is_there() -> None:
    for room in (pipeline, pipeline.text):
        assert [name for name in room.__all__ if not hasattr(room, name)] == []


def test_what_the_contract_names_can_be_imported() -> None:
    assert {"create_streaming_pipeline", "Engine", "Source", "Event", "Voice", "Request"} <= set(pipeline.__all__)
    assert {"SentenceSplitter", "SpeechBuffer", "Limits", "Pace"} <= set(pipeline.text.__all__)


def test_a_pipeline_takes_the_three_arguments_of_the_contract() -> None:
    names = list(inspect.signature(create_streaming_pipeline).parameters)
    assert names[:3] == ["llm_provider", "tts_provider", "streaming_config"]


def test_a_stream_can_be_read_in_both_ways() -> None:
    stream = create_streaming_pipeline("text", "tone").stream_text_to_audio("Hello.")
    assert isinstance(stream, AsyncIterable)
    assert isinstance(stream, Iterable)


def test_what_the_readme_shows_is_python() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 4
    for block in blocks:
        compile(block, "README.md", "exec")


def test_types_travel_with_the_package() -> None:
    assert all(files(package).joinpath("py.typed").is_file() for package in ("pipeline", "api"))


def test_the_type_of_an_event_tells_a_type_checker_its_fields() -> None:
    events = {cls for cls in vars(pipeline.events).values() if isinstance(cls, type) and issubclass(cls, Event)}
    assert set(get_args(AnyEvent)) == {cls for cls in events if cls.type}
    for cls in get_args(AnyEvent):
        assert get_type_hints(cls)["type"] == ClassVar[Literal[cls.type]]
