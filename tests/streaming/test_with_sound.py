"""Events with their sound between them, for who plays it as it comes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Sequence
from itertools import groupby
from pathlib import Path

import pytest

from pipeline import AnyEvent, create_streaming_pipeline, save
from pipeline.audio.formats.wav import HEADER
from pipeline.errors import EngineError, InvalidRequest, NotHeld
from pipeline.narration.scripts import parsed
from pipeline.types import Voice
from tests.voices import RATE, Witnessed, tone

SCRIPT = """
steps:
  - {type: speak, inputs: {text: Hello there.}}
  - {type: pause, inputs: {seconds: 0.5}}
  - {type: speak, inputs: {text: And good night.}}
"""


def kinds(items: Sequence[AnyEvent | bytes]) -> list[str]:
    """In their order; sound that goes on is one."""
    return [kind for kind, _ in groupby("..." if isinstance(item, bytes) else item.type for item in items)]


def sound(items: Sequence[AnyEvent | bytes]) -> bytes:
    return b"".join(item for item in items if isinstance(item, bytes))


@pytest.mark.parametrize("plain", [False, True])
async def test_all_that_is_heard_comes_behind_the_events_that_tell_of_it(tmp_path: Path, plain: bool) -> None:
    async with create_streaming_pipeline("text", "espeak", {"output_dir": tmp_path}) as pipeline:
        stream = pipeline.stream_script_to_audio(parsed(SCRIPT))
        if plain:
            items = await asyncio.to_thread(lambda: list(stream.with_sound(22_050)))
        else:
            items = [item async for item in stream.with_sound(22_050)]
    events = [item for item in items if not isinstance(item, bytes)]
    save(events, whole := tmp_path / "whole.wav")
    assert sound(items) == whole.read_bytes()[HEADER:]
    assert max(len(item) for item in items if isinstance(item, bytes)) == 2 * (22_050 // 20), "it can be stopped soon"
    heard = [kind for kind in kinds(items) if kind in ("audio", "pause", "...")]
    assert heard == ["audio", "...", "pause", "...", "audio", "..."]


async def test_a_clip_is_heard_once_and_while_it_grows(tmp_path: Path) -> None:
    class Slow(Witnessed):
        async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
            yield tone(1.0)
            await begun.wait()
            yield tone(1.0)

    begun, items = asyncio.Event(), list[AnyEvent | bytes]()
    async with asyncio.timeout(30), create_streaming_pipeline("text", Slow(), {"output_dir": tmp_path}) as pipeline:
        async for item in pipeline.stream_text_to_audio("Hello.").with_sound(RATE):
            items.append(item)
            if isinstance(item, bytes):
                begun.set()
    assert kinds(items)[-4:] == ["speaking", "...", "audio", "complete"]
    (clip,) = [item for item in items if not isinstance(item, bytes) and item.type == "audio"]
    assert len(sound(items)) == 2 * round(clip.seconds * RATE)


async def test_of_what_breaks_off_that_is_heard_which_came(tmp_path: Path) -> None:
    class Breaking(Witnessed):
        async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
            yield tone(1.0)
            if "never" in text:
                await begun.wait()
                raise EngineError("The string broke.")

    begun, items = asyncio.Event(), list[AnyEvent | bytes]()
    text = "This sentence is never heard to its end by anybody.\n\nThis one is."
    async with asyncio.timeout(30), create_streaming_pipeline("text", Breaking(), {"output_dir": tmp_path}) as pipeline:
        async for item in pipeline.stream_text_to_audio(text).with_sound(RATE):
            items.append(item)
            if isinstance(item, bytes):
                begun.set()
    told = [kind for kind in kinds(items) if kind not in ("start", "chunk", "passage")]
    assert told == ["speaking", "...", "failed", "audio", "...", "complete"]


async def test_who_cancels_hears_no_more(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "espeak", {"output_dir": tmp_path}) as pipeline:
        stream, items = pipeline.stream_text_to_audio("Hello there. How are you? " * 50), list[AnyEvent | bytes]()
        async for item in stream.with_sound(24_000):
            items.append(item)
            if isinstance(item, bytes):
                interrupting = threading.Thread(target=stream.cancel)
                interrupting.start()
                interrupting.join()
    assert len(sound(items)) == 2 * 1200
    assert not isinstance(items[-1], bytes) and items[-1].type == "cancelled"


def test_a_rate_that_is_none_is_refused_at_once(tmp_path: Path) -> None:
    stream = create_streaming_pipeline("text", "tone", {"output_dir": tmp_path}).stream_text_to_audio("Hello.")
    with pytest.raises(InvalidRequest, match="hertz"):
        stream.with_sound(10)


async def test_a_clip_that_is_gone_is_told_and_no_silence(tmp_path: Path) -> None:
    async with create_streaming_pipeline("text", "tone", {"output_dir": tmp_path}) as pipeline:
        with pytest.raises(NotHeld, match="no longer there"):
            async for item in pipeline.stream_text_to_audio("Hello there.").with_sound(24_000):
                if not isinstance(item, bytes) and item.type == "audio" and item.path is not None:
                    item.path.unlink()
