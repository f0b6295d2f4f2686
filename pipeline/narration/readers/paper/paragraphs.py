"""Paragraphs put together again from the lines of pages."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from pipeline.ground.writing import HARD, STOPS, unspaced
from pipeline.narration.document import WORD
from pipeline.narration.escapes import is_break, paragraph
from pipeline.narration.readers.paper.lines import Where

ENDS = (*STOPS, *HARD, *':\u201d"\u2019)\u300d\u300f\u00bb')
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]$")
_ITEM = re.compile(r"(?:[\u2022\u25e6\u25aa\u25cf\u25cb]|(\d{1,3})[.)])\s+\S")
_FAR = 10
"""Lines of an item, at most."""


def together(pages: Sequence[Sequence[str]], apart: Collection[Where] = ()) -> tuple[str, dict[Where, int]]:
    """The text, and where in it each line begins. `apart`: lines that begin a paragraph in any case."""
    widths = sorted(len(line) for page in pages for line in page)
    full = 0.75 * widths[round(0.9 * (len(widths) - 1))] if widths else 0
    """Characters of a line that goes on to the margin."""
    known = {word.lower() for page in pages for line in page for word in WORD.findall(line)}
    out: list[str] = []
    starts: dict[Where, int] = {}
    size = 0
    before = ""
    items = _Items()
    for number, page in enumerate(pages):
        for at, line in enumerate(page):
            begins = items.begins(line, before) or (number, at) in apart
            joint = "\n\n" if begins and before else _joint(before, line, full, turned=at == 0 < number)
            if not joint and _HYPHEN.search(before) and not _keeps_its_hyphen(before, line, known):
                out[-1] = _HYPHEN.sub("", out[-1])
                size -= 1
            starts[number, at] = size + len(joint)
            out += [joint, paragraph(line)]
            size += len(joint) + len(out[-1])
            before = line
    return "".join(out) + "\n\n", starts


class _Items:
    """Those of a list: their numbers follow one another."""

    def __init__(self) -> None:
        self._number = 0
        self._lines = 0
        """Since it."""

    def begins(self, line: str, before: str) -> bool:
        self._lines += 1
        found = _ITEM.match(line)
        if not found or not found[1]:
            return found is not None
        number = int(found[1])
        follows = before.endswith(ENDS) if number == 1 else number == self._number + 1 and self._lines <= _FAR
        if follows:
            self._number, self._lines = number, 0
        return follows


def _joint(before: str, line: str, full: float, *, turned: bool) -> str:
    """What stands between two lines. `turned`: the second one begins a page."""
    if not before:
        return ""
    if is_break(before) or is_break(line):
        return "\n\n"
    if _HYPHEN.search(before) and line[:1].islower():
        return ""
    if before.endswith(ENDS) and (len(before) < full or turned):
        return "\n\n"
    if len(before) < 0.5 * full and not line[:1].islower():
        return "\n\n"
    return "" if _unspaced(before[-1]) and _unspaced(line[:1]) else " "


def _unspaced(char: str) -> bool:
    return unspaced(char) or "\uff00" <= char <= "\uff60"  # or a mark of theirs


def _keeps_its_hyphen(before: str, line: str, known: set[str]) -> bool:
    """Whether a word is written with it elsewhere, and nowhere without."""
    first, second = WORD.findall(before[:-1])[-1:], WORD.findall(line)[:1]
    head, tail = "".join(first).lower(), "".join(second).lower()
    return f"{head}-{tail}" in known and head + tail not in known
