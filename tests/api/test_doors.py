"""Who may open a socket: with a key, by a ticket, from which page."""

import json
import re
import time

import pytest
from websockets.exceptions import InvalidStatus

from tests.api.client import TERMINAL
from tests.api.conftest import TEXT


async def test_with_keys_on_a_socket_wants_one(served, talking):
    client = await served(api_keys="secret-key")
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        with pytest.raises(InvalidStatus) as refused:
            async with talking(client, additional_headers=headers):
                pass
        assert refused.value.response.status_code == 401
    async with talking(client, additional_headers={"Authorization": "Bearer secret-key"}) as talk:
        await talk.say("start", text=TEXT)
        assert (await talk.until("audio"))[-1]["url"].count("signature=") == 1


async def test_a_browser_which_can_send_no_key_opens_it_by_a_ticket(served, talking, monkeypatch):
    client = await served(api_keys="secret-key,other-key")
    assert (await client.post("/api/v1/stream/ticket")).status_code == 401
    for key in ("secret-key", "other-key"):
        headers = {"Authorization": f"Bearer {key}"}
        answered = await client.post("/api/v1/stream/ticket", headers=headers)
        assert answered.status_code == 201 and key not in answered.text
        query = answered.json()["url"].partition("?")[2]
        async with talking(client, query=query) as talk:
            await talk.say("start", text=TEXT)
            run = (await talk.until("complete"))[0]["run"]
        for other in ("secret-key", "other-key"):
            found = await client.get(f"/api/v1/runs/{run}", headers={"Authorization": f"Bearer {other}"})
            assert found.status_code == (200 if other == key else 404)
    audio = (await client.get(f"/api/v1/runs/{run}/events", headers=headers)).text
    of_a_run = re.search(r"expires=\d+&signature=[\w-]+", audio)[0]
    for wrong in (
        of_a_run,
        query[:-1],
        query + "_",
        query.replace("expires=", "expires=9"),
        "signature=x",
        "expires=1",
    ):
        with pytest.raises(InvalidStatus) as refused:
            async with talking(client, query=wrong):
                pass
        assert refused.value.response.status_code == 401
    assert (await client.get(f"/api/v1/runs?{query}")).status_code == 401, "it opens the socket and nothing else"
    now = time.time()
    monkeypatch.setattr("api.access.auth.time.time", lambda: now + 61)
    with pytest.raises(InvalidStatus):
        async with talking(client, query=query):
            pass


async def test_without_keys_a_ticket_is_the_plain_address(client):
    assert (await client.post("/api/v1/stream/ticket")).json() == {"url": "/api/v1/stream", "seconds": 60}


async def test_a_page_of_another_origin_may_not_open_a_socket(client, talking):
    with pytest.raises(InvalidStatus) as refused:
        async with talking(client, origin="https://evil.com"):
            pass
    assert refused.value.response.status_code == 400
    assert "ALOUD_CORS_ORIGINS" in json.loads(refused.value.response.body)["error"]["message"]
    async with talking(client, origin=str(client.base_url).rstrip("/")) as talk:
        await talk.say("start", text=TEXT)
        await talk.until(*TERMINAL)
