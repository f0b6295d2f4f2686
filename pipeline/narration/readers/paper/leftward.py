"""Lines of a page in a script that is read from right to left: a PDF has them as they are seen, from left to right, and
here they get the order in which they are read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_LEFT = "\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
"""Hebrew and Arabic and their kin, whose letters run to the left; numbers run to the right everywhere."""
_RIGHTWARD = re.compile(rf"[^\W{_LEFT}](?:[^{_LEFT}]*[^\W{_LEFT}])?")
"""What is between two of them."""
_LETTER = rf"[^\W\d_{_LEFT}]"
_NUMBER = re.compile(r"[$\u20ac\u00a3#+-]?\d+(?:[.,:/\u066b\u066c-]\d+)*[%\u066a\u2030\u00b0$\u20ac\u00a3]?")
_STRETCH = re.compile(rf"[{_LEFT}](?:(?!{_LETTER}).)*[{_LEFT}]")
"""Of a line that runs to the right as a whole, what runs to the left."""
_STOPS = ".,;:!?\u060c\u061b\u061f\u06d4"
_MIRRORED = str.maketrans("()[]{}<>\u00ab\u00bb", ")(][}{><\u00bb\u00ab")
_OPEN, _SHUT = r"[(\[{\u00ab]", r"[)\]}\u00bb]"
_WELL = re.compile(rf"(?<!\S){_OPEN}\w|\w{_SHUT}(?!\w)")
_ILL = re.compile(rf"(?<!\S){_SHUT}\w|\w{_OPEN}(?!\w)")
_POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
_FIRST_LAST = re.compile("\\B[\u05da\u05dd\u05df\u05e3\u05e5\u0629\u0649]\\b|\\b\u0627\u0644\\w\\w|\\b\u0622\\B")
"""Letters that only end a word, and what begins one, each at its place ..."""
_LAST_FIRST = re.compile("\\b[\u05da\u05dd\u05df\u05e3\u05e5\u0629\u0649]\\B|\\w\\w\u0644\u0627\\b|\\B\u0622\\b")
"""... and at the other end."""
_SHAPES = re.compile("[\ufb1d-\ufb4f\ufb50-\ufdff\ufe70-\ufefc]+")
_TIED = re.compile("\u0627([\u0622\u0623\u0625\u0627])\u0644|\\b(\u0627)\u0644\\b")
"""Two letters that were set as one and are turned with the rest: no word has them in this order."""

_APART = re.compile(rf" (?={_POINTS.pattern}|[{_STOPS}](?:\s|$))")


def read(lines: Sequence[str], *, letters_turned: bool = True) -> list[str]:
    """The lines of a page, each from left to right. `letters_turned`: also the letters within words are in that order;
    else words and numbers alone."""
    bare = [" ".join(line.split()) for line in lines]
    rightward = letters_turned and _runs_right(bare)
    found = [_read(line, letters_turned, rightward, mirrored=False) for line in bare]
    text = "\n".join(found)
    if len(_ILL.findall(text)) > len(_WELL.findall(text)):
        found = [_read(line, letters_turned, rightward, mirrored=True) for line in bare]
    found = [_shaped(line, letters_turned) for line in found]
    text = _POINTS.sub("", "\n".join(found))
    as_it_was = len(_LAST_FIRST.findall(text)) > len(_FIRST_LAST.findall(text))
    return [_shaped(line, turned=False) for line in bare] if as_it_was else found


def _runs_right(lines: Sequence[str]) -> bool:
    """Whether the lines as a whole run to the right, by the side on which their stops are."""
    ends = [(line[0] in _STOPS, line[-1] in _STOPS) for line in lines if line]
    return sum(right for _, right in ends) > sum(left for left, _ in ends)


def _read(line: str, letters_turned: bool, rightward: bool, *, mirrored: bool) -> str:
    if rightward:
        return _STRETCH.sub(lambda found: _turned(found[0], letters_turned, mirrored), line)
    return _turned(line, letters_turned, mirrored)


def _turned(line: str, letters_turned: bool, mirrored: bool) -> str:
    out, at = list[str](), 0
    for start, end in [*_kept(line), (len(line), len(line))]:
        between = line[at:start]
        between = between.translate(_MIRRORED) if mirrored else between
        out += [between[::-1], line[start:end]] if letters_turned else [between, f" {line[start:end]} "]
        at = end
    return "".join(reversed(out))


def _kept(line: str) -> list[tuple[int, int]]:
    """What runs to the right in it: words of other scripts with all between them, and single numbers."""
    found = []
    for part in _RIGHTWARD.finditer(line):
        whole = re.search(_LETTER, part[0])
        signed = max(0, part.start() - 1), part.end() + 1
        found += [part.span()] if whole else [number.span() for number in _NUMBER.finditer(line, *signed)]
    return found


def _shaped(line: str, turned: bool) -> str:
    """Letters as such, whatever their shape within a word."""
    line = _SHAPES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), line)
    line = _TIED.sub(_untied, line) if turned else line
    return _APART.sub("", " ".join(line.split()))


def _untied(found: re.Match[str]) -> str:
    return f"\u0644{found[2]}" if found[2] else f"\u0627\u0644{found[1]}"
