"""What is heard: one loudness for all voices, and a time for every word.

    python -m benchmarks.hearing

Loudness: clips of three engines in one run, made whole, and handed on in pieces while they are made, each as the first
that its voice ever says; and cries of a second, which a voice that streams says in the middle of a run, or begins with
while nobody knows it. Word times: as eSpeak NG tells them, kept through trimming and another sample rate; and as they
are estimated from its sound alone, in five languages at four speeds, and in passages of minutes. Ends with 1 if a
figure is missed.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import aclosing
from pathlib import Path

import numpy as np

from pipeline.audio.recording.alignment import words
from pipeline.audio.recording.loudness import TARGET, Levels
from pipeline.audio.recording.recorder import LocalRecorder
from pipeline.audio.recording.tape import Tape
from pipeline.engines.espeak import EspeakEngine
from pipeline.engines.pyttsx3 import Pyttsx3Engine
from pipeline.engines.tone import ToneEngine
from pipeline.stores.clips import FolderClipStore
from pipeline.types import Clip, Passage, Voice
from tests.audio.recording.test_loudness import CRIES, by_ffmpeg, cried, first_cries, grown, passage
from tests.audio.recording.test_timing import OTHERS, TEXTS, off, spoken
from tests.audio.recording.test_timing import passage as said
from tests.audio.studio import samples
from tests.hearing import sentences

LOUDNESS, NATIVE, ESTIMATED = 1.5, 30.0, 150.0
"""LU, and milliseconds of the mean error."""
UNFORESEEN = 10.0
"""Of a hundred cries that are heard before anybody knows how loud their voice is."""
COUNT = 30
SPEEDS = (0.7, 1.0, 1.5, 2.0)


def shown(what: str, value: float, unit: str, limit: float, beside: str = "") -> bool:
    met = value <= limit
    print(f"{what}: {value:.2f} {unit} (at most {limit:g}){'' if met else '   MISSED'}{beside}", flush=True)
    return met


def levels(what: str, heard: list[float]) -> bool:
    away = np.abs(np.array(heard) - TARGET)
    return shown(what, float(away.max()), "LU off at most", LOUDNESS, f", mean {away.mean():.2f}, {len(away)} clips")


async def clip(recorder: LocalRecorder, text: str | Passage, number: int = 0) -> Clip:
    wanted = passage(text, number) if isinstance(text, str) else text
    async with aclosing(recorder.record("run", wanted, Voice())) as items:
        made = [item async for item in items][-1]
    assert isinstance(made, Clip)
    return made


async def whole(folder: Path) -> bool:
    engines, shared, heard = [EspeakEngine(), Pyttsx3Engine(), ToneEngine()], Levels(), list[float]()
    recorders = [LocalRecorder(engine, FolderClipStore(folder), levels=shared) for engine in engines]
    for number, text in enumerate(sentences(COUNT, seed=71)):
        made = await clip(recorders[number % 3], text, number)
        if made.seconds >= 1.0:
            heard.append(by_ffmpeg(samples(made), made.sample_rate))
    for engine in engines:
        await engine.aclose()
    return levels("three engines, whole clips", heard)


async def growing() -> bool:
    engine, heard = EspeakEngine(), list[float]()
    for number, text in enumerate(sentences(COUNT, seed=72)):
        name, level = [("en-us", 1.0), ("de", 0.35), ("en-us+f3", 0.6)][number % 3]
        pcm = b"".join([item async for item in engine.speak(text, Voice(name=name)) if isinstance(item, bytes)])
        pcm = (np.frombuffer(pcm, np.int16) * level).astype(np.int16).tobytes()
        heard.append(by_ffmpeg(grown(Tape(engine.sample_rate, Levels(), Voice(name=name)), pcm, 0.15, 0.1)))
    await engine.aclose()
    return levels("three voices, the first clip of each, while it grows", heard)


async def cries(folder: Path) -> bool:
    clips = FolderClipStore(folder)
    made = await asyncio.gather(*(cried(clips, text, number, 0.3) for number, text in enumerate(CRIES * 3)))
    heard = [by_ffmpeg(samples(clip)) for clip in made if clip.seconds >= 1.0]
    return levels("cries in a run by a voice that streams", heard)


async def beginnings() -> bool:
    off = np.concatenate([await first_cries(pieces) for pieces in ((0.12, 0.05), (0.2, 0.1), (0.5, 0.25))])
    beside = f", mean {off.mean():.2f}, most {off.max():.2f}, {len(off)} clips"
    what = f"cries that an unknown voice begins with, more than {LOUDNESS:g} LU off"
    return shown(what, 100 * float(np.mean(off > LOUDNESS)), "of a hundred", UNFORESEEN, beside)


async def native(folder: Path) -> bool:
    engine, errors = EspeakEngine(), list[float]()
    recorder = LocalRecorder(engine, FolderClipStore(folder), sample_rate=24000)
    for text in TEXTS["en-us"]:
        made = await clip(recorder, said(text))
        sound, times, rate = await spoken(text, "gmw/en-US", 1.0)
        told = words(said(text), times, len(sound) / rate)
        errors += [abs(one.at - two.at) for one, two in zip(made.words, told, strict=True)]
    await engine.aclose()
    return shown("word times that the voice tells", 1000 * float(np.mean(errors)), "ms off on average", NATIVE)


async def estimates() -> bool:
    short, long = list[float](), list[float]()
    for speed in SPEEDS:
        for name, text in OTHERS + [("en-us", text) for text in TEXTS["en-us"]]:
            sound, times, rate = await spoken(text, name, speed)
            short += off(text, sound, rate, times)
        text = " ".join(TEXTS["en-us"] * 8)
        sound, times, rate = await spoken(text, "en-us", speed)
        long += off(text, sound, rate, times)
    met = shown("word times, estimated", 1000 * float(np.mean(short)), "ms off on average", ESTIMATED)
    return shown("the same in long passages", 1000 * float(np.mean(long)), "ms off on average", ESTIMATED) and met


async def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        met = [await whole(folder), await growing(), await cries(folder), await beginnings()]
        met += [await native(folder), await estimates()]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
