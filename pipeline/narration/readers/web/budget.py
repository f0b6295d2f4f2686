"""Processor time and memory for a page: what takes more than any honest page does, is made for that and refused."""

from __future__ import annotations

from html.parser import HTMLParser
from time import thread_time

from pipeline.errors import HostileDocument

START = 0.2
"""Seconds for any page ..."""
EACH = 8e-6
"""... and for each of its characters that was read so far: about ten times what an ordinary one takes."""
MOST = 3_000_000
"""Tags and pieces of text of a page: each takes a few hundred bytes, though it may be a single character of it."""
_SELDOM = 4
"""Asking for the time takes as long as a character: it is asked for so seldom."""


class Budget:
    def __init__(self, text: str) -> None:
        self._text = text
        self._begun = thread_time()
        self._line, self._start = 1, 0
        """That was seen last, and where it begins."""
        self._asked = 0

    def check(self, parser: HTMLParser, length: int) -> None:
        """Raises HostileDocument when it is spent. `length`: characters of what the parser has found."""
        self._asked += 1
        if self._asked > MOST:
            raise HostileDocument(f"a page of it has more than {MOST:,} tags and pieces of text.")
        if self._asked % _SELDOM and length < 1000:
            return
        line, column = parser.getpos()
        while self._line < line:
            self._line, self._start = self._line + 1, self._text.find("\n", self._start) + 1
        if thread_time() - self._begun > START + EACH * (self._start + column + length):
            raise HostileDocument("a page of it is broken in a way that would take for ever to read.")
