"""Where in marked-up text one passage ended and the next one begins: what is open there, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.ground.unheard import Frame
from pipeline.text.spoken.marks.data import Data
from pipeline.text.spoken.marks.raw import Raw
from pipeline.text.spoken.marks.tables import Table


@dataclass(slots=True)
class Fence:
    """A block of code that is open."""

    mark: str
    """What ends it: so many ticks, or a command of LaTeX."""
    name: str
    """Of the programming language."""
    lines: int = 0
    """Lines of code seen in earlier passages."""
    told: bool = False
    """It was described, and is not described again."""

    def closes(self, line: str) -> bool:
        """Whether it ends with this line."""
        bare = line.lstrip(" \t>").rstrip()
        if self.mark[0] == "\\":
            return bare == self.mark
        return len(bare) >= len(self.mark) and not bare.strip(self.mark[0])


@dataclass(slots=True)
class Place:
    """Where in the text's structure the last passage ended."""

    fresh: bool = True
    """At the beginning of a line."""
    fence: Fence | None = None
    data: Data | None = None
    raw: Raw | None = None
    separator: str = ""
    """What parts the fields of the line before, if it may be the first of many rows."""
    hidden: Frame | None = None
    """The thinking, comment or the like that is open."""
    display: re.Pattern[str] | None = None
    """What ends the formula, on lines of its own, that is open."""
    table: Table | None = None
    closing: list[str] = field(default_factory=list)
    """Kinds of what ends with the line, outermost first."""
    groups: list[str] = field(default_factory=list)
    """Kinds of the groups of LaTeX that are open, outermost first."""

    @property
    def plain(self) -> bool:
        """Nothing is open."""
        block = self.fence or self.data or self.raw or self.table or self.display
        return not (block or self.hidden or self.separator or self.closing or self.groups)
