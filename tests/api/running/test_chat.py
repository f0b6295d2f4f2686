"""A conversation remembers what was said, and of an answer that was broken off what was heard."""

import asyncio
from contextlib import AsyncExitStack

import httpx
import pytest

from api.running.heard import Heard
from pipeline.errors import StoreFull
from pipeline.stores.sessions import Sessions
from pipeline.stores.sqlite import SqliteEventLog
from tests.api.client import check_run, events, listen, until, up_to
from tests.api.process import Process
from tests.fakes.models import Turn, fake

QUICK = {"ALOUD_LLM_PROVIDER": "ollama", "ALOUD_LLM_MAX_RETRIES": "0"}
LONG = ["This is sentence number one. "] * 40


@pytest.fixture
async def talking(served):
    """A function that starts a service beside a model with a plan."""
    async with AsyncExitStack() as stack:

        async def start(*plan, **given):
            model = await stack.enter_async_context(fake("ollama", *plan))
            return model, await served(QUICK | {"OLLAMA_HOST": model.url} | given.pop("env", {}), **given)

        yield start


async def say(client, message, session=None, headers=None, **body):
    given = {"message": message, **({"session_id": session} if session else {}), **body}
    async with client.stream("POST", "/api/v1/stream/chat", json=given, headers=headers or {}) as response:
        assert response.status_code == 200, await response.aread()
        return [event async for event in listen(response)]


async def messages(client, session, headers=None):
    response = await client.get(f"/api/v1/sessions/{session}", headers=headers or {})
    assert response.status_code == 200
    return [(message["role"], message["content"]) for message in response.json()["messages"]]


def asked(model, number):
    return [(message["role"], message["content"]) for message in model.asked[number].body["messages"]]


async def test_the_second_message_is_asked_after_the_first_and_its_answer(talking):
    model, client = await talking(Turn(("Hello ", "Ann.")), Turn(("You are Ann.",)))
    first = await say(client, "I am Ann.", system="Be kind.")
    check_run(first, "Hello Ann.")
    session = first[0]["session_id"]
    second = await say(client, "Who am I?", session)
    check_run(second, "You are Ann.")
    assert second[0]["session_id"] == session
    assert asked(model, 0) == [("system", "Be kind."), ("user", "I am Ann.")]
    before = [("user", "I am Ann."), ("assistant", "Hello Ann."), ("user", "Who am I?")]
    assert asked(model, 1) == before
    assert await messages(client, session) == [*before, ("assistant", "You are Ann.")]
    assert [event["type"] for event in second].count("audio") >= 1


async def test_a_model_is_shown_as_much_of_a_conversation_as_the_settings_say(talking):
    model, client = await talking(Turn(("Hello.",)), chat_tokens=20)
    for number in range(3):
        await say(client, f"This is question number {number}.", "talk")
    shown = [text for _, text in asked(model, 2)]
    assert shown == ["This is question number 1.", "Hello.", "This is question number 2."]
    assert len(await messages(client, "talk")) == 6


async def test_who_has_seen_the_end_of_an_answer_finds_it_in_the_conversation_and_may_go_on(talking, monkeypatch):
    calls = []

    async def late(*of, remember=Heard.remember):
        calls.append(of)
        if len(calls) == 1:  # the run itself
            await asyncio.Event().wait()
        await remember(*of)

    monkeypatch.setattr(Heard, "remember", late)
    _, client = await talking(Turn(("Hello ", "Ann.")), Turn(("Fine.",)), max_runs=1)
    first = await say(client, "I am Ann.")
    session = first[0]["session_id"]
    assert await messages(client, session) == [("user", "I am Ann."), ("assistant", "Hello Ann.")]
    assert (await say(client, "How are you?", session))[-1]["type"] == "complete"


async def test_conversations_know_nothing_of_one_another(talking):
    model, client = await talking()
    one, two = (await say(client, "Hello."))[0]["session_id"], (await say(client, "Hello."))[0]["session_id"]
    assert one != two
    await say(client, "And?", one)
    assert len(asked(model, 2)) == 3


async def test_what_is_remembered_of_an_answer_is_what_was_heard_of_it(talking):
    model, client = await talking(Turn(LONG), Turn(("Fine.",)))
    first = await say(client, "Tell me much.")
    session, run = first[0]["session_id"], first[0]["run"]
    clip = next(event for event in first if event["type"] == "audio")
    report = {"played_ms": clip["seconds"] * 1000}
    heard = (await client.post(f"/api/v1/runs/{run}/heard", json=report)).json()["text"]
    assert heard and len(heard) < len("".join(LONG))
    await say(client, "Stop. Another thing.", session)
    assert asked(model, 1)[1] == ("assistant", heard)


async def test_after_a_cancel_too(talking):
    model, client = await talking(Turn(LONG, fault="silence", after=12), Turn(("Fine.",)))
    async with client.stream("POST", "/api/v1/stream/chat", json={"message": "Tell me much."}) as response:
        start, *_, event = await up_to(listen(response), "audio")
        session, run = start["session_id"], start["run"]
        report = {"played_ms": event["seconds"] * 500}
        heard = (await client.post(f"/api/v1/runs/{run}/heard", json=report)).json()["text"]
        await client.delete(f"/api/v1/runs/{run}")
    assert 0 < len(heard) < event["end"]
    await say(client, "Another thing.", session)
    assert asked(model, 1) == [("user", "Tell me much."), ("assistant", heard), ("user", "Another thing.")]


async def test_a_report_that_comes_while_it_is_guessed_what_was_heard_is_believed(talking, monkeypatch):
    guessing, reported = asyncio.Event(), asyncio.Event()

    async def guess(*of):
        guessing.set()
        await reported.wait()
        return 0.0

    monkeypatch.setattr("api.running.heard.playing_at", guess)
    model, client = await talking(Turn(LONG, fault="silence", after=12))
    body = {"message": "Tell me much.", "on_disconnect": "continue"}
    async with client.stream("POST", "/api/v1/stream/chat", json=body) as response:
        start, *_, event = await up_to(listen(response), "audio")
        session, run = start["session_id"], start["run"]
    cancelling = asyncio.create_task(client.delete(f"/api/v1/runs/{run}"))
    await asyncio.wait_for(guessing.wait(), 20)
    report = {"played_ms": event["seconds"] * 500}
    heard = (await client.post(f"/api/v1/runs/{run}/heard", json=report)).json()["text"]
    reported.set()
    await cancelling
    assert heard
    assert await messages(client, session) == [("user", "Tell me much."), ("assistant", heard)]


@pytest.mark.parametrize("full", [(SqliteEventLog, "_write"), (Sessions, "ask")])
async def test_a_question_that_a_full_disk_refuses_was_never_asked(talking, monkeypatch, full):
    model, client = await talking()
    await say(client, "Hello.", "ours")
    before = [("user", "Hello."), ("assistant", "One. Two three.")]
    await until(lambda: _is(client, "ours", before))
    with monkeypatch.context() as disk:
        disk.setattr(*full, refuse)
        refused = await client.post("/api/v1/stream/chat", json={"message": "And?", "session_id": "ours"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "store_full")
    assert await messages(client, "ours") == before

    async def nothing_goes_on():
        return not (await client.get("/api/v1/runs?status=running")).json()["runs"]

    await until(nothing_goes_on)
    assert len(model.asked) == 1


@pytest.mark.parametrize("full", [(SqliteEventLog, "_write"), (Sessions, "again")])
async def test_an_answer_stays_where_a_full_disk_refuses_to_try_it_again(talking, monkeypatch, full):
    _, client = await talking()
    run = (await say(client, "Hello.", "ours"))[-1]["run"]
    before = [("user", "Hello."), ("assistant", "One. Two three.")]
    await until(lambda: _is(client, "ours", before))
    with monkeypatch.context() as disk:
        disk.setattr(*full, refuse)
        assert (await client.post(f"/api/v1/runs/{run}/retry")).status_code == 503
    assert await messages(client, "ours") == before


async def refuse(*_, **__):
    raise StoreFull("The disk is full.")


async def test_another_owners_conversation_is_not_there(talking):
    model, client = await talking(api_keys="one,two")
    mine, other = ({"Authorization": f"Bearer {key}"} for key in ("one", "two"))
    session = (await say(client, "Hello.", headers=mine))[0]["session_id"]
    address = f"/api/v1/sessions/{session}"
    answers = [
        await client.get(address, headers=other),
        await client.delete(address, headers=other),
        await client.get("/api/v1/sessions/nobody", headers=other),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert {answer.json()["error"]["code"] for answer in answers} == {"unknown_session"}
    await say(client, "And?", session, headers=other)  # as one that nobody has begun
    assert [said for _, said in await messages(client, session, other)][0] == "And?"
    assert [said for _, said in await messages(client, session, mine)][0] == "Hello."
    assert asked(model, 1) == [("user", "And?")]


async def test_a_conversation_can_be_forgotten_and_outlives_its_runs(talking):
    _, client = await talking()
    first = await say(client, "Hello.", "ours")
    assert (await client.delete(f"/api/v1/runs/{first[0]['run']}")).status_code == 204
    assert await messages(client, "ours") == [("user", "Hello."), ("assistant", "One. Two three.")]
    assert (await client.delete("/api/v1/sessions/ours")).status_code == 204
    assert (await client.get("/api/v1/sessions/ours")).status_code == 404


async def test_what_cannot_be_said_is_refused_and_leaves_no_trace(talking):
    model, client = await talking()
    bodies = ({}, {"message": " "}, {"message": "x", "text": "y"}, {"message": "x", "session_id": "a b"})
    for body in (*bodies, {"message": "x", "session_id": "s", "voice": "nobody"}):
        answer = await client.post("/api/v1/stream/chat", json=body)
        assert answer.status_code == 422, body
    assert not model.asked
    assert await messages(client, "s") == []


async def test_a_failed_answer_that_is_tried_again_is_remembered_once(talking):
    _, client = await talking(Turn(fault="500"), Turn(("All is well.",)))
    first = await say(client, "How is it?", "ours")
    assert first[-1]["type"] == "error"
    again = (await client.post(f"/api/v1/runs/{first[0]['run']}/retry")).json()["id"]
    assert (await events(client, again))[-1]["type"] == "complete"
    wanted = [("user", "How is it?"), ("assistant", "All is well.")]
    await until(lambda: _is(client, "ours", wanted))


async def _is(client, session, wanted):
    return await messages(client, session) == wanted


async def test_a_conversation_survives_the_death_of_the_service(tmp_path, monkeypatch):
    async with fake("ollama", Turn(("Hello Ann.",)), Turn(LONG, fault="silence", after=4), Turn(("Yes.",))) as model:
        monkeypatch.setenv("OLLAMA_HOST", model.url)
        settings = {"llm_provider": "ollama", "llm_max_retries": 0}
        async with Process(tmp_path, **settings) as service:
            async with httpx.AsyncClient(base_url=service.url, timeout=60) as client:
                await say(client, "I am Ann.", "ours")
                body = {"message": "Tell me much.", "session_id": "ours"}
                async with client.stream("POST", "/api/v1/stream/chat", json=body) as response:
                    run = (await up_to(listen(response), "audio"))[0]["run"]
                    await service.kill()
            await service.start()
            async with httpx.AsyncClient(base_url=service.url, timeout=60) as client:
                ended = await events(client, run)
                assert ended[-1]["code"] == "interrupted"
                said = "".join(event["content"] for event in ended if event["type"] == "chunk")
                await say(client, "Still there?", "ours")
        assert asked(model, 2) == [
            ("user", "I am Ann."),
            ("assistant", "Hello Ann."),
            ("user", "Tell me much."),
            ("assistant", said),
            ("user", "Still there?"),
        ]
