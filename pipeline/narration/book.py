"""The book job: every chapter spoken in portions, each portion encoded while the next one is spoken, then all of it put
together. What is finished is kept, so that the same book goes on where it stopped."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from time import monotonic

import anyio
import anyio.to_thread
import numpy as np

from pipeline import reports
from pipeline.assembly import Workshop
from pipeline.audio import encoded
from pipeline.audio.joining import Join
from pipeline.audio.splicing import PartEncoder, kind, measured
from pipeline.audio.wav import WavEncoder
from pipeline.errors import AloudError, EngineError, StoreFull
from pipeline.events import TERMINAL, Audio, Error, Event, Failed, PassageCut, Pause, Skipped, Sound
from pipeline.narration.document import Document, portions
from pipeline.narration.progress import Loss, Progress
from pipeline.narration.shelf import Finished, Shelf, told
from pipeline.narration.tongues import by_language
from pipeline.order import Order
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog

_SCHEMA = 1
"""Goes into every key: what is spoken or encoded in a new way is not what was kept."""
CHAPTER = 1.6
"""Seconds of silence between chapters ..."""
PORTION = 0.7
"""... and between two portions of one ..."""
JOINT = 0.15
"""... and where another voice takes over within a paragraph."""
GAP = 1.0
"""Seconds that stand for a passage that could not be spoken, with a soft tone in them."""
HOPELESS = 20
"""Passages that fail one after the other until the voice is given up."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What one run speaks: a chapter, or a part of a long one."""

    chapter: int
    """Index in the document."""
    text: str
    last: bool
    """Of its chapter."""
    language: str = ""
    """"" is the book's own."""

    @property
    def pause(self) -> float:
        """Seconds of silence behind it."""
        return CHAPTER if self.last else PORTION if self.text.endswith("\n") else JOINT


@dataclass(frozen=True, slots=True)
class Spoken:
    """A portion's place in the book's sound."""

    portion: Portion
    finished: Finished
    begins: float
    """Seconds."""


class Book:
    """One document on its way into sound. `progress` says how far it is; watch it while `make` runs."""

    def __init__(
        self,
        document: Document,
        order: Order,
        ending: str,
        *,
        workshop: Workshop,
        shelf: Shelf,
        tongues: Mapping[str, Order] | None = None,
    ) -> None:
        """`order`: how it is to be said. `ending`: of the files that it is for. `tongues`: how what is in another
        language is to be said."""
        self.document = document
        self._orders = {
            name: replace(how, buffer={"mode": "batch"}, format="wav")
            for name, how in {"": order, **(tongues or {})}.items()
        }
        self._kind = kind(ending)
        self._workshop = workshop
        self._shelf = shelf
        self.portions = [
            Portion(number, text, last=at == len(texts) - 1, language=language)
            for number, chapter in enumerate(document.chapters)
            for texts in [[(p, name) for part, name in by_language(chapter, tongues or ()) for p in portions(part)]]
            for at, (text, language) in enumerate(texts)
            if text.strip()
        ]
        self.sample_rate = 0
        self._keys: list[str] = []
        self._room = anyio.Semaphore(_cores() + 1)
        """For clips that are not encoded yet: who speaks waits for those who encode."""
        self._finished: dict[int, Finished] = {}
        self._failures = 0
        """In a row."""
        self.progress = Progress(
            [sum(len(p.text) for p in self.portions if p.chapter == n) for n in range(len(document.chapters))]
        )

    async def look(self) -> None:
        """Finds what is finished already. Raises UnknownVoice and its kind before anything is spoken."""
        engine, _ = await self._workshop.voice(self._orders[""])
        self.sample_rate = engine.sample_rate
        how = {name: await self._how(order) for name, order in self._orders.items()}
        self._keys = [_key(how[portion.language], portion) for portion in self.portions]
        for number, key in enumerate(self._keys):
            if (found := await anyio.to_thread.run_sync(self._shelf.find, key)) is not None:
                self._finished[number] = found
                self.progress.found(self.portions[number].chapter, len(self.portions[number].text))
                await self._note(number, found)

    async def _how(self, order: Order) -> list[object]:
        """All that what is heard depends on, besides the text."""
        engine, _ = await self._workshop.voice(order)
        asked = order.as_dict()
        how = [_SCHEMA, self._kind, engine.name, engine.version, self.sample_rate]
        how += [asked[name] for name in ("voice", "speed", "pitch", "volume", "language", "splitter")]
        return [*how, *(asked[name] for name in ("speakable", "lexicon", "tts_provider"))]

    async def make(self) -> None:
        """Speaks and encodes what is missing. Raises StoreError, or EngineError when no voice will speak."""
        if not self._keys:
            await self.look()
        self.progress.begin(monotonic())
        try:
            async with anyio.create_task_group() as tasks:
                for number in range(len(self.portions)):
                    if number not in self._finished:
                        await self._room.acquire()
                        tasks.start_soon(self._encode, number, await self._speak(number))
        except ExceptionGroup as group:
            raise reports.cause(group) from group
        finally:
            self.progress.end(monotonic())
        if self.progress.losses and not self.progress.spoken:
            raise EngineError(f"Nothing could be spoken: {self.progress.losses[0].message}")

    def spoken(self) -> Iterator[Spoken]:
        """The book's portions in order, with their places."""
        begins = 0
        for number, portion in enumerate(self.portions):
            finished = self._finished[number]
            yield Spoken(portion, finished, begins / self.sample_rate)
            begins += finished.samples

    # ---- speaking ---------------------------------------------------------------------------------------------------

    async def _speak(self, number: int) -> list[Event]:
        """One run; its events, as far as they are wanted later."""
        run, log, portion = self._run(number), MemoryEventLog(), self.portions[number]
        self.progress.chapter = portion.chapter
        await log.create(RunRecord(run))
        order = replace(self._orders[portion.language], text=portion.text)
        flow = await self._workshop.prepare(order, run=run, log=log, sample_rate=self.sample_rate)
        kept: list[Event] = []
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(flow.run)
            seen = 0
            while not kept or kept[-1].type not in TERMINAL:
                await log.wait(run, seen)
                for event in await log.read(run, seen):
                    seen = event.seq
                    self._watch(number, event)
                    if isinstance(event, Audio | Failed | Skipped | PassageCut) or event.type in TERMINAL:
                        kept.append(event)
        end = kept.pop()
        if isinstance(end, Error):
            raise _raised(end)
        return kept

    def _watch(self, number: int, event: Event) -> None:
        chapter = self.portions[number].chapter
        match event:
            case Audio():
                self._failures = 0
                self.progress.spoke(chapter, event.end - event.start, event.seconds, cached=event.cached)
            case Failed(code="store_full"):
                raise StoreFull(f"{event.message} Make some, then give the same command again: it goes on.")
            case Failed():
                self._failures += 1
                self.progress.spoke(chapter, event.end - event.start)
                if self._failures >= HOPELESS:
                    raise EngineError(f"The voice has failed {HOPELESS} times in a row: {event.message}")
            case Skipped():
                self.progress.passed(chapter, event.end - event.start)
            case _:
                pass

    def _run(self, number: int) -> str:
        """No two processes write into one folder."""
        return f"{self._keys[number][:40]}-{os.getpid()}"

    # ---- encoding ---------------------------------------------------------------------------------------------------

    async def _encode(self, number: int, events: list[Event]) -> None:
        """The portion's clips as one part of the book, and the clips gone."""
        try:
            run, rate = self._run(number), self.sample_rate
            heard, placed, failed = await self._placed(number, events)
            join = Join(self._workshop.clips, run, rate, "pcm")
            samples = measured(await join.length(heard), self._kind, rate)
            path = self._shelf.begin(self._keys[number])
            try:
                with told(self._shelf.root):
                    if samples:
                        await self._write(join, heard, path, PartEncoder(self._kind, rate, samples), number)
                    else:
                        path.touch()
                keep = partial(self._shelf.keep, samples=samples, failed=failed, events=placed)
                finished = await anyio.to_thread.run_sync(keep, self._keys[number], path)
            finally:
                path.unlink(missing_ok=True)
            await self._workshop.clips.erase(run)
            self._finished[number] = finished
            await self._note(number, finished)
        finally:
            self._room.release()

    async def _placed(self, number: int, events: list[Event]) -> tuple[list[Event], list[Event], int]:
        """What is heard, one after the other; the events with their places in it; how many passages failed."""
        heard: list[Event] = []
        placed: list[Event] = []
        texts: dict[int, PassageCut] = {}
        begins, failed = 0.0, 0
        for event in events:
            match event:
                case PassageCut():
                    texts[event.index] = event
                    if event.omitted:
                        placed.append(replace(event, text="", spoken=""))
                case Audio():
                    placed.append(replace(event, begins=begins))
                    heard.append(event)
                    begins += event.seconds
                    texts.pop(event.index, None)
                case Failed():
                    failed += 1
                    heard.append(await self._gap(number))
                    placed += [event, _stand_in(event, texts.pop(event.index), begins)]
                    begins += GAP
                case _:
                    placed.append(event)
        if heard:
            heard.append(Pause(seconds=self.portions[number].pause))
        return heard, placed, failed

    async def _gap(self, number: int) -> Sound:
        """A soft tone, as a clip of the run: whoever listens knows that something is missing."""
        rate = self.sample_rate
        at = np.arange(round(GAP * rate)) / rate
        shape = np.clip(1 - np.abs(at - GAP / 2) / 0.15, 0, 1)
        tone = (np.sin(2 * np.pi * 440 * at) * shape * 2500).astype("<i2")
        path = await self._workshop.clips.write(self._run(number), "gap.wav", encoded(WavEncoder, tone.tobytes(), rate))
        return Sound(url=path.name, seconds=GAP)

    async def _write(self, join: Join, heard: list[Event], path: Path, encoder: PartEncoder, number: int) -> None:
        portion, length = self.portions[number], max(1.0, sum(_seconds(event) for event in heard))
        bytes_a_second = 2 * self.sample_rate
        with path.open("wb") as file:

            def add(pcm: bytes | None) -> float:
                begun = monotonic()
                file.write(encoder.finish() if pcm is None else encoder.feed(pcm))
                return monotonic() - begun

            async for pcm in join.stream(_each(heard)):
                took = await anyio.to_thread.run_sync(add, pcm)
                share = len(pcm) / bytes_a_second / length
                self.progress.encodes(share * len(portion.text), took)
            await anyio.to_thread.run_sync(add, None)

    async def _note(self, number: int, finished: Finished) -> None:
        """Counts what is in a finished portion."""
        portion = self.portions[number]
        events = await anyio.to_thread.run_sync(finished.events)
        title = self.document.chapters[portion.chapter].title
        self.progress.sound += finished.samples / self.sample_rate
        for event in events:
            if isinstance(event, Skipped):
                self.progress.skips[event.reason] += event.end - event.start
            elif isinstance(event, Failed):
                text = portion.text[event.start : event.end].strip()
                self.progress.losses.append(Loss(title, text, event.code, event.message))


def _key(how: Sequence[object], portion: Portion) -> str:
    asked = json.dumps([*how, portion.last, portion.text], sort_keys=True)
    return blake2b(asked.encode(), digest_size=24).hexdigest()


def _stand_in(event: Failed, passage: PassageCut, begins: float) -> Audio:
    """What is read in place of a passage that is not heard."""
    return Audio(
        index=event.index,
        url="",
        path=None,
        media_type="",
        seconds=GAP,
        begins=begins,
        text=f"[{passage.text.strip()}] ",
        start=event.start,
        end=event.end,
        words=(),
        engine="",
        cached=False,
    )


def _seconds(event: Event) -> float:
    return event.seconds if isinstance(event, Audio | Sound | Pause) else 0.0


def _raised(event: Error) -> AloudError:
    return StoreFull(event.message) if event.code == "store_full" else AloudError(event.message)


async def _each(events: Sequence[Event]) -> AsyncGenerator[Event, None]:
    for event in events:
        yield event


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
