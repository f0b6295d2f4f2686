"""Text as it is meant to be heard: inline thinking taken out, pairs of surrogates that fell into two tokens joined."""

from __future__ import annotations

import re

from pipeline.types import Thinking

_OPEN = re.compile(r"<think(?:ing)?>")
_CLOSE = re.compile(r"</think(?:ing)?>")
_ANY = re.compile(r"</?think(?:ing)?>")
_TAGS = ("<think>", "<thinking>", "</think>", "</thinking>")
_LONE = re.compile("[\ud800-\udfff]")


class Pairs:
    """Joins halves of a pair that fell into two tokens; a half alone, which has no UTF-8, becomes U+FFFD."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        if self._half:
            text, self._half = self._half + text, ""
        elif text.isascii() or not _LONE.search(text):
            return text
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def end(self) -> str:
        return "\ufffd" if self._half else ""


class Thoughts:
    """Fed with tokens, gives them back as text and `Thinking`, whichever way the tags fell into tokens."""

    def __init__(self) -> None:
        self._pairs = Pairs()
        self._held = ""
        self._inside = False

    def feed(self, text: str) -> list[str | Thinking]:
        text = self._pairs.feed(text)
        if self._held:
            text, self._held = self._held + text, ""
        elif not self._inside and "<" not in text:
            return [text] if text else []
        if keep := _beginning(text):
            text, self._held = text[:-keep], text[-keep:]
        return self._cut(text)

    def end(self) -> list[str | Thinking]:
        held, self._held = self._held, ""
        return self._cut(held + self._pairs.end())

    def _cut(self, text: str) -> list[str | Thinking]:
        out: list[str | Thinking] = []
        while text:
            tag = (_CLOSE if self._inside else _ANY).search(text)
            piece = text[: tag.start()] if tag else text
            if piece:
                out.append(Thinking(piece) if self._inside else piece)
            if tag is None:
                break
            self._inside = bool(_OPEN.match(tag[0]))
            text = text[tag.end() :]
        return out


def _beginning(text: str) -> int:
    """How many of the last characters may be the beginning of a tag."""
    at = text.rfind("<", -len("</thinking>") + 1)
    if at < 0:
        return 0
    tail = text[at:]
    return len(tail) if any(tag.startswith(tail) and tag != tail for tag in _TAGS) else 0
