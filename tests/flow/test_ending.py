"""Every run ends once, whatever happens in it."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import repeat
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
from anyio.lowlevel import checkpoint

from pipeline.assembly.succession import in_turn
from pipeline.errors import StoreFull
from pipeline.events import Audio, Chunk, Complete, Error, Event, Failed, PassageCut
from pipeline.stores.sqlite import SqliteEventLog
from pipeline.stores.writer import Change
from pipeline.text import SpeechBuffer
from pipeline.types import Request, Thinking, Voice
from tests.flow.bench import TEXT, Bench, check_ledger
from tests.stopwatch import least
from tests.voices import Told, Witnessed


@pytest.mark.parametrize("moment", ["before", "reading", "speaking"])
async def test_cancelling_closes_what_was_opened_within_a_quarter_second(tmp_path: Path, moment: str) -> None:
    async def cancelling() -> float:
        voice = Witnessed(gate=lambda _: anyio.Event())
        source = Told(["Hello there. " if moment == "speaking" else "Hello", anyio.Event()])
        bench = Bench(tmp_path, voice)
        flow = await bench.prepare(source)
        async with anyio.create_task_group() as tasks:
            if moment == "before":
                flow.cancel()
            tasks.start_soon(flow.run)
            with anyio.fail_after(30):
                if moment == "reading":
                    await bench.until(Chunk)
                elif moment == "speaking":
                    await voice.started.wait()
            since = time.monotonic()
            flow.cancel()
        took = time.monotonic() - since
        events = await bench.events()
        assert events[0].type == "start" and events[-1].type == "cancelled"
        assert voice.busy == 0 and (moment == "before" or source.closed.is_set())
        return took

    assert await least(cancelling, 0.25) < 0.25


async def test_a_run_that_takes_too_long_ends_as_an_error(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.workshop.env = {"ALOUD_RUN_TIMEOUT": "0.05"}
    events = await bench.run(Told(["Hello. ", anyio.Event()]))
    assert isinstance(events[-1], Error) and events[-1].code == "run_timeout"
    check_ledger(events, "Hello. ")


@pytest.mark.parametrize("item", ["", Thinking("hm")], ids=["nothing", "thoughts"])
async def test_a_source_that_never_waits_nor_says_anything_holds_nobody_up(tmp_path: Path, item: Any) -> None:
    bench = Bench(tmp_path)
    flow = await bench.prepare(Told(repeat(item)))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(flow.run)
        for _ in range(3):
            await checkpoint()
        flow.cancel()
    assert (await bench.events())[-1].type == "cancelled"


async def test_what_ends_itself_as_if_it_were_cancelled_has_failed(tmp_path: Path) -> None:
    async def gone() -> None:
        future = asyncio.get_running_loop().create_future()
        future.cancel()
        await future

    class Gone(Told):
        async def tokens(self, request: Request) -> AsyncGenerator[str, None]:
            yield "Hello. "
            await gone()

    class Mute(Witnessed):
        async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
            await gone()
            yield b""

    last = (await Bench(tmp_path).run(Gone(())))[-1]
    assert isinstance(last, Error) and last.code == "source_failed" and last.spoken == last.chars > 0
    events = await Bench(tmp_path, Mute()).run()
    assert isinstance(events[-1], Complete) and events[-1].failed > 0
    check_ledger(events, TEXT)
    telling = in_turn([Gone(()), Told(["Hello. And well."])], {"ALOUD_LLM_MAX_RETRIES": "0"})
    check_ledger(await Bench(tmp_path).run(telling), "Hello. And well.")


class Panic(BaseException):
    """As libraries that are written in Rust raise it."""


@pytest.mark.parametrize("fault", [SystemExit(3), Panic(), BaseExceptionGroup("of a task group", [SystemExit(3)])])
async def test_what_wants_to_end_the_program_has_failed(tmp_path: Path, fault: BaseException) -> None:
    class Quitting(Told):
        async def tokens(self, request: Request) -> AsyncGenerator[str, None]:
            yield "Hello. "
            raise fault

    class Mute(Witnessed):
        async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
            yield b""
            raise fault

    last = (await Bench(tmp_path).run(Quitting(())))[-1]
    assert isinstance(last, Error) and last.code == "source_failed" and last.spoken == last.chars > 0
    events = await Bench(tmp_path, Mute()).run()
    assert isinstance(events[-1], Complete) and events[-1].failed > 0
    check_ledger(events, TEXT)


async def test_a_source_that_says_too_much_is_stopped_and_what_was_allowed_is_spoken(tmp_path: Path) -> None:
    bench = Bench(tmp_path, max_chars=100)
    events = await bench.run(Told("And again. " for _ in range(1_000)))
    last = events[-1]
    assert isinstance(last, Error) and last.code == "source_too_long" and last.spoken == last.chars == 100


async def test_a_full_disk_fails_the_passages_and_not_the_house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(self: Any, run: str, name: str, data: bytes) -> Path:
        raise StoreFull("The disk is full.")

    bench = Bench(tmp_path)
    monkeypatch.setattr(type(bench.workshop.clips), "write", refuse)
    events = await bench.run()
    assert {event.code for event in events if isinstance(event, Failed)} == {"store_full"}
    check_ledger(events, TEXT)


@asynccontextmanager
async def losing(file: Path, kind: type[Event]) -> AsyncGenerator[tuple[SqliteEventLog, threading.Event]]:
    """A log that does not keep the first event of a kind, and when that was."""
    log, lost = SqliteEventLog(file), threading.Event()
    write = log._writer._write

    def refuse(changes: list[Change]) -> None:
        if not lost.is_set() and kind.type in {value for change in changes for value in change.statements[0][1]}:
            lost.set()
            raise sqlite3.OperationalError("disk I/O error")
        write(changes)

    log._writer._write = refuse  # type: ignore[method-assign]
    yield log, lost
    await log.aclose()


@pytest.mark.parametrize("kind", [Chunk, PassageCut, Audio])
async def test_nothing_follows_an_event_that_was_not_kept(tmp_path: Path, kind: type[Event]) -> None:
    """A passage would speak of text that nobody was shown, and a retry say it so again."""
    bench = Bench(tmp_path)
    async with losing(tmp_path / "log.db", kind) as (bench.log, _):
        events = await bench.run(Told([*TEXT]))
    last = events[-1]
    assert isinstance(last, Error) and (last.code, last.spoken) == ("store_failed", 0)
    check_ledger(events, TEXT[: last.chars])


async def test_a_run_is_cancelled_though_its_last_words_were_not_kept(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    async with losing(tmp_path / "log.db", Chunk) as (bench.log, lost):
        flow = await bench.prepare(Told(["Hello", anyio.Event()]))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(flow.run)
            await anyio.to_thread.run_sync(lost.wait)
            flow.cancel()
        assert [event.type for event in await bench.events()] == ["start", "cancelled"]


@pytest.mark.parametrize("alone", [True, False])
async def test_text_that_cannot_be_cut_is_not_the_sources_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(SpeechBuffer, "feed", broken)
    waited_for = anyio.Event()
    bench = Bench(tmp_path)
    flow = await bench.prepare(Told([waited_for, TEXT] if alone else [TEXT]))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(flow.run)
        await anyio.wait_all_tasks_blocked()
        waited_for.set()
    last = (await bench.events())[-1]
    assert isinstance(last, Error) and last.code == "internal" and "KeyError" in last.message
