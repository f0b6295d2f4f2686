"""The file of a whole run: made once, when somebody first asks for it, and to its end, though he leave meanwhile."""

from __future__ import annotations

import logging
from contextlib import aclosing
from pathlib import Path

import anyio

from pipeline.audio.joining.joining import Join, each
from pipeline.errors import AloudError, StoreError
from pipeline.events import Audio, Pause, Sound, Speaking
from pipeline.ports import EventLog, GrowingFile
from pipeline.recall import past

logger = logging.getLogger("aloud.sound")

HEARD = (Speaking, Audio, Pause, Sound)


class Making:
    def __init__(self, file: GrowingFile, join: Join, log: EventLog, run: str) -> None:
        self._file = file
        self._join = join
        self._log = log
        self._run = run
        self._path: Path | None = None
        self._failure: AloudError = StoreError("The file was broken off; ask for it again.")
        self._over = anyio.Event()

    async def run(self) -> None:
        """In a task of its own."""
        try:
            heard = await past(self._log, self._run, *HEARD)
            samples = await self._join.length(heard)
            async with aclosing(self._join.stream(each(heard), samples)) as blocks:
                async for block in blocks:
                    await self._file.write(block)
            self._path = await self._file.finish()
        except AloudError as error:
            self._failure = error
        except Exception:  # such as a damaged clip: only this file fails
            logger.exception("run %s could not be joined", self._run)
        finally:
            with anyio.CancelScope(shield=True):
                await self._file.abort()  # where it was not finished
            self._over.set()

    async def path(self) -> Path:
        """When it is there. Raises NotHeld when a clip is gone, StoreError."""
        await self._over.wait()
        if self._path is None:
            raise self._failure
        return self._path
