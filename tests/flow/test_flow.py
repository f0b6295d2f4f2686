"""The flow: every character is spoken or accounted for, in order, and told as it comes."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.audio.recording.listening import SLOW
from pipeline.events import Audio, Chunk, Complete, Failed, Fallback, PassageCut, Speaking, Thought, ToolUse
from pipeline.flow.inbox import PULSE
from pipeline.types import Cue, Handover, Request, Stopped, Thinking, ToolCall, Usage, Voice
from tests.flow.bench import TEXT, Bench, check_ledger
from tests.voices import Told, Witnessed

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


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


async def test_text_is_spoken_in_order_whether_it_comes_alone_or_with_more(tmp_path: Path) -> None:
    chance = random.Random(1)

    class Uneven(Told):
        async def tokens(self, request: Request) -> AsyncGenerator[str, None]:
            async for piece in super().tokens(request):
                if chance.random() < 0.1:
                    flow.flush()
                await anyio.sleep(chance.choice([0.0, 0.0, 2 * PULSE]))
                yield piece

    text = 20 * (TEXT + "\n\n")
    bench = Bench(tmp_path, Witnessed(brief=True))
    flow = await bench.prepare(Uneven([text[at : at + 7] for at in range(0, len(text), 7)]))
    await flow.run()
    check_ledger(await bench.events(), text)


@pytest.mark.parametrize("mode", ["adaptive", "fixed", "batch"])
async def test_a_flush_speaks_what_came_before_it_and_nothing_of_what_comes_behind(tmp_path: Path, mode: str) -> None:
    class Hurried(Told):
        async def tokens(self, request: Request) -> AsyncGenerator[str, None]:
            for piece in ("One, two and three ", "four ", "and five, then six ", "at the end."):
                yield piece
                if piece in ("four ", "at the end."):
                    flow.flush()

    bench = Bench(tmp_path, Witnessed(brief=True))
    flow = await bench.prepare(Hurried([]), buffer={"mode": mode})
    await flow.run()
    passages = [event.text for event in await bench.events() if isinstance(event, PassageCut)]
    assert "".join(passages).startswith("One, two and three four ")
    ends = ["".join(passages[:count]) for count in range(1, len(passages) + 1)]
    assert "One, two and three four " in ends
    assert "and five, then six at the end." in passages


async def test_what_stands_before_another_part_is_spoken_as_soon_as_that_begins(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    begins = anyio.Event()
    source = Told(["No stop is in sight", begins, Cue(step="two"), anyio.Event()])
    flow = await bench.prepare(source, buffer={"mode": "batch"})  # which knows no clock
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(flow.run)
        with anyio.fail_after(10):
            await bench.until(Chunk)
            await anyio.sleep(2 * PULSE)  # it has been taken, and more is waited for
            begins.set()
            await bench.until(Audio)
        tasks.cancel_scope.cancel()


async def test_a_failed_passage_never_silences_the_rest(tmp_path: Path) -> None:
    voice = Witnessed(fault=lambda text: OSError("gone") if "second" in text else None)
    events = await Bench(tmp_path, voice).run(buffer={"mode": "batch"})
    check_ledger(events, TEXT)
    assert [event.type for event in events if isinstance(event, Audio | Failed)] == ["audio", "failed", "audio"]
    assert isinstance(events[-1], Complete) and events[-1].status == "partial"


async def test_several_voices_speak_at_once_and_are_heard_in_order(tmp_path: Path) -> None:
    """The first passage is ready last: it waits until all three were asked for."""
    all_asked = anyio.Event()

    def gate(text: str) -> anyio.Event | None:
        if len(voice.asked) == 3:
            all_asked.set()
        return all_asked if "first" in text else None

    voice = Witnessed(parallel=3, gate=gate)
    with anyio.fail_after(30):
        events = await Bench(tmp_path, voice).run(buffer={"mode": "batch"})
    check_ledger(events, TEXT)
    begins = [event.begins for event in events if isinstance(event, Audio)]
    assert len(begins) == 3 and begins == sorted(begins)


async def test_a_clip_that_is_whole_when_its_turn_comes_is_not_told_of_as_growing(tmp_path: Path) -> None:
    first, text = anyio.Event(), "One two three four. The second one takes its time, as it can while another is made."

    class Slow(Witnessed):
        async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
            async for sound in super().speak(text, voice):
                yield sound
            if "second" in text:
                await anyio.sleep(2 * SLOW)

    def grows() -> bool:
        return any(tmp_path.rglob("*.growing"))

    bench = Bench(tmp_path, Slow(parallel=2, gate=lambda text: None if "second" in text else first))
    flow = await bench.prepare(text=text, buffer={"mode": "fixed", "sentence_buffer_size": 1})
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(flow.run)
        with anyio.fail_after(30):
            for expected in (True, False):
                while grows() is not expected:  # noqa: ASYNC110
                    await anyio.sleep(0.001)
        first.set()
    told = [event for event in await bench.events() if isinstance(event, Speaking | Audio)]
    assert [(event.type, event.index) for event in told] == [("audio", 0), ("audio", 1)]


async def test_text_is_shown_before_what_points_into_it_and_as_it_comes(tmp_path: Path) -> None:
    more = anyio.Event()
    bench = Bench(tmp_path)
    async with anyio.create_task_group() as tasks:
        flow = await bench.prepare(Told(["An unfinished", more, " sentence."]))
        tasks.start_soon(flow.run)
        with anyio.fail_after(30):
            await bench.until(Chunk)
        more.set()
    check_ledger(await bench.events(), "An unfinished sentence.")


async def test_halves_of_a_character_are_joined_and_none_is_left(tmp_path: Path) -> None:
    events = await Bench(tmp_path).run(Told(["a \ud83d", "\ude00 b \ud83d", "c", "\ud83d"]))
    check_ledger(events, "a \U0001f600 b \ufffdc\ufffd")


async def test_what_a_source_says_besides_text_is_told(tmp_path: Path) -> None:
    class Talkative(Told):
        async def tokens(self, request: Request) -> AsyncGenerator[Any, None]:
            yield "Hello. "
            yield Handover("one", "two", "source_busy", "One is busy.")
            yield "Bye."
            yield Usage(3, 4)
            yield Stopped()

    events = await Bench(tmp_path).run(Talkative([]))
    check_ledger(events, "Hello. Bye.")
    [fallback] = [event for event in events if isinstance(event, Fallback)]
    assert (fallback.stage, fallback.from_, fallback.to, fallback.at_text) == ("llm", "one", "two", 7)
    assert isinstance(events[-1], Complete)
    assert (events[-1].total_tokens, events[-1].stopped) == (7, "length")


@pytest.mark.parametrize(
    "odd",
    [Thinking(3), ToolCall("1", "look", None), ToolCall("1", "look", {}, {"seen": 1}), Usage(3, None)],  # type: ignore[arg-type]
    ids=repr,
)
async def test_what_a_source_says_besides_text_is_of_its_kind(tmp_path: Path, odd: Any) -> None:
    class Odd(Told):
        async def tokens(self, request: Request) -> AsyncGenerator[Any, None]:
            yield "Hello. "
            yield odd

    events = await Bench(tmp_path).run(Odd([]))
    assert events[-1].type == "error" and f"{type(odd).__name__}, whose fields must be" in events[-1].message


async def test_what_a_model_thinks_and_asks_of_tools_stands_where_it_came(tmp_path: Path) -> None:
    class Busy(Told):
        async def tokens(self, request: Request) -> AsyncGenerator[Any, None]:
            for text, aside in (("I look. ", ToolCall("1", "look", {})), ("I see.", Thinking("What is it?"))):
                for word in text.split(" "):  # shown together, a moment after the first
                    yield word + " "
                yield aside
            yield "A bird."

    events = await Bench(tmp_path).run(Busy([]), thinking=True)
    said = ""
    for event in events:
        said += event.content if isinstance(event, Chunk) else "!" if isinstance(event, ToolUse | Thought) else ""
    assert said == "I look.  !I see. !A bird."


async def test_the_engine_sees_the_voice_that_was_asked_for(tmp_path: Path) -> None:
    seen: list[Voice] = []

    class Attentive(Witnessed):
        async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
            seen.append(voice)
            async for sound in super().speak(text, voice):
                yield sound

    await Bench(tmp_path, Attentive()).run(speed=1.5, language="de")
    assert {(voice.speed, voice.language) for voice in seen} == {(1.5, "de")}
