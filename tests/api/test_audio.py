"""Clips over HTTP."""

import io
import wave

import httpx
import pytest

from tests.api.client import listen, speak, up_to
from tests.api.conftest import TEXT
from tests.api.serving.test_http import CLOSE, answered


@pytest.fixture
async def clips(client):
    found = await speak(client, text=TEXT)
    return [event for event in found if event["type"] == "audio"]


async def test_a_clip_is_a_playable_file_as_long_as_its_event_says(client, clips):
    for clip in clips:
        response = await client.get(clip["url"])
        assert response.headers["content-type"] == clip["media_type"] == "audio/wav"
        assert response.headers["x-content-type-options"] == "nosniff"
        with wave.open(io.BytesIO(response.content)) as file:
            assert file.getnframes() / file.getframerate() == pytest.approx(clip["seconds"], abs=1e-3)


async def test_a_range_gives_that_part_and_only_that(client, clips):
    url = clips[0]["url"]
    whole = (await client.get(url)).content
    for asked, want in (("bytes=0-9", whole[:10]), ("bytes=100-", whole[100:]), ("bytes=-7", whole[-7:])):
        response = await client.get(url, headers={"Range": asked})
        assert response.status_code == 206
        assert response.content == want


@pytest.mark.parametrize("asked", ["bytes={size}-", "bytes=-0", "bytes={size}-,{size}-{more}"])
async def test_a_range_beyond_the_end_is_refused_in_our_words(client, clips, asked):
    url = clips[0]["url"]
    size = len((await client.get(url)).content)
    response = await client.get(url, headers={"Range": asked.format(size=size, more=size + 9)})
    assert (response.status_code, response.headers["content-range"]) == (416, f"bytes */{size}")
    assert response.json()["error"]["code"] == "range_not_satisfiable"


@pytest.mark.parametrize(
    "asked",
    ["bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=9-3", "bytes=0-1,x", "lines=1-2", "bytes=" + "0-1," * 200],
)
async def test_a_range_that_is_none_is_passed_over(client, clips, asked):
    url = clips[0]["url"]
    response = await client.get(url, headers={"Range": asked})
    assert response.status_code == 200
    assert response.content == (await client.get(url)).content


async def test_of_several_ranges_those_are_sent_that_there_are(client, clips):
    url = clips[0]["url"]
    whole = (await client.get(url)).content
    one = await client.get(url, headers={"Range": f"bytes=4-7, {len(whole)}-"})
    assert (one.status_code, one.content) == (206, whole[4:8])
    two = await client.get(url, headers={"Range": "bytes=0-3,100-199"})
    assert two.status_code == 206 and two.headers["content-type"].startswith("multipart/byteranges")
    assert whole[:4] in two.content and whole[100:200] in two.content


async def test_a_part_of_what_one_has_is_only_sent_while_it_is_the_same(client, clips):
    url = clips[0]["url"]
    first = (await client.get(url)).headers
    for tag in (first["etag"], first["last-modified"]):
        response = await client.get(url, headers={"Range": "bytes=0-9", "If-Range": tag})
        assert response.status_code == 206
    for asked in ("bytes=0-9", "bytes=999999999-"):
        response = await client.get(url, headers={"Range": asked, "If-Range": '"other"'})
        assert response.status_code == 200


async def test_a_clip_that_one_has_is_not_sent_again(client, clips):
    response = await client.get(clips[0]["url"])
    again = await client.get(clips[0]["url"], headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for tags in ("*", f'"other", W/{response.headers["etag"]}'):
        assert (await client.get(clips[0]["url"], headers={"If-None-Match": tags})).status_code == 304
    other = {"If-None-Match": '"other"', "If-Modified-Since": response.headers["last-modified"]}
    assert (await client.get(clips[0]["url"], headers=other)).status_code == 200
    for date, status in ((response.headers["last-modified"], 304), ("Thu, 01 Jan 1970 00:00:00 GMT", 200), ("x", 200)):
        assert (await client.get(clips[0]["url"], headers={"If-Modified-Since": date})).status_code == status
    assert (await client.get(clips[1]["url"])).headers["etag"] != response.headers["etag"]


async def test_a_part_of_what_is_no_longer_the_same_is_refused_to_who_wants_no_other(client, clips):
    url, long_ago = clips[0]["url"], "Thu, 01 Jan 1970 00:00:00 GMT"
    first = (await client.get(url)).headers
    tag, written = first["etag"], first["last-modified"]
    for headers, status in (
        ({"If-Match": tag}, 206),
        ({"If-Match": "*"}, 206),
        ({"If-Match": f'"other", {tag}'}, 206),
        ({"If-Match": '"other"'}, 412),
        ({"If-Match": f"W/{tag}"}, 412),
        ({"If-Match": tag, "If-Unmodified-Since": long_ago}, 206),
        ({"If-Match": tag, "If-None-Match": tag}, 304),
        ({"If-Match": '"other"', "If-None-Match": tag}, 412),
        ({"If-Unmodified-Since": written}, 206),
        ({"If-Unmodified-Since": long_ago}, 412),
        ({"If-Unmodified-Since": "yesterday"}, 206),
    ):
        assert (await client.get(url, headers={"Range": "bytes=0-9", **headers})).status_code == status, headers
        assert (await client.head(url, headers=headers)).status_code == (200 if status == 206 else status), headers
    refused = await client.get(url, headers={"If-Match": '"other"'})
    assert refused.json()["error"]["code"] == "precondition_failed"


TRICKS = [
    "../../aloud.db", "..%2f..%2faloud.db", "%2e%2e/%2e%2e/aloud.db", "....//aloud.db", "..\\..\\aloud.db",
    "%2e%2e%5caloud.db", "..%252faloud.db", "/etc/passwd", "%00.wav", "00000.wav%00.txt", ".sounds", "00000.wav/..",
]  # fmt: skip


@pytest.mark.parametrize("name", TRICKS)
async def test_no_name_leads_out_of_the_run(client, clips, name):
    base = clips[0]["url"].rpartition("/")[0]
    for path in (f"{base}/{name}", f"/api/v1/runs/{name}/audio/00000.wav", f"/{name}"):
        answer = await answered(client, f"GET {path} HTTP/1.1\r\n".encode() + CLOSE)  # clients tidy addresses up
        assert answer.split(b" ")[1] in (b"404", b"400", b"405"), path
        assert b"SQLite format" not in answer and b"root:" not in answer


async def test_a_clip_can_be_heard_while_it_grows(served):
    client = await served({"ALOUD_TONE_FACTOR": "0.15"})
    body = {"text": "This sentence takes a while to be spoken by so slow a voice."}
    async with client.stream("POST", "/api/v1/stream/speech", json=body) as response:
        stream = listen(response)
        *_, speaking = await up_to(stream, "speaking")
        async with client.stream("GET", speaking["url"]) as growing:
            assert "content-length" not in growing.headers and "etag" not in growing.headers
            assert growing.headers["content-type"] == "audio/wav"
            sound = b"".join([piece async for piece in growing.aiter_bytes()])
        *_, audio = await up_to(stream, "audio")
    whole = (await client.get(audio["url"])).content
    assert sound[44:] == whole[44:]
    assert audio["url"] == speaking["url"]


async def test_a_clip_that_breaks_off_never_ends_politely(served):
    client = await served({"ALOUD_TONE_FACTOR": "2"})
    body = {"text": "This sentence takes a while to be spoken by so slow a voice."}
    async with client.stream("POST", "/api/v1/stream/speech", json=body) as response:
        stream = listen(response)
        *_, speaking = await up_to(stream, "speaking")
        async with client.stream("GET", speaking["url"]) as growing:
            pieces = growing.aiter_bytes()
            await anext(pieces)
            await client.delete(f"/api/v1/runs/{speaking['run']}")
            with pytest.raises(httpx.RemoteProtocolError):
                async for _ in pieces:
                    pass


@pytest.mark.parametrize(("error", "status"), [(FileNotFoundError(), 404), (OSError(24, "Too many open files"), 503)])
@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}, {"Range": "bytes=0-1,4-5"}])
async def test_a_clip_that_cannot_be_opened_any_more_is_refused(client, clips, monkeypatch, error, status, headers):
    async def gone(*_, **__):
        raise error

    monkeypatch.setattr("anyio.open_file", gone)
    response = await client.get(clips[0]["url"], headers=headers)
    assert response.status_code == status
    assert response.json()["error"]["message"]
    monkeypatch.undo()
    assert (await client.get(clips[0]["url"])).status_code == 200
