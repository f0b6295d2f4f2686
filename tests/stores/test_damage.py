"""A database that is damaged: told in one line, with what to do; and of what is whole, nothing is lost."""

import sqlite3
from contextlib import closing

import pytest

from pipeline.errors import NotHeld, StoreError, StoreFull
from pipeline.events import Chunk
from pipeline.ports import RunRecord
from pipeline.stores.sessions import Sessions
from pipeline.stores.sqlite import SqliteEventLog
from pipeline.stores.writer import connected, unopened

RUBBISH = b"Dear Sir, this is a letter and no database. " * 200


@pytest.fixture
async def path(tmp_path):
    """A database with two runs that go on."""
    path = tmp_path / "log.db"
    log = SqliteEventLog(path)
    for run in ("good", "bad"):
        await log.create(RunRecord(run, request={"order": {"text": "word " * 5000}}))
        await log.append(run, Chunk(content="word", start=0, end=4))
    await log.aclose()
    return path


def change(path, sql):
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(sql)


@pytest.mark.parametrize("left", [0.002, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("opened", [SqliteEventLog, Sessions])
async def test_a_truncated_database_is_named_with_what_to_do(path, left, opened):
    whole = path.read_bytes()
    path.write_bytes(whole[: int(left * len(whole))])
    with pytest.raises(StoreError) as told:
        opened(path)
    assert str(path) in told.value.message
    assert "damaged" in told.value.message and "move it away" in told.value.message
    path.write_bytes(whole)
    await opened(path).aclose()  # the first try holds on to nothing


@pytest.mark.parametrize("name", ["log.db", "log.db.lock"])
def test_a_file_that_is_no_database_is_named(path, name):
    (path.parent / name).write_bytes(RUBBISH)
    with pytest.raises(StoreError, match=f"{name} is damaged, or is none of aloud's"):
        SqliteEventLog(path)
    assert (path.parent / name).read_bytes() == RUBBISH, "it may be somebody's"


def test_rubbish_is_not_shown_to_whoever_is_told_of_it(path):
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE event", b"CREATE \x07\n\xff\xfe event"))
    with pytest.raises(StoreError, match="is damaged") as told:
        SqliteEventLog(path)
    assert told.value.message.isprintable()


def test_a_database_with_other_tables_is_named(path):
    change(path, "ALTER TABLE event RENAME COLUMN data TO said")
    with pytest.raises(StoreError, match="none of aloud's"):
        SqliteEventLog(path)


async def test_a_database_of_a_later_version_is_named_and_stays_as_it_is(path):
    change(path, "PRAGMA user_version=2")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"log.db was written by a later version of aloud \(2; this one knows 1\)"):
        SqliteEventLog(path)
    assert path.read_bytes() == before


async def test_a_database_from_before_versions_were_noted_is_taken(path):
    change(path, "PRAGMA user_version=0")
    log = SqliteEventLog(path)
    assert [event.type for event in await log.read("good")] == ["chunk"]
    await log.aclose()


def test_a_folder_in_its_place_is_told_otherwise(tmp_path):
    with pytest.raises(StoreError, match="cannot be opened") as told:
        SqliteEventLog(tmp_path)
    assert "damaged" not in told.value.message


def test_a_full_disk_is_told_as_such_and_not_as_a_folder_that_may_not_be_written_to(tmp_path):
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    told = unopened(tmp_path / "log.db", error)
    assert isinstance(told, StoreFull) and "Make room" in told.message


@pytest.mark.parametrize("rubbish", ["'{\"order'", "'[1, 2]'", "x'ff00fe'", "'5'"])
async def test_a_run_whose_request_is_damaged_stands_beside_the_others(path, rubbish, caplog):
    change(path, f"UPDATE run SET request={rubbish} WHERE id='bad'")
    log = SqliteEventLog(path)
    found = {record.id: record.request for record in await log.records()}
    assert found["bad"] is None
    assert found["good"]["order"]["text"] == "word " * 5000
    assert "bad" in caplog.text, "the log names it"
    await log.erase("bad")
    await log.aclose()


@pytest.mark.parametrize("rubbish", ["x'ff00fe'", '\'{"at": "soon"}\'', "'{}'", "'5'"])
async def test_an_event_that_is_damaged_keeps_no_other_from_being_read(path, rubbish):
    change(path, f"UPDATE event SET data={rubbish} WHERE run='bad'")
    log = SqliteEventLog(path)
    assert (await log.append("bad", Chunk(content="more", start=4, end=8))).seq == 2
    assert [event.content for event in await log.read("good")] == ["word"]
    assert [event.content for event in await log.read("bad", after=1)] == ["more"]
    with pytest.raises(NotHeld, match="damaged"):
        await log.read("bad")
    await log.aclose()


async def test_a_damaged_letter_is_one_letter_less(path):
    change(path, "UPDATE run SET owner=cast(x'6dff65' AS TEXT) WHERE id='bad'")
    log = SqliteEventLog(path)
    assert sorted(record.owner for record in await log.records()) == ["", "m\N{REPLACEMENT CHARACTER}e"]
    await log.aclose()


def test_a_database_that_may_only_be_read_is_told_at_once(path, monkeypatch):
    def another_users(*given):
        db = connected(*given)
        db.execute("PRAGMA query_only=ON")
        return db

    monkeypatch.setattr("pipeline.stores.sqlite.connected", another_users)
    with pytest.raises(StoreError, match="readonly database. It wants a folder that may be written to"):
        SqliteEventLog(path)
