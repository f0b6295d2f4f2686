"""The one thread that writes to a database: whatever is waiting goes into one transaction, in the order it was put."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from pipeline.errors import StoreError, StoreFull

FAULTS = (sqlite3.Error, UnicodeDecodeError)
"""Of a database. The second where its library wants to say what is damaged, and names it."""
Statement = tuple[str, Sequence[Any]]

_TOGETHER = 500
"""Changes after which a transaction takes in no more."""
_ROWS = 64
"""In one statement; SQLite's library keeps as many prepared."""
_SPOILT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
"""Pages that are not what they should be; another file; tables that are not ours."""
_PATIENCE = 20
"""Seconds for which another process may have the database to itself, for a backup or a VACUUM. Behind that, runs break
off."""
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)
"""No room on the disk; a file at the largest size that this process may write."""


class Chain:
    """Changes of which none may be kept when an earlier one was not."""

    broken: StoreError | None = None


@dataclass(slots=True, eq=False)
class Change:
    """Statements that are kept together or not at all; `settle` is then called on the event loop."""

    statements: Sequence[Statement]
    settle: Callable[[StoreError | None], None]
    chain: Chain | None = None


class Writer:
    def __init__(self, path: Path, synchronous: str) -> None:
        self._db = connected(path, synchronous)
        self._queue: queue.SimpleQueue[list[Change] | None] = queue.SimpleQueue()
        self._gathered: list[Change] = []
        self._finished = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="event-log", daemon=True)
        self._thread.start()

    def put(self, change: Change) -> None:
        """What comes in one turn of the event loop goes to the thread together: to wake it costs more than to write.

        Raises StoreError after `finish`."""
        if self._finished:
            raise StoreError("The database is closed; nothing can be added to it.")
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        self._gathered.append(change)

    def _hand_over(self) -> None:
        if self._gathered:
            self._queue.put(self._gathered)
            self._gathered = []

    def finish(self) -> None:
        """On the event loop: everything put before is still committed, and nothing after."""
        self._finished = True
        self._hand_over()
        self._queue.put(None)

    def close(self) -> None:
        """After `finish`; blocks until all is written."""
        self._thread.join()
        self._db.close()

    def _run(self) -> None:
        going = True
        while going:
            found = self._queue.get()
            going = found is not None
            changes = found or []
            while going and len(changes) < _TOGETHER and not self._queue.empty():
                found = self._queue.get()
                going = found is not None
                changes += found or []
            if changes and self._loop is not None:
                errors = self._commit(changes)
                with contextlib.suppress(RuntimeError):  # the loop is gone, and with it all who might want to know
                    self._loop.call_soon_threadsafe(_settle, changes, errors)

    def _commit(self, changes: list[Change]) -> list[StoreError | None]:
        """One transaction; when one change is at fault, each in its own, so that it does not fail its neighbours."""
        errors = [None if change.chain is None else change.chain.broken for change in changes]
        sound = [change for change, error in zip(changes, errors, strict=True) if error is None]
        try:
            if sound:
                self._write(sound)
            return errors
        except sqlite3.OperationalError as error:  # a full disk, somebody else's lock: it is the same for all
            for change in sound:
                _break(change, refusal(error))
            return [earlier or refusal(error) for earlier in errors]
        except Exception:  # noqa: BLE001  told apart one by one
            return [self._commit_alone(change) for change in changes]

    def _commit_alone(self, change: Change) -> StoreError | None:
        if change.chain is not None and change.chain.broken is not None:
            return change.chain.broken
        try:
            self._write([change])
        except Exception as error:  # noqa: BLE001  the thread would end, and whoever waits, or comes, wait for ever
            _break(change, refusal(error))
            return refusal(error)
        return None

    def _write(self, changes: list[Change]) -> None:
        statements = _joined([statement for change in changes for statement in change.statements])
        if len(statements) == 1:  # a transaction by itself
            self._db.execute(*statements[0])
            return
        with self._db:  # which commits, or takes all of it back
            self._db.execute("BEGIN IMMEDIATE")
            for sql, values in statements:
                self._db.execute(sql, values)


def _joined(statements: Sequence[Statement]) -> list[Statement]:
    """Rows for the same table in one statement. Around each statement the thread lets go of the interpreter,
    and on a busy service waits longer to have it back than all rows take."""
    joined: list[Statement] = []
    for sql, alike in groupby(statements, key=itemgetter(0)):
        rows = [values for _, values in alike]
        head, insert, row = sql.partition("VALUES")
        most = 1 if row.strip("(?,)") or not insert else _ROWS
        parts = [rows[at : at + most] for at in range(0, len(rows), most)]
        joined += [(head + insert + ",".join([row] * len(part)), list(chain.from_iterable(part))) for part in parts]
    return joined


def _break(change: Change, error: StoreError) -> None:
    if change.chain is not None:
        change.chain.broken = error


def _settle(changes: list[Change], errors: list[StoreError | None]) -> None:
    for change, error in zip(changes, errors, strict=True):
        change.settle(error)


def connected(path: Path, synchronous: str) -> sqlite3.Connection:
    """A connection without transactions of its own, which any thread may use, one at a time."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.text_factory = _text
    try:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute(f"PRAGMA synchronous={synchronous}")
        db.execute(f"PRAGMA busy_timeout={1000 * _PATIENCE}")
    except FAULTS:
        db.close()
        raise
    return db


def _text(data: bytes) -> str:
    """One damaged letter keeps nobody from the rest of what is asked for together."""
    return data.decode("utf-8", "replace")


def locked(path: Path) -> sqlite3.Connection:
    """Holds the database at `path`, by a file beside it, for as long as the connection is open; the system lets go of
    it when the process dies.

    SQLite's own locks do this alike on every system. Raises StoreError when somebody else holds it."""
    beside = path.with_name(path.name + ".lock")
    lock = sqlite3.connect(beside, isolation_level=None, timeout=0, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        lock.close()
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise unopened(beside, error) from error
        raise StoreError(
            f"Another process is using the database {path}. Stop that one, or choose another file for this one."
        ) from error
    return lock


def unopened(path: str | Path | None, error: Exception) -> StoreError:
    """What is wrong with a database, and what to do."""
    if getattr(error, "sqlite_errorcode", None) in _FULL:
        return refusal(error)
    if isinstance(error, UnicodeDecodeError) or getattr(error, "sqlite_errorcode", 0) & 0xFF in _SPOILT:
        said = str(error).partition(" (")[0]  # what comes behind may be the rubbish itself
        return StoreError(
            f"The database {path} is damaged, or is none of aloud's: {said}. Put a copy of it back, or move it away; "
            "then a new one is begun."
        )
    return StoreError(
        f"The database {path} cannot be opened: {error}. It wants a folder that may be written to; ALOUD_DATABASE may "
        "name it elsewhere."
    )


def refusal(error: Exception) -> StoreError:
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) in _FULL:
        return StoreFull("The disk that holds the database is full. Make room on it, or erase old runs.")
    if isinstance(error, sqlite3.IntegrityError):
        return StoreError(f"The database holds this already: {error}.")
    return StoreError(f"The database did not do what was asked of it: {str(error) or type(error).__name__}.")
