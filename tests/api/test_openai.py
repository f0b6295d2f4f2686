"""The doors that clients of OpenAI's speech know, and the clients themselves."""

import asyncio
import base64
import io
import json
import wave

import httpx2
import openai
import pytest

from api.running.namesakes import NAMESAKES
from pipeline.audio import JOINED
from tests.api.client import ended, sent, until
from tests.api.conftest import TEXT

LONG = " ".join(f"{TEXT} That was number {number}." for number in range(100))  # nothing is said twice
HEADS = {"wav": b"RIFF", "flac": b"fLaC", "opus": b"OggS"}


def pcm_seconds(data):
    return len(data) / 2 / 24_000


@pytest.fixture
async def sdk(client):
    async with openai.AsyncOpenAI(base_url=f"{client.base_url}/v1", api_key="none", max_retries=0) as made:
        yield made


@pytest.mark.parametrize("format", [*JOINED])
async def test_the_sdk_gets_the_whole_text_in_every_format(sdk, format):
    made = await sdk.audio.speech.create(model="tts-1", voice="alloy", input=TEXT, response_format=format)
    assert len(made.content) > 1000
    assert made.content.startswith(HEADS.get(format, b""))
    if format == "wav":
        assert wave.open(io.BytesIO(made.content)).getframerate() == 24_000
    if format == "pcm":
        assert made.response.headers["content-type"] == "audio/pcm;rate=24000;channels=1"
        assert len(TEXT) / 15 < pcm_seconds(made.content) < len(TEXT) / 10, "the words, and the pauses between"


async def test_sound_comes_before_the_whole_text_is_spoken(served):
    client = await served({"ALOUD_TONE_START": "0.5"})
    body = {"input": LONG, "voice": "nova", "model": "tts-1", "response_format": "pcm"}
    async with client.stream("POST", "/v1/audio/speech", json=body) as response:
        assert response.status_code == 200
        assert response.headers["x-accel-buffering"] == "no", "nor does a proxy hold it back"
        pieces = response.aiter_bytes()
        assert len(await anext(pieces)) > 1000
        run = response.headers["x-request-id"]
        assert (await client.get(f"/api/v1/runs/{run}")).json()["status"] == "running"
        await pieces.aclose()
    assert await ended(client, run) == "cancelled"


async def test_the_same_sound_comes_as_events(client):
    body = {"input": TEXT, "voice": "alloy", "model": "gpt-4o-mini-tts", "response_format": "pcm"}
    plain = (await client.post("/v1/audio/speech", json=body)).content
    response = await client.post("/v1/audio/speech", json=body | {"stream_format": "sse"})
    assert response.headers["content-type"].startswith("text/event-stream")
    found = [json.loads(line[6:]) for line in response.text.split("\n") if line.startswith("data: ")]
    assert {event["type"] for event in found[:-1]} == {"speech.audio.delta"}
    assert b"".join(base64.b64decode(event["audio"]) for event in found[:-1]) == plain
    assert all(event["audio"] for event in found[:-1])
    usage = found[-1]["usage"]
    assert found[-1]["type"] == "speech.audio.done"
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] > 0


async def test_the_answer_says_where_the_time_went(alone):
    body = {"input": TEXT, "voice": "alloy", "model": "tts-1"}
    async with alone.stream("POST", "/v1/audio/speech", json=body) as response:
        parts = dict(part.split(";dur=") for part in response.headers["server-timing"].split(", "))
    assert list(parts) == ["waited", "synthesis", "storing", "total"]
    spent = {name: float(milliseconds) for name, milliseconds in parts.items()}
    assert 0 < spent["synthesis"] and sum(spent.values()) <= 2 * spent["total"]


async def test_a_slow_voice_is_heard_while_its_first_clip_still_grows(served, halfway):
    client = await served()
    body = {"input": "One sentence that takes a while.", "voice": "alloy", "model": "tts-1", "response_format": "pcm"}
    async with client.stream("POST", "/v1/audio/speech", json=body) as response:
        blocks = response.aiter_bytes()
        heard = await anext(blocks)
        runs = (await client.get("/api/v1/runs")).json()
        assert runs["runs"][0]["status"] == "running" and pcm_seconds(heard) < 1.5
        halfway.set()
        heard += b"".join([block async for block in blocks])
    assert pcm_seconds(heard) == pytest.approx(32 / 15, abs=0.3)


async def test_when_each_word_is_heard_is_found_by_the_answers_number(sdk, client):
    made = await sdk.audio.speech.create(model="tts-1", voice="alloy", input=TEXT, response_format="pcm")
    response = await client.get(f"/api/v1/runs/{made.response.headers['x-request-id']}/captions.json")
    assert response.headers["content-type"] == "application/json"
    words = response.json()
    assert [word["text"] for word in words] == TEXT.split()
    assert [TEXT[word["start"] : word["end"]] for word in words] == TEXT.split()
    assert [word["at"] for word in words] == sorted(word["at"] for word in words)
    assert words[-1]["at"] < pcm_seconds(made.content) <= words[-1]["at"] + words[-1]["seconds"] + 0.5


async def test_the_sdk_streams(sdk):
    async with sdk.audio.speech.with_streaming_response.create(
        model="tts-1", voice="coral", input=TEXT, response_format="pcm"
    ) as response:
        data = b"".join([piece async for piece in response.iter_bytes()])
    assert pcm_seconds(data) > 3


@pytest.mark.parametrize("name", NAMESAKES)
async def test_every_voice_that_openai_has_speaks(sdk, name):
    made = await sdk.audio.speech.create(model="tts-1", voice=name, input="Hello.", response_format="pcm")
    assert pcm_seconds(made.content) > 0.2


async def test_a_voice_may_be_an_object_or_one_of_ours(client):
    for voice in ({"id": "nova"}, "middle", "tone/high"):
        body = {"input": "Hello.", "voice": voice, "model": "x", "response_format": "pcm"}
        assert (await client.post("/v1/audio/speech", json=body)).status_code == 200


async def test_what_else_clients_send_is_passed_over(client):
    body = {"input": "Hello.", "voice": "alloy", "model": "x", "response_format": "pcm", "lang_code": "a", "n": 1}
    assert (await client.post("/v1/audio/speech", json=body)).status_code == 200


async def test_null_is_as_good_as_nothing(client):
    open_ = dict.fromkeys(("model", "voice", "instructions", "response_format", "speed", "stream_format"))
    response = await client.post("/v1/audio/speech", json={"input": "Hello.", **open_})
    assert (response.status_code, response.headers["content-type"]) == (200, "audio/mpeg")
    assert (await client.post("/v1/audio/speech", json={"input": None})).json()["error"]["param"] == "input"


@pytest.mark.parametrize("text", ["🙂", "...", "---"])
async def test_a_text_of_which_nothing_is_said_is_a_short_silence(sdk, text):
    """Pipecat waits for 3 s, and then reports an error, where there is no sound at all."""
    made = await sdk.audio.speech.create(model="tts-1", voice="alloy", input=text, response_format="pcm")
    assert 0.1 < pcm_seconds(made.content) < 0.5 and not any(made.content)


async def test_refusals_have_openais_shape(sdk, client):
    with pytest.raises(openai.UnprocessableEntityError) as refused:
        await sdk.audio.speech.create(model="tts-1", voice="nobody", input="Hello.")
    assert set(refused.value.body) == {"message", "type", "param", "code"}
    for body, param in (
        ({"voice": "alloy"}, "input"),
        ({"input": "", "voice": "alloy"}, "input"),
        ({"input": "x", "speed": 9}, "speed"),
        ({"input": "x", "voice": "half a pair \ud800"}, "voice"),
        ({"input": "x" * 5, "response_format": "8track"}, "response_format"),
    ):
        response = await sent(client, "/v1/audio/speech", json.dumps(body))
        assert response.status_code == 422
        error = response.json()["error"]
        assert set(error) == {"message", "type", "param", "code"}
        assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert (await client.get("/v1/nothing")).json()["error"]["type"] == "invalid_request_error"
    assert (await client.get("/v1/models/nothing")).status_code == 404


async def test_with_keys_on_speech_wants_one_and_the_lists_do_not(served):
    client = await served(api_keys="secret-key")
    response = await client.post("/v1/audio/speech", json={"input": "Hello."})
    assert (response.status_code, response.json()["error"]["type"]) == (401, "authentication_error")
    for path in ("/v1/models", "/v1/audio/voices", "/v1/audio/models", "/v1/models/tts-1"):
        assert (await client.get(path)).status_code == 200
    async with openai.AsyncOpenAI(base_url=f"{client.base_url}/v1", api_key="secret-key") as sdk:
        assert (await sdk.audio.speech.create(model="x", voice="alloy", input="Hi.", response_format="wav")).content
        assert "tts-1" in [model.id async for model in sdk.models.list()]


async def test_the_list_of_voices_has_ids_and_names(client):
    voices = (await client.get("/v1/audio/voices")).json()["voices"]
    assert all(set(voice) == {"id", "name"} for voice in voices)
    assert {*NAMESAKES, "middle"} <= {voice["id"] for voice in voices}


async def test_a_voice_that_cannot_speak_is_an_honest_status(served):
    client = await served({"ALOUD_TONE_START": "60"}, run_timeout=1)
    body = {"input": "Hello.", "voice": "alloy", "model": "x", "response_format": "pcm"}
    task = asyncio.create_task(client.post("/v1/audio/speech", json=body))

    async def begun():
        return (await client.get("/api/v1/runs")).json()["runs"] != []

    await until(begun)
    run = (await client.get("/api/v1/runs")).json()["runs"][0]["id"]
    await client.delete(f"/api/v1/runs/{run}")
    response = await task
    assert response.status_code == 503
    assert response.json()["error"]["type"] == "server_error"


async def test_a_failure_in_mid_sound_breaks_the_body_off_as_the_sdk_reports(served):
    client = await served({"ALOUD_TONE_START": "0.5"})
    async with openai.AsyncOpenAI(base_url=f"{client.base_url}/v1", api_key="none", max_retries=0) as sdk:
        with pytest.raises(httpx2.RemoteProtocolError):
            async with sdk.audio.speech.with_streaming_response.create(
                model="tts-1", voice="coral", input=LONG, response_format="pcm"
            ) as response:
                pieces = response.iter_bytes()
                await anext(pieces)
                await client.delete(f"/api/v1/runs/{response.headers['x-request-id']}")
                async for _ in pieces:
                    pass
