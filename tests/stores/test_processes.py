"""The log in SQLite from one process to the next: killed, started again, never two at once."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from pipeline.errors import StoreError
from pipeline.ports import RunRecord
from pipeline.stores.sqlite import SqliteEventLog
from tests.stores.test_events import cancelled, chunk

WRITER = """
import asyncio, sys
from pipeline.events import Chunk
from pipeline.ports import RunRecord
from pipeline.stores.sqlite import SqliteEventLog

async def main():
    log = SqliteEventLog(sys.argv[1])
    if not await log.records():
        await log.create(RunRecord("run"))
    while True:
        kept = await asyncio.gather(*[log.append("run", Chunk(content="word", start=0, end=4)) for _ in range(8)])
        sys.stdout.write("".join(f"{event.seq} {event.at}\\n" for event in kept))
        sys.stdout.flush()

asyncio.run(main())
"""


def written_until_killed(path):
    """Numbers and times that the process said were committed."""
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
    said = [child.stdout.readline() for _ in range(200)]
    child.send_signal(signal.SIGKILL)
    said += child.communicate()[0].split(b"\n")[:-1]
    return [(int(seq), float(at)) for seq, at in (line.split() for line in said)]


async def test_no_acknowledged_event_is_lost_when_the_process_is_killed(tmp_path):
    path = tmp_path / "log.db"
    at = -1.0
    for _ in range(5):
        said = written_until_killed(path)
        assert said[0][1] > at, "time goes on across a restart"
        last, at = said[-1]
        log = SqliteEventLog(path)
        record = await log.record("run")
        assert record.last >= last
        assert record.status == "running"
        events = []
        while some := await log.read("run", after=len(events), limit=1000):
            events += some
        assert [event.seq for event in events] == list(range(1, record.last + 1))
        await log.aclose()
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


async def test_after_a_restart_numbers_go_on_and_old_runs_are_read(tmp_path):
    log = SqliteEventLog(tmp_path / "log.db")
    await log.create(RunRecord("open", created=time.time() - 100))
    await log.create(RunRecord("done"))
    await log.append("open", chunk("1"))
    await log.append("done", cancelled())
    await log.aclose()

    log = SqliteEventLog(tmp_path / "log.db")
    assert [record.id for record in await log.records(status="running")] == ["open"]
    waiting = asyncio.create_task(log.wait("open", 1))
    event = await log.append("open", chunk("2"))
    await asyncio.wait_for(waiting, 30)
    assert event.seq == 2
    assert event.at >= 100
    assert [event.content for event in await log.read("open")] == ["1", "2"]
    assert [event.type for event in await log.read("done")] == ["cancelled"]
    await asyncio.wait_for(log.wait("done", 1), 30)
    with pytest.raises(StoreError):
        await log.append("done", chunk())
    await log.aclose()


def refused(path):
    return subprocess.run([sys.executable, "-c", WRITER, str(path)], capture_output=True, timeout=30)


async def test_a_second_owner_of_the_database_is_refused_with_a_sentence(tmp_path):
    log = SqliteEventLog(tmp_path / "log.db")
    child = refused(tmp_path / "log.db")
    assert child.returncode != 0
    assert b"Another process is using the database %b. " % bytes(tmp_path / "log.db") in child.stderr
    with pytest.raises(StoreError, match="Another process"):
        SqliteEventLog(tmp_path / "log.db")
    await log.aclose()


async def test_the_database_is_free_again_after_closing(tmp_path):
    for _ in range(3):
        await SqliteEventLog(tmp_path / "log.db").aclose()
