"""What every source promises; a new entry of the table is tested unasked."""

import asyncio
import inspect
import socket
import time
from functools import partial

import pytest

from pipeline.errors import SourceError
from pipeline.sources import SOURCES, find
from pipeline.types import Handover, Message, Request, Thinking, ToolCall, Usage
from pipeline.utterance import ignored
from tests.stopwatch import least

KEY = "sk-canary-9876543210fedcba"


class Environment(dict):
    """Settings as a source may find them: every key is given, and every address leads to where nobody is."""

    def __init__(self):
        super().__init__({"ALOUD_LLM_FIRST_TOKEN": "2", "ALOUD_REPLAY_RATE": "1000"})
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}"

    def get(self, name, default=None):
        if name.endswith("_KEY"):
            return KEY
        return self.nowhere if name.endswith(("_URL", "_HOST")) else super().get(name, default)


@pytest.fixture(params=sorted(SOURCES))
def source(request):
    make = find(request.param)
    return make.from_env(Environment()) if hasattr(make, "from_env") else make()


def asked(text="Say this, please. Then be quiet."):
    return Request((Message("user", text),))


def test_it_says_what_it_is(source, request):
    assert source.name == request.node.callspec.params["source"]
    assert isinstance(source.model, str)
    assert isinstance(source.streaming, bool)


async def test_it_says_text_to_its_end_or_why_it_cannot(source):
    items = []
    try:
        async with asyncio.timeout(20):
            async for item in source.tokens(asked()):
                items += [item]
    except SourceError as error:
        assert error.message.endswith((".", "?"))
        assert len(error.message) < 400
    else:
        assert "".join(item for item in items if isinstance(item, str)).strip()
    assert all(isinstance(item, str | Thinking | ToolCall | Usage | Handover) for item in items)


async def test_it_can_be_closed_before_and_after_its_first_word(source):
    async def closing(some):
        tokens = source.tokens(asked("word " * 1000))
        assert inspect.isasyncgen(tokens)
        if some:
            try:
                await anext(tokens)
            except SourceError:
                return 0
        began = time.monotonic()
        await tokens.aclose()
        return time.monotonic() - began

    for some in (False, True):
        assert await least(partial(closing, some), 0.25) < 0.25


async def test_it_can_be_asked_twice_at_once(source):
    async def one():
        try:
            return [item async for item in source.tokens(asked())]
        except SourceError as error:
            return type(error)

    first, second = await asyncio.gather(one(), one())
    assert first == second


async def test_no_key_is_told(source):
    told = [repr(source), str(source)]
    try:
        told += [item async for item in source.tokens(asked())]
    except SourceError as error:
        told += [repr(error), str(error), error.details, error.__cause__]
    if hasattr(source, "models"):
        with pytest.raises(SourceError) as caught:
            await source.models()
        told += [str(caught.value)]
    assert KEY not in str(told)


def test_what_it_ignores_is_named(source):
    told = ignored(source, Request((Message("user", "x"),), temperature=0.1, max_tokens=9, stop=("x",)))
    assert set(told) <= {"temperature", "max_tokens", "stop", "tools", "thinking", "system"}
