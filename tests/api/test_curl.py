"""curl as people type it: events as they come, a resumed stream, a clip in part, the whole while it grows."""

import asyncio
import json
import shutil

import pytest

from tests.api.client import Reading, check_run, speak
from tests.api.conftest import TEXT
from tests.stopwatch import least

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")


async def curl(*arguments):
    """What it writes; it has to end well."""
    child = await asyncio.create_subprocess_exec(
        "curl", "-sS", "-N", "--fail", *arguments, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asyncio.wait_for(child.communicate(), 30)
    assert child.returncode == 0
    return said


def url(client, path):
    return str(client.base_url).rstrip("/") + path


async def spoken(client):
    body = json.dumps({"text": TEXT})
    return await curl(url(client, "/api/v1/stream/speech"), "-H", "Content-Type: application/json", "-d", body)


async def test_the_line_of_the_readme_prints_every_event(client):
    reading = Reading()
    reading.feed(await spoken(client))
    check_run(reading.events, TEXT)


async def test_events_are_printed_as_they_come(client):
    body = json.dumps({"text": TEXT * 20, "llm_provider": "replay"})
    child = await asyncio.create_subprocess_exec(
        "curl", "-sS", "-N", url(client, "/api/v1/stream/speech"), "-H", "Content-Type: application/json", "-d", body,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    while b'"type":"audio"' not in (line := await asyncio.wait_for(child.stdout.readline(), 30)):
        assert line, "it ended before there was sound"
    assert child.returncode is None
    child.terminate()
    await child.communicate()


async def test_it_goes_on_after_a_number(client):
    reading, rest = Reading(), Reading()
    reading.feed(await spoken(client))
    address = url(client, reading.events[0]["events"])
    rest.feed(await curl(address, "-H", "Last-Event-ID: 3"))
    assert rest.events == reading.events[3:]


async def test_sound_comes_whole_and_in_part(client, tmp_path):
    reading = Reading()
    reading.feed(await spoken(client))
    clip = url(client, next(event["url"] for event in reading.events if event["type"] == "audio"))
    whole = await curl(clip)
    (tmp_path / "part.wav").write_bytes(whole[:1000])
    await curl("-C", "-", "-o", str(tmp_path / "part.wav"), clip)
    assert (tmp_path / "part.wav").read_bytes() == whole
    joined = await curl(url(client, f"/api/v1/runs/{reading.events[0]['run']}/audio?format=mp3"))
    assert joined[:3] == b"ID3" or joined[0] == 0xFF


async def test_sound_comes_as_fast_as_it_is_taken(client):
    run = (await speak(client, text="Many words, and some more of them. " * 100))[0]["run"]
    address = f"/api/v1/runs/{run}/audio"
    assert len((await client.get(address)).content) > 6_000_000

    async def taking():
        return float(await curl(url(client, address), "-o", "/dev/null", "-w", "%{time_total}"))

    assert await least(taking, 0.5) < 1.0


async def test_a_document_is_brought_and_spoken(client, tmp_path):
    (tmp_path / "talk.md").write_text("# Hello\n\nFrom a file.\n")
    brought = json.loads(await curl(url(client, "/api/v1/documents"), "-F", f"file=@{tmp_path / 'talk.md'}"))
    body = json.dumps({"document": brought["id"]})
    reading = Reading()
    reading.feed(await curl(url(client, "/api/v1/stream/speech"), "-H", "Content-Type: application/json", "-d", body))
    assert reading.events[-1]["type"] == "complete"
