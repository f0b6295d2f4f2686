"""The flow: one run, from the first token to the last event.

    source --_read--> [inbox] --_cut--> splitter, buffer, speakable --> [passages] --_speak--> recorder
              |                            |                                          |
            chunk                   passage, skipped                    speaking, audio, failed, fallback

Three tasks in one group, joined by two bounded streams. When the voice is behind, passages wait, then the cutting, then
the reading: the source is asked for no more than `read_ahead` characters before they are spoken. Every event goes to
the log, which numbers it; readers follow the log, so nobody who listens can hold the run up.
"""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from dataclasses import dataclass, replace
from typing import TypeAlias

import anyio
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from pipeline import reports
from pipeline.errors import AloudError, EngineError, RunInterrupted, RunTimeout, SourceError, SourceTooLong
from pipeline.events import (
    Cancelled,
    Chunk,
    Complete,
    Error,
    Event,
    Pause,
    Skipped,
    Sound,
    Start,
    Thought,
    ToolUse,
)
from pipeline.inbox import Inbox
from pipeline.ledger import Ledger
from pipeline.ports import EventLog, Recorder, Source
from pipeline.recall import recall
from pipeline.text import Pace, Speakable, SpeechBuffer
from pipeline.turns import Turns
from pipeline.types import Clip, Cue, Growing, Handover, Passage, Request, Thinking, ToolCall, Usage, Voice

logger = logging.getLogger("aloud.flow")

CHUNK_WINDOW = 0.05
"""Seconds for which tokens are gathered into one `chunk` event."""
WAITING = 2
"""Passages that may wait for the voice: enough to hide jitter, few enough that the next one is still cut to measure."""
SLICE = 1024
"""Characters cut at a time, so that what waits behind them is cut with a fresher knowledge of the voice."""
COURTESY = 512
"""Characters after which a source that never waits lets others have their turn."""


Heard: TypeAlias = Passage | Pause | Sound
"""What a listener hears, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that one run needs, made by `pipeline.assembly`."""

    run: str
    request: Request
    source: Source | None
    """None when the rest of the text cannot be had: what was received is spoken, then the run ends `interrupted`."""
    buffer: SpeechBuffer
    speakable: Speakable
    pace: Pace
    recorder: Recorder
    voice: Voice
    log: EventLog
    start: Start
    address: Callable[[Clip | Growing], str]
    read_ahead: int = 65_536
    max_chars: int = 1_000_000
    timeout: float | None = None
    """Seconds that the whole run may take."""
    thinking: bool = False
    turns: Turns | None = None
    """At a voice that other runs speak with too."""
    hurry: bool = True
    """Somebody may be listening; a run without hurry speaks when no other wants to."""
    past: Sequence[Event] = ()
    """What the run had published before it was broken off."""
    received: Sequence[Event] = ()
    """The text, passages and skipped spans of an earlier run, to be published once more; the source says the same text
    before it goes on."""


class Flow:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._ledger = Ledger()
        self._inbox = Inbox(plan.read_ahead)
        self._flushing = False
        """Somebody wants to hear now what waits."""
        self._scope = anyio.CancelScope()
        self._cancelled = False
        self._broken: AloudError | None = None
        self._unshown: list[str] = []
        self._shown = 0
        self._to_show = anyio.Event()
        self._index = 0
        self._handed: dict[int, float] = {}
        """When passages were handed out that are not spoken yet, on the monotonic clock."""
        self._cues: deque[tuple[int, Cue]] = deque()
        """Of a script, by their places in the text, until they are reached."""
        self._cue = Cue()
        """The last that was."""
        self._fed = 0
        """Characters that the buffer has had."""
        self._known_cues = 0
        """Of a script that is read again after a restart."""

    def cancel(self) -> None:
        """End the run with `cancelled`; returns at once. Cancelling the task that runs the flow ends it without a word
        instead, so that it can be taken up again."""
        self._cancelled = True
        self._scope.cancel()

    def flush(self) -> None:
        """Speak all that the source has said so far, now; it may say more."""
        self._flushing = True
        self._inbox.nudge()

    async def run(self) -> None:
        """Until the terminal event is in the log."""
        plan = self._plan
        failure: AloudError | None = None
        try:
            again = await self._take_up(plan.past)  # `start` is there even when the run is cancelled at once
            with self._scope:
                with anyio.fail_after(plan.timeout):
                    await self._go(again)
        except TimeoutError:
            failure = RunTimeout(f"The run took longer than {plan.timeout:g} s, the most that is allowed.")
        except Exception as error:  # noqa: BLE001  the one place where a bug, or a full disk, ends the run
            failure = reports.cause(error)
        with anyio.CancelScope(shield=True):
            await self._finish(failure or self._broken)

    async def _go(self, again: Sequence[Heard]) -> None:
        send, receive = anyio.create_memory_object_stream[Heard](WAITING)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._read)
            tasks.start_soon(self._cut, send, again)
            tasks.start_soon(self._speak, receive)

    async def _finish(self, failure: AloudError | None) -> None:
        ledger = self._ledger
        if self._cancelled:
            await self._publish(Cancelled(**ledger.sums(ended=False)))
        elif failure is not None:
            await self._publish(
                Error(
                    code=failure.code,
                    message=failure.message,
                    retryable=failure.retryable,
                    **ledger.sums(ended=False),
                )
            )
        else:
            status = "partial" if ledger.failed else "complete"
            await self._publish(Complete(status=status, **ledger.sums(ended=True)))

    async def _publish(self, event: Event, lead: float = 0.0) -> None:
        await self._settle(self._plan.log.append(self._plan.run, event), lead=lead)

    async def _settle(self, *kept: Awaitable[Event], lead: float = 0.0) -> None:
        """What has its number is waited for even when the run is being cancelled: the sums must agree with the log."""
        with anyio.CancelScope(shield=True):
            for event in kept:
                self._ledger.note(await event, lead)

    # ---- reading: the source -> text that waits ---------------------------------------------------------------------

    async def _read(self) -> None:
        """Takes what the source says, shows it as `chunk` events, and leaves it in the inbox."""
        async with anyio.create_task_group() as showing:
            showing.start_soon(self._show)
            try:
                await self._receive()
            except SourceError as error:
                self._broken = error  # what was said before is spoken all the same
            except AloudError:
                raise
            except Exception as error:  # the border to other people's sources
                logger.exception("run %s: the source", self._plan.run)
                self._broken = SourceError(f"The source broke: {type(error).__name__}. The log has the details.")
            finally:
                self._inbox.close()
            showing.cancel_scope.cancel()
        await self._show_now()

    async def _receive(self) -> None:
        plan = self._plan
        if plan.source is None:
            self._broken = RunInterrupted("The service stopped while the model was speaking; what had come is kept.")
            return
        known, since, said, cued = self._shown, 0, 0, 0
        async with aclosing(plan.source.tokens(plan.request)) as tokens:
            async for token in tokens:
                if isinstance(token, Cue):
                    cued += 1
                    if cued > self._known_cues:
                        await self._heed(token, said)
                    continue
                if not isinstance(token, str):
                    await self._aside(token)
                    continue
                said += len(token)
                if said <= known:
                    continue  # read again after a restart
                if said - len(token) < known:
                    token = token[known - said :]
                if said > plan.max_chars:
                    self._take(token[: plan.max_chars - said])
                    raise SourceTooLong(f"The answer is longer than {plan.max_chars:,} characters, the most allowed.")
                self._take(token)
                since += len(token)
                if self._inbox.full:
                    await self._inbox.emptied()
                elif since >= COURTESY:
                    since = 0
                    await checkpoint()

    def _take(self, text: str) -> None:
        if not text:
            return
        if not self._unshown:
            self._to_show.set()
        self._unshown.append(text)
        self._inbox.put(text)

    async def _heed(self, cue: Cue, at: int) -> None:
        """It is in the log before anything is spoken by it."""
        await self._show_now()
        await self._publish(reports.cue(cue, at))
        self._cues.append((at, cue))
        self._inbox.nudge()

    async def _aside(self, item: Thinking | ToolCall | Usage | Handover) -> None:
        """What a source says besides text."""
        match item:
            case Usage():
                self._ledger.total_tokens = (self._ledger.total_tokens or 0) + item.input_tokens + item.output_tokens
            case Handover():
                await self._show_now()
                await self._publish(reports.fallback("llm", item, self._shown))
            case Thinking():
                if self._plan.thinking:
                    await self._publish(Thought(content=item.content))
            case ToolCall():
                await self._publish(
                    ToolUse(id=item.id, name=item.name, arguments=dict(item.arguments), result=item.result)
                )

    async def _show(self) -> None:
        """The first text at once, then whatever comes within each window as one event."""
        while True:
            await self._to_show.wait()
            await self._show_now()
            await anyio.sleep(CHUNK_WINDOW)

    async def _show_now(self) -> None:
        """Also called before an event that points into the text: a listener has the text first."""
        if self._unshown:
            await self._publish(self._chunk())

    def _chunk(self) -> Chunk:
        content = "".join(self._unshown)
        self._unshown.clear()
        self._to_show = anyio.Event()
        start, self._shown = self._shown, self._shown + len(content)
        return Chunk(content=content, start=start, end=self._shown)

    # ---- cutting: text -> passages ----------------------------------------------------------------------------------

    async def _cut(self, send: MemoryObjectSendStream[Heard], again: Sequence[Heard]) -> None:
        buffer = self._plan.buffer
        async with send:
            for item in again:
                if isinstance(item, Passage):
                    self._ask(item)
                await send.send(item)
            while (text := await self._inbox.take(SLICE, self._patience())) is not None:
                while self._cues and self._cues[0][0] <= self._fed + len(text):
                    text = await self._reach(text, send)
                self._fed += len(text)
                await self._hand_out(self._ripe(text), send)
            while self._cues:
                await self._reach("", send)
            await self._hand_out(buffer.finish(time.monotonic()), send)
            while buffer.waiting:  # cut as late as the listener can bear, by what is then known of the voice
                await self._inbox.nudged(self._patience())
                await self._hand_out(self._ripe(""), send)

    async def _reach(self, text: str, send: MemoryObjectSendStream[Heard]) -> str:
        """Speaks what comes before the next cue, and heeds it; returns the text behind it."""
        at, cue = self._cues.popleft()
        before, after = text[: at - self._fed], text[at - self._fed :]
        self._fed = at
        await self._hand_out(self._ripe(before), send)
        await self._hand_out(self._plan.buffer.flush(time.monotonic()), send)
        self._cue = cue
        if cue.pause:
            await send.send(Pause(seconds=cue.pause))
        if cue.sound is not None:
            await send.send(Sound(url=self._plan.address(cue.sound), seconds=cue.sound.seconds))
        return after

    def _ripe(self, text: str) -> list[Passage]:
        buffer, now = self._plan.buffer, time.monotonic()
        cut = buffer.feed(text, now) if text else buffer.tick(now)
        if self._flushing and self._inbox.empty:
            self._flushing = False
            cut += buffer.flush(now)
        return cut

    def _patience(self) -> float | None:
        """Seconds until the buffer wants to be asked again."""
        deadline = self._plan.buffer.deadline
        return None if deadline is None else max(0.0, deadline - time.monotonic())

    async def _hand_out(self, cut: Sequence[Passage], send: MemoryObjectSendStream[Heard]) -> None:
        for passage in cut:
            await self._hand(passage, send)

    async def _hand(self, passage: Passage, send: MemoryObjectSendStream[Heard]) -> None:
        plan = self._plan
        passage = plan.speakable.say(passage)
        if not passage.spoken.strip():
            await self._show_now()
            await self._publish(Skipped(start=passage.start, end=passage.end, reason=reports.reason(passage)))
            plan.pace.skipped()
            return
        passage = replace(passage, index=self._index, voice=self._cue.voice, step=self._cue.step)
        self._index += 1
        self._ask(passage)
        # Numbered in this order; the voice is asked while they are still on their way to the disk.
        events = [self._chunk()] if self._unshown else []
        kept = [plan.log.append(plan.run, event) for event in (*events, reports.passage(passage))]
        try:
            await send.send(passage)
        finally:
            await self._settle(*kept)

    def _ask(self, passage: Passage) -> None:
        now = time.monotonic()
        self._handed[passage.index] = now
        self._plan.pace.asked(passage.index, len(passage.spoken), now)

    # ---- speaking: passages -> clips --------------------------------------------------------------------------------

    async def _speak(self, receive: MemoryObjectReceiveStream[Heard]) -> None:
        """As many at once as the recorder can; published in the order of the text."""
        voices = anyio.Semaphore(self._plan.recorder.parallel, fast_acquire=True)
        turn = anyio.Event()
        turn.set()
        async with receive, anyio.create_task_group() as tasks:
            while True:
                await voices.acquire()  # before the passage is taken: what waits, waits in the bounded stream
                try:
                    passage = await receive.receive()
                except anyio.EndOfStream:
                    return
                after = anyio.Event()
                if isinstance(passage, Pause | Sound):
                    tasks.start_soon(self._rest, passage, turn, after, voices)
                else:
                    tasks.start_soon(self._record, passage, turn, after, voices, tasks)
                turn = after

    async def _rest(self, rest: Pause | Sound, turn: anyio.Event, after: anyio.Event, voices: anyio.Semaphore) -> None:
        await turn.wait()
        await self._publish(rest)
        after.set()
        voices.release()

    async def _record(
        self, passage: Passage, turn: anyio.Event, after: anyio.Event, voices: anyio.Semaphore, tasks: TaskGroup
    ) -> None:
        """One passage, ending in exactly one `audio` or `failed`; one that fails never silences the rest."""
        plan, clip, ended = self._plan, None, anyio.Event()
        failure: AloudError | None = None
        try:
            async with (
                self._turn(),
                aclosing(plan.recorder.record(plan.run, passage, passage.voice or plan.voice)) as items,
            ):
                async for item in items:
                    if isinstance(item, Clip):
                        clip = item
                    elif isinstance(item, Growing):
                        plan.pace.begun(passage.index, time.monotonic())
                        tasks.start_soon(self._announce, passage, item, turn, ended)
                    else:
                        await turn.wait()
                        await self._publish(reports.fallback("tts", item, passage.start))
            if clip is None:
                failure = EngineError("The voice ended without a clip.")
        except AloudError as error:
            failure = error
        except Exception as error:
            logger.exception("run %s: passage %d", plan.run, passage.index)
            failure = EngineError(f"The voice broke: {type(error).__name__}. The log has the details.")
        ended.set()
        took = time.monotonic() - self._handed.pop(passage.index)
        self._tell_pace(passage, clip)
        if not turn.is_set():
            await turn.wait()
        if clip is not None and failure is None:
            begins = self._ledger.seconds
            await self._publish(reports.audio(passage, clip, plan.address(clip), begins, took), clip.lead)
        else:
            assert failure is not None
            await self._publish(reports.failed(passage, failure))
        after.set()
        voices.release()

    def _turn(self) -> AbstractAsyncContextManager[None]:
        """At the voice: before those whose listeners have more to hear still."""
        plan = self._plan
        if plan.turns is None:
            return nullcontext()
        return plan.turns.turn(plan.pace.dry if plan.hurry else math.inf)

    def _tell_pace(self, passage: Passage, clip: Clip | None) -> None:
        now = time.monotonic()
        if clip is None:
            self._plan.pace.failed(passage.index, now)
        else:
            self._plan.pace.ready(passage.index, now, clip.seconds)
        self._inbox.nudge()

    async def _announce(self, passage: Passage, growing: Growing, turn: anyio.Event, ended: anyio.Event) -> None:
        """A slow voice is heard from its first sound, once it is this passage's turn."""
        plan = self._plan
        await turn.wait()
        if ended.is_set():
            return
        await self._publish(reports.speaking(passage, growing, plan.address(growing), self._ledger.seconds))

    # ---- after a restart --------------------------------------------------------------------------------------------

    async def _take_up(self, past: Sequence[Event]) -> Sequence[Heard]:
        """Begin, or go on where the last event left the run; returns what is still to be spoken."""
        plan = self._plan
        for event in past:
            self._ledger.note(event)
        if not past:
            past = plan.received
            await self._publish(plan.start)
            await self._settle(*[plan.log.append(plan.run, event) for event in past])
        if not past:
            return ()
        then = recall(past, plan.speakable)
        self._index, self._shown = then.index, len(then.text)
        self._fed, self._cue, self._known_cues = then.handed_out, then.cue, then.cued
        self._cues.extend(then.cues)
        plan.buffer.resume(then.text[: then.handed_out], time.monotonic())
        self._inbox.put(then.text[then.handed_out :])
        if then.broken_off is not None:  # it was being heard: never redone, and never left without an end
            stopped = RunInterrupted("The service stopped while this was being spoken.")
            await self._publish(reports.failed(then.broken_off, stopped))
        return then.unspoken
