"""A passage becomes a clip: clean, timed, heard early when the voice is slow, never half."""

import asyncio
import io
import math
import time
import wave
from contextlib import aclosing

import anyio
import numpy as np
import pytest
import soundfile

from pipeline.audio import ENCODERS
from pipeline.audio.listening import SLOW
from pipeline.audio.pauses import SENTENCE
from pipeline.audio.recorder import LocalRecorder
from pipeline.audio.seams import AUDIBLE
from pipeline.engines.espeak import EspeakEngine
from pipeline.engines.tone import ToneEngine
from pipeline.errors import EngineError, EngineSilent, EngineTimeout, InvalidSetting, StoreError, StoreFull
from pipeline.stores.clips import FolderClipStore
from pipeline.stores.sounds import FolderSoundCache
from pipeline.types import Clip, Growing, Handover, Passage, Span, Voice, WordTime
from tests.audio.test_encoders import by_ffmpeg

RATE = 16000


def tone(seconds, level=8000):
    return (level * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)).astype(np.int16).tobytes()


def silence(seconds):
    return bytes(2 * round(seconds * RATE))


class Script:
    """An engine that says what it was told: bytes, word times, handovers, waits (seconds), events, failures."""

    name, version, sample_rate, parallel = "script", "1", RATE, 2

    def __init__(self, *items):
        self.items = items
        self.trail = []

    async def voices(self):
        return []

    async def speak(self, text, voice):
        self.trail.append("open")
        try:
            for item in self.items:
                if isinstance(item, Exception):
                    raise item
                if isinstance(item, anyio.Event):
                    await item.wait()
                elif isinstance(item, float):
                    await anyio.sleep(item)
                else:
                    yield item
        finally:
            self.trail.append("close")

    async def aclose(self):
        pass


@pytest.fixture
def clips(tmp_path):
    return FolderClipStore(tmp_path / "audio")


def passage(text="Hello there.", index=0, start=0):
    end = start + len(text)
    return Passage(index=index, text=text, start=start, end=end, spoken=text, spans=(Span(0, len(text), start, end),))


async def record(recorder, said=None):
    async with aclosing(recorder.record("run1", said or passage(), Voice())) as items:
        return [item async for item in items]


def samples(clip):
    with wave.open(str(clip.path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (clip.sample_rate, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


async def test_a_quick_voice_becomes_one_clip_and_is_never_announced(clips):
    engine = Script(silence(0.2), tone(0.5)[:501], tone(0.5)[501:], silence(0.3))
    (clip,) = await record(LocalRecorder(engine, clips))
    assert isinstance(clip, Clip)
    assert clip.engine == "script" and not clip.cached and clip.media_type == "audio/wav"
    assert clip.path == clips.path("run1", clip.name)
    assert len(samples(clip)) / RATE == pytest.approx(clip.seconds)
    assert abs(clip.seconds - 0.55) < 0.005
    assert abs(clip.lead - 0.010) < 0.001
    assert engine.trail == ["open", "close"]


async def test_word_times_follow_the_trimmed_silence(clips):
    engine = Script(WordTime(0, 5, 0.2, 0.1), silence(0.2), tone(0.5), WordTime(6, 11, 0.4, 0.1))
    (clip,) = await record(LocalRecorder(engine, clips), passage(start=100))
    assert [(word.text, word.start, word.end) for word in clip.words] == [("Hello", 100, 105), ("there.", 106, 112)]
    assert [word.at for word in clip.words] == pytest.approx([0.01, 0.21], abs=0.002)


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


async def test_a_full_disk_closes_the_voice(clips):
    class Full(FolderClipStore):
        async def write(self, run, name, data):
            raise StoreFull("No room.")

    engine = Script(tone(0.3))
    with pytest.raises(StoreFull):
        await record(LocalRecorder(engine, Full(clips.root)))
    assert engine.trail == ["open", "close"]


async def test_the_same_words_in_the_same_voice_are_made_once(clips, tmp_path):
    engine = Script(silence(0.1), tone(0.5), WordTime(0, 5, 0.1, 0.1))
    recorder = LocalRecorder(engine, clips, sounds=FolderSoundCache(tmp_path / "sounds"))
    (first,) = await record(recorder)
    (again,) = await record(recorder, passage(index=2, start=50))
    (other,) = await record(recorder, passage("Bye now."))
    assert (first.cached, again.cached, other.cached) == (False, True, False)
    assert np.array_equal(samples(first), samples(again))
    assert [word.at for word in first.words] == [word.at for word in again.words]
    assert again.words[0].start == 50
    assert engine.trail == ["open", "close"] * 2


async def test_who_asks_for_the_same_at_the_same_time_waits_for_the_first(clips, tmp_path):
    engine = ToneEngine(start=0.05)
    recorder = LocalRecorder(engine, clips, sounds=FolderSoundCache(tmp_path / "sounds"))
    made = await asyncio.gather(*(record(recorder, passage(index=n)) for n in range(1, 5)))
    assert sorted(items[-1].cached for items in made) == [False, True, True, True]


async def test_another_engines_sound_is_not_kept_as_this_ones(clips, tmp_path):
    sounds = FolderSoundCache(tmp_path / "sounds")
    handover = Handover("a", "b", "engine_failed", "It broke.")
    recorder = LocalRecorder(Script(handover, tone(0.2)), clips, sounds=sounds)
    for _ in range(2):
        assert not (await record(recorder))[-1].cached


async def test_a_run_has_one_sample_rate(clips):
    (clip,) = await record(LocalRecorder(Script(tone(0.5)), clips, sample_rate=24000))
    assert clip.sample_rate == 24000
    sound = samples(clip)
    assert abs(len(sound) / 24000 - 0.5) < 0.01
    loudest = np.argmax(np.abs(np.fft.rfft(sound))) * 24000 / len(sound)
    assert abs(loudest - 440) < 3


async def test_a_format_that_does_not_exist_is_refused_at_once(clips):
    with pytest.raises(InvalidSetting, match="wav"):
        LocalRecorder(Script(), clips, format="aiff")


async def test_espeak_is_trimmed_and_timed(clips):
    engine = EspeakEngine()
    try:
        clip = (await record(LocalRecorder(engine, clips), passage("Hello there, general reader.")))[-1]
    finally:
        await engine.aclose()
    sound = samples(clip)
    first = np.flatnonzero(np.abs(sound.astype(int)) > AUDIBLE)[0] / clip.sample_rate
    assert clip.lead == pytest.approx(first) and first <= 0.0101
    assert [word.text for word in clip.words] == ["Hello", "there,", "general", "reader."]
    times = [word.at for word in clip.words]
    assert times == sorted(times) and times[-1] < clip.seconds


async def test_the_pause_after_a_passage_is_part_of_its_clip(clips):
    text = "A sentence. "
    said = Passage(1, text, 0, len(text), reason="size", spoken=text, spans=(Span(0, len(text), 0, len(text)),))
    (clip,) = await record(LocalRecorder(Script(tone(0.5), silence(0.5)), clips), said)
    assert clip.seconds == pytest.approx(0.5 + 0.04 + SENTENCE, abs=0.002)
    assert not samples(clip)[-round(SENTENCE * RATE) :].any()
    assert len(samples(clip)) / RATE == pytest.approx(clip.seconds)
    assert clip.words[-1].at + clip.words[-1].seconds <= 0.55


async def test_the_voice_is_free_for_others_once_it_has_spoken_before_its_sound_is_kept(clips, tmp_path):
    engine = Script(tone(0.3))

    class Turn:
        async def __aenter__(self):
            engine.trail.append("turn")

        async def __aexit__(self, *_):
            engine.trail.append("over")

        def spoken(self):
            engine.trail.append("spoken")

    class Slow(FolderClipStore):
        async def write(self, run, name, data):
            engine.trail.append("kept")
            return await super().write(run, name, data)

    recorder = LocalRecorder(engine, Slow(tmp_path / "slow"), sounds=FolderSoundCache(tmp_path / "sounds"))
    for _ in range(2):  # the second time it is known, and the voice is not asked
        async with aclosing(recorder.record("run1", passage(), Voice(), Turn())) as items:
            assert [type(item) async for item in items] == [Clip]
    assert engine.trail == ["turn", "open", "close", "spoken", "kept", "over", "kept"]


async def test_a_join_never_clicks(clips):
    engine = Script(bytes(2) + tone(0.5)[1000:-1000])
    joined = []
    for index in (1, 2, 3):
        (clip,) = await record(LocalRecorder(engine, clips), passage(index=index))
        joined.append(samples(clip).astype(int))
    inside = max(np.abs(np.diff(sound)).max() for sound in joined)
    ends = [0, *np.cumsum([len(sound) for sound in joined])[:-1]]
    steps = np.abs(np.diff(np.concatenate(joined)))
    assert all(steps[end - 1 : end + 1].max() <= inside / 10 for end in ends[1:])


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
