"""Sound on the socket: in time, over a slow line, of a slow voice, and where one of the two breaks off."""

import asyncio
import json

import anyio
import numpy as np
import pytest

from pipeline.audio.rates import Resampler
from pipeline.engines.tone import ToneEngine
from pipeline.errors import EngineError
from tests.api.client import TERMINAL, check_run
from tests.api.conftest import TEXT
from tests.api.socket.test_websocket import HEADER


async def test_no_time_is_spent_on_squeezing_sound(talk):
    assert not talk.socket.protocol.extensions, "though the client would have it"


async def test_sound_comes_in_frames_that_hold_up_nobody_over_a_slow_line(talk):
    await talk.say("start", text=TEXT)
    sizes = []
    async for data in talk.socket:
        if isinstance(data, bytes):
            sizes.append(len(data))
        elif json.loads(data)["type"] in TERMINAL:
            break
    assert sum(sizes) > 100_000, "there was more than would fit into a large one"
    assert max(sizes) < 10_000, "a tenth of a second where 100 kB a second come"


async def test_a_slow_voice_is_heard_before_its_clip_is_finished(served, talking):
    client = await served({"ALOUD_TONE_FACTOR": "0.15"})
    async with talking(client) as talk:
        await talk.say("start", text="This sentence takes a while to be spoken by so slow a voice.")
        found = await talk.until(*TERMINAL)
        assert "speaking" in [event["type"] for event in found]
        audio = next(event for event in found if event["type"] == "audio")
        assert talk.sounds[audio["index"]][HEADER:] == (await client.get(audio["url"])).content[HEADER:]


@pytest.mark.parametrize("slow", [False, True])
async def test_who_names_a_rate_gets_bare_samples(served, talking, slow):
    client = await served({"ALOUD_TONE_FACTOR": "0.15"} if slow else {})
    async with talking(client) as talk:
        for rate in (16_000, 44_100):
            talk.sounds.clear()
            await talk.say("start", text=f"This is said {rate} times a second, and it takes a while.", sample_rate=rate)
            found = await talk.until(*TERMINAL)
            assert ("speaking" in [event["type"] for event in found]) == slow
            for audio in (event for event in found if event["type"] == "audio"):
                clip = (await client.get(audio["url"])).content
                samples, came = (np.frombuffer(data, np.int16) for data in (clip[HEADER:], talk.sounds[audio["index"]]))
                wanted = Resampler(int.from_bytes(clip[24:28], "little"), rate).finish(samples)
                assert len(came) == round(audio["seconds"] * rate)
                assert np.array_equal(came[: len(wanted)], wanted[: len(came)])
        await talk.say("start", sample_rate=100)
        assert (await talk.hear())["details"]["fields"][0]["field"] == "sample_rate"


@pytest.mark.parametrize("interrupted", [False, True])
async def test_sound_that_breaks_off_does_not_end_the_talk(served, talking, monkeypatch, interrupted):
    breaks = asyncio.Event()

    async def speak(engine, text, voice, speak=ToneEngine.speak):
        async for piece in speak(engine, text, voice):
            yield piece
        if "never" in text:
            await breaks.wait()
            raise EngineError("The string broke.")

    monkeypatch.setattr(ToneEngine, "speak", speak)
    async with talking(await served()) as talk:
        await talk.say("start", text="This sentence is never heard to its end by anybody.")
        await talk.until("speaking")
        if interrupted:
            await talk.say("cancel", played_ms=0)
        else:
            breaks.set()
        found = await talk.until(*TERMINAL)
        assert [event["type"] for event in found] == (["heard", "cancelled"] if interrupted else ["failed", "complete"])
        await talk.say("start", text="This one is.")
        check_run(await talk.until(*TERMINAL), "This one is.")


async def test_misuse_while_sound_is_on_its_way_is_no_failure_of_the_service(served, talking, caplog):
    async with talking(await served()) as talk:
        await talk.say("start", text=TEXT * 50)
        await talk.until("audio")
        talk.socket.transport.pause_reading()
        await anyio.wait_all_tasks_blocked()  # what is told now waits behind the sound
        await talk.say("end")
        await anyio.wait_all_tasks_blocked()
        talk.socket.transport.resume_reading()
        assert (await talk.until("refused"))[-1]["code"] == "conflict"
        assert await talk.closed() == 4409
    assert not [record for record in caplog.records if record.exc_info]
