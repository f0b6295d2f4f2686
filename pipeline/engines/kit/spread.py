"""Which phonemes say which word, when all that is known is the order of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, chain

from pipeline.engines.kit.words import words
from pipeline.types import WordTime

MOST = 8
"""Spoken groups that one written word may take ("1,234" takes many), or written words that one group may say."""


def spread(text: str, offset: int, phonemes: Iterable[tuple[str, float, float]]) -> list[WordTime]:
    """Times of the words of a text, which begins at `offset`, from its phonemes (sign, begin, end) in their order.

    Groups of these and words are matched so that long words get many phonemes: one to one where that fits, otherwise
    several of either to one of the other."""
    spans, groups = words(text), list(_groups(phonemes))
    if not spans or not groups:
        return []
    lengths = [_length(text[start:end]) for start, end in spans]
    scale = sum(count for _, _, count in groups) / sum(lengths)
    written = [0.0, *accumulate(length * scale for length in lengths)]
    spoken = [0.0, *accumulate(float(count) for _, _, count in groups)]
    times: list[WordTime] = []
    for (a, b), (c, d) in _match(written, spoken):
        begin, end = groups[c][0], groups[d - 1][1]
        share = (end - begin) / (written[b] - written[a])
        for i in range(a, b):
            start, stop = spans[i]
            at = begin + (written[i] - written[a]) * share
            times.append(WordTime(start + offset, stop + offset, at, (written[i + 1] - written[i]) * share))
    return times


def _groups(phonemes: Iterable[tuple[str, float, float]]) -> Iterator[tuple[float, float, int]]:
    """(begin, end, count) of each run of phonemes between spaces."""
    start, end, count = 0.0, 0.0, 0
    for sign, begin, until in chain(phonemes, [(" ", 0.0, 0.0)]):
        if sign in (" ", "^", "$"):
            if count:
                yield start, end, count
            count = 0
        elif sign.isalpha():
            start, end, count = start if count else begin, until, count + 1


def _match(written: list[float], spoken: list[float]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Pairs of runs ([a, b) of the words, [c, d) of the groups) that cover both and differ least in length."""
    rows, columns = len(written), len(spoken)
    best = [[float("inf")] * columns for _ in range(rows)]
    came: list[list[tuple[int, int]]] = [[(0, 0)] * columns for _ in range(rows)]
    best[0][0] = 0.0
    width = max(MOST, abs(rows - columns) + MOST)
    for i in range(1, rows):
        for j in range(max(1, i - width), min(columns, i + width + 1)):
            steps = [(1, n) for n in range(1, min(MOST, j) + 1)] + [(n, 1) for n in range(2, min(MOST, i) + 1)]
            for up, left in steps:
                cost = best[i - up][j - left]
                cost += abs((written[i] - written[i - up]) - (spoken[j] - spoken[j - left])) + 0.5 * (up + left - 2)
                if cost < best[i][j]:
                    best[i][j], came[i][j] = cost, (i - up, j - left)
    if best[-1][-1] == float("inf"):
        return [((0, rows - 1), (0, columns - 1))]
    pairs, i, j = [], rows - 1, columns - 1
    while i > 0:
        a, c = came[i][j]
        pairs.append(((a, i), (c, j)))
        i, j = a, c
    return pairs[::-1]


def _length(word: str) -> float:
    """About as many phonemes as a word takes: a digit is said as a word, and so is a sign."""
    return (
        sum(
            1.0 if character.isalpha() else 4.0 if character.isdigit() or not character.isascii() else 0.5
            for character in word
        )
        + 0.5
    )
