"""How long something takes, on a machine that may have other things to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

TRIES = 5


async def least(measure: Callable[[], Awaitable[float]], enough: float) -> float:
    """The shortest of a few tries; the first that is short `enough` ends them. What is slow only now and then is the
    machine."""
    best = await measure()
    for _ in range(TRIES - 1):
        if best <= enough:
            break
        best = min(best, await measure())
    return best
