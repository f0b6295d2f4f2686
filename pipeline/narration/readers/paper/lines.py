"""Lines of a page that know how they are set: at which height, how large, and what in them is small and high."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

SMALLER = 0.95
"""Of the letters' size: what is set smaller than the text is."""
_HIGHER, _LOWER = 0.15, 0.05
"""Times the size of the letters: from where on something is set high, or low."""
_NEAR = 0.5
"""Times that size: what is on the same line."""
_MOST = 0.7
"""Of the lines that are shown."""
_ROWS = 3
"""Lines that stand over or under a page, at most."""
_LARGER = 1.12
"""Times the size of the text: what is set larger than that."""
_MUCH = 0.2
"""Of all letters: a size that has so many is that of the text."""
_MARK = re.compile(r"(?:\d{1,3}|[A-Za-z]|[ivxl]{1,5})[.)]|[\u2022\u25e6\u25aa\u25cf\u25cb]")
"""Of an item in a list, alone."""


Where = tuple[int, int]
"""Of a line: its page, and its place on that."""


class Piece(NamedTuple):
    text: str
    height: float = 0.0
    """Of the line that its letters stand on, over the foot of the page."""
    size: float = 0.0


class Line(str):
    """A line as it is read, without white space around it."""

    __slots__ = ("height", "raised", "size")

    height: float
    size: float
    """0 where it is not known."""
    raised: tuple[tuple[int, int], ...]
    """Where each part begins and ends that stands higher than the rest, and is no larger."""

    def __new__(cls, text: str, height: float = 0.0, size: float = 0.0, raised: Sequence[tuple[int, int]] = ()) -> Line:
        line = super().__new__(cls, text.strip())
        left = len(text) - len(text.lstrip())
        line.height, line.size = height, size
        line.raised = tuple((max(start - left, 0), min(end - left, len(line))) for start, end in raised)
        return line

    def without(self, spans: Sequence[tuple[int, int, str]]) -> Line:
        """The same with something else, or nothing, in the place of parts of it, which is not raised any more."""
        text: str = self
        for start, end, instead in sorted(spans, reverse=True):
            text = text[:start] + instead + text[end:]
        return Line(text, self.height, self.size)

    def behind(self, mark: str) -> Line:
        ahead = len(mark) + 1
        raised = [(start + ahead, end + ahead) for start, end in self.raised]
        return Line(f"{mark} {self}", self.height, self.size, raised)


def lines(pieces: Sequence[Piece]) -> list[Line]:
    """What is not blank of a page."""
    rows: list[list[Piece]] = [[]]
    for piece in pieces:
        for part in piece.text.splitlines(keepends=True):
            bare = part.rstrip("\r\n")
            if bare.strip() and len(rows) > 1 and not rows[-1] and (before := _beside(rows[-2], piece)):
                rows.pop()
                last = rows[-1][-1]
                number = piece.height == last.height and (bare.strip().isdigit() or before.strip().isdigit())
                apart = before[-1].isalnum() and bare[0].isalnum() and (piece.size == last.size or number)
                bare = f" {bare}" if apart else bare
            rows[-1] += [piece._replace(text=bare)] if bare else []
            if part.splitlines()[0] != part:
                rows += [[]] if rows[-1] else []
    return _around(_with_marks([line for row in rows if (line := _line(row))]))


def _beside(row: Sequence[Piece], piece: Piece) -> str:
    """What stands before it on the same line, which some programs draw word by word; "" where there is nothing."""
    last = next((before for before in reversed(row) if before.text.strip()), None)
    near = last is not None and 0 < piece.size and abs(last.height - piece.height) < _NEAR * max(last.size, piece.size)
    return row[-1].text if last is not None and near else ""


def _with_marks(lines: list[Line]) -> list[Line]:
    """Marks of a list's items that some programs draw behind all else stand before these, which are as high."""
    marks = [line for line in lines if line.size and _MARK.fullmatch(line)]
    heights = Counter(line.height for line in (*lines, *marks))
    before = {mark.height: mark for mark in marks if heights[mark.height] == 3}  # itself twice, and its item
    moved = {id(mark) for mark in before.values()}
    rest = (line for line in lines if id(line) not in moved)
    return [line.behind(before[line.height]) if line.height in before else line for line in rest]


def _around(lines: list[Line]) -> list[Line]:
    """What stands above all else comes first, also if it was drawn last; what stands below all else, last."""
    top = max((line.height for line in lines[:-_ROWS] if line.size), default=math.inf)
    foot = min((line.height for line in lines[_ROWS:] if line.size), default=-math.inf)
    first = [line for line in lines[-_ROWS:] if line.size and line.height > top]
    last = [line for line in lines[:_ROWS] if line.size and line.height < foot]
    moved = {id(line) for line in (*first, *last)}
    return [*first, *(line for line in lines if id(line) not in moved), *last] if moved else lines


def as_shown(lines: Sequence[Line], shown: Sequence[str]) -> list[Line]:
    """The lines in another order, that in which they are `shown`; what is not there as it stands has no place. Where
    that is their own order, they stay as they are."""
    known: dict[str, list[int]] = {}
    for at in reversed(range(len(lines))):
        known.setdefault("".join(lines[at].split()), []).append(at)
    places = [same.pop() if (same := known.get("".join(line.split()))) else -1 for line in shown]
    found = [at for at in places if at >= 0]
    if found == sorted(found) and len(found) > _MOST * len(lines):
        return list(lines)
    return [lines[at] if at >= 0 else Line(line) for at, line in zip(places, shown, strict=True) if line]


def usual(lines: Sequence[Line]) -> float:
    """The largest size in which much of them is set."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.size] += len(line)
    return max((size for size, count in letters.items() if count >= _MUCH * letters.total()), default=0.0)


def larger(pages: Sequence[Sequence[Line]]) -> set[Where]:
    """Where lines begin that are larger than the text, headings above all, and where the text goes on behind them."""
    least = _LARGER * usual([line for page in pages for line in page])
    found: set[Where] = set()
    before = 0.0
    for number, page in enumerate(pages):
        for at, line in enumerate(page):
            initial = len(line) == 1 and line.isalpha()  # the rest of its word follows
            size = line.size if line.size >= least and not initial else 0.0
            if size != before:
                found.add((number, at))
            before = size
    return found if least else set()


def _line(row: Sequence[Piece]) -> Line:
    most: Counter[tuple[float, float]] = Counter()
    for piece in row:
        most[piece.height, piece.size] += len("".join(piece.text.split()))
    height, size = max(most, key=lambda place: most[place]) if most else (0.0, 0.0)
    said = [piece for piece in row if piece.text]
    raised, at = list[tuple[int, int]](), 0
    for piece, after in pairwise([*said, Piece("", height)]):
        high = piece.size <= size and piece.height > height + _HIGHER * size
        alone = after.height > height - _LOWER * size  # what stands over something else is half of a formula
        if high and alone and piece.text.strip():
            joins = raised and raised[-1][1] == at and not piece.text[0].isspace()
            raised.append((raised.pop()[0] if joins else at, at + len(piece.text)))
        at += len(piece.text)
    return Line("".join(piece.text for piece in said), height, size, raised)
