"""Models that do not say where their thoughts begin: the template has opened the mark, and they only close it.

The first answer of such a model is heard with its thoughts. By the mark that closes them it is known, and from then on
what comes first is held back until that mark. Where none comes, there were no thoughts, and that is known instead.
Anybody may write of the mark: a model that has answered without it is taken for such a one at the second time only.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.sources.answers.thoughts import CLOSED, Thoughts
from pipeline.sources.connection.connections import Place
from pipeline.sources.connection.refusals import refused, remember
from pipeline.types import Thinking

_UNMARKED, _PLAIN = "unmarked thoughts", "no unmarked thoughts"
"""What is remembered of a model, among what it refuses."""


def expected(place: Place, model: str) -> bool:
    return _UNMARKED in refused(place, model)


def learn(place: Place, model: str, found: bool) -> None:
    """What an answer showed first takes back what was known before, if that was the contrary."""
    shown, contrary = (_UNMARKED, _PLAIN) if found else (_PLAIN, _UNMARKED)
    if contrary in refused(place, model):
        remember(place, model, no_more={contrary})
    else:
        remember(place, model, {shown})


class Unmarked:
    """Fed with what a model says and thinks, gives it back as what is heard and what is not."""

    def __init__(self, expected: bool) -> None:
        self.found: bool | None = None
        """Whether it began with thoughts that were not marked; None where nobody can tell."""
        self._bare = Bare()
        self._thoughts = Thoughts()
        self._waiting: list[str] | None = [] if expected else None
        self._held = 0
        self._closed = False

    @property
    def held(self) -> int:
        """Characters that are held back."""
        return self._held + self._bare.held

    def feed(self, item: str | Thinking) -> list[str | Thinking]:
        return self._told(self._thoughts.feed(self._bare.feed(item)) if isinstance(item, str) else [item])

    def end(self, *, cut: bool, calls: bool) -> list[str | Thinking]:
        """`cut`: it had more to say, or to think. `calls`: it goes on to call tools."""
        out = self._told([*self._thoughts.feed(self._bare.end(cut=cut)), *self._thoughts.end()])
        if self.found is None and not cut:
            self.found = self._closed and calls
        return [*out, *self._released(thought=self.found is not False)]

    def _told(self, pieces: Iterable[str | Thinking]) -> list[str | Thinking]:
        out: list[str | Thinking] = []
        for piece in pieces:
            if piece is CLOSED:
                self._closed = True
            elif isinstance(piece, Thinking):
                out += [*self._shown(unmarked=self._closed), piece]  # it does say where they begin
            elif self._closed and piece.strip():
                out += [*self._shown(unmarked=True), piece]
            elif self._waiting is None:
                out.append(piece)
            else:
                self._waiting.append(piece)
                self._held += len(piece)
        return out

    def _shown(self, *, unmarked: bool) -> list[str | Thinking]:
        """By what came first; what comes later may speak of marks."""
        self.found = unmarked if self.found is None else self.found
        return self._released(thought=self.found)

    def _released(self, *, thought: bool) -> list[str | Thinking]:
        text = "".join(self._waiting or ())
        self._waiting, self._held = None, 0
        return [Thinking(text) if thought else text] if text else []


class Bare:
    """Puts marks where a server took harmony's away and left the words in them: "analysisWe greet.assistantfinalHi".

    Only the last word tells: "analysisResult is undefined" is an answer. Until then all is held back."""

    _FIRST, _LAST, _CALL = "analysis", "assistantfinal", "assistantcommentary"

    def __init__(self) -> None:
        self.held = 0
        """Characters, behind the first word."""
        self._parts: list[str] = []
        self._near = ""
        """The last of them, which may be the beginning of the last word."""
        self._next = self._FIRST
        """Which word is waited for; "" where none is."""

    def feed(self, text: str) -> str:
        if self._next == self._FIRST:
            return self._first(text)
        if self._next:
            return self._last(text)
        return text

    def end(self, *, cut: bool) -> str:
        """`cut`: it had more to say, or to think."""
        text = "".join(self._parts)
        begun = self._next == self._LAST
        self._parts, self._near, self._next, self.held = [], "", "", 0
        if not begun:
            return text
        return f"<think>{text}" if cut or self._CALL in text else self._FIRST + text

    def _first(self, text: str) -> str:
        text = "".join([*self._parts, text])
        behind = text[len(self._FIRST) :]
        if not behind and self._FIRST.startswith(text):
            self._parts = [text]
            return ""
        self._parts = []
        begun = text.startswith(self._FIRST) and behind[0].isalpha() and not behind[0].islower()
        self._next = self._LAST if begun else ""
        return self._last(behind) if begun else text

    def _last(self, text: str) -> str:
        self._parts.append(text)
        self._near += text
        if self._LAST not in self._near:
            self._near = self._near[1 - len(self._LAST) :]
            self.held += len(text)
            return ""
        thought, _, rest = "".join(self._parts).partition(self._LAST)
        self._parts, self._near, self._next, self.held = [], "", "", 0
        return f"<think>{thought}</think>{rest}"
