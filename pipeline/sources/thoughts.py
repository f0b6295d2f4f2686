"""Text as it is meant to be heard: inline thinking taken out, pairs of surrogates that fell into two tokens joined."""

from __future__ import annotations

import re

from pipeline.types import Thinking
from pipeline.unheard import mentioned

_OPEN = re.compile(r"<think(?:ing)?>")
_CLOSE = re.compile(r"</think(?:ing)?>")
_ANY = re.compile(r"</?think(?:ing)?>")
_TAGS = ("<think>", "<thinking>", "</think>", "</thinking>")
_NEAR = 80
"""Characters before a tag that tell whether it is spoken of."""
_LONE = re.compile("[\ud800-\udfff]")


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


class Thoughts:
    """Fed with tokens, gives them back as text and `Thinking`, whichever way the tags fell into tokens."""

    def __init__(self) -> None:
        self._pairs = Pairs()
        self._held = ""
        self._inside = False
        self._before = ""
        """What was heard last, on the line that is being written."""

    def feed(self, text: str) -> list[str | Thinking]:
        text = self._pairs.feed(text)
        if self._held:
            text, self._held = self._held + text, ""
        elif not self._inside and "<" not in text:
            self._before = (self._before + text)[-_NEAR:]
            return [text] if text else []
        if keep := _undecided(text, self._inside):
            text, self._held = text[:-keep], text[-keep:]
        return self._cut(text)

    def end(self) -> list[str | Thinking]:
        held, self._held = self._held, ""
        return self._cut(held + self._pairs.end())

    def _cut(self, text: str) -> list[str | Thinking]:
        out: list[str | Thinking] = []
        at = 0
        while at < len(text):
            tag = self._next(text, at)
            if piece := text[at : tag.start() if tag else len(text)]:
                out.append(Thinking(piece) if self._inside else piece)
                if not self._inside:
                    self._before = (self._before + piece)[-_NEAR:]
            if tag is None:
                break
            self._inside = bool(_OPEN.match(tag[0]))
            at = tag.end()
        return out

    def _next(self, text: str, at: int) -> re.Match[str] | None:
        """The tag that ends what is being said; one that is spoken of is none."""
        if self._inside:
            return _CLOSE.search(text, at)
        for tag in _ANY.finditer(text, at):
            before = (self._before + text[at : tag.start()])[-_NEAR:]
            if not mentioned(before, (text[tag.end() :] or self._held)[:1]):
                return tag
        return None


def _undecided(text: str, inside: bool) -> int:
    """How many of the last characters may be the beginning of a tag; or are one, when what follows tells what it is."""
    at = text.rfind("<", -len("</thinking>"))
    if at < 0:
        return 0
    tail = text[at:]
    return len(tail) if any(tag.startswith(tail) and not (inside and tag == tail) for tag in _TAGS) else 0
