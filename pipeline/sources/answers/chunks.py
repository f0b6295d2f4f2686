"""An answer as OpenAI and its relatives write it, chunk by chunk or whole, each with an accent of its own."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterable, Iterator, Mapping, Sequence
from typing import Any

import httpx2
import openai
from openai.types.chat.chat_completion_chunk import ChoiceDelta

from pipeline.sources.answers.answer import CALLS, LONGEST_THOUGHT, End, Said
from pipeline.sources.answers.tools import called, collected
from pipeline.sources.connection.wire import Wire
from pipeline.types import Thinking, Usage

THOUGHTS = ("reasoning_content", "reasoning", "reasoning_details")
"""What a model thought, under the names that it has with one server or another. With the results of tools it goes back
as it came: DeepSeek refuses them without."""
_WHOLE = "chat.completion"
"""Kind of a chunk that is a whole answer: MiniMax says all of it again at the end."""
_BROKEN = ("abort", "error", "insufficient_system_resource", "network_error", "function_call_filter")
"""How reasons to end begin that are none: the server gave up; Gemini's does over a call that it cannot read."""
_FILTERED = ("content_filter", "sensitive", "safety", "recitation", "prohibited_content", "refusal")
"""How reasons begin that are a refusal; Gemini's own stand behind the first."""


async def whole(completion: Any) -> AsyncGenerator[Any, None]:
    """A whole answer, as if it were the only chunk of one that was streamed."""
    for choice in completion.choices or ():
        choice.delta = choice.message
    yield completion


class Chunks:
    """An answer, chunk by chunk; tool calls are put together from their pieces."""

    def __init__(self, wire: Wire, before: int) -> None:
        """`before`: messages; calls without an id are numbered behind them."""
        self._wire = wire
        self._before = before
        self._text: list[str] = []
        self._thoughts: dict[str, list[str]] = {}
        self._details: dict[str, list[dict[str, Any]]] = {}
        self._kept = 0
        """Characters of what it thought, by all names."""
        self._calls: list[dict[str, Any]] = []
        self._numbered: dict[int | None, dict[str, Any]] = {}
        """Those of the calls that are being written."""
        self._reason = ""
        self._goes_on = False
        """It has said more behind its end: some say with every chunk that it ends."""
        self._refusal: str | None = None
        self._usage: Usage | None = None

    async def read(self, chunks: AsyncIterable[Any]) -> AsyncGenerator[Said, None]:
        async for given in chunks:
            chunk = given[0] if isinstance(given, list) else given  # Gemini's errors
            if chunk.usage:
                self._usage = Usage(chunk.usage.prompt_tokens or 0, chunk.usage.completion_tokens or 0)
            for said in self._heard(chunk.choices[0], chunk.object) if chunk.choices else ():
                yield said
            if (extra := chunk.model_extra) and (wrong := _error(chunk, extra)):
                raise openai.APIError("", httpx2.Request("POST", ""), body=wrong)
        if self._reason or self._wire.done:
            for said in self._ended():
                yield said

    def _heard(self, choice: Any, kind: str) -> Iterator[Said]:
        ended = bool(self._reason)
        if choice.finish_reason:
            self._reason = str(choice.finish_reason).lower()
        delta = choice.delta
        if delta is None and not (choice.finish_reason and kind == _WHOLE and (self._text or self._calls)):
            delta = _message(choice)
        self._goes_on |= ended and delta is not None and _says_something(delta)
        self._wire.ended = bool(self._reason) and not self._goes_on and not self._reason.startswith(_BROKEN)
        if delta is None:
            return
        if extra := delta.model_extra:
            self._think(extra)
            if thought := extra.get("reasoning_content") or extra.get("reasoning"):
                yield Thinking(str(thought))
        for piece in _parts(delta.content) if delta.content else ():
            if isinstance(piece, str):
                self._text.append(piece)
            yield piece
        for part in delta.tool_calls or ():
            self._collect(part)
        if delta.refusal:
            self._refusal = (self._refusal or "") + delta.refusal

    def _ended(self) -> Iterator[Said]:
        """The calls, now that all of them is there, the tokens, and how it ended."""
        for number, call in enumerate(self._calls, self._before):
            call["id"] = call["id"] or f"call_{number}"
            function = call["function"]
            done = called(call["id"], function["name"], function["arguments"])
            function["arguments"] = json.dumps(done.arguments)
            yield done
        if self._usage is not None:
            yield self._usage
        said = {"role": "assistant", "content": "".join(self._text) or None, "tool_calls": self._calls}
        said |= {name: "".join(pieces) for name, pieces in self._thoughts.items()}
        said |= self._details
        if self._refusal is None and self._reason.startswith(_FILTERED):
            self._refusal = ""
        yield End(self._reason or "stop", self._refusal, self._reason.startswith(_BROKEN), said)

    def _think(self, extra: Mapping[str, Any]) -> None:
        for name in THOUGHTS:
            given = extra.get(name)
            if isinstance(given, str):
                self._thoughts.setdefault(name, []).append(given)
                self._kept += len(given)
            elif isinstance(given, list):
                details = self._details.setdefault(name, [])
                for detail in filter(_is_object, given):
                    self._kept += _added(details, detail)
        if self._kept > len(THOUGHTS) * LONGEST_THOUGHT:  # all of it may come by each
            raise ValueError("thoughts without end")

    def _collect(self, part: Any) -> None:
        """A call's number tells which one goes on; with some servers all have the same number, or none."""
        number, function = getattr(part, "index", None), part.function
        name = (function and function.name) or ""
        call = self._numbered.get(number)
        if call is None or _begins(part, call):
            if len(self._calls) > CALLS:
                return  # too many already, as will be told at the end
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


def _begins(part: Any, call: Mapping[str, Any]) -> bool:
    """Whether a piece begins another call than the last one with its number."""
    if part.id and call["id"]:
        return bool(part.id != call["id"])
    named = part.function and part.function.name and call["function"]["name"]
    return bool(named) and (getattr(part, "index", None) is None or _is_written(call))


def _is_written(call: Mapping[str, Any]) -> bool:
    """Its arguments are whole."""
    arguments = call["function"]["arguments"]
    return bool(arguments.strip()) and called("", "", arguments).result is None


def _is_object(given: Any) -> bool:
    return isinstance(given, dict)


def _added(details: list[dict[str, Any]], detail: Mapping[str, Any]) -> int:
    """One more piece of what a model thought, or of the signature under it, is put to the last that it belongs to.
    Gives the characters that are kept of it: most pieces are one word, and repeat all else."""
    last = details[-1] if details else {}
    if not last or any(last.get(name) != detail.get(name) for name in ("type", "index")):
        details.append(dict(detail))
        return len(str(detail))
    kept = 0
    for name, value in detail.items():
        text = name in ("text", "summary") and isinstance(value, str)
        if text or value not in (None, last.get(name)):
            last[name] = (last.get(name) or "") + value if text else value
            kept += len(str(value))
    return kept


def _error(chunk: Any, extra: Mapping[str, Any]) -> Any:
    """What went wrong, where the library does not see it: it stands elsewhere, or in a whole answer."""
    bare = not chunk.choices and not chunk.usage and extra.get("message") and extra.get("code") != 0  # Spark's: success
    if chunk.object == "error" or bare:  # older builds of vLLM, Cerebras
        return extra
    minimax, groq = extra.get("base_resp") or {}, extra.get("x_groq") or {}
    if minimax.get("status_code"):
        return {"code": minimax["status_code"], "message": minimax.get("status_msg")}
    return groq.get("error") or extra.get("error")


def _message(choice: Any) -> Any:
    """Of an answer that came whole, though pieces of it were asked for."""
    message = (choice.model_extra or {}).get("message")
    return ChoiceDelta.construct(**message) if isinstance(message, dict) else None


def _says_something(delta: Any) -> bool:
    extra = delta.model_extra or {}
    return bool(delta.content or delta.tool_calls or any(map(extra.get, THOUGHTS)))


def _parts(content: Any) -> Sequence[str | Thinking]:
    """Of content that may come as a list: Mistral's models that think write it so."""
    if isinstance(content, str):
        return (content,)
    if not isinstance(content, list):
        raise TypeError("content that is neither a text nor a list")
    said: list[str | Thinking] = []
    for part in content:
        if part["type"] == "thinking":
            said += [
                Thinking(piece["text"]) for piece in part["thinking"] if "text" in piece
            ]  # others refer to sources
        elif part["type"] == "text":
            said.append(part["text"])
    return said
