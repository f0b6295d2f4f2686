from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count

from pipeline.engines.kit.perloop import PerLoop


class Kept:
    """Numbers, with the loop in which each was closed."""

    def __init__(self) -> None:
        self.closed: dict[int, asyncio.AbstractEventLoop] = {}
        self._numbers = count()
        self.each = PerLoop(self._number)

    @asynccontextmanager
    async def _number(self) -> AsyncGenerator[int, None]:
        number = next(self._numbers)
        try:
            yield number
        finally:
            self.closed[number] = asyncio.get_running_loop()


def test_each_loop_has_its_own_which_is_closed_with_it() -> None:
    kept = Kept()

    async def twice() -> asyncio.AbstractEventLoop:
        assert await kept.each.here() == await kept.each.here()
        return asyncio.get_running_loop()

    loops = [asyncio.run(twice()), asyncio.run(twice())]
    assert list(kept.closed.values()) == loops and loops[0] is not loops[1]


async def test_what_is_closed_is_made_again_when_it_is_wanted() -> None:
    kept = Kept()
    assert await kept.each.here() == 0
    await kept.each.aclose()
    await kept.each.aclose()
    assert list(kept.closed) == [0]
    assert await kept.each.here() == 1
    await kept.each.aclose()
    assert list(kept.closed) == [0, 1]
