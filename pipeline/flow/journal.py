"""Where a run tells what happens: every event goes to the log, which numbers it, and then into the sums."""

from __future__ import annotations

from asyncio import Future, gather
from collections import deque

import anyio

from pipeline.events import Event
from pipeline.ledger import Ledger
from pipeline.ports import EventLog


class Journal:
    def __init__(self, run: str, log: EventLog) -> None:
        self._run = run
        self._log = log
        self.sums = Ledger()
        self._posted: list[Future[Event]] = []
        self._coming: deque[Future[Event]] = deque()
        """Numbered, and not known to be kept."""

    async def tell(self, event: Event) -> None:
        await self.settle(self.begin(event))

    async def end(self, event: Event) -> None:
        """The last one. When all that came before is settled, it may follow what was not kept."""
        self._coming.clear()
        await self.tell(event)

    def post(self, event: Event) -> None:
        """Told without waiting: whoever tells something next waits for it too, and hears what went wrong."""
        self._posted.append(self.begin(event))

    def begin(self, event: Event) -> Future[Event]:
        """It has its number now; `settle` waits until it is kept. Nothing follows what was not, as it may be about
        that: what failed then is given once more."""
        while self._coming and self._coming[0].done():
            if self._coming[0].exception() is not None:
                return self._coming[0]
            self._coming.popleft()
        begun = self._log.append(self._run, event)
        self._coming.append(begun)
        return begun

    async def settle(self, *begun: Future[Event], lead: float = 0.0) -> None:
        """What has its number is waited for even when the run is being cancelled: the sums must agree with the log.
        `lead`: seconds before the first audible sample of a clip."""
        posted, self._posted = self._posted, []
        begun = (*posted, *begun)
        if not all(event.done() for event in begun):
            with anyio.CancelScope(shield=True):
                await gather(*begun, return_exceptions=True)
        for event in begun:
            self.sums.note(event.result(), lead)
