"""An event log in SQLite: every event is on the disk before anybody sees its number.

Runs that go on are read from memory, older events and older runs from the database.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from pipeline.errors import StoreError, UnknownRun
from pipeline.events import TERMINAL, Event
from pipeline.ports import RunRecord
from pipeline.stores.scribe import aside
from pipeline.stores.tape import Tape
from pipeline.stores.writer import FAULTS, Chain, Change, Statement, Writer, connected, locked, refusal, unopened
from pipeline.wire import Line, encoded

logger = logging.getLogger("aloud.log")

T = TypeVar("T")

_VERSION = 1
"""Of the tables; 0 where nobody has asked yet whether the database is ready. It stays so on a full disk, which keeps
nobody from what there is."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS run(
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, created REAL NOT NULL, status TEXT NOT NULL, request TEXT,
    key TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS run_key ON run(owner, key) WHERE key <> '';
CREATE INDEX IF NOT EXISTS run_created ON run(created);
CREATE INDEX IF NOT EXISTS run_status ON run(status);
CREATE TABLE IF NOT EXISTS event(
    run TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY(run, seq)
) WITHOUT ROWID;
"""
_RECORD = """SELECT id, owner, created, status, request,
    (SELECT coalesce(max(seq), 0) FROM event WHERE event.run = run.id), key FROM run"""
_RUNNING = """SELECT run.id, run.request, run.created, event.seq, event.data FROM run LEFT JOIN event
    ON event.run = run.id AND event.seq = (SELECT max(seq) FROM event WHERE event.run = run.id)
    WHERE run.status = 'running'"""
"""With what they were asked for: where that cannot even be read, it is told before anything begins."""
_JUST_ENDED = 16
"""Runs whose last events stay in memory a little longer, for those who are just reading them."""


class SqliteEventLog:
    def __init__(self, path: str | Path, *, synchronous: str = "NORMAL", held: int = 64_000) -> None:
        """Opens the database, which nobody else may use meanwhile. Raises StoreError when somebody does.

        `held` is how many bytes of a run's last events stay in memory while it goes on. With `synchronous` FULL a power
        cut costs nothing; with NORMAL it may cost the last moments. The process's death costs nothing."""
        self._path, self._held = Path(path), held
        with ExitStack() as opened:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._lock = opened.enter_context(closing(locked(self._path)))
                self._db = opened.enter_context(closing(connected(self._path, synchronous)))
                _check_version(self._path, self._db)
                self._db.executescript(_SCHEMA)
                _check_writable(self._db)
                self._file = _identity(self._path)
                self._open = {run: self._resumed(*found) for run, _, *found in self._db.execute(_RUNNING)}
                self._writer = Writer(self._path, synchronous)
            except (*FAULTS, OSError) as error:
                raise unopened(self._path, error) from error
            opened.pop_all()  # until `aclose`
        self._chains: dict[str, Chain] = {}
        self._ended: dict[str, Tape[Line]] = {}
        self._limiter = anyio.CapacityLimiter(1)

    def _resumed(self, created: float, last: int | None, data: bytes | None) -> Tape[Line]:
        try:
            at = max(json.loads(data)["at"] if data else 0.0, time.time() - created)
        except (LookupError, TypeError, ValueError):  # damaged, as whoever reads it will be told
            at = 0.0
        return Tape(hold=self._held, last=last or 0, at=at)

    async def create(self, record: RunRecord) -> None:
        await self._check_place()
        request = None if record.request is None else encoded(record.request).decode()
        created = record.created or time.time()
        values = (record.id, record.owner, created, record.status, request, record.key)
        await self._write(("INSERT INTO run VALUES(?,?,?,?,?,?)", values))
        if record.status == "running":
            self._open[record.id] = Tape(hold=self._held, at=max(0.0, time.time() - created))

    def append(self, run: str, event: Event) -> asyncio.Future[Event]:
        tape = self._open.get(run)
        if tape is None or tape.ending:
            raise StoreError(f"The run {run} has ended, or never was; nothing can be added to it.")
        kept = event.numbered(run, tape.taken + 1, tape.at)
        line = Line.of(kept)
        statements: list[Statement] = [("INSERT INTO event VALUES(?,?,?,?)", (run, *line))]
        if line.type in TERMINAL:
            statements.append(("UPDATE run SET status=? WHERE id=?", (line.type, run)))
            tape.ending = True
        tape.taken += 1
        chain = self._chains.setdefault(run, Chain())
        done: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._writer.put(Change(statements, partial(self._settle, run, tape, line, kept, chain, done), chain))
        return done

    def _settle(
        self, run: str, tape: Tape[Line], line: Line, kept: Event, chain: Chain, done: asyncio.Future[Event],
        error: StoreError | None,
    ) -> None:  # fmt: skip
        if error is None:
            tape.keep(line, len(line.data))
            if tape.ending and tape.last == tape.taken:
                self._end(run, tape)
            tape.ring()
        elif self._chains.get(run) is chain:
            # What was asked for since is not kept either: its numbers go to what comes next.
            del self._chains[run]
            tape.taken, tape.ending = tape.last, False
        _settled(done, kept, error)

    def _end(self, run: str, tape: Tape[Line]) -> None:
        tape.ended = True
        self._chains.pop(run, None)
        if self._open.pop(run, None) is not None:
            self._ended[run] = tape
            if len(self._ended) > _JUST_ENDED:
                del self._ended[next(iter(self._ended))]

    async def read(self, run: str, after: int = 0, limit: int = 256) -> Sequence[Event]:
        return [line.event for line in await self.lines(run, after, limit)]

    async def lines(self, run: str, after: int = 0, limit: int = 256) -> Sequence[Line]:
        tape = self._open.get(run) or self._ended.get(run)
        held = None if tape is None else tape.after(after, limit)
        if held is not None:
            return held
        sql = "SELECT seq, type, data FROM event WHERE run=? AND seq>? ORDER BY seq LIMIT ?"
        found = await self._select(Line._make, sql, run, after, limit)
        if not found:
            await self.record(run)
        return found

    async def wait(self, run: str, after: int, seconds: float | None = None) -> bool:
        tape = self._open.get(run)
        if tape is not None:
            return await tape.wait(after, seconds)
        await self.record(run)
        return True

    def wake(self) -> None:
        for tape in self._open.values():
            tape.ring(news=False)

    async def record(self, run: str) -> RunRecord:
        for record in await self._select(_record, f"{_RECORD} WHERE id=?", run):
            return record
        raise UnknownRun(f"There is no run {run}.")

    async def records(
        self,
        *,
        owner: str | None = None,
        status: str | None = None,
        before: float | None = None,
        before_id: str = "",
        limit: int = 100,
    ) -> Sequence[RunRecord]:
        given = {"owner=?": (owner,), "status=?": (status,), "(created, id)<(?,?)": (before, before_id)}
        asked = {condition: values for condition, values in given.items() if values[0] is not None}
        where = f"WHERE {' AND '.join(asked)}" if asked else ""
        values = [value for values in asked.values() for value in values]
        newest = f"{_RECORD} {where} ORDER BY created DESC, id DESC LIMIT ?"
        return await self._select(_record, newest, *values, limit)

    async def named(self, owner: str, key: str) -> RunRecord | None:
        for record in await self._select(_record, f"{_RECORD} WHERE owner=? AND key=? AND key<>''", owner, key):
            return record
        return None

    async def check(self) -> None:
        await self._check_place()
        await self._write((f"PRAGMA user_version={_VERSION}", ()))

    async def _check_place(self) -> None:
        """What goes on may be read for as long as the process lives; nothing new is begun that would be lost."""
        if await aside(_identity, self._path) != self._file:
            raise StoreError(
                f"The database {self._path} was moved or deleted: what is written now will be lost. Start anew."
            )

    async def erase(self, run: str) -> None:
        await self.record(run)
        self._chains.pop(run, None)
        tape = self._open.pop(run, None) or self._ended.pop(run, None)
        await self._write(("DELETE FROM event WHERE run=?", (run,)), ("DELETE FROM run WHERE id=?", (run,)))
        if tape is not None:
            tape.ended = True
            tape.ring()

    async def aclose(self) -> None:
        """Commits what was asked for, and lets go of the database."""
        self._writer.finish()
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._writer.close)
            self._db.close()
            self._lock.close()
        for tape in self._open.values():
            tape.ended = True
            tape.ring()
        self._open.clear()
        self._ended.clear()

    async def _write(self, *statements: Statement) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._writer.put(Change(statements, partial(_settled, done, None)))
        await done

    async def _select(self, made: Callable[[Sequence[Any]], T], sql: str, *values: object) -> list[T]:
        """What is made of each row. One at a time, and not on the event loop: a cold disk may take its time, and what
        was asked for may be a book."""
        try:
            return await anyio.to_thread.run_sync(
                lambda: [made(row) for row in self._db.execute(sql, values)], limiter=self._limiter
            )
        except FAULTS as error:
            raise refusal(error) from error


def _check_version(path: Path, db: sqlite3.Connection) -> None:
    """Raises StoreError before a database of a later version is written to."""
    (found,) = db.execute("PRAGMA user_version").fetchone()
    if found > _VERSION:
        raise StoreError(
            f"The database {path} was written by a later version of aloud ({found}; this one knows {_VERSION}). Start "
            "that one, or move it away; then a new one is begun."
        )


def _check_writable(db: sqlite3.Connection) -> None:
    """Raises sqlite3.Error before anything begins that could not be written down: files may be another user's. A full
    disk, and somebody else's lock, pass; nobody is waited for."""
    (patience,) = db.execute("PRAGMA busy_timeout").fetchone()
    try:
        db.execute("PRAGMA busy_timeout=0")
        db.execute("BEGIN IMMEDIATE")
        db.execute(f"PRAGMA user_version={_VERSION}")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:
            raise
    finally:
        db.rollback()
        db.execute(f"PRAGMA busy_timeout={patience}")


def _identity(path: Path) -> tuple[int, int] | None:
    """Of the file that is there now, if any."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _settled(done: asyncio.Future[Any], kept: Any, error: StoreError | None) -> None:
    if done.done():
        return  # the task that waited was cancelled; what was asked for is done all the same
    if error is None:
        done.set_result(kept)
    else:
        done.set_exception(error)


def _record(row: Sequence[Any]) -> RunRecord:
    id_, owner, created, status, request, last, key = row
    return RunRecord(id_, owner, created, status, _asked(id_, request), last, key)


def _asked(run: str, kept: str | None) -> dict[str, Any] | None:
    """None also where it is damaged: nothing can be done again with that run, and with the others all that could be."""
    try:
        request = json.loads(kept) if kept else None
        if request is None or isinstance(request, dict):
            return request
    except (ValueError, RecursionError):
        pass
    logger.warning("what the run %s was asked for is damaged in the database", run)
    return None
