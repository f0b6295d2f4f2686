"""The library's face: the contract's own lines, in a plain script, in an event loop, and left early."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from itertools import count
from pathlib import Path

import pytest

from pipeline import create_streaming_pipeline, heard
from pipeline.assembly.succession import in_turn
from pipeline.audio.formats.wav import HEADER
from pipeline.errors import EmptyText, EngineError, InvalidRequest, SourceRefused, UnknownVoice
from pipeline.events import Audio, Complete, Speaking, Start
from pipeline.sources.text import TextSource
from pipeline.types import Request, Voice
from tests.voices import RATE, Told, Witnessed, tone

TEXT = "Hello there. How are you today? I am well."


async def test_of_a_pipeline_that_is_ready_the_first_stream_loads_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded, asked = list[str](), list[str]()

    def make(name: str, env: object) -> TextSource:
        asked.append(name)
        return TextSource("Yes.")

    monkeypatch.setattr("pipeline.assembly.workshop.import_module", loaded.append)
    monkeypatch.setattr("pipeline.assembly.workshop._imported", set())  # as in a process that has only begun
    monkeypatch.setattr("pipeline.sources.make", make)
    voice = Witnessed()
    async with create_streaming_pipeline("openai", voice, {"output_dir": tmp_path}) as pipeline:
        await pipeline.ready()
        assert (asked, voice.asked) == (["openai"], ["One."])
        before = list(loaded)
        async for _ in pipeline.stream_chat_to_audio("Is it?"):
            pass
    assert before and loaded == before
    assert voice.asked == ["One.", "Yes."]


async def test_what_cannot_begin_is_told_when_the_pipeline_is_made_ready(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "tone", {"output_dir": tmp_path}, voice="nobody") as pipeline:
        with pytest.raises(UnknownVoice):
            await pipeline.ready()


async def test_a_voice_that_breaks_of_itself_is_told_when_the_pipeline_is_made_ready(tmp_path: Path) -> None:
    broken = Witnessed(fault=lambda text: OSError("no card"))
    async with create_streaming_pipeline("text", broken, {"output_dir": tmp_path}) as pipeline:
        with pytest.raises(EngineError, match="The engine witnessed broke: OSError: no card"):
            await pipeline.ready()


async def test_a_voice_without_an_end_is_told_when_the_pipeline_is_made_ready(tmp_path: Path) -> None:
    class Endless(Witnessed):
        async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
            while True:
                yield bytes(2 * self.sample_rate)

    async with create_streaming_pipeline("text", Endless(), {"output_dir": tmp_path}) as pipeline:
        with pytest.raises(EngineError, match="The voice 'witnessed' went on and on"):
            await pipeline.ready()


async def test_engines_of_ones_own_are_followed_by_others_and_what_they_said_is_not_kept(tmp_path: Path) -> None:
    mine = Witnessed(fault=lambda text: OSError("gone") if "second" in text else None)
    said = ["This is the first of two.", "This is the second of them."]
    async with create_streaming_pipeline("text", [mine, "tone"], {"output_dir": tmp_path, "mode": "batch"}) as pipeline:
        for _ in range(2):
            events = [event async for event in pipeline.stream_text_to_audio(" ".join(said))]
            assert [event.engine for event in events if isinstance(event, Audio)] == ["witnessed", "tone"]
    assert mine.asked == said * 2 and "aclose" not in mine.trail


async def test_a_source_that_breaks_when_asked_what_it_ignores_cannot_begin(tmp_path: Path) -> None:
    class Unsure(Told):
        def ignored(self, request: Request) -> tuple[str, ...]:
            raise KeyError("temperature")

    unsure = in_turn([Unsure(["Hello."]), Told(["Hello."])], {})
    pipeline = create_streaming_pipeline(unsure, "tone", {"output_dir": tmp_path})
    with pytest.raises(
        SourceRefused, match=r"^The source \w+ broke when asked what it ignores: KeyError: 'temperature'"
    ):
        async for _ in pipeline.stream_chat_to_audio("Is it?"):
            pass


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


async def test_a_stream_that_is_cancelled_before_it_is_read_speaks_not_a_word(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "tone", {"output_dir": tmp_path}) as pipeline:
        stream = pipeline.stream_text_to_audio("Hello.")
        stream.cancel()
        told = [event.type async for event in stream]
        assert told[-1] == "cancelled" and "audio" not in told


async def test_a_stream_is_read_once(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "tone", {"output_dir": tmp_path}) as pipeline:
        stream = pipeline.stream_text_to_audio("Hello.")
        assert [event async for event in stream][-1].type == "complete"
        with pytest.raises(InvalidRequest, match="read already"):
            await anext(aiter(stream))


def test_where_no_loop_of_asyncio_runs_it_is_told_what_to_do(tmp_path: Path) -> None:
    """As under trio, whose loop steps coroutines as this does."""
    pipeline = create_streaming_pipeline("text", "tone", {"output_dir": tmp_path})
    stream = pipeline.stream_text_to_audio("Hello.")
    clip = next(event for event in pipeline.stream_text_to_audio("Hello.") if isinstance(event, Audio))
    for step in (pipeline.ready, stream.__aiter__, lambda: anext(stream.sound(clip))):
        with pytest.raises(InvalidRequest, match="A plain `for` reads"):
            step().__await__().send(None)  # type: ignore[operator]


async def test_a_run_that_somebody_else_ends_is_not_waited_for(tmp_path: Path) -> None:
    """As a loop does that is closing: it cancels every task."""
    async with create_streaming_pipeline("text", "tone", {"output_dir": tmp_path}) as pipeline:
        stream = pipeline.stream_text_to_audio("And so on. " for _ in count())
        with pytest.raises(asyncio.CancelledError):
            async for event in stream:
                if event.type == "start":
                    (run,) = [task for task in asyncio.all_tasks() if task.get_name() == f"aloud {stream.run}"]
                    run.cancel()


async def test_a_clip_is_heard_while_it_grows(tmp_path: Path) -> None:
    class Slow(Witnessed):
        async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
            yield tone(1.0)
            await begun.wait()
            yield tone(1.0)

    begun, pieces, samples = asyncio.Event(), list[bytes](), list[bytes]()
    async with create_streaming_pipeline("text", Slow(), {"output_dir": tmp_path}) as pipeline:
        stream = pipeline.stream_text_to_audio("Hello.")

        async def listen(event: Speaking) -> None:
            async with aclosing(stream.sound(event)) as sound:
                async for piece in sound:
                    pieces.append(piece)
                    if sum(map(len, pieces)) > RATE:  # half a second of it
                        begun.set()

        async def play(event: Speaking) -> None:
            async with aclosing(stream.sound(event, RATE)) as sound:
                samples.extend([piece async for piece in sound])

        async with asyncio.timeout(30), asyncio.TaskGroup() as listeners:
            async for event in stream:
                if isinstance(event, Speaking):
                    listeners.create_task(listen(event))
                    listeners.create_task(play(event))
                if isinstance(event, Audio):
                    whole = b"".join([piece async for piece in stream.sound(event)])
    assert b"".join(pieces)[HEADER:] == whole[HEADER:] == b"".join(samples)
    assert len(whole) == HEADER + 2 * round(event.seconds * RATE)


@pytest.mark.parametrize("format", ["wav", "mp3", "opus", "flac"])
async def test_a_clips_samples_come_at_any_rate(tmp_path: Path, format: str) -> None:
    async with create_streaming_pipeline("text", "espeak", {"output_dir": tmp_path}, format=format) as pipeline:
        stream = pipeline.stream_text_to_audio("Hello there.")
        (clip,) = [event async for event in stream if isinstance(event, Audio)]
        for rate in (8_000, 22_050, 48_000):
            samples = b"".join([piece async for piece in stream.sound(clip, rate)])
            assert len(samples) == 2 * round(clip.seconds * rate)
        for rate in (0, -1, 24_000.5, "24000", 10**9):
            with pytest.raises(InvalidRequest, match="hertz, 4,000 to 192,000"):
                await anext(stream.sound(clip, rate))  # type: ignore[arg-type]


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
    assert heard(events, 1000.0) == heard(iter(events), 1000.0) == TEXT


async def test_a_stream_may_ask_another_than_its_pipeline(tmp_path: Path) -> None:
    async with create_streaming_pipeline(Told(["I said this."]), "tone", {"output_dir": tmp_path}) as pipeline:
        for asked in (pipeline.stream_chat_to_audio, pipeline.stream_text_to_audio):
            events = [event async for event in asked("Say this.", llm_provider="replay")]
            assert isinstance(events[0], Start) and events[0].provider == "replay"


async def test_nothing_given_is_refused_as_nothing_said_is(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline("text", "tone", {"output_dir": str(tmp_path)})
    for text in (None, "", " "):
        with pytest.raises(EmptyText):
            async for _ in pipeline.stream_text_to_audio(text):  # type: ignore[arg-type]
                pass


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


async def test_one_name_stands_for_a_list_of_it(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "espeak", {"output_dir": tmp_path}) as pipeline:
        async with aclosing(pipeline.stream_text_to_audio("Hello.", tts_provider="tone").events()) as events:
            start = await anext(events)
    assert isinstance(start, Start) and start.voice == "tone"
