"""The clock for many short waits."""

import asyncio
import random
import socket

import pytest
import uvloop

from pipeline.sources.connection.silence import Silence
from tests.stopwatch import least


async def waiting(silence, limit, what):
    silence.begin(limit)
    try:
        await what
    except asyncio.CancelledError:
        if not silence.broken():
            raise
        return "too long"
    finally:
        silence.end()
    return "in time"


async def test_a_wait_that_is_too_long_is_ended_and_leaves_no_mark():
    silence = Silence()
    assert await waiting(silence, 0.02, asyncio.Event().wait()) == "too long"
    assert asyncio.current_task().cancelling() == 0
    assert await waiting(silence, 5, asyncio.sleep(0)) == "in time"
    assert await waiting(silence, 0.02, asyncio.Event().wait()) == "too long"
    silence.stop()


async def test_many_short_waits_are_not_one_long_one():
    async def ended():
        silence = Silence()
        told = [await waiting(silence, 0.3, asyncio.sleep(0.02)) for _ in range(20)]
        silence.stop()
        return told.count("too long")

    assert await least(ended, 0) == 0


async def test_time_between_waits_does_not_count():
    silence = Silence()
    assert await waiting(silence, 0.02, asyncio.sleep(0)) == "in time"
    await asyncio.sleep(0.06)
    assert await waiting(silence, 0.02, asyncio.sleep(0)) == "in time"
    silence.stop()


async def test_a_shorter_limit_holds_at_once():
    silence = Silence()
    assert await waiting(silence, 60, asyncio.sleep(0)) == "in time"
    async with asyncio.timeout(30):
        assert await waiting(silence, 0.02, asyncio.Event().wait()) == "too long"
    silence.stop()


async def test_somebody_elses_cancelling_is_let_through():
    task = asyncio.create_task(waiting(Silence(), 60, asyncio.Event().wait()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_time_in_which_the_process_stood_still_does_not_count(monkeypatch):
    """What came meanwhile is there, and was only not read yet."""
    loop, stood = asyncio.get_running_loop(), 0.0
    clock = loop.time
    monkeypatch.setattr(loop, "time", lambda: clock() + stood)
    here, there = socket.socketpair()

    def stop() -> None:
        nonlocal stood
        stood = 1000.0
        there.send(b"!")

    with here, there:
        here.setblocking(False)
        loop.call_soon(stop)
        silence = Silence()
        assert await waiting(silence, 60, loop.sock_recv(here, 1)) == "in time"
        assert await waiting(silence, 0.02, asyncio.Event().wait()) == "too long"
        silence.stop()


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_waits_follow_one_another_on_any_loop(new_loop):
    """Also when one ends as the timer rings: uvloop's may ring a little early, and are set again for no time at all."""

    async def waits():
        silence, chance = Silence(), random.Random(1)
        for _ in range(300):
            took = chance.choice((0, 0.001, 0.002))
            assert await waiting(silence, chance.uniform(0.0005, 0.003), asyncio.sleep(took)) in ("in time", "too long")
        silence.stop()

    loop = new_loop()
    loop.run_until_complete(waits())
    loop.close()
