from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

import numpy as np
import pytest

from pipeline.engines.openai import OpenAIEngine
from pipeline.errors import (
    EngineError,
    EngineSilent,
    EngineTimeout,
    EngineTruncated,
    EngineUnavailable,
    InvalidSetting,
    UnknownVoice,
)
from pipeline.types import Voice
from tests.engines.hear import hear
from tests.fakes.speech import Speech, speech
from tests.hearing import Reader, compare, sentences
from tests.stopwatch import least

(TEXT,) = sentences(1, seed=41)


@pytest.fixture
async def service() -> AsyncIterator[Speech]:
    async with speech() as service:
        yield service


@pytest.fixture
async def engine(service: Speech) -> AsyncIterator[OpenAIEngine]:
    engine = OpenAIEngine(service.url, first=1.5, later=1.5, delay=0.01)  # a busy machine may take a second
    yield engine
    await engine.aclose()


async def test_sentences_are_heard_as_they_are_written(engine: OpenAIEngine, reader: Reader) -> None:
    for text in sentences(5, seed=42):
        assert compare((await hear(engine, text)).samples, reader.read(text), 24000).good


async def test_a_long_text_goes_in_several_requests(service: Speech) -> None:
    engine = OpenAIEngine(service.url)
    text = " ".join(sentences(90, seed=43))
    whole = await hear(engine, text)
    assert len(service.asked) == 2 and "".join(asked["input"] for asked in service.asked) == text
    assert whole.seconds > len(text) / 25
    await engine.aclose()


async def test_what_is_asked_for_is_what_was_said(service: Speech) -> None:
    engine = OpenAIEngine(service.url + "/", key="sesame", model="kokoro", voice="onyx")
    await hear(engine, TEXT, Voice(speed=9))
    await hear(engine, TEXT, Voice(name="NOVA", speed=0.5))
    assert service.asked[0] == {
        "model": "kokoro",
        "input": TEXT,
        "voice": "onyx",
        "response_format": "pcm",
        "speed": 4.0,
    }
    assert service.asked[1]["voice"] == "nova" and service.asked[1]["speed"] == 0.5
    assert service.keys == ["Bearer sesame"] * 2
    await engine.aclose()


@pytest.mark.parametrize("rate", [24000, 22050])
async def test_a_wav_sent_instead_of_pcm_is_understood(
    service: Speech, engine: OpenAIEngine, reader: Reader, rate: int
) -> None:
    service.wav = rate
    assert compare((await hear(engine, TEXT)).samples, reader.read(TEXT), 24000).good


@pytest.mark.parametrize("written", ["", "/v1", "/v1/", "/v1/audio/speech"])
async def test_an_address_may_be_written_with_more_of_its_path_or_less(service: Speech, written: str) -> None:
    async with aclosing(OpenAIEngine(service.url.removesuffix("/v1") + written)) as engine:
        assert (await hear(engine, TEXT, Voice(name="nova"))).seconds
        assert engine.version == OpenAIEngine(service.url).version


async def test_every_voice_of_openai_itself_may_be_asked_for() -> None:
    engine = OpenAIEngine(key="k")
    assert {"alloy", "marin", "cedar"} <= {info.name for info in await engine.voices()}


async def test_volume_is_ours(engine: OpenAIEngine) -> None:
    loud, quiet = await hear(engine, TEXT), await hear(engine, TEXT, Voice(volume=0.25))
    assert np.abs(quiet.samples).max() == pytest.approx(np.abs(loud.samples).max() / 4, rel=0.1)


@pytest.mark.parametrize("fault", ["429", "500", "503", "mute", "empty"])
async def test_what_failed_before_a_sound_is_asked_for_again(
    service: Speech, engine: OpenAIEngine, reader: Reader, fault: str
) -> None:
    service.faults = [fault, "500" if fault == "mute" else fault]  # each time that it is mute takes a while
    assert compare((await hear(engine, TEXT)).samples, reader.read(TEXT), 24000).good
    assert len(service.asked) == 3


async def test_letters_are_no_compression(service: Speech, engine: OpenAIEngine, reader: Reader) -> None:
    """Some take Content-Encoding for a charset."""
    service.faults = ["utf-8"]
    assert compare((await hear(engine, TEXT)).samples, reader.read(TEXT), 24000).good
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [("drop", EngineTruncated), ("length", EngineTruncated), ("stall", EngineTimeout), ("short", EngineTruncated),
     ("half", EngineTruncated)],
)  # fmt: skip
async def test_what_broke_off_half_way_is_an_error_and_never_a_whole_clip(
    service: Speech, engine: OpenAIEngine, fault: str, error: type[EngineError]
) -> None:
    service.faults = [fault]
    began = time.monotonic()
    with pytest.raises(error):
        await hear(engine, TEXT)
    assert time.monotonic() - began < 7 and len(service.asked) == 1, "half of what is usual"


@pytest.mark.parametrize(
    ("fault", "error", "told", "requests"),
    [
        ("401", EngineUnavailable, "401: not today", 1),
        ("404", EngineUnavailable, "404", 1),
        ("400", EngineError, "400: not today", 1),
        ("500", EngineError, "500: not today", 3),
        ("json", EngineError, "out of memory", 1),
        ("mp3", EngineError, "compressed", 1),
        ("packed", EngineError, "compressed its answer", 1),
        ("401 packed", EngineUnavailable, "401", 1),
        ("503 packed", EngineError, "503", 3),
        ("empty", EngineSilent, "no sound", 3),
    ],
)
async def test_a_lasting_fault_is_named(
    service: Speech, engine: OpenAIEngine, fault: str, error: type[EngineError], told: str, requests: int
) -> None:
    service.faults = [fault] * 9
    with pytest.raises(error, match=told) as caught:
        await hear(engine, TEXT)
    assert type(caught.value) is error and len(service.asked) == requests


async def test_a_server_that_stays_mute_is_told_with_the_time_that_it_had(service: Speech) -> None:
    service.faults = ["mute"] * 9
    engine = OpenAIEngine(service.url, first=0.2, delay=0.01)
    with pytest.raises(EngineTimeout, match=r"0\.2 s"):
        await hear(engine, TEXT)
    assert len(service.asked) == 3
    await engine.aclose()


async def test_a_server_that_is_not_there_is_named() -> None:
    engine = OpenAIEngine("http://127.0.0.1:9/v1", voice="any", delay=0.01)
    with pytest.raises(EngineError, match="cannot be reached"):
        await hear(engine, TEXT)
    await engine.aclose()


@pytest.mark.parametrize(
    "url", ["127.0.0.1:9", "ftp://host/v1", "http://127.0.0.1:99999/v1", "http://h:x/v1", "http://"]
)
def test_what_is_no_address_is_said_at_once(url: str) -> None:
    with pytest.raises(InvalidSetting, match="http://localhost:8880/v1"):
        OpenAIEngine(url)


async def test_a_proxy_stands_before_what_is_far_and_not_before_this_machine(
    engine: OpenAIEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "ftp://me:secret@proxy.example")
    assert (await hear(engine, TEXT)).seconds
    with pytest.raises(EngineUnavailable, match=r"proxy .* cannot be used") as caught:
        await hear(OpenAIEngine("http://far.example/v1"), TEXT)
    assert "secret" not in str(caught.value)


async def test_no_error_holds_a_key_or_a_password(service: Speech) -> None:
    for key in ("sk-\nsecret", "sk-secrèt"):
        with pytest.raises(EngineUnavailable, match="copy it once more") as caught:
            OpenAIEngine(service.url, key)
        assert "sk-" not in str(caught.value)
    async with aclosing(OpenAIEngine(service.url, "sk-secret\n")) as engine:
        assert (await hear(engine, TEXT)).seconds, "the end of the line of a file that holds a key is none of it"
    async with aclosing(OpenAIEngine("http://me:secret@127.0.0.1:9/v1", delay=0.01)) as engine:
        with pytest.raises(EngineError, match="http://127.0.0.1:9/v1 cannot be reached") as caught:
            await engine.voices()
        assert "secret" not in str(caught.value)


async def test_a_voice_must_be_listed_where_voices_are_listed(service: Speech, engine: OpenAIEngine) -> None:
    assert [info.name for info in await engine.voices()] == ["nova", "onyx"]
    assert engine.knows("nova") and not engine.knows("alloy")
    with pytest.raises(UnknownVoice, match="nova"):
        await hear(engine, TEXT, Voice(name="novva"))
    assert service.asked == []


@pytest.mark.parametrize(
    ("listed", "voices"),
    [
        ({"voices": ["nova", "onyx"]}, {"nova": (), "onyx": ()}),
        ([{"name": "nova", "language": "en"}], {"nova": ("en",)}),
        ({"data": [{"id": "nova", "languages": ["en", "de"]}, {}]}, {"nova": ("en", "de")}),
        ({"data": [{"id": "nova", "languages": 3}]}, {"nova": ()}),
        ("none", {}),
        ("endless", {}),
    ],
)
async def test_servers_list_their_voices_in_their_own_ways(
    service: Speech, engine: OpenAIEngine, listed: object, voices: dict[str, tuple[str, ...]]
) -> None:
    service.listed = listed
    assert {info.name: tuple(info.languages) for info in await engine.voices()} == voices
    assert service.sent < 32 << 20, "with what is on its way"


async def test_a_blend_of_listed_voices_is_left_to_the_server(service: Speech, engine: OpenAIEngine) -> None:
    await engine.voices()
    assert engine.knows("nova(2)+onyx(1)") and not engine.knows("nova+alloy")
    await hear(engine, TEXT, Voice(name="nova(2)+onyx(1)"))
    assert [asked["voice"] for asked in service.asked] == ["nova(2)+onyx(1)"]
    with pytest.raises(UnknownVoice, match="alloy"):
        await hear(engine, TEXT, Voice(name="nova+alloy"))


async def test_any_voice_may_be_tried_where_none_are_listed(service: Speech, engine: OpenAIEngine) -> None:
    service.listed = None
    await hear(engine, TEXT, Voice(name="whoever"))
    await hear(engine, TEXT)
    assert [asked["voice"] for asked in service.asked] == ["whoever", "alloy"]
    assert await engine.voices() == []


async def test_a_server_that_is_busy_when_it_is_asked_for_its_voices_is_asked_again(
    service: Speech, engine: OpenAIEngine
) -> None:
    listed, service.listed = service.listed, 503
    assert list(await engine.voices()) == [] and engine.knows("anybody")
    service.listed = listed
    assert [info.name for info in await engine.voices()] == ["nova", "onyx"]


async def test_a_server_is_told_what_it_alone_knows(service: Speech) -> None:
    said = '{"instructions": "Speak warmly.", "lang_code": "e"}'
    async with aclosing(OpenAIEngine.from_env({"ALOUD_SPEECH_URL": service.url, "ALOUD_SPEECH_OPTIONS": said})) as own:
        await hear(own, TEXT)
        assert service.asked[0] | json.loads(said) == service.asked[0] and service.asked[0]["input"] == TEXT
        assert own.version != OpenAIEngine(service.url).version, "it sounds otherwise"


@pytest.mark.parametrize("given", ["warmly", "[]", '{"input": "x"}', '{"stream_format": "sse"}', '{"x": NaN}'])
def test_what_a_server_cannot_be_told_is_refused(given: str) -> None:
    with pytest.raises(InvalidSetting, match="ALOUD_SPEECH_OPTIONS"):
        OpenAIEngine.from_env({"ALOUD_SPEECH_URL": "http://127.0.0.1:1/v1", "ALOUD_SPEECH_OPTIONS": given})


async def test_leaving_ends_the_request(service: Speech, engine: OpenAIEngine) -> None:
    async def leaving() -> float:
        service.faults = ["stall"]
        service.left.clear()
        async with aclosing(engine.speak(TEXT, Voice(name="nova"))) as stream:
            await anext(stream)
            began = time.monotonic()
        await service.left.wait()
        return time.monotonic() - began

    assert await least(leaving, 0.25) < 0.25


def test_what_one_server_or_model_said_is_not_taken_for_what_another_would_say() -> None:
    versions = {
        OpenAIEngine("http://one/v1").version,
        OpenAIEngine("http://two/v1").version,
        OpenAIEngine("http://one/v1", model="kokoro").version,
        OpenAIEngine("http://one/v1", voice="nova").version,
    }
    assert len(versions) == 4
    assert OpenAIEngine("http://one/v1", key="another").version in versions, "the key of the account is no matter"


def test_settings_come_from_the_environment_and_a_key_goes_only_where_it_belongs() -> None:
    with pytest.raises(EngineUnavailable, match="OPENAI_API_KEY"):
        OpenAIEngine.from_env({})
    OpenAIEngine.from_env({"OPENAI_API_KEY": "k"})
    own = OpenAIEngine.from_env({"ALOUD_SPEECH_URL": "http://127.0.0.1:1/v1", "OPENAI_API_KEY": "secret"})
    assert "secret" not in repr(vars(own))
    engine = OpenAIEngine.from_env({"ALOUD_SPEECH_URL": "http://127.0.0.1:1/v1", "ALOUD_SPEECH_RATE": "16000"})
    assert engine.sample_rate == 16000
