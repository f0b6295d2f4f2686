"""Looking ahead for what closes something, at most once for what is nowhere in the text."""

from __future__ import annotations

import re


class Ahead:
    """In one passage's text; asked from places that only move forward."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._absent: set[object] = set()

    def find(self, closer: str, start: int, limit: int) -> int:
        """Where `closer` stands next, before `limit`; -1 if it does not."""
        if closer in self._absent:
            return -1
        found = self._text.find(closer, start)
        if found < 0:
            self._absent.add(closer)
        return found if found < limit else -1

    def comes(self, closer: re.Pattern[str], start: int) -> bool:
        """Whether `closer` is found from `start` on."""
        if closer in self._absent:
            return False
        if closer.search(self._text, start):
            return True
        self._absent.add(closer)
        return False
