"""Whether runs could be kept now: what they write to is written to."""

from __future__ import annotations

import asyncio

from pipeline.errors import AloudError
from pipeline.ports import ClipStore, EventLog

_PROBE = "probe"
_PATIENCE = 2.0
"""Seconds until whoever asks is told that nothing can be written: about as long as he waits."""


class Writable:
    """Tried by one, however many ask: on a disk that hangs, the first try is the one that everybody waits for."""

    def __init__(self, log: EventLog, clips: ClipStore) -> None:
        self._log = log
        self._clips = clips
        self._trying: asyncio.Task[str] | None = None

    async def obstacle(self) -> str:
        """Why not, or ""."""
        if self._trying is None or self._trying.done():
            self._trying = asyncio.create_task(self._try())
        await asyncio.wait({self._trying}, timeout=_PATIENCE)
        if not self._trying.done():
            return "The disk is slow, or another program has the database to itself."
        return self._trying.result()

    async def _try(self) -> str:
        try:
            await self._log.check()
            await self._clips.write(_PROBE, f"{_PROBE}.wav", b"probe")  # they may lie on another disk
            await self._clips.erase(_PROBE)
        except AloudError as error:
            return error.message
        return ""
