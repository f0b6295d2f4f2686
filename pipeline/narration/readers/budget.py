"""Processor time for a page: what takes more than any honest page is made to take for ever, and refused."""

from __future__ import annotations

from time import thread_time

from pipeline.errors import UnreadableDocument

START = 0.2
"""Seconds for any page ..."""
EACH = 8e-6
"""... and for each of its characters: about ten times what an ordinary one takes."""


class Budget:
    def __init__(self, characters: int) -> None:
        self._until = thread_time() + START + EACH * characters

    def check(self) -> None:
        """Raises UnreadableDocument when it is spent."""
        if thread_time() > self._until:
            raise UnreadableDocument("a page of it is broken in a way that would take for ever to read.")
