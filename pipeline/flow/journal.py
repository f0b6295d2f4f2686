"""Where a run tells what happens: every event goes to the log, which numbers it, and then into the sums."""

from __future__ import annotations

from asyncio import Future, gather

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

    async def tell(self, event: Event, lead: float = 0.0) -> None:
        """`lead`: seconds before the first audible sample of a clip."""
        await self.settle(self.begin(event), lead=lead)

    def post(self, event: Event) -> None:
        """Told without waiting: whoever tells something next waits for it too, and hears what went wrong."""
        begun = self.begin(event)
        if begun.done() and not self._posted:
            self.sums.note(begun.result())
        else:
            self._posted.append(begun)

    def begin(self, event: Event) -> Future[Event]:
        """It has its number now; `settle` waits until it is kept."""
        return self._log.append(self._run, event)

    async def settle(self, *begun: Future[Event], lead: float = 0.0) -> None:
        """What has its number is waited for even when the run is being cancelled: the sums must agree with the log."""
        posted, self._posted = self._posted, []
        begun = (*posted, *begun)
        if not all(event.done() for event in begun):
            with anyio.CancelScope(shield=True):
                await gather(*begun, return_exceptions=True)
        for event in begun:
            self.sums.note(event.result(), lead)
