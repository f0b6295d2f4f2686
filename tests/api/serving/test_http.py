"""What comes before a body, behind it and between its chunks: bounded in bytes and in time, for whoever sends it."""

import asyncio
import contextlib
import gzip
from contextlib import asynccontextmanager

import pytest

from pipeline.errors import StoreError
from tests.api.client import until

HEAD = b"POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@asynccontextmanager
async def connected(client):
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    async with asyncio.timeout(30):
        yield reader, writer
    writer.transport.abort()


@pytest.mark.parametrize(
    "begun",
    [b"GET /", b"GET / HTTP/1.1\r\nX: ", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5_000, CHUNKED + b"2\r\n{}\r\n0\r\nX: "],
    ids=["address", "header", "headers", "trailer"],
)
async def test_what_has_no_end_is_not_read_for_ever(client, begun):
    async with connected(client) as (reader, writer):
        writer.write(begun)
        with pytest.raises(ConnectionError):
            while True:
                writer.write(bytes(50_000).replace(b"\0", b"a"))
                await writer.drain()
                await asyncio.sleep(0)
    assert (await client.get("/livez")).status_code == 200


async def test_a_body_of_many_small_chunks_is_read_to_its_end(client):
    body = b'{"text": ""' + b" " * 30_000 + b"}"
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    async with connected(client) as (reader, writer):
        writer.write(CHUNKED + chunks + b"0\r\n\r\n")
        assert b" 422 " in await reader.readline()  # which says that the text is empty


async def test_whoever_does_not_come_to_the_end_of_a_head_is_not_waited_for_and_whoever_has_listens_on(served, halfway):
    client = await served(body_timeout=0.5)
    async with client.stream("POST", "/api/v1/stream/speech", json={"text": "Hello."}) as response:
        begun = (b"", b"GET /livez HT", b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\nGET ")
        async with connected(client) as silent, connected(client) as first, connected(client) as second:
            for (_, writer), head in zip((silent, first, second), begun, strict=True):
                writer.write(head)
            for reader, _ in (silent, first, second):
                await reader.read()  # to its end
        halfway.set()
        assert b'"type":"complete"' in await response.aread()


@pytest.mark.parametrize(
    ("begun", "behind"),
    [(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\r\n"), (HEAD + b"Content-Length: 100\r\n\r\n{", b"x")],
    ids=["a blank line", "the rest of a body that was too slow"],
)
async def test_whoever_goes_on_behind_his_answer_without_another_request_is_not_waited_for(served, begun, behind):
    client = await served(body_timeout=0.5)
    async with connected(client) as (reader, writer):
        writer.write(begun)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(behind)
        await reader.read()  # to its end


async def answered(client, head, body=b""):
    """All that comes until the connection is closed."""
    async with connected(client) as (reader, writer):
        writer.write(head + b"\r\n" + body)
        return await reader.read()


BODY = b'{"text": "Hello there."}'
CLOSE = b"Host: localhost\r\nConnection: close\r\n"
POST = b"POST /api/v1/stream/speech HTTP/%b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"


async def test_whoever_opens_connections_without_end_leaves_files_for_the_clips_of_others(served, monkeypatch):
    monkeypatch.setattr("resource.getrlimit", lambda _: (4, 4))
    client = await served()
    live = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    async with connected(client) as (first, writer), connected(client):
        async with connected(client) as (third, _):
            refused = await third.read()
            assert refused.startswith(b"HTTP/1.1 503") and b"retry-after" in refused
        writer.write(live)
        assert b"200 OK" in await first.readline(), "whoever is there is answered"

    async def room():
        with contextlib.suppress(ConnectionError):
            return b"200 OK" in await answered(client, b"GET /livez HTTP/1.1\r\n" + CLOSE)

    await until(room)


async def test_whoever_sends_his_request_to_a_full_house_can_read_that_it_is_full(served, monkeypatch):
    """The connection was reset by what was still on its way, and a proxy made a 502 of it."""
    monkeypatch.setattr("resource.getrlimit", lambda _: (48, 48))
    client = await served()
    async with contextlib.AsyncExitStack() as others:
        for _ in range(24):
            await others.enter_async_context(connected(client))
        for _ in range(3):
            answer = await client.post("/api/v1/runs", content=BODY * 1000)
            assert (answer.status_code, answer.headers["connection"]) == (503, "close")


async def test_whoever_was_refused_takes_no_place_while_he_goes(served, monkeypatch):
    """Who came behind him was refused, too, though there were places."""
    monkeypatch.setattr("resource.getrlimit", lambda _: (48, 48))
    monkeypatch.setattr("api.serving.http._PARTING", 60)
    client = await served()
    async with contextlib.AsyncExitStack() as others:
        for _ in range(22):
            await others.enter_async_context(connected(client))
        async with connected(client), connected(client):
            for _ in range(3):
                reader, _ = await others.enter_async_context(connected(client))
                assert b"503" in await reader.readline()

        async def room():
            return b"200 OK" in await answered(client, b"GET /livez HTTP/1.1\r\n" + CLOSE)

        await until(room)


async def test_whoever_keeps_a_connection_that_he_does_not_use_gives_way_to_others(served, monkeypatch):
    monkeypatch.setattr("resource.getrlimit", lambda _: (4, 4))
    client = await served()
    live = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    async with connected(client) as (first, writer), connected(client) as (second, waiting):
        writer.write(live)
        await first.readuntil(b"}")
        async with connected(client) as (third, asking):
            asking.write(live)
            assert b"200 OK" in await third.readline()
        assert await first.read() == b"", "closed"
        waiting.write(live)
        assert b"200 OK" in await second.readline()


async def test_first_of_all_whoever_has_not_used_it_for_longest(served, monkeypatch):
    monkeypatch.setattr("resource.getrlimit", lambda _: (16, 16))
    client = await served()
    async with contextlib.AsyncExitStack() as crowd:

        async def use(connection):
            reader, writer = connection
            writer.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await reader.readuntil(b"}")

        kept = [await crowd.enter_async_context(connected(client)) for _ in range(8)]
        for connection in kept[::-1]:
            await use(connection)
        for left in (7, 6, 5, 4):
            await use(await crowd.enter_async_context(connected(client)))
            assert await kept[left][0].read() == b"", "closed"
        for connection in kept[:4]:
            await use(connection)


@pytest.mark.parametrize("offer", [b"Upgrade: h2c", b"upgrade:h2c ", b"Upgrade: h2c, spdy/3"])
@pytest.mark.parametrize("size", [1, 7, 60, 1000])
async def test_a_client_who_offers_http_2_with_his_request_is_answered_in_http_1(client, offer, size):
    """As Java's does, and curl with --http2; wherever the network has cut it."""
    head = POST % (b"1.1", len(BODY)) + b"Host: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\n" + offer + b"\r\n"
    request = head + b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n" + BODY
    async with connected(client) as (reader, writer):
        for _ in range(2):
            for at in range(0, len(request), size):
                writer.write(request[at : at + size])
                await asyncio.sleep(0)
            assert b"200 OK" in await reader.readline()
            assert b'"type":"complete"' in await reader.readuntil(b"\r\n0\r\n\r\n")


async def test_an_offer_without_a_body_and_a_request_behind_it_are_both_answered(client):
    head = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    answers = await answered(client, head * 2 + b"GET /livez HTTP/1.1\r\n" + CLOSE)
    assert answers.count(b"200 OK") == 3


async def test_a_tunnel_is_refused(client):
    assert (await answered(client, b"CONNECT example.org:443 HTTP/1.1\r\n" + CLOSE)).startswith(b"HTTP/1.1 4")


async def test_a_body_that_holds_an_offer_is_as_it_was_sent(client):
    body = b'{"text": "Hello.",\r\nUpgrade: h2c\r\n}'
    assert b"JSON" in await answered(client, POST % (b"1.1", len(body)) + CLOSE, body)


@pytest.mark.parametrize("way", [b"stream/speech", b"runs"])
async def test_a_client_who_knows_no_chunks_gets_none(client, way):
    head = (POST % (b"1.0", len(BODY))).replace(b"stream/speech", way) + b"Host: localhost\r\n"
    head, _, body = (await answered(client, head, BODY)).partition(b"\r\n\r\n")
    assert b" 20" in head.partition(b"\r\n")[0] and b"chunked" not in head
    if way == b"runs":
        assert f"content-length: {len(body)}".encode() in head and body.endswith(b"}")
    else:
        assert body.startswith(b"retry: 1000\nid: 1\n") and body.endswith(b"}\n\n") and b'"complete"' in body


async def test_a_body_that_is_broken_off_is_whole_for_nobody_however_old(alone, monkeypatch):
    async def broken(events):
        yield "1\n"
        raise StoreError("The clip was broken off.")

    monkeypatch.setattr("api.routes.whole.srt", broken)
    run = (await alone.post("/api/v1/runs", json={"text": "Hello."})).json()["id"]
    head = f"GET /api/v1/runs/{run}/captions.srt HTTP/1.0\r\nHost: localhost\r\n".encode()
    with pytest.raises(ConnectionError):
        await answered(alone, head)


async def test_blanks_behind_a_header_are_no_part_of_it(client):
    run = (await client.post("/api/v1/runs", json={"text": "Hello."})).json()["id"]
    head = f"GET /api/v1/runs/{run}/events HTTP/1.1\r\nLast-Event-ID: 0 \t\r\n".encode() + CLOSE
    assert (await answered(client, head)).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "hosts", [["localhost", "example.org"], ["localhost:a@example.org"], ["localhost@example.org"], ["[::1]@a"], []]
)
async def test_a_host_that_is_none_is_refused(client, hosts):
    head = b"GET /livez HTTP/1.1\r\nConnection: close\r\n" + b"".join(b"Host: %b\r\n" % host.encode() for host in hosts)
    assert (await answered(client, head)).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "[::1]", "[::1]:8000", "127.0.0.1:", "192.168.1.9:1"])
async def test_a_host_that_is_this_machine_is_answered(client, host):
    head = f"GET /livez HTTP/1.1\r\nConnection: close\r\nHost: {host}\r\n".encode()
    assert (await answered(client, head)).startswith(b"HTTP/1.1 200")


async def test_a_client_of_http_1_0_need_not_say_whom_it_asks(client):
    """As balancers do not, whose usual probe this is."""
    assert (await answered(client, b"GET /livez HTTP/1.0\r\n")).startswith(b"HTTP/1.1 200")


async def test_a_compressed_body_is_refused_as_that(client):
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    refused = await client.post("/api/v1/runs", content=gzip.compress(BODY), headers=headers)
    assert refused.status_code == 400 and "compressed" in refused.json()["error"]["message"]
