"""One answer of a model, whichever provider: what is to be heard, tools run on the way, nothing cut short unnoticed.

a provider's turn ──▶ thinking taken out ──▶ text
       ▲                                      │ tool calls
       └────────────── their results ◀────────┘
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol, TypeAlias

from pipeline.errors import SourceFailed, SourceRefused, SourceTruncated
from pipeline.sources.answers.tools import ToolRunner, run
from pipeline.sources.answers.unmarked import Unmarked, expected, learn
from pipeline.sources.connection.border import FAILURES, Provider, quoted, understood
from pipeline.sources.connection.connections import Connections
from pipeline.sources.connection.framing import Form
from pipeline.sources.connection.patience import Patience
from pipeline.sources.connection.retry import RETRIES, Retries, patiently
from pipeline.sources.connection.wire import Wire
from pipeline.types import Request, Stopped, Thinking, ToolCall, Usage

RUNNER = "run_tool"
"""The option of a request that runs its tools: given a `ToolCall`, returns its result; sync or async."""
CONNECTIONS = "connections"
"""The option that lends it `Connections`, so that they are kept for the next answer."""
_TURNS = 8
"""Times that a model may call tools before it must have answered."""
_FULL = ("length", "max_tokens", "model_length", "model_context_window_exceeded")
"""Reasons to end of who had more to say."""
CALLS = 64
"""Tools that it may call at a time."""
LONGEST_THOUGHT = 4_000_000
"""Characters that it may think in a turn, several times what any does: they are kept, and count as a sign of life."""


@dataclass(frozen=True, slots=True)
class End:
    """A provider's end marker. Without one, an answer that stopped was cut off."""

    reason: str
    refusal: str | None = None
    """The provider, or the model, would not go on; why, in its words, or ""."""
    broken: bool = False
    """The server gave up."""
    said: Any = None
    """The whole turn, as the provider wants it back after tools were run."""
    calls: Sequence[ToolCall] = ()
    """Of the turn; those of one that broke off are not run."""


Said: TypeAlias = str | Thinking | ToolCall | Usage | End
"""In one turn."""
Told: TypeAlias = str | Thinking | ToolCall | Usage | Stopped
"""In all of them."""


class Model(Provider, Protocol):
    """How one provider is asked, and what its answer means."""

    model: str
    patience: Patience
    form: Form
    """In which its answer comes."""

    @property
    def continues(self) -> bool | None:
        """A last message of the assistant is the beginning of its answer."""
        ...

    def opening(self, request: Request) -> list[Any]:
        """The conversation, as this provider wants it."""
        ...

    def turn(self, messages: list[Any], request: Request, wire: Wire) -> AsyncGenerator[Said, None]: ...

    def answered(self, messages: list[Any], said: Any, calls: Sequence[ToolCall]) -> None:
        """Add what the model said (`End.said`), and what its tools gave."""
        ...


async def answer(model: Model, request: Request) -> AsyncGenerator[Told, None]:
    messages = model.opening(request)
    runner: ToolRunner | None = request.options.get(RUNNER)
    kept: Connections | None = request.options.get(CONNECTIONS)
    again: Retries | None = None  # who asks us sees to the first turn himself
    blank, last, end = True, "", End("")
    async with Connections() if kept is None else nullcontext(kept) as connections:
        turn = partial(_turn, model, messages, request, connections)
        for _ in range(_TURNS):
            async with aclosing(patiently(model.name, turn, again) if again else turn()) as items:
                async for item in items:
                    if isinstance(item, str):
                        last, blank = (last + item)[-2:], blank and not item.strip()
                        yield item
                    elif isinstance(item, End):
                        end = item
                    elif not isinstance(item, Thinking) or request.thinking:
                        yield item
            calls = end.calls
            if runner is not None:
                if calls and not blank and last != "\n\n":
                    last = "\n\n"  # a paragraph is over, and spoken while the tools work
                    yield last
                calls = await run(runner, calls, request.tools, model.patience.between)
            for call in calls:
                yield call
            if not calls and blank:
                # Asked again it would cost as much, and say as little.
                message = f"{model.name} ended its answer ({end.reason}) without having said a word."
                if end.reason in _FULL:
                    message += " It may want more `max_tokens`: what it thinks counts, too."
                raise SourceFailed(message, blank=True, once=True)
            if not calls or runner is None:
                if end.reason in _FULL:
                    yield Stopped()
                return
            model.answered(messages, end.said, calls)
            again = request.options.get(RETRIES)
    raise SourceFailed(f"{model.name} called tools {_TURNS} times and still had no answer.")


async def _turn(
    model: Model, messages: list[Any], request: Request, connections: Connections
) -> AsyncGenerator[Said, None]:
    """Errors in our own words; the end marker demanded, which has the calls; thinking told apart from text."""
    wire = Wire(model.name, model.patience, connections, model.form)
    name = request.model or model.model
    goes_on = bool(model.continues and request.messages and request.messages[-1].role == "assistant")
    thoughts, thought = Unmarked(not goes_on and expected(model.place, name)), 0
    end: End | None = None
    calls: list[ToolCall] = []
    try:
        async with aclosing(model.turn(messages, request, wire)) as items:
            async for item in items:
                if isinstance(item, str | Thinking):
                    wire.begun = True
                    for piece in thoughts.feed(item):
                        thought += _thought(piece)
                        yield piece
                elif isinstance(item, ToolCall):
                    calls.append(item)
                    if len(calls) > CALLS:
                        raise SourceFailed(f"{model.name} called more than {CALLS} tools at a time.", once=True)
                elif isinstance(item, End):
                    end, wire.ended = item, True
                else:
                    yield item
                if thought + thoughts.held > LONGEST_THOUGHT:
                    raise SourceFailed(f"{model.name} thought on and on; no more was listened to.", once=True)
    except (*FAILURES, *model.errors) as error:
        raise understood(error, wire, model) from None
    cut = end is None or end.broken or end.refusal is not None or end.reason in _FULL
    for piece in thoughts.end(cut=cut, calls=bool(calls)):
        yield piece
    if thoughts.found is not None and not goes_on:  # what was begun without thoughts goes on without
        learn(model.place, name, thoughts.found)
    if end is None:
        raise SourceTruncated(f"{model.name} stopped without saying that its answer is complete: it was cut off.")
    if end.broken:
        raise SourceTruncated(f"{model.name} gave up in the middle of its answer ({end.reason}).")
    if end.refusal is not None:
        told = quoted(end.refusal, model.secrets)
        raise SourceRefused(f"{model.name} would not go on with its answer ({end.reason}).{told}")
    yield replace(end, calls=calls)


def _thought(item: Said) -> int:
    """Characters."""
    return len(item.content) if isinstance(item, Thinking) else 0
