"""One run with everything in hand, and what must hold of its log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.assembly.order import Order
from pipeline.assembly.workshop import Workshop
from pipeline.events import TERMINAL, Audio, Chunk, Complete, Event, Failed, PassageCut, Skipped, Start
from pipeline.flow import Flow
from pipeline.ports import EventLog, RunRecord
from pipeline.stores.memory import MemoryEventLog
from tests.voices import Witnessed

TEXT = "The first sentence is here. The second one follows it. And the third one ends it all."


class Bench:
    """One run with everything in hand."""

    def __init__(self, folder: Path, voice: Any = None, **workshop: Any) -> None:
        self.voice = voice or Witnessed()
        self.log: EventLog = MemoryEventLog()
        self.workshop = Workshop(output_dir=folder, own_engines={"witnessed": self.voice}, env={}, **workshop)

    async def prepare(self, source: Any = None, *, run: str = "run", resume: bool = False, **order: Any) -> Flow:
        if not resume:
            await self.log.create(RunRecord(run))
        if source is None and not order.keys() & {"text", "messages"}:
            order["text"] = TEXT
        asked = Order(tts_provider=("witnessed",), **order)
        return await self.workshop.prepare(asked, run=run, log=self.log, source=source, resume=resume)

    async def run(self, source: Any = None, **order: Any) -> list[Event]:
        flow = await self.prepare(source, **order)
        await flow.run()
        return await self.events()

    async def events(self, run: str = "run") -> list[Event]:
        return list(await self.log.read(run, 0, 100_000))

    async def until(self, kind: type[Event]) -> None:
        await until(self.log, "run", lambda event: isinstance(event, kind))


async def until(log: EventLog, run: str, found: Callable[[Event], bool]) -> None:
    """Returns when there is such an event."""
    seen = 0
    while True:
        for event in await log.read(run, seen):
            seen = event.seq
            if found(event):
                return
        await log.wait(run, seen)


def check_ledger(events: list[Event], text: str) -> None:
    """The promise: every character in one passage or one skipped span, each passage ended once, sums that add up."""
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert isinstance(events[0], Start)
    assert [event.type in TERMINAL for event in events] == [False] * (len(events) - 1) + [True]
    assert "".join(event.content for event in events if isinstance(event, Chunk)) == text
    at, shown, cut, ended = 0, 0, [], []
    for event in events:
        if isinstance(event, Chunk):
            assert (event.start, event.end) == (shown, shown + len(event.content))
            shown = event.end
        elif isinstance(event, PassageCut | Skipped):
            assert event.start == at < event.end <= shown
            at = event.end
            if isinstance(event, PassageCut):
                assert event.text == text[event.start : event.end]
                cut.append(event.index)
        elif isinstance(event, Audio | Failed):
            ended.append(event.index)
    assert ended == cut[: len(ended)] and cut == list(range(len(cut)))
    last = events[-1]
    if isinstance(last, Complete):
        assert at == len(text) and ended == cut
        assert last.chars == len(text) == last.spoken + last.skipped + last.failed
    else:
        sums = last.as_dict()
        assert sums["chars"] == sums["spoken"] + sums["skipped"] + sums["failed"] + sums["unspoken"]
