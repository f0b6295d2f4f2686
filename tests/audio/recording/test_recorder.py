"""A passage becomes a clip: clean, timed, made once."""

import asyncio
import gc
from contextlib import aclosing
from dataclasses import replace

import anyio
import numpy as np
import pytest

from pipeline.audio.recording.pauses import SENTENCE
from pipeline.audio.recording.recorder import LocalRecorder
from pipeline.engines.tone import ToneEngine
from pipeline.errors import InvalidSetting, StoreFull
from pipeline.stores.clips import FolderClipStore
from pipeline.stores.sounds import FolderSoundCache
from pipeline.types import Clip, Handover, Voice, WordTime
from tests.audio.studio import RATE, Script, passage, record, samples, silence, tone


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


async def test_a_full_disk_closes_the_voice(clips):
    class Full(FolderClipStore):
        async def write(self, run, name, data):
            raise StoreFull("No room.")

    engine = Script(tone(0.3))
    with pytest.raises(StoreFull):
        await record(LocalRecorder(engine, Full(clips.root)))
    assert engine.trail == ["open", "close"]


async def test_how_a_voice_ends_that_was_told_to_stop_is_nobodys_business(clips):
    """Least of all the loop's, which logs errors that nobody has looked at."""

    class Angry(Script):
        async def speak(self, text, voice):
            try:
                async for item in super().speak(text, voice):
                    yield item
            finally:
                raise OSError("It did not want to.")

    told = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context))
    recording = asyncio.create_task(record(LocalRecorder(Angry(anyio.Event()), clips)))
    await anyio.wait_all_tasks_blocked()
    recording.cancel()
    await asyncio.wait([recording])
    assert recording.cancelled()
    del recording
    gc.collect()
    assert not told


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


async def test_the_pause_after_a_passage_is_part_of_its_clip(clips):
    said = replace(passage("A sentence. "), reason="size")
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
