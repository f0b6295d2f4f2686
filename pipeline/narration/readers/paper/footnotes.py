"""Notes at the foot of a document's pages, and their marks in its text: known by how both are set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from pipeline.narration.document import LeftOut
from pipeline.narration.escapes import unescaped
from pipeline.narration.readers.paper.lines import SMALLER, Line, usual
from pipeline.narration.readers.paper.paragraphs import ENDS, together
from pipeline.narration.readers.powers import power
from pipeline.narration.readers.unsaid import NOTE, leads_to_a_note

_SIGNS = "*\u2217\u2020\u2021\u00a7\u00b6\u2016"
_MARK = re.compile(rf"\d{{1,3}}|[a-z]|[{_SIGNS}]{{1,4}}")
_MARKS = re.compile(r"\d{1,3}(?:\s?[,\u2013-]\s?\d{1,3})*|(?:\[(?:\d{1,3}|[a-z])\])+")
"""Of several notes, or sources, at once."""
_LEVEL = re.compile(rf"(\d{{1,3}}|[{_SIGNS}]{{1,4}})[.):\]]?\s*(?=[^\W\d_]|[\"'\u201c\u2018\u201e\u00ab(\[])")
"""What a note begins with where its mark stands no higher than the rest ..."""
_UPON = r"[^\W\d_][.,;:!?)\]\"'\u201d\u2019\u00bb\u2026]{{0,3}}({})(?!\w)"
"""... and where the text has it then."""
_ALIKE = 0.08
"""By which part sizes may differ within a note."""
_FAR, _FARTHER = 2.0, 4.0
"""Times the size of its letters: how far a line of a note, and the next note, may be from what is above."""
_APART = 1.25
"""Times the text's step from line to line: a note that is as large as the text is farther from it."""
_NEAR = 8
"""Characters before what stands high, which tell what that is."""
_LINES, _MOST = 500, 20_000
"""And characters, of a page of a book: on others nothing is looked for."""
_LETTERS = 4
"""That a note has; a formula in small letters has fewer."""


def drop_notes(pages: Sequence[list[Line]]) -> list[LeftOut]:
    """Takes them away; a power is written as one."""
    size = usual([line for page in pages for line in page])
    found: list[LeftOut] = []
    page = _Page([], size)
    for number, lines in enumerate(pages, 1):
        if len(lines) > _LINES or sum(map(len, lines)) > _MOST:
            continue
        page = _Page(lines, size, page)
        lines[:], marks = page.without_marks()
        found += [LeftOut(NOTE, text, f"page {number}") for text in page.notes]
        found += [LeftOut("note mark", mark, f"page {number}") for mark in marks]
    return found


class _Page:
    def __init__(self, lines: Sequence[Line], size: float, before: _Page | None = None) -> None:
        """`size`: that of the document's text. `before`: the page that this one follows."""
        self.notes: list[str] = []
        self._lines = lines
        self._size = size if sum(line.size >= SMALLER * size for line in lines) > 1 else usual(lines)
        self._step = _step(lines, SMALLER * self._size)
        self._kept: list[Line] = []
        self._level: dict[int, list[tuple[int, int]]] = {}
        """Of lines that are kept, the marks of notes that stand no higher than the rest."""
        self._noted: set[str] = set()
        """Marks of the notes."""
        waiting: set[str] = before._own - before._noted if before else set()
        self._own: set[str] = set()
        """Marks in the text so far, but for what may be a power ..."""
        self._sure = set(waiting)
        """... with those on the page before of which the notes were not there ..."""
        self._known = set(waiting)
        """... and with powers."""
        self._last: int = before._last if before else 0
        """Number of the note before."""
        self._foot: Line | None = before._foot if before else None
        """The last line of the last note: that may go on here."""
        at, ends = 0, self._ends()
        while at < len(lines):
            if self._is_note(at, ends[at]):
                self._leave_out(at, ends[at])
                at = ends[at]
            else:
                self._keep(lines[at])
                at += 1
        self._foot = self._foot if self.notes else None

    def without_marks(self) -> tuple[list[Line], list[str]]:
        """What is left of it, and the marks that are not."""
        out: list[Line] = []
        marks: list[str] = []
        for at, line in enumerate(self._kept):
            spans = [(*span, "") for span in self._level.get(at, ())]
            for span in line.raised:
                instead = self._said(line, *span)
                spans += [(*span, instead)] if instead is not None else []
            marks += [line[start:end].strip() for start, end, instead in spans if not instead]
            out.append(line.without(spans) if spans else line)
        return [line for line in out if line], marks

    def _said(self, line: Line, start: int, end: int) -> str | None:
        """What is said in the place of what stands high; None for that itself."""
        mark, before = line[start:end], line[max(0, start - _NEAR) : start]
        said = power(mark, before)
        if mark.strip() in self._noted - (self._own if said else set()) and _may_lead(line, start, end):
            return ""
        if not before[-1:].strip() or mark[0].isspace():
            return None
        if said:
            return said
        leads = _MARKS.fullmatch(mark) or leads_to_a_note(mark, "", raised=not mark.isalpha())
        return "" if leads else None

    # ---- which lines are notes

    def _is_note(self, at: int, end: int) -> bool:
        line = self._lines[at]
        if not line.size or sum(map(str.isalpha, "".join(self._lines[at : min(end, at + 3)]))) < _LETTERS:
            return False
        small = line.size < SMALLER * self._size
        mark, high = self._mark(at)
        mark = "" if mark in self._noted else mark
        if high and mark in self._known and small:
            return True
        if not self._is_last(end):
            return False
        if small:
            return (not high and (mark in self._sure or self._stands(mark))) or self._goes_on(at, end)
        return high and mark in self._known and self._is_apart(line)

    def _mark(self, at: int) -> tuple[str, bool]:
        """What a line begins with, if it is a note's; and whether that stands high."""
        line = self._lines[at]
        start, end = line.raised[0] if line.raised else (0, 0)
        if start == 0 and _MARK.fullmatch(line[:end].strip()):
            return line[:end].strip(), True
        below = self._lines[at + 1] if at + 1 < len(self._lines) else None
        if below and _MARK.fullmatch(line) and 0 < line.size < SMALLER * below.size:
            return str(line), line.height > below.height
        level = _LEVEL.match(line)
        return (level[1], False) if level else ("", False)

    def _ends(self) -> list[int]:
        """Behind the lines that can be of one note, or of several, with each line."""
        ends = [len(self._lines)] * len(self._lines)
        for at in reversed(range(len(ends) - 1)):
            ends[at] = ends[at + 1] if self._joins(at + 1) else at + 1
        return ends

    def _joins(self, at: int) -> bool:
        above, line = self._lines[at - 1], self._lines[at]
        alone = _MARK.fullmatch(above) or _MARK.fullmatch(line)
        far = _FARTHER if self._mark(at)[0] else _FAR
        alike = alone or abs(above.size - line.size) <= _ALIKE * line.size
        return bool(alike) and 0 < above.height - line.height <= far * max(above.size, line.size)

    def _is_last(self, end: int) -> bool:
        """Whether nothing is below on the page, or in the column."""
        return end == len(self._lines) or self._lines[end].height > self._lines[end - 1].height

    def _is_apart(self, line: Line) -> bool:
        above = self._kept[-1].height - line.height if self._kept else 0
        return 0 < self._step * _APART < above

    def _goes_on(self, at: int, end: int) -> bool:
        """Whether the note before does: in letters of its size, below the text, in the middle of a sentence or before
        the next note."""
        line, before = self._lines[at], self._foot
        if before is None or abs(before.size - line.size) > _ALIKE * line.size:
            return False
        follows = any(self._mark(later)[0] in self._known for later in range(at + 1, end))
        broken = not before.endswith(ENDS) and line[:1].isalpha() and not line[:1].isupper()
        return (follows or broken) and any(kept.size >= SMALLER * self._size for kept in self._kept)

    def _stands(self, mark: str) -> bool:
        """Whether a number that is due stands once in the text, hard upon a word, and no higher than it."""
        if not mark.isdigit() or int(mark) not in (1, self._last + 1):
            return False
        upon = re.compile(_UPON.format(mark))
        said = [(at, line) for at, line in enumerate(self._kept) if line.size >= SMALLER * self._size]
        places = [(at, found.span(1)) for at, line in said for found in upon.finditer(line)]
        if len(places) != 1:
            return False
        at, span = places[0]
        self._level.setdefault(at, []).append(span)
        return True

    # ---- what becomes of them

    def _keep(self, line: Line) -> None:
        self._kept.append(line)
        for start, end in line.raised:
            if start and _may_lead(line, start, end):
                mark = line[start:end].strip()
                marks = {part for part in re.split(r"\s*,\s*", mark) if _MARK.fullmatch(part)}
                self._known |= marks
                if not power(mark, line[max(0, start - _NEAR) : start]):
                    self._own |= marks
                    self._sure |= marks

    def _leave_out(self, at: int, end: int) -> None:
        note: list[Line] = []
        for number in range(at, end):
            mark = self._mark(number)[0]
            if note and (mark in self._known or self._stands(mark)):
                self.notes.append(_joined(note))
                note = []
            self._noted |= {mark} if not note else set()
            self._last = int(mark) if not note and mark.isdigit() else self._last
            note.append(self._lines[number])
        self.notes.append(_joined(note))
        self._foot = note[-1]


def _may_lead(line: Line, start: int, end: int) -> bool:
    """Whether what stands high can be the mark of a note: it is hard upon what is before it, or on nothing. (The number
    of a verse is hard upon what comes behind.)"""
    return not line[end : end + 1].isalnum() or not (line[start - 1 : start].isspace() or line[start].isspace())


def _joined(lines: Sequence[Line]) -> str:
    return unescaped(together([list(lines)])[0]).strip()


def _step(lines: Sequence[Line], least: float) -> float:
    """From a line of the text to the next."""
    steps = [
        above.height - below.height
        for above, below in pairwise(lines)
        if min(above.size, below.size) >= least and above.height > below.height
    ]
    return median(steps) if steps else 0.0
