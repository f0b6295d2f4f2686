"""Ctrl-C and the order to end, also where event loops know nothing of signals."""

import asyncio
import signal

import anyio
import pytest

from api.cli.signals import heed


class LikeOnWindows(asyncio.SelectorEventLoop):
    def add_signal_handler(self, *_):
        raise NotImplementedError


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_stops_what_goes_on_and_the_next_is_as_it_was(sent):
    before = signal.getsignal(sent)
    heard = []

    async def go():
        async with anyio.create_task_group() as tasks:
            await tasks.start(heed, lambda: heard.append(signal.getsignal(sent)))
            assert signal.getsignal(sent) is not before
            signal.raise_signal(sent)

    with asyncio.Runner(loop_factory=LikeOnWindows) as runner:
        runner.run(go())
    assert len(heard) == 1
    assert signal.getsignal(sent) is before


def test_what_ends_without_a_signal_leaves_them_as_they_were():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    async def go():
        async with anyio.create_task_group() as tasks:
            await tasks.start(heed, lambda: pytest.fail("nobody asked to stop"))
            tasks.cancel_scope.cancel()

    with asyncio.Runner(loop_factory=LikeOnWindows) as runner:
        runner.run(go())
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
