"""A book of 100,000 words: how long it takes beside encoding its sound alone, and what becomes of it under kills.

    python benchmarks/narration.py [WORDS] [KILLS]

Makes an EPUB of 40 chapters, speaks it with eSpeak NG to MP3 and to M4B in a process of its own, and encodes the same
sound alone on one thread in the same run. Then kills a smaller book at random moments, and compares what it ends as.
Ends with 1 if a figure is missed.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipeline.audio import JOINED, encoder
from pipeline.narration import read
from pipeline.narration.document import WORD
from tests.narration.books import novel
from tests.narration.child import Counted

ROOT = Path(__file__).resolve().parents[1]
LIMITS = {"mp3": 1.2, "m4b": 0.8}
"""Wall time by that of encoding alone."""
IN_FLIGHT = Counted.parallel + 1
MEMORY = 300
"""MiB."""


def samples(path: Path) -> Iterator[bytes]:
    with av.open(str(path)) as file:
        for frame in file.decode(audio=0):
            sound = frame.to_ndarray().ravel()
            yield (sound if sound.dtype == np.int16 else (sound * 32767).astype(np.int16)).tobytes()


def encoding(path: Path, format: str, rate: int) -> float:
    """Seconds that it takes alone; decoding is not counted."""
    made, took, waiting = encoder(format, JOINED)(rate), 0.0, b""
    for piece in samples(path):
        waiting += piece
        if len(waiting) > 1 << 19:
            begun = time.perf_counter()
            made.feed(waiting)
            took, waiting = took + time.perf_counter() - begun, b""
    begun = time.perf_counter()
    made.feed(waiting)
    made.finish()
    return took + time.perf_counter() - begun


def aloud(folder: Path, book: Path, target: Path) -> tuple[float, int, dict[str, object]]:
    """Seconds, MiB, and the report."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "ALOUD_OUTPUT_DIR": str(folder)}
    command = [sys.executable, "-m", "api", "read", str(book), "-o", str(target), "-e", "espeak", "--json"]
    begun = time.perf_counter()
    done = subprocess.run(command, env=env, capture_output=True, check=True)
    took = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return took, memory, json.loads(done.stdout.splitlines()[-1])


def speed(folder: Path, words: int) -> bool:
    book = novel(folder / "book.epub", chapters=40, each=words // 40 // 12)
    counted = sum(chapter.words for chapter in read(book).chapters)
    good = True
    for ending, format in (("mp3", "mp3"), ("m4b", "aac")):
        target = folder / f"book.{ending}"
        took, memory, report = aloud(folder / ending, book, target)
        alone = encoding(target, format, 22050)
        seconds = float(str(report["seconds"]))
        met = took <= LIMITS[ending] * alone and memory <= MEMORY
        good = good and met
        print(
            f"{'met   ' if met else 'MISSED'} {ending}: {counted:,} words, {seconds / 3600:.1f} h in {took:.1f} s "
            f"({seconds / took:.0f} x real time), encoding alone {alone:.1f} s: {took / alone:.2f} "
            f"(at most {LIMITS[ending]}), {memory} MiB (at most {MEMORY})"
        )
    return good


def kills(folder: Path, count: int) -> bool:
    book = novel(folder / "small.epub", chapters=6, each=60)
    made, target = folder / "made", folder / "small.mp3"
    made.mkdir()
    command = [sys.executable, "-m", "tests.narration.child", str(book), str(target), str(made)]
    chance, killed = random.Random(1), 0
    for _ in range(count):
        done = subprocess.run([*command, str(chance.uniform(0.02, 0.5))], cwd=ROOT, capture_output=True)
        killed += done.returncode == -9
    subprocess.run(command, cwd=ROOT, check=True)
    spoken = (made / "spoken").read_text().splitlines()
    said = [word for text, _ in json.loads((made / "texts").read_text()) for word in WORD.findall(text)]
    same = said == [word for chapter in read(book).chapters for word in WORD.findall(chapter.text)]
    twice = len(spoken) - len(set(spoken))
    met = same and twice <= IN_FLIGHT * killed
    print(
        f"{'met   ' if met else 'MISSED'} killed {killed} times: the book is {'the same' if same else 'ANOTHER'}; "
        f"{twice} of {len(set(spoken))} passages spoken twice (at most the {IN_FLIGHT} in flight at each kill)"
    )
    return met


def main(arguments: list[str]) -> int:
    words, count = (int(arguments[0]) if arguments else 100_000), (int(arguments[1]) if len(arguments) > 1 else 30)
    with tempfile.TemporaryDirectory() as folder:
        met = [speed(Path(folder), words), kills(Path(folder), count)]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
