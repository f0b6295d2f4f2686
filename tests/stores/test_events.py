"""The log in SQLite: durable before shown, little memory."""

import asyncio
import json
import sqlite3
import threading

import anyio
import anyio.lowlevel
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import NotHeld, StoreError, StoreFull, UnknownRun
from pipeline.events import Cancelled, Chunk
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog
from pipeline.stores.sqlite import SqliteEventLog
from pipeline.stores.writer import Chain, Change


def chunk(content="word "):
    return Chunk(content=content, start=0, end=len(content))


def cancelled():
    return Cancelled(
        chars=0, spoken=0, skipped=0, failed=0, passages=0, audio_files=0, seconds=0.0, total_tokens=None, timing={}
    )


@pytest.fixture
async def log(tmp_path):
    log = SqliteEventLog(tmp_path / "log.db")
    yield log
    await log.aclose()


@pytest.mark.parametrize("other", [True, False], ids=["in another log", "in the same"])
async def test_an_event_that_a_log_holds_keeps_its_place_there(log, other):
    first = MemoryEventLog()
    second = log if other else first
    await first.create(RunRecord("a"))
    await second.create(RunRecord("b"))
    kept = await first.append("a", chunk())
    for _ in range(2):
        await second.append("b", kept)
    assert [(event.run, event.seq) for event in await first.read("a")] == [("a", 1)]
    assert [(event.run, event.seq) for event in await second.read("b")] == [("b", 1), ("b", 2)]


async def test_a_folder_that_cannot_hold_a_database_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        SqliteEventLog(tmp_path / "file" / "log.db")


@pytest.mark.parametrize("instead", [None, b""], ids=["nothing", "another"])
async def test_a_database_that_is_no_longer_where_it_was_is_told(log, tmp_path, instead):
    await log.check()
    await log.create(RunRecord("old"))
    (tmp_path / "log.db").rename(tmp_path / "elsewhere.db")
    if instead is not None:
        (tmp_path / "log.db").write_bytes(instead)
    with pytest.raises(StoreError, match="moved or deleted"):
        await log.check()
    with pytest.raises(StoreError, match="moved or deleted"):
        await log.create(RunRecord("new"))
    await log.append("old", chunk())


async def test_a_full_disk_is_told_and_numbers_go_on_without_a_hole_when_there_is_room(log):
    await log.create(RunRecord("a"))
    await log.create(RunRecord("b"))
    await log.append("a", chunk())
    pages = log._writer._db.execute("PRAGMA page_count").fetchone()[0]
    log._writer._db.execute(f"PRAGMA max_page_count={pages}")
    big = chunk("x" * 100_000)
    failed = await asyncio.gather(
        log.append("a", big), log.append("a", chunk()), log.append("a", cancelled()), return_exceptions=True
    )
    assert [type(error) for error in failed] == [StoreFull] * 3
    log._writer._db.execute("PRAGMA max_page_count=1000000")
    kept = await asyncio.gather(log.append("a", big), log.append("a", chunk()), log.append("b", chunk()))
    assert [event.seq for event in kept] == [2, 3, 1]
    assert [event.seq for event in await log.read("a")] == [1, 2, 3]


async def test_a_bad_row_fails_alone_and_its_followers_take_its_number(log):
    await log.create(RunRecord("a"))
    await log.create(RunRecord("b"))
    log._writer._db.execute("INSERT INTO event VALUES('a', 2, 'chunk', '{}')")
    results = await asyncio.gather(
        *[log.append("a", chunk()) for _ in range(3)],
        *[log.append("b", chunk()) for _ in range(3)],
        return_exceptions=True,
    )
    assert [isinstance(result, StoreError) for result in results] == [False, True, True, False, False, False]
    log._writer._db.execute("DELETE FROM event WHERE run='a' AND seq=2")
    assert (await log.append("a", chunk())).seq == 2
    assert (await log.append("a", chunk())).seq == 3


async def test_the_writer_outlives_whatever_goes_wrong(log, monkeypatch):
    def refuse(changes):
        raise MemoryError

    await log.create(RunRecord("a"))
    with monkeypatch.context() as patched:
        patched.setattr(log._writer, "_write", refuse)
        with anyio.fail_after(10), pytest.raises(StoreError, match="MemoryError"):
            await log.append("a", chunk())
    assert (await log.append("a", chunk())).seq == 1


async def test_another_program_may_have_the_database_to_itself_for_as_long_as_a_backup_takes(log):
    """Nobody waits for that here."""
    assert log._writer._db.execute("PRAGMA busy_timeout").fetchone()[0] >= 10_000


async def test_it_is_waited_for_once_and_not_for_each_run(log, monkeypatch):
    tried, broken = [], Chain()
    broken.broken = StoreError("The disk is gone.")

    def refuse(changes):
        tried.append(len(changes))
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(log._writer, "_write", refuse)
    changes = [Change((), print, chain) for chain in (broken, *[Chain() for _ in range(20)])]
    assert all(log._writer._commit(changes))
    assert tried == [20]


async def test_what_fails_late_takes_no_number_from_what_came_after_the_first_failure(log, monkeypatch):
    """Of three commits, the second is of what was asked for before the failure of the first was known, and is over when
    the third was asked for, and is not."""
    await log.create(RunRecord("a"))
    commit, begun, let = log._writer._commit, threading.Semaphore(0), threading.Semaphore(0)
    failing = [StoreError("The disk is gone.")]

    def late(changes):
        begun.release()
        let.acquire()
        if failing:
            changes[0].chain.broken = failing.pop()
        return commit(changes)

    monkeypatch.setattr(log._writer, "_commit", late)
    first = log.append("a", chunk())
    await asyncio.to_thread(begun.acquire)
    second = log.append("a", chunk())
    await anyio.lowlevel.checkpoint()
    let.release()
    with pytest.raises(StoreError, match="gone"):
        await first
    await asyncio.to_thread(begun.acquire)
    third = log.append("a", chunk())
    let.release()
    with pytest.raises(StoreError, match="gone"):
        await second
    fourth = log.append("a", chunk())
    let.release(9)
    assert [(await event).seq for event in (third, fourth)] == [1, 2]


async def test_little_is_held_of_a_long_run_and_the_rest_read_from_the_database(tmp_path):
    log = SqliteEventLog(tmp_path / "log.db", held=2_000)
    await log.create(RunRecord("a"))
    for _ in range(20):
        await asyncio.gather(*[log.append("a", chunk()) for _ in range(50)])
    assert sum(len(line.data) for line, _ in log._open["a"]._items) <= 2_000
    assert [line.seq for line in await log.lines("a", after=3, limit=1000)] == list(range(4, 1001))
    await log.aclose()


async def test_ended_runs_leave_the_memory(log):
    for number in range(40):
        await log.create(RunRecord(str(number)))
        await log.append(str(number), cancelled())
    assert not log._open
    assert len(log._ended) <= 16
    assert [event.type for event in await log.read("0")] == ["cancelled"]


async def test_what_was_asked_for_is_committed_when_the_log_is_closed(tmp_path):
    log = SqliteEventLog(tmp_path / "log.db")
    await log.create(RunRecord("a"))
    waiting = [asyncio.ensure_future(log.append("a", chunk())) for _ in range(100)]
    await log.aclose()
    assert [event.seq for event in await asyncio.gather(*waiting)] == list(range(1, 101))
    db = sqlite3.connect(tmp_path / "log.db")
    assert db.execute("SELECT count(*) FROM event").fetchone() == (100,)
    db.close()


async def test_a_log_that_is_closed_says_so_instead_of_waiting(tmp_path):
    log = SqliteEventLog(tmp_path / "log.db")
    await log.create(RunRecord("a"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(log.aclose)
        await anyio.lowlevel.checkpoint()
        with pytest.raises(StoreError, match="closed"):
            log.append("a", chunk())
    with pytest.raises(StoreError, match="closed"):
        await log.check()


async def test_the_database_and_every_reader_have_the_same_bytes(log, tmp_path):
    await log.create(RunRecord("a"))
    await log.append("a", chunk("é"))
    (one,) = await log.lines("a")
    (two,) = await log.lines("a")
    assert one.data is two.data
    assert log._db.execute("SELECT data FROM event").fetchone() == (one.data,)
    assert json.loads(one.data)["content"] == "é"


async def test_memory_keeps_a_bounded_number_of_ended_runs_and_of_events():
    log = MemoryEventLog(finished=2, events=10)
    for number in range(4):
        await log.create(RunRecord(str(number)))
    for _ in range(25):
        await log.append("3", chunk())
    for number in range(4):
        await log.append(str(number), cancelled())
    with pytest.raises(UnknownRun):
        await log.read("1")
    with pytest.raises(NotHeld, match="3"):
        await log.read("3")
    assert [event.seq for event in await log.read("3", after=16)] == list(range(17, 27))


steps = st.lists(
    st.tuples(
        st.sampled_from(["append", "append", "append", "end", "reopen", "read"]), st.integers(0, 2), st.integers(1, 4)
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_whatever_happens_the_log_is_what_was_acknowledged(steps, tmp_path_factory):
    asyncio.run(_replay(steps, tmp_path_factory.mktemp("log") / "log.db"))


async def _replay(steps, path):
    log = SqliteEventLog(path, held=300)
    want = {}
    ended = set()
    for run in range(3):
        await log.create(RunRecord(str(run)))
        want[run] = []
    for step, run, count in steps:
        if step == "reopen":
            await log.aclose()
            log = SqliteEventLog(path, held=300)
        elif step == "read":
            assert [event.seq for event in await log.read(str(run))] == want[run]
        elif run in ended:
            with pytest.raises(StoreError):
                await log.append(str(run), chunk())
        elif step == "end":
            want[run].append((await log.append(str(run), cancelled())).seq)
            ended.add(run)
        else:
            kept = await asyncio.gather(*[log.append(str(run), chunk()) for _ in range(count)])
            want[run] += [event.seq for event in kept]
    for run, numbers in want.items():
        assert numbers == list(range(1, len(numbers) + 1))
        assert [event.seq for event in await log.read(str(run))] == numbers
    await log.aclose()
