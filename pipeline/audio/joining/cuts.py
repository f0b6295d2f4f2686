"""Words in a row, cut into captions of one or two lines that people can read: where it costs least."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from pipeline.audio.joining.pieces import WIDTH, Piece, columns
from pipeline.audio.joining.ties import belong
from pipeline.ground.writing import BLANK, CLAUSES, HARD, STOPS

LONGEST = 7.0
"""Seconds that a caption stays at most ..."""
SHORTEST = 1.0
"""... and at least, where the speech allows."""
_TORN, _ALONE = 4.0, 1.5
"""What it costs to end a caption within what belongs together, and to leave a short word alone."""
_WITHIN = 1.0
"""What it costs besides to end one where a word may go on."""
_SHORT = 5
"""Characters, with the space before, that a short word has not."""
_CLAUSE = 8
"""Columns by which the longer line may be longer still, for a line that ends with its clause."""
_JAPANESE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff][\u3041-\u3096\u30fc]|[\u30a1-\u30fa\u30fc][\u30a1-\u30fa]")


@dataclass(frozen=True, slots=True)
class Caption:
    lines: tuple[tuple[Piece, ...], ...]
    begins: float
    ends: float


def cut(pieces: Sequence[Piece]) -> list[Caption]:
    """Whole sentences, then clauses, neither too short nor too long to read."""
    row = _Row(pieces)
    return [row.caption(start, until) for start, until in pairwise(row.cuts())]


class _Row:
    """Pieces, and what it costs to part them."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._edges = list(accumulate((columns(piece.text) + piece.spaced for piece in pieces), initial=0))
        """Columns before each, and behind the last."""
        self._tied = [*(belong(one.text, two.text) for one, two in pairwise(pieces)), False]
        """Whether each belongs to the next."""
        behind = [*pieces[1:], None]
        self._ends = [_end(*those) for those in zip(pieces, behind, self._tied, strict=False)]
        """What it costs to end a caption behind each."""
        self._over = [two.begins if two and two.parted else one.ends for one, two in zip(pieces, behind, strict=False)]
        """Until when each is shown, if a caption ends behind it."""

    def cuts(self) -> list[int]:
        """Where each caption begins, and the last ends; a piece by itself is one, however large."""
        count = len(self._pieces)
        best: list[tuple[float, int]] = [(0.0, 0)] + [(math.inf, 0)] * count
        for until in range(1, count + 1):
            crossed = 0.0
            for start in range(until - 1, -1, -1):
                several = start < until - 1
                if several and self._is_too_much(start, until):
                    break
                crossed += 1.2 if several and self._ends[start] == 0.0 else 0.0
                if not several or self._is_one_line(start, until) or any(self._breaks(start, until)):
                    cost = self._cost(start, until, crossed)
                    best[until] = min(best[until], (best[start][0] + cost, start))
        found = [count]
        while found[-1]:
            found.append(best[found[-1]][1])
        return found[::-1]

    def caption(self, start: int, until: int) -> Caption:
        begins, ends = self._pieces[start].begins, self._pieces[until - 1].ends
        if until < len(self._pieces):
            following = self._pieces[until].begins
            ends = following if following - ends < 0.5 else max(ends, min(begins + SHORTEST, following))
        cuts = [start, until]
        if not self._is_one_line(start, until):
            longer = {
                at: size + _CLAUSE * _end_of(self._pieces[at - 1].text) for at, size in self._breaks(start, until)
            }
            cuts[1:1] = [min(longer, key=longer.__getitem__)] if longer else []
        lines = tuple(tuple(self._pieces[one:two]) for one, two in pairwise(cuts))
        return Caption(lines, begins, max(begins + 0.001, min(ends, begins + LONGEST)))

    def _is_one_line(self, start: int, until: int) -> bool:
        return self._edges[until] - self._edges[start] - self._pieces[start].spaced <= WIDTH

    def _breaks(self, start: int, until: int) -> Iterator[tuple[int, int]]:
        """Where a second line may begin, with the columns of the longer one: not within what belongs together."""
        edges = self._edges
        left, right = edges[start] + self._pieces[start].spaced, edges[until]
        for at in range(start + 1, until):
            first, second = edges[at] - left, right - edges[at] - self._pieces[at].spaced
            alone = at == start + 1 and first < _SHORT or at == until - 1 and second < _SHORT
            if max(first, second) <= WIDTH and not self._tied[at - 1] and not alone:
                yield at, max(first, second)

    def _is_too_much(self, start: int, until: int) -> bool:
        """For two lines, or for so long a time."""
        if self._edges[until] - self._edges[start] > 2 * WIDTH + 2:
            return True
        return self._pieces[until - 1].ends - self._pieces[start].begins > LONGEST

    def _cost(self, start: int, until: int, crossed: float) -> float:
        """Of a caption. `crossed`: of the sentences that end within it."""
        seconds = self._over[until - 1] - self._pieces[start].begins
        cost = 1.0 + crossed + 10 * max(0.0, SHORTEST - seconds) + self._ends[until - 1]
        lone = start == until - 1 and self._edges[until] - self._edges[start] < _SHORT and len(self._pieces) > 1
        return cost + _ALONE if lone else cost


def _end(piece: Piece, following: Piece | None, tied: bool) -> float:
    """What it costs to end a caption between them."""
    if following is None or following.parted:
        return 0.0
    return _TORN if tied else _end_of(piece.text) + _WITHIN * _goes_on(piece.text, following.text)


def _goes_on(text: str, following: str) -> bool:
    """Whether a word of Japanese may go on there: its ending, or a particle, is in hiragana."""
    return _JAPANESE.match(text[-1:] + following[:1]) is not None


def _end_of(text: str) -> float:
    """By the mark behind a word."""
    bare = text.rstrip("\"'\u2019\u201d\u00bb)]*_`\u300d\u300f\uff09")
    if bare.endswith((*STOPS, *HARD, 2 * BLANK)):
        return 0.0
    return 0.5 if bare.endswith(tuple(CLAUSES)) else 1.5
