"""The flow: conserved, ordered, bounded, ended once, and taken up again where it was broken off."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.assembly import Workshop
from pipeline.errors import EmptyText, InvalidLimits, InvalidRequest, TextTooLong, UnknownEngine, UnknownVoice
from pipeline.events import TERMINAL, Audio, Chunk, Complete, Error, Event, Failed, Fallback, PassageCut, Skipped, Start
from pipeline.flow import Flow
from pipeline.order import Order
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog
from pipeline.types import Handover, Message, Request, Usage, Voice
from tests.voices import Told, Witnessed

TEXT = "The first sentence is here. The second one follows it. And the third one ends it all."


class Bench:
    """One run with everything in hand."""

    def __init__(self, folder: Path, voice: Any = None, **workshop: Any) -> None:
        self.voice = voice or Witnessed()
        self.log = MemoryEventLog()
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

    async def until(self, kind: type[Event], run: str = "run") -> None:
        seen = 0
        while True:
            for event in await self.log.read(run, seen):
                seen = event.seq
                if isinstance(event, kind):
                    return
            await self.log.wait(run, seen)


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


# ---- conservation ---------------------------------------------------------------------------------------------------

WORDS = [
    "Hello", "Dr.", "Mr. Smith", "3.14", "$5.", "said \"No.\"", "Really?!", "...", "e.g.", "a.b.com", "**bold.**",
    "`x.y`", "你好。", "今天3.5度！", "आज।", "مرحبا؟", "Привет.", "γεια;", "ཁ།", "🎉", "👨‍👩‍👧", "é",
    "\n\n", "\n", "```", "# Title\n", "- item\n", "1. one\n", "<think>", "</think>", "[a](http://b.c)",
    "| a | b |\n", "\u200b", "\t", " ", "\x00", "end.", "Go on!", "x" * 40,
]  # fmt: skip
texts = st.lists(
    st.one_of(st.sampled_from(WORDS), st.text(st.characters(exclude_categories=["Cs"]), max_size=6)), max_size=40
)
limits = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["adaptive", "fixed", "batch"]),
        "sentence_buffer_size": st.integers(1, 4),
        "first_chunk_length": st.integers(5, 90),
        "min_chunk_length": st.integers(1, 30),
        "max_chunk_length": st.integers(30, 300),
    }
)


@settings(max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=texts, glue=st.sampled_from(["", " "]), cuts=st.lists(st.integers(1, 9), min_size=1), buffer=limits)
def test_every_character_is_in_one_passage_or_one_skipped_span(
    tmp_path: Path, words: list[str], glue: str, cuts: list[int], buffer: dict[str, Any]
) -> None:
    text = glue.join(words)
    pieces, at = [], 0
    while at < len(text):
        size = cuts[len(pieces) % len(cuts)]
        pieces.append(text[at : at + size])
        at += size
    events = anyio.run(lambda: Bench(tmp_path, Witnessed(brief=True)).run(Told(pieces), buffer=buffer))
    check_ledger(events, text)


async def test_a_failed_passage_never_silences_the_rest(tmp_path: Path) -> None:
    voice = Witnessed(fault=lambda text: OSError("gone") if "second" in text else None)
    events = await Bench(tmp_path, voice).run(buffer={"mode": "batch"})
    check_ledger(events, TEXT)
    assert [event.type for event in events if isinstance(event, Audio | Failed)] == ["audio", "failed", "audio"]
    assert isinstance(events[-1], Complete) and events[-1].status == "partial"


async def test_several_voices_speak_at_once_and_are_heard_in_order(tmp_path: Path) -> None:
    """The first passage is ready last."""
    first, others = anyio.Event(), []
    voice = Witnessed(parallel=3, gate=lambda text: first if "first" in text else None)

    def notice(text: str) -> None:
        others.append(text)
        if len(others) == 3:
            first.set()

    voice.fault = lambda text: notice(text)  # type: ignore[assignment,func-returns-value]
    bench = Bench(tmp_path, voice)
    with anyio.fail_after(5):
        flow = await bench.prepare(buffer={"mode": "batch"})
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(flow.run)
            while voice.busiest < 3 and len(others) < 2:
                await anyio.wait_all_tasks_blocked()
            first.set()
    events = await bench.events()
    check_ledger(events, TEXT)
    begins = [event.begins for event in events if isinstance(event, Audio)]
    assert len(begins) == 3 and begins == sorted(begins)


async def test_text_is_shown_before_what_points_into_it_and_as_it_comes(tmp_path: Path) -> None:
    more = anyio.Event()
    bench = Bench(tmp_path)
    async with anyio.create_task_group() as tasks:
        flow = await bench.prepare(Told(["An unfinished", more, " sentence."]))
        tasks.start_soon(flow.run)
        with anyio.fail_after(2):
            await bench.until(Chunk)
        more.set()
    check_ledger(await bench.events(), "An unfinished sentence.")


# ---- the end --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["before", "reading", "speaking"])
async def test_cancelling_closes_what_was_opened_within_a_quarter_second(tmp_path: Path, moment: str) -> None:
    voice = Witnessed(gate=lambda _: anyio.Event())
    source = Told(["Hello there. " if moment == "speaking" else "Hello", anyio.Event()])
    bench = Bench(tmp_path, voice)
    flow = await bench.prepare(source)
    async with anyio.create_task_group() as tasks:
        if moment == "before":
            flow.cancel()
        tasks.start_soon(flow.run)
        with anyio.fail_after(5):
            if moment == "reading":
                await bench.until(Chunk)
            elif moment == "speaking":
                await voice.started.wait()
        since = time.monotonic()
        flow.cancel()
    assert time.monotonic() - since < 0.25
    events = await bench.events()
    assert events[0].type == "start" and events[-1].type == "cancelled"
    assert voice.busy == 0 and (moment == "before" or source.closed.is_set())


async def test_a_run_that_takes_too_long_ends_as_an_error(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.workshop.env = {"ALOUD_RUN_TIMEOUT": "0.05"}
    events = await bench.run(Told(["Hello. ", anyio.Event()]))
    assert isinstance(events[-1], Error) and events[-1].code == "run_timeout"
    check_ledger(events, "Hello. ")


async def test_a_source_that_says_too_much_is_stopped_and_what_was_allowed_is_spoken(tmp_path: Path) -> None:
    bench = Bench(tmp_path, max_chars=100)
    events = await bench.run(Told("And again. " for _ in range(1_000)))
    last = events[-1]
    assert isinstance(last, Error) and last.code == "source_too_long" and last.spoken == last.chars == 100


async def test_a_full_disk_fails_the_passages_and_not_the_house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.errors import StoreFull

    async def refuse(self: Any, run: str, name: str, data: bytes) -> Path:
        raise StoreFull("The disk is full.")

    bench = Bench(tmp_path)
    monkeypatch.setattr(type(bench.workshop.clips), "write", refuse)
    events = await bench.run()
    assert {event.code for event in events if isinstance(event, Failed)} == {"store_full"}
    check_ledger(events, TEXT)


async def test_what_a_source_says_besides_text_is_told(tmp_path: Path) -> None:
    class Talkative(Told):
        async def tokens(self, request: Request) -> AsyncGenerator[Any, None]:
            yield "Hello. "
            yield Handover("one", "two", "source_busy", "One is busy.")
            yield "Bye."
            yield Usage(3, 4)

    events = await Bench(tmp_path).run(Talkative([]))
    check_ledger(events, "Hello. Bye.")
    [fallback] = [event for event in events if isinstance(event, Fallback)]
    assert (fallback.stage, fallback.from_, fallback.to, fallback.at_text) == ("llm", "one", "two", 7)
    assert isinstance(events[-1], Complete) and events[-1].total_tokens == 7


# ---- refused before anything starts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "error"),
    [
        ({"text": ""}, EmptyText),
        ({"text": " \n\t"}, EmptyText),
        ({"text": "x" * 1_000_001}, TextTooLong),
        ({"text": "half \ud800"}, InvalidRequest),
        ({"messages": (Message("user", " "),)}, EmptyText),
        ({"text": "x", "tts_provider": ("nobody",)}, UnknownEngine),
        ({"text": "x", "tts_provider": ("espeak",), "voice": "nobody"}, UnknownVoice),
        ({"text": "x", "voice": "espeak/nobody"}, UnknownVoice),
        ({"text": "x", "buffer": {"max_chunk_length": 0}}, InvalidLimits),
        ({"text": "x", "buffer": {"min_chunk_length": 50, "max_chunk_length": 40}}, InvalidLimits),
        ({"text": "x", "splitter": "magic"}, InvalidRequest),
        ({"text": "x", "format": "8track"}, InvalidRequest),
        ({"text": "x", "speed": 0}, InvalidRequest),
    ],
)
async def test_what_cannot_work_is_refused(tmp_path: Path, order: dict[str, Any], error: type[Exception]) -> None:
    bench = Bench(tmp_path)
    with pytest.raises(error):
        await bench.workshop.prepare(Order(**order), run="run", log=bench.log)
    assert not list(bench.voice.asked)


def test_an_order_survives_json() -> None:
    order = Order(messages=(Message("user", "Hi"),), llm_provider=("a", "b"), stop=("x",), buffer={"mode": "fixed"})
    assert Order.of(json.loads(json.dumps(order.as_dict()))) == order


# ---- taken up again -------------------------------------------------------------------------------------------------


async def broken_off(bench: Bench, after: int, **order: Any) -> list[Event]:
    """Run until `after` events are in the log, then end without a word, as the death of the process would."""
    flow = await bench.prepare(**order)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(flow.run)
        with anyio.fail_after(5):
            while len(events := await bench.events()) < after:
                await bench.log.wait("run", len(events))
        tasks.cancel_scope.cancel()
    return await bench.events()


@pytest.mark.parametrize("after", range(1, 9))
async def test_a_text_goes_on_where_it_was_broken_off(tmp_path: Path, after: int) -> None:
    bench = Bench(tmp_path)
    before = await broken_off(bench, after, buffer={"mode": "batch"})
    if before[-1].type not in TERMINAL:
        await (await bench.prepare(resume=True, text=TEXT, buffer={"mode": "batch"})).run()
    events = await bench.events()
    assert events[: len(before)] == before
    check_ledger(events, TEXT)
    assert [event.at for event in events] == sorted(event.at for event in events)


async def test_a_model_is_not_asked_again_and_what_it_said_is_spoken(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    flow = await bench.prepare(Told(["It said this. And was just say", anyio.Event()]))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(flow.run)
        await bench.until(Audio)
        tasks.cancel_scope.cancel()
    await (await bench.prepare(resume=True, messages=(Message("user", "Speak!"),))).run()
    events = await bench.events()
    check_ledger(events, "It said this. And was just say")
    last = events[-1]
    assert isinstance(last, Error) and last.code == "interrupted" and last.unspoken == 0


async def test_the_engine_sees_the_voice_that_was_asked_for(tmp_path: Path) -> None:
    seen: list[Voice] = []

    class Attentive(Witnessed):
        async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
            seen.append(voice)
            async for sound in super().speak(text, voice):
                yield sound

    await Bench(tmp_path, Attentive()).run(speed=1.5, language="de")
    assert {(voice.speed, voice.language) for voice in seen} == {(1.5, "de")}
