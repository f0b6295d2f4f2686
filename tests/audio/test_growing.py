"""A slow voice is heard while it speaks, and what is heard is what is kept."""

import io
import math
import wave
from contextlib import aclosing

import anyio
import numpy as np
import pytest
import soundfile

from pipeline.audio import ENCODERS
from pipeline.audio.recording.listening import SLOW
from pipeline.audio.recording.recorder import LocalRecorder
from pipeline.errors import EngineError, StoreError
from pipeline.types import Clip, Growing, Voice
from tests.audio.formats.test_encoders import by_ffmpeg
from tests.audio.studio import RATE, Script, passage, record, samples, silence, tone


async def test_a_slow_voice_is_heard_from_its_first_sound_and_ends_with_the_same_samples(clips):
    more = anyio.Event()
    engine = Script(silence(0.2), tone(0.3), more, silence(0.3), tone(0.3), silence(0.5))
    heard = []
    async with aclosing(LocalRecorder(engine, clips).record("run1", passage(), Voice())) as items:
        growing = await anext(items)
        assert isinstance(growing, Growing)
        assert clips.path("run1", growing.name) is None
        with growing.path.open("rb") as by_path:
            early = by_path.read()
            assert len(early) > 44 + 2 * 0.25 * RATE

            async def follow():
                heard.extend([block async for block in clips.growing("run1", growing.name).follow()])

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(follow)
                await anyio.wait_all_tasks_blocked()
                more.set()
                clip = await anext(items)
            assert early + by_path.read() == b"".join(heard)
    assert b"".join(heard)[44:] == samples(clip).tobytes()
    assert clip.name == growing.name and clip.path == growing.path
    with wave.open(io.BytesIO(b"".join(heard))) as file:
        assert file.getframerate() == RATE


async def test_a_cry_is_waited_for_unless_it_is_the_first_word_of_a_run(clips):
    """Only as a whole does one know how loud it is; and who hears something already does not wait."""
    slow = (tone(0.3), 3 * SLOW, tone(0.3))
    for said, waits in (
        (passage("Oh no!", index=3), True),
        (passage("\u4e0d\uff01\u4e0d\uff01", index=3), True),
        (passage("Oh no!", index=0), False),
        (passage("When the rain finally stopped, they ran outside.", index=3), False),
    ):
        kinds = [type(item) for item in await record(LocalRecorder(Script(*slow), clips), said)]
        assert kinds == ([Clip] if waits else [Growing, Clip]), said.text
    endless = Script(tone(0.3), anyio.Event())
    async with aclosing(LocalRecorder(endless, clips).record("run1", passage("Oh no!", index=3), Voice())) as items:
        assert isinstance(await anext(items), Growing), "not for long"


async def test_where_nobody_listens_a_slow_voice_is_told_of_when_its_clip_is_whole(clips):
    engine = Script(tone(0.3), 2 * SLOW, tone(0.3))
    async with aclosing(LocalRecorder(engine, clips, slow=math.inf).record("run1", passage(), Voice())) as items:
        assert [type(item) for item in [item async for item in items]] == [Clip]


async def test_a_voice_is_slow_only_once_something_can_be_heard(clips):
    items = await record(LocalRecorder(Script(silence(0.2), 0.12, tone(0.3)), clips))
    assert [type(item) for item in items] == [Clip]


async def test_failure_half_way_breaks_the_stream_off(clips):
    engine = Script(tone(0.3), 0.1, EngineError("The line broke."))
    async with aclosing(LocalRecorder(engine, clips).record("run1", passage(), Voice())) as items:
        growing = await anext(items)
        follower = clips.growing("run1", growing.name).follow()
        assert await anext(follower)
        with pytest.raises(EngineError, match="The line broke"):
            await anext(items)
    with pytest.raises(StoreError, match="broken off"):
        async for _ in follower:
            pass
    assert list((clips.root / "run1").iterdir()) == []
    assert engine.trail == ["open", "close"]


@pytest.mark.parametrize("name", list(ENCODERS))
async def test_in_every_format_a_clip_grows_into_the_same_sound(clips, name):
    more, heard = anyio.Event(), []
    recorder = LocalRecorder(Script(tone(0.3), more, tone(0.3)), clips, format=name)
    async with aclosing(recorder.record("run1", passage(), Voice())) as items:
        growing = await anext(items)
        follower = clips.growing("run1", growing.name).follow()
        more.set()
        clip = await anext(items)
        heard = b"".join([block async for block in follower])
    assert clip.media_type == growing.media_type == recorder.format.media_type
    grown, rate = by_ffmpeg(heard)
    whole, _ = by_ffmpeg(clip.path.read_bytes())
    assert np.array_equal(grown[: len(whole)], whole)
    assert len(whole) / rate == pytest.approx(clip.seconds, abs=1 / rate)
    kept = clips.path("run1", "00000.flac" if name == "flac" else "00000.wav")
    assert soundfile.info(kept).frames == round(clip.seconds * RATE)
