"""Cutting: the text that waits becomes passages, each with what is said of it."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from anyio.streams.memory import MemoryObjectSendStream

from pipeline import reports
from pipeline.events import Skipped
from pipeline.flow.inbox import PULSE, Flush, Inbox, Mark
from pipeline.flow.journal import Journal
from pipeline.flow.plan import Plan
from pipeline.flow.showing import Showing
from pipeline.recall import Heard
from pipeline.types import Cue, Passage

SLICE = 1024
"""Characters cut at a time, so that what waits behind them is cut with a fresher knowledge of the voice."""


class Asked(NamedTuple):
    item: Heard
    at: float
    """On the monotonic clock."""


Send: TypeAlias = MemoryObjectSendStream[Asked]


class Cutting:
    def __init__(self, plan: Plan, journal: Journal, inbox: Inbox, showing: Showing) -> None:
        self._plan = plan
        self._journal = journal
        self._inbox = inbox
        self._showing = showing
        self._cue = Cue()
        """The last that was reached, with the chapter that goes on."""
        self._language = ""
        """Its voice's; "" is the run's own."""
        self._last: Passage | None = None
        """Spoken, with nothing but its own silence behind it."""
        self._index = 0
        self._fed = 0
        """Characters that the buffer has had."""
        self._until = math.inf
        """When the buffer is asked again if no text comes."""
        self._cut: list[Passage] = []
        """By `hear`; nobody has taken them yet."""

    def resume(self, index: int, fed: int, cue: Cue, last: Passage | None) -> None:
        """Before the first passage: go on numbering from `index`, behind so many characters, in the way of `cue`.
        `last`: the passage before, where no pause came behind it."""
        self._index, self._fed, self._last = index, fed, last
        self._turn(cue)

    def hear(self, text: str, now: float, interval: float) -> None:
        """Text that comes alone, while it is waited for, is looked at here and now: to wake somebody for it costs more,
        and nearly always nothing can be cut yet. All other waits in the inbox. `interval`: seconds since the text
        before."""
        if interval < PULSE or len(text) > SLICE or not self._inbox.awaited:
            self._inbox.put(text)
            return
        self._fed += len(text)
        try:
            self._cut = self._plan.buffer.feed(text, now)
        except Exception as error:  # no fault of the source's, in whose task this is
            raise reports.cause(error) from error
        if self._cut or self._plan.buffer.soonest < self._until:
            self._inbox.nudge()

    async def run(self, send: Send, again: Sequence[Heard]) -> None:
        buffer = self._plan.buffer
        async with send:
            for item in again:
                await send.send(self._asked(item))
            while (taken := await self._take(send)) is not None:
                if not isinstance(taken, str):
                    await self._reach(taken, send)
                elif taken or self._overdue():
                    self._fed += len(taken)
                    await self._hand_out(self._ripe(taken), send)
            await self._hand_out(buffer.finish(time.monotonic()), send)
            while buffer.waiting:  # cut as late as the listener can bear, by what is then known of the voice
                await self._inbox.nudged(self._patience())
                await self._hand_out(self._ripe(""), send)

    async def _take(self, send: Send) -> str | Mark | None:
        """What waits; what was cut before it goes first."""
        taken = await self._inbox.take(SLICE, self._patience())
        cut, self._cut = self._cut, []
        await self._hand_out(cut, send)
        return taken

    async def _reach(self, mark: Mark, send: Send) -> None:
        """Speaks what comes before it, and heeds it."""
        await self._hand_out(self._plan.buffer.flush(time.monotonic()), send)
        if isinstance(mark, Flush):
            return
        self._turn(mark)
        url = self._plan.address(mark.sound) if mark.sound else ""
        for item in reports.between(mark, self._fed, self._last, url):
            await send.send(self._asked(item))
        if mark.pause or mark.sound:
            self._last = None

    def _turn(self, cue: Cue) -> None:
        """What comes is said in the way of `cue`, and cut by the rules of its language."""
        before, now = self._language, cue.voice.language if cue.voice else ""
        self._cue = replace(cue, chapter=cue.chapter or self._cue.chapter)
        if now != before:
            self._language = now
            self._plan.buffer.turn(self._plan.splitter(now))

    def _ripe(self, text: str) -> list[Passage]:
        buffer, now = self._plan.buffer, time.monotonic()
        return buffer.feed(text, now) if text else buffer.tick(now)

    def _overdue(self) -> bool:
        """There is something to do though no text has come."""
        deadline = self._plan.buffer.deadline
        return deadline is not None and deadline <= time.monotonic()

    def _patience(self) -> float | None:
        """Seconds until the buffer may want to be asked again; below 0 where it does already."""
        buffer, now = self._plan.buffer, time.monotonic()
        wanted = soonest if (soonest := buffer.soonest) > now else buffer.deadline
        self._until = math.inf if wanted is None else wanted
        return None if self._until == math.inf else self._until - now

    async def _hand_out(self, cut: Sequence[Passage], send: Send) -> None:
        for passage in cut:
            await self._hand(passage, send)

    async def _hand(self, passage: Passage, send: Send) -> None:
        plan = self._plan
        cue = self._cue
        passage = replace(passage, index=self._index, voice=cue.voice, step=cue.step, chapter=cue.chapter)
        passage = plan.speakable.say(passage)
        if not passage.spoken.strip():
            await self._showing.tell(Skipped(start=passage.start, end=passage.end, reason=reports.reason(passage)))
            plan.pace.skipped()
            return
        self._index += 1
        self._last = passage
        asked = self._asked(passage)
        # Numbered in this order; the voice is asked while they are still on their way to the disk.
        begun = self._showing.begin(reports.passage(passage))
        try:
            await send.send(asked)
        finally:
            await self._journal.settle(*begun)

    def _asked(self, item: Heard) -> Asked:
        now = time.monotonic()
        if isinstance(item, Passage):
            self._plan.pace.asked(item.index, len(item.spoken), now)
        return Asked(item, now)
