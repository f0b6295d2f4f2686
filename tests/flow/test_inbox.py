"""The inbox: bounded in characters, nothing lost by giving up a wait."""

import asyncio
import random
from asyncio import AbstractEventLoop as Loop
from collections.abc import Callable

import anyio
import pytest
import uvloop
from hypothesis import given
from hypothesis import strategies as st

from pipeline.flow.inbox import Flush, Inbox
from pipeline.types import Cue


async def test_what_waits_is_taken_joined() -> None:
    inbox = Inbox(100)
    for piece in ("Hel", "lo ", "there"):
        inbox.put(piece)
    assert await inbox.take(100, None) == "Hello there"


async def test_a_wait_that_is_given_up_loses_nothing() -> None:
    inbox = Inbox(100)
    assert await inbox.take(100, 0.001) == ""
    inbox.put("late")
    assert await inbox.take(100, 0.001) == "late"


async def test_a_nudge_ends_one_wait() -> None:
    inbox = Inbox(100)
    asyncio.get_running_loop().call_soon(inbox.nudge)
    assert await inbox.take(100, None) == ""
    inbox.put("a")
    assert await inbox.take(100, None) == "a"


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_waits_follow_one_another_on_any_loop(new_loop: Callable[[], Loop]) -> None:
    """Also when one ends as its timer rings: uvloop's may ring a little early, and are set again for no time at all."""

    async def waits() -> None:
        inbox, loop, chance = Inbox(100), asyncio.get_running_loop(), random.Random(1)
        for _ in range(200):
            loop.call_later(chance.uniform(0, 0.003), inbox.nudge)
            assert await inbox.take(100, chance.uniform(0, 0.003)) == ""

    loop = new_loop()
    loop.run_until_complete(waits())
    loop.close()


async def test_the_giver_waits_while_it_is_full() -> None:
    inbox = Inbox(4)
    inbox.put("12345")
    assert inbox.full
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(inbox.emptied)
        assert await inbox.take(2, None) == "12"
        assert not inbox.full
    assert await inbox.take(9, None) == "345"


async def test_after_closing_the_rest_comes_and_then_none() -> None:
    inbox = Inbox(4)
    inbox.put("rest")
    inbox.close()
    assert await inbox.take(9, None) == "rest"
    assert await inbox.take(9, None) is None


@given(st.lists(st.text(max_size=9)), st.integers(1, 7))
async def test_text_comes_out_as_it_went_in(pieces: list[str], most: int) -> None:
    inbox, out = Inbox(1_000), ""
    for piece in pieces:
        inbox.put(piece)
    inbox.close()
    while (text := await inbox.take(most, None)) is not None:
        assert isinstance(text, str) and 0 < len(text) <= most
        out += text
    assert out == "".join(pieces)


async def test_a_mark_comes_alone_between_the_texts_beside_it() -> None:
    inbox, flush, cue = Inbox(100), Flush(), Cue(step="two")
    for piece in ("one ", "two ", flush, cue, "three"):
        inbox.put(piece)
    assert [await inbox.take(100, None) for _ in range(4)] == ["one two ", flush, cue, "three"]


async def test_flushes_that_nobody_takes_do_not_pile_up() -> None:
    inbox, first = Inbox(100), Flush()
    inbox.put("one")
    for flush in (first, *(Flush() for _ in range(1000))):
        inbox.put(flush)
    inbox.close()
    assert [await inbox.take(100, None) for _ in range(3)] == ["one", first, None]
