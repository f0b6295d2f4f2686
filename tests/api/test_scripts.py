"""Scripts over HTTP: refused with the line of each mistake, performed in their voices, and over a restart too."""

import json

import httpx
import pytest

from tests.api.client import check_run, events, sent, speak, until
from tests.api.process import Process
from tests.fakes.models import fake

SCRIPT = {
    "cast": {"ANNA": {"voice": "low"}, "BEN": {"voice": "high", "speed": 1.2}},
    "steps": [
        {"id": "intro", "type": "speak", "config": {"voice": "ANNA"}, "inputs": {"text": "Welcome to all of you."}},
        {"type": "pause", "inputs": {"seconds": 1}},
        {"type": "dialogue", "inputs": {"text": "BEN: Good morning to you.\nANNA: It is evening, my dear."}},
        {"id": "end", "type": "speak", "inputs": {"text": "That was all there is."}},
    ],
}
VOICES = ["tone/low", "tone/high", "tone/low", None]
YAML = """\
cast: {ANNA: {voice: low}}
steps:
  - {type: speak, inputs: {text: One.}}
  - {type: dialogue, inputs: {text: "ANNA: Two.\\nCARL: Three."}}
  - {type: dance, inputs: {}}
"""


def voices(found):
    return [event.get("voice") for event in found if event["type"] == "passage"]


async def sounds(client, found):
    return [(await client.get(event["url"])).content for event in found if event["type"] == "audio"]


@pytest.mark.parametrize("way", ["/api/v1/stream/speech", "/api/v1/runs"])
async def test_a_script_is_one_run_in_several_voices(client, way):
    if way == "/api/v1/runs":
        found = await events(client, (await client.post(way, json={"script": SCRIPT})).json()["id"])
    else:
        found = await speak(client, script=SCRIPT)
    check_run(found)
    assert voices(found) == VOICES
    assert [event["seconds"] for event in found if event["type"] == "pause"] == [1.6, 0.35, 0.6]
    cues = [event for event in found if event["type"] == "cue"]
    assert [cue.get("step") for cue in cues] == ["intro", None, None, "end"]
    assert cues[1]["speaker"]["name"] == "high" and cues[1]["speaker"]["speed"] == 1.2
    assert found[-1]["status"] == "complete"


async def test_a_script_may_be_said_on_a_socket(client, talking):
    async with talking(client) as talk:
        await talk.say("start", script=SCRIPT)
        assert voices(await talk.until("complete")) == VOICES


async def test_each_mistake_of_a_text_is_told_with_its_line(client):
    response = await client.post("/api/v1/runs", json={"script": YAML})
    assert response.status_code == 422
    error = response.json()["error"]
    assert error["code"] == "invalid_script" and "line 5" in error["message"]
    assert [(mistake["line"], mistake["where"]) for mistake in error["details"]["mistakes"]] == [(5, "steps[3].type")]


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("cast: {BEN: {voice: nobody}}\nsteps: [{type: speak, inputs: {text: One.}}]", 1),
        ("cast: {BEN: {voice: low}}\nsteps:\n  - {type: speak, config: {voice: nobody}, inputs: {text: One.}}", 3),
        ({"steps": [{"type": "speak", "inputs": {"text": "One."}, "config": {"voice": "nobody"}}]}, None),
    ],
)
async def test_a_voice_that_there_is_not_is_told_with_its_place(client, script, line):
    response = await client.post("/api/v1/runs", json={"script": script})
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["details"]["line"]) == (422, "unknown_voice", line)
    where = "cast.BEN" if line == 1 else "steps[1].config.voice"
    assert error["message"].startswith(f"line {line}: {where}: " if line else f"{where}: ")


@pytest.mark.parametrize(
    ("script", "status", "code"),
    [
        ({}, 422, "invalid_script"),
        ("steps: [", 422, "invalid_script"),
        ("", 422, "invalid_script"),
        ("&a [*a, *a]", 422, "invalid_script"),
        ({"steps": [{"type": "speak", "inputs": {"text": "x"}, "config": {"voice": "nobody"}}]}, 422, "unknown_voice"),
        ({"steps": [{"type": "llm_chat", "config": {"provider": "nobody"}, "inputs": {"message": "x"}}]}, 422,
         "unknown_provider"),
        ({"steps": [{"type": "document", "inputs": {"path": "../secret.txt"}}]}, 404, "not_found"),
        ({"steps": [{"type": "sound", "inputs": {"path": "bell.wav"}}]}, 422, "invalid_script"),
        ({"steps": [{"type": "speak", "inputs": {"text": "\ud800"}}]}, 422, "invalid_request"),
        (7, 422, "invalid_request"),
    ],
)  # fmt: skip
async def test_what_cannot_be_performed_is_refused_before_it_begins(alone, script, status, code):
    response = await sent(alone, "/api/v1/runs", json.dumps({"script": script}))  # half of a pair goes as an escape
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert (await alone.get("/api/v1/runs")).json()["runs"] == []


async def test_a_script_that_is_all_mistakes_is_told_no_more_of_them_than_help(client):
    response = await client.post("/api/v1/runs", json={"script": {"steps": [{"type": "dance"}] * 50_000}})
    assert response.status_code == 422
    assert len(response.content) < 20_000


async def test_a_script_over_the_limit_is_too_long(served):
    client = await served(max_chars=500)
    steps = [{"type": "speak", "inputs": {"text": "x" * 600}}]
    assert (await client.post("/api/v1/runs", json={"script": {"steps": steps}})).status_code == 413


async def test_its_documents_are_those_that_were_brought(client):
    file = {"file": ("talk.md", b"# Hello\n\nFrom a file.\n")}
    brought = (await client.post("/api/v1/documents", files=file)).json()["id"]
    steps = [
        {"id": "d", "type": "document", "inputs": {"path": brought}},
        {"type": "speak", "inputs": {"text": "That was {d.title}."}},
    ]
    found = await speak(client, script={"steps": steps})
    said = " ".join(event["spoken"] for event in found if event["type"] == "passage")
    assert said.split() == ["Hello.", "From", "a", "file.", "That", "was", "Hello."]


async def performed_slowly(tmp_path, body):
    """Begun, and killed after its first clip; its events up to there, and after the next process took it up."""
    process = Process(tmp_path, tone_factor=0.15, replay_rate=40)
    async with process, httpx.AsyncClient(base_url=process.url, timeout=60) as client:
        run = (await client.post("/api/v1/runs", json=body)).json()["id"]

        async def heard():
            return (await client.get(f"/api/v1/runs/{run}")).json()["last"] > 8

        await until(heard)
        await process.kill()
        process._env |= {"ALOUD_TONE_FACTOR": "0", "ALOUD_REPLAY_RATE": "2000"}
        await process.start()
        found = await events(client, run)
        again = await events(client, (await client.post(f"/api/v1/runs/{run}/retry")).json()["id"])
        return found, again, await sounds(client, found), await sounds(client, again)


async def test_after_a_restart_it_goes_on_in_the_same_voices(tmp_path):
    body = {"script": SCRIPT, "buffer": {"mode": "batch"}}
    found, again, heard, heard_again = await performed_slowly(tmp_path, body)
    for run in (found, again):
        check_run(run)
        assert voices(run) == VOICES
        assert [event["seconds"] for event in run if event["type"] == "pause"] == [1.6, 0.35, 0.6]
    assert heard == heard_again, "to the sample"


ASKING = {
    "cast": {"ANNA": {"voice": "low"}},
    "steps": [
        {"type": "speak", "inputs": {"text": "Here is what the model says about it."}},
        {"id": "story", "type": "llm_chat", "config": {"voice": "ANNA", "provider": "replay"},
         "inputs": {"message": "It says this. And then it says that. And it goes on for a good while yet. " * 3}},
        {"type": "speak", "inputs": {"text": "It said: {story.response}"}},
    ],
}  # fmt: skip


async def test_what_a_model_had_said_is_spoken_and_then_it_may_be_tried_again(tmp_path):
    body = {"script": ASKING, "buffer": {"mode": "batch"}}
    found, again, _, _ = await performed_slowly(tmp_path, body)
    check_run(found)
    assert (found[-1]["type"], found[-1]["code"], found[-1]["unspoken"]) == ("error", "interrupted", 0)
    assert voices(found)[0] is None and set(voices(found)[1:]) == {"tone/low"}
    check_run(again)
    assert again[0]["retry_of"] == found[0]["run"]
    assert again[-1]["status"] == "complete" and voices(again)[-1] is None


async def test_a_retry_of_a_whole_script_has_its_voices_and_asks_no_model_again(served):
    async with fake("ollama") as model:
        client = await served({"OLLAMA_HOST": model.url})
        steps = [{"type": "llm_chat", "config": {"voice": "high", "provider": "ollama"}, "inputs": {"message": "Hi"}}]
        found = await speak(client, script={"steps": steps})
        asked = len(model.asked)
        run = (await client.post(f"/api/v1/runs/{found[0]['run']}/retry")).json()["id"]
        again = await events(client, run)
        assert voices(again) == voices(found) == ["tone/high"] * len(voices(found))
        assert len(model.asked) == asked
        assert all(event["cached"] for event in again if event["type"] == "audio")
