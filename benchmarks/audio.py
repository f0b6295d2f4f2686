"""Sound: what a clip costs beyond its engine, what a repetition costs, and how fast and small a ten hour join is.

    python benchmarks/audio.py [HOURS]          # the join as MP3
    python benchmarks/audio.py join HOURS m4b   # only a join, as an audio book (AAC: ten hours take some ten minutes)

Prints one line for each figure. What counts is the time by the clock: of a clip, the median in the best of the runs,
since other work on the machine only ever adds to it. Beside it stand the median of all runs, the processor time (of
all threads), and what the disk takes at that moment for a file of that size. Ends with 1 if a figure is missed.
"""

from __future__ import annotations

import asyncio
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipeline.audio import JOINED, encoded
from pipeline.audio.formats.wav import WavEncoder
from pipeline.audio.joining.export import export
from pipeline.audio.joining.joining import Join
from pipeline.audio.recording.recorder import LocalRecorder
from pipeline.engines.espeak import EspeakEngine
from pipeline.events import Audio, Event
from pipeline.ports import SoundCache
from pipeline.stores.clips import FolderClipStore
from pipeline.stores.sounds import FolderSoundCache
from pipeline.types import Clip, Passage, Span, Voice, VoiceInfo, WordTime

TEXT = "When the rain stopped, the children ran outside to play."
RUNS, COUNT = 8, 25
"""Clips in a run."""
LIMITS = {"wav": 1.0, "flac": 2.0, "mp3": 8.0}
"""Milliseconds of the median clip in the best run."""
CACHED = 3.0
"""Milliseconds."""
JOINS = {"mp3": (300, 100), "m4b": (20, 250)}
"""Times real time, and megabytes."""


class Parrot:
    """An engine that has it all ready."""

    name, version, parallel, sample_rate = "parrot", "1", 2, 22050

    def __init__(self, items: Sequence[bytes | WordTime]) -> None:
        self._items = items

    async def voices(self) -> Sequence[VoiceInfo]:
        return ()

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        for item in self._items:
            yield item

    async def aclose(self) -> None: ...


async def spoken() -> Parrot:
    """Three seconds of real speech, in pieces as eSpeak gives them."""
    engine = EspeakEngine()
    items = [item async for item in engine.speak(TEXT, Voice())]
    await engine.aclose()
    return Parrot(items)


async def clip(engine: Parrot, folder: Path, format: str, sounds: SoundCache | None = None) -> tuple[float, str]:
    """Milliseconds of a passage less what the engine itself takes: in the best run, and what stands beside."""
    recorder = LocalRecorder(engine, FolderClipStore(folder), format=format, sounds=sounds)
    names = [secrets.token_hex(8) for _ in range(RUNS + 1)]  # as runs have them
    runs = [await run(engine, recorder, name) for name in names][1:]  # the first one warms up
    best = min(statistics.median(took) for took, _ in runs)
    median = statistics.median([clip for took, _ in runs for clip in took])
    busy = sum(busy for _, busy in runs) / RUNS / COUNT
    bare = 1000 * disk(folder / names[0], (folder / names[0] / f"00000.{format}").read_bytes())
    return 1000 * best, f"median of all {1000 * median:.2f}, processor {1000 * busy:.2f}, a bare file {bare:.2f}"


async def run(engine: Parrot, recorder: LocalRecorder, name: str) -> tuple[list[float], float]:
    """Seconds of each clip by the clock, and of the processor for all of them."""
    took, busy, span = list[float](), 0.0, Span(0, len(TEXT), 0, len(TEXT))
    for index in range(COUNT):
        passage = Passage(index, TEXT, 0, len(TEXT), reason="size", spoken=TEXT, spans=(span,))
        ours, ours_busy = await timed(recorder.record(name, passage, Voice()))
        its, its_busy = await timed(engine.speak(TEXT, Voice()))
        took.append(ours - its)
        busy += ours_busy - its_busy
    return took, busy


def disk(folder: Path, data: bytes) -> float:
    """Seconds in which a new file is written there, by whatever else the disk is busy with."""
    took = []
    for number in range(COUNT):
        began = time.perf_counter()
        (folder / f"bare{number}").write_bytes(data)
        took.append(time.perf_counter() - began)
    return statistics.median(took)


async def timed(items: AsyncGenerator[object, None]) -> tuple[float, float]:
    began, busy = time.perf_counter(), time.process_time()
    async with aclosing(items) as stream:
        async for item in stream:
            if isinstance(item, Clip):
                len(item.words)  # worked out when somebody looks
    return time.perf_counter() - began, time.process_time() - busy


def shown(what: str, value: float, unit: str, limit: float, beside: str = "", *, least: bool = False) -> bool:
    met = value >= limit if least else value <= limit
    wanted = f"at {'least' if least else 'most'} {limit:g}"
    beside = beside and f", {beside}"
    print(f"{what}: {value:.2f} {unit} ({wanted}){'' if met else '   MISSED'}{beside}", flush=True)
    return met


async def clips() -> list[bool]:
    engine, met = await spoken(), []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for format, limit in LIMITS.items():
            best, beside = await clip(engine, folder / format, format)
            met.append(shown(f"3 s clip, {format}", best, "ms", limit, beside))
        sounds = FolderSoundCache(folder / "sounds")
        best, beside = await clip(engine, folder / "hits", "wav", sounds)
        met.append(shown("cache hit, wav", best, "ms", CACHED, beside))
    return met


async def join(hours: float, format: str = "mp3") -> list[bool]:
    """Run in a process of its own, so that the memory is its own too."""
    rate, seconds = 22050, 3.0
    wave = 8000 * np.sin(np.arange(round(rate * seconds)) * 2 * np.pi * 220 / rate)
    wave = wave * (0.6 + 0.4 * np.sin(np.arange(len(wave)) * 2 * np.pi * 3 / rate))
    with tempfile.TemporaryDirectory() as name:
        store = FolderClipStore(Path(name))
        await store.write("run", "00001.wav", encoded(WavEncoder, wave.astype(np.int16).tobytes(), rate))

        async def events() -> AsyncIterator[Event]:
            for index in range(round(hours * 3600 / seconds)):
                yield Audio(
                    index=index, url="00001.mp3", path=None, media_type="audio/mpeg", seconds=seconds,
                    begins=index * seconds, text="", start=0, end=0, words=(), engine="", cached=False,
                )  # fmt: skip

        began, busy, target = time.perf_counter(), time.process_time(), Path(name) / f"joined.{format}"
        if format in JOINED:
            with target.open("wb") as file:
                async with aclosing(Join(store, "run", rate, format).stream(events())) as parts:
                    async for part in parts:
                        file.write(part)
        else:
            async with aclosing(Join(store, "run", rate, "pcm").stream(events())) as parts:
                await export(parts, rate, target)
        took, busy = time.perf_counter() - began, time.process_time() - busy
        size = target.stat().st_size
        with av.open(str(target)) as made:
            length = (made.duration or 0) / 3.6e9
    print(f"{hours:g} h joined as {format} in {took:.0f} s: {size / 2**20:.0f} MB, {length:.4f} h")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    speed, megabytes = JOINS[format]
    return [
        shown("join", hours * 3600 / took, "x real time", speed, f"processor {hours * 3600 / busy:.0f}", least=True),
        shown("join, peak memory of the process", memory, "MB", megabytes),
    ]


def main(wanted: list[str]) -> int:
    if wanted[:1] == ["join"]:
        return 0 if all(asyncio.run(join(float(wanted[1]), *wanted[2:]))) else 1
    met = asyncio.run(clips())
    joined = subprocess.run([sys.executable, __file__, "join", wanted[0] if wanted else "10"])
    return 0 if all(met) and not joined.returncode else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
