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
_FORGOTTEN = 1e-7
"""What is left of the past when it no longer matters."""
_TOGETHER = 64
"""Stretches. Larger products of matrices would be spread over threads, which on a busy machine wait for each other."""


class Weighting:
    """Sound as it comes, in whole stretches of `step` samples, a multiple of BLOCK."""

    def __init__(self, sample_rate: int, step: int) -> None:
        self._step = step
        self._filter = _filter(sample_rate)
        self._past: Floats = np.zeros(4, np.float32)

    def powers(self, samples: NDArray[np.int16]) -> Floats:
        """The mean square of each stretch; full scale is 1."""
        stretches = samples.reshape(-1, self._step // BLOCK, BLOCK)
        pieces = [self._measure(stretches[at : at + _TOGETHER]) for at in range(0, len(stretches), _TOGETHER)]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)

    def _measure(self, stretches: NDArray[np.int16]) -> Floats:
        filter, (count, blocks, _) = self._filter, stretches.shape
        alone = stretches.astype(np.float32) @ filter.block
        past = np.vstack([self._past, alone[..., BLOCK:].reshape(-1, 4)])
        for distance, kept in filter.kept:
            past[distance:] += past[:-distance] @ kept
        self._past = past[-1]
        heard = alone[..., :BLOCK] + past[:-1].reshape(count, blocks, 4) @ filter.echo
        heard = heard.reshape(count, self._step)
        return np.asarray(np.vecdot(heard, heard) / (self._step * 2**30), np.float32)


@dataclass(frozen=True, slots=True)
class _Filter:
    block: Floats
    """From a block's samples to what they sound like if nothing was before (32), and what is remembered of them (4)."""
    echo: Floats
    """From what is remembered to what is still heard of it in the next block."""
    kept: tuple[tuple[int, Floats], ...]
    """What becomes of the memory after so many blocks: 1, 2, 4 ... for as long as there is any."""


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
    block = np.zeros((BLOCK, BLOCK + 4))
    for sample in range(BLOCK):
        block[sample, sample:BLOCK] = answers[: BLOCK - sample]
        block[sample, BLOCK:] = memory[BLOCK - 1 - sample]
    kept, distance = [], 1
    while np.abs(step := np.linalg.matrix_power(move, BLOCK * distance)).max() > _FORGOTTEN:
        kept.append((distance, np.asarray(step.T, np.float32)))
        distance *= 2
    return _Filter(np.asarray(block, np.float32), np.asarray(np.stack(echo, axis=1), np.float32), tuple(kept))


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
