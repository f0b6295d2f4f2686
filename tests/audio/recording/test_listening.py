"""An engine is heard out: in bounds, stopped when nobody listens, and whatever it does is told."""

import asyncio
import json
import time
from contextlib import aclosing
from itertools import repeat

import anyio
import numpy as np
import pytest

from pipeline.audio.recording import recorder
from pipeline.audio.recording.recorder import LocalRecorder
from pipeline.engines.fallback import FallbackEngine
from pipeline.errors import EngineError, EngineSilent, EngineTimeout, InvalidSetting
from pipeline.types import Growing, Handover, Voice, WordTime
from tests.audio.studio import Script, passage, record, silence, tone
from tests.stopwatch import least


async def test_closing_stops_the_voice_and_leaves_no_half_clip(clips):
    async def closing():
        engine = Script(tone(0.3), anyio.Event())
        began = time.perf_counter()
        async with aclosing(LocalRecorder(engine, clips).record("run1", passage(), Voice())) as items:
            await anext(items)
        assert engine.trail == ["open", "close"]
        return time.perf_counter() - began

    assert await least(closing, 0.25) < 0.25
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


@pytest.mark.parametrize("engine", [lambda one: one, lambda one: FallbackEngine([one])], ids=["alone", "followed"])
async def test_a_voice_that_never_waits_nor_says_anything_holds_nobody_up(clips, engine):
    mute = Script()
    mute.items = repeat(b"", 3_000_000)
    with pytest.raises(EngineTimeout, match="make a sound"):
        await record(LocalRecorder(engine(mute), clips, first=0.05))


@pytest.mark.parametrize("said", [(), (tone(0.3),)], ids=["before its first sound", "behind it"])
async def test_while_the_process_stood_still_so_did_the_voice(clips, monkeypatch, said):
    loop, stood, awake = asyncio.get_running_loop(), 0.0, anyio.Event()
    clock = loop.time
    monkeypatch.setattr(loop, "time", lambda: clock() + stood)

    def stop() -> None:
        nonlocal stood
        stood = 1000.0
        loop.call_later(0.02, awake.set)

    loop.call_later(0.01, stop)
    *_, clip = await record(LocalRecorder(Script(*said, awake, tone(0.2)), clips))
    assert clip.seconds == pytest.approx(0.2 + 0.3 * len(said), abs=0.01)


async def test_a_deadline_of_the_voices_own_is_not_taken_for_ours(clips):
    with pytest.raises(TimeoutError, match="its own"):
        await record(LocalRecorder(Script(TimeoutError("its own")), clips))


class Leaving(Script):
    async def speak(self, text, voice):
        yield tone(0.1)
        raise SystemExit(3)


class LeavingAtOnce(Script):
    def speak(self, text, voice):
        raise SystemExit(3)


@pytest.mark.parametrize("engine", [Leaving, LeavingAtOnce])
async def test_a_voice_that_wants_to_end_the_program_ends_its_passage(clips, engine):
    with pytest.raises(EngineError, match="tried to end the program: exit code 3"):
        await record(LocalRecorder(engine(), clips))


async def test_a_voice_that_does_not_stop_is_left_to_itself(clips, monkeypatch):
    monkeypatch.setattr(recorder, "STOP", 0.05)
    ended = anyio.Event()

    class Stubborn(Script):
        async def speak(self, text, voice):
            try:
                yield tone(0.3)
                await anyio.sleep_forever()
            finally:
                with anyio.CancelScope(shield=True):
                    await ended.wait()
                self.trail.append("ended")

    engine = Stubborn()
    with pytest.raises(EngineTimeout, match="finish"):
        await record(LocalRecorder(engine, clips, total=0.1))
    assert engine.trail == []
    assert not any(path.is_file() for path in clips.root.rglob("*"))
    ended.set()
    await anyio.wait_all_tasks_blocked()
    assert engine.trail == ["ended"]


async def test_a_voice_may_reckon_its_times_with_whatever_numbers(clips):
    odd = WordTime(np.int64(0), np.int64(5), np.float32(0.25), np.float16(0.5))
    (clip,) = await record(LocalRecorder(Script(odd, tone(1.0)), clips, slow=9))
    assert json.loads(json.dumps([*clip.words]))[0][:4] == ["Hello", 0, 5, 0.25]
    with pytest.raises(EngineError, match="must yield places in the text and seconds"):
        await record(LocalRecorder(Script(WordTime(0, 5, None), tone(1.0)), clips))


async def test_a_voice_whose_rate_its_format_has_not_is_refused_before_it_speaks(clips):
    engine = Script(tone(0.3))
    engine.sample_rate = 96_000
    with pytest.raises(InvalidSetting, match="no sample rate of 96000 Hz"):
        LocalRecorder(engine, clips, format="mp3")
