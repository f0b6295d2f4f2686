"""Text as it is meant to be heard: inline thinking taken out, pairs of surrogates that fell into two tokens joined."""

from __future__ import annotations

import re

from pipeline.ground.unheard import HALVES, OPENING, SIGNS, STRAY, Frame, mentioned, opened
from pipeline.types import Thinking

_SIGN = re.compile(f"[{re.escape(SIGNS)}]")
_ANY = re.compile(f"{OPENING.pattern}|{STRAY.pattern}")
_LONGEST = max(map(len, HALVES))
_NEAR = 80
"""Characters before a mark that tell whether it is spoken of."""
_HEAD = 24
"""Characters at a line's head that tell whether code begins or ends with it."""
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_LONE = re.compile("[\ud800-\udfff]")
CLOSED = Thinking("")
"""Stands where thoughts end whose beginning was not marked."""


class Pairs:
    """Joins halves of a pair that fell into two tokens; a half alone, which has no UTF-8, becomes U+FFFD."""

    def __init__(self) -> None:
        self.half = ""
        """The first half of a pair, which waits for the other one."""

    def feed(self, text: str) -> str:
        if self.half:
            text, self.half = self.half + text, ""
        elif text.isascii() or not _LONE.search(text):
            return text
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self.half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def end(self) -> str:
        return "\ufffd" if self.half else ""


class Heard:
    """What was heard last, as far as it tells whether a mark is spoken of."""

    def __init__(self) -> None:
        self.before = ""
        """Its last characters."""
        self._head = ""
        self._ticks = 0  # on the line that is being written
        self._fence = ""  # which began a block of code

    def add(self, text: str) -> None:
        self.before = (self.before + text)[-_NEAR:]
        if "\n" in text or "`" in text or len(self._head) < _HEAD:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self._end_line()
                self._head = (self._head + line)[:_HEAD]
                self._ticks += line.count("`")

    @property
    def code(self) -> bool:
        """Whether it is code that is being written."""
        return bool(self._fence) or self._ticks % 2 == 1

    def _end_line(self) -> None:
        fence = _FENCE.match(self._head)
        if fence and not self._fence and self._ticks in (0, len(fence[1])):
            self._fence = fence[1]
        elif fence and self._fence and fence[1].startswith(self._fence):
            self._fence = ""
        self._head, self._ticks = "", 0


class Thoughts:
    """Fed with tokens, gives them back as text and `Thinking`, whichever way the marks fell into tokens."""

    def __init__(self) -> None:
        self._pairs = Pairs()
        self._held = ""
        self._inside: Frame | None = None
        self._heard = Heard()

    def feed(self, text: str) -> list[str | Thinking]:
        text = self._pairs.feed(text)
        if self._held:
            text, self._held = self._held + text, ""
        elif not self._inside and not _SIGN.search(text):
            self._heard.add(text)
            return [text] if text else []
        if keep := _undecided(text):
            text, self._held = text[:-keep], text[-keep:]
        return self._cut(text)

    def end(self) -> list[str | Thinking]:
        held, self._held = self._held, ""
        return self._cut(held + self._pairs.end())

    def _cut(self, text: str) -> list[str | Thinking]:
        out: list[str | Thinking] = []
        at = 0
        while at < len(text):
            mark = self._inside.closer.search(text, at) if self._inside else self._next(text, at)
            if piece := text[at : mark.start() if mark else len(text)]:
                out.append(Thinking(piece) if self._inside else piece)
            if mark is None:
                break
            begun = None if self._inside else opened(text, mark.start())
            if not self._inside and not begun:
                out.append(CLOSED)
            self._inside = begun[1] if begun else None
            at = mark.end()
        return out

    def _next(self, text: str, at: int) -> re.Match[str] | None:
        """The mark that ends what is being said; one that is spoken of is none, nor one that asks for a tool."""
        for mark in _ANY.finditer(text, at):
            self._heard.add(text[at : mark.start()])
            at = mark.start()
            begun = opened(text, at)
            if begun and begun[1].kind != "thinking":
                continue
            behind = (text[mark.end() :] or self._held)[:1]
            if not self._heard.code and not mentioned(self._heard.before, behind):
                return mark
        self._heard.add(text[at:])
        return None


def _undecided(text: str) -> int:
    """How many of the last characters may be a mark's beginning; or are one, when what follows tells what it is."""
    for at in range(max(0, len(text) - _LONGEST), len(text)):
        if text[at] in SIGNS and text[at:].lower() in HALVES:
            return len(text) - at
    return 0
