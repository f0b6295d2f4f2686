"""Text that is there already, or comes from the caller's own code: a string, an iterable, a callable."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing
from typing import Any, TypeAlias

from pipeline.errors import AloudError, SourceFailed
from pipeline.sources.aside import aside
from pipeline.types import Handover, Request, Said, Stopped, Thinking, ToolCall, Usage

Content: TypeAlias = str | Iterable[Said | None] | AsyncIterable[Said | None] | Callable[..., Any]

_AT_ONCE = (inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isgeneratorfunction)
"""Which functions have not begun to work when they return."""
_NONE = (bytes, bytearray, Mapping)
"""What can be iterated over, and yet gives no text."""
_KINDS = (Thinking, ToolCall, Usage, Stopped, Handover)


class TextSource:
    """Says `content`; without one, the text of the request.

    A callable is given the prompt, or the whole `Request` where its parameter is called `request`, or nothing where it
    takes nothing. It may be async, and gives a text, an iterable, or an async iterable. Whatever may block (a plain
    callable, a generator, a pipe) is called and read in a thread of its own; what must be made on the event loop is
    made by an async callable. None among the texts is none: a model's client may give it where no text has come."""

    name = "text"
    model = ""
    continues = None
    """It cannot be told to go on from somewhere."""

    def __init__(self, content: Content | None = None, *, streaming: bool | None = None) -> None:
        given = isinstance(content, str | Iterable | AsyncIterable) or callable(content) or content is None
        if not given or isinstance(content, _NONE):
            raise TypeError(f"a text, an iterable of texts, or a callable giving one; not {type(content).__name__}")
        self._content = content
        self._spent = False
        self.streaming = _streams(content) if streaming is None else streaming

    async def tokens(self, request: Request) -> AsyncGenerator[Said, None]:
        content, items = self._begun(request), None
        try:
            if callable(content) and not isinstance(content, Iterable | AsyncIterable):
                content = await _called(content, request)
                if content is None or isinstance(content, _NONE):
                    _checked(content)
            items = _items(content)
            async for item in items:
                if item is not None:
                    yield item if isinstance(item, str) else _checked(item)
        except AloudError:
            raise
        except Exception as error:
            # An iterable that has begun cannot be begun again: there is no use in asking twice.
            raise SourceFailed(f"What gives the text broke off with {_named(error)}.", once=True) from error
        finally:
            if (close := getattr(items, "aclose", None)) is not None:
                await close()

    def _begun(self, request: Request) -> Any:
        content = request.text if self._content is None else self._content
        if isinstance(content, Iterator | AsyncIterator):
            if self._spent:
                raise SourceFailed("What gives the text has been read already, and cannot be read again.", once=True)
            self._spent = True
        return content


def _items(content: Any) -> AsyncIterator[Any]:
    if isinstance(content, AsyncIterable):
        return aiter(content)
    if isinstance(content, Iterable) and not isinstance(content, str | list | tuple):
        return aside(content)
    return _there(content if isinstance(content, list | tuple) else (content,))


async def _there(items: Iterable[Any]) -> AsyncGenerator[Any, None]:
    """Nothing to wait for."""
    for item in items:
        yield item


async def _called(content: Callable[..., Any], request: Request) -> Any:
    given = _given(content, request)
    if any(returns(one) for returns in _AT_ONCE for one in (content, type(content).__call__)):
        answer = content(*given)
    else:
        async with aclosing(aside(content(*given) for _ in range(1))) as answers:
            answer = await anext(answers)
    return await answer if inspect.isawaitable(answer) else answer


def _given(content: Callable[..., Any], request: Request) -> tuple[Any, ...]:
    try:
        parameters = inspect.signature(content).parameters.values()
    except ValueError:  # a builtin that does not say
        return (request.text,)
    for parameter in parameters:
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD, parameter.VAR_POSITIONAL):
            whole = parameter.name == "request" or parameter.annotation in (Request, "Request")
            return (request if whole else request.text,)
    return ()


def _streams(content: Content | None) -> bool:
    """Whether the text comes in pieces, as far as can be told before asking for it."""
    if content is None or isinstance(content, str):
        return False
    if isinstance(content, Iterable | AsyncIterable):
        return True
    called = content if inspect.isroutine(content) else type(content).__call__
    if inspect.isgeneratorfunction(called) or inspect.isasyncgenfunction(called):
        return True
    return "Itera" in (given := str(getattr(called, "__annotations__", {}).get("return", ""))) or "Generator" in given


def _checked(item: Any) -> Said:
    if isinstance(item, _KINDS):
        return item
    kind = type(item).__name__
    raise SourceFailed(f"What gives the text gave {kind}; only text (str) can be spoken: what it holds.", once=True)


def _named(error: Exception) -> str:
    """The kind of error and, in short, what it says; its own text may hold anything, so no more than the first line."""
    said = str(error).strip().partition("\n")[0][:200]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
