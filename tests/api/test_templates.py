"""Prompts that are ready but for a few values, and what is heard of their answers."""

import asyncio
import json

import pytest

from tests.api.client import check_run, listen, until
from tests.api.conftest import asking
from tests.fakes.models import Turn, fake

SCRIPT = (
    "**[Music fades in]**\n\n",
    "# Tides\n\n",
    "NARRATOR: The *moon* ",
    "pulls the sea. ",
    "(pause) ",
    "It falls.",
)
OWN = """
description = "A riddle."
output = "script"
system = "You are a sphinx."
prompt = "A riddle about {{subject}}."
[variables.subject]
type = "line"
"""


async def tell(client, way, headers=None, **body):
    async with client.stream("POST", f"/api/v1/stream/{way}", json=body, headers=headers or {}) as response:
        assert response.status_code == 200, await response.aread()
        return [event async for event in listen(response)]


@pytest.fixture
async def model():
    async with fake("ollama", Turn(SCRIPT)) as found:
        yield found


async def test_lyrics_are_asked_for_with_what_is_given_and_spoken(served):
    async with fake("ollama", Turn(("The sea is cold,\n", "the sea is old.\n"))) as model:
        client = await served(asking(model))
        found = await tell(client, "lyrics", prompt="the {{mood}} sea", genre="folk", verses=3, language="en")
        check_run(found, "The sea is cold,\nthe sea is old.\n")
        assert any(event["type"] == "audio" for event in found)
        system, user = model.asked[0].body["messages"]
        assert "lyrics" in system["content"]
        for line in ("about this: the {{mood}} sea", "Genre: folk", "verses: 3", "Language: en"):
            assert line in user["content"]
        assert "Mood" not in user["content"], "what is not given is not asked for"


async def test_a_script_is_told_without_what_nobody_says(served, model):
    client = await served(asking(model))
    found = await tell(client, "script", document="Tides are made by the moon.", instructions="For children.")
    check_run(found, "Tides.\n\nThe moon pulls the sea. It falls.")
    asked = model.asked[0].body["messages"][-1]["content"]
    assert "<document>Tides are made by the moon.</document>" in asked
    assert "For children." in asked


async def test_a_document_that_was_brought_is_told_and_only_to_its_owner(served, model):
    client = await served(asking(model), api_keys="one,two")
    mine, other = ({"Authorization": f"Bearer {key}"} for key in ("one", "two"))
    file = {"file": ("tides.md", b"# On tides\n\nThe moon pulls.\n")}
    document = (await client.post("/api/v1/documents", files=file, headers=mine)).json()
    await tell(client, "script", mine, document=document["id"])
    asked = model.asked[0].body["messages"][-1]["content"]
    assert "The moon pulls." in asked and document["id"] not in asked
    answer = await client.post("/api/v1/stream/script", json={"document": document["id"]}, headers=other)
    assert answer.status_code == 404
    assert len(model.asked) == 1


async def test_some_chapters_of_a_document_are_told(served, model):
    client = await served(asking(model), max_chars=2000)
    file = {"file": ("sea.md", b"# Tides\n\nThe moon pulls.\n\n# Waves\n\n" + b"The wind blows. " * 200)}
    document = (await client.post("/api/v1/documents", files=file)).json()["id"]
    assert (await tell(client, "script", document=document, chapters="1"))[0]["title"] == "Tides \u2013 sea"
    asked = model.asked[0].body["messages"][-1]["content"]
    assert "The moon pulls." in asked and "The wind" not in asked
    for body, status, told in (
        ({"document": document}, 413, "choose chapters, such as 1."),
        ({"document": document, "chapters": "3"}, 422, "chapters 3: the document has the chapters 1 to 2."),
        ({"document": "A text.", "chapters": "1"}, 422, "leave them out"),
    ):
        answer = await client.post("/api/v1/stream/script", json=body)
        assert (answer.status_code, told in answer.text) == (status, True), answer.text
    assert len(model.asked) == 1


async def test_a_folder_of_ones_own_is_listed_and_can_be_asked_for_and_used_in_a_script(served, model, tmp_path):
    (tmp_path / "riddle.toml").write_text(OWN)
    client = await served(asking(model), templates=tmp_path)
    listed = {entry["name"]: entry for entry in (await client.get("/api/v1/templates")).json()["templates"]}
    assert {"riddle", "lyrics", "narration", "summary", "dialogue", "song_plan"} <= set(listed)
    assert listed["riddle"]["variables"]["subject"]["required"] is True
    assert listed["lyrics"]["variables"]["verses"]["maximum"] == 12
    found = await tell(client, "templates/riddle", values={"subject": "the wind"})
    check_run(found, "Tides.\n\nThe moon pulls the sea. It falls.")
    assert model.asked[0].body["messages"][-1]["content"] == "A riddle about the wind."
    step = {"type": "llm_chat", "inputs": {"template": "riddle", "variables": {"subject": "the rain"}}}
    check_run(await tell(client, "speech", script={"steps": [step]}))
    assert model.asked[1].body["messages"][-1]["content"] == "A riddle about the rain."


@pytest.mark.parametrize(
    ("way", "body", "code"),
    [
        ("lyrics", {}, "invalid_request"),
        ("lyrics", {"prompt": "the sea", "verses": 99}, "invalid_variable"),
        ("lyrics", {"prompt": "the sea", "colour": "blue"}, "invalid_variable"),
        ("lyrics", {"prompt": "the sea", "voice": "nobody"}, "unknown_voice"),
        ("script", {"document": "  "}, "invalid_variable"),
        ("templates/nothing", {}, "unknown_template"),
        ("templates/song_plan", {"values": {"prompt": "the sea"}}, "invalid_request"),
    ],
)
async def test_what_cannot_be_filled_is_refused_and_nobody_is_asked(served, model, way, body, code):
    client = await served(asking(model))
    answer = await client.post(f"/api/v1/stream/{way}", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404 if code == "unknown_template" else 422, code)
    assert not model.asked
    assert (await client.get("/api/v1/runs")).json()["runs"] == []


PLAN = {"title": "Salt", "theme": "The sea.", "sections": [{"name": "verse 1", "kind": "verse", "about": "Waves."}]}
SEA = {"values": {"prompt": "the sea"}}


async def test_data_is_answered_and_not_spoken(served):
    told = "Here it is:\n```json\n" + json.dumps(PLAN) + "\n```\n"
    async with fake("ollama", Turn([told[at : at + 7] for at in range(0, len(told), 7)])) as model:
        client = await served(asking(model))
        how = {"model": "mine", "temperature": 0.2, "llm_options": {"think": False, "seed": 7}}
        found = await client.post("/api/v1/templates/song_plan", json={**SEA, **how})
        assert found.status_code == 200
        assert found.json() == {"answer": PLAN, "provider": "ollama", "model": "mine", "total_tokens": 12}
        asked = model.asked[0].body
        assert asked["model"] == "mine" and asked["options"] == {"temperature": 0.2, "seed": 7}
        assert asked["think"] is False
        assert "about this: the sea" in asked["messages"][-1]["content"]
        assert (await client.get("/api/v1/runs")).json()["runs"] == []


@pytest.mark.parametrize("way", ["templates/song_plan", "stream/lyrics", "stream/speech", "stream/chat"])
async def test_options_of_a_provider_change_nothing_that_is_not_theirs(served, way):
    said = {"templates/song_plan": SEA, "stream/chat": {"message": "the sea"}}.get(way, {"prompt": "the sea"})
    async with fake("ollama", Turn(("Waves.",))) as model:
        client = await served(asking(model))
        deep: list[object] = []
        for _ in range(600):
            deep = [deep]
        wrong = {"stream is none": {"stream": False}, "the most allowed": {"x": "x" * 20_000}, "JSON": {"x": deep}}
        for told, options in wrong.items():
            answer = await client.post(f"/api/v1/{way}", json={**said, "llm_options": options})
            assert answer.status_code == 422 and told in answer.json()["error"]["message"]
        assert not model.asked


@pytest.mark.parametrize(
    ("plan", "status", "code"),
    [
        (Turn(("I would rather not.",)), 503, "source_truncated"),
        (Turn(('{"title": "Salt"}',)), 503, "source_truncated"),
        (Turn(fault="500"), 503, "source_failed"),
        (Turn(fault="404"), 503, "source_refused"),
    ],
)
async def test_an_answer_that_is_no_such_data_is_an_error(served, caplog, plan, status, code):
    async with fake("ollama", plan) as model:
        client = await served(asking(model))
        answer = await client.post("/api/v1/templates/song_plan", json=SEA)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert not [record for record in caplog.records if record.exc_info], "what a model says may quote what it was asked"


@pytest.mark.parametrize("reason", ["length", "stop"])
async def test_data_that_was_cut_off_for_want_of_tokens_is_told_to_be(served, reason):
    async with fake("ollama", Turn(('{"title": "Sa',), reason=reason)) as model:
        client = await served(asking(model))
        answer = await client.post("/api/v1/templates/song_plan", json={**SEA, "max_tokens": 5})
        assert ("`max_tokens`" in answer.json()["error"]["message"]) == (reason == "length")


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("lyrics", SEA, "invalid_request"),
        ("nothing", SEA, "unknown_template"),
        ("song_plan", {"values": {"minutes": 99}}, "invalid_variable"),
        ("song_plan", {**SEA, "voice": "espeak"}, "invalid_request"),
        ("song_plan", {**SEA, "llm_provider": "nobody"}, "unknown_provider"),
    ],
)
async def test_data_that_cannot_be_asked_for_is_refused(served, model, name, body, code):
    client = await served(asking(model))
    answer = await client.post(f"/api/v1/templates/{name}", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404 if code == "unknown_template" else 422, code)
    assert not model.asked


async def test_whoever_leaves_ends_the_asking_and_frees_his_place(served, caplog):
    async with fake("ollama", Turn(("{",) * 9, fault="silence"), Turn((json.dumps(PLAN),))) as model:
        client = await served(asking(model), max_runs=1)
        leaving = asyncio.create_task(client.post("/api/v1/templates/song_plan", json=SEA))
        await until(lambda: _asked(model))
        assert (await client.post("/api/v1/templates/song_plan", json=SEA)).status_code == 429
        leaving.cancel()
        await asyncio.wait_for(model.asked[0].left.wait(), 30)
        await until(lambda: _answers(client))
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def _asked(model):
    return bool(model.asked)


async def _answers(client):
    return (await client.post("/api/v1/templates/song_plan", json=SEA)).status_code == 200
