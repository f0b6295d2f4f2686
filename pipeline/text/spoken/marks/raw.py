"""Lines that are meant for machines and stand without a fence: changes to files, where a program died, rows of data."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(slots=True)
class Raw:
    """What is open of them, from passage to passage."""

    name: str
    """Of the language, if it has one."""
    on: re.Pattern[str]
    """How each further line begins."""
    lines: int = 0
    """Lines seen so far."""


def _row(mark: str) -> str:
    """A line of three or more fields with `mark` between them and no space behind it, as in no prose."""
    field = rf'(?:"[^"\n]*"|[^\s"{mark}][^"{mark}\n]*)'
    return rf"{field}(?:{mark}{field}?){{2,}}[ \t]*\r?(?:\n|\Z)"


_ROWS = {mark: re.compile(_row(mark)) for mark in (",", ";", "\t")}
_NUMBER = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{2,3})*,\d{3}(?![\d,])")
"""With thousands apart, or lakhs: its commas part no fields."""

_DIFF = r"diff --git |--- (?:a/|/dev/null)|@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@"
_FRAME = r"[ \t]+at [^\s()]{1,200} ?\("
RAW = rf"{_DIFF}|Traceback \(most recent|{_FRAME}"
"""How the first of such lines begins."""
_KINDS = (
    ("diff", re.compile(_DIFF), re.compile(r"[-+ @\\]|(?:diff|index|new|old|deleted|similarity|rename|Binary) ")),
    ("", re.compile(r"Traceback \(most recent"), re.compile(r"[ \t]+\S")),
    ("", re.compile(_FRAME), re.compile(rf"{_FRAME}|[ \t]*\.\.\. \d")),
)
_RAW = re.compile(RAW)


def begins_raw(text: str, at: int) -> Raw | None:
    """What begins with the line at `at`, if it is such a line."""
    if not _RAW.match(text, at):
        return None
    return next(Raw(name, on) for name, begin, on in _KINDS if begin.match(text, at))


def separator(line: str) -> str:
    """What parts the fields, if the line may be the first row of data; "" if it is none."""
    for mark, row in _ROWS.items():
        if line.count(mark) > 1 and row.match(line):
            bare = _NUMBER.sub("0", line)
            if bare.count(mark) > 1 and row.match(bare):
                return mark
    return ""


def rows(mark: str, text: str, at: int) -> Raw | None:
    """The rows that follow upon a first one, which names their fields, if another begins at `at`."""
    row = _ROWS.get(mark)
    return Raw("CSV", row) if row and row.match(text, at) else None
