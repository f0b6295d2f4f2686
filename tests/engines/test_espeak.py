from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from pipeline.engines.espeak import EspeakEngine
from pipeline.errors import EngineUnavailable, UnknownVoice
from pipeline.types import Voice
from tests.engines.hear import hear

TEXT = "The quick brown fox jumps over the lazy dog near the river."
LONG = " ".join([TEXT] * 300)


@pytest.fixture
async def engine() -> AsyncIterator[EspeakEngine]:
    engine = EspeakEngine()
    yield engine
    await engine.aclose()


async def test_a_sentence_is_spoken_with_a_time_for_each_of_its_words(engine: EspeakEngine) -> None:
    heard = await hear(engine, TEXT)
    assert 2.5 < heard.seconds < 5
    assert [TEXT[t.start : t.end] for t in heard.times] == TEXT.rstrip(".").split()
    assert all(a.at < b.at for a, b in zip(heard.times, heard.times[1:], strict=False))
    assert heard.times[-1].at + heard.times[-1].seconds <= heard.seconds + 0.001


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.50 of the £5 — and 1,234,567!", ["3.50", "of", "the", "£5", "and", "1,234,567"]),
        ("Café naïve 😀 Zürich.", ["Café", "naïve", "😀", "Zürich"]),
        ('Dr. Smith, of the U.S. said "no".', ["Dr", "Smith", "of", "the", "U.S", "said", "no"]),
        ("a\x00b and \ud800 the\ttab", ["a\x00b", "and", "the", "tab"]),
    ],
)
async def test_word_times_point_at_the_words_of_the_text(engine: EspeakEngine, text: str, expected: list[str]) -> None:
    assert [text[t.start : t.end] for t in (await hear(engine, text)).times] == expected


@pytest.mark.parametrize("text", ["", " \n\t ", "...", "—", "\x00", "\ud800"])
async def test_text_without_anything_to_say_makes_no_sound(engine: EspeakEngine, text: str) -> None:
    assert (await hear(engine, text)).pcm == b""


async def test_what_follows_a_nul_is_spoken_too(engine: EspeakEngine) -> None:
    whole, half = await hear(engine, TEXT + "\0" + TEXT), await hear(engine, TEXT)
    assert whole.seconds > 1.9 * half.seconds


async def test_speed_pitch_and_volume_are_heard_and_bounded(engine: EspeakEngine) -> None:
    plain = await hear(engine, TEXT)
    assert (await hear(engine, TEXT, Voice(speed=2))).seconds == pytest.approx(plain.seconds / 2, rel=0.15)
    fast = await hear(engine, TEXT, Voice(speed=1000))
    assert plain.seconds / 4 < fast.seconds < (await hear(engine, TEXT, Voice(speed=2.5))).seconds
    assert max(word.at + word.seconds for word in fast.times) <= fast.seconds
    assert abs((await hear(engine, TEXT, Voice(volume=0.25))).samples).max() < abs(plain.samples).max() / 2
    assert (await hear(engine, TEXT)).seconds == pytest.approx(plain.seconds, rel=0.05)


@pytest.mark.parametrize(
    "name", ["en-us", "en-gb", "gmw/en-US", "GMW/EN", "en-us+f3", "English (America)", "fr_fr", "yue"]
)
async def test_a_voice_answers_to_all_its_names(engine: EspeakEngine, name: str) -> None:
    assert engine.knows(name)
    assert (await hear(engine, "Hello.", Voice(name=name))).seconds > 0.2


@pytest.mark.parametrize("name", ["en-uk", "en-us+nobody", "gmw", "+f3", "../en", "fo", "x" * 10_000, "en\0us"])
async def test_an_unknown_voice_is_refused_with_a_way_to_find_one(engine: EspeakEngine, name: str) -> None:
    assert not engine.knows(name)
    with pytest.raises(UnknownVoice, match=r"The list of voices has all \d+\."):
        await hear(engine, "Hello.", Voice(name=name))


async def test_near_names_are_offered(engine: EspeakEngine) -> None:
    with pytest.raises(UnknownVoice, match="Near it: .*en-us"):
        await hear(engine, "Hello.", Voice(name="en-uss"))


async def test_the_language_picks_the_voice(engine: EspeakEngine) -> None:
    german = await hear(engine, "Guten Tag, wie geht es Ihnen heute?", Voice(language="de-AT"))
    english = await hear(engine, "Guten Tag, wie geht es Ihnen heute?", Voice(language="en"))
    assert abs(german.seconds - english.seconds) > 0.05
    with pytest.raises(UnknownVoice, match="language"):
        await hear(engine, "Hello.", Voice(language="tlh"))


async def test_every_voice_in_the_list_can_be_asked_for(engine: EspeakEngine) -> None:
    infos = await engine.voices()
    assert len(infos) > 130 and len({info.name for info in infos}) == len(infos)
    for info in infos:
        assert (await hear(engine, "a 1", Voice(name=info.name))).seconds > 0.1, info


async def test_a_listener_who_does_not_listen_holds_the_voice_up(engine: EspeakEngine) -> None:
    """A text of half an hour is not made in memory while nobody takes it."""
    async with aclosing(engine.speak(LONG, Voice())) as stream:
        first = await anext(stream)
        assert first
        assert (await hear(EspeakEngine(), TEXT)).seconds > 2.5  # another engine is not held up
        taken = 0
        while not isinstance(await anext(stream), bytes) or taken < 3:
            taken += 1


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="reads Linux's list of loaded libraries")
async def test_engines_one_after_another_share_their_copies() -> None:
    async def once() -> int:
        engine = EspeakEngine()
        await asyncio.gather(*(hear(engine, TEXT) for _ in range(8)))
        await engine.aclose()
        await engine.aclose()
        return _loaded()

    before = await once()
    assert [await once() for _ in range(5)] == [before] * 5


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="reads Linux's list of loaded libraries")
async def test_copies_of_an_engine_that_nobody_closes_are_there_for_the_next() -> None:
    async def once() -> int:
        await hear(EspeakEngine(), TEXT)
        gc.collect()
        return _loaded()

    before = await once()
    assert [await once() for _ in range(3)] == [before] * 3


async def test_a_folder_that_forbids_programs_is_named(engine: EspeakEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.engines.espeak._IDLE", [])
    monkeypatch.setattr("pipeline.engines.espeak.cores", lambda: 0)  # nor does an engine that is gone put its copies by
    monkeypatch.setattr("ctypes.CDLL", _refuse)
    with pytest.raises(EngineUnavailable, match="TMPDIR"):
        await hear(engine, TEXT)


def _loaded() -> int:
    with open("/proc/self/maps") as maps:
        return len({line.split()[0] for line in maps if "aloud-espeak" in line})


def _refuse(name: str) -> None:
    raise OSError(f"{name}: failed to map segment from shared object")
