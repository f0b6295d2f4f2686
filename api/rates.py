"""How much in how long a time."""

from __future__ import annotations

import time
from collections import OrderedDict, deque

from api.errors import TooMany

_OWNERS = 10_000
"""Owners remembered at most; the one seen longest ago goes first."""


class Rates:
    """How much each owner has asked for lately, in a sliding window."""

    def __init__(self, most: int, seconds: float, what: str) -> None:
        self._most = most
        self._seconds = seconds
        self._what = what
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def take(self, owner: str, count: int = 1) -> None:
        """Raises TooMany, which says when to come again; then nothing was taken."""
        window, now = self._window(owner), time.monotonic()
        if window.total + max(1, count) > self._most:
            after = window.taken[0][0] + self._seconds - now if window.taken else self._seconds
            raise TooMany(f"The limit of {self._most:,} {self._what} is reached.", retry_after=after)
        window.take(now, count)

    def add(self, owner: str, count: int) -> None:
        """What was not known before, whatever the limit."""
        self._window(owner).take(time.monotonic(), count)

    def _window(self, owner: str) -> _Window:
        window = self._windows.setdefault(owner, _Window())
        self._windows.move_to_end(owner)
        if len(self._windows) > _OWNERS:
            self._windows.popitem(last=False)
        window.forget(time.monotonic() - self._seconds)
        return window


class _Window:
    def __init__(self) -> None:
        self.taken: deque[tuple[float, int]] = deque()
        self.total = 0

    def take(self, now: float, count: int) -> None:
        if count:
            self.taken.append((now, count))
            self.total += count

    def forget(self, before: float) -> None:
        while self.taken and self.taken[0][0] <= before:
            self.total -= self.taken.popleft()[1]
