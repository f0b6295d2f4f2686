"""The socket: text in, events and clips out, interrupted when the listener speaks."""

import asyncio
import json
import wave
from io import BytesIO

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.sending.sse import follow
from api.socket.conversation import LARGEST
from tests.api.client import TERMINAL, check_run, ended, events, until
from tests.api.conftest import TEXT, WORDS

HEADER = 44
"""Bytes; a clip that was heard while it grew had no length in it yet."""


async def test_text_that_is_written_word_by_word_is_spoken_and_heard(talk, client):
    await talk.say("start")
    await talk.write(WORDS)
    await talk.say("end")
    found = await talk.until(*TERMINAL)
    check_run(found, "".join(WORDS))
    for event in found:
        if event["type"] == "audio":
            kept = (await client.get(event["url"])).content
            assert talk.sounds[event["index"]][HEADER:] == kept[HEADER:]
            with wave.open(BytesIO(kept)) as file:
                assert file.getnframes() / file.getframerate() == pytest.approx(event["seconds"], abs=1e-3)


async def test_halves_of_a_character_are_joined_and_one_alone_is_replaced(talk):
    await talk.say("start")
    for piece in ("One \ud83d", "\ude00 smile", " \ud83d", "."):
        await talk.say("text", content=piece)
    await talk.say("end")
    found = await talk.until(*TERMINAL)
    text = "One 😀 smile \ufffd."
    assert "".join(event["content"] for event in found if event["type"] == "chunk") == text
    assert found[-1]["chars"] == len(text)


async def test_a_run_may_bring_its_text_along(talk):
    await talk.say("start", text=TEXT, voice="high")
    check_run(await talk.until(*TERMINAL), TEXT)


async def test_one_run_follows_another_on_the_same_socket(talk):
    runs = set()
    for _ in range(3):
        await talk.say("start", text=TEXT)
        found = await talk.until(*TERMINAL)
        check_run(found, TEXT)
        runs.add(found[0]["run"])
        talk.sounds.clear()
    assert len(runs) == 3


async def test_flush_speaks_what_would_have_waited(talk):
    await talk.say("start", buffer={"max_idle_time": 60, "max_buffer_time": 60})
    await talk.say("text", content="No end in sight")
    await talk.until("chunk")
    await talk.say("flush")
    assert (await talk.until("audio"))[-1]["text"] == "No end in sight"
    await talk.say("text", content=" and then more")
    await talk.say("end")
    found = await talk.until(*TERMINAL)
    assert found[-1]["type"] == "complete"
    assert found[-1]["spoken"] == len("No end in sight and then more")


async def test_leaving_ends_the_run(client, talking):
    async with talking(client) as talk:
        await talk.say("start")
        run = (await talk.hear())["run"]
    assert await ended(client, run) == "cancelled"


async def test_a_run_that_goes_on_alone_speaks_what_had_come_and_ends(client, talking):
    async with talking(client) as talk:
        await talk.say("start", on_disconnect="continue")
        run = (await talk.hear())["run"]
        await talk.say("text", content="This has come. And this was")
        await talk.until("chunk")
    assert await ended(client, run) == "error"
    found = await events(client, run)
    assert [event["text"].strip() for event in found if event["type"] == "audio"] == ["This has come.", "And this was"]
    assert found[-1]["code"] == "source_truncated"


MISUSE = {
    "no JSON": ("{", 4400, "malformed"),
    "no object": ("[1]", 4422, "invalid_request"),
    "no type": ("{}", 4422, "invalid_request"),
    "unknown type": ('{"type": "dance"}', 4422, "invalid_request"),
    "text before start": ('{"type": "text", "content": "x"}', 4409, "conflict"),
    "flush before start": ('{"type": "flush"}', 4409, "conflict"),
    "unknown voice": ('{"type": "start", "voice": "nobody"}', 4422, "unknown_voice"),
    "empty text": ('{"type": "start", "text": " "}', 4422, "empty_text"),
    "unknown field": ('{"type": "start", "voise": "x"}', 4422, "invalid_request"),
    "a name that is there twice": ('{"type": "start", "type": "end"}', 4400, "malformed"),
    "no number": ('{"type": "start", "speed": NaN}', 4400, "malformed"),
    "nested too deeply": ("[" * 100_000, 4400, "malformed"),
    "a binary frame": (b"\x00\x01", 4400, "malformed"),
    "a position before the beginning": ('{"type": "cancel", "played_ms": -1}', 4422, "invalid_request"),
}


@pytest.mark.parametrize("name", MISUSE)
async def test_each_misuse_is_answered_by_one_sentence_and_one_code(talk, name):
    message, code, word = MISUSE[name]
    await talk.socket.send(message)
    refused = await talk.hear()
    assert (refused["type"], refused["code"]) == ("refused", word)
    assert refused["message"].endswith(".") and not refused["message"].startswith("start")  # as if that were a field
    assert not {"dictionary", "discriminator", "tag"} & set(refused["message"].split())
    assert await talk.closed() == code


async def test_a_second_start_and_text_after_the_end_are_misuse(client, talking):
    for first, second in (({"type": "start"}, {"type": "start"}), ({"type": "end"}, {"type": "text", "content": "x"})):
        async with talking(client) as talk:
            await talk.say("start")
            if first["type"] != "start":
                await talk.socket.send(json.dumps(first))
            await talk.socket.send(json.dumps(second))
            refused = (await talk.until("refused"))[-1]
            assert refused["code"] == "conflict"
            assert await talk.closed() == 4409


async def test_text_over_the_limit_is_misuse(served, talking):
    client = await served(max_chars=100)
    async with talking(client) as talk:
        await talk.say("start")
        await talk.say("text", content="x" * 100)
        await talk.until("chunk")
        await talk.say("text", content="x")
        assert (await talk.until("refused"))[-1]["code"] == "text_too_long"
        assert await talk.closed() == 4413


async def test_a_client_who_never_says_anything_is_not_waited_for(served, talking):
    client = await served(socket_timeout=0.2)
    async with talking(client) as talk:
        refused = await talk.hear()
        assert (refused["type"], refused["code"]) == ("refused", "too_slow")
        assert await talk.closed() == 4408


@pytest.mark.parametrize(("on_disconnect", "end"), [("cancel", "cancelled"), ("continue", "error")])
async def test_a_run_does_not_wait_for_ever_for_text_that_does_not_come(served, talking, on_disconnect, end):
    client = await served(socket_timeout=0.8)
    async with talking(client) as talk:
        await talk.say("start", on_disconnect=on_disconnect)
        run = (await talk.hear())["run"]
        await talk.say("text", content="This has come.")
        assert (await talk.until("refused"))[-1]["code"] == "too_slow"
        assert await talk.closed() == 4408
    assert await ended(client, run) == end


async def test_whoever_has_said_all_may_listen_for_as_long_as_it_takes(served, talking):
    client = await served({"ALOUD_TONE_START": "1"}, socket_timeout=0.6)
    async with talking(client) as talk:
        await talk.say("start")
        await talk.say("text", content="Said.")
        await talk.say("end")
        check_run(await talk.until(*TERMINAL), "Said.")
        await talk.until("refused")
        assert await talk.closed() == 4408


async def test_the_time_of_a_run_counts_for_text_that_does_not_come_as_well(served, talking):
    client = await served({"ALOUD_RUN_TIMEOUT": "0.3"})
    async with talking(client) as talk:
        await talk.say("start")
        assert (await talk.until(*TERMINAL))[-1]["code"] == "run_timeout"


async def test_whoever_asks_for_too_much_is_told_when_to_come_back(served, talking):
    client = await served(rate_per_minute=1)
    async with talking(client) as talk:
        await talk.say("start", text="Said.")
        await talk.until(*TERMINAL)
        await talk.say("start", text="Said.")
        refused = await talk.hear()
        assert refused["code"] == "too_many_requests" and 0 < refused["retry_after"] <= 60
        assert await talk.closed() == 4429


async def test_only_so_many_sockets_may_be_open(served, talking):
    client = await served(max_streams=1)
    async with talking(client) as talk:
        with pytest.raises(InvalidStatus) as refused:
            async with talking(client):
                pass
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["retry-after"]
        await talk.say("start", text=TEXT)
        check_run(await talk.until(*TERMINAL), TEXT)


async def test_a_ping_is_answered(talk):
    await asyncio.wait_for(await talk.socket.ping(), 30)


async def test_a_message_that_is_too_large_is_refused_and_one_without_end_is_not_gathered(client, talking):
    async with talking(client) as talk:
        await talk.socket.send(" " * (LARGEST + 1))
        assert (await talk.hear())["code"] == "too_large" and await talk.closed() == 4413
    async with talking(client) as talk:

        async def pieces():
            for _ in range(100):
                yield " " * (LARGEST // 2)

        with pytest.raises(ConnectionClosed) as closed:
            await talk.socket.send(pieces())
        told = closed.value.rcvd
        assert told is None or told.code == 1009  # of a line that is reset while he still sends, he may see no more


async def test_a_run_that_is_gone_keeps_no_place_when_the_next_one_is_asked_for(served, talking, monkeypatch):
    gone = asyncio.Event()

    async def until_it_is_gone(*given):
        async for lines in follow(*given):
            yield lines
            await gone.wait()  # then erased, before its end was read
            return

    monkeypatch.setattr("api.socket.conversation.follow", until_it_is_gone)
    client = await served()
    async with talking(client) as talk:
        await talk.say("start", text=TEXT)
        await talk.until("start")
        await talk.say("cancel")
        await talk.until("heard")
        await talk.say("start", text=TEXT)
        gone.set()
        assert await talk.closed() == 1012

    async def nobody_reads():
        return "aloud_streams_open 0.0" in (await client.get("/metrics")).text

    await until(nobody_reads)
