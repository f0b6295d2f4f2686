"""Tables, row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.text.spoken.marks.atoms import Atom
from pipeline.text.spoken.marks.inline import Inline
from pipeline.text.spoken.marks.lines import ITEM
from pipeline.text.spoken.marks.sheet import Sheet

_BAR = re.compile(r"(?<!\\)\|")
_NOTHING = frozenset(("", "-", "\u2013", "\u2014"))
"""What stands in a cell that is empty."""
_MOST_COLUMNS, _LONGEST_NAME = 50, 200


@dataclass(slots=True)
class Table:
    """What is remembered of a table from row to row."""

    names: list[str] = field(default_factory=list)
    """Of its columns, as the first row has them, marks included."""
    rows: int = 0


def begins_table(line: str, following: str) -> bool:
    """Whether a line with a bar in it is a table's first row: it stands between bars, or is ruled, or a ruled line
    follows; or it has three columns, since what follows may not be here yet."""
    framed = line.startswith("|") and line.endswith("|") and len(line) > 1
    return framed or ruled(line) or ruled(following) or line.count(" | ") > 1


def ruled(line: str) -> bool:
    """Whether it is the line that parts a table's head from its rows."""
    return "|" in line and "-" in line and not line.strip("|:- \t\r")


def read_row(sheet: Sheet, inline: Inline, at: int, line: str, table: Table | None) -> None:
    """The row `line`, which begins at `at`. The rest of a row that was cut has no `table`.

    In tables of three and more columns each cell comes with its column's name; the first one, what the row is about,
    without."""
    names = table.names if table else []
    sheet.enter(at, "tables", known=table is None or table.rows > 0)
    for column, start, end in _columns(line):
        cell = line[start:end]
        if cell.strip() in _NOTHING:
            sheet.mark(at + start, at + end, "tables")
        else:
            begin, finish = at + start + len(cell) - len(cell.lstrip()), at + start + len(cell.rstrip())
            sheet.mark(at + start, begin, "tables")  # what fills the columns up is not said
            if column:
                sheet.pause(begin, ",")
            if column and 2 < len(names) > column and names[column]:
                sheet.put(Atom("name", begin, begin, words=names[column]))
            if item := ITEM.match(sheet.text, begin, finish):
                begin = sheet.mark(*item.span(), "lists")
            sheet.enter(begin, "cell")
            read_closed(sheet, inline, begin, finish)
            sheet.mark(sheet.leave(finish, "cell"), at + end, "tables")
        if end < len(line):
            sheet.mark(at + end, at + end + 1, "tables")
    sheet.leave(sheet.pause(at + len(line), "."), "tables")
    if table:
        if not table.rows:
            cells = _BAR.split(_unframed(line), _MOST_COLUMNS)[:_MOST_COLUMNS]
            table.names = [cell.strip() if len(cell) < _LONGEST_NAME else "" for cell in cells]
        table.rows += 1


def _columns(line: str) -> list[tuple[int, int, int]]:
    """Number, start and end of each cell, with what stands before a bar that begins the row as an empty cell."""
    bars = [bar.start() for bar in _BAR.finditer(line)]
    starts, ends = [0, *(bar + 1 for bar in bars)], [*bars, len(line)]
    leading = 1 if bars and not line[: bars[0]].strip() else 0
    return [(max(number - leading, 0), *edges) for number, edges in enumerate(zip(starts, ends, strict=True))]


def read_closed(sheet: Sheet, inline: Inline, at: int, end: int) -> int:
    """Read on to the end of a cell or title, with which a comment ends at the latest."""
    at = inline.read(at, end)
    while (hidden := inline.hidden()) and at < end:
        closer = hidden.closer.search(inline.text, at, end)
        at = inline.read(sheet.thing(at, closer.end() if closer else end, hidden.kind), end)
    return at


def _unframed(line: str) -> str:
    return line.strip().removeprefix("|").removesuffix("|")
