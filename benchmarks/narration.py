"""A book of 100,000 words: how long it takes beside encoding its sound alone, and what becomes of it under kills.

    python -m benchmarks.narration [FIGURE ...] [--words N] [--kills N]

Makes an EPUB of 40 chapters and speaks it with eSpeak NG, each format in a process of its own; the same sound is then
encoded alone, on one thread. The figures:

    mp3, m4b   wall time by that of encoding alone, memory, the time to go that was told, and where chapters begin
    memory     of a tenth of the book and of the whole
    kills      a smaller book, killed at random moments and begun again each time
    edits      what is spoken again when a sentence changes, and when the voice does

Other work on the machine changes wall times; the ratio of processor times, shown beside, says what they would be: with
two cores kept busy, half of it. Ends with 1 if a figure is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipeline.audio import JOINED, encoder
from pipeline.narration import read
from pipeline.narration.document import WORD
from tests.narration.books import novel
from tests.narration.child import IN_FLIGHT

ROOT = Path(__file__).resolve().parents[1]
Sound = NDArray[np.float32]
LIMITS = {"mp3": 1.2, "m4b": 0.8}
"""Wall time by that of encoding alone."""
CODECS = {"mp3": "mp3", "m4b": "aac"}
MEMORY = 300
"""MiB."""
ASTRAY, LATE = 0.2, 2.0
"""The time to go may be off by this part of it; by so many seconds in any case."""
OFF = 0.05
"""Seconds by which a chapter may begin beside its heading's first word."""
CLICK = 0.01
"""Of full scale, which nothing reaches between two chapters."""


@dataclass(frozen=True)
class Made:
    target: Path
    seconds: float
    processor: float
    memory: int
    """MiB, at most."""
    left: list[tuple[float, float]]
    """What was told of the time to go from the tenth part on: when, and how long."""
    report: dict[str, Any]


def say(name: str, met: bool, text: str) -> bool:
    print(f"{'met   ' if met else 'MISSED'} {name}: {text}", flush=True)
    return met


def aloud(folder: Path, book: Path, target: Path) -> Made:
    env = os.environ | {"PYTHONPATH": str(ROOT), "ALOUD_OUTPUT_DIR": str(folder)}
    command = [sys.executable, "-m", "api", "read", str(book), "-o", str(target), "-e", "espeak", "--json"]
    begun, told, line = time.perf_counter(), [], {}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE) as running:
        assert running.stdout
        for written in running.stdout:
            line = json.loads(written)
            if line["type"] == "progress" and line["done"] >= 0.1 and line["left"] is not None:
                told.append((time.perf_counter() - begun, float(line["left"])))
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0, f"{target.name} could not be made"
    took = time.perf_counter() - begun
    return Made(target, took, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, told, line)


def alone(sound: Path, codec: str) -> tuple[float, float]:
    """Seconds that encoding takes on one thread, on the wall and of the processor; reading is not counted."""
    wall = processor = 0.0
    with wave.open(str(sound)) as file:
        made = encoder(codec, JOINED)(file.getframerate())
        while True:
            pcm = file.readframes(1 << 18)
            begun, used = time.perf_counter(), time.thread_time()
            made.feed(pcm) if pcm else made.finish()
            wall, processor = wall + time.perf_counter() - begun, processor + time.thread_time() - used
            if not pcm:
                return wall, processor


def speed(ending: str, folder: Path, words: int) -> bool:
    book = novel(folder / "book.epub", chapters=40, each=words // 40 // 12)
    made = aloud(folder / ending, book, folder / f"book.{ending}")
    sound = aloud(folder / ending, book, folder / "book.wav").target
    wall, processor = alone(sound, CODECS[ending])
    counted = sum(chapter.words for chapter in read(book).chapters)
    hours, ratio = made.report["seconds"] / 3600, made.seconds / wall
    text = f"{counted:,} words, {hours:.1f} h in {made.seconds:.1f} s, encoding alone {wall:.1f} s: {ratio:.2f} "
    text += f"(at most {LIMITS[ending]}); of the processor {made.processor:.1f} s and {processor:.1f} s: "
    met = [say(ending, ratio <= LIMITS[ending], text + f"{made.processor / processor:.2f}")]
    met.append(say(f"{ending}, memory", made.memory <= MEMORY, f"{made.memory} MiB (at most {MEMORY})"))
    met.append(foretold(ending, made))
    met.append(chapters(ending, made))
    sound.unlink()
    return all(met)


def foretold(ending: str, made: Made) -> bool:
    """How far the time to go was off."""
    rows = [(made.seconds - at, left) for at, left in made.left]
    wrong = sum(abs(left - true) > max(ASTRAY * true, LATE) for true, left in rows)
    worst = max((abs(left - true) / true for true, left in rows if true * ASTRAY > LATE), default=0.0)
    text = f"told {len(rows)} times from the tenth part on, {wrong} of them off by more than a fifth and {LATE:g} s"
    return say(f"{ending}, time to go", not wrong, f"{text}; at most {worst:.0%} off while there was time to go")


def chapters(ending: str, made: Made) -> bool:
    """Where they are heard to begin, and whether it is quiet before."""
    with av.open(str(made.target)) as file:
        told = [float(chapter["start"] * (chapter["time_base"] or 0)) for chapter in file.chapters()]
        longer = (file.duration or 0) / 1e6 - float(made.report["seconds"])
    late, loudest = 0.0, 0.0
    for before, after in around(made.target, told[1:]):
        late = max(late, int(np.argmax(np.abs(after) > 0.02)) / len(after))
        loudest = max(loudest, float(np.abs(before).max()))
    met = len(told) == len(made.report["chapters"]) and late <= OFF and loudest <= CLICK and abs(longer) < 0.1
    text = f"{len(told)} begin at most {late * 1000:.0f} ms before their headings are heard "
    text += f"(at most {OFF * 1000:.0f}); {loudest:.4f} of full scale before; {longer * 1000:+.0f} ms longer"
    return say(f"{ending}, chapters", met, text)


def around(path: Path, places: list[float]) -> Iterator[tuple[Sound, Sound]]:
    """The half second before each place, without its last 100 ms, and the second behind it."""
    with av.open(str(path)) as file:
        rate, end = file.streams.audio[0].codec_context.sample_rate, 0
        wanted = [round(place * rate) for place in places]
        near: list[Sound] = []
        for frame in file.decode(audio=0):
            end += frame.samples
            if wanted and end > wanted[0] - rate:
                samples = frame.to_ndarray().ravel()
                scale = 1 if samples.dtype == np.float32 else 32768
                near.append(samples.astype(np.float32) / np.float32(scale))
            if wanted and end > wanted[0] + rate:
                sound, at = np.concatenate(near), sum(map(len, near)) - (end - wanted.pop(0))
                yield sound[at - rate // 2 : at - rate // 10], sound[at : at + rate]
                near = []


def memory(folder: Path, words: int) -> bool:
    used = []
    for name, count in (("tenth", words // 10), ("whole", words)):
        book = novel(folder / f"{name}.epub", chapters=40, each=max(1, count // 40 // 12))
        used.append(aloud(folder / name, book, folder / f"{name}.mp3").memory)
    return say("memory", used[1] <= used[0] + 50, f"{used[0]} MiB for a tenth of the book, {used[1]} MiB for the whole")


def kills(folder: Path, count: int) -> bool:
    book = novel(folder / "small.epub", chapters=12, each=100)
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
    text = f"killed {killed} times, the book is {'the same' if same else 'ANOTHER'}; {twice} of {len(set(spoken))} "
    text += f"passages spoken twice: {twice / max(1, killed):.1f} a kill (at most the {IN_FLIGHT} in flight)"
    return say("kills", same and killed == count and twice <= IN_FLIGHT * killed, text)


def edits(folder: Path) -> bool:
    book, made = folder / "edited.epub", folder / "edited"
    made.mkdir()
    command = [sys.executable, "-m", "tests.narration.child", str(book), str(folder / "edited.mp3"), str(made)]
    counts = [0]
    for changed, speed_ in ((False, "4"), (True, "4"), (True, "3")):
        novel(book, chapters=6, each=60, changed=changed)
        subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"SPEED": speed_})
        counts.append(len((made / "spoken").read_text().splitlines()))
    first, sentence, voice = np.diff(counts)
    text = f"{first} passages; {sentence} spoken when a sentence was edited, {voice} when the voice was another"
    return say("edits", sentence == 1 and voice == first, text)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("figures", nargs="*", metavar="FIGURE", help="mp3, m4b, memory, kills, edits; all of them")
    options.add_argument("--words", type=int, default=100_000, help="of the book (100,000)")
    options.add_argument("--kills", type=int, default=30, help="of the smaller book (30)")
    given = options.parse_args()
    figures: dict[str, Callable[[Path], bool]] = {
        "mp3": partial(speed, "mp3", words=given.words),
        "m4b": partial(speed, "m4b", words=given.words),
        "memory": partial(memory, words=given.words),
        "kills": partial(kills, count=given.kills),
        "edits": edits,
    }
    if unknown := [name for name in given.figures if name not in figures]:
        options.error(f"there is no figure {', '.join(unknown)}; there is: {', '.join(figures)}")
    met = []
    for name in given.figures or figures:
        with tempfile.TemporaryDirectory() as folder:
            met.append(figures[name](Path(folder)))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
