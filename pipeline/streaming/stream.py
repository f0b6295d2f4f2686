"""One run's events, read with `async for`, or with `for` in a plain script."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import anyio

from pipeline.assembly.order import Order
from pipeline.assembly.workshop import Workshop
from pipeline.audio.joining.clip import Heard, check_rate, followed, samples
from pipeline.errors import InvalidRequest, StoreError
from pipeline.events import TERMINAL, AnyEvent, Audio, Pause, Sound, Speaking
from pipeline.flow import Flow
from pipeline.ports import Engine, RunRecord, Source
from pipeline.stores.memory import MemoryEventLog
from pipeline.streaming.plain import in_a_thread
from pipeline.streaming.workshops import Workshops, running
from pipeline.types import ToolCall

if TYPE_CHECKING:
    from pipeline.narration.scripts import Script


@dataclass(frozen=True, slots=True)
class WithSound:
    """A stream's events and its sound, read once, as the stream is."""

    _async: Callable[[], AsyncGenerator[AnyEvent | bytes, None]]
    _plain: Callable[[], Iterator[AnyEvent | bytes]]

    def __aiter__(self) -> AsyncGenerator[AnyEvent | bytes, None]:
        return self._async()

    def __iter__(self) -> Iterator[AnyEvent | bytes]:
        return self._plain()


class Stream:
    """One run's events, read once: `async for`, or plain `for` outside an event loop. Leaving early cancels the run.

    What cannot begin raises an AloudError in place of the first event; what goes wrong later is an event."""

    def __init__(
        self,
        workshops: Workshops,
        order: Order,
        source: Source | None,
        run_tool: Callable[[ToolCall], Any] | None,
        script: Script | None = None,
        folder: Path | None = None,
    ) -> None:
        self.run = secrets.token_hex(8)
        self._workshops = workshops
        self._order = order
        self._source = source
        self._run_tool = run_tool
        self._script = script
        self._folder = folder
        self._flow: Flow | None = None
        self._workshop: Workshop | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._cancelled = False

    def cancel(self) -> None:
        """End the run, from any thread; its last event, `cancelled`, is still to be read. What was made stays."""
        self._cancelled = True
        if self._flow is not None and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed already, and the run over
                self._loop.call_soon_threadsafe(self._flow.cancel)

    async def sound(self, event: Speaking | Audio, sample_rate: int | None = None) -> AsyncGenerator[bytes, None]:
        """The bytes of this event's clip, from the first to the last, as they come: a whole file, or one that still
        grows; with a `sample_rate`, its samples alone, 16-bit mono at so many hertz. With `async for`; a plain script
        reads `event.path`. Raises StoreError where the clip breaks off."""
        here = self._loop is running() and event.run == self.run
        if not here or self._workshop is None or event.path is None:
            raise InvalidRequest("A stream has the sound of its own events, in the event loop that reads them.")
        async with aclosing(followed(self._workshop.clips, event, event.path.name, sample_rate)) as pieces:
            async for piece in pieces:
                yield piece

    def with_sound(self, sample_rate: int) -> WithSound:
        """The events and, behind each that tells of sound, its samples: bytes, 16-bit mono at so many hertz, in pieces
        of at most a twentieth of a second, for a sound card. With `async for`, or `for` in a plain script. After
        `cancel` no more sound comes. Raises InvalidRequest, NotHeld where somebody took a clip away."""
        check_rate(sample_rate)
        return WithSound(
            lambda: self._with_sound(sample_rate, self._workshops.here()),
            lambda: in_a_thread(self._workshops.new(), partial(self._with_sound, sample_rate)),
        )

    async def _with_sound(self, sample_rate: int, workshop: Workshop) -> AsyncGenerator[AnyEvent | bytes, None]:
        growing = set[int]()
        async with aclosing(self._events(workshop)) as events:
            async for event in events:
                yield event
                match event:
                    case Speaking():
                        growing.add(event.index)
                    case Audio() if event.index in growing:
                        continue
                    case Audio() | Pause() | Sound():
                        pass
                    case _:
                        continue
                async with aclosing(self._samples(workshop, event, sample_rate)) as pieces:
                    async for piece in pieces:
                        yield piece

    async def _samples(self, workshop: Workshop, event: Heard, sample_rate: int) -> AsyncGenerator[bytes, None]:
        size = 2 * (sample_rate // 20)
        broken = (StoreError,) if isinstance(event, Speaking) else ()
        with contextlib.suppress(*broken):  # as the `failed` event says
            async with aclosing(samples(workshop.clips, event, sample_rate)) as blocks:
                async for block in blocks:
                    for at in range(0, len(block), size):
                        if self._cancelled:
                            return
                        yield block[at : at + size]

    def __aiter__(self) -> AsyncIterator[AnyEvent]:
        return self.events()

    def __iter__(self) -> Iterator[AnyEvent]:
        return in_a_thread(self._workshops.new(), self._events)

    def events(self) -> AsyncGenerator[AnyEvent, None]:
        """The events as a generator that can be closed, which cancels the run and waits for its end."""
        return self._events(self._workshops.here())

    async def _events(self, workshop: Workshop) -> AsyncGenerator[AnyEvent, None]:
        if self._workshop is not None:
            raise InvalidRequest("This stream was read already; ask the pipeline for another.")
        self._workshop, self._loop = workshop, asyncio.get_running_loop()
        log = MemoryEventLog()
        await log.create(RunRecord(self.run))
        self._flow = flow = await self._prepare(workshop, log)
        if self._cancelled:
            flow.cancel()
        running = asyncio.create_task(flow.run(), name=f"aloud {self.run}")
        running.add_done_callback(lambda _: log.wake())
        seen = 0
        try:
            while True:
                for event in cast("Sequence[AnyEvent]", await log.read(self.run, seen)):
                    seen = event.seq
                    yield event
                    if event.type in TERMINAL:
                        return
                if running.done():
                    await running  # which somebody else cancelled: there will be no last event
                await log.wait(self.run, seen)
        finally:
            flow.cancel()
            with anyio.CancelScope(shield=True):
                await running

    async def _prepare(self, workshop: Workshop, log: MemoryEventLog) -> Flow:
        source, cast = self._source, tuple[Engine, ...]()
        if self._script is not None:
            from pipeline.narration.scripts import (
                check_documents,
                in_folder,
                sounds,
                staged,
            )  # when first used: YAML comes with it

            find, heard = None, None
            if self._folder is not None:
                find = in_folder(self._folder)
                await check_documents(self._script, find, workshop.max_chars)
                heard = await sounds(self._script, self._folder, workshop.clips, self.run)
            stage = await staged(self._script, workshop, self._order, find=find, sounds=heard, model=source)
            source, cast = stage.source, stage.engines
        return await workshop.prepare(
            self._order, run=self.run, log=log, source=source, run_tool=self._run_tool, cast=cast
        )
