"""One run from its start, or from where it was broken off, to its last event."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Literal

import anyio
import anyio.lowlevel
import anyio.to_thread

from pipeline import reports
from pipeline.errors import AloudError, RunInterrupted, RunTimeout, StoreError
from pipeline.events import Cancelled, Complete, Error, Event
from pipeline.flow.cutting import Asked, Cutting
from pipeline.flow.inbox import Flush, Inbox
from pipeline.flow.journal import Journal
from pipeline.flow.plan import Plan
from pipeline.flow.reading import Reading
from pipeline.flow.showing import Showing
from pipeline.flow.speaking import Speaking
from pipeline.recall import Heard, Recollection, recall

WAITING = 2
"""Passages that may wait for the voice: enough to hide jitter, few enough that the next one is still cut to measure."""

TOGETHER = 64
"""Events that are said again before others have their turn."""


class Flow:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._journal = Journal(plan.run, plan.log)
        self._inbox = Inbox(plan.read_ahead)
        self._showing = Showing(self._journal)
        self._cutting = Cutting(plan, self._journal, self._inbox, self._showing)
        self._reading = Reading(plan, self._journal, self._inbox, self._showing, self._cutting)
        self._speaking = Speaking(plan, self._journal, self._inbox)
        self._scope = anyio.CancelScope()

    @property
    def said(self) -> int:
        """Characters that the source has said so far."""
        return self._journal.sums.chars

    def cancel(self) -> None:
        """End the run with `cancelled`; returns at once. Cancelling the task that runs the flow ends it without a word
        instead, so that it can be taken up again."""
        self._scope.cancel()

    def flush(self) -> None:
        """Speak all that the source has said so far, now; it may say more."""
        self._inbox.put(Flush())

    async def run(self) -> Complete | Error | Cancelled:
        """Until the terminal event is in the log; returns it."""
        failure: AloudError | None = None
        try:
            again = await self._take_up(self._plan.past)  # `start` is there even when the run is cancelled at once
            with self._scope, anyio.move_on_after(self._plan.timeout) as allowed:
                await self._go(again)
            if allowed.cancelled_caught:
                failure = RunTimeout(f"The run took longer than {self._plan.timeout:g} s, the most that is allowed.")
        except Exception as error:  # noqa: BLE001  the one place where a bug, or a full disk, ends the run
            failure = reports.cause(error)
        with anyio.CancelScope(shield=True):
            end = await self._finish(failure or self._reading.broken)
        return end

    async def _go(self, again: Sequence[Heard]) -> None:
        send, receive = anyio.create_memory_object_stream[Asked](WAITING)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._reading.run)
            tasks.start_soon(self._cutting.run, send, again)
            tasks.start_soon(self._speaking.run, receive)

    async def _finish(self, failure: AloudError | None) -> Complete | Error | Cancelled:
        try:
            await self._journal.settle()
        except StoreError as error:
            failure = failure or error
        sums = self._journal.sums
        end: Complete | Error | Cancelled
        if self._scope.cancel_called:
            end = Cancelled(**sums.sums(ended=False))
        elif failure is not None:
            end = Error(
                code=failure.code,
                message=failure.message,
                retryable=failure.retryable,
                **sums.sums(ended=False),
            )
        else:
            status: Literal["complete", "partial"] = "partial" if sums.failed else "complete"
            end = Complete(status=status, stopped=self._reading.stopped, **sums.sums(ended=True))
        await self._journal.end(end)
        return end

    async def _take_up(self, past: Sequence[Event]) -> Sequence[Heard]:
        """Begin, or go on where the last event left the run; returns what is still to be spoken."""
        plan, journal = self._plan, self._journal
        for event in past:
            journal.sums.note(event)
        if not past:
            past = plan.received
            await journal.tell(plan.start)
            await self._repeat(past)
        if not past:
            return ()
        then = await anyio.to_thread.run_sync(self._recall, past)  # of a book, half a second
        self._showing.said = len(then.text)
        self._reading.resume(len(then.text), then.cued)
        self._cutting.resume(then.index, then.handed_out, then.cue, then.last)
        at = then.handed_out
        for place, cue in then.cues:
            self._inbox.put(then.text[at:place])
            self._inbox.put(cue)
            at = place
        self._inbox.put(then.text[at:])
        if then.broken_off is not None:  # it was being heard: never redone, and never left without an end
            stopped = RunInterrupted("The service stopped while this was being spoken.")
            await journal.tell(reports.failed(then.broken_off, stopped))
        return then.unspoken

    async def _repeat(self, received: Sequence[Event]) -> None:
        """All of it, whatever becomes of the run: a part would be taken for the whole by whoever goes on with it."""
        with anyio.CancelScope(shield=True):
            for at in range(0, len(received), TOGETHER):
                await self._journal.settle(*map(self._journal.begin, received[at : at + TOGETHER]))
                await anyio.lowlevel.checkpoint()

    def _recall(self, past: Sequence[Event]) -> Recollection:
        then = recall(past, self._plan.speakable)
        self._plan.buffer.resume(then.text[: then.handed_out], time.monotonic())
        return then
