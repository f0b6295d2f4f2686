"""A run's joined sound and its captions."""

import asyncio
import io
import re
import wave

import av
import httpx
import numpy as np
import pytest

from pipeline.audio import JOINED
from pipeline.audio.joining.joining import Join
from tests.api.client import events, speak
from tests.api.conftest import TEXT

SLOW = {"text": "A sentence that takes its time. " * 6, "llm_provider": "replay"}


def samples(data):
    """Without trust in the header's sizes: a file that grew could not know them."""
    assert data[:4] == b"RIFF" and data[36:40] == b"data"
    return data[44:]


async def test_the_joined_file_is_all_clips_one_after_the_other(client):
    found = await speak(client, text=TEXT)
    clips = [(await client.get(event["url"])).content for event in found if event["type"] == "audio"]
    response = await client.get(f"/api/v1/runs/{found[0]['run']}/audio")
    assert response.headers["content-type"] == "audio/wav"
    assert samples(response.content) == b"".join(map(samples, clips))
    with wave.open(io.BytesIO(response.content)) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(found[-1]["seconds"], abs=0.01)


async def test_it_is_what_the_clips_are_unless_another_format_is_asked_for(client):
    run = (await speak(client, text=TEXT, format="flac"))[0]["run"]
    for query, kind in (("", "audio/flac"), ("?format=wav", "audio/wav"), ("?format=mp3", "audio/mpeg")):
        answer = await client.get(f"/api/v1/runs/{run}/audio{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


async def test_once_the_run_has_ended_one_can_seek_in_it(client):
    run = (await speak(client, text=TEXT))[0]["run"]
    answers = await asyncio.gather(*[client.get(f"/api/v1/runs/{run}/audio") for _ in range(4)])
    whole = answers[0].content
    assert all(samples(answer.content) == samples(whole) for answer in answers)
    part = await client.get(f"/api/v1/runs/{run}/audio", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole[100:200])
    beyond = await client.get(f"/api/v1/runs/{run}/audio", headers={"Range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond.json()["error"]["code"]) == (416, "range_not_satisfiable")


@pytest.fixture
def joining(monkeypatch):
    """Set when the service in the test's own loop has the first piece of a joined file; it waits for the second."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def stream(join, events, samples=None, stream=Join.stream):
        async for block in stream(join, events, samples):
            yield block
            begun.set()
            await go_on.wait()

    monkeypatch.setattr(Join, "stream", stream)
    return begun, go_on


async def test_the_file_is_made_to_its_end_though_who_asked_first_is_cut_off(alone, joining):
    begun, go_on = joining
    run = (await speak(alone, text=TEXT))[0]["run"]
    first = asyncio.create_task(alone.get(f"/api/v1/runs/{run}/audio"))
    await begun.wait()
    (answering,) = [task for task in asyncio.all_tasks() if "run_asgi" in repr(task.get_coro())]
    async with alone.stream("GET", f"/api/v1/runs/{run}/audio") as following:
        pieces = following.aiter_bytes()
        followed = await anext(pieces)
        answering.cancel()
        assert (await first).status_code == 503
        go_on.set()
        followed += b"".join([piece async for piece in pieces])
    assert samples(followed) == samples((await alone.get(f"/api/v1/runs/{run}/audio")).content)


async def test_whoever_waits_for_the_file_of_a_run_that_is_erased_is_told_that_it_is_gone(alone, joining):
    begun, go_on = joining
    run = (await speak(alone, text=TEXT))[0]["run"]
    first = asyncio.create_task(alone.get(f"/api/v1/runs/{run}/audio"))
    await begun.wait()
    assert (await alone.delete(f"/api/v1/runs/{run}")).status_code == 204
    go_on.set()
    assert (await first).json()["error"]["code"] == "unknown_run"


async def test_a_file_that_cannot_be_made_is_no_end_of_anything_else(alone, monkeypatch):
    run = (await speak(alone, text=TEXT))[0]["run"]

    async def broken(join, events):
        raise ValueError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(Join, "length", broken)
        assert (await alone.get(f"/api/v1/runs/{run}/audio")).status_code == 503
    assert (await alone.get(f"/api/v1/runs/{run}/audio")).status_code == 200


async def test_to_ask_for_its_headers_alone_makes_no_file(alone):
    run = (await speak(alone, text=TEXT))[0]["run"]
    address = f"/api/v1/runs/{run}/audio?format=mp3"
    before = await alone.head(address)
    assert (before.status_code, before.headers["content-type"]) == (200, "audio/mpeg")
    assert "content-length" not in before.headers
    size = len((await alone.get(address)).content)
    assert int((await alone.head(address)).headers["content-length"]) == size


async def test_the_headers_of_what_grows_are_told_at_once(served, halfway):
    client = await served()
    run = (await client.post("/api/v1/runs", json=SLOW | {"text": "A sentence that takes its time. " * 2})).json()
    for address, kind in ((run["audio"], "audio/wav"), (run["captions"], "text/vtt; charset=utf-8")):
        head = await client.head(address)
        assert (head.status_code, head.headers["content-type"]) == (200, kind)
        assert "content-length" not in head.headers
    assert (await client.get(f"/api/v1/runs/{run['id']}")).json()["status"] == "running"
    halfway.set()
    await events(client, run["id"])


async def test_while_the_run_goes_on_the_file_grows_to_the_same_sound(client):
    run = (await client.post("/api/v1/runs", json=SLOW)).json()["id"]
    async with client.stream("GET", f"/api/v1/runs/{run}/audio") as response:
        assert "content-length" not in response.headers
        grown = b"".join([piece async for piece in response.aiter_bytes()])
    await events(client, run)
    assert samples(grown) == samples((await client.get(f"/api/v1/runs/{run}/audio")).content)


async def test_a_slow_voice_is_heard_in_it_while_its_clips_grow(served, halfway):
    client = await served()
    run = (await client.post("/api/v1/runs", json=SLOW | {"text": "A sentence that takes its time. " * 2})).json()["id"]
    async with client.stream("GET", f"/api/v1/runs/{run}/audio") as response:
        pieces = response.aiter_bytes()
        grown = b""
        while len(grown) <= 44:  # sound, and not the header alone
            grown += await anext(pieces)
        found = (await client.get(f"/api/v1/runs/{run}")).json()
        assert found["status"] == "running"
        halfway.set()
        grown += b"".join([piece async for piece in pieces])
    kinds = [event["type"] for event in await events(client, run)]
    assert "speaking" in kinds and kinds[-1] == "complete"
    assert samples(grown) == samples((await client.get(f"/api/v1/runs/{run}/audio")).content)


def decoded(data):
    with av.open(io.BytesIO(data)) as file:
        frames = [frame.to_ndarray().reshape(-1).astype(float) for frame in file.decode(audio=0)]
    found = np.concatenate(frames)
    return found / 32768 if np.abs(found).max() > 2 else found


@pytest.mark.parametrize(
    ("clip", "format"), [("opus", "wav"), ("flac", "wav"), *(("mp3", format) for format in JOINED if format != "pcm")]
)
async def test_clips_that_are_compressed_are_followed_as_well(served, halfway, clip, format):
    """Heard while the run's only clip is being made, and in the end the same as the file that is made afterwards."""
    client = await served()
    body = SLOW | {"text": "This sentence takes its time.", "format": clip}
    run = (await client.post("/api/v1/runs", json=body)).json()["id"]
    address, early = f"/api/v1/runs/{run}/audio?format={format}", 0
    async with client.stream("GET", address) as response:
        grown = b""
        async for piece in response.aiter_bytes():
            grown += piece
            if not early and len(grown) > 1500:
                early = len(grown)
                assert (await client.get(f"/api/v1/runs/{run}")).json()["status"] == "running"
                halfway.set()
    found = await events(client, run)
    assert [event["type"] for event in found if event["type"] in ("speaking", "audio")] == ["speaking", "audio"]
    assert early and found[-1]["type"] == "complete"
    whole = (await client.get(address)).content
    if format in ("wav", "flac"):
        assert np.array_equal(decoded(grown), decoded(whole))
    else:
        heard, later = decoded(grown), decoded(whole)
        count = min(len(heard), len(later))
        assert abs(len(heard) - len(later)) < 2400, "a header that was written first cannot say how long the sound is"
        assert np.abs(heard[:count] - later[:count]).max() < 0.01


@pytest.mark.parametrize(("clip", "format"), [("wav", "wav"), ("mp3", "wav"), ("wav", "mp3"), ("mp3", "opus")])
async def test_a_run_that_is_cancelled_half_way_through_a_clip_breaks_its_file_off(served, clip, format):
    client = await served({"ALOUD_TONE_FACTOR": "0.9"})
    run = (await client.post("/api/v1/runs", json=SLOW | {"format": clip})).json()["id"]
    async with client.stream("GET", f"/api/v1/runs/{run}/audio?format={format}") as response:
        pieces = response.aiter_bytes()
        heard = 0
        while heard < 2000:
            heard += len(await anext(pieces))
        await client.delete(f"/api/v1/runs/{run}")
        with pytest.raises(httpx.RemoteProtocolError):
            async for _ in pieces:
                pass


async def test_the_file_of_a_run_that_is_cancelled_ends_with_what_there_is(served):
    client = await served({"ALOUD_TONE_START": "30"})
    run = (await client.post("/api/v1/runs", json=SLOW)).json()["id"]
    async with client.stream("GET", f"/api/v1/runs/{run}/audio") as response:
        await client.delete(f"/api/v1/runs/{run}")
        assert samples(b"".join([piece async for piece in response.aiter_bytes()])) == b""


@pytest.mark.parametrize("format", list(JOINED))
async def test_the_whole_can_be_had_in_every_format(client, format):
    run = (await speak(client, text=TEXT))[0]["run"]
    response = await client.get(f"/api/v1/runs/{run}/audio?format={format}")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("audio/")
    assert (";rate=22050;channels=1" in response.headers["content-type"]) == (format == "pcm")
    assert len(response.content) > 5000


async def test_a_format_that_does_not_exist_is_refused(client):
    run = (await speak(client, text=TEXT))[0]["run"]
    assert (await client.get(f"/api/v1/runs/{run}/audio?format=8track")).status_code == 422


async def test_captions_have_the_words_of_the_source_at_the_times_of_the_joined_sound(client):
    found = await speak(client, text=TEXT)
    response = await client.get(f"/api/v1/runs/{found[0]['run']}/captions.vtt")
    assert response.headers["content-type"].startswith("text/vtt")
    assert response.text.startswith("WEBVTT\n\n")
    said = re.sub(r"(?m)^.*-->.*$|^WEBVTT$", "", response.text)
    assert said.split() == TEXT.split()
    last = re.findall(r"--> (\d\d):(\d\d):(\d\d\.\d{3})", response.text)[-1]
    assert int(last[1]) * 60 + float(last[2]) <= found[-1]["seconds"] + 1

    response = await client.get(f"/api/v1/runs/{found[0]['run']}/captions.srt")
    assert response.text.startswith("1\n00:00:00,")
    assert (await client.get(f"/api/v1/runs/{found[0]['run']}/captions.doc")).status_code == 422
    timed = (await client.get(f"/api/v1/runs/{found[0]['run']}/captions.json")).json()
    clips = [event for event in found if event["type"] == "audio"]
    assert len(clips) > 1
    assert timed == [word | {"at": round(clip["begins"] + word["at"], 3)} for clip in clips for word in clip["words"]]
    words = (await client.get(f"/api/v1/runs/{found[0]['run']}/captions.vtt?words=true")).text
    assert words.count("<00:") > 3


async def test_captions_of_a_run_that_goes_on_come_to_its_end(client):
    run = (await client.post("/api/v1/runs", json=SLOW)).json()["id"]
    async with httpx.AsyncClient(base_url=client.base_url, timeout=60) as other:
        text = (await other.get(f"/api/v1/runs/{run}/captions.vtt")).text
    assert re.sub(r"(?m)^.*-->.*$|^WEBVTT$", "", text).split() == SLOW["text"].split()
