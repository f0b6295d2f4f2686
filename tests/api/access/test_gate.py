"""Who is answered at all: the service by its names, pages by their origin; and what every answer carries."""

import asyncio
import logging

import pytest

from api.running.runs import Runs
from tests.api.conftest import TEXT
from tests.api.serving.test_http import connected

KEY = "ada-" + "k" * 32


@pytest.mark.parametrize("host", ["evil.com", "evil.com:8000", "localhost.evil.com", "127.0.0.1.evil.com", ""])
async def test_a_name_that_is_not_ours_is_turned_away(client, host):
    response = await client.get("/livez", headers={"Host": host})
    assert response.status_code == 400


async def test_a_name_can_be_added(served):
    client = await served(allowed_hosts="voice.example.org")
    assert (await client.get("/livez", headers={"Host": "voice.example.org"})).status_code == 200
    assert (await client.get("/livez", headers={"Host": "example.org"})).status_code == 400


async def test_every_answer_carries_the_headers_that_keep_browsers_careful(client):
    for path in ("/livez", "/docs", "/nothing", "/api/v1/runs"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cross-origin-resource-policy"] == "same-origin"


async def test_pages_of_other_origins_are_told_nothing_unless_they_are_named(served):
    client = await served()
    response = await client.get("/livez", headers={"Origin": "https://evil.com"})
    assert "access-control-allow-origin" not in response.headers
    preflight = {"Origin": "https://good.org", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in (await client.options("/api/v1/runs", headers=preflight)).headers


async def test_pages_of_other_origins_send_nothing_unless_they_are_named(served):
    client = await served(cors_origins="https://good.org")
    for origin, site, status in (
        ("https://evil.com", "cross-site", 400),
        ("null", "cross-site", 400),
        ("http://localhost:3000", "same-site", 400),
        ("https://good.org", "same-site", 201),
        ("https://good.org", "cross-site", 201),
        (str(client.base_url).rstrip("/"), "same-origin", 201),
    ):
        headers = {"Origin": origin, "Sec-Fetch-Site": site}
        sent = await client.post("/api/v1/documents", files={"file": ("a.txt", b"Hello.")}, headers=headers)
        assert sent.status_code == status, origin


async def test_named_origins_may_call(served):
    client = await served(cors_origins="https://good.org")
    preflight = {
        "Origin": "https://good.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,last-event-id,x-stainless-lang,x-stainless-os",
    }
    response = await client.options("/v1/audio/speech", headers=preflight)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "https://good.org"
    assert "access-control-allow-credentials" not in response.headers
    preflight |= {
        "Access-Control-Request-Method": "HEAD",
        "Access-Control-Request-Headers": "authorization, if-none-match, range",
    }
    assert (await client.options("/api/v1/runs", headers=preflight)).status_code == 200
    evil = await client.get("/livez", headers={"Origin": "https://evil.com"})
    assert "access-control-allow-origin" not in evil.headers


async def test_named_origins_can_read_why_they_are_refused_and_what_broke(served, monkeypatch):
    client = await served(cors_origins="https://good.org", api_keys=KEY, max_body=100)
    long, elsewhere, keyed = {"text": "x" * 200}, {"Host": "evil.com"}, {"Authorization": f"Bearer {KEY}"}

    async def asked(origin, headers, **sent):
        answer = await client.post("/api/v1/runs", headers={"Origin": origin, **headers}, **sent)
        return answer.status_code, answer.headers.get("access-control-allow-origin"), answer.headers["vary"]

    async def broken(*_, **__):
        raise ValueError("a bug")

    for origin, told in (("https://good.org", "https://good.org"), ("https://evil.com", None)):
        assert await asked(origin, {}, json={"text": TEXT}) == (401, told, "Origin")
        assert await asked(origin, elsewhere, json={"text": TEXT}) == (400, told, "Origin")
        assert await asked(origin, keyed, json=long) == (413, told, "Origin")
        with monkeypatch.context() as here:
            here.setattr(Runs, "create", broken)
            assert await asked(origin, keyed, json={"text": TEXT}) == (500, told, "Origin")


async def test_what_breaks_is_answered_and_logged_like_all_else(alone, monkeypatch, caplog):
    async def broken(*_, **__):
        raise ValueError("a bug")

    caplog.set_level(logging.INFO)
    monkeypatch.setattr(Runs, "create", broken)
    for path, body in (("/api/v1/runs", {"text": TEXT}), ("/v1/audio/speech", {"input": TEXT})):
        answer = await alone.post(path, json=body)
        assert answer.status_code == 500 and "a bug" not in answer.text
        assert answer.json()["error"]["message"].endswith("the service's log says what.")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["connection"] == "close", "else the next request would go where nobody answers"
        noted = [record.fields for record in caplog.records if record.message == "answered"]
        assert (noted[-1]["path"], noted[-1]["status"]) == (path, 500)


async def test_a_page_elsewhere_cannot_begin_a_run_by_a_plain_form(alone):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        response = await alone.post("/api/v1/runs", content=b'{"text": "Hello."}', headers={"Content-Type": kind})
        assert response.status_code == 400
    assert (await alone.get("/api/v1/runs")).json()["runs"] == []


FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'


@pytest.mark.parametrize(
    ("path", "kind", "begin", "end", "answered"),
    [
        (b"runs", b"application/json", b"", b"x", b"400"),
        (b"documents", b"multipart/form-data; boundary=b", FILE, b"\r\n--b--", b"201"),
    ],
    ids=["runs", "documents"],
)
async def test_bodies_that_do_not_come_to_their_end_fill_no_memory(
    served, monkeypatch, path, kind, begin, end, answered
):
    monkeypatch.setattr("api.access.gate._TOGETHER", 2)
    client = await served(max_body=100_000, max_document=100_000)
    head = b"POST /api/v1/%b HTTP/1.1\r\nHost: localhost\r\nContent-Type: %b\r\n" % (path, kind)
    whole = head + b"Content-Length: 90001\r\n\r\n" + begin.ljust(90_001 - len(end), b"x") + end
    part, last = whole[:-1], whole[-1:]
    async with connected(client) as one, connected(client) as two, connected(client) as three:
        begun = (one, two, three)
        for _, writer in begun:
            writer.write(part)
        answers = [asyncio.create_task(reader.readuntil(b"\r\n\r\n")) for reader, _ in begun]
        (refused,), _ = await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
        assert b"503" in refused.result() and b"retry-after" in refused.result()
        assert (await client.post("/api/v1/runs", json={"text": "Hello."})).status_code == 201, "small ones pass"
        for answer, (_, writer) in zip(answers, begun, strict=True):
            if answer is not refused:
                writer.write(last)
                assert answered in await answer, "read to its end"
    async with connected(client) as (reader, writer):
        writer.write(whole)
        assert answered in await reader.readline(), "there is room again"
