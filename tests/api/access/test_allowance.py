"""So much for each owner and no more, however many come together; and who is refused has begun nothing."""

import asyncio
import threading

import pytest

from api.running import documents
from pipeline.errors import StoreFull
from pipeline.stores.sqlite import SqliteEventLog
from tests.api.client import until
from tests.api.conftest import TEXT
from tests.api.running.test_runs import SLOW, begun


async def test_runs_at_once_are_limited_and_the_next_one_is_told_when_to_come(served):
    client = await served({"ALOUD_REPLAY_RATE": "20"}, max_runs=2)
    made = [(await begun(client, **SLOW))["id"] for _ in range(2)]
    response = await client.post("/api/v1/runs", json=SLOW)
    assert response.status_code == 429
    assert int(response.headers["retry-after"]) >= 1
    await client.delete(f"/api/v1/runs/{made[0]}")
    await client.delete(f"/api/v1/runs/{(await begun(client, **SLOW))['id']}")
    await client.delete(f"/api/v1/runs/{made[1]}")


async def test_the_limit_holds_for_those_who_come_together(served):
    client = await served({"ALOUD_REPLAY_RATE": "20"}, max_runs=2)
    answers = await asyncio.gather(*[client.post("/api/v1/runs", json=SLOW) for _ in range(8)])
    assert sorted(answer.status_code for answer in answers) == [201] * 2 + [429] * 6
    for answer in answers:
        if answer.status_code == 201:
            await client.delete(f"/api/v1/runs/{answer.json()['id']}")
    wrong = [(await client.post("/api/v1/runs", json={"text": "x", "voice": "nobody"})).status_code for _ in range(5)]
    assert wrong == [422] * 5, "what is refused takes no place"
    await client.delete(f"/api/v1/runs/{(await begun(client, **SLOW))['id']}")


@pytest.mark.parametrize(("time", "least", "most"), [("minute", 1, 60), ("day", 80_000, 86_400)])
async def test_runs_in_some_time_are_limited(served, time, least, most):
    client = await served(**{f"rate_per_{time}": 3})
    answers = [await client.post("/api/v1/runs", json={"text": TEXT}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert least <= int(answers[-1].headers["retry-after"]) <= most
    assert len((await client.get("/api/v1/runs")).json()["runs"]) == 3


async def test_documents_are_limited_as_runs_are_and_count_by_themselves(served):
    client = await served(rate_per_minute=2)
    for name in ("a.txt", "a.pdf"):  # which is none; to look at it takes a while all the same
        response = await client.post("/api/v1/documents", files={"file": (name, b"Some words.")})
        assert response.status_code in (201, 422)
    response = await client.post("/api/v1/documents", files={"file": ("a.txt", b"Some words.")})
    assert (response.status_code, response.json()["error"]["code"]) == (429, "too_many_requests")
    assert "2 documents a minute" in response.json()["error"]["message"] and 1 <= int(response.headers["retry-after"])
    assert (await client.post("/api/v1/runs", json={"text": TEXT})).status_code == 201


async def test_so_many_documents_are_on_their_way_as_runs_may_go_on(served, monkeypatch):
    client = await served(max_runs=1)
    begun, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slow(*given, read=documents.read):
        loop.call_soon_threadsafe(begun.set)
        go_on.wait()
        return read(*given)

    monkeypatch.setattr(documents, "read", slow)
    file = {"file": ("a.txt", b"Some words.")}
    first = asyncio.create_task(client.post("/api/v1/documents", files=file))
    try:
        await begun.wait()
        assert (await client.post("/api/v1/documents", files=file)).status_code == 429
    finally:
        go_on.set()
    assert (await first).status_code == 201
    assert (await client.post("/api/v1/documents", files=file)).status_code == 201


async def test_characters_a_day_are_limited_and_who_is_refused_has_taken_nothing(served):
    client = await served(chars_per_day=100, rate_per_minute=2)
    assert (await client.post("/api/v1/runs", json={"text": "x" * 101})).status_code == 413
    assert (await client.post("/api/v1/runs", json={"text": "x" * 60})).status_code == 201
    assert (await client.post("/api/v1/runs", json={"text": "x" * 60})).status_code == 429
    assert (await client.post("/api/v1/runs", json={"text": "x" * 40})).status_code == 201


async def test_what_a_full_disk_refuses_is_given_back(served, monkeypatch):
    client = await served(chars_per_day=100, rate_per_minute=1)
    body = {"text": "x" * 60}

    async def full(*_):
        raise StoreFull("The disk is full.")

    with monkeypatch.context() as disk:
        disk.setattr(SqliteEventLog, "_write", full)
        assert (await client.post("/api/v1/runs", json=body)).status_code == 503
    assert (await client.post("/api/v1/runs", json=body)).status_code == 201
    assert (await client.post("/api/v1/runs", json=body)).status_code == 429


@pytest.mark.parametrize("what", ["events", "audio", "captions.vtt"])
async def test_streams_are_limited_and_a_place_is_free_again_when_one_is_left(served, what):
    client = await served({"ALOUD_REPLAY_RATE": "20"}, max_streams=2)
    run = (await begun(client, **SLOW))["id"]
    events, other = f"/api/v1/runs/{run}/events", f"/api/v1/runs/{run}/{what}"
    async with client.stream("GET", events), client.stream("GET", other):
        for url in (events, other):
            refused = await client.get(url)
            assert refused.status_code == 429 and "retry-after" in refused.headers
        assert (await client.post("/api/v1/stream/speech", json={"text": TEXT})).status_code == 429
        assert len((await client.get("/api/v1/runs")).json()["runs"]) == 1, "nothing was begun"

    async def free():
        async with client.stream("GET", other) as response:
            return response.status_code == 200

    await until(free)
    await client.delete(f"/api/v1/runs/{run}")


@pytest.mark.parametrize(("door", "body"), [("/api/v1/stream/speech", SLOW), ("/v1/audio/speech", {"input": TEXT})])
async def test_for_those_who_come_together_too(served, halfway, door, body):
    client = await served(max_streams=2)
    refused = asyncio.Semaphore(0)

    async def ask():
        async with client.stream("POST", door, json=body) as response:
            if response.status_code == 429:
                refused.release()
            await halfway.wait()
            return response.status_code

    asking = [asyncio.create_task(ask()) for _ in range(6)]
    for _ in range(4):
        await asyncio.wait_for(refused.acquire(), 30)
    halfway.set()
    assert sorted(await asyncio.gather(*asking)) == [200] * 2 + [429] * 4
    assert len((await client.get("/api/v1/runs")).json()["runs"]) == 2, "nothing was begun for who was refused"
