"""An event log in memory: for the library, for tests, and for whoever needs nothing to outlive the process."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Sequence

from pipeline.errors import NotHeld, StoreError, UnknownRun
from pipeline.events import TERMINAL, Event
from pipeline.ports import RunRecord
from pipeline.stores.tape import Tape
from pipeline.wire import Line


class MemoryEventLog:
    """Nothing is encoded unless a reader asks for `lines`."""

    def __init__(self, *, finished: int = 64, events: int = 100_000) -> None:
        """Keeps the last `finished` runs that have ended, and the last `events` events of each run."""
        self._finished = finished
        self._events = events
        self._runs: dict[str, tuple[RunRecord, Tape[Event]]] = {}
        self._ended: dict[str, None] = {}

    async def create(self, record: RunRecord) -> None:
        if record.id in self._runs:
            raise StoreError(f"There is a run {record.id} already.")
        if record.key and await self.named(record.owner, record.key):
            raise StoreError("There is a run with this key already.")
        kept = dataclasses.replace(record, created=record.created or time.time())
        self._runs[record.id] = kept, Tape(hold=self._events)

    def append(self, run: str, event: Event) -> asyncio.Future[Event]:
        record, tape = self._run(run)
        if tape.ended:
            raise StoreError(f"The run {run} has ended; nothing can be added to it.")
        kept = event.numbered(run, tape.last + 1, tape.at)
        tape.keep(kept)
        record.last = tape.last
        if kept.type in TERMINAL:
            record.status, tape.ended = kept.type, True
            self._ended[run] = None
            while len(self._ended) > self._finished:
                self._forget(next(iter(self._ended)))
        tape.ring()
        done: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        done.set_result(kept)
        return done

    async def read(self, run: str, after: int = 0, limit: int = 256) -> Sequence[Event]:
        events = self._run(run)[1].after(after, limit)
        if events is None:
            raise NotHeld(f"The events right after number {after} of run {run} are no longer held; ask for later ones.")
        return events

    async def lines(self, run: str, after: int = 0, limit: int = 256) -> Sequence[Line]:
        return [Line.of(event) for event in await self.read(run, after, limit)]

    async def wait(self, run: str, after: int, seconds: float | None = None) -> bool:
        return await self._run(run)[1].wait(after, seconds)

    def wake(self) -> None:
        for _, tape in self._runs.values():
            tape.ring(news=False)

    async def record(self, run: str) -> RunRecord:
        return dataclasses.replace(self._run(run)[0])

    async def records(
        self,
        *,
        owner: str | None = None,
        status: str | None = None,
        before: float | None = None,
        before_id: str = "",
        limit: int = 100,
    ) -> Sequence[RunRecord]:
        found = [
            dataclasses.replace(record)
            for record, _ in self._runs.values()
            if owner in (None, record.owner)
            and status in (None, record.status)
            and (before is None or (record.created, record.id) < (before, before_id))
        ]
        return sorted(found, key=lambda record: (record.created, record.id), reverse=True)[:limit]

    async def named(self, owner: str, key: str) -> RunRecord | None:
        for record, _ in self._runs.values():
            if (record.owner, record.key) == (owner, key):
                return dataclasses.replace(record)
        return None

    async def check(self) -> None:
        """There is always room."""

    async def erase(self, run: str) -> None:
        self._run(run)
        self._forget(run)

    async def aclose(self) -> None:
        for _, tape in self._runs.values():
            tape.ended = True
            tape.ring()
        self._runs.clear()
        self._ended.clear()

    def _run(self, run: str) -> tuple[RunRecord, Tape[Event]]:
        try:
            return self._runs[run]
        except KeyError:
            raise UnknownRun(f"There is no run {run}.") from None

    def _forget(self, run: str) -> None:
        _, tape = self._runs.pop(run)
        self._ended.pop(run, None)
        tape.ended = True
        tape.ring()
