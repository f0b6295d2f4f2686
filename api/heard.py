"""How far a listener has come in the text, from where his player stands in the sound."""

from __future__ import annotations

from typing import Any

from pipeline.events import Audio, Chunk, Failed, Pause, Sound, Speaking
from pipeline.ledger import Ledger
from pipeline.ports import EventLog
from pipeline.recall import heard, past

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


async def heard_until(log: EventLog, played: Played, run: str, seconds: float) -> dict[str, Any]:
    """The largest report counts."""
    text = heard(await past(log, run, Chunk, Speaking, Audio), played.farthest(run, seconds))
    return {"text": text, "start": 0, "end": len(text)}


async def playing_at(log: EventLog, run: str, since: float) -> float:
    """Where in the joined audio a listener stands who plays everything as soon as it comes, so many seconds after the
    run began."""
    ledger = Ledger()
    for event in await past(log, run, Speaking, Audio, Failed, Pause, Sound):
        ledger.note(event)
    return ledger.playing_at(since)
