"""Tools that a model calls: run at once, each for a limited time. What goes wrong is for the model to know."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import anyio
import anyio.to_thread

from pipeline.types import ToolCall
from pipeline.utterance import ends

_AT_ONCE = 4
_LONGEST = 100_000
"""Characters of a result; a model would have no room for more."""
_ARGUMENTS = 1 << 20
"""Characters of a call's arguments."""

ToolRunner: TypeAlias = Callable[[ToolCall], Awaitable[Any] | Any]


async def run(
    runner: ToolRunner, calls: Sequence[ToolCall], offered: Sequence[Mapping[str, Any]], seconds: float
) -> list[ToolCall]:
    """The calls, each with a result. What blocks runs in a thread, which is left behind when its time is over. One that
    is not among the `offered` is not run; where none are, its provider knows them by another way (`llm_options`)."""
    names = [tool["name"] for tool in offered]
    done = [call if not names or call.name in names else _unknown(call, names) for call in calls]
    places = anyio.CapacityLimiter(_AT_ONCE)

    async def one(at: int) -> None:
        async with places:
            done[at] = replace(calls[at], result=await _result(runner, calls[at], seconds))

    async with anyio.create_task_group() as tasks:
        for at, call in enumerate(done):
            if call.result is None:
                tasks.start_soon(one, at)
    return done


def _unknown(call: ToolCall, names: Sequence[str]) -> ToolCall:
    """Models make tools up; the runner may be one function, which would take any call for its own."""
    return replace(call, result=f"There is no tool {call.name!r:.100}; there is: {', '.join(names)}.")


async def _result(runner: ToolRunner, call: ToolCall, seconds: float) -> str:
    result = f"The tool failed: it took longer than {seconds:g} s."
    try:
        with anyio.move_on_after(seconds):
            result = _text(await _called(runner, call))
    except BaseException as error:  # the tool is the caller's own code
        if ends(error):
            raise
        result = _text(f"The tool failed: {type(error).__name__}: {error}")
    return result


async def _called(runner: ToolRunner, call: ToolCall) -> Any:
    if inspect.iscoroutinefunction(runner) or inspect.iscoroutinefunction(getattr(runner, "__call__", None)):  # noqa: B004
        return await runner(call)
    own = anyio.CapacityLimiter(1)  # so that nobody else waits for a thread
    result = await anyio.to_thread.run_sync(partial(runner, call), abandon_on_cancel=True, limiter=own)
    return await result if inspect.isawaitable(result) else result


def _text(result: Any) -> str:
    text = result if isinstance(result, str) else json.dumps(result, default=str)
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}\n(cut off: the result has {len(text):,} characters)"
    return text.encode("utf-8", "replace").decode()


def called(id: str, name: str, arguments: str) -> ToolCall:
    """A call whose arguments have come whole. Ones that cannot be read are its result, for the model to do better."""
    try:
        found = json.loads(arguments) if arguments.strip() else {}
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return ToolCall(id, name, found)
    return ToolCall(id, name, {}, "The tool was not called: its arguments are no JSON object.")


def collected(text: str, piece: str) -> str:
    """Arguments come in pieces; raises ValueError when they never end."""
    if len(text) + len(piece) > _ARGUMENTS:
        raise ValueError("arguments without end")
    return text + piece
