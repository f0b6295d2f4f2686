"""Ctrl-C and the order to end, also where event loops know nothing of signals."""

import asyncio
import signal

import anyio
import pytest

from api.cli.signals import ORDERS, heed, leave


class LikeOnWindows(asyncio.SelectorEventLoop):
    def add_signal_handler(self, *_):
        raise NotImplementedError


@pytest.mark.parametrize("sent", [signal.SIGINT, *ORDERS])
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
    before = [signal.getsignal(number) for number in (signal.SIGINT, *ORDERS)]

    async def go():
        async with anyio.create_task_group() as tasks:
            await tasks.start(heed, lambda: pytest.fail("nobody asked to stop"))
            tasks.cancel_scope.cancel()

    with asyncio.Runner(loop_factory=LikeOnWindows) as runner:
        runner.run(go())
    assert [signal.getsignal(number) for number in (signal.SIGINT, *ORDERS)] == before


@pytest.mark.parametrize("ignored", ORDERS)
def test_an_order_that_is_to_be_ignored_is_not_heeded_but_ctrl_c_is(ignored):
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, ignored)}

    async def go():
        async with anyio.create_task_group() as tasks:
            await tasks.start(heed, tasks.cancel_scope.cancel)
            assert signal.getsignal(ignored) is signal.SIG_IGN
            signal.raise_signal(signal.SIGINT)

    try:
        asyncio.run(go())
        assert signal.getsignal(ignored) is signal.SIG_IGN
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
