"""Showing: text becomes `chunk` events, a few tokens each, and always before what points into it."""

from __future__ import annotations

import asyncio
from asyncio import Future

from pipeline.events import Chunk, Event
from pipeline.flow.journal import Journal

CHUNK_WINDOW = 0.05
"""Seconds for which tokens are gathered into one `chunk` event, at most."""


class Showing:
    def __init__(self, journal: Journal) -> None:
        self.said = 0
        """Characters that have come."""
        self._journal = journal
        self._gathered: list[str] = []
        self._due = 0.0
        """When what is gathered is to be shown, at the latest."""
        self._timer: asyncio.TimerHandle | None = None

    def add(self, text: str, now: float, interval: float) -> None:
        """The first text is shown at once, then whatever comes within a window as one event; the source need not wait
        for it. `interval`: seconds since the text before."""
        if not self._gathered:
            self._due = now + CHUNK_WINDOW
        self._gathered.append(text)
        self.said += len(text)
        if now + interval >= self._due:  # the next comes too late: no need to wake once more before it
            self._post()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(CHUNK_WINDOW, self._post)

    async def tell(self, *events: Event) -> None:
        """Behind the text that came before them, which is shown first."""
        await self._journal.settle(*self.begin(*events))

    def begin(self, *events: Event) -> list[Future[Event]]:
        """The same for whoever waits for it later."""
        return [self._journal.begin(event) for event in (*self._unshown(), *events)]

    def stop(self) -> None:
        """Nothing is shown by itself any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _post(self) -> None:
        for chunk in self._unshown():
            self._journal.post(chunk)

    def _unshown(self) -> list[Event]:
        if not self._gathered:
            return []
        content = "".join(self._gathered)
        self._gathered.clear()
        self.stop()
        return [Chunk(content=content, start=self.said - len(content), end=self.said)]
