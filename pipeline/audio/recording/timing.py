"""When each word is said, from the sound itself and the text: for voices that do not tell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.ma  # else `np.percentile` does it, when it is first called
from numpy.typing import NDArray

from pipeline.audio.seams import Samples
from pipeline.ground.writing import BLANK, CLAUSES, HARD, STOPS
from pipeline.types import WordTime

_FRAME = 0.010
"""Seconds of a step in which loudness is looked at; about, since it is whole samples."""
_PAUSE = 1.2
"""Letters' time of quiet that is more than a consonant ..."""
_BRIEFEST, _LONGEST = 0.03, 0.10
"""... and the seconds that this is at least, and at most."""
_QUIET = 10 ** (-26 / 20)
"""Of the speech's usual level."""
_SILENT = 30.0
"""A level at which nothing is heard."""
_LAST = 2.5
"""Letters by which a word before a pause takes longer."""
_SPREAD = 0.3
"""Seconds by which a second of speech may be off what its letters would take."""
_UNMARKED = 2.0
"""What a pause costs where no mark is."""
_SKIPPED = 8
"""Pauses in a row that may be inside words."""
_MANY = 150
"""Words beyond which pauses are looked for only where a mark is, for time's sake."""

_SENTENCE = re.compile(rf"(?:[{re.escape(STOPS + HARD)}]|{2 * BLANK})+[\"'\u2019\u201d\u00bb)\]]*$")
_CLAUSE = re.compile(rf"[{CLAUSES})]+[\"'\u2019\u201d\u00bb)\]]*$")


_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")
"""What white space parts; each character where a script has none."""


@dataclass(frozen=True, slots=True)
class _Speech:
    """Where the sound is quiet. `at` counts speech alone: its clock stands still in a pause."""

    begins: float
    total: float
    """Seconds of speech."""
    pauses: tuple[tuple[float, float], ...] = ()
    """(at, seconds)"""

    def clock(self, at: float, *, after: bool) -> float:
        """Seconds into the clip; of a moment at a pause, the one `after` it or the one before."""
        waited = sum(seconds for place, seconds in self.pauses if place < at or after and place <= at)
        return self.begins + at + waited


def estimated(spoken: str, samples: Samples, sample_rate: int) -> list[WordTime]:
    """A time for every word."""
    step = round(_FRAME * sample_rate)
    levels = _levels(samples, step)
    found = [match.span() for match in _WORD.finditer(spoken)]
    if not found or not len(levels) or levels.max() <= _SILENT:
        return []
    words = [spoken[start:end] for start, end in found]
    marks = np.array([_mark(word) for word in words])
    lengths = _lengths(words, marks)
    speech = _listen(levels, step / sample_rate, float(lengths.sum()))
    edges = _places(lengths, marks, speech)
    times = []
    for index, (start, end) in enumerate(found):
        at = speech.clock(edges[index], after=True)
        times.append(WordTime(start, end, at, max(0.0, speech.clock(edges[index + 1], after=False) - at)))
    return times


def _levels(samples: Samples, step: int) -> NDArray[np.float32]:
    frames = samples[: len(samples) // step * step].reshape(-1, step).astype(np.float32)
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", frames, frames) / step), np.float32)


def _listen(levels: NDArray[np.float32], frame: float, letters: float) -> _Speech:
    """`frame`: seconds of each of the levels."""
    rank = 4 * len(levels) // 5
    usual = float(np.partition(levels, rank)[rank])
    loud = np.flatnonzero(levels > max(_SILENT, _QUIET * usual))
    pause = min(_LONGEST, max(_BRIEFEST, _PAUSE * len(levels) * frame / max(1.0, letters)))
    quiet = np.diff(loud) - 1
    places = np.flatnonzero(quiet * frame >= pause)
    pauses, waited = [], 0.0
    for at, length in zip((loud[places] + 1 - loud[0]).tolist(), quiet[places].tolist(), strict=True):
        pauses.append((at * frame - waited, length * frame))
        waited += length * frame
    return _Speech(float(loud[0]) * frame, float(loud[-1] + 1 - loud[0]) * frame - waited, tuple(pauses))


def _places(lengths: NDArray[np.float64], marks: NDArray[np.float64], speech: _Speech) -> NDArray[np.float64]:
    """Where each word begins, and the last one ends, in speech alone: spread by length between the pauses that fit."""
    marks = np.concatenate([[0.0], marks[:-1], [0.0]])
    usual = np.concatenate([[0.0], np.cumsum(lengths)])
    usual *= speech.total / usual[-1]
    edges, count = usual.copy(), len(lengths)
    inner = np.flatnonzero(marks) if count > _MANY else np.arange(1, count)
    choice = np.concatenate([[0], inner, [count]])
    fitting = [(int(choice[edge]), at) for edge, at in _fitting(usual[choice], marks[choice], speech)]
    for (edge, at), (next_edge, next_at) in pairwise([(0, 0.0), *fitting, (count, speech.total)]):
        part = usual[edge : next_edge + 1] - usual[edge]
        edges[edge : next_edge + 1] = at + part * ((next_at - at) / part[-1])
    return edges


def _fitting(usual: NDArray[np.float64], marks: NDArray[np.float64], speech: _Speech) -> list[tuple[int, float]]:
    """Which pause stands between which words: (edge, at), by the cheapest way through all of them.

    It costs to pause where no mark is, not to pause where one is, and to speak faster or slower than usual."""
    ats = [0.0, *(at for at, _ in speech.pauses), speech.total]
    lengths = [0.0, *(seconds for _, seconds in speech.pauses), 0.0]
    count = len(usual)
    missed = np.concatenate([[0.0], np.cumsum(marks)])
    best = np.full((len(ats), count), np.inf)
    best[0, 0] = 0.0
    came = np.zeros((len(ats), count, 2), np.int64)
    expected = usual[None, :] - usual[:, None]
    allowed = _SPREAD**2 * np.maximum(expected, 0.05)
    unpaused = np.where(expected > 0, np.maximum(missed[None, :count] - missed[1:, None], 0.0), np.inf)
    unmarked = np.where(marks > 0, 0.0, _UNMARKED)
    for pause in range(1, len(ats)):
        for before in range(max(0, pause - _SKIPPED - 1), pause):
            cost = (ats[pause] - ats[before] - expected) ** 2 / allowed + unpaused + best[before][:, None]
            starts = cost.argmin(axis=0)
            total = cost[starts, np.arange(count)] + sum(_inside(seconds) for seconds in lengths[before + 1 : pause])
            better = total + unmarked < best[pause]
            best[pause, better] = (total + unmarked)[better]
            came[pause, better] = np.stack([np.full(count, before), starts], axis=1)[better]
    found, place = [], (len(ats) - 1, count - 1)
    while place[0]:
        place = int(came[place][0]), int(came[place][1])
        found.append((place[1], ats[place[0]]))
    return found[-2::-1]


def _inside(seconds: float) -> float:
    """What it costs when a pause is within a word (a consonant may be that long)."""
    return min(4.0, 12 * seconds)


def _mark(word: str) -> float:
    """How sure a pause is after this word: what it costs when there is none."""
    return 3.0 if _SENTENCE.search(word) else 1.0 if _CLAUSE.search(word) else 0.0


def _lengths(words: Sequence[str], marks: NDArray[np.float64]) -> NDArray[np.float64]:
    """In letters, about. What is said before a pause takes longer, and a mark that stands alone next to nothing."""
    lengths, said = np.array([_length(word) for word in words]), 0
    for index, word in enumerate(words):
        if any(map(str.isalnum, word)):
            said = index
        if marks[index] or index == len(words) - 1:
            lengths[said] += _LAST
    return lengths


@lru_cache(maxsize=4096)
def _length(word: str) -> float:
    if not any(unicodedata.category(char)[0] in "LNS" for char in word):
        return 0.1
    total = 0.8
    capitals = word.isupper() and word.isalpha() and 1 < len(word) <= 4
    for char in word:
        if char.isdigit():
            total += 5.0
        elif "\u3400" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af":
            total += 3.5
        elif unicodedata.category(char)[0] == "L":
            total += 2.5 if capitals else 1.0
        elif unicodedata.category(char) == "Mc":  # a vowel, in the scripts of India
            total += 1.0
        elif char in "%$\u20ac\u00a3&+=@":
            total += 4.0
    return total
