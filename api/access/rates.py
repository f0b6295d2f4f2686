"""How much in how long a time."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from itertools import accumulate

from api.errors import TooMany
from pipeline.errors import TextTooLong

_OWNERS = 10_000
"""Owners remembered at most; the one seen longest ago goes first."""


class Rates:
    """How much each owner has asked for lately, in a sliding window."""

    def __init__(self, most: int, seconds: float, what: str) -> None:
        self._most = most
        self._seconds = seconds
        self._what = what
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def room(self, owner: str, count: int) -> None:
        """Raises TooMany, which says when there will be room for so much; TextTooLong when there never will."""
        if count > self._most:
            raise TextTooLong(f"The text has {count:,} characters; the most allowed is {self._most:,} {self._what}.")
        window, now = self._window(owner), time.monotonic()
        over = window.total + max(1, count) - self._most
        if over > 0:
            free = next(at for at, freed in window.freed() if freed >= over) + self._seconds - now
            raise TooMany(f"The limit of {self._most:,} {self._what} is reached.", retry_after=free)

    def add(self, owner: str, count: int) -> None:
        """Whatever the limit."""
        self._window(owner).take(time.monotonic(), count)

    def give_back(self, owner: str, count: int) -> None:
        """So much was added, and came to nothing."""
        self._window(owner).give_back(count)

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

    def give_back(self, count: int) -> None:
        """The latest of so much, if it is not forgotten yet."""
        if latest := next((one for one in reversed(self.taken) if one[1] == count), None):
            self.taken.remove(latest)
            self.total -= count

    def freed(self) -> Iterator[tuple[float, int]]:
        """How much is free again when what was taken until a time is forgotten."""
        return zip((at for at, _ in self.taken), accumulate(count for _, count in self.taken), strict=True)

    def forget(self, before: float) -> None:
        while self.taken and self.taken[0][0] <= before:
            self.total -= self.taken.popleft()[1]
