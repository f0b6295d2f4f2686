"""The library's face: the contract's own lines, in a plain script, in an event loop, and left early."""

from __future__ import annotations

import asyncio
import inspect
import math
import re
import threading
import wave
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline import create_streaming_pipeline, heard
from pipeline.audio.wav import HEADER
from pipeline.engines.tone import ToneEngine
from pipeline.errors import EmptyText, InvalidLimits, InvalidRequest, UnknownEngine, UnknownProvider
from pipeline.events import Audio, Complete, Speaking, Start
from pipeline.types import Voice
from tests.voices import RATE, Told, Witnessed, tone

TEXT = "Hello there. How are you today? I am well."


def test_a_plain_script_reads_events_with_for(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline("text", "espeak", {"output_dir": str(tmp_path)})
    events = list(pipeline.stream_text_to_audio(TEXT))
    assert isinstance(events[0], Start) and isinstance(events[-1], Complete)
    for event in events:
        if isinstance(event, Audio):
            assert event.path is not None
            with wave.open(str(event.path)) as clip:
                assert clip.getnframes() > 0


def test_a_plain_script_may_leave_early_and_come_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = set(threading.enumerate())
    pipeline = create_streaming_pipeline("text", "espeak", {"output_dir": str(tmp_path)})
    for event in pipeline.stream_text_to_audio(TEXT * 50):
        if event.type == "audio":
            break
    assert list(pipeline.stream_text_to_audio(TEXT))[-1].type == "complete"
    assert [thread.name for thread in {*threading.enumerate()} - before if thread.name.startswith("espeak")] == []
    assert not caplog.records, "no engine is taken from a run that still speaks"


def test_a_stream_that_ends_takes_no_voice_from_another(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline("text", "espeak", {"output_dir": tmp_path}, env={})
    over = threading.Event()

    def waiting() -> Iterator[str]:
        yield "A sentence that is said at once. "
        over.wait()
        yield "And one that comes later."

    first, slow = iter(pipeline.stream_text_to_audio(TEXT)), iter(pipeline.stream_text_to_audio(waiting()))
    assert isinstance(next(first), Start) and isinstance(next(slow), Start)
    assert list(first)[-1].status == "complete"
    over.set()
    assert list(slow)[-1].status == "complete"


async def test_async_for_can_be_left_with_break(tmp_path: Path) -> None:
    source, voice = Told([TEXT, " ", *["And on. "] * 1_000]), Witnessed()
    pipeline = create_streaming_pipeline(source, voice, {"output_dir": str(tmp_path)}, env={"ALOUD_READ_AHEAD": "100"})
    async for event in pipeline.stream_chat_to_audio("go"):
        if event.type == "passage":
            break
    async with asyncio.timeout(30):
        await source.closed.wait()
    assert voice.busy == 0


@pytest.mark.parametrize("aside", [False, True], ids=["by its reader", "from another thread"])
def test_a_plain_script_may_cancel_and_hears_the_end(tmp_path: Path, aside: bool) -> None:
    pipeline = create_streaming_pipeline("text", "tone", {"output_dir": tmp_path})
    stream = pipeline.stream_text_to_audio("And so on. " for _ in count())
    for event in stream:
        if event.type == "audio" and event.index == 0:
            if aside:
                (other := threading.Thread(target=stream.cancel)).start()
                other.join()
            else:
                stream.cancel()
    assert event.type == "cancelled"
    stream.cancel()  # says nothing to a run that is over


async def test_a_stream_is_read_once(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "tone", {"output_dir": tmp_path}) as pipeline:
        stream = pipeline.stream_text_to_audio("Hello.")
        assert [event async for event in stream][-1].type == "complete"
        with pytest.raises(InvalidRequest, match="read already"):
            await anext(aiter(stream))


async def test_a_clip_is_heard_while_it_grows(tmp_path: Path) -> None:
    class Slow(Witnessed):
        async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
            yield tone(1.0)
            await begun.wait()
            yield tone(1.0)

    begun, pieces = asyncio.Event(), list[bytes]()
    async with create_streaming_pipeline("text", Slow(), {"output_dir": tmp_path}) as pipeline:
        stream = pipeline.stream_text_to_audio("Hello.")

        async def listen(event: Speaking) -> None:
            async with aclosing(stream.sound(event)) as sound:
                async for piece in sound:
                    pieces.append(piece)
                    if sum(map(len, pieces)) > RATE:  # half a second of it
                        begun.set()

        async with asyncio.timeout(30), asyncio.TaskGroup() as listeners:
            async for event in stream:
                if isinstance(event, Speaking):
                    listeners.create_task(listen(event))
                if isinstance(event, Audio):
                    whole = b"".join([piece async for piece in stream.sound(event)])
    assert b"".join(pieces)[HEADER:] == whole[HEADER:]
    assert len(whole) == HEADER + 2 * round(event.seconds * RATE)


async def test_a_stream_has_the_sound_of_its_own_events_alone(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "tone", {"output_dir": tmp_path}) as pipeline:
        mine, other = pipeline.stream_text_to_audio("Mine."), pipeline.stream_text_to_audio("Another's.")
        clip = next(event for event in [event async for event in mine] if isinstance(event, Audio))
        assert [event async for event in other][-1].type == "complete"
        assert len(await anext(mine.sound(clip))) > HEADER
        for stream in (other, pipeline.stream_text_to_audio("Not read yet.")):
            with pytest.raises(InvalidRequest, match="its own events"):
                await anext(stream.sound(clip))


async def test_what_was_heard_is_known_from_the_events(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "espeak", {"output_dir": tmp_path}) as pipeline:
        events = [event async for event in pipeline.stream_text_to_audio(TEXT)]
    second = next(event for event in events if isinstance(event, Audio) and event.index == 1)
    word = second.words[1]
    assert heard(events, 0.0) == ""
    assert heard(events, second.begins + word.at + 0.01) == TEXT[: word.end]
    assert heard(events, 1000.0) == TEXT


async def test_a_stream_may_ask_another_than_its_pipeline(tmp_path: Path) -> None:
    async with create_streaming_pipeline(Told(["I said this."]), "tone", {"output_dir": tmp_path}) as pipeline:
        events = [event async for event in pipeline.stream_chat_to_audio("Say this.", llm_provider="replay")]
    assert isinstance(events[0], Start) and events[0].provider == "replay"


async def test_nothing_given_is_refused_as_nothing_said_is(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline("text", "tone", {"output_dir": str(tmp_path)})
    for text in (None, "", " "):
        with pytest.raises(EmptyText):
            async for _ in pipeline.stream_text_to_audio(text):  # type: ignore[arg-type]
                pass


async def test_one_pipeline_speaks_again_with_the_same_engine(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "espeak", {"output_dir": str(tmp_path)}) as pipeline:
        for _ in range(2):
            events = [event async for event in pipeline.stream_text_to_audio(TEXT)]
            assert events[-1].type == "complete"


async def test_options_of_one_stream_are_its_own(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "espeak", {"output_dir": str(tmp_path)}) as pipeline:

        async def seconds(**options: float) -> float:
            last = [event async for event in pipeline.stream_text_to_audio(TEXT, **options)][-1]
            assert isinstance(last, Complete)
            return last.seconds

        assert await seconds(speed=2.0) < 0.8 * await seconds()
        with pytest.raises(InvalidRequest):
            pipeline.stream_text_to_audio(TEXT, wish="more")


async def test_who_speaks_is_not_said_twice_unless_for_one_stream(tmp_path: Path) -> None:
    config = {"output_dir": tmp_path}
    told = "tone/low is of the engine tone, and espeak is asked to speak"
    with pytest.raises(InvalidRequest, match=told):
        create_streaming_pipeline("text", "espeak", config, voice="tone/low")
    async with create_streaming_pipeline("text", "espeak", config) as pipeline:
        with pytest.raises(InvalidRequest, match=told):
            pipeline.stream_text_to_audio("One.", tts_provider="espeak", voice="tone/low")
        events = [event async for event in pipeline.stream_text_to_audio("One.", voice="tone/low")]
        assert {event.engine for event in events if isinstance(event, Audio)} == {"tone"}


async def test_a_text_is_cut_by_the_rules_of_its_voices_language(tmp_path: Path) -> None:
    config = {"output_dir": tmp_path, "mode": "batch"}
    async with create_streaming_pipeline("text", "espeak", config, voice="de") as pipeline:
        events = [
            event async for event in pipeline.stream_text_to_audio("Am 3. Mai kam er wieder. Es war ein kalter Tag.")
        ]
    assert [event.text for event in events if isinstance(event, Audio)] == [
        "Am 3. Mai kam er wieder. ",
        "Es war ein kalter Tag.",
    ]
    assert isinstance(events[0], Start) and events[0].language == "de"


async def test_a_callable_that_gives_a_whole_text_is_no_stream(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline(
        lambda prompt: f"You said {prompt}.", Witnessed(), {"output_dir": str(tmp_path)}
    )
    events = [event async for event in pipeline.stream_chat_to_audio("hello")]
    assert isinstance(events[0], Start) and not events[0].streaming
    assert [event.text for event in events if isinstance(event, Audio)] == ["You said hello."]


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
        ({"tts_provider": engine(sample_rate=0)}, InvalidRequest),
        ({"tts_provider": engine(parallel="1")}, InvalidRequest),
        ({"tts_provider": SimpleNamespace(name="odd", speak=None, sample_rate=8000)}, InvalidRequest),
        ({"llm_provider": SimpleNamespace(name="odd", tokens=None)}, InvalidRequest),
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
    **dict.fromkeys(("streaming_config", "speakable", "run_tool"), (None,)),
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


async def test_one_name_stands_for_a_list_of_it(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "espeak", {"output_dir": tmp_path}) as pipeline:
        async with aclosing(pipeline.stream_text_to_audio("Hello.", tts_provider="tone").events()) as events:
            start = await anext(events)
    assert isinstance(start, Start) and start.voice == "tone"


async def test_an_option_that_there_is_not_is_named(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "tone", {"output_dir": tmp_path}) as pipeline:
        with pytest.raises(InvalidRequest, match="There is no option 'sped' here"):
            pipeline.stream_text_to_audio("Hello.", sped=2)
