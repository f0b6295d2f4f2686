"""Models that do not say where their thoughts begin: the template has opened the mark, and they only close it.

The first answer of such a model is heard with its thoughts. By the mark that closes them it is known, and from then on
what comes first is held back until that mark. Where none comes, there were no thoughts, and that is known instead.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.sources.answers.thoughts import CLOSED, Thoughts
from pipeline.types import Thinking


class Unmarked:
    """Fed with what a model says and thinks, gives it back as what is heard and what is not."""

    def __init__(self, expected: bool) -> None:
        self.found: bool | None = None
        """Whether it began with thoughts that were not marked; None where nobody can tell."""
        self.held = 0
        """Characters that are held back."""
        self._thoughts = Thoughts()
        self._waiting: list[str] | None = [] if expected else None
        self._closed = False

    def feed(self, item: str | Thinking) -> list[str | Thinking]:
        return self._told(self._thoughts.feed(item) if isinstance(item, str) else [item])

    def end(self, *, cut: bool, calls: bool) -> list[str | Thinking]:
        """`cut`: it had more to say, or to think. `calls`: it goes on to call tools."""
        out = self._told(self._thoughts.end())
        if self.found is None and not cut:
            self.found = self._closed and calls
        return [*out, *self._released(thought=self.found is not False)]

    def _told(self, pieces: Iterable[str | Thinking]) -> list[str | Thinking]:
        out: list[str | Thinking] = []
        for piece in pieces:
            if piece is CLOSED:
                self._closed = True
            elif isinstance(piece, Thinking):
                out += [*self._released(thought=False), piece]  # it does say where they begin
            elif self._closed and piece.strip():
                self.found = True
                out += [*self._released(thought=True), piece]
            elif self._waiting is None:
                out.append(piece)
            else:
                self._waiting.append(piece)
                self.held += len(piece)
        return out

    def _released(self, *, thought: bool) -> list[str | Thinking]:
        text = "".join(self._waiting or ())
        self._waiting, self.held = None, 0
        return [Thinking(text) if thought else text] if text else []
