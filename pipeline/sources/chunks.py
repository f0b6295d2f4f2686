"""An answer as OpenAI and its relatives write it, chunk by chunk or whole, each with an accent of its own."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from typing import Any

import httpx2
import openai
from openai.types.chat.chat_completion_chunk import ChoiceDelta

from pipeline.sources.answer import End, Said
from pipeline.sources.tools import called, collected
from pipeline.sources.wire import Wire
from pipeline.types import Thinking, Usage

_BROKEN = ("abort", "error")
"""Reasons to end that are none: the server gave up."""


async def whole(completion: Any) -> AsyncGenerator[Any, None]:
    """A whole answer, as if it were the only chunk of one that was streamed."""
    for choice in completion.choices or ():
        choice.delta = choice.message
    yield completion


class Chunks:
    """An answer, chunk by chunk; tool calls are put together from their pieces."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._text: list[str] = []
        self._calls: list[dict[str, Any]] = []
        self._numbered: dict[int | None, dict[str, Any]] = {}
        """Those of the calls that are being written."""
        self._reason = ""
        self._refused = False
        self._usage: Usage | None = None

    async def read(self, chunks: AsyncIterable[Any]) -> AsyncGenerator[Said, None]:
        async for chunk in chunks:
            if chunk.usage:
                self._usage = Usage(chunk.usage.prompt_tokens or 0, chunk.usage.completion_tokens or 0)
            if chunk.choices:
                choice = chunk.choices[0]
                if choice.finish_reason:
                    self._reason = choice.finish_reason
                    self._wire.ended = self._reason not in _BROKEN
                delta = choice.delta or _message(choice)
                if delta is None:
                    continue
                extra = delta.model_extra
                if extra and (thought := extra.get("reasoning_content") or extra.get("reasoning")):
                    yield Thinking(str(thought))
                for piece in _parts(delta.content) if delta.content else ():
                    if isinstance(piece, str):
                        self._text.append(piece)
                    yield piece
                if delta.tool_calls:
                    for part in delta.tool_calls:
                        self._collect(part)
                self._refused = self._refused or bool(delta.refusal)
            elif chunk.object == "error" or "error" in (chunk.model_extra or ()):  # as older builds of vLLM tell it
                raise openai.APIError("", httpx2.Request("POST", ""), body=chunk.model_extra)
        if not self._wire.ended:
            return
        for number, call in enumerate(self._calls):
            call["id"] = call["id"] or f"call_{number}"
            function = call["function"]
            done = called(call["id"], function["name"], function["arguments"])
            function["arguments"] = json.dumps(done.arguments)
            yield done
        if self._usage is not None:
            yield self._usage
        said = {"role": "assistant", "content": "".join(self._text) or None, "tool_calls": self._calls}
        yield End(self._reason, self._refused or self._reason == "content_filter", said)

    def _collect(self, part: Any) -> None:
        """A call's number tells which one goes on; with some servers all have the same number, or none."""
        number, function = getattr(part, "index", None), part.function
        name = (function and function.name) or ""
        call = self._numbered.get(number)
        if call is None or (part.id != call["id"] if part.id and call["id"] else number is None and name):
            call = {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
            self._calls.append(call)
            self._numbered[number] = call
        call["id"] = call["id"] or part.id or ""
        if function is not None:
            known = call["function"]
            known["name"] = known["name"] or name
            given = function.arguments or ""
            given = given if isinstance(given, str) else json.dumps(given)
            known["arguments"] = collected(known["arguments"], given)
        call.update(part.model_extra or {})  # what some want back as it was


def _message(choice: Any) -> Any:
    """Of an answer that came whole, though pieces of it were asked for."""
    message = (choice.model_extra or {}).get("message")
    return ChoiceDelta.construct(**message) if isinstance(message, dict) else None


def _parts(content: Any) -> Sequence[str | Thinking]:
    """Of content that may come as a list: Mistral's models that think write it so."""
    if isinstance(content, str):
        return (content,)
    if not isinstance(content, list):
        raise TypeError("content that is neither a text nor a list")
    said: list[str | Thinking] = []
    for part in content:
        if part["type"] == "thinking":
            said += [Thinking(piece["text"]) for piece in part["thinking"]]
        elif part["type"] == "text":
            said.append(part["text"])
    return said
