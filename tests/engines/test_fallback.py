from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

import anyio
import pytest

from pipeline.engines import fallback
from pipeline.engines.check import CHECKS, Check, examine
from pipeline.engines.edge import EdgeEngine
from pipeline.engines.espeak import EspeakEngine
from pipeline.engines.fallback import FallbackEngine
from pipeline.engines.tone import ToneEngine
from pipeline.errors import EngineError, UnknownVoice
from pipeline.types import Handover, Voice, WordTime
from tests.engines.flawed import Flawed
from tests.engines.hear import hear
from tests.engines.test_breaker import Clock
from tests.fakes.edge import edge
from tests.hearing import Reader, compare, sentences
from tests.voices import Witnessed

TEXT = "Fifteen characters make one second of sound."
SECONDS = len(TEXT) / 15


async def test_the_first_speaks_alone_while_it_works() -> None:
    first, second = Flawed("first"), Flawed("second")
    heard = await hear(FallbackEngine([first, second]), TEXT)
    assert heard.seconds == pytest.approx(SECONDS, abs=0.01) and heard.handovers == [] and second.asked == []


@pytest.mark.parametrize("flaw", ["fails", "refuses", "mute", "silent", "breaks", "stalls"])
async def test_the_next_says_the_whole_passage_again(flaw: str) -> None:
    engine = FallbackEngine([Flawed("first", flaw), Flawed("second")], first=0.3, later=0.3)
    began = time.monotonic()
    heard = await hear(engine, TEXT)
    assert heard.seconds == pytest.approx(SECONDS, abs=0.01)
    assert [TEXT[t.start : t.end] for t in heard.times] == TEXT.split()
    (handover,) = heard.handovers
    assert (
        (handover.from_, handover.to) == ("first", "second")
        and handover.code.startswith("engine_")
        and handover.message
    )
    assert time.monotonic() - began < 4, "half of what is usual"


async def test_half_a_sample_from_an_engine_of_another_rate_is_a_failure_like_any() -> None:
    engine = FallbackEngine([Flawed("first", "fails", rate=24000), Flawed("second", "odd"), Flawed("third")])
    assert [handover.to for handover in (await hear(engine, TEXT)).handovers] == ["second", "third"]


async def test_an_engine_of_another_rate_may_cut_its_samples_in_two() -> None:
    class Cut(ToneEngine):
        async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
            async for piece in super().speak(text, voice):
                if isinstance(piece, bytes):
                    yield piece[:333]
                    yield piece[333:]

    heard = await hear(FallbackEngine([Flawed("first", "fails", rate=24000), Cut()]), TEXT)
    assert len(heard.handovers) == 1 and heard.seconds == pytest.approx(SECONDS, abs=0.01)


@pytest.mark.parametrize("fault", [asyncio.CancelledError, TimeoutError, SystemExit, BaseException])
async def test_what_an_engine_lets_out_of_its_own_is_its_failure(
    fault: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Flawed("first")

    def breaks(text: str, voice: Voice) -> object:
        raise fault

    monkeypatch.setattr(first._tone, "speak", breaks)
    (handover,) = (await hear(FallbackEngine([first, Flawed("second")]), TEXT)).handovers
    assert fault.__name__ in handover.message


async def test_who_takes_over_speaks_no_more_at_once_than_it_can() -> None:
    open_gate = anyio.Event()
    open_gate.set()
    second = Witnessed(parallel=1, gate=lambda text: open_gate)
    engine = FallbackEngine([Flawed("first", "refuses"), second])
    heard = await asyncio.gather(*(hear(engine, TEXT) for _ in range(4)))
    assert all(one.seconds == pytest.approx(SECONDS, abs=0.01) for one in heard) and second.busiest == 1


async def test_all_failed_names_each_with_its_reason() -> None:
    engine = FallbackEngine([Flawed("first", "fails"), Flawed("second", "refuses"), Flawed("third", "silent")])
    with pytest.raises(EngineError, match=r"first: it is broken\.; second: it refuses\.; third: .*without a sound"):
        await hear(engine, TEXT)


async def test_an_engine_that_always_fails_is_tried_three_times_and_then_skipped() -> None:
    first, second = Flawed("first", "fails"), Flawed("second")
    engine = FallbackEngine([first, second])
    spoken = await asyncio.gather(*(hear(engine, TEXT) for _ in range(20)))
    spoken += [await hear(engine, TEXT) for _ in range(5)]
    assert len(first.asked) == 3
    assert all(heard.seconds == pytest.approx(SECONDS, abs=0.01) for heard in spoken)
    assert all(heard.handovers[0].to == "second" for heard in spoken)


async def test_a_skipped_engine_is_tried_aside_after_a_while_and_comes_back_by_itself() -> None:
    clock, first, second = Clock(), Flawed("first", "fails"), Flawed("second")
    engine = FallbackEngine([first, second], rest=30, clock=clock)
    for _ in range(4):
        await hear(engine, TEXT)
    clock.now = 29
    assert (await hear(engine, TEXT)).handovers and len(first.asked) == 3
    clock.now = 31  # still broken: one probe, which no listener waits for
    assert (await hear(engine, TEXT)).handovers
    await anyio.wait_all_tasks_blocked()
    assert (await hear(engine, TEXT)).handovers and len(first.asked) == 4
    first.flaw = ""
    clock.now = 31 + 59  # the rest has doubled
    assert (await hear(engine, TEXT)).handovers and len(first.asked) == 4
    clock.now = 31 + 61
    assert (await hear(engine, TEXT)).handovers
    await first.working.wait()
    await anyio.wait_all_tasks_blocked()
    assert not (await hear(engine, TEXT)).handovers
    await engine.aclose()


async def test_when_all_were_skipped_a_passage_waits_for_the_one_that_is_being_tried() -> None:
    clock, only = Clock(), Flawed("only", "fails")
    engine = FallbackEngine([only], rest=30, clock=clock)
    for _ in range(4):
        with pytest.raises(EngineError, match="only"):
            await hear(engine, TEXT)
    assert len(only.asked) == 3
    only.flaw, clock.now = "", 31
    assert (await hear(engine, TEXT)).seconds == pytest.approx(SECONDS, abs=0.01)


async def test_sound_keeps_the_sample_rate_of_the_first() -> None:
    engine = FallbackEngine([Flawed("first", "fails", rate=24000), Flawed("second")])
    heard = await hear(engine, TEXT)
    assert engine.sample_rate == 24000 and heard.rate == 24000
    assert heard.seconds == pytest.approx(SECONDS, abs=0.01)


async def test_the_next_engine_speaks_the_language_of_the_voice_that_was_asked_for() -> None:
    first, second = Flawed("first", "fails"), Flawed("second")
    engine = FallbackEngine([first, second])
    await hear(engine, TEXT, Voice(engine="first", name="first-de", speed=1.5))
    assert first.asked[-1].name == "first-de"
    assert second.asked[-1] == Voice(engine="second", language="de", speed=1.5)
    third = Flawed("first")  # has a voice of the same name
    await hear(FallbackEngine([first, third]), TEXT, Voice(name="first-de"))
    assert third.asked[-1].name == "first-de"


async def test_a_voice_that_cannot_be_looked_up_tells_its_language_by_its_name() -> None:
    second = Flawed("second")
    for name, language in (("en-US-EmmaMultilingualNeural", "en-us"), ("de_DE-thorsten", "de-de"), ("nova", "")):
        first = Flawed("first", "listless")
        first.speak = Flawed("first", "fails").speak  # type: ignore[method-assign]
        await hear(FallbackEngine([first, second]), TEXT, Voice(name=name))
        assert second.asked[-1].language == language


@pytest.mark.parametrize("flaw", ["listless", "bug", "panic"])
async def test_any_voice_may_be_tried_while_the_first_cannot_list_its_own(flaw: str) -> None:
    assert await FallbackEngine([Flawed("first", flaw), Flawed("second")]).voices() == ()


@pytest.mark.parametrize("flaw", ["hangs", "bug"])
async def test_nobody_waits_for_the_voices_of_an_engine_that_is_down(
    flaw: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither those of the first, which failed, nor those of one that is next."""
    monkeypatch.setattr(fallback, "LIST", 0.05)
    last = Flawed("last")
    engine = FallbackEngine([Flawed("first", flaw), Flawed("second", flaw), last], first=0.1, later=0.1)
    heard = await hear(engine, TEXT, Voice(name="de-thorsten"))
    assert heard.seconds == pytest.approx(SECONDS, abs=0.01)
    assert [handover.to for handover in heard.handovers] == ["second", "last"]
    assert last.asked[-1].language == "de"


async def test_an_engine_without_the_language_is_passed_over() -> None:
    first, second, third = Flawed("first", "fails"), Flawed("second", languages=["fr"]), Flawed("third")
    heard = await hear(FallbackEngine([first, second, third]), TEXT, Voice(language="de"))
    assert [handover.to for handover in heard.handovers] == ["second", "third"]
    assert "does not speak de" in heard.handovers[1].message


async def test_the_first_may_lack_the_language_where_no_voice_of_its_own_is_named() -> None:
    engine = FallbackEngine([Flawed("first"), Flawed("second", languages=["fr"])])
    assert [handover.to for handover in (await hear(engine, TEXT, Voice(language="fr"))).handovers] == ["second"]
    assert await engine.speaks("fr-CA") and not await engine.speaks("it")


async def test_an_unknown_voice_of_the_first_is_the_callers_mistake() -> None:
    with pytest.raises(UnknownVoice):
        await hear(FallbackEngine([ToneEngine(), Flawed("second")]), TEXT, Voice(name="soprano"))


async def test_text_without_words_is_no_failure() -> None:
    engine = FallbackEngine([Flawed("first", "silent"), Flawed("second")])
    for _ in range(5):
        assert (await hear(engine, "...")).handovers == []


async def test_leaving_closes_the_engine_that_speaks_and_counts_for_nothing() -> None:
    first = Flawed("first")
    engine = FallbackEngine([first, Flawed("second")])
    for _ in range(9):
        async with aclosing(engine.speak(TEXT, Voice())) as stream:
            await anext(stream)
    assert (await hear(engine, TEXT)).handovers == [] and len(first.asked) == 10


async def test_closing_ends_what_is_being_tried_and_leaves_the_engines_to_whoever_made_them() -> None:
    clock, first, second = Clock(), Flawed("first", "refuses"), Flawed("second")
    engine = FallbackEngine([first, second], clock=clock)
    await hear(engine, TEXT)
    first.flaw, clock.now = "mute", 1000
    others = asyncio.all_tasks()
    await hear(engine, TEXT)
    assert len(asyncio.all_tasks() - others) == 1
    await engine.aclose()
    assert asyncio.all_tasks() == others
    assert (first.flaw, second.flaw) == ("mute", "")


@pytest.mark.parametrize("promise", CHECKS, ids=lambda promise: promise.__name__)
async def test_it_keeps_the_promises_of_an_engine(promise: Check) -> None:
    async with (
        aclosing(EspeakEngine()) as espeak,
        aclosing(FallbackEngine([Flawed("first", "fails", 24000), espeak])) as both,
    ):
        result = await examine(both, promise)
    assert result.ok, result.detail


async def test_edge_that_goes_away_in_the_middle_hands_over_to_espeak(reader: Reader) -> None:
    texts = sentences(8, seed=51)
    async with edge() as service, aclosing(EspeakEngine()) as espeak:
        engine = FallbackEngine([EdgeEngine(first=0.5, later=0.5, delay=0.01), espeak])
        spoken = [await hear(engine, text) for text in texts[:3]]
        service.faults = ["drop", "500", "close"] * 20
        spoken += [await hear(engine, text) for text in texts[3:]]
    assert [len(heard.handovers) for heard in spoken] == [0, 0, 0, 1, 1, 1, 1, 1]
    assert all(isinstance(one, Handover) and one.to == "espeak" for heard in spoken for one in heard.handovers)
    for text, heard in zip(texts, spoken, strict=True):
        assert compare(heard.samples, reader.read(text), 24000).good
