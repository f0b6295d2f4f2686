"""Event streams over a real server: every trap that servers of such streams fall into."""

import asyncio
import fcntl
import json
import sqlite3
import struct
import termios

import httpx
import pytest

from api.sending.sse import Closing, Patient, follow
from pipeline.events import Chunk
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog
from pipeline.stores.writer import Writer
from tests.api.client import TERMINAL, Reading, check_run, ended, events, listen, speak, until
from tests.api.conftest import TEXT

LONG = "A sentence that takes its time. " * 200


async def test_a_run_is_streamed_from_start_to_its_terminal_event(client):
    check_run(await speak(client, text=TEXT), TEXT)


async def test_the_stream_has_the_headers_and_the_form_of_the_contract(client):
    async with client.stream("POST", "/api/v1/stream/speech", json={"text": TEXT}) as response:
        body = await response.aread()
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["x-accel-buffering"] == "no"
    assert response.headers["server-timing"].startswith("total;dur=")
    assert body.startswith(b"retry: "), "no byte order mark, and the pause before coming back is said first"
    assert body.count(b"retry: ") == 1
    assert b"\nevent:" not in body and b"\r" not in body
    assert body.endswith(b"\n\n")


async def test_the_first_event_comes_long_before_the_source_has_finished(client):
    async with client.stream(
        "POST", "/api/v1/stream/speech", json={"text": LONG, "llm_provider": "replay"}
    ) as response:
        async for event in listen(response):
            assert event["type"] == "start"
            assert (await client.get(f"/api/v1/runs/{event['run']}")).json()["status"] == "running"
            break


@pytest.mark.parametrize("reads", [True, False])
async def test_whoever_reads_a_run_that_is_erased_comes_to_its_end(reads):
    log = MemoryEventLog()
    await log.create(RunRecord("run"))
    await log.append("run", Chunk(content="One.", start=0, end=4))
    lines = follow(log, "run", 0, Closing(log), 60)
    assert [line.seq for line in await anext(lines)] == [1]
    waiting = asyncio.ensure_future(anext(lines, None))
    if reads:
        await asyncio.sleep(0)
    await log.erase("run")
    assert await asyncio.wait_for(waiting, 30) is None


async def test_silence_is_broken_by_comments_that_are_no_events(served):
    client = await served({"ALOUD_TONE_START": "60"}, ping_seconds=0.05)
    reading = Reading()
    async with client.stream("POST", "/api/v1/stream/speech", json={"text": "Wait for it."}) as response:
        pieces = response.aiter_bytes()
        while len(reading.comments) < 5:
            reading.feed(await anext(pieces))
        await client.delete(f"/api/v1/runs/{reading.events[0]['run']}")
        async for piece in pieces:
            reading.feed(piece)
    check_run(reading.events)
    assert set(reading.comments) == {"ping"}


async def test_text_that_looks_like_the_protocol_stays_text(client):
    text = 'One.\n\nevent: done\ndata: {"type":"complete"}\n\nid: 99\r\n: two\u2028three\x85four. \ufeffEnd.'
    found = await speak(client, text=text)
    check_run(found, text)


async def test_lines_survive_clients_that_take_more_for_a_line_end_than_the_standard(client):
    text = "One\u2028two\u2029three\x85four\x0bfive\x0csix."
    async with client.stream("POST", "/api/v1/stream/speech", json={"text": text}) as response:
        data = [line[6:] async for line in response.aiter_lines() if line.startswith("data: ")]
    said = [json.loads(line) for line in data]
    assert "".join(event["content"] for event in said if event["type"] == "chunk") == text


async def test_what_cannot_work_is_refused_before_the_stream_begins(client):
    response = await client.post("/api/v1/stream/speech", json={"text": TEXT, "voice": "nobody"})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/json"


async def test_who_leaves_his_own_stream_ends_the_run(client):
    async with client.stream(
        "POST", "/api/v1/stream/speech", json={"text": LONG, "llm_provider": "replay"}
    ) as response:
        run = (await anext(listen(response)))["run"]
    assert await ended(client, run) == "cancelled"
    found = await events(client, run)
    check_run(found)
    assert found[-1]["type"] == "cancelled"


async def test_unless_he_wants_it_to_go_on(client):
    body = {"text": TEXT, "llm_provider": "replay", "on_disconnect": "continue"}
    async with client.stream("POST", "/api/v1/stream/speech", json=body) as response:
        run = (await anext(listen(response)))["run"]
    found = await events(client, run)
    assert found[-1]["type"] == "complete"
    check_run(found, TEXT)


async def test_or_somebody_else_is_listening(client):
    async with client.stream("POST", "/api/v1/stream/speech", json={"text": TEXT, "llm_provider": "replay"}) as posted:
        mine = listen(posted)
        run = (await anext(mine))["run"]
        async with client.stream("GET", f"/api/v1/runs/{run}/events") as other:
            await mine.aclose()
            found = [event async for event in listen(other)]
    assert found[-1]["type"] == "complete"


async def test_who_leaves_another_stream_changes_nothing(client):
    run = (await client.post("/api/v1/runs", json={"text": TEXT, "llm_provider": "replay"})).json()["id"]
    async with client.stream("GET", f"/api/v1/runs/{run}/events") as response:
        await anext(listen(response))
    assert (await events(client, run))[-1]["type"] == "complete"


async def test_many_readers_have_the_same_events_live_and_long_after(client):
    run = (await client.post("/api/v1/runs", json={"text": TEXT, "llm_provider": "replay"})).json()["id"]
    readings = await asyncio.gather(*[events(client, run) for _ in range(8)])
    assert all(reading == readings[0] for reading in readings)
    assert await events(client, run) == readings[0]
    check_run(readings[0], TEXT)


async def test_coming_back_goes_on_right_after_the_number(client):
    whole = await speak(client, text=TEXT)
    run = whole[0]["run"]
    for after in range(len(whole)):
        assert await events(client, run, after) == whole[after:]
    response = await client.get(f"/api/v1/runs/{run}/events?after=3", headers={"Last-Event-ID": ""})
    assert f"id: {4}\n" in response.text and "id: 3\n" not in response.text


async def test_past_the_end_there_is_nothing_and_browsers_stop_asking(client):
    whole = await speak(client, text=TEXT)
    for after in (len(whole), len(whole) + 5):
        response = await client.get(whole[0]["events"], headers={"Last-Event-ID": str(after)})
        assert response.status_code == 204
        assert response.content == b""


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "1e3", " ", "٣", "9" * 30, "999999"])
async def test_a_number_that_cannot_be_is_refused(client, number):
    run = (await client.post("/api/v1/runs", json={"text": LONG, "llm_provider": "replay"})).json()["id"]
    response = await client.get(f"/api/v1/runs/{run}/events", params={"after": number})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "malformed"
    await client.delete(f"/api/v1/runs/{run}")


async def test_a_run_that_is_not_there_is_404_and_no_broken_stream(client):
    response = await client.get("/api/v1/runs/nobody/events")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "unknown_run"


async def test_what_is_ready_goes_out_together(client):
    run = (await speak(client, text="This is one of many sentences. " * 40))[0]["run"]
    async with client.stream("GET", f"/api/v1/runs/{run}/events") as response:
        pieces = [piece async for piece in response.aiter_raw()]
        count = b"".join(pieces).count(b"data: ")
    assert count > 40
    assert len(pieces) <= count / 4


async def test_a_reader_that_never_reads_holds_nobody_up_and_is_dropped(served):
    client = await served(reader_timeout=1)
    text = "Many words, and some more of them. " * 600
    run = (await client.post("/api/v1/runs", json={"text": text})).json()["id"]
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port, limit=1024)
    writer.write(f"GET /api/v1/runs/{run}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    await reader.readline()
    writer.transport.pause_reading()
    found = await events(client, run)
    assert found[-1]["type"] == "complete"

    async def dropped():
        page = (await client.get("/metrics")).text
        return "aloud_streams_open 0.0" in page and "aloud_sse_evictions_total 1.0" in page

    await until(dropped)
    writer.transport.resume_reading()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        while True:
            await reader.readexactly(65536)
    assert reader.at_eof() or reader.exception()
    writer.close()
    check_run(found, text)


async def test_what_is_held_for_a_reader_who_does_not_read_is_little(alone, monkeypatch):
    """In this process and in the kernel: all that was handed over, without what lies at the reader's own door."""
    handed = 0

    async def counted(self, message, send=Patient.send):
        nonlocal handed
        handed += len(message.get("body", b""))
        await send(self, message)

    run = (await speak(alone, text="Many words, and some more of them. " * 700, speed=10))[0]["run"]
    monkeypatch.setattr(Patient, "send", counted)
    reader, writer = await asyncio.open_connection(alone.base_url.host, alone.base_url.port, limit=1024)
    writer.transport.pause_reading()
    writer.write(f"GET /api/v1/runs/{run}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    socket, before = writer.get_extra_info("socket"), -1
    while before != handed or not handed:
        before = handed
        await asyncio.sleep(0.2)  # there is no sign of nothing more being taken
    at_the_door = struct.unpack("i", fcntl.ioctl(socket.fileno(), termios.FIONREAD, bytes(4)))[0]
    writer.transport.abort()
    assert handed - at_the_door <= 150_000


async def test_httpx_sse_reads_it(client):
    from httpx_sse import aconnect_sse

    async with aconnect_sse(client, "POST", "/api/v1/stream/speech", json={"text": TEXT}) as source:
        found = [event async for event in source.aiter_sse()]
    assert [int(event.id) for event in found] == list(range(1, len(found) + 1))
    assert {event.event for event in found} == {"message"}
    assert found[-1].json()["type"] == "complete"


async def test_a_stream_costs_no_thread_and_no_queue_while_it_waits(served):
    client = await served({"ALOUD_TONE_START": "30"})
    run = (await client.post("/api/v1/runs", json={"text": "Wait."})).json()["id"]
    limits = httpx.Limits(max_connections=50)
    async with httpx.AsyncClient(base_url=client.base_url, limits=limits, timeout=60) as many:

        async def first_lines(count):
            async with many.stream("GET", f"/api/v1/runs/{run}/events") as response:
                stream = listen(response)
                return [(await anext(stream))["seq"] for _ in range(count)]

        assert await asyncio.gather(*[first_lines(3) for _ in range(50)]) == [[1, 2, 3]] * 50
    await client.delete(f"/api/v1/runs/{run}")


async def test_when_nothing_can_be_written_any_more_readers_are_let_go_and_find_the_end_when_it_can(alone, monkeypatch):
    full = False

    def write(writer, changes, write=Writer._write):
        if full:
            raise sqlite3.OperationalError("database or disk is full")
        write(writer, changes)

    monkeypatch.setattr(Writer, "_write", write)
    monkeypatch.setattr("api.watching.ending._PAUSE", 0.01)
    monkeypatch.setattr("api.watching.ending._LONGEST", 0.01)
    body = {"text": TEXT * 20, "llm_provider": "replay", "on_disconnect": "continue"}
    async with alone.stream("POST", "/api/v1/stream/speech", json=body) as response:
        reading = listen(response)
        found = [await anext(reading)]
        run = found[0]["run"]
        async with alone.stream("GET", f"/api/v1/runs/{run}/audio") as sound:
            full = True
            found += [event async for event in reading]
            with pytest.raises(httpx.RemoteProtocolError):
                await sound.aread()
    assert found[-1]["type"] not in TERMINAL, "what is not kept is not told"
    assert await events(alone, run, len(found)) == [], "who comes back too soon is not kept waiting, either"
    full = False
    assert await ended(alone, run) == "error"
    whole = await events(alone, run)
    check_run(whole)
    assert whole[: len(found)] == found
