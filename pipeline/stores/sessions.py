"""Conversations: what was asked, and what was heard in answer; in the same database as the runs."""

from __future__ import annotations

import math
import re
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar
from weakref import WeakValueDictionary

import anyio
import anyio.to_thread
from anyio.lowlevel import checkpoint

from pipeline.errors import InvalidRequest, UnknownSession
from pipeline.stores.writer import FAULTS, connected, refusal, unopened
from pipeline.types import Message

T = TypeVar("T")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS session(
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, created REAL NOT NULL, used REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_used ON session(used);
CREATE TABLE IF NOT EXISTS said(
    session TEXT NOT NULL, number INTEGER NOT NULL, role TEXT NOT NULL, content TEXT NOT NULL, heard TEXT,
    run TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY(session, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS said_run ON said(run);
"""
_OLD = "FROM session WHERE owner <> '' AND instr(id, '/') = 0"
"""Conversations that an earlier version kept by their names alone; see `_kept`."""
_RENAMED = f"""
BEGIN IMMEDIATE;
DELETE FROM said WHERE session IN (SELECT owner || '/' || id {_OLD});
UPDATE said SET session = (SELECT owner || '/' || id FROM session WHERE id = said.session)
    WHERE session IN (SELECT id {_OLD});
UPDATE OR REPLACE session SET id = owner || '/' || id WHERE owner <> '' AND instr(id, '/') = 0;
COMMIT;
"""
"""Where that version was used again after this one, what it kept is the later conversation."""
_QUESTION = "SELECT session, number FROM said WHERE run=? AND role='user'"
_UNANSWERED = """SELECT run FROM said AS asked WHERE session=? AND role='user' AND NOT EXISTS
    (SELECT 1 FROM said WHERE session=asked.session AND number=asked.number+1)
"""
_ANSWER = """INSERT INTO said VALUES(?,?,'assistant',?,?,?,?)
    ON CONFLICT DO UPDATE SET
    content=coalesce(nullif(excluded.content, ''), content), heard=coalesce(excluded.heard, heard)
"""
_TOGETHER = 500
"""Conversations that are forgotten in one transaction: some milliseconds."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a conversation."""

    role: Literal["user", "assistant"]
    content: str
    """Of an answer that was broken off, what was heard of it."""
    run: str
    at: float
    """Seconds since the epoch."""


class Sessions:
    def __init__(
        self, path: str | Path | None = None, *, messages: int = 200, tokens: int = 8000, synchronous: str = "NORMAL"
    ) -> None:
        """Without a path, in memory. Keeps the last `messages` of each conversation; a model is shown as many of the
        last ones as have about `tokens` tokens. Raises StoreError."""
        with ExitStack() as opened:
            try:
                if path is not None:
                    Path(path).parent.mkdir(parents=True, exist_ok=True)
                database = connected(Path(":memory:") if path is None else Path(path), synchronous)
                self._db = opened.enter_context(closing(database))
                self._db.executescript(_SCHEMA)
                if self._db.execute(f"SELECT 1 {_OLD}").fetchone():  # else nothing is written, nor waited for
                    self._db.executescript(_RENAMED)
            except (*FAULTS, OSError) as error:
                raise unopened(path, error) from error
            opened.pop_all()  # until `aclose`
        self._messages = messages
        self._tokens = tokens
        self._limiter = anyio.CapacityLimiter(1)
        self._floors: WeakValueDictionary[str, anyio.Lock] = WeakValueDictionary()

    def floor(self, session: str, owner: str = "") -> anyio.Lock:
        """Held by whoever asks the next question of this conversation: each knows of the one before."""
        return self._floors.setdefault(_kept(session, owner), anyio.Lock())

    async def open(self, session: str | None = None, owner: str = "") -> str:
        """The owner's conversation of this name, begun when there is none; without a name, a new one.

        Raises InvalidRequest when the name cannot be one."""
        name = session or secrets.token_urlsafe(16)
        if not _ID.fullmatch(name):
            raise InvalidRequest("A session_id has 1 to 64 letters, digits, dashes and underscores.")
        values = (_kept(name, owner), owner, now := time.time(), now)
        await self._do(lambda: self._db.execute("INSERT OR IGNORE INTO session VALUES(?,?,?,?)", values))
        return name

    async def ask(self, session: str, owner: str, run: str, text: str) -> None:
        """The next question, which `run` is to answer. Raises UnknownSession."""
        kept, now = _kept(session, owner), time.time()

        def add() -> None:
            self._check(kept)
            (last,) = self._db.execute("SELECT max(number) FROM said WHERE session=?", (kept,)).fetchone()
            number = 0 if last is None else last // 2 * 2 + 2  # even: the odd one after it is for the answer
            values = (kept, number, "user", text, None, run, now)
            self._db.execute("INSERT INTO said VALUES(?,?,?,?,?,?,?)", values)
            self._db.execute("UPDATE session SET used=? WHERE id=?", (now, kept))
            self._db.execute("DELETE FROM said WHERE session=? AND number<=?", (kept, number + 1 - self._messages))

        await self._do(add)

    async def again(self, run: str, of: str) -> None:
        """`run` answers what `of` was asked, in its place. A run that belongs to no conversation is none of ours."""

        def replace() -> None:
            self._db.execute("DELETE FROM said WHERE run=? AND role='assistant'", (of,))
            self._db.execute("UPDATE said SET run=? WHERE run=?", (run, of))

        await self._do(replace)

    async def unanswered(self, session: str, owner: str = "") -> Sequence[str]:
        """Runs that were asked, and have no answer yet. Raises UnknownSession."""

        def read() -> list[str]:
            self._check(kept := _kept(session, owner))
            return [run for (run,) in self._db.execute(_UNANSWERED, (kept,))]

        return await self._do(read)

    async def answer(self, run: str, text: str) -> None:
        """What `run` said in answer. A run that belongs to no conversation is none of ours."""
        await self._do(lambda: self._answer(run, text, None))

    async def heard(self, run: str, text: str) -> None:
        """What was heard of it, before it was broken off: that is what was said, for whoever goes on talking."""
        await self._do(lambda: self._answer(run, "", text))

    def _answer(self, run: str, content: str, heard: str | None) -> None:
        for session, number in self._db.execute(_QUESTION, (run,)).fetchall():
            said = [
                text and text.encode("utf-8", "replace").decode() for text in (content, heard)
            ]  # no half characters
            self._db.execute(_ANSWER, (session, number + 1, *said, run, time.time()))

    async def messages(self, session: str, owner: str = "") -> Sequence[Said]:
        """All that is kept, oldest first. Raises UnknownSession."""
        return [said for _, said in await self._numbered(session, owner)]

    async def _numbered(self, session: str, owner: str) -> Sequence[tuple[int, Said]]:
        def read() -> list[tuple[int, Said]]:
            self._check(kept := _kept(session, owner))
            sql = "SELECT number, role, coalesce(heard, content), run, at FROM said WHERE session=? ORDER BY number"
            return [(number, Said(*said)) for number, *said in self._db.execute(sql, (kept,)) if said[1].strip()]

        return await self._do(read)

    async def history(self, session: str, owner: str = "") -> tuple[Message, ...]:
        """What a model is shown: whole messages, the last ones, beginning with a question. Raises UnknownSession.

        It begins where it began before, as long as that fits: what a model on a small machine was shown before, it
        need not read again, which would take minutes. When it no longer fits, up to half of it goes at once."""
        tokens = 0
        fits: list[tuple[int, Said]] = []
        questions: list[tuple[int, int]] = []
        """Their numbers, and the tokens from there to the end."""
        for number, said in reversed(await self._numbered(session, owner)):
            tokens += estimate(said.content)
            if tokens > self._tokens and fits:
                break
            fits.append((number, said))
            if said.role == "user":
                questions.append((number, tokens))
        most = max((size for _, size in questions), default=0)
        first = max((number for number, size in questions if 2 * size >= most), key=_roundness, default=0)
        return tuple(Message(said.role, said.content) for number, said in reversed(fits) if number >= first)

    async def erase(self, session: str, owner: str = "") -> None:
        """Raises UnknownSession."""

        def drop() -> None:
            self._check(kept := _kept(session, owner))
            self._drop([kept])

        await self._do(drop)

    async def expire(self, seconds: float) -> int:
        """Forget the conversations that nobody has gone on with for so long; how many they were.

        A few at a time: runs that want to write meanwhile have to wait, and would break off after some seconds."""
        before, gone = time.time() - seconds, 0

        def drop() -> int:
            old = self._db.execute("SELECT id FROM session WHERE used<? LIMIT ?", (before, _TOGETHER)).fetchall()
            self._drop([name for (name,) in old])
            return len(old)

        while found := await self._do(drop):
            gone += found
            await checkpoint()  # a service that stops does not wait for the rest
        return gone

    def _drop(self, sessions: Sequence[str]) -> None:
        for name in sessions:
            self._db.execute("DELETE FROM said WHERE session=?", (name,))
            self._db.execute("DELETE FROM session WHERE id=?", (name,))

    def _check(self, kept: str) -> None:
        if self._db.execute("SELECT 1 FROM session WHERE id=?", (kept,)).fetchone() is None:
            raise UnknownSession("There is no session of this name.")

    async def aclose(self) -> None:
        await self._alone(self._db.close)

    async def _do(self, work: Callable[[], T]) -> T:
        """In a transaction."""

        def done() -> T:
            with self._db:  # which commits, or takes all of it back
                self._db.execute("BEGIN IMMEDIATE")
                return work()

        return await self._alone(done)

    async def _alone(self, work: Callable[[], T]) -> T:
        """One at a time, and not on the event loop."""
        try:
            with anyio.CancelScope(shield=True):
                result = await anyio.to_thread.run_sync(work, limiter=self._limiter)
        except FAULTS as error:
            raise refusal(error) from error
        return result


def _kept(session: str, owner: str) -> str:
    """By what a conversation is kept: each owner has names of his own, and learns of no other's. None has a slash."""
    return f"{owner}/{session}" if owner else session


def _roundness(number: int) -> float:
    """The power of two that a number is a multiple of. Of numbers that follow one another, one is rounder than all
    others, and still is when a few have gone in front and come behind."""
    return number & -number or math.inf


def estimate(text: str) -> int:
    """About how many tokens a text has: four letters each, or one sign of a script that has many."""
    return len(text.encode("utf-8", "replace")) // 4 + 4
