from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from pipeline.engines.edge import EdgeEngine
from pipeline.errors import EngineError, EngineSilent, EngineTimeout, EngineTruncated, EngineUnavailable, UnknownVoice
from pipeline.types import Voice
from tests.engines.hear import hear
from tests.fakes.edge import Edge, edge
from tests.hearing import Reader, compare, sentences
from tests.stopwatch import least

(TEXT,) = sentences(1, seed=11)
BROKEN = ["drop", "close", "early", "empty", "garbage", "path", "type", "short", "json", "keys", "500"]


@pytest.fixture
async def service() -> AsyncIterator[Edge]:
    async with edge() as service:
        yield service


async def test_sentences_are_heard_as_they_are_written(service: Edge, reader: Reader) -> None:
    engine = EdgeEngine()
    for text in sentences(6, seed=12):
        assert compare((await hear(engine, text)).samples, reader.read(text), engine.sample_rate).good


async def test_every_word_has_its_time_in_the_text_as_it_was_given(service: Edge) -> None:
    text = 'Tom & Jerry — said <b>"3.50"</b> twice, isn\'t it?'
    heard = await hear(EdgeEngine(), text)
    assert [text[t.start : t.end] for t in heard.times][:3] == ["Tom", "&", "Jerry"]
    assert text[heard.times[-1].start : heard.times[-1].end] == "it"
    assert all(a.at <= b.at for a, b in zip(heard.times, heard.times[1:], strict=False))


async def test_times_go_on_over_the_pieces_of_a_long_text(service: Edge) -> None:
    text = " ".join(sentences(60, seed=13))
    heard = await hear(EdgeEngine(), text)
    assert len(service.ssml) > 1
    assert [text[t.start : t.end] for t in heard.times] == [word.rstrip(".!?") for word in text.split()]
    assert all(a.at <= b.at for a, b in zip(heard.times, heard.times[1:], strict=False))
    assert heard.times[-1].at < heard.seconds < heard.times[-1].at + 3


@pytest.mark.parametrize("fault", BROKEN)
async def test_a_fault_is_noticed_and_the_text_asked_for_again(service: Edge, reader: Reader, fault: str) -> None:
    service.faults = [fault]
    heard = await hear(EdgeEngine(delay=0.01), TEXT)
    assert compare(heard.samples, reader.read(TEXT), 24000).good
    assert service.faults == []


@pytest.mark.parametrize("fault", BROKEN)
async def test_a_lasting_fault_is_an_error_and_never_a_sound(service: Edge, fault: str) -> None:
    service.faults = [fault] * 9
    engine, sounds = EdgeEngine(delay=0.01), 0
    with pytest.raises(EngineError) as caught:
        async with aclosing(engine.speak(TEXT, Voice())) as stream:
            async for _ in stream:
                sounds += 1
    assert sounds == 0 and len(service.faults) == 6
    expected = {"drop": EngineTruncated, "close": EngineTruncated, "early": EngineTruncated, "empty": EngineSilent}
    assert isinstance(caught.value, expected.get(fault, EngineError)), caught.value


@pytest.mark.parametrize("fault", ["stall", "mute"])
async def test_a_stall_ends_at_its_deadline(service: Edge, reader: Reader, fault: str) -> None:
    service.faults = [fault]
    engine = EdgeEngine(first=0.6, later=0.6)
    began = time.monotonic()
    assert compare((await hear(engine, TEXT)).samples, reader.read(TEXT), 24000).good
    assert 0.6 <= time.monotonic() - began < 5, "what is usual"
    service.faults = [fault] * 3
    with pytest.raises(EngineTimeout, match=r"0\.1 s"):
        await hear(EdgeEngine(first=0.1, later=0.1, delay=0.01), TEXT)


async def test_a_refusal_is_final(service: Edge) -> None:
    service.faults = ["403"] * 9
    with pytest.raises(EngineUnavailable, match="403"):
        await hear(EdgeEngine(), TEXT)
    assert len(service.faults) == 7  # edge-tts mends its clock once


async def test_a_server_that_is_not_there_is_an_error_with_its_reason(
    service: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge_tts.communicate.WSS_URL", "ws://127.0.0.1:9/x?y=z")
    monkeypatch.setattr("edge_tts.voices.VOICE_LIST", "http://127.0.0.1:9/x?y=z")
    with pytest.raises(EngineError, match="Connect"):
        await hear(EdgeEngine(delay=0.01), TEXT)
    with pytest.raises(EngineUnavailable, match="Connect"):
        await EdgeEngine().voices()


async def test_live_sound_is_heard_before_the_rest_has_come_and_a_break_fails(service: Edge) -> None:
    service.faults = ["stall"]
    engine = EdgeEngine(later=0.5, live=True)
    async with aclosing(engine.speak(TEXT, Voice())) as stream:
        heard = [item async for item in _until_error(stream)]
    assert sum(len(item) for item in heard if isinstance(item, bytes)) > 24000
    assert len(service.ssml) == 1


async def _until_error(stream: AsyncIterator[object]) -> AsyncIterator[object]:
    with pytest.raises(EngineTimeout):
        async for item in stream:
            yield item


async def test_without_word_boundaries_the_sound_alone_is_trusted(service: Edge, reader: Reader) -> None:
    service.wordless = True
    heard = await hear(EdgeEngine(), TEXT)
    assert heard.times == [] and compare(heard.samples, reader.read(TEXT), 24000).good


async def test_the_settings_reach_the_service_as_bounded_integers(service: Edge) -> None:
    engine = EdgeEngine()
    await hear(engine, TEXT, Voice(speed=1.25, pitch=0.9, volume=0.5))
    await hear(engine, TEXT, Voice(speed=1e9, pitch=-1e9, volume=7))
    assert "pitch='-20Hz' rate='+25%' volume='-50%'" in service.ssml[0]
    assert "pitch='-100Hz' rate='+100%' volume='+0%'" in service.ssml[1]


@pytest.mark.parametrize(
    "name",
    [
        "en-US-x'/><audio src='http://x'/><x Neural",
        "Microsoft Server Speech Text to Speech Voice (en-US, X'/>Neural)",
        "en-US-EmmaMultilingualNeural\n ' x",
        "xx-XX-NobodyNeural",
    ],
)
async def test_only_names_from_the_list_reach_the_service(service: Edge, name: str) -> None:
    with pytest.raises(UnknownVoice):
        await hear(EdgeEngine(), TEXT, Voice(name=name))
    assert service.ssml == []


async def test_a_list_with_markup_in_its_names_offers_none_of_them(service: Edge) -> None:
    assert [info.name[:6] for info in await EdgeEngine().voices()] == ["en-US-", "en-GB-", "de-DE-"]


@pytest.mark.parametrize("listed", [[{"ShortName": "en-US-A", "Locale": "en-US"}], ["en-US-A"], {"error": "busy"}, 7])
async def test_a_list_that_is_none_is_an_error_of_the_engine(
    service: Edge, monkeypatch: pytest.MonkeyPatch, listed: object
) -> None:
    async def list_voices() -> object:
        return listed

    monkeypatch.setattr("edge_tts.list_voices", list_voices)
    with pytest.raises(EngineUnavailable, match="list of edge's voices cannot be read"):
        await hear(EdgeEngine(), TEXT, Voice(name="en-US-A"))


async def test_text_is_never_markup(service: Edge) -> None:
    await hear(EdgeEngine(), "a </prosody></voice><audio src='x'/> b")
    assert "<audio" not in service.ssml[0]


async def test_a_language_picks_a_voice_and_the_list_is_fetched_once(service: Edge) -> None:
    engine = EdgeEngine()
    await hear(engine, TEXT, Voice(language="en"))
    assert service.lists == 0 and "EmmaMultilingual" in service.ssml[0]
    await hear(engine, TEXT, Voice(language="de-AT"))
    await hear(engine, TEXT, Voice(name="en-gb"))
    assert "KatjaNeural" in service.ssml[1] and "RyanNeural" in service.ssml[2]
    assert service.lists == 1
    assert engine.knows("en-GB-RyanNeural") and not engine.knows("en-GB-Nobody")


async def test_leaving_closes_the_connection(service: Edge) -> None:
    async def leaving() -> float:
        service.faults = ["stall"]
        service.left.clear()
        async with aclosing(EdgeEngine(live=True).speak(TEXT, Voice())) as stream:
            await anext(stream)
            began = time.monotonic()
        await service.left.wait()
        return time.monotonic() - began

    assert await least(leaving, 0.25) < 0.25
