"""Heard equals written, without speech recognition: speak the text again, and lay the two sounds side by side.

Works for sound from the same voice of eSpeak NG at the same speed, also through an encoder, a resampler, trimming and a
gain. It cannot know that the voice misreads a text: both readings would be wrong in the same way.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import espeakng_loader
import numpy as np
import soxr
from numpy.typing import NDArray

from pipeline.engines.espeak_library import Heard, Library, Sink

Floats = NDArray[np.float64]

RATE = 16000
HOP = 320
"""Samples between frames: 20 ms."""
FINER = 2
FINE = HOP // FINER
"""What is heard is looked at more often, since its frames begin elsewhere."""
WINDOW = 512
BANDS = 26
KEPT = 13
"""Cepstra per frame."""
SPAN = 10
"""Frames of the stretch whose cost is looked at by itself: 0.2 s."""
MEAN_LIMIT, WORST_LIMIT = 0.6, 0.8
"""Costs per frame of what still counts as the same. Over 60 sentences the same text cost 0.31 and 0.53 at most (through
MP3 at 48 kbit/s), and the smallest fault tried (two words swapped) 1.03 in its worst 0.2 s, another sentence 2.40."""


@dataclass(frozen=True, slots=True)
class Match:
    start: float
    end: float
    """Seconds into what was heard."""
    mean: float
    worst: float
    """Cost per frame: of all, and of the worst 0.2 s."""

    @property
    def good(self) -> bool:
        return self.mean <= MEAN_LIMIT and self.worst <= WORST_LIMIT


class Reader:
    """Speaks expected texts, in a copy of the library of its own."""

    def __init__(self, voice: str = "gmw/en-US", rate: int = 175, pitch: int = 50) -> None:
        self._library = Library(Path(espeakng_loader.get_library_path()), Path(espeakng_loader.get_data_path()))
        self._voice, self._rate, self._pitch = voice, rate, pitch
        self._lock = threading.Lock()

    def read(self, text: str) -> NDArray[np.int16]:
        parts: list[bytes] = []
        self.say(text, lambda piece: isinstance(piece, Heard) or parts.append(piece) is None)
        return np.frombuffer(b"".join(parts), "<i2")

    def say(self, text: str, sink: Sink, rate: int | None = None) -> None:
        with self._lock:
            self._library.use(self._voice, rate or self._rate, self._pitch, 100)
            self._library.say(text, sink)

    def close(self) -> None:
        self._library.close()


def compare(
    heard: NDArray[np.int16], expected: NDArray[np.int16], rate: int = 22050, expected_rate: int = 22050
) -> Match:
    """One sound against one other, from end to end."""
    sound = _features(_trimmed(heard, rate), rate, FINE)
    return _align(sound, _features(_trimmed(expected, expected_rate), expected_rate), 8, 8)


def follow(
    narration: NDArray[np.int16], expected: Sequence[NDArray[np.int16]], rate: int = 22050
) -> list[Match | None]:
    """Each expected sentence in its turn; None where it is not what is heard next. Nothing else may sound before,
    between or after them: None also for the sentence before which, or after the last of which, something does."""
    sound = _features(narration, rate, FINE)
    quiet = 0.05 * max(1.0, float(narration.max(initial=1)), -float(narration.min(initial=-1)))
    position, found = 0, list[Match | None]()
    for one in expected:
        wanted = _features(_trimmed(one, 22050), 22050)
        reach = len(wanted) * FINER * 2 + round(2.5 * RATE / FINE)  # after a pause of at most 2.5 s
        piece = sound[position : position + reach]
        match = _align(piece, wanted, len(piece), len(piece)) if len(piece) > len(wanted) // 2 else None
        if match is None or not match.good:
            found.append(None)
            continue
        begins = position * FINE / RATE
        place = Match(begins + match.start, begins + match.end, match.mean, match.worst)
        found.append(place if _silent(narration, rate, quiet, begins, place.start) else None)
        position += round(match.end * RATE / FINE)
    if not _silent(narration, rate, quiet, position * FINE / RATE, len(narration) / rate):
        found[-1:] = [None]
    return found


def _silent(narration: NDArray[np.int16], rate: int, quiet: float, start: float, end: float) -> bool:
    """Whether nothing sounds between; a tenth of a second at either end may belong to the neighbours."""
    between = narration[round((start + 0.1) * rate) : max(0, round((end - 0.1) * rate))].astype(np.int32)
    return bool(np.abs(between).max(initial=0) < quiet)


def sentences(count: int, seed: int = 0) -> list[str]:
    """Sentences of 6 to 14 words that differ from one another."""
    dice = random.Random(seed)
    texts: dict[str, None] = {}
    while len(texts) < count:
        words = dice.sample(_WORDS, dice.randint(5, 13))
        texts[" ".join([dice.choice(_FIRST), *words]) + dice.choice(".....!?")] = None
    return list(texts)


def _align(heard: Floats, expected: Floats, skip_start: int, skip_end: int) -> Match:
    """The cheapest path through all expected frames, at half to twice the speed of what was heard.

    At most `skip_start` and `skip_end` frames of what was heard are left out at its ends."""
    rows, columns = len(expected), len(heard)
    if not rows or not columns:
        return Match(0, 0, np.inf, np.inf)
    cost = np.sqrt(np.maximum(0, (expected**2).sum(1)[:, None] + (heard**2).sum(1)[None] - 2 * expected @ heard.T))
    total = np.full((rows, columns), np.inf)
    moves = np.zeros((rows, columns), np.int64)
    total[0, : skip_start + 1] = cost[0, : skip_start + 1]
    for row in range(1, rows):
        ways = np.full((FINER * 2, columns), np.inf)
        for move in range(1, FINER * 2 + 1):
            ways[move - 1, move:] = total[row - 1, :-move]
        moves[row] = ways.argmin(0) + 1
        total[row] = ways.min(0) + cost[row]
    ends = total[-1].copy()
    ends[: max(0, columns - 1 - skip_end)] = np.inf
    column = end = int(ends.argmin())
    if not np.isfinite(ends[end]):
        return Match(0, 0, np.inf, np.inf)
    along = np.zeros(rows)
    for row in range(rows - 1, -1, -1):
        along[row] = cost[row, column]
        column -= moves[row, column]
    worst = np.convolve(along, np.ones(SPAN) / SPAN, "valid").max() if rows >= SPAN else along.mean()
    return Match(float(column * FINE / RATE), float((end + FINER) * FINE / RATE), float(along.mean()), float(worst))


def _features(samples: NDArray[np.int16], rate: int, hop: int = HOP) -> Floats:
    """Cepstra of the sound, frame by frame; a gain changes nothing, and what is 45 dB below the loudest is silence."""
    sound = np.asarray(samples, np.float64)
    if rate != RATE:
        sound = soxr.resample(sound, rate, RATE)
    count = (len(sound) - WINDOW) // hop + 1
    if count < 1:
        return np.zeros((0, KEPT))
    frames = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[::hop][:count] * np.hanning(WINDOW)
    energy = (np.abs(np.fft.rfft(frames)) ** 2) @ _bands()
    loudest = np.percentile(energy.sum(1), 95) + 1e-9
    log = np.log(energy / loudest + 10**-4.5 / BANDS)
    return log @ _cosines() / 8


def _trimmed(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    sound = np.abs(samples.astype(np.int32))
    loud = np.flatnonzero(sound > 0.01 * sound.max(initial=1))
    margin = round(0.02 * rate)
    return samples[max(0, loud[0] - margin) : loud[-1] + margin] if len(loud) else samples[:0]


@lru_cache
def _bands() -> Floats:
    def mel(hertz: Floats) -> Floats:
        return 1127 * np.log(1 + hertz / 700)

    edges = np.linspace(*mel(np.array([80.0, 7600.0])), BANDS + 2)
    bins = mel(np.arange(WINDOW // 2 + 1) * RATE / WINDOW)
    rising = (bins[:, None] - edges[None, :-2]) / np.diff(edges)[None, :-1]
    falling = (edges[None, 2:] - bins[:, None]) / np.diff(edges)[None, 1:]
    return np.maximum(0, np.minimum(rising, falling))


@lru_cache
def _cosines() -> Floats:
    bands = np.arange(BANDS)[:, None] + 0.5
    return np.cos(np.pi / BANDS * bands * np.arange(KEPT)[None]) * np.sqrt(2 / BANDS)


_FIRST = "The A My Our Their Every Some No This That One Another".split()
_WORDS = """
garden river window morning letter bridge silver quiet orange winter summer copper engine market village doctor teacher
carried opened painted followed answered whispered gathered noticed promised wandered under above behind beside between
seven twelve forty paper yellow purple gentle broken hidden frozen wooden distant narrow clever honest hungry sudden
harbour mountain island forest valley desert meadow castle kitchen ladder basket bottle candle hammer needle pocket
slowly quickly gladly rarely always never often perhaps together already tomorrow yesterday because although without
music story number question country company problem thunder shadow feather marble ribbon saddle tunnel velvet whistle
""".split()
