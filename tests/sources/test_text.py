"""Text from the caller's own hands, in every form he may have it."""

import asyncio
import contextvars
import os
import threading
import time
from collections.abc import Sequence
from functools import partial

import pytest

from pipeline.errors import SourceFailed
from pipeline.sources.connection.retry import PatientSource, Retries
from pipeline.sources.text import TextSource
from pipeline.types import Message, Request, Stopped, Thinking
from tests.stopwatch import least


def asked(text="the prompt"):
    return Request((Message("user", text),))


async def said(source, text="the prompt"):
    return [item async for item in source.tokens(asked(text))]


async def pieces():
    for piece in ("one ", "two ", "three"):
        yield piece


def blocking():
    yield from ("one ", "two ", "three")


async def coroutine(prompt):
    return f"whole {prompt}"


@pytest.mark.parametrize(
    ("content", "streaming"),
    [
        (["one ", "two ", "three"], True),
        (blocking, True),
        (pieces, True),
        (lambda: "one two three", False),
        (lambda: ["one ", "two ", "three"], False),
        (lambda prompt: pieces(), False),
        ("one two three", False),
    ],
)
async def test_text_comes_whole_from_every_form(content, streaming):
    source = TextSource(content)
    assert source.streaming is streaming
    for _ in range(2):
        assert "".join(await said(source)) == "one two three"


async def test_generators_are_said_once():
    assert "".join(await said(TextSource(blocking()))) == "one two three"
    assert "".join(await said(TextSource(pieces()))) == "one two three"


async def test_without_content_it_says_the_text_of_the_request():
    assert await said(TextSource(), "what was asked") == ["what was asked"]


async def test_a_callable_is_given_the_prompt_or_the_request_or_nothing():
    assert await said(TextSource(coroutine)) == ["whole the prompt"]
    assert await said(TextSource(lambda request: request.messages[0].role)) == ["user"]
    assert await said(TextSource(lambda: "nothing")) == ["nothing"]
    assert await said(TextSource(str.upper)) == ["THE PROMPT"]


async def test_thinking_passes_as_it_is():
    assert await said(TextSource([Thinking("hm"), "yes"])) == [Thinking("hm"), "yes"]


async def test_callers_may_tell_that_their_model_was_stopped():
    assert await said(TextSource(["and so", Stopped()])) == ["and so", Stopped()]


async def test_a_blocking_iterable_never_holds_the_loop():
    go = threading.Event()

    def slow():
        yield "first "
        go.wait(10)
        yield "second"

    tokens = TextSource(slow).tokens(asked())
    assert await anext(tokens) == "first "
    waiting = asyncio.ensure_future(anext(tokens))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not waiting.done()
    go.set()
    assert await asyncio.wait_for(waiting, 30) == "second"
    await tokens.aclose()


@pytest.mark.parametrize("form", ["plain", "object", "lines"])
async def test_what_blocks_when_it_is_called_never_holds_the_loop(form):
    go = threading.Event()

    def answer(prompt):
        assert go.wait(10)
        return "the answer"

    class Model:
        def __call__(self, prompt):
            return answer(prompt)

    class Lines(Sequence):
        def __len__(self):
            return 1

        def __getitem__(self, index):
            return ("one",)[index] and answer("")

    asking = asyncio.create_task(said(TextSource({"plain": answer, "object": Model(), "lines": Lines()}[form])))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not asking.done()
    go.set()
    assert await asyncio.wait_for(asking, 30) == ["the answer"]


async def test_a_stuck_callable_is_left_at_once():
    stuck, began = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def never(prompt):
        loop.call_soon_threadsafe(began.set)
        stuck.wait(20)
        return "never heard"

    asking = asyncio.create_task(said(TextSource(never)))
    await began.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not stuck.is_set()
    stuck.set()


async def test_what_runs_in_a_thread_knows_the_context_it_was_asked_in():
    who = contextvars.ContextVar("who")
    who.set("the caller")
    assert await said(TextSource(lambda: who.get())) == ["the caller"]


async def test_a_stuck_iterable_is_left_at_once():
    async def leaving():
        stuck, closed = threading.Event(), threading.Event()

        def forever():
            try:
                yield "first"
                stuck.wait(20)
                yield "never heard"
            finally:
                closed.set()

        tokens = TextSource(forever).tokens(asked())
        await anext(tokens)
        waiting = asyncio.ensure_future(anext(tokens))
        await asyncio.sleep(0)
        began = time.monotonic()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await tokens.aclose()
        took = time.monotonic() - began
        stuck.set()
        assert await asyncio.to_thread(closed.wait, 30)
        return took

    assert await least(leaving, 0.25) < 0.25


async def test_no_more_than_a_little_is_read_ahead():
    given = 0

    def counted():
        nonlocal given
        for number in range(10_000):
            given += 1
            yield f"{number} "

    tokens = TextSource(counted).tokens(asked())
    await anext(tokens)
    assert given <= 20
    await tokens.aclose()


async def test_a_pipe_is_read_while_it_is_written():
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as file:
        tokens = TextSource(file).tokens(asked())
        os.write(writing, "no line ends hére ".encode()[:-3])
        first = await asyncio.wait_for(anext(tokens), 30)
        os.write(writing, "hére ".encode()[-3:] + b"at all")
        os.close(writing)
        assert first + "".join([piece async for piece in tokens]) == "no line ends hére at all"


@pytest.mark.parametrize("form", [blocking, pieces])
async def test_what_can_be_read_once_is_not_silence_the_second_time(form):
    source = TextSource(form())
    assert await said(source)
    with pytest.raises(SourceFailed, match="already"):
        await said(source)


async def test_what_broke_off_is_not_begun_again():
    def broken():
        raise OSError("the pipe is gone")
        yield

    patient = PatientSource(TextSource(broken()), Retries(again=2, delay=0))
    with pytest.raises(SourceFailed, match="the pipe is gone"):
        await said(patient)


@pytest.mark.parametrize("form", ["sync", "async", "call", "unopened"])
async def test_what_breaks_off_is_a_source_that_failed(form):
    def broken():
        yield "one"
        raise KeyError("lost")

    async def broken_too():
        yield "one"
        raise KeyError("lost")

    def at_once(prompt):
        raise KeyError("lost")

    class Unopened:
        def __iter__(self):
            raise KeyError("lost")

    source = TextSource({"sync": broken, "async": broken_too, "call": at_once, "unopened": Unopened()}[form])
    with pytest.raises(SourceFailed, match="KeyError"):
        await said(source)


async def test_what_is_not_text_is_refused():
    for content in (5, b"bytes"):
        with pytest.raises(TypeError, match=type(content).__name__):
            TextSource(content)
    with pytest.raises(SourceFailed, match="bytes"):
        await said(TextSource([b"bytes"]))
    for odd in (None, b"bytes", {"text": "no key is text"}):
        with pytest.raises(SourceFailed, match=type(odd).__name__):
            await said(TextSource(partial(next, iter((odd,)))))


async def test_none_among_the_texts_is_none():
    """OpenAI's client gives it as the first and the last `delta.content`."""

    async def deltas():
        for delta in (None, "one ", None, "two", None):
            yield delta

    assert await said(TextSource(deltas())) == ["one ", "two"] and await said(TextSource([None])) == []


@pytest.mark.parametrize("end", [SystemExit, asyncio.CancelledError])
async def test_a_thread_ends_neither_the_process_nor_who_waits_for_it(end):
    def ending():
        yield "One. "
        raise end

    with pytest.raises(SourceFailed, match=end.__name__):
        await said(TextSource(ending))


async def test_leaving_closes_what_gives_the_text():
    closed = []

    async def watched():
        try:
            while True:
                yield "again "
        finally:
            closed.append(True)

    class Watched:
        def __aiter__(self):
            return self

        async def __anext__(self):
            return "again "

        async def aclose(self):
            closed.append(True)

    for content in (watched, watched(), Watched(), lambda prompt: Watched()):
        tokens = TextSource(content).tokens(asked())
        await anext(tokens)
        await tokens.aclose()
        assert closed == [True]
        closed.clear()
