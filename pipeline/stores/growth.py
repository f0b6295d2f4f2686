"""How far a clip is that can be read while it is written, and who waits for more of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Literal

import anyio

from pipeline.errors import StoreError


class Growth:
    def __init__(self, name: str) -> None:
        """`name`: of the clip."""
        self._name = name
        self._state: Literal["growing", "finished", "broken"] = "growing"
        self._more = anyio.Event()

    @property
    def ended(self) -> bool:
        return self._state != "growing"

    def check(self) -> None:
        """Whether it goes on. Raises StoreError."""
        if self.ended:
            raise self.broken()

    def broken(self) -> StoreError:
        return StoreError(f"The clip {self._name} was broken off.")

    def tell(self) -> None:
        """There is more of it, or its end."""
        self._more.set()
        self._more = anyio.Event()

    def end(self, *, whole: bool) -> None:
        self._state = "finished" if whole else "broken"
        self.tell()

    async def follow(self, read: Callable[[], Awaitable[bytes]]) -> AsyncGenerator[bytes, None]:
        """All that `read` gives, up to the clip's end. Raises StoreError where it is broken off."""
        while True:
            state, more = self._state, self._more  # asked before the read: what came before the end is read, too
            if state == "broken":
                raise self.broken()
            if data := await read():
                yield data
            elif state == "finished":
                return
            else:
                await more.wait()
