"""What is asked for again under the same Idempotency-Key is answered, and begun once."""

import asyncio

import pytest

from tests.api.client import Reading, check_run, ended, events, listen
from tests.api.conftest import TEXT

KEY = {"Idempotency-Key": "k1"}
LONG = " ".join(f"{TEXT} That was number {number}." for number in range(100))
DOORS = {
    "/api/v1/stream/speech": {"text": TEXT},
    "/api/v1/stream/chat": {"message": TEXT},
    "/api/v1/stream/lyrics": {"prompt": TEXT},
    "/api/v1/stream/script": {"document": TEXT},
    "/api/v1/stream/templates/narration": {"values": {"document": TEXT}},
}


async def asked(client, body=None, path="/api/v1/runs", **headers):
    return await client.post(path, json=body or {"text": TEXT}, headers=KEY | headers)


async def count(client):
    return len((await client.get("/api/v1/runs")).json()["runs"])


async def test_the_same_key_gives_the_same_run(alone):
    one, two = await asked(alone), await asked(alone)
    assert (one.status_code, two.status_code) == (201, 201)
    assert one.json()["id"] == two.json()["id"] and one.headers["location"] == two.headers["location"]
    assert [answer.headers.get("idempotent-replayed") for answer in (one, two)] == [None, "true"]
    assert (await asked(alone, **{"Idempotency-Key": "k2"})).json()["id"] != one.json()["id"]
    assert await count(alone) == 2


async def test_who_come_together_get_the_same_run_and_take_one_place(served):
    client = await served({"ALOUD_REPLAY_RATE": "20"}, max_runs=1, rate_per_minute=1)
    body = {"text": LONG, "llm_provider": "replay"}
    answers = await asyncio.gather(*[asked(client, body) for _ in range(10)])
    assert [answer.status_code for answer in answers] == [201] * 10
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await asked(client, body)).status_code == 201, "nothing is begun, so nothing is refused at the limit"
    other = await asked(client, body, **{"Idempotency-Key": "k2"})
    assert other.status_code == 429
    await client.delete(f"/api/v1/runs/{answers[0].json()['id']}")


async def test_the_same_key_for_something_else_is_a_conflict(alone):
    await asked(alone)
    for path, body in (("/api/v1/runs", {"text": "Another."}), ("/api/v1/stream/speech", {"text": TEXT})):
        response = await asked(alone, body, path)
        assert (response.status_code, response.json()["error"]["code"]) == (409, "conflict")
    response = await asked(alone, {"input": TEXT}, "/v1/audio/speech")
    assert (response.status_code, response.json()["error"]["type"]) == (409, "invalid_request_error")
    assert await count(alone) == 1


async def test_a_key_is_free_again_when_its_run_is_erased_or_was_refused(alone):
    assert (await asked(alone, {"text": TEXT, "voice": "nobody"})).status_code == 422
    run = (await asked(alone)).json()["id"]
    await events(alone, run)
    await alone.delete(f"/api/v1/runs/{run}")
    assert (await asked(alone)).json()["id"] != run


async def test_a_run_is_found_by_its_key_though_its_document_is_gone(alone):
    document = (await alone.post("/api/v1/documents", files={"file": ("a.txt", TEXT.encode())})).json()["id"]
    run = (await asked(alone, {"document": document})).json()["id"]
    await alone.delete(f"/api/v1/documents/{document}")
    assert (await asked(alone, {"document": document})).json()["id"] == run


@pytest.mark.parametrize("path", DOORS)
async def test_a_stream_that_is_asked_for_again_begins_anew_and_its_run_does_not(alone, path):
    body = {"llm_provider": "replay", "on_disconnect": "continue", **DOORS[path]}
    found = []
    for told in (None, "true"):
        async with alone.stream("POST", path, json=body, headers=KEY) as response:
            assert (response.status_code, response.headers.get("idempotent-replayed")) == (200, told)
            found.append([event async for event in listen(response)])
    check_run(found[0])
    assert found[0] == found[1]
    assert await count(alone) == 1
    if session := found[0][0].get("session_id"):
        said = (await alone.get(f"/api/v1/sessions/{session}")).json()["messages"]
        assert [message["role"] for message in said] == ["user", "assistant"]


async def test_whoever_asks_again_with_a_number_goes_on_behind_it(alone):
    """As @microsoft/fetch-event-source does when its page is seen again."""
    path, body = "/api/v1/stream/speech", {"text": TEXT, "on_disconnect": "continue"}
    first = await asked(alone, body, path, **{"Last-Event-ID": "3"})
    run, whole = first.headers["x-run-id"], Reading().feed(first.content)
    assert [event["seq"] for event in whole] == list(range(1, len(whole) + 1)), "of a new run there is no such number"
    again = await asked(alone, body, path, **{"Last-Event-ID": "3"})
    assert (again.headers["x-run-id"], again.headers["idempotent-replayed"]) == (run, "true")
    assert Reading().feed(again.content) == whole[3:]
    for number, status in ((len(whole), 204), ("x", 400)):
        assert (await asked(alone, body, path, **{"Last-Event-ID": str(number)})).status_code == status
    assert await count(alone) == 1


async def test_trying_again_twice_makes_one_run(alone):
    first = (await asked(alone)).json()["id"]
    await events(alone, first)
    made = [await alone.post(f"/api/v1/runs/{first}/retry", headers={"Idempotency-Key": "k2"}) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json()["id"] == made[1].json()["id"] != first


async def test_sound_that_was_cut_off_is_had_whole_the_second_time(alone, halfway):
    body = {"input": TEXT, "response_format": "pcm"}
    async with alone.stream("POST", "/v1/audio/speech", json=body, headers=KEY) as response:
        await anext(response.aiter_bytes())
    run = response.headers["x-request-id"]
    halfway.set()
    again = await asked(alone, body, "/v1/audio/speech")
    assert again.status_code == 200
    assert (again.headers["x-request-id"], again.headers["idempotent-replayed"]) == (run, "true")
    assert await ended(alone, run) == "complete"
    assert again.content == (await alone.post("/v1/audio/speech", json=body)).content
    assert await count(alone) == 2


async def test_two_keys_are_refused_rather_than_one_of_them_passed_over(alone):
    two = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
    answer = await alone.post("/api/v1/runs", json={"text": "Hello."}, headers=two)
    assert answer.status_code == 400 and "Idempotency-Key" in answer.json()["error"]["message"]
    assert await count(alone) == 0


async def test_where_no_run_begins_a_key_is_refused_rather_than_passed_over(alone):
    answers = [
        await alone.post("/api/v1/documents", files={"file": ("a.txt", b"Hello.")}, headers=KEY),
        await asked(alone, {"values": {"text": "x"}}, "/api/v1/templates/assessment"),
    ]
    for answer in answers:
        assert answer.status_code == 400 and "Idempotency-Key" in answer.json()["error"]["message"]
