"""One level for every voice."""

import asyncio
import time

import numpy as np
import pytest

from pipeline.audio.recording import recorder
from pipeline.audio.recording.listening import Sound
from pipeline.audio.recording.loudness import TARGET, Levels, Meter, amplified
from pipeline.audio.recording.recorder import LocalRecorder
from pipeline.audio.recording.tape import FALL, RISE, Tape
from pipeline.engines.espeak import EspeakEngine
from pipeline.engines.tone import ToneEngine
from pipeline.stores.clips import FolderClipStore
from pipeline.stores.sounds import FolderSoundCache
from pipeline.types import Clip, Growing, Voice
from tests.audio.levels import RATE, by_ffmpeg, measured, noise, tone
from tests.audio.studio import Script, passage, record, samples
from tests.hearing import sentences


def test_nothing_is_ever_clipped():
    loud = amplified(tone(0.1, 440, 30000), 8.0)
    assert np.abs(loud.astype(int)).max() < 32767
    assert np.abs(np.diff(np.sign(loud.astype(int)))).sum() > 0
    soft = amplified(tone(0.1, 440, 1000), 2.0)
    assert np.abs(soft.astype(int) - 2 * tone(0.1, 440, 1000).astype(int)).max() <= 2


SENTENCES = [
    "Yes.",
    "When the rain finally stopped, the children ran outside to play in the street.",
    "Whispering is hushed: shh, she wished for silence.",
    "NO! STOP THAT NOW!",
    "He paid $3.50 on 12 March 2024, or was it 1,250 crowns?",
    "The professor explained the theory with three simple examples.",
]


async def test_three_engines_in_one_run_are_equally_loud(tmp_path):
    clips, levels = FolderClipStore(tmp_path), Levels()
    engines = [EspeakEngine(), ToneEngine(), EspeakEngine()]
    voices = [Voice(), Voice(name="low"), Voice(name="de", speed=1.2)]
    index = 0
    try:
        for text in SENTENCES:
            for engine, voice in zip(engines, voices, strict=True):
                index += 1
                recorder = LocalRecorder(engine, clips, levels=levels)
                *_, clip = await record(recorder, passage(text, index), voice)
                if clip.seconds >= 1.0:
                    assert abs(by_ffmpeg(samples(clip)) - TARGET) < 1.5, (engine.name, text)
                assert np.abs(samples(clip).astype(int)).max() < 32767
    finally:
        for engine in engines:
            await engine.aclose()


async def test_a_volume_is_kept_and_a_silent_voice_is_not_made_loud(tmp_path):
    recorder = LocalRecorder(ToneEngine(), FolderClipStore(tmp_path))
    text = "Half as loud is six decibels less."
    *_, clip = await record(recorder, passage(text, 1), Voice(volume=0.5))
    assert measured(samples(clip)) == pytest.approx(TARGET - 6.02, abs=0.2)
    *_, clip = await record(recorder, passage(text, 2), Voice(volume=0.0))
    assert not samples(clip).any()


async def test_the_lower_a_volume_the_softer_also_of_a_voice_that_knows_none(tmp_path):
    recorder = LocalRecorder(Script(tone(1.5, 220, 8000).tobytes()), FolderClipStore(tmp_path))
    levels = []
    for volume in (1.0, 0.3, 0.01, 0.0):
        *_, clip = await record(recorder, passage("As it is.", 1), Voice(volume=volume))
        levels.append(measured(samples(clip)))
    assert levels[0] > levels[1] > levels[2] == levels[3]


async def test_a_clip_heard_while_it_grew_sounds_the_same_again(tmp_path):
    engine, text = ToneEngine(factor=0.2), "A tone that is slow enough to be heard while it grows."
    sounds = FolderSoundCache(tmp_path / "sounds")
    recorder = LocalRecorder(engine, FolderClipStore(tmp_path / "audio"), sounds=sounds)
    growing, first = await record(recorder, passage(text, 1))
    another = LocalRecorder(engine, FolderClipStore(tmp_path / "another"), sounds=sounds)
    *_, again = await record(another, passage(text, 1))
    assert isinstance(growing, Growing) and isinstance(again, Clip) and again.cached
    assert np.array_equal(samples(first), samples(again))


def test_what_is_remembered_is_bounded():
    levels, meter = Levels(), Meter(RATE)
    meter.feed(noise(2.0, 2000))
    for number in range(1000):
        levels.whole("x", Voice(name=str(number)), meter)
    assert len(levels._known) <= 256


def test_one_odd_clip_does_not_change_a_known_voice():
    levels = Levels()

    def gain(level, seconds=5.0):
        meter = Meter(RATE)
        meter.feed(noise(seconds, level))
        return levels.whole("x", Voice(), meter)

    usual = [gain(2000) for _ in range(4)][-1]
    assert gain(500) > 2 * usual, "far too soft: brought near the target"
    assert gain(2000) == pytest.approx(usual)


async def test_the_loop_is_never_held_for_long(tmp_path):
    recorder = LocalRecorder(ToneEngine(), FolderClipStore(tmp_path))
    longest = 0.0

    async def tick():
        nonlocal longest
        while True:
            before = time.thread_time()  # what the loop's own thread does meanwhile, on however busy a machine
            await asyncio.sleep(0.001)
            longest = max(longest, time.thread_time() - before)

    ticking = asyncio.create_task(tick())
    *_, clip = await record(recorder, passage("word " * 400, 1))
    ticking.cancel()
    assert clip.seconds > 100
    assert longest < 0.2


async def said(engine, text, voice, level=1.0):
    """Its sound as a whole, so much louder."""
    pcm = b"".join([item async for item in engine.speak(text, voice) if isinstance(item, bytes)])
    return (np.frombuffer(pcm, np.int16) * level).astype(np.int16).tobytes()


def slowly(pcm, wait):
    """A voice that says it by tenths of a second, and waits for some seconds behind each."""
    slow = Script(*[item for at in range(0, len(pcm), RATE // 5) for item in (pcm[at : at + RATE // 5], wait)])
    slow.sample_rate = RATE
    return slow


async def test_an_unknown_voice_that_is_heard_at_once_is_not_far_off(tmp_path):
    engine = EspeakEngine()
    for index, text in enumerate(SENTENCES[1:2] + SENTENCES[5:]):
        recorder = LocalRecorder(slowly(await said(engine, text, Voice()), 0.02), FolderClipStore(tmp_path))
        growing, clip = await record(recorder, passage(text, index))
        assert isinstance(growing, Growing)
        assert abs(by_ffmpeg(samples(clip)) - TARGET) < 1.5
    await engine.aclose()


CRIES = ["Never! No!", "Out! Please!", "Quickly, help!", "Quiet, please.", "Painted! Carried!", "Stop! Who is there?"]


def grown(tape, pcm, begin, piece, rate=RATE):
    """A clip that is handed on in pieces (seconds), as the sound comes."""
    sound, at = Sound(rate, rate), 0
    while at < len(pcm):
        upto = at + 2 * round((piece if at else begin) * rate)
        sound.add(pcm[at:upto])
        if sound.clear():
            tape.more(sound, "x")
        at = upto
    sound.finish()
    tape.rest(sound, "x", silence=0)
    return tape.samples


@pytest.mark.parametrize("pieces", [(0.12, 0.05), (0.2, 0.1), (0.5, 0.25)])
@pytest.mark.parametrize("known", [False, True])
async def test_whatever_a_voice_streams_is_as_loud_as_it_should_be(pieces, known):
    """Three voices of very different levels, in one run; not `known`: each clip is the first that its voice says."""
    engine, levels, off = EspeakEngine(), Levels(), []
    for number, text in enumerate([*sentences(28, seed=81), *SENTENCES[1:3]]):
        name, level = [("en-us", 1.0), ("de", 0.35), ("en-us+f3", 0.6)][number % 3]
        pcm = await said(engine, text, Voice(name=name), level)
        levels = levels if known else Levels()
        off.append(by_ffmpeg(grown(Tape(RATE, levels, Voice(name=name)), pcm, *pieces)) - TARGET)
    await engine.aclose()
    assert np.abs(off).max() < 1.5
    assert np.abs(off).mean() < 0.5


async def first_cries(pieces):
    """How far cries are off with which a run begins, each by a voice that nobody has heard yet, while they grow."""
    engine, off = EspeakEngine(), []
    for number, text in enumerate(CRIES * 3):
        name, level = [("en-us", 1.0), ("de+m3", 0.35), ("en-us+f3", 0.6), ("it", 0.8)][number % 4]
        pcm = await said(engine, text, Voice(name=name), level)
        clip = grown(Tape(RATE, Levels(), Voice(name=name)), pcm, *pieces)
        if len(clip) >= RATE:
            off.append(by_ffmpeg(clip) - TARGET)
    await engine.aclose()
    return np.abs(off)


@pytest.mark.parametrize("pieces", [(0.12, 0.05), (0.2, 0.1), (0.5, 0.25)])
async def test_a_cry_that_an_unknown_voice_begins_with_is_nearly_as_loud_as_it_should_be(pieces):
    """All that is known of it is what is heard already: its gain follows what comes."""
    off = await first_cries(pieces)
    assert off.max() < 3.0
    assert np.mean(off < 1.5) >= 0.85


def test_what_came_too_loud_is_turned_down_at_once_and_what_came_too_soft_slowly():
    tape = Tape(RATE, Levels(), Voice())
    loud, soft = tone(0.5, 440, 12000), tone(0.5, 440, 1200)
    heard = grown(tape, np.concatenate([soft, loud, soft]).tobytes(), 0.2, 0.1).astype(int)
    places, gains = zip(*tape.gains, strict=True)
    gains = 20 * np.interp(np.arange(len(heard)), places, np.log10(gains))
    change = gains[441:] - gains[:-441]
    assert -FALL * 0.02 - 0.1 < change.min() < -RISE * 0.02
    assert change.max() < RISE * 0.02 + 0.1
    assert np.abs(np.diff(heard)).max() <= np.abs(np.diff(loud.astype(int))).max() * 10 ** (gains.max() / 20)


async def cried(clips, text, number, pace):
    """A cry in the middle of a run by a voice that streams, `pace` seconds for each second of sound."""
    engine, name = EspeakEngine(), ("en-us", "de", "en-us+f3")[number % 3]
    slow = slowly(await said(engine, text, Voice(name=name)), 0.1 * pace)
    await engine.aclose()
    return (await record(LocalRecorder(slow, clips), passage(text, number + 1)))[-1]


async def test_a_cry_in_a_run_is_as_loud_as_the_rest_though_its_voice_is_slow(tmp_path, monkeypatch):
    monkeypatch.setattr(recorder, "WAIT", 10.0)  # on a busy machine the voice is slower still
    clips = FolderClipStore(tmp_path)
    made = await asyncio.gather(*(cried(clips, text, number, 0.2) for number, text in enumerate(CRIES)))
    long = [clip for clip in made if clip.seconds >= 1.0]
    assert long and max(abs(by_ffmpeg(samples(clip)) - TARGET) for clip in long) < 1.5
