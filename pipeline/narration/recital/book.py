"""The book job: portion after portion is spoken, and encoded while the next one is spoken. What is finished is kept, so
that the same book goes on where it stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path

import anyio
import anyio.to_thread

from pipeline import reports
from pipeline.assembly.order import Order
from pipeline.assembly.workshop import Workshop
from pipeline.audio.joining.splicing import PartEncoder, kind, measured
from pipeline.engines.kit.threads import cores
from pipeline.errors import EngineError
from pipeline.narration.document import Document
from pipeline.narration.recital.portion import Portion, divided
from pipeline.narration.recital.progress import Loss, Progress
from pipeline.narration.recital.recital import Recital
from pipeline.narration.recital.shelf import Finished, Shelf, told

_SCHEMA = 3
"""Goes into every key: what is spoken or encoded in a new way is not what was kept."""
SOUND = "mp3"
"""Within an EPUB: every reading app plays it."""
_BLOCK = 1 << 20
"""Bytes of sound that are encoded at a time."""


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
        self.order = order
        self.ending = SOUND if ending == "epub" else ending
        self.kind = kind(self.ending)
        """As what its sound is encoded."""
        self.workshop = workshop
        self.portions = divided(document, tongues or ())
        self.sample_rate = 0
        """Known once it was looked at."""
        self.progress = Progress(
            [sum(len(p.text) for p in self.portions if p.chapter == n) for n in range(len(document.chapters))]
        )
        self._orders = {"": order, **(tongues or {})}
        self._shelf = shelf
        self._keys: list[str] = []
        self._finished: dict[int, Finished] = {}
        self._room = anyio.Semaphore(cores() + 1)
        """For portions whose sound is in memory: who speaks waits for those who encode."""

    async def look(self) -> None:
        """Finds what is finished already. Raises UnknownVoice and its kind before anything is spoken."""
        engine, _ = await self.workshop.voice(self.order)
        self.sample_rate = engine.sample_rate
        how = {name: await self._how(order) for name, order in self._orders.items()}
        self._keys = [_key(how[portion.language], portion) for portion in self.portions]
        there = await anyio.to_thread.run_sync(lambda: [self._shelf.find(key) for key in self._keys])
        for number, found in enumerate(there):
            if found is not None:
                self.progress.found(self.portions[number].chapter, len(self.portions[number].text))
                self._finish(number, found)

    async def _how(self, order: Order) -> list[object]:
        """All that what is heard depends on, besides the text."""
        engine, _ = await self.workshop.voice(order)
        asked = order.as_dict()
        how = [_SCHEMA, self.kind, engine.name, engine.version, self.sample_rate]
        how += [asked[name] for name in ("voice", "speed", "pitch", "volume", "language", "splitter")]
        return [*how, *(asked[name] for name in ("speakable", "lexicon", "tts_provider"))]

    async def make(self) -> None:
        """Speaks and encodes what is missing. Raises StoreError, or EngineError when no voice will speak."""
        if not self._keys:
            await self.look()
        self.progress.begin()
        try:
            async with anyio.create_task_group() as tasks:
                for number in range(len(self.portions)):
                    if number not in self._finished:
                        await self._room.acquire()
                        tasks.start_soon(self._keep, number, await self._speak(number))
        except ExceptionGroup as group:
            raise reports.cause(group) from group
        finally:
            self.progress.end()
        if self.progress.losses and not self.progress.spoken:
            raise EngineError(f"Nothing could be spoken: {self.progress.losses[0].message}")

    def spoken(self) -> Iterator[Spoken]:
        """The book's portions in order, with their places."""
        begins = 0
        for number, portion in enumerate(self.portions):
            finished = self._finished[number]
            yield Spoken(portion, finished, begins / self.sample_rate)
            begins += finished.samples

    async def _speak(self, number: int) -> Recital:
        portion = self.portions[number]
        self.progress.chapter = portion.chapter
        recital = Recital(portion, self.sample_rate, self.progress)
        run = f"{self._keys[number][:40]}-{os.getpid()}"  # no two processes write into one folder
        await recital.speak(self.workshop, self._orders[portion.language], run)
        self.progress.waits(len(portion.text))
        return recital

    async def _keep(self, number: int, recital: Recital) -> None:
        """What was spoken becomes a part of the book, encoded."""
        key, portion = self._keys[number], recital.portion
        try:
            path = self._shelf.begin(key)
            try:
                with told(self._shelf.root):
                    samples = await self._encode(recital, path)
                failed, skips, events = len(recital.failed), recital.skips, recital.events
                keep = partial(self._shelf.keep, samples=samples, failed=failed, skips=skips, events=events)
                finished = await anyio.to_thread.run_sync(keep, key, path)
            finally:
                path.unlink(missing_ok=True)
        finally:
            self._room.release()
        for event in recital.failed if finished.failed else ():
            self.progress.losses.append(Loss(portion.text[event.start : event.end].strip(), event.message))
        self._finish(number, finished)

    async def _encode(self, recital: Recital, path: Path) -> int:
        """Returns the samples that the part has."""
        samples, characters = measured(recital.samples, self.kind, self.sample_rate), len(recital.portion.text)
        encoder = PartEncoder(self.kind, self.sample_rate, samples)

        def add(pcm: bytes) -> None:
            file.write(encoder.feed(pcm) if pcm else encoder.finish())

        with path.open("wb") as file:
            while pcm := recital.take(_BLOCK):
                await anyio.to_thread.run_sync(add, pcm)
                self.progress.encoded(characters * len(pcm) / (2 * recital.samples))
            if samples:
                await anyio.to_thread.run_sync(add, b"")
            else:
                self.progress.encoded(characters)
        return samples

    def _finish(self, number: int, finished: Finished) -> None:
        self._finished[number] = finished
        self.progress.sound += finished.samples / self.sample_rate
        self.progress.skips.update(finished.skips)


def _key(how: list[object], portion: Portion) -> str:
    asked = json.dumps([*how, portion.last, portion.text], sort_keys=True)
    return blake2b(asked.encode(), digest_size=24).hexdigest()
