"""An engine is heard out: in bounds, stopped when nobody listens, and whatever it does is told."""

import time
from contextlib import aclosing

import anyio
import pytest

from pipeline.audio.recorder import LocalRecorder
from pipeline.errors import EngineError, EngineSilent, EngineTimeout
from pipeline.types import Growing, Handover, Voice
from tests.audio.studio import Script, passage, record, silence, tone


async def test_closing_stops_the_voice_and_leaves_no_half_clip(clips):
    engine = Script(tone(0.3), anyio.Event())
    began = time.perf_counter()
    async with aclosing(LocalRecorder(engine, clips).record("run1", passage(), Voice())) as items:
        await anext(items)
    assert engine.trail == ["open", "close"]
    assert time.perf_counter() - began < 0.25
    assert list((clips.root / "run1").iterdir()) == []


async def test_cancelling_stops_the_voice(clips):
    engine = Script(tone(0.3), anyio.Event())
    with anyio.move_on_after(0.1):
        await record(LocalRecorder(engine, clips))
    assert engine.trail == ["open", "close"]
    assert list((clips.root / "run1").iterdir()) == []


async def test_what_was_said_before_a_handover_is_void(clips):
    handover = Handover("a", "b", "engine_failed", "It broke.")
    first, second = await record(LocalRecorder(Script(tone(0.5), handover, tone(0.2)), clips))
    assert first == handover
    assert abs(second.seconds - 0.2) < 0.01
    assert second.engine == "b"


async def test_nothing_begins_anew_that_was_already_heard(clips):
    engine = Script(tone(0.3), 0.1, Handover("a", "b", "engine_failed", "It broke."), tone(0.2))
    async with aclosing(LocalRecorder(engine, clips).record("run1", passage(), Voice())) as items:
        assert isinstance(await anext(items), Growing)
        with pytest.raises(EngineError, match="already heard"):
            await anext(items)


async def test_a_voice_without_a_sound_is_named(clips):
    with pytest.raises(EngineSilent):
        await record(LocalRecorder(Script(), clips))
    with pytest.raises(EngineSilent):
        await record(LocalRecorder(Script(b""), clips))


async def test_an_all_silent_clip_is_kept_whole(clips):
    (clip,) = await record(LocalRecorder(Script(silence(0.4)), clips))
    assert clip.seconds == pytest.approx(0.4) and clip.lead == pytest.approx(0.4)


async def test_a_voice_that_hangs_is_stopped_at_its_deadline(clips):
    engine = Script(anyio.Event())
    with pytest.raises(EngineTimeout, match="make a sound"):
        await record(LocalRecorder(engine, clips, first=0.05))
    assert engine.trail == ["open", "close"]
    with pytest.raises(EngineTimeout, match="finish"):
        await record(LocalRecorder(Script(silence(0.1), anyio.Event()), clips, total=0.05))


async def test_a_voice_that_never_ends_is_stopped(clips):
    class Endless(Script):
        async def speak(self, text, voice):
            while True:
                yield tone(10.0)
                await anyio.lowlevel.checkpoint()

    with pytest.raises(EngineError, match="on and on"):
        await record(LocalRecorder(Endless(), clips))
