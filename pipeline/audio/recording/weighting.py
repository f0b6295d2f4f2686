"""The K filter (ITU-R BS.1770) at any sample rate: sound as the ear weighs it, and the power of each stretch of it.

Two recursive filters in a row, computed in blocks: within a block, what a sample does to those behind it is a product
of matrices; from block to block only the four numbers are handed on that the filters remember.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Exact = NDArray[np.float64]

BLOCK = 32
"""Samples."""
_GROUP = 4
"""Blocks whose memories are worked out together."""
_FORGOTTEN = 1e-7
"""What is left of the past when it no longer matters."""
_TOGETHER = 4000
"""Blocks at a time. OpenBLAS would spread a larger product over threads, which go on turning for a while when it is
done: on a busy service, half of all work was that."""


class Weighting:
    """Sound as it comes, in whole stretches of `step` samples, a multiple of BLOCK."""

    def __init__(self, sample_rate: int, step: int) -> None:
        self._step = step
        self._filter = _filter(sample_rate)
        self._past: Floats = np.zeros(4, np.float32)

    def powers(self, samples: NDArray[np.int16]) -> Floats:
        """The mean square of each stretch; full scale is 1."""
        stretches = samples.reshape(-1, self._step // BLOCK, BLOCK)
        count = max(1, _TOGETHER * BLOCK // self._step)
        pieces = [self._measure(stretches[at : at + count]) for at in range(0, len(stretches), count)]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)

    def _measure(self, stretches: NDArray[np.int16]) -> Floats:
        blocks = stretches.astype(np.float32)
        heard = blocks @ self._filter.block
        memories = self._remembered((blocks @ self._filter.memory).reshape(-1, 4))
        heard += memories.reshape(*heard.shape[:2], 4) @ self._filter.echo
        heard = heard.reshape(-1, self._step)
        return np.asarray(np.vecdot(heard, heard) / (self._step * 2**30), np.float32)

    def _remembered(self, added: Floats) -> Floats:
        """What is remembered at the beginning of each block, from what each adds to it."""
        count, groups = len(added), len(added) // _GROUP + 1
        new = np.zeros((groups * _GROUP, 4), np.float32)
        new[1 : count + 1] = added
        new[0] = self._past
        within = new.reshape(groups, 4 * _GROUP) @ self._filter.within
        ends = within[:, -4:].copy()
        for distance, kept in self._filter.kept:
            ends[distance:] += ends[:-distance] @ kept
        within[1:] += ends[:-1] @ self._filter.onward
        found = within.reshape(-1, 4)
        self._past = found[count].copy()
        return found[:count]


@dataclass(frozen=True, slots=True)
class _Filter:
    block: Floats
    """From a block's samples to what they sound like if nothing was before."""
    memory: Floats
    """From the same to the four numbers that are remembered of them."""
    echo: Floats
    """From what is remembered to what is still heard of it in the next block."""
    within: Floats
    """From what each block of a group adds to the memory to what the memory is at each, if nothing was before."""
    onward: Floats
    """From the memory before a group to what is left of it at each of its blocks."""
    kept: tuple[tuple[int, Floats], ...]
    """What becomes of the memory after so many groups: 1, 2, 4 ... for as long as there is any."""


@lru_cache(maxsize=8)
def _filter(sample_rate: int) -> _Filter:
    move, take, give, straight = _chained(_shelf(sample_rate), _high_pass(sample_rate))
    answers, echo, memory = [straight], [], []
    left, right = give, take
    for _ in range(BLOCK):
        echo.append(left)
        memory.append(right)
        answers.append(float(give @ right))
        left, right = left @ move, move @ right
    block = np.zeros((BLOCK, BLOCK))
    for sample in range(BLOCK):
        block[sample, sample:] = answers[: BLOCK - sample]
    later = [np.linalg.matrix_power(move, BLOCK * blocks).T for blocks in range(_GROUP + 1)]
    within = np.block([[later[max(0, to - at)] * (to >= at) for to in range(_GROUP)] for at in range(_GROUP)])
    kept, distance = [], 1
    while np.abs(step := np.linalg.matrix_power(move, BLOCK * _GROUP * distance)).max() > _FORGOTTEN:
        kept.append((distance, _floats(step.T)))
        distance *= 2
    return _Filter(
        _floats(block),
        _floats(np.stack(memory[::-1])),
        _floats(np.stack(echo, axis=1)),
        _floats(within),
        _floats(np.hstack(later[1:])),
        tuple(kept),
    )


def _floats(matrix: Exact) -> Floats:
    return np.ascontiguousarray(matrix, np.float32)


def _chained(first: _Biquad, second: _Biquad) -> tuple[Exact, Exact, Exact, float]:
    """As one system: how its memory moves on, what it takes from a sample, what it gives to the sound, and what goes
    straight through."""
    move = np.block(
        [[first.move, np.zeros((2, 2))], [np.outer(second.take, (1.0, 0.0)), second.move]],
    )
    take = np.concatenate([first.take, second.take * first.straight])
    return move, take, np.array([second.straight, 0.0, 1.0, 0.0]), first.straight * second.straight


class _Biquad:
    """b0 + b1/z + b2/z2 over 1 + a1/z + a2/z2, with two numbers of memory."""

    def __init__(self, b: tuple[float, float, float], a: tuple[float, float, float]) -> None:
        b0, b1, b2 = (factor / a[0] for factor in b)
        a1, a2 = a[1] / a[0], a[2] / a[0]
        self.straight = b0
        self.move = np.array([[-a1, 1.0], [-a2, 0.0]])
        self.take = np.array([b1 - a1 * b0, b2 - a2 * b0])


def _shelf(sample_rate: int) -> _Biquad:
    """The head: 4 dB more above 1.7 kHz."""
    k = math.tan(math.pi * 1681.974450955533 / sample_rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    return _Biquad(
        (high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k),
        (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k),
    )


def _high_pass(sample_rate: int) -> _Biquad:
    """The ears: nothing below 38 Hz."""
    k, q = math.tan(math.pi * 38.13547087602444 / sample_rate), 0.5003270373238773
    scale = 1 + k / q + k * k
    return _Biquad((scale, -2 * scale, scale), (scale, 2 * (k * k - 1), 1 - k / q + k * k))
