"""Threats, each with what answers it: keys, other people's runs, names, headers, logs."""

import asyncio
import json
import logging
import re
import time
from hashlib import sha256

import httpx
import pytest
from pydantic import SecretStr

from api.access.auth import Keys
from api.watching.logs import Lines, secrets
from tests.api.client import events, listen, speak
from tests.api.conftest import TEXT

ADA, BOB = "ada-" + "k" * 32, "bob-" + "k" * 32


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
async def locked(served):
    client = await served(api_keys=f"{ADA},sha256:{sha256(BOB.encode()).hexdigest()}")
    client.headers.update(bearer(ADA))
    return client


PRIVATE = [
    ("POST", "/api/v1/stream/speech"), ("POST", "/api/v1/runs"), ("GET", "/api/v1/runs"), ("GET", "/api/v1/voices"),
    ("GET", "/api/v1/providers"), ("GET", "/metrics"), ("GET", "/api/v1/runs/x"), ("DELETE", "/api/v1/runs/x"),
    ("GET", "/api/v1/runs/x/events"), ("GET", "/api/v1/runs/x/audio/0.wav"), ("POST", "/api/v1/runs/x/retry"),
    ("POST", "/api/v1/runs/x/heard"), ("POST", "/api/v1/runs/x/cancel"),
]  # fmt: skip
WRONG = [
    {}, bearer("wrong"), bearer(ADA + "x"), bearer(ADA[:-1]), bearer("k" * 5000),
    {"Authorization": ADA}, {"Authorization": f"Basic {ADA}"}, {"Authorization": "Bearer"},
    {"Authorization": b"Bearer \xc3\xa9\xff"}, {"X-Api-Key": ADA}, bearer(ADA + " " + ADA),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), PRIVATE)
async def test_without_a_good_key_every_door_is_shut_and_none_breaks(locked, method, path):
    del locked.headers["Authorization"]
    for headers in WRONG:
        response = await locked.request(method, path, headers=headers, json={"text": TEXT, "played_ms": 1})
        assert response.status_code == 401, headers
        assert response.json()["error"]["code"] == "unauthorized"
        assert response.headers["www-authenticate"] == "Bearer"


async def test_a_body_is_not_even_read_for_who_has_no_key(locked):
    del locked.headers["Authorization"]
    for body in (b"{", b"x" * 1_000_000):
        response = await locked.post("/api/v1/runs", content=body, headers={"Content-Type": "application/json"})
        assert response.status_code == 401


async def test_a_key_in_an_address_opens_nothing(locked):
    del locked.headers["Authorization"]
    for name in ("key", "api_key", "token", "access_token", "authorization"):
        assert (await locked.get("/api/v1/runs", params={name: ADA})).status_code == 401


async def test_health_and_the_list_of_addresses_need_no_key(locked):
    del locked.headers["Authorization"]
    for path in ("/livez", "/docs", "/openapi.json"):
        assert (await locked.get(path)).status_code == 200


async def test_a_key_may_be_configured_as_its_digest(locked):
    assert (await locked.get("/api/v1/runs", headers=bearer(BOB))).status_code == 200
    digest = f"sha256:{sha256(BOB.encode()).hexdigest()}"
    assert (await locked.get("/api/v1/runs", headers=bearer(digest))).status_code == 401


async def test_anothers_run_is_answered_like_one_that_never_was(locked):
    run = (await locked.post("/api/v1/runs", json={"text": TEXT})).json()["id"]
    audio = next(event for event in await events(locked, run) if event["type"] == "audio")
    name = audio["url"].partition("?")[0].rpartition("/")[2]
    assert (await locked.get(f"/api/v1/runs/{run}/audio/{name}")).status_code == 200
    for method, path in (
        ("GET", ""), ("DELETE", ""), ("GET", "/events"), ("GET", f"/audio/{name}"),
        ("POST", "/retry"), ("POST", "/heard"), ("POST", "/cancel"),
    ):  # fmt: skip
        answers = [
            await locked.request(method, f"/api/v1/runs/{of}{path}", headers=bearer(BOB), json={"played_ms": 1})
            for of in (run, "r" + "x" * 22)
        ]
        assert [answer.status_code for answer in answers] == [404, 404], path
        assert answers[0].content == answers[1].content
    assert (await locked.get("/api/v1/runs", headers=bearer(BOB))).json()["runs"] == []
    assert (await locked.get(f"/api/v1/runs/{run}")).status_code == 200


async def test_an_idempotency_key_is_its_owners_own(locked):
    made = [
        (await locked.post("/api/v1/runs", json={"text": TEXT}, headers=bearer(key) | {"Idempotency-Key": "k"})).json()
        for key in (ADA, BOB)
    ]
    assert made[0]["id"] != made[1]["id"]


async def test_addresses_inside_events_are_good_without_a_key_for_this_run_alone(locked):
    first = (await locked.post("/api/v1/runs", json={"text": TEXT})).json()["id"]
    other = (await locked.post("/api/v1/runs", json={"text": TEXT})).json()["id"]
    found = await events(locked, first)
    signed = next(event["url"] for event in found if event["type"] == "audio")
    assert ADA not in json.dumps(found)
    del locked.headers["Authorization"]
    assert (await locked.get(signed)).status_code == 200
    assert (await locked.get(found[0]["events"])).status_code == 200
    path, _, query = signed.partition("?")
    assert (await locked.get(path)).status_code == 401
    assert (await locked.get(f"{path.replace(first, other)}?{query}")).status_code == 401
    assert (await locked.delete(f"/api/v1/runs/{first}?{query}")).status_code == 401
    assert (await locked.post(f"/api/v1/runs/{first}/heard?{query}", json={"played_ms": 1})).status_code == 401
    for wrong in (
        query[:-1] + ("A" if query.endswith("_") else "_"),
        query.replace("expires=", "expires=9"),
        "expires=x&signature=é",
        "signature=" + "x" * 90,
    ):
        assert (await locked.get(f"{path}?{wrong}")).status_code == 401


async def test_a_runs_own_addresses_are_good_without_a_key_too(locked):
    made = (await locked.post("/api/v1/runs", json={"text": TEXT})).json()
    await events(locked, made["id"])
    shown = (await locked.get(f"/api/v1/runs/{made['id']}")).json()
    listed = (await locked.get("/api/v1/runs")).json()["runs"][0]
    del locked.headers["Authorization"]
    for run in (made, shown, listed):
        for name in ("events", "audio", "captions"):
            assert (await locked.get(run[name])).status_code == 200, name


async def test_no_cache_on_the_way_keeps_an_answer_for_whoever_asks_next(locked):
    """One in front of the service gave a list of runs, with their signed addresses, to who had no key."""
    run = (await speak(locked, text=TEXT))[0]["run"]
    base = f"/api/v1/runs/{run}"
    clip = f"{base}/audio/00000.wav"
    for path in (
        "/api/v1/runs",
        base,
        f"{base}/captions.vtt",
        clip,
        f"{base}/audio",
        "/readyz",
        "/metrics",
        "/",
        "/nothing",
    ):
        said = (await locked.get(path)).headers["cache-control"]
        assert said.split(",")[0] in ("no-store", "no-cache", "private"), path


def test_an_address_is_good_for_an_hour_and_not_for_a_day(monkeypatch):
    keys = Keys([SecretStr(ADA)])
    query = dict(part.split("=", 1) for part in keys.query("run").split("&"))
    now = time.time()
    assert keys.good("run", **query)
    monkeypatch.setattr("api.access.auth.time.time", lambda: now + 3500)
    assert keys.good("run", **query)
    monkeypatch.setattr("api.access.auth.time.time", lambda: now + 86_400)
    assert not keys.good("run", **query)
    assert Keys([SecretStr(ADA)]).query("run") != Keys([SecretStr(BOB)]).query("run")


def test_text_that_looks_like_an_address_is_left_alone():
    from pipeline.events import Chunk
    from pipeline.wire import Line

    text = 'say "url":"/api/v1/runs/r1/audio/a.wav" aloud'
    line = Line.of(Chunk(content=text, start=0, end=len(text)).numbered("r1", 1, 0.0))
    assert Keys([SecretStr(ADA)]).signed(line) == line.data


async def test_markup_in_text_and_names_comes_back_as_json_and_nothing_else(client):
    text = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
    async with client.stream("POST", "/api/v1/stream/speech", json={"text": text}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["x-content-type-options"] == "nosniff"
        assert any([event["type"] == "chunk" async for event in listen(response)])
    for body in ({"text": "x", "voice": text}, {"text": "x", "tts_provider": text}):
        response = await client.post("/api/v1/runs", json=body)
        assert response.headers["content-type"] == "application/json"


async def test_the_page_of_addresses_asks_nobody_else_for_anything(client):
    page = (await client.get("/docs")).text
    for asset in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert not asset.startswith(("//", "http"))
        assert (await client.get(f"/{asset}")).status_code == 200
    script = (await client.get("/page/docs.js")).text
    assert "innerHTML" not in script and "http" not in script
    assert "<script>" not in page and "style=" not in page and "onclick" not in page


CANARY = "canary-0123456789-text"


async def test_no_key_and_no_text_is_written_to_the_log_or_into_a_refusal(served, caplog):
    caplog.set_level(logging.DEBUG)
    env = {"ANTHROPIC_API_KEY": "sk-canary-key", "OLLAMA_HOST": "http://127.0.0.1:9"}
    env |= {"ALOUD_LLM_MAX_RETRIES": "1", "ALOUD_LLM_RETRY_DELAY": "0.01"}
    client = await served(env, api_keys=ADA)
    client.headers.update(bearer(ADA))
    bodies = [
        {"text": CANARY}, {"prompt": CANARY, "llm_provider": "ollama"}, {"text": CANARY, "voice": "nobody"},
        {"text": CANARY, "speed": "fast"}, {"text": [CANARY]},
    ]  # fmt: skip
    for body in bodies:
        response = await client.post("/api/v1/runs", json=body)
        if response.status_code == 201:
            run = response.json()["id"]
            async with asyncio.timeout(20):
                await events(client, run)
        else:
            assert CANARY not in response.text
    metrics = (await client.get("/metrics")).text
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore", "asyncio"))]
    formatter = Lines(secrets({"ALOUD_API_KEYS": ADA, "ANTHROPIC_API_KEY": "sk-canary-key"}))
    for said in [metrics, *map(formatter.format, ours)]:
        assert CANARY not in said and ADA not in said and "sk-canary-key" not in said


@pytest.mark.parametrize(
    ("message", "secret"),
    [
        ("Authorization: Bearer abcdef123", "abcdef123"),
        ("GET https://user:pass@host/path failed", "user:pass"),
        ("POST /v1?api_key=abcdef123&x=1", "abcdef123"),
        ("the key abcdef-in-env leaked", "abcdef-in-env"),
        ("{'authorization': 'Bearer abcdef123'}", "abcdef123"),
        ("/audio/1.wav?expires=1&signature=abcdef123", "abcdef123"),
    ],
)
def test_what_libraries_say_is_cleaned(message, secret):
    record = logging.LogRecord("x", logging.INFO, "f", 1, message, (), None)
    line = Lines(secrets({"OPENAI_API_KEY": "abcdef-in-env"})).format(record)
    assert secret not in line
    assert json.loads(line)["level"] == "info"


def test_a_secret_is_found_in_the_log_as_json_writes_it():
    secret = 'quo"ted\\and\tmore'
    record = logging.LogRecord("x", logging.INFO, "f", 1, f"{secret} was refused", (), None)
    line = Lines(secrets({"SMTP_PASSWORD": secret})).format(record)
    assert json.loads(line)["message"] == "*** was refused"


def test_nobody_writes_lines_of_his_own_into_the_log_or_colours_them():
    path = "/\x9b31m\u2028{}\x85\x1b[31m"
    record = logging.LogRecord("x", logging.INFO, "f", 1, "answered", (), None)
    record.fields = {"path": path}
    line = Lines([]).format(record)
    assert line.isascii() and line.isprintable()
    assert json.loads(line)["path"] == path


async def test_a_socket_full_of_rubbish_breaks_nothing(client):
    for rubbish in (b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 5000, b"GET /" + b"a" * 200_000):
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writer.write(rubbish)
        writer.write_eof()
        try:
            await asyncio.wait_for(reader.read(), 30)
        except ConnectionError:
            pass
        writer.close()
    assert (await client.get("/livez")).status_code == 200


async def test_without_keys_nobody_is_asked_for_one(client):
    async with httpx.AsyncClient(base_url=client.base_url) as anybody:
        assert (await anybody.get("/api/v1/runs")).status_code == 200
        run = (await anybody.post("/api/v1/runs", json={"text": TEXT})).json()["id"]
        assert all("?" not in event.get("url", "") for event in await events(anybody, run))
