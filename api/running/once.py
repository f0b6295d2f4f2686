"""What is asked for under a key of the caller's is begun once: whoever asks again, not knowing whether he was heard,
gets the run that was begun."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from weakref import WeakValueDictionary

import anyio

from api.errors import Conflict
from pipeline.ports import EventLog, RunRecord


@dataclass(frozen=True, slots=True)
class Once:
    key: str = ""
    """Empty where the caller gave none."""
    asked: str = ""
    """A digest of what is asked for."""
    run: RunRecord | None = None
    """What was begun before, under the same key."""
    after: str = ""
    """The number of its event behind which whoever asks again wants to go on, as he says it."""

    @property
    def headers(self) -> Mapping[str, str]:
        """What tells that nothing new was begun."""
        return {"Idempotent-Replayed": "true"} if self.run else {}


ONCE = Once()


class Named:
    """Runs by their owners' keys."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._beginning: WeakValueDictionary[tuple[str, str], anyio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def once(self, owner: str, key: str, asked: str) -> AsyncGenerator[Once, None]:
        """As long as this is open, nobody else begins anything under the owner's key. Raises Conflict when it was used
        for something else."""
        if not key:
            yield ONCE
            return
        async with self._beginning.setdefault((owner, key), anyio.Semaphore(1, fast_acquire=True)):
            known = await self._log.named(owner, key)
            if known is not None and (known.request or {}).get("asked", asked) != asked:
                raise Conflict("This Idempotency-Key was used for another request; take a new key for a new request.")
            yield Once(key, asked, known)
