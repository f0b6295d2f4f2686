"""What each owner has taken of what he may have: runs at once, by the minute and by the day, characters, streams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Literal

from api.access.rates import Rates
from api.errors import TooMany
from api.settings import Settings

_DAY = 86_400
What = Literal["streams", "sockets", "documents"]
"""Of each, only so many may be open at once."""


class Allowance:
    def __init__(self, settings: Settings) -> None:
        self._most_runs = settings.max_runs
        self._most_open = settings.max_streams
        self._runs: Counter[str] = Counter()
        self._open: Counter[tuple[str, What]] = Counter()
        self._runs_begun = _rates(settings.rate_per_minute, 60, "runs a minute")
        self._runs_begun += _rates(settings.rate_per_day, _DAY, "runs a day")
        self._brought = _rates(settings.rate_per_minute, 60, "documents a minute")
        self._brought += _rates(settings.rate_per_day, _DAY, "documents a day")
        self._chars = _rates(settings.chars_per_day, _DAY, "characters a day")

    def begin(self, owner: str) -> None:
        """A run is about to go on; `end` takes it back. Raises TooMany."""
        if self._most_runs is not None and self._runs[owner] >= self._most_runs:
            raise TooMany(
                f"As many runs are going on already as are allowed at once: {self._most_runs}.", retry_after=2
            )
        self.go_on(owner)

    @contextmanager
    def beginning(self, owner: str, chars: int, *, read: bool) -> Iterator[None]:
        """A run of so many characters is begun, and `read` by whoever begins it: all counts from now on, unless this
        ends with an error. Raises TooMany, TextTooLong."""
        with ExitStack() as taken_back:
            self.begin(owner)
            taken_back.callback(self.end, owner)
            if read:
                self.open(owner)
                taken_back.callback(self.close, owner)
            self.take(owner, chars)
            taken_back.callback(self._give_back, owner, chars)
            yield
            taken_back.pop_all()

    @contextmanager
    def bringing(self, owner: str) -> Iterator[None]:
        """A document is on its way, or is being read: as many as runs may be. Raises TooMany."""
        if self._most_runs is not None and self._open[owner, "documents"] >= self._most_runs:
            raise TooMany(
                f"As many documents are on their way already as are allowed at once: {self._most_runs}.", retry_after=2
            )
        for rate in self._brought:
            rate.room(owner, 1)
        for rate in self._brought:
            rate.add(owner, 1)
        self._open[owner, "documents"] += 1
        try:
            yield
        finally:
            self.close(owner, "documents")

    def go_on(self, owner: str) -> None:
        """A run goes on, whatever is allowed: it was allowed before."""
        self._runs[owner] += 1

    def end(self, owner: str) -> None:
        self._runs -= Counter({owner: 1})  # forgets who has none

    def take(self, owner: str, chars: int) -> None:
        """A run of so many characters is begun; 0 where a model is to say how many. Raises TooMany, TextTooLong; then
        nothing was taken."""
        self.check(owner, chars)
        for rate in self._runs_begun:
            rate.add(owner, 1)
        self.add(owner, chars)

    def check(self, owner: str, chars: int) -> None:
        """Raises what `take` would."""
        for rate in self._runs_begun:
            rate.room(owner, 1)
        for rate in self._chars:
            rate.room(owner, chars)

    def _give_back(self, owner: str, chars: int) -> None:
        for rate in self._runs_begun:
            rate.give_back(owner, 1)
        for rate in self._chars:
            rate.give_back(owner, chars)

    def add(self, owner: str, chars: int) -> None:
        """So many were said, by a model."""
        for rate in self._chars:
            rate.add(owner, chars)

    def room(self, owner: str, what: What = "streams") -> None:
        """Raises TooMany when no more of them may be open."""
        if self._open[owner, what] >= self._most_open:
            raise TooMany(
                f"As many {what} are open already as are allowed at once: {self._most_open:,}.", retry_after=5
            )

    def open(self, owner: str, what: What = "streams") -> None:
        """One of them. Raises TooMany."""
        self.room(owner, what)
        self._open[owner, what] += 1

    def close(self, owner: str, what: What = "streams") -> None:
        self._open -= Counter({(owner, what): 1})


def _rates(most: int | None, seconds: float, what: str) -> list[Rates]:
    """One, or none where there is no limit."""
    return [] if most is None else [Rates(most, seconds, what)]
