"""Whoever goes on talking interrupts the answer before, unless the message is refused."""

# ruff: noqa: F811

import asyncio

import pytest

from api.app import create_app
from api.errors import Draining
from api.forms.bodies import Chat
from api.running.chat import converse
from api.running.once import ONCE
from api.settings import Settings
from tests.api.client import events, listen, until, up_to
from tests.api.running.test_chat import LONG, QUICK, asked, messages, say, talking  # noqa: F401  the fixture is used by its name
from tests.fakes.models import Turn, fake


async def test_a_message_interrupts_the_answer_that_is_being_made_and_nobody_has_heard_more_than_was_played(talking):
    model, client = await talking(Turn(LONG, fault="silence", after=30), Turn(("Fine.",)))
    async with client.stream(
        "POST", "/api/v1/stream/chat", json={"message": "Tell me much.", "on_disconnect": "continue"}
    ) as response:
        start, *_ = await up_to(listen(response), "audio")
    session = start["session_id"]
    await say(client, "Another thing.", session)
    assert (await events(client, start["run"]))[-1]["type"] == "cancelled"
    found = await messages(client, session)
    answers = [content for role, content in found if role == "assistant"]
    assert answers[-1] == "Fine."
    assert sum(map(len, answers[:-1])) < 29 * 10, "seconds of sound that came in an instant have not been heard"


@pytest.mark.parametrize(
    ("given", "status"), [({"voice": "nobody"}, 422), ({"message": "x" * 3000}, 413), ({"message": "And?"}, 429)]
)
async def test_a_message_that_is_refused_interrupts_nobody(talking, given, status):
    _, client = await talking(Turn(LONG, fault="silence", after=30), max_chars=2000, rate_per_minute=1)
    body = {"message": "Tell me much.", "session_id": "ours"}
    async with client.stream("POST", "/api/v1/stream/chat", json=body) as response:
        answer = listen(response)
        run = (await up_to(answer, "audio"))[0]["run"]
        assert (await client.post("/api/v1/stream/chat", json=body | given)).status_code == status
        assert (await client.get(f"/api/v1/runs/{run}")).json()["status"] == "running"


async def test_of_messages_at_once_each_interrupts_the_one_before(talking):
    _, client = await talking(Turn(LONG, fault="silence", after=30))
    async with asyncio.TaskGroup() as tasks:
        said = [tasks.create_task(say(client, f"Hello {number}.", "ours")) for number in range(4)]

        async def one_is_answered():
            runs = (await client.get("/api/v1/runs")).json()["runs"]
            return sorted(run["status"] for run in runs) == ["cancelled"] * 3 + ["running"]

        await until(one_is_answered)
        for one in said:
            one.cancel()


async def test_messages_at_once_are_all_remembered(talking):
    _, client = await talking()
    await asyncio.gather(*[say(client, f"Hello {number}.", "ours") for number in range(5)])
    found = await messages(client, "ours")
    assert sorted(content for role, content in found if role == "user") == [f"Hello {n}." for n in range(5)]


async def test_a_message_that_waits_while_the_service_begins_to_drain_interrupts_nobody(tmp_path):
    async with fake("ollama", Turn(LONG, fault="silence", after=30)) as model:
        app = create_app(Settings.load({}, output_dir=tmp_path), QUICK | {"OLLAMA_HOST": model.url})
        async with app.router.lifespan_context(app):
            runs = app.state.runs
            first = await converse(runs, Chat(message="Hello.", session_id="ours"), "", ONCE)
            async with (floor := runs.sessions.floor("ours")):
                second = asyncio.create_task(converse(runs, Chat(message="And?", session_id="ours"), "", ONCE))

                async def it_waits():
                    return floor.statistics().tasks_waiting == 1

                await until(it_waits)
                runs.draining = True
            with pytest.raises(Draining):
                await second
            assert (await runs.log.record(first.id)).status == "running"
