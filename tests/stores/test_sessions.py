"""Conversations: owned, bounded, and remembered as they were heard."""

import asyncio
import sqlite3
from contextlib import closing

import anyio
import anyio.to_thread
import pytest

from pipeline.errors import InvalidRequest, StoreError, UnknownSession
from pipeline.stores.sessions import Sessions, estimate
from pipeline.stores.sqlite import SqliteEventLog
from pipeline.stores.writer import _PATIENCE
from pipeline.types import Message


@pytest.fixture(params=["memory", "file"])
async def sessions(request, tmp_path):
    sessions = Sessions(None if request.param == "memory" else tmp_path / "runs.db", messages=10, tokens=200)
    yield sessions
    await sessions.aclose()


async def exchange(sessions, name, run, question, answer):
    await sessions.ask(name, "me", run, question)
    await sessions.answer(run, answer)


async def test_a_conversation_is_what_was_asked_and_answered_in_order(sessions):
    name = await sessions.open(owner="me")
    await exchange(sessions, name, "r1", "Hello?", "Hello.")
    await exchange(sessions, name, "r2", "And now?", "Now this.")
    assert [(said.role, said.content, said.run) for said in await sessions.messages(name, "me")] == [
        ("user", "Hello?", "r1"), ("assistant", "Hello.", "r1"),
        ("user", "And now?", "r2"), ("assistant", "Now this.", "r2"),
    ]  # fmt: skip
    assert await sessions.history(name, "me") == (
        Message("user", "Hello?"), Message("assistant", "Hello."), Message("user", "And now?"),
        Message("assistant", "Now this."),
    )  # fmt: skip


async def test_an_answer_is_remembered_with_half_a_character_in_it(sessions):
    name = await sessions.open(owner="me")
    await exchange(sessions, name, "r1", "Hello?", "Hello \ud83d.")
    assert [said.content for said in await sessions.messages(name, "me")] == ["Hello?", "Hello ?."]
    await sessions.heard("r1", "Hello \ud83d")
    assert (await sessions.messages(name, "me"))[-1].content == "Hello ?"


@pytest.mark.parametrize("early", [True, False])
async def test_what_was_heard_takes_the_place_of_what_was_generated(sessions, early):
    name = await sessions.open(owner="me")
    await sessions.ask(name, "me", "r1", "Tell me all.")
    if early:
        await sessions.heard("r1", "It began")
    await sessions.answer("r1", "It began, and it ended.")
    if not early:
        await sessions.heard("r1", "It began")
    assert (await sessions.history(name, "me"))[-1] == Message("assistant", "It began")


async def test_an_answer_of_which_nothing_was_heard_was_never_given(sessions):
    name = await sessions.open(owner="me")
    await exchange(sessions, name, "r1", "Hello?", "Hello, my dear.")
    await sessions.heard("r1", "")
    assert await sessions.history(name, "me") == (Message("user", "Hello?"),)


async def test_answers_stand_after_their_own_questions(sessions):
    name = await sessions.open(owner="me")
    await sessions.ask(name, "me", "r1", "one?")
    await sessions.ask(name, "me", "r2", "two?")
    await asyncio.gather(sessions.answer("r2", "two."), sessions.answer("r1", "one."))
    assert [said.content for said in await sessions.messages(name, "me")] == ["one?", "one.", "two?", "two."]


async def test_only_the_last_messages_are_kept(sessions):
    name = await sessions.open(owner="me")
    for number in range(20):
        await exchange(sessions, name, f"r{number}", f"q{number}", f"a{number}")
    kept = [said.content for said in await sessions.messages(name, "me")]
    assert kept == [f"{letter}{number}" for number in range(15, 20) for letter in "qa"]


@pytest.mark.parametrize(("asked", "said"), [(8, 10), (60, 2)])
async def test_a_model_is_shown_whole_messages_that_begin_with_a_question(sessions, asked, said):
    name = await sessions.open(owner="me")
    for number in range(5):
        await exchange(sessions, name, f"r{number}", "question " * asked, f"answer {number} " * said)
    shown = await sessions.history(name, "me")
    assert shown[0].role == "user"
    assert 2 <= len(shown) < 10
    assert sum(estimate(message.content) for message in shown) <= 200
    await sessions.ask(name, "me", "long", "x" * 10_000)
    assert await sessions.history(name, "me") == (Message("user", "x" * 10_000),)


@pytest.mark.parametrize("limits", [{"tokens": 1000}, {"messages": 40}], ids=["by tokens", "by messages"])
async def test_a_long_conversation_is_shown_from_the_same_place_on_for_many_questions(limits):
    sessions = Sessions(**limits)
    name = await sessions.open(owner="me")
    shown, anew = (), 0
    for number in range(150):
        before = shown
        await sessions.ask(name, "me", f"r{number}", f"Question {number}?")
        shown = await sessions.history(name, "me")
        anew += shown[:1] != before[:1]
        assert len(shown) >= min(2 * number + 1, 19)  # half of what might be shown
        await sessions.answer(f"r{number}", f"This is the answer {number}. " * 3)
    assert anew <= 30  # more than 100, where each question leaves out the oldest one
    await sessions.aclose()


def test_tokens_are_estimated_for_every_script():
    assert 14 <= estimate("an ordinary sentence in English with some words in it") <= 20
    assert 10 <= estimate("これは日本語の文です") <= 14


async def test_a_name_is_begun_when_there_is_none_and_found_again(sessions):
    assert await sessions.open("my-talk", "me") == "my-talk"
    await exchange(sessions, "my-talk", "r1", "Hello?", "Hello.")
    assert await sessions.open("my-talk", "me") == "my-talk"
    assert len(await sessions.messages("my-talk", "me")) == 2
    first, second = await sessions.open(owner="me"), await sessions.open(owner="me")
    assert first != second


async def test_another_owners_is_as_unknown_as_one_that_is_not_there(sessions):
    name = await sessions.open(owner="me")
    refusals = []
    for ask in (
        sessions.messages(name, "you"), sessions.history(name, "you"), sessions.erase(name, "you"),
        sessions.ask(name, "you", "r", "x"), sessions.unanswered(name, "you"), sessions.messages("nobody", "me"),
    ):  # fmt: skip
        with pytest.raises(UnknownSession) as caught:
            await ask
        refusals.append(str(caught.value))
    assert len(set(refusals)) == 1
    assert list(await sessions.messages(name, "me")) == []


async def test_two_owners_may_call_theirs_alike(sessions):
    for owner in ("me", "you", ""):
        assert await sessions.open("default", owner) == "default"
        await sessions.ask("default", owner, f"r{owner}", f"Hello from {owner}.")
    await sessions.erase("default", "you")
    for owner in ("me", ""):
        assert [said.content for said in await sessions.messages("default", owner)] == [f"Hello from {owner}."]
    assert sessions.floor("default", "me") is not sessions.floor("default")


async def test_what_an_earlier_version_kept_by_its_name_alone_is_its_owners(tmp_path):
    first = Sessions(tmp_path / "runs.db")
    await exchange(first, await first.open("talk", "me"), "r1", "Hello?", "Hello.")
    first._db.execute("UPDATE session SET id='talk'")
    first._db.execute("UPDATE said SET session='talk'")
    await first.aclose()
    for _ in range(2):
        again = Sessions(tmp_path / "runs.db")
        assert [said.content for said in await again.messages("talk", "me")] == ["Hello?", "Hello."]
        await again.aclose()


async def test_an_earlier_version_may_have_been_used_again_in_between(tmp_path):
    """What that one kept is the later conversation."""
    first = Sessions(tmp_path / "runs.db")
    await exchange(first, await first.open("talk", "me"), "r1", "Hello?", "Hello.")
    first._db.execute("INSERT INTO session VALUES('talk', 'me', 0, 0)")
    first._db.execute("INSERT INTO said VALUES('talk', 0, 'user', 'Are you there?', NULL, 'r2', 0)")
    await first.aclose()
    again = Sessions(tmp_path / "runs.db")
    assert [said.content for said in await again.messages("talk", "me")] == ["Are you there?"]
    await again.aclose()


async def test_it_opens_while_another_program_writes(tmp_path):
    """A backup takes its time, and a service that waits for it serves nobody."""
    path = tmp_path / "runs.db"

    def opened():
        return SqliteEventLog(path), Sessions(path)

    async def closed(log, sessions):
        await sessions.aclose()
        await log.aclose()

    log, sessions = opened()
    await sessions.open("talk", "me")
    await closed(log, sessions)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with anyio.fail_after(_PATIENCE / 2):
            log, sessions = await anyio.to_thread.run_sync(opened, abandon_on_cancel=True)
    assert await sessions.messages("talk", "me") == []
    await closed(log, sessions)


@pytest.mark.parametrize("name", ["a b", "../x", "x" * 65, "ü", "a\n"])
async def test_a_name_that_cannot_be_one_is_refused(sessions, name):
    with pytest.raises(InvalidRequest, match="session_id"):
        await sessions.open(name, "me")


async def test_what_is_erased_or_too_old_is_gone(sessions):
    old, new = await sessions.open(owner="me"), await sessions.open(owner="me")
    await exchange(sessions, old, "r1", "Hello?", "Hello.")
    await sessions.erase(old, "me")
    with pytest.raises(UnknownSession):
        await sessions.messages(old, "me")
    assert await sessions.expire(60) == 0
    assert await sessions.expire(-1) == 1
    with pytest.raises(UnknownSession):
        await sessions.messages(new, "me")


async def test_however_many_are_too_old_others_may_write_in_between(sessions, monkeypatch):
    monkeypatch.setattr("pipeline.stores.sessions._TOGETHER", 2)
    for _ in range(5):
        await sessions.open()
    done = []
    sessions._db.set_trace_callback(done.append)
    assert await sessions.expire(-1) == 5
    transactions = "".join(done).split("COMMIT")
    assert [each.count("DELETE FROM session") for each in transactions if "DELETE" in each] == [2, 2, 1]


async def test_whoever_stops_does_not_wait_until_all_that_are_too_old_are_forgotten(sessions, monkeypatch):
    monkeypatch.setattr("pipeline.stores.sessions._TOGETHER", 2)
    for _ in range(5):
        await sessions.open()
    with anyio.CancelScope() as stopping:
        stopping.cancel()
        await sessions.expire(-1)
    assert await sessions.expire(-1) == 3


async def test_a_run_of_no_conversation_leaves_no_trace(sessions):
    await sessions.answer("stray", "text")
    await sessions.heard("stray", "text")


async def test_it_lives_beside_the_runs_and_outlives_the_process(tmp_path):
    log = SqliteEventLog(tmp_path / "runs.db")
    sessions = Sessions(tmp_path / "runs.db")
    await exchange(sessions, await sessions.open("talk", "me"), "r1", "Hello?", "Hello.")
    await sessions.aclose()
    again = Sessions(tmp_path / "runs.db")
    assert [said.content for said in await again.messages("talk", "me")] == ["Hello?", "Hello."]
    await again.aclose()
    await log.aclose()


def test_a_database_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be opened"):
        Sessions(tmp_path / "file" / "runs.db")


async def test_another_run_answers_in_place_of_the_first(sessions):
    name = await sessions.open(owner="me")
    await exchange(sessions, name, "r1", "Hello?", "Hel")
    await sessions.heard("r1", "H")
    await sessions.again("r2", "r1")
    assert await sessions.unanswered(name, "me") == ["r2"]
    await sessions.answer("r2", "Hello.")
    assert [said.content for said in await sessions.messages(name, "me")] == ["Hello?", "Hello."]
    assert await sessions.unanswered(name, "me") == []
    with pytest.raises(UnknownSession):
        await sessions.unanswered(name, "you")
