"""The defects of the pipeline that this one began as; each must never come back."""

from __future__ import annotations

import time
import wave
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import anyio
import pytest

from pipeline import create_streaming_pipeline
from pipeline.errors import SourceError
from pipeline.events import TERMINAL, Audio, Chunk, Complete, Error, Event, Failed, PassageCut
from tests.stopwatch import least
from tests.voices import Told, Witnessed

FOUR = "This is the first sentence. Here is the second one. The third one follows. And this is the fourth."


def config(folder: Path, **limits: Any) -> dict[str, Any]:
    return {"output_dir": str(folder), **limits}


async def collected(stream: Any) -> list[Event]:
    return [event async for event in stream]


def said(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Audio))


async def test_01_nothing_is_lost_at_the_end(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline(tts_provider=Witnessed(), streaming_config=config(tmp_path, mode="fixed"))
    events = await collected(pipeline.stream_text_to_audio(FOUR))
    assert said(events) == FOUR
    assert isinstance(events[-1], Complete) and events[-1].status == "complete"


async def test_02_a_slow_voice_is_waited_for(tmp_path: Path) -> None:
    """The source is long done when the voice gives its first sound."""
    gate = anyio.Event()
    source = Told([FOUR])
    pipeline = create_streaming_pipeline(source, Witnessed(gate=lambda _: gate), config(tmp_path, mode="fixed"))
    events = []
    async for event in pipeline.stream_chat_to_audio("go"):
        events.append(event)
        if isinstance(event, PassageCut) and not gate.is_set():
            await source.closed.wait()
            gate.set()
    assert said(events) == FOUR


async def test_03_the_order_and_the_spacing_of_the_source_are_kept(tmp_path: Path) -> None:
    text = "No. That is not what I meant by it. Go away!"
    pipeline = create_streaming_pipeline(tts_provider=Witnessed(parallel=3), streaming_config=config(tmp_path))
    events = await collected(pipeline.stream_text_to_audio(text))
    assert said(events) == text
    begins = [event.begins for event in events if isinstance(event, Audio)]
    assert begins == sorted(begins)


async def test_04_the_timer_fires_by_itself(tmp_path: Path) -> None:
    """A whole sentence, then silence: its sound comes while the source still says nothing."""

    async def spoken_at() -> float:
        silence = anyio.Event()
        source = Told(["This sentence is over now.", silence, " And then more."])
        pipeline = create_streaming_pipeline(source, Witnessed(), config(tmp_path, max_buffer_time=1.0))
        spoken = []
        async for event in pipeline.stream_chat_to_audio("go"):
            if isinstance(event, Audio):
                spoken.append(event)
                silence.set()
        assert [event.text for event in spoken] == ["This sentence is over now.", " And then more."]
        return spoken[0].at

    assert await least(spoken_at, 0.35) < 0.35


async def test_04_unfinished_text_is_spoken_when_it_has_waited_long_enough(tmp_path: Path) -> None:
    """Nothing is being heard, the source stalls in the midst of a sentence: its time runs out."""

    async def spoken_at() -> float:
        silence = anyio.Event()
        source = Told(["Well then. ", "This goes on without an end", silence, " until now."])
        pipeline = create_streaming_pipeline(source, Witnessed(brief=True), config(tmp_path, max_buffer_time=0.6))
        at = []
        async for event in pipeline.stream_chat_to_audio("go"):
            if isinstance(event, Audio) and "goes on" in event.text:
                at.append(event.at)
                silence.set()
        return at[0]

    assert await least(spoken_at, 0.6 + 0.2) < 0.6 + 0.2


async def test_05_leaving_early_is_clean(tmp_path: Path) -> None:
    async def leaving() -> float:
        source, voice = Told([FOUR, anyio.Event()]), Witnessed(gate=lambda _: anyio.Event())
        pipeline = create_streaming_pipeline(source, voice, config(tmp_path))
        stream = pipeline.stream_chat_to_audio("go").events()
        await anext(stream)
        with anyio.fail_after(30):
            await voice.started.wait()
            since = time.monotonic()
            await stream.aclose()
        took = time.monotonic() - since
        assert source.closed.is_set()
        assert voice.trail.count("open") == voice.trail.count("close")
        return took

    assert await least(leaving, 0.25) < 0.25


@pytest.mark.parametrize("voice", [Witnessed(fault=lambda _: RuntimeError("broken")), Witnessed(silent=True)])
async def test_06_a_failing_voice_is_told(tmp_path: Path, voice: Witnessed) -> None:
    pipeline = create_streaming_pipeline(tts_provider=voice, streaming_config=config(tmp_path, mode="fixed"))
    events = await collected(pipeline.stream_text_to_audio(FOUR))
    passages = [event.index for event in events if isinstance(event, PassageCut)]
    assert [event.index for event in events if isinstance(event, Failed)] == passages != []
    assert isinstance(events[-1], Complete) and events[-1].status == "partial"
    assert events[-1].failed == len(FOUR)


async def test_07_a_failing_model_is_told_after_all_it_said_was_spoken(tmp_path: Path) -> None:
    source = Told(["This came first. ", "And this came second. ", SourceError("The model is gone.")])
    pipeline = create_streaming_pipeline(source, Witnessed(), config(tmp_path))
    events = await collected(pipeline.stream_chat_to_audio("go"))
    assert said(events) == "This came first. And this came second. "
    assert [event.type for event in events if event.type in TERMINAL] == ["error"]
    last = events[-1]
    assert isinstance(last, Error) and last.message == "The model is gone." and last.unspoken == 0


async def test_08_sentences_end_where_they_end(tmp_path: Path) -> None:
    text = "Dr. Smith paid $3.50 at 5 p.m. and left. He met J. R. Jones. Really?! Yes."
    pipeline = create_streaming_pipeline(
        tts_provider=Witnessed(), streaming_config=config(tmp_path, mode="batch", min_chunk_length=1)
    )
    events = await collected(pipeline.stream_text_to_audio(text))
    assert [event.text.strip() for event in events if isinstance(event, PassageCut)] == [
        "Dr. Smith paid $3.50 at 5 p.m. and left.",
        "He met J. R. Jones.",
        "Really?!",
        "Yes.",
    ]


async def test_09_text_without_punctuation_costs_no_more_and_comes_in_pieces(tmp_path: Path) -> None:
    text = "and so on it goes " * 1_000

    async def pieces() -> AsyncGenerator[str, None]:
        for at in range(0, len(text), 5):
            yield text[at : at + 5]

    pipeline = create_streaming_pipeline(tts_provider=Witnessed(), streaming_config=config(tmp_path))
    events = await collected(pipeline.stream_text_to_audio(pieces()))
    assert said(events) == text
    assert max(len(event.text) for event in events if isinstance(event, PassageCut)) <= 301


async def test_10_a_stuck_voice_stops_the_reading(tmp_path: Path) -> None:
    """One passage with the voice, two waiting, one at the door, the open text, and the read-ahead: no more."""
    stuck, ahead = anyio.Event(), 2_000
    source = Told("This is sentence number one of many. " for _ in range(10_000))
    voice = Witnessed(gate=lambda _: stuck)
    pipeline = create_streaming_pipeline(
        source, voice, config(tmp_path, mode="fixed"), env={"ALOUD_READ_AHEAD": str(ahead)}
    )
    stream = pipeline.stream_chat_to_audio("go").events()
    passages = 0
    async for event in stream:
        passages += isinstance(event, PassageCut)
        if passages == 4:
            break
    await anyio.wait_all_tasks_blocked()
    cut = 4 * 2 * 37
    assert cut + ahead <= len("".join(source.said)) <= cut + ahead + 1_024 + 37 * 4
    assert len(voice.asked) == 1
    await stream.aclose()


async def test_11_the_full_text_is_told(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline(tts_provider=Witnessed(), streaming_config=config(tmp_path))
    events = await collected(pipeline.stream_text_to_audio(iter(FOUR)))
    assert "".join(event.content for event in events if isinstance(event, Chunk)) == FOUR


async def test_12_the_result_is_in_the_last_event(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline(tts_provider=Witnessed(), streaming_config=config(tmp_path))
    events = await collected(pipeline.stream_text_to_audio(FOUR))
    clips = [event for event in events if isinstance(event, Audio)]
    last = events[-1]
    assert isinstance(last, Complete)
    assert (last.chars, last.spoken, last.audio_files) == (len(FOUR), len(FOUR), len(clips))
    assert last.seconds == pytest.approx(sum(event.seconds for event in clips))


async def test_13_two_runs_at_once_have_their_own_files(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline(tts_provider=Witnessed(parallel=4), streaming_config=config(tmp_path))
    runs: list[list[Event]] = [[], []]

    async def run(number: int) -> None:
        async for event in pipeline.stream_text_to_audio(f"This is run {number}. It says {FOUR}"):
            runs[number].append(event)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run, 0)
        tasks.start_soon(run, 1)
    paths = [[event.path for event in run if isinstance(event, Audio)] for run in runs]
    assert not set(paths[0]) & set(paths[1])
    assert [said(run) for run in runs] == [f"This is run {n}. It says {FOUR}" for n in (0, 1)]


async def test_14_the_counts_are_true(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline(
        tts_provider=Witnessed(fault=lambda text: RuntimeError() if "third" in text else None),
        streaming_config=config(tmp_path, mode="batch", min_chunk_length=1),
    )
    text = FOUR + "\n\n```python\nprint('x')\n```\n"
    events = await collected(pipeline.stream_text_to_audio(text, speakable={"code": "skip"}))
    last = events[-1]
    assert isinstance(last, Complete)
    by_type = {kind: [event for event in events if event.type == kind] for kind in ("audio", "failed", "skipped")}
    held = {kind: sum(event.end - event.start for event in found) for kind, found in by_type.items()}  # type: ignore[attr-defined]
    assert (last.spoken, last.failed, last.skipped) == (held["audio"], held["failed"], held["skipped"])
    assert last.chars == len(text) == sum(held.values())
    for event in by_type["audio"]:
        assert isinstance(event, Audio) and event.path is not None
        with wave.open(str(event.path)) as clip:
            assert clip.getnframes() / clip.getframerate() == pytest.approx(event.seconds, abs=1e-4)
