"""A portion of a book spoken: one run, whose clips are taken as they come."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace

import anyio
import numpy as np

from pipeline.assembly.order import Order
from pipeline.assembly.workshop import Workshop
from pipeline.audio.formats.wav import HEADER
from pipeline.audio.recording.pauses import rest
from pipeline.errors import AloudError, EngineError, StoreFull
from pipeline.events import TERMINAL, Audio, Error, Event, Failed, PassageCut, Skipped
from pipeline.narration.recital.portion import Portion
from pipeline.narration.recital.progress import Progress
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog

GAP = 1.0
"""Seconds that stand for a passage that could not be spoken, with a soft tone in them."""
HOPELESS = 20
"""Passages that fail one after the other until the voice is given up."""


class Recital:
    """What is heard of a portion, one after the other. It is in memory until it is taken."""

    def __init__(self, portion: Portion, sample_rate: int, progress: Progress) -> None:
        self.portion = portion
        self.samples = 0
        """Of all that is heard."""
        self.events: list[Event] = []
        """`audio`, `failed` and `skipped`, and passages with something left out; placed in the portion's sound."""
        self.failed: list[Failed] = []
        self.skips: Counter[str] = Counter()
        """Characters that are not spoken, by reason."""
        self.silence = 0.0
        """Seconds behind the last clip."""
        self._rate = sample_rate
        self._progress = progress
        self._sound: deque[memoryview] = deque()
        self._cut: dict[int, PassageCut] = {}
        """Passages that are not spoken yet."""
        self._last: PassageCut | None = None
        """Spoken; None where it failed."""

    async def speak(self, workshop: Workshop, order: Order, run: str) -> None:
        """Raises EngineError when no voice will speak, StoreFull, and whatever else ends the run."""
        log, clips = MemoryEventLog(), workshop.clips
        await log.create(RunRecord(run))
        order = replace(order, text=self.portion.text, buffer={"mode": "batch"}, format="wav")
        flow = await workshop.prepare(order, run=run, log=log, url="{name}", sample_rate=self._rate)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(flow.run)
                seen, ended = 0, False
                while not ended:
                    await log.wait(run, seen)
                    for event in await log.read(run, seen):
                        seen, ended = event.seq, event.type in TERMINAL
                        if isinstance(event, Audio):
                            clip = await clips.read(run, event.url)
                            self._hear(event, memoryview(clip)[HEADER:])
                        else:
                            self._note(event)
        finally:
            with anyio.CancelScope(shield=True):
                await clips.erase(run)
        if self.samples:
            self.silence = rest(self.portion.pause, self._last)
            self._add(memoryview(bytes(2 * round(self.silence * self._rate))))

    def take(self, most: int) -> bytes:
        """The next `most` bytes of sound, or a little more; b"" when all were taken."""
        taken, size = [], 0
        while self._sound and size < most:
            taken.append(self._sound.popleft())
            size += len(taken[-1])
        return b"".join(taken)

    def _hear(self, event: Audio, sound: memoryview) -> None:
        self._last = self._cut.pop(event.index)
        self._progress.spoke(self.portion.chapter, event.end - event.start, event.seconds)
        self.events.append(replace(event, url="", path=None, begins=self.samples / self._rate))
        self._add(sound)

    def _note(self, event: Event) -> None:
        match event:
            case PassageCut():
                self._cut[event.index] = event
                if event.omitted:
                    self.events.append(replace(event, text="", spoken=""))
            case Skipped():
                self._progress.passed(self.portion.chapter, event.end - event.start)
                self.skips[event.reason] += event.end - event.start
                self.events.append(event)
            case Failed(code="store_full"):
                raise StoreFull(f"{event.message} Make some, then give the same command again: it goes on.")
            case Failed():
                self._miss(event)
            case Error():
                raise StoreFull(event.message) if event.code == "store_full" else AloudError(event.message)

    def _miss(self, event: Failed) -> None:
        """A passage is not heard: a soft tone stands in its place, and its text in brackets."""
        self._progress.spoke(self.portion.chapter, event.end - event.start)
        if self._progress.in_a_row >= HOPELESS:
            raise EngineError(f"The voice has failed {HOPELESS} times in a row: {event.message}")
        self.failed.append(event)
        self._last, missed = None, self._cut.pop(event.index)
        stand_in = Audio(
            index=event.index,
            url="",
            path=None,
            media_type="",
            seconds=GAP,
            begins=self.samples / self._rate,
            text=f"[{missed.text.strip()}] ",
            start=event.start,
            end=event.end,
            words=(),
            engine="",
            cached=False,
        )
        self.events += [event, stand_in]
        self._add(memoryview(_tone(self._rate)))

    def _add(self, sound: memoryview) -> None:
        self._sound.append(sound)
        self.samples += len(sound) // 2


def _tone(sample_rate: int) -> bytes:
    """Whoever hears it knows that something is missing."""
    at = np.arange(round(GAP * sample_rate)) / sample_rate
    shape = np.clip(1 - np.abs(at - GAP / 2) / 0.15, 0, 1)
    return (np.sin(2 * np.pi * 440 * at) * shape * 2500).astype("<i2").tobytes()
