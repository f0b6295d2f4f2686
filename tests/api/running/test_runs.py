"""Runs as a resource."""

import errno
import os
import sqlite3
import time
from contextlib import closing

import anyio
import pytest

from api.app import create_app
from api.settings import Settings
from pipeline.assembly.order import Order
from pipeline.errors import StoreError, StoreFull
from pipeline.events import Chunk
from pipeline.ports import RunRecord
from pipeline.stores.sqlite import SqliteEventLog
from pipeline.types import Message
from tests.api.client import check_run, events, speak
from tests.api.conftest import QUICK, TEXT
from tests.stopwatch import least

SLOW = {"text": "A sentence that takes its time. " * 100, "llm_provider": "replay"}


async def begun(client, headers=None, **body):
    response = await client.post("/api/v1/runs", json=body or {"text": TEXT}, headers=headers or {})
    assert response.status_code == 201, response.text
    return response.json()


async def test_a_run_goes_on_without_a_listener(client):
    made = await begun(client)
    assert {"id", "status", "events", "audio", "captions"} <= set(made)
    check_run(await events(client, made["id"]), TEXT)
    assert (await client.get(f"/api/v1/runs/{made['id']}")).json()["status"] == "complete"


async def test_a_run_that_is_in_the_log_goes_on_though_its_caller_left_meanwhile(tmp_path, monkeypatch):
    app = create_app(Settings.load({}, output_dir=tmp_path), QUICK)
    async with app.router.lifespan_context(app):
        runs = app.state.runs
        with anyio.CancelScope() as scope:

            async def create(record, create=runs.log.create):
                scope.cancel()
                await create(record)

            monkeypatch.setattr(runs.log, "create", create)
            await runs.create(Order(text=TEXT), owner="")
        for going in list(runs.going.values()):
            await going.ended.wait()
        assert [record.status for record in await runs.log.records()] == ["complete"]


async def test_a_forked_process_does_not_serve_from_the_database_of_its_parent(tmp_path, monkeypatch):
    """As gunicorn's workers would behind --preload: the lock is theirs too, the thread that writes is not."""
    app = create_app(Settings.load({}, output_dir=tmp_path), QUICK)
    with monkeypatch.context() as forked, pytest.raises(StoreError, match="no --preload"):
        forked.setattr(os, "getpid", lambda: 0)
        async with app.router.lifespan_context(app):
            pass
    async with app.router.lifespan_context(app):
        assert hasattr(app.state, "runs"), "its parent does"


async def test_a_run_that_another_version_began_keeps_no_service_from_starting(tmp_path):
    settings = Settings.load({}, output_dir=tmp_path)
    log = SqliteEventLog(settings.database_path)
    await log.create(RunRecord("old", request={"order": Order(text=TEXT).as_dict()}))
    await log.append("old", Chunk(content=TEXT, start=0, end=len(TEXT)))
    await log.create(RunRecord("odd", request={"order": {"text": TEXT, "odd": 1}}))
    await log.append("odd", Chunk(content=TEXT, start=0, end=len(TEXT)))
    await log.aclose()
    with closing(sqlite3.connect(settings.database_path)) as database, database:
        database.execute("""UPDATE event SET type='novel', data=replace(data, '"chunk"', '"novel"') WHERE run='old'""")
    app = create_app(settings, QUICK)
    async with app.router.lifespan_context(app):
        runs = app.state.runs
        record = await runs.create(Order(text=TEXT), owner="")
        await runs.going[record.id].ended.wait()
        assert (await runs.log.record(record.id)).status == "complete"
        with pytest.raises(StoreError, match="another version"):
            await runs.log.read("old")
        await runs.log.wait("odd", 1)
        (last,) = await runs.log.read("odd", 1)
        assert (last.type, last.code, last.chars, last.unspoken) == ("error", "interrupted", len(TEXT), len(TEXT))


async def test_what_breaks_behind_one_run_ends_no_other(tmp_path, monkeypatch):
    async def broken(run, text):
        raise ValueError("a bug")

    app = create_app(Settings.load({}, output_dir=tmp_path), QUICK)
    async with app.router.lifespan_context(app):
        runs = app.state.runs
        monkeypatch.setattr(runs.sessions, "answer", broken)
        asked = (Message("user", "Good morning."),)
        session = await runs.sessions.open()
        for order in (Order(messages=asked, llm_provider=("replay",), session_id=session), Order(text=TEXT)):
            record = await runs.create(order, owner="")
            await runs.going[record.id].ended.wait()
            assert (await runs.log.record(record.id)).status == "complete"


async def test_the_newest_runs_come_first_in_the_list(alone):
    made = [(await begun(alone))["id"] for _ in range(3)]
    for run in made:
        await events(alone, run)
    assert [run["id"] for run in (await alone.get("/api/v1/runs")).json()["runs"]] == made[::-1]
    assert len((await alone.get("/api/v1/runs?limit=2")).json()["runs"]) == 2
    assert (await alone.get("/api/v1/runs?status=running")).json()["runs"] == []
    assert (await alone.get("/api/v1/runs?status=gone")).status_code == 422


async def test_the_list_goes_on_where_it_was_left(alone, monkeypatch):
    monkeypatch.setattr("api.routes.runs._PAGE", 2)
    made = [(await begun(alone))["id"] for _ in range(5)][::-1]
    first = (await alone.get("/api/v1/runs?limit=3")).json()["runs"]
    rest = (await alone.get("/api/v1/runs", params={"before": first[-1]["created"]})).json()["runs"]
    assert [run["id"] for run in first + rest] == made
    for id_, known in ((made[2], 3), (f"{made[2]}x", 2)):  # as if another was created at the very same moment
        rest = await alone.get("/api/v1/runs", params={"before": first[-1]["created"], "before_id": id_})
        assert [run["id"] for run in rest.json()["runs"]] == made[known:]
    assert (await alone.get("/api/v1/runs?before=0")).json()["runs"] == []
    assert (await alone.get("/api/v1/runs?before=nan")).status_code == 422


async def test_whoever_asks_how_a_run_stands_learns_what_became_of_it(client):
    run = (await begun(client, **SLOW))["id"]
    assert (await client.get(f"/api/v1/runs/{run}")).json()["end"] is None
    await client.post(f"/api/v1/runs/{run}/cancel")
    shown = (await client.get(f"/api/v1/runs/{run}")).json()
    assert shown["end"] == (await events(client, run))[-1]
    assert (shown["status"], shown["end"]["type"]) == ("cancelled", "cancelled")


async def test_runs_are_listed_with_a_title(alone):
    await begun(alone, text="# Tides\n\nThe sea  comes and goes.")
    await begun(alone, text="海" * 200)
    script = {"name": "two hosts", "steps": [{"id": "a", "type": "speak", "inputs": {"text": "Hello."}}]}
    await begun(alone, script=script)
    titles = [run["title"] for run in (await alone.get("/api/v1/runs")).json()["runs"]]
    assert titles == ["two hosts", "海" * 80 + "…", "Tides The sea comes and goes."]


async def test_a_run_is_called_by_what_it_is_about_also_when_it_is_tried_again(alone):
    """A document may begin with anything, and what a model is asked by a template is the same each time."""
    page = "<title>The sea</title><p>It comes and goes."
    documents = [
        (await alone.post("/api/v1/documents", files={"file": file})).json()["id"]
        for file in (("a.html", page.encode()), ("my notes.txt", b"It comes and goes."))
    ]
    model = {"llm_provider": "replay"}
    asked = {
        "The sea": ("speech", {"document": documents[0]}),
        "my notes": ("speech", {"document": documents[1]}),
        "Lyrics: the tides": ("lyrics", {"prompt": "the tides", **model}),
        "The sea again": ("script", {"document": documents[0], "title": "The sea again", **model}),
        "What is it?": ("chat", {"message": "What is it?", **model}),
    }
    for name, (way, body) in asked.items():
        run = (await alone.post(f"/api/v1/stream/{way}", json=body)).headers["x-run-id"]
        again = (await alone.post(f"/api/v1/runs/{run}/retry")).json()["id"]
        for one in (run, again):
            assert (await alone.get(f"/api/v1/runs/{one}")).json()["title"] == name
            assert (await events(alone, one))[0]["title"] == name


async def test_deleting_a_run_that_goes_on_cancels_it_and_deleting_an_ended_one_erases_it(client):
    run = (await begun(client, **SLOW))["id"]
    response = await client.delete(f"/api/v1/runs/{run}")
    assert (response.status_code, response.json()["status"]) == (200, "cancelled")
    found = await events(client, run)
    check_run(found)
    sums = found[-1]
    assert sums["chars"] == sums["spoken"] + sums["skipped"] + sums["failed"] + sums["unspoken"]
    assert (await client.delete(f"/api/v1/runs/{run}")).status_code == 204
    assert (await client.get(f"/api/v1/runs/{run}")).status_code == 404
    assert (await client.delete(f"/api/v1/runs/{run}")).status_code == 404


async def test_who_cancels_a_run_too_late_erases_nothing(client):
    run = (await begun(client, **SLOW))["id"]
    for _ in range(2):
        response = await client.post(f"/api/v1/runs/{run}/cancel")
        assert (response.status_code, response.json()["status"]) == (200, "cancelled")
    over = (await speak(client, text=TEXT))[0]["run"]
    response = await client.post(f"/api/v1/runs/{over}/cancel")
    assert (response.status_code, response.json()["status"]) == (200, "complete")
    check_run(await events(client, over), TEXT)


async def test_erasing_takes_the_clips_too(alone, tmp_path):
    found = await speak(alone, text=TEXT)
    clips = [event["url"] for event in found if event["type"] == "audio"]
    folder = tmp_path / "output" / "runs" / found[0]["run"]
    assert len(list(folder.glob("*.wav"))) == len(clips)
    await alone.delete(f"/api/v1/runs/{found[0]['run']}")
    assert not folder.exists()
    assert (await alone.get(clips[0])).status_code == 404


async def test_on_a_full_disk_the_clips_go_first_for_that_the_log_has_room(alone, tmp_path, monkeypatch):
    run = (await speak(alone, text=TEXT))[0]["run"]
    folder = tmp_path / "output" / "runs" / run

    async def full(log, *statements, write=SqliteEventLog._write):
        if folder.exists():
            raise StoreFull("The disk is full.")
        await write(log, *statements)

    monkeypatch.setattr(SqliteEventLog, "_write", full)
    assert (await alone.delete(f"/api/v1/runs/{run}")).status_code == 204
    assert (await alone.get(f"/api/v1/runs/{run}")).status_code == 404


async def test_a_run_whose_clips_cannot_be_erased_is_still_there_to_be_erased_again(alone, tmp_path, monkeypatch):
    run = (await speak(alone, text=TEXT))[0]["run"]

    def refuse(folder):
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patched:
        patched.setattr("shutil.rmtree", refuse)
        refused = await alone.delete(f"/api/v1/runs/{run}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "store_failed")
        assert "Read-only file system" in refused.json()["error"]["message"]
    assert (await alone.delete(f"/api/v1/runs/{run}")).status_code == 204
    assert not (tmp_path / "output" / "runs" / run).exists()


async def test_cancelling_ends_within_a_quarter_of_a_second_and_nothing_follows(served):
    client = await served({"ALOUD_TONE_START": "60"})

    async def cancelling():
        run = (await begun(client, **SLOW))["id"]
        since = time.monotonic()
        await client.delete(f"/api/v1/runs/{run}")
        took = time.monotonic() - since
        found = await events(client, run)
        assert [event["type"] for event in found].count("cancelled") == 1
        assert not any(event["type"] == "audio" for event in found)
        return took

    assert await least(cancelling, 0.25) < 0.25


async def test_trying_again_makes_a_new_run_that_keeps_what_was_made(client):
    first = await speak(client, text=TEXT)
    response = await client.post(f"/api/v1/runs/{first[0]['run']}/retry")
    assert response.status_code == 201
    again = await events(client, response.json()["id"])
    check_run(again, TEXT)
    assert again[0]["retry_of"] == first[0]["run"]
    clips = [event for event in again if event["type"] == "audio"]
    assert clips and all(clip["cached"] for clip in clips)


async def test_a_run_that_goes_on_cannot_be_tried_again(client):
    run = (await begun(client, **SLOW))["id"]
    assert (await client.post(f"/api/v1/runs/{run}/retry")).status_code == 409
    await client.delete(f"/api/v1/runs/{run}")


async def test_what_was_heard_follows_the_player_and_never_goes_back(client):
    found = await speak(client, text=TEXT)
    run, clips = found[0]["run"], [event for event in found if event["type"] == "audio"]

    async def heard(milliseconds):
        response = await client.post(f"/api/v1/runs/{run}/heard", json={"played_ms": milliseconds})
        assert response.status_code == 200
        return response.json()

    assert await heard(0) == {"text": "", "start": 0, "end": 0}
    some = await heard(clips[0]["seconds"] * 500)
    assert 0 < some["end"] < clips[0]["end"]
    assert some["text"] == TEXT[: some["end"]]
    assert some["text"].endswith(tuple(word["text"] for word in clips[0]["words"]))
    assert await heard(10) == some, "a report that comes late takes nothing back"
    assert (await heard(1e9))["text"] == TEXT
    assert (await client.post(f"/api/v1/runs/{run}/heard", json={"played_ms": -1})).status_code == 422


async def test_a_book_never_keeps_a_conversation_waiting(served):
    client = await served({"ALOUD_TONE_START": "0.2"})
    long = "".join(f"Sentence {number} of a long book, like no other. " for number in range(200))
    book = await begun(client, text=long, priority="batch", buffer={"mode": "batch"})
    names = iter(("Ada", "Ben", "Cal", "Dee", "Eve"))

    async def waited():
        found = await speak(client, text=f"Hello there, {next(names)}. How are you today?")
        return next(event["at"] for event in found if event["type"] == "audio")

    assert await least(waited, 1.0) < 1.0
    assert (await client.get(f"/api/v1/runs/{book['id']}")).json()["status"] == "running"
    await client.delete(f"/api/v1/runs/{book['id']}")
