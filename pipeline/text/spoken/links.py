"""Links and images: what stands in square brackets, and the address behind it."""

from __future__ import annotations

import re

from pipeline.text.spoken.pairs import brackets

_TARGET = re.compile(r"\s*(?:<[^<>\n]*>|[^\s<>]*)(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*")
_TARGET_LIMIT, _LABEL_LIMIT = 4_096, 128
_ORPHAN = re.compile(r"\]\((?:https?://|/|#|mailto:)[^\s()]{0,2000}\)")


class Links:
    """Of one passage's text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._squares, self._rounds = brackets(text)

    def close(self, at: int, limit: int) -> int:
        """The bracket that closes the one at `at`, before `limit`; -1 if none does."""
        close = self._squares.get(at, -1)
        return close if close < limit else -1

    def target(self, at: int, close: int, limit: int) -> int:
        """Where the address behind the words from `at` to the bracket `close` ends, or -1 where none is."""
        text = self._text
        follow = text[close + 1] if close + 1 < limit else ""
        if follow == "(":
            end = self._rounds.get(close + 1, -1)
            fits = 0 <= end < limit and end - close < _TARGET_LIMIT
            return end + 1 if fits and _TARGET.fullmatch(text, close + 2, end) else -1
        if follow == "[" and not (at and text[at - 1].isalnum()) and not text[at + 1 : close].isdigit():
            end = self.close(close + 1, limit)
            return end + 1 if 0 <= end < close + _LABEL_LIMIT else -1
        return -1


def orphan_end(text: str, at: int, limit: int) -> int:
    """Where the address ends behind the bracket at `at`, if its link's words began in another passage; else -1."""
    found = _ORPHAN.match(text, at, limit)
    return found.end() if found else -1
