"""Speaking: passages become clips, told of in the order of the text."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from contextlib import aclosing

import anyio
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectReceiveStream

from pipeline import reports
from pipeline.errors import AloudError, EngineError
from pipeline.events import Event, Fallback
from pipeline.flow.cutting import Asked
from pipeline.flow.inbox import Inbox
from pipeline.flow.journal import Journal
from pipeline.flow.plan import Plan
from pipeline.ports import Turn
from pipeline.types import Clip, Growing, Passage
from pipeline.utterance import ends

logger = logging.getLogger("aloud.flow")


class Speaking:
    def __init__(self, plan: Plan, journal: Journal, inbox: Inbox) -> None:
        self._plan = plan
        self._journal = journal
        self._inbox = inbox
        self._taking = anyio.Lock(fast_acquire=True)
        """Whoever waits for the next passage; nobody takes one before there is a voice for it."""
        self._voices = 1
        """As many as were needed at once so far."""
        self._told = asyncio.Event()
        """Comes when all that was taken has been told of."""
        self._told.set()

    async def run(self, receive: MemoryObjectReceiveStream[Asked]) -> None:
        async with receive, anyio.create_task_group() as tasks:
            await self._take_turns(receive, tasks)

    async def _take_turns(self, receive: MemoryObjectReceiveStream[Asked], tasks: TaskGroup) -> None:
        """One passage after the other, beside others who do the same: as many as the recorder can speak at once."""
        while True:
            async with self._taking:
                try:
                    asked = await receive.receive()
                except anyio.EndOfStream:
                    return
                turn, after = self._told, asyncio.Event()
                self._told = after
            if not self._taking.locked() and self._voices < self._plan.recorder.parallel:
                self._voices += 1
                tasks.start_soon(self._take_turns, receive, tasks)
            if isinstance(asked.item, Passage):
                await self._passage(asked.item, asked.at, turn, tasks)
            else:
                await turn.wait()
                await self._journal.tell(asked.item)
            after.set()

    async def _passage(self, passage: Passage, asked: float, turn: asyncio.Event, tasks: TaskGroup) -> None:
        """Ends in exactly one `audio` or `failed`; one that fails never silences the rest."""
        clip: Clip | None = None
        failure: AloudError = EngineError("The voice ended without a clip.")
        handovers: list[Fallback] = []
        """Told of when it is this passage's turn: nobody waits for that with a voice in hand."""
        try:
            clip = await self._clip(passage, turn, handovers, tasks)
        except AloudError as error:
            failure = error
        except BaseException as error:  # of somebody's engine
            if ends(error):
                raise
            logger.exception("run %s: passage %d", self._plan.run, passage.index)
            failure = EngineError(f"The voice broke: {type(error).__name__}. The log has the details.")
        took = time.monotonic() - asked
        self._tell_pace(passage, clip)
        await turn.wait()
        if clip is None:
            await self._tell(handovers, reports.failed(passage, failure))
        else:
            begins = self._journal.sums.seconds
            url = self._plan.address(clip)
            await self._tell(handovers, reports.audio(passage, clip, url, begins, took), lead=clip.lead)

    async def _clip(
        self, passage: Passage, turn: asyncio.Event, handovers: list[Fallback], tasks: TaskGroup
    ) -> Clip | None:
        """What the recorder makes of it; what is to be known before that is told of on the way."""
        plan, ended, clip = self._plan, asyncio.Event(), None
        voice = passage.voice or plan.voice
        try:
            async with aclosing(plan.recorder.record(plan.run, passage, voice, self._turn(passage))) as items:
                async for item in items:
                    if isinstance(item, Clip):
                        clip = item
                    elif isinstance(item, Growing):
                        plan.pace.begun(passage.index, time.monotonic())
                        tasks.start_soon(self._announce, passage, item, turn, handovers, ended)
                    else:
                        handovers.append(reports.fallback("tts", item, passage.start))
                        if turn.is_set():
                            await self._tell(handovers)
        finally:
            ended.set()
        return clip

    async def _announce(
        self, passage: Passage, growing: Growing, turn: asyncio.Event, handovers: list[Fallback], ended: asyncio.Event
    ) -> None:
        """A slow voice is heard from its first sound, once it is this passage's turn."""
        await turn.wait()
        if ended.is_set():
            return
        begins = self._journal.sums.seconds
        await self._tell(handovers, reports.speaking(passage, growing, self._plan.address(growing), begins))

    async def _tell(self, handovers: list[Fallback], *events: Event, lead: float = 0.0) -> None:
        """What has not been told of who took over comes first."""
        begun = [self._journal.begin(event) for event in (*handovers, *events)]
        handovers.clear()
        await self._journal.settle(*begun, lead=lead)

    def _turn(self, passage: Passage) -> Turn | None:
        """At the voice: before those whose listeners have more to hear still."""
        plan = self._plan
        if plan.turns is None:
            return None
        return plan.turns.turn(plan.pace.due(passage.index) if plan.hurry else math.inf)

    def _tell_pace(self, passage: Passage, clip: Clip | None) -> None:
        now = time.monotonic()
        if clip is None:
            self._plan.pace.failed(passage.index, now)
        else:
            self._plan.pace.ready(passage.index, now, clip.seconds, spoken=not clip.cached)
        self._inbox.nudge()
