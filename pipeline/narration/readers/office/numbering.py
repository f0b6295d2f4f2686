"""What a program for texts counts without writing it down, in a DOCX: the numbers of its lists, and of its headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pipeline.narration.readers.xml import attribute, bare

_BULLET = "-"
_PLACE = re.compile(r"%([1-9])")
_COUNT = re.compile("[0-9]{1,6}")
_LONGEST = 50
"""Characters around a number."""
_VALUES = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
_ROMAN = "m cm d cd c xc l xl x ix v iv i".split()
_LARGEST = 3999


@dataclass(frozen=True, slots=True)
class Level:
    start: int
    kind: str
    """How it counts."""
    text: str
    """Where its numbers stand: `%1.%2)`."""


def counted(levels: Mapping[int, Level], counts: dict[int, int], at: int) -> str:
    """What stands before the next item at a level of a list, which is counted with that: "-", "3." or "2.1"; "" for
    nothing."""
    if at not in levels:
        return _BULLET
    counts[at] = counts.get(at, levels[at].start - 1) + 1
    for deeper in [level for level in counts if level > at]:
        del counts[deeper]
    if levels[at].kind == "bullet":
        return _BULLET

    def number(found: re.Match[str]) -> str:
        above = int(found[1]) - 1
        level = levels.get(above, levels[at])
        return _written(counts.get(above, level.start), level.kind)

    return _PLACE.sub(number, levels[at].text).strip()


class Numbering:
    def __init__(self, parts: Iterable[Element]) -> None:
        """`parts`: of the file that says how lists are numbered."""
        self._outlines: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = {}
        """By their names: what they are an example of, what is other in them, and where they begin anew."""
        self._counts: dict[str, dict[int, int]] = {}
        for part in parts:
            if bare(part.tag) == "abstractNum":
                self._outlines[attribute(part, "abstractNumId")] = dict(_levels(part))
            elif bare(part.tag) == "num":
                others = [other for other in part if bare(other.tag) == "lvlOverride"]
                anew = {
                    _place(other): start
                    for other in others
                    if (start := _count(_said(other, "startOverride"), -1)) >= 0
                }
                inner = {place: level for other in others for place, level in _levels(other)}
                self._lists[attribute(part, "numId")] = _said(part, "abstractNumId"), inner, anew

    def mark(self, name: str, place: str) -> str:
        """Of the next item of a list, at a level of it: "-", "3." or "2.1"; "" for none."""
        if name == "0":
            return ""
        outline, others, anew = self._lists.get(name, ("", {}, {}))
        levels, at = self._outlines.get(outline, {}) | others, _count(place)
        counts = self._counts.setdefault(outline, {})
        if at in levels and at in anew:
            counts[at] = anew.pop(at) - 1
        return counted(levels, counts, at)


def _levels(part: Element) -> Iterator[tuple[int, Level]]:
    for level in part:
        if bare(level.tag) == "lvl":
            kind = _said(level, "numFmt")
            text = "" if kind == "none" else _said(level, "lvlText")[:_LONGEST]
            yield _place(level), Level(_count(_said(level, "start"), 1), kind, text)


def _place(part: Element) -> int:
    return _count(attribute(part, "ilvl"))


def _count(text: str, usual: int = 0) -> int:
    return int(text) if _COUNT.fullmatch(text) else usual


def _said(part: Element, tag: str) -> str:
    return next((attribute(child, "val") for child in part if bare(child.tag) == tag), "")


def _written(number: int, kind: str) -> str:
    if kind in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 % 10 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("lowerRoman", "upperRoman") and 0 < number <= _LARGEST:
        roman = "".join(_romans(number))
        return roman.upper() if kind == "upperRoman" else roman
    return str(number)


def _romans(number: int) -> Iterator[str]:
    for value, letters in zip(_VALUES, _ROMAN, strict=True):
        yield letters * (number // value)
        number %= value
