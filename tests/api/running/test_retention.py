"""What is old or too much goes, and nothing else."""

import asyncio
import logging
import shutil
import time
from types import SimpleNamespace

import anyio
import pytest

from api.running.documents import Documents
from api.running.retention import keep_tidy
from api.settings import Settings
from pipeline.errors import StoreError, UnknownRun
from pipeline.ports import RunRecord
from pipeline.stores.clips import FolderClipStore
from pipeline.stores.sounds import FolderSoundCache
from pipeline.stores.sqlite import SqliteEventLog
from tests.api.client import events, speak, until
from tests.api.conftest import TEXT
from tests.api.running.test_chat import say
from tests.stores.test_events import cancelled


async def ids(client):
    return [run["id"] for run in (await client.get("/api/v1/runs")).json()["runs"]]


def clips_of(folder, run):
    return list((folder / "runs" / run).glob("*.wav"))


async def test_by_bytes_the_oldest_go_first_and_never_one_that_goes_on(served, tmp_path, monkeypatch):
    monkeypatch.setattr("api.running.retention._PAUSE", 0.05)
    found = await speak(await served(output_dir=tmp_path / "a"), text=TEXT)
    size = sum(file.stat().st_size for file in clips_of(tmp_path / "a", found[0]["run"]))

    client = await served({"ALOUD_REPLAY_RATE": "20"}, output_dir=tmp_path / "b", retention_bytes=int(2.5 * size))
    going = (await client.post("/api/v1/runs", json={"text": TEXT * 50, "llm_provider": "replay"})).json()["id"]
    async with client.stream("GET", f"/api/v1/runs/{going}/events") as reader:
        made = [(await speak(client, text=TEXT, voice=voice))[0]["run"] for voice in ("low", "middle", "high") * 2]

        async def few():
            return len(await ids(client)) <= 3

        await until(few)
        left = await ids(client)
        assert going in left
        assert left[:-1] == [run for run in made[::-1] if run in left], "the newest stay"
        gone = next(run for run in made if run not in left)
        assert (await client.get(f"/api/v1/runs/{gone}/events")).status_code == 404
        assert not clips_of(tmp_path / "b", gone)
        assert reader.status_code == 200
    await client.delete(f"/api/v1/runs/{going}")


async def test_by_age_runs_go_that_ended_long_ago_and_the_log_tells(served, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    folder = tmp_path / "output"
    log = SqliteEventLog(Settings.load({}, output_dir=folder).database_path)
    for run, age in (("old", 7200), ("young", 1800)):
        await log.create(RunRecord(run, created=time.time() - age))
    await log.append("young", cancelled())
    await log.aclose()
    old = SqliteEventLog(Settings.load({}, output_dir=folder).database_path)
    old._open["old"]._origin += 7100  # it ended two minutes after it began
    await old.append("old", cancelled())
    await old.aclose()

    client = await served(output_dir=folder, retention_hours=1)

    async def erased():
        return await ids(client) == ["young"]

    await until(erased)
    await until(lambda: asyncio.sleep(0, "runs erased" in caplog.messages))
    told = [record.fields for record in caplog.records if record.message == "runs erased"]
    assert told == [{"reason": "age", "runs": 1}]
    new = (await speak(client, text=TEXT))[0]["run"]
    assert await ids(client) == [new, "young"]
    assert await events(client, new)


async def test_a_run_that_cannot_be_erased_keeps_no_older_one(served, tmp_path, monkeypatch):
    folder = tmp_path / "output"
    log = SqliteEventLog(Settings.load({}, output_dir=folder).database_path)
    for run, age in (("older", 9000), ("stuck", 8000)):
        await log.create(RunRecord(run, created=time.time() - age))
        log._open[run]._origin += age  # it ended as it began
        await log.append(run, cancelled())
    await log.aclose()

    async def erase(clips, run, erase=FolderClipStore.erase):
        if run == "stuck":
            raise StoreError("This one stays.")
        await erase(clips, run)

    monkeypatch.setattr(FolderClipStore, "erase", erase)
    client = await served(output_dir=folder, retention_hours=1)

    async def erased():
        return await ids(client) == ["stuck"]

    await until(erased)


async def test_nor_documents_conversations_and_the_sounds_that_were_kept(served, tmp_path, monkeypatch):
    monkeypatch.setattr("api.running.retention._PAUSE", 0.01)

    async def stay(clips, run):
        raise StoreError("This one stays.")

    monkeypatch.setattr(FolderClipStore, "erase", stay)
    client = await served(retention_hours=0.0001)
    brought = await client.post("/api/v1/documents", files={"file": ("a.txt", TEXT.encode())})
    session = (await say(client, "Hello there.", llm_provider="replay"))[0]["session_id"]

    async def gone():
        asked = [f"/api/v1/documents/{brought.json()['id']}", f"/api/v1/sessions/{session}"]
        kept = list((tmp_path / "output" / "runs" / ".sounds").glob("*.take"))
        return [(await client.get(address)).status_code for address in asked] == [404, 404] and not kept

    await until(gone)
    assert len(await ids(client)) == 1


async def test_a_run_whose_end_is_damaged_goes_by_its_age_too(served, tmp_path):
    folder = tmp_path / "output"
    log = SqliteEventLog(Settings.load({}, output_dir=folder).database_path)
    await log.create(RunRecord("old", created=time.time() - 7200))
    await log.append("old", cancelled())
    log._db.execute("UPDATE event SET data='{'")
    await log.aclose()
    client = await served(output_dir=folder, retention_hours=1)

    async def erased():
        return await ids(client) == []

    await until(erased)


def full(clips, folder, **more):
    """Runs of which there is too much."""
    settings = SimpleNamespace(retention_hours=None, retention_bytes=7)
    workshop, documents = SimpleNamespace(clips=clips, sounds=FolderSoundCache(folder / "sounds")), Documents(folder)
    return SimpleNamespace(settings=settings, workshop=workshop, going={}, documents=documents, **more)


async def test_kept_sounds_give_way_on_a_disk_that_others_fill(served, tmp_path, monkeypatch):
    monkeypatch.setattr("api.running.retention._PAUSE", 0.01)
    full = asyncio.Event()
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=0 if full.is_set() else 1 << 40))
    folder = tmp_path / "output"
    await speak(await served(output_dir=folder), text=TEXT)

    async def gone():
        return not list((folder / "runs" / ".sounds").iterdir())

    assert not await gone()
    full.set()
    await until(gone)


async def test_what_cannot_be_erased_now_is_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr("api.running.retention._PAUSE", 0)
    looked = []

    class Clips:
        async def sweep(self, *, keep, size):
            looked.append(size)
            if len(looked) == 1:
                raise PermissionError("not yours")
            tasks.cancel_scope.cancel()
            return ()

    runs = full(Clips(), tmp_path)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep_tidy, runs)
    assert looked == [7, 7]


async def test_clips_that_no_run_remembers_keep_no_other_run(tmp_path):
    erased = []

    class Clips:
        async def sweep(self, *, keep, size):
            return ("stranger", "old")

    async def erase(run):
        erased.append(run)
        if run == "stranger":
            raise UnknownRun("There is no run stranger.")
        tasks.cancel_scope.cancel()

    runs = full(Clips(), tmp_path, erase=erase)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep_tidy, runs)
    assert erased == ["stranger", "old"]


async def test_of_what_is_too_much_a_run_that_stays_keeps_no_other_and_only_what_went_is_told(tmp_path, caplog):
    caplog.set_level(logging.INFO, "aloud.retention")

    class Clips:
        async def sweep(self, *, keep, size):
            return ("locked", "stranger", "old")

    async def erase(run):
        if run == "locked":
            raise StoreError("The database did not do what was asked of it.")
        if run == "stranger":
            raise UnknownRun("There is no run stranger.")
        erased.set()

    erased = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep_tidy, full(Clips(), tmp_path, erase=erase))
        await erased.wait()
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    (told,) = [record.fields for record in caplog.records if record.message == "runs erased"]
    assert told == {"reason": "size", "runs": 1}
    assert any("could not all be erased" in message for message in caplog.messages)


async def test_a_document_that_cannot_be_removed_keeps_no_other(tmp_path):
    for name in ("da", "db", "dc"):
        (tmp_path / f"{name}.json").write_text("{}")
    (tmp_path / "db.json").unlink()
    (tmp_path / "db.json").mkdir()
    documents = Documents(tmp_path)
    with pytest.raises(OSError, match="db.json"):
        await documents.forget(time.time() + 1)
    assert [file.name for file in tmp_path.iterdir()] == ["db.json"]
    (tmp_path / "dd.json").write_text("{}")
    with pytest.raises(OSError, match="db.json"):
        await documents.forget_most(0)
    assert [file.name for file in tmp_path.iterdir()] == ["db.json"]
