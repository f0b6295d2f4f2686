"""A table's rows, as Markdown has them: a line each, and one of dashes under its head."""

from __future__ import annotations

from pipeline.narration.readers.web.elements import Open
from pipeline.narration.readers.web.writing import Writing


class Rows:
    def __init__(self, writing: Writing) -> None:
        self.cells = 0
        """Of the row, so far; 0 outside of rows."""
        self._writing = writing
        self._heads = False
        """Whether all of them are a head's."""

    def begin(self, part: Open, table: Open | None) -> int:
        """A row or a cell. Returns how many elements that stay on one line begin with it."""
        part.layout = table is not None and table.layout
        if part.layout:
            return 0
        if part.tag == "tr":
            self.cells, self._heads = 0, True
            return 0
        self._writing.write("|", space=True)
        self._writing.spaced = True
        self.cells += 1
        self._heads = self._heads and part.tag == "th"
        return 1

    def end(self, table: Open | None) -> None:
        """`table`: that it is in."""
        if not self.cells:
            return
        self._writing.write("|", space=True)
        if self._heads and table is not None and not table.number:
            table.number = 1
            self._writing.gap(1)
            self._writing.write("|" + "---|" * self.cells)
        self.cells = 0
