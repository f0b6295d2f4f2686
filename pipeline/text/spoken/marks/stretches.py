"""What goes on over lines, and over passages, until something ends it: code, data, thinking, formulas."""

from __future__ import annotations

from pipeline.text.spoken.marks.addresses import BURIED
from pipeline.text.spoken.marks.atoms import Atom
from pipeline.text.spoken.marks.data import Data
from pipeline.text.spoken.marks.lines import line_at
from pipeline.text.spoken.marks.place import Fence, Place
from pipeline.text.spoken.marks.raw import Raw


def read_stretch(text: str, at: int, place: Place, *, last: bool) -> Atom | None:
    """What is open in `place`, up to its end or the passage's; None if nothing is. `last`: no passage follows."""
    if place.fence:
        return _code(text, at, place, place.fence, last)
    if place.data:
        return _data(text, at, place, place.data, last)
    if place.raw:
        return _raw(text, at, place, place.raw, last)
    if hidden := place.hidden:
        found = hidden.closer.search(text, at)
        end = found.end() if found else len(text)
        if found:
            place.hidden, place.fresh = None, False
        return Atom("mark" if hidden is BURIED else "thing", at, end, hidden.kind)
    if place.display:
        found = place.display.search(text, at)
        inner, end = found.span() if found else (len(text), len(text))
        if found:
            place.display, place.fresh = None, found[0][0] == "\n"
        return Atom("thing", at, end, "maths", inner=(at, inner))
    return None


def _code(text: str, start: int, place: Place, fence: Fence, last: bool) -> Atom:
    """Up to the fence's end, or the passage's."""
    at, lines = start, 0
    place.fresh = True
    while at < len(text):
        line, after = line_at(text, at)
        if fence.closes(line):
            count = 0 if fence.told else fence.lines + lines
            place.fence = None
            return Atom("thing", start, after, "code", fence.name, (start, at), count)
        lines += text[after - 1] == "\n"  # else it goes on in the next passage, and counts there
        at = after
    fence.lines += lines
    unknown = None if last and not fence.told else 0
    fence.told = fence.told or last
    return Atom("thing", start, at, "code", fence.name, (start, at), unknown)


def _data(text: str, at: int, place: Place, data: Data, last: bool) -> Atom:
    """Up to the bracket that closes them, or the passage's end."""
    end, over = data.read(text, at)
    data.lines += text.count("\n", at, end)
    count = data.lines + 1 if over else None if last else 0
    line, after = line_at(text, end)
    alone = not line.strip()
    if over:
        place.data, place.fresh = None, alone
    return Atom("thing", at, after if alone else end, "code", data.name, (at, end), count)


def _raw(text: str, start: int, place: Place, raw: Raw, last: bool) -> Atom:
    """Up to the first line that is none of them, or the passage's end."""
    at = start if place.fresh else line_at(text, start)[1]
    while at < len(text) and (not raw.lines or raw.on.match(text, at)):
        raw.lines, at = raw.lines + 1, line_at(text, at)[1]
    if at < len(text) and not text[at:].strip(" \t"):  # how a line begins whose words are in the next passage
        raw.lines, at = raw.lines + 1, len(text)
    over = at < len(text)
    if over:
        place.raw = None
    place.fresh = over or text.endswith("\n")
    return Atom("thing", start, at, "code", raw.name, (start, at), raw.lines if over or last else 0)
