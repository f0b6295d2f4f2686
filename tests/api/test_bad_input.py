"""Bad input gets a clear answer and costs nothing."""

import asyncio
import json

import pytest

from tests.api.client import sent
from tests.api.conftest import TEXT

WRONG = {
    "a voice that another engine has": ({"text": TEXT, "tts_provider": "espeak", "voice": "tone/low"}, None),
    "nothing": ({}, "invalid_request"),
    "two of them": ({"text": "a", "prompt": "b"}, "invalid_request"),
    "empty text": ({"text": ""}, "empty_text"),
    "blank text": ({"text": " \n\t\u2003 "}, "empty_text"),
    "empty prompt": ({"prompt": " "}, "empty_text"),
    "no messages": ({"messages": []}, "invalid_request"),
    "text that is a number": ({"text": 5}, "invalid_request"),
    "half a surrogate pair": ({"text": "a\ud800"}, "invalid_request"),
    "half a pair in a prompt": ({"prompt": "a\ud800"}, "invalid_request"),
    "half a pair in what the model is told first": ({"prompt": TEXT, "system": "a\ud800"}, "invalid_request"),
    "unknown field": ({"text": TEXT, "voise": "x"}, "invalid_request"),
    "unknown engine": ({"text": TEXT, "tts_provider": "nobody"}, "unknown_engine"),
    "unknown voice": ({"text": TEXT, "voice": "nobody"}, "unknown_voice"),
    "language that nobody speaks": ({"text": TEXT, "tts_provider": "espeak", "language": "klingon"}, "unknown_voice"),
    "voice that espeak does not have": ({"text": TEXT, "voice": "espeak/en-uss"}, "unknown_voice"),
    "unknown provider": ({"prompt": TEXT, "llm_provider": "nobody"}, "unknown_provider"),
    "unknown splitter": ({"text": TEXT, "splitter": "nobody"}, "invalid_request"),
    "unknown format": ({"text": TEXT, "format": "8-track"}, None),
    "limit below one": ({"text": TEXT, "buffer": {"max_chunk_length": 0}}, "invalid_limits"),
    "min over max": ({"text": TEXT, "buffer": {"min_chunk_length": 200, "max_chunk_length": 100}}, "invalid_limits"),
    "unknown limit": ({"text": TEXT, "buffer": {"max_chonk": 5}}, "invalid_limits"),
    "limit that is a word": ({"text": TEXT, "buffer": {"max_chunk_length": "many"}}, "invalid_limits"),
    "speed of nothing": ({"text": TEXT, "speed": 0}, "invalid_request"),
    "speed that is true": ({"text": TEXT, "speed": True}, "invalid_request"),
    "length that is true": ({"text": TEXT, "buffer": {"max_chunk_length": True}}, "invalid_request"),
    "output folder of the caller's": ({"text": TEXT, "buffer": {"output_dir": "/tmp"}}, "invalid_limits"),
}


@pytest.fixture
async def costs_nothing(client):
    before = (await client.get("/api/v1/runs")).json()
    yield client
    assert (await client.get("/api/v1/runs")).json() == before
    assert (await client.get("/livez")).status_code == 200


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("address", ["/api/v1/stream/speech", "/api/v1/runs"])
async def test_a_wrong_request_is_refused_with_a_sentence(costs_nothing, name, address):
    body, code = WRONG[name]
    response = await sent(costs_nothing, address, json.dumps(body))
    assert response.status_code == 422
    error = response.json()["error"]
    assert set(error) == {"code", "message", "details"}
    assert code is None or error["code"] == code
    assert error["message"].endswith((".", "?"))
    assert "`aloud" not in error["message"], "who is refused may have no terminal there"


async def test_an_address_with_a_slash_too_many_is_said_to_be_none(costs_nothing):
    for path in ("/api/v1/runs/", "/v1/audio/speech/", "/livez/"):
        for method in ("GET", "POST"):
            response = await costs_nothing.request(method, path, json={})
            assert (response.status_code, response.headers.get("location")) == (404, None), path
            assert "/docs lists what there is" in response.json()["error"]["message"]


async def test_a_field_is_told_by_its_own_name_also_where_it_may_hold_several_kinds(costs_nothing):
    for field in ("script", "tts_provider"):
        response = await costs_nothing.post("/api/v1/runs", json={"text": TEXT, field: 3})
        assert {fault["field"] for fault in response.json()["error"]["details"]["fields"]} == {field}


async def test_a_refusal_lists_what_there_is(costs_nothing):
    response = await costs_nothing.post("/api/v1/runs", json={"text": TEXT, "tts_provider": "nobody"})
    assert {"espeak", "tone"} <= set(response.json()["error"]["details"]["engines"])
    response = await costs_nothing.post("/api/v1/runs", json={"text": TEXT, "voice": "nobody", "tts_provider": "tone"})
    assert "middle" in response.json()["error"]["details"]["voices"]


async def test_a_body_that_does_not_say_it_is_json_is_told_how(costs_nothing):
    response = await costs_nothing.post(
        "/api/v1/runs", content=b'{"text": "a"}', headers={"content-type": "text/plain"}
    )
    assert response.status_code == 400
    assert "Content-Type: application/json" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "raw",
    [b"{", b"", b"[]", b"null", b'{"text": "\xff"}', b"\xfe\xff{}", b"[" * 50_000, b'{"text": NaN}', b"text=hello"],
)
async def test_a_body_that_is_no_json_object_is_refused(costs_nothing, raw):
    response = await sent(costs_nothing, "/api/v1/stream/speech", raw)
    assert response.status_code in (400, 422)
    assert response.json()["error"]["message"]


UNCLEAR = {
    "a name that is there twice": (b'{"text": "One.", "voice": "low", "text": "Two."}', "'text' is there twice"),
    "the same further in": (b'{"text": "One.", "buffer": {"mode": "batch", "mode": "fixed"}}', "'mode' is there twice"),
    "no number": (b'{"text": "One.", "speed": NaN}', "'NaN' is no number"),
    "more than any number": (b'{"text": "One.", "speed": 1e999}', "'1e999' is no number"),
    "a whole number that is more": (
        b'{"text": "One.", "buffer": {"max_idle_time": 1' + b"0" * 400 + b"}}",
        "00…' is no number",
    ),
    "a number without end": (b'{"text": "One.", "speed": ' + b"1" * 5000 + b"}", "11…' is no number"),
}


@pytest.mark.parametrize("name", UNCLEAR)
@pytest.mark.parametrize("address", ["/api/v1/runs", "/api/v1/stream/speech", "/v1/audio/speech"])
async def test_what_can_be_read_in_two_ways_is_not_guessed(costs_nothing, address, name):
    raw, told = UNCLEAR[name]
    response = await sent(costs_nothing, address, raw)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "malformed"
    assert told in response.json()["error"]["message"]


async def test_what_the_caller_wrote_is_not_repeated_in_the_refusal(costs_nothing):
    for body in ({"text": ["canary"]}, {"text": "canary", "voise": "canary"}, {"text": "canary\ud800"}):
        response = await sent(costs_nothing, "/api/v1/runs", json.dumps(body))
        assert response.status_code == 422
        assert "canary" not in response.text


async def test_text_at_the_limit_is_taken_and_one_character_more_is_not(served):
    client = await served(max_chars=100)
    assert (await client.post("/api/v1/runs", json={"text": "é" * 100})).status_code == 201
    response = await client.post("/api/v1/runs", json={"text": "é" * 101})
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "text_too_long"
    assert len((await client.get("/api/v1/runs")).json()["runs"]) == 1


async def test_a_body_too_large_is_refused_before_it_is_read(served):
    client = await served(max_body=1000)
    response = await client.post("/api/v1/runs", json={"text": "x" * 2000})
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"


async def test_also_when_its_size_is_not_said_beforehand(served):
    client = await served(max_body=1000)

    async def pieces():
        for _ in range(100):
            yield b"x" * 100

    response = await client.post("/api/v1/runs", content=pieces(), headers={"content-type": "application/json"})
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"


async def test_a_body_that_does_not_come_is_not_waited_for(served):
    client = await served(body_timeout=0.3)
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    head = "POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
    writer.write(head.encode())
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 30)
    writer.close()
    assert (await client.get("/api/v1/runs")).json()["runs"] == []


async def test_addresses_and_methods_that_do_not_exist_say_so_in_the_same_form(client):
    for method, path, status, code in (
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("PUT", "/api/v1/runs", 405, "method_not_allowed"),
        ("HEAD", "/api/v1/stream/speech", 405, None),
    ):
        response = await client.request(method, path)
        assert response.status_code == status
        if code:
            assert response.json()["error"]["code"] == code


async def test_a_method_that_is_refused_is_answered_by_those_that_are_taken(client):
    for path, taken in (
        ("/api/v1/runs", "GET, HEAD, POST"),
        ("/api/v1/runs/any", "GET, HEAD, DELETE"),
        ("/api/v1/runs/any/events", "GET"),
        ("/v1/audio/speech", "POST"),
    ):
        response = await client.put(path)
        assert (response.status_code, response.headers["allow"]) == (405, taken)
