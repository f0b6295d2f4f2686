"""How far listeners have come in the text, from where their players stand in the sound; and what conversations remember
of it."""

from __future__ import annotations

import logging
from typing import Any

from api.forms.shown import asked_for
from pipeline.errors import AloudError, UnknownRun
from pipeline.events import Audio, Chunk, Failed, Pause, Sound, Speaking
from pipeline.ledger import Ledger
from pipeline.ports import EventLog, RunRecord
from pipeline.recall import heard, past, said_in
from pipeline.stores.sessions import Sessions

logger = logging.getLogger("aloud.chat")

_PLAYED = 10_000
"""Runs of which we know how far they were played."""


class Played:
    """How far runs were played, in seconds of their joined audio, as players have reported."""

    def __init__(self) -> None:
        self._runs: dict[str, float] = {}

    def __getitem__(self, run: str) -> float | None:
        """None where nobody has said."""
        return self._runs.get(run)

    def farthest(self, run: str, seconds: float) -> float:
        """Of all that was ever reported of this run, with this."""
        most = self._runs[run] = max(seconds, self._runs.pop(run, 0.0))
        if len(self._runs) > _PLAYED:
            del self._runs[next(iter(self._runs))]
        return most


class Heard:
    def __init__(self, log: EventLog, sessions: Sessions) -> None:
        self._log = log
        self._sessions = sessions
        self._played = Played()

    async def report(self, record: RunRecord, seconds: float) -> dict[str, Any]:
        """What text was heard when so much of the joined audio was played; the largest report counts. In a
        conversation, this is what is remembered of the answer."""
        events = await past(self._log, record.id, Chunk, Speaking, Audio)
        text = heard(events, self._played.farthest(record.id, seconds))
        if _answers(record):
            await self._sessions.heard(record.id, text)
        return {"text": text, "start": 0, "end": len(text)}

    async def remember(self, run: str) -> None:
        """What an ended run has said in its conversation, if it has one; of one that was cancelled, what was heard."""
        try:
            record = await self._log.record(run)
            if record.status == "running" or not _answers(record):
                return
            events = await past(self._log, run, Chunk, Speaking, Audio)
            await self._sessions.answer(run, said_in(events))
            if record.status == "cancelled":
                (last,) = await self._log.read(run, record.last - 1, 1)
                guessed = await playing_at(self._log, run, last.at)
                told = self._played[run]  # asked last: a report that came meanwhile knows better
                await self._sessions.heard(run, heard(events, guessed if told is None else told))
        except UnknownRun:
            pass  # erased meanwhile
        except AloudError as error:
            logger.error("what run %s said is not remembered yet", run, exc_info=error)


def _answers(record: RunRecord) -> bool:
    """In a conversation."""
    return asked_for(record).get("session_id") is not None


async def playing_at(log: EventLog, run: str, since: float) -> float:
    """Where in the joined audio a listener stands who plays everything as soon as it comes, so many seconds after the
    run began."""
    ledger = Ledger()
    for event in await past(log, run, Speaking, Audio, Failed, Pause, Sound):
        ledger.note(event)
    return ledger.playing_at(since)
