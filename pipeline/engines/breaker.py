"""When to leave an engine alone, and when to try it again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Literal

ATTEMPTS = 3
"""Failures in a row after which an engine is skipped; also how many may try at once one that has not yet worked."""
REST, LONGEST = 15.0, 300.0
"""Seconds until an engine that is skipped is tried again; doubled each time in vain, up to the most."""

State = Literal["closed", "open", "half-open"]


class Breaker:
    """Closed: the engine is used. Open: it is skipped. Half open: somebody is trying whether it works again."""

    def __init__(self, rest: float = REST, clock: Callable[[], float] = time.monotonic) -> None:
        self.state: State = "closed"
        self._rest, self._first_rest, self._clock = rest, rest, clock
        self._failures = 0
        self._proven = False
        self._trying = 0
        self._probed = False
        self._until = 0.0
        self._changed = asyncio.Event()

    @property
    def due(self) -> bool:
        """Skipped for so long that it should be tried again."""
        return self.state == "open" and not self._probed and self._clock() >= self._until

    async def admit(self) -> bool:
        """Whether to use the engine now; then `worked`, `failed`, `gave_up` or `left` must follow.

        As long as it has not worked, no more than ATTEMPTS are let in: the others wait for how those fare."""
        while self.state == "closed" and not self._proven and self._failures + self._trying >= ATTEMPTS:
            self._changed.clear()
            await self._changed.wait()
        if self.state != "closed":
            return False
        self._trying += 1
        return True

    def probe(self) -> None:
        """Somebody tries now, and nobody else before `probed` follows."""
        self.state, self._probed = "half-open", True

    def probed(self, worked: bool | None) -> None:
        """None: the trial was broken off."""
        self._probed = False
        if worked:
            self._close()
        elif self.state == "half-open":  # else somebody who was at it before has closed it meanwhile
            if worked is False:
                self._rest = min(2 * self._rest, LONGEST)
                self._until = self._clock() + self._rest
            self.state = "open"

    def worked(self) -> None:
        self._trying -= 1
        self._close()

    def failed(self) -> None:
        self._trying -= 1
        self._failures += 1
        self._proven = False
        if self._failures >= ATTEMPTS and self.state != "half-open":
            self.state, self._until = "open", self._clock() + self._rest
        self._changed.set()

    def gave_up(self) -> None:
        """It failed in a way that will last: there is no point in trying it three times."""
        self._failures = max(self._failures, ATTEMPTS)
        self.failed()

    def left(self) -> None:
        """The listener went before it could be told."""
        self._trying -= 1
        self._changed.set()

    def _close(self) -> None:
        self.state, self._failures, self._proven = "closed", 0, True
        self._rest = self._first_rest
        self._changed.set()
