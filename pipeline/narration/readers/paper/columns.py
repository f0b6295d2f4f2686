"""A page in two columns, told from its lines as they lie on it, and read one column after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass

FEWEST = 5
"""Lines that each column has at least."""
GAP = 3
"""Characters of white space between the columns, at least."""
_WORDS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class _Side:
    """What of a line is on the left of a gutter, and what on its right; `whole` when it goes across."""

    left: str = ""
    right: str = ""
    whole: str = ""


def in_columns(page: str) -> list[str] | None:
    """The page's lines in the order in which they are read; None for a page that is not in two columns."""
    lines = [line.rstrip() for line in page.expandtabs().splitlines() if line.strip()]
    gutter = _gutter(lines)
    return None if gutter is None else _in_order([_split(line, gutter) for line in lines])


def _gutter(lines: list[str]) -> int | None:
    """The place that the fewest lines go across, with sentences on both sides of it: a table has only words there."""
    if len(lines) < FEWEST:
        return None
    start = min(len(line) - len(line.lstrip()) for line in lines)
    width = sorted(map(len, lines))[int(0.9 * (len(lines) - 1))] - start
    best: tuple[int, int] | None = None
    for place in range(start + int(0.3 * width), start + int(0.7 * width)):
        across = sum(bool(_split(line, place).whole) for line in lines)
        if best is None or across < best[0]:
            best = across, place
    if best is None or best[0] > 0.3 * len(lines):
        return None
    sides = [_split(line, best[1]) for line in lines]
    for texts in ([side.left for side in sides if side.left], [side.right for side in sides if side.right]):
        words = sorted(len(_WORDS.findall(text)) for text in texts)
        if len(texts) < max(FEWEST, 0.3 * len(lines)) or words[len(words) // 2] < 3:
            return None
    return best[1]


def _split(line: str, place: int) -> _Side:
    if len(line) <= place:
        return _Side(left=line)
    if not line[:place].strip():
        return _Side(right=line)
    before, after = line[:place], line[place:]
    blank = len(before) - len(before.rstrip()) + len(after) - len(after.lstrip())
    return _Side(before, after) if blank >= GAP and line[place] == " " else _Side(whole=line)


def _in_order(sides: list[_Side]) -> list[str]:
    """What goes across parts what is above it from what is below."""
    out: list[str] = []
    right: list[str] = []
    for side in sides:
        if side.whole:
            out += [*right, side.whole]
            right = []
            continue
        out += [side.left] if side.left else []
        right += [side.right] if side.right else []
    return [" ".join(line.split()) for line in [*out, *right]]
