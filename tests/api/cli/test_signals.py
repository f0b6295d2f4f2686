"""Ctrl-C and the order to end, also where event loops know nothing of signals."""

import asyncio
import signal

import anyio
import pytest

from api.cli.signals import heed, leave


class LikeOnWindows(asyncio.SelectorEventLoop):
    def add_signal_handler(self, *_):
        raise NotImplementedError


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_stops_what_goes_on_and_the_next_ctrl_c_the_program(sent):
    before, ctrl_c = signal.getsignal(sent), signal.getsignal(signal.SIGINT)
    heard = []

    async def go():
        async with anyio.create_task_group() as tasks:
            await tasks.start(heed, lambda: heard.append(signal.getsignal(sent)))
            assert signal.getsignal(sent) is not before
            signal.raise_signal(sent)

    try:
        with asyncio.Runner(loop_factory=LikeOnWindows) as runner:
            runner.run(go())
        assert len(heard) == 1
        assert signal.getsignal(signal.SIGINT) is leave
        assert signal.getsignal(signal.SIGTERM) is not leave
    finally:
        signal.signal(signal.SIGINT, ctrl_c)


def test_what_ends_without_a_signal_leaves_them_as_they_were():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    async def go():
        async with anyio.create_task_group() as tasks:
            await tasks.start(heed, lambda: pytest.fail("nobody asked to stop"))
            tasks.cancel_scope.cancel()

    with asyncio.Runner(loop_factory=LikeOnWindows) as runner:
        runner.run(go())
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
