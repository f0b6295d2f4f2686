"""What comes before a body, behind it and between its chunks: bounded in bytes and in time, for whoever sends it."""

import asyncio
from contextlib import asynccontextmanager

import pytest

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
