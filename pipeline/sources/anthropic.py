"""Anthropic's models, as server-sent events."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, AsyncIterable, Iterator, Mapping, Sequence
from typing import Any, Self

import anthropic
import httpx2

from pipeline.errors import SourceRefused
from pipeline.ground.settings import key
from pipeline.sources.answers.answer import CALLS, End, Said, Told, answer
from pipeline.sources.answers.options import options
from pipeline.sources.answers.tools import called, collected
from pipeline.sources.connection.border import listed
from pipeline.sources.connection.connections import Place, tls
from pipeline.sources.connection.framing import Form
from pipeline.sources.connection.patience import Patience
from pipeline.sources.connection.wire import Wire
from pipeline.types import Request, Thinking, ToolCall, Usage

_THERE = "https://api.anthropic.com"
_MODEL = "claude-haiku-4-5"
_MOST = 8192
"""Tokens of an answer, where the request does not say: the API wants to be told."""
_BLOCKS = 12 * CALLS
"""Of an answer: each thought, each text that has a source of its own, and what a server's own tools give is one."""
_REFUSED = ("temperature", "top_p", "top_k")
_DECIDES = re.compile(r"claude-(?!(?:\w+-)?(?:3|(?:haiku|sonnet|opus)-4(?![-.](?:[6-9]|\d\d)\b)(?![^-.:@])))")
"""Models that decide how long to think, and from 4.7 on refuse to be told; older ones and other makers' want to be."""


class AnthropicSource:
    name = "anthropic"
    streaming = True
    continues = True
    """A last message of the assistant is the beginning of its answer; newer models refuse one, with 400."""
    form = Form.NAMED
    errors: tuple[type[Exception], ...] = (anthropic.AnthropicError,)

    def __init__(
        self,
        model: str = _MODEL,
        *,
        key: str = "",
        url: str = _THERE,
        patience: Patience | None = None,
        setting: str = "",
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """`setting`: that names the address. `options`: told each time, but where `llm_options` say otherwise."""
        self.model = model
        self.place = Place.of(url.strip().rstrip("/").removesuffix("/v1"), setting=setting)  # which its library adds
        self.patience = patience or Patience()
        tls(httpx2)
        self.secrets: Sequence[str] = (key, *self.place.secrets)
        self._options = options or {}

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        return cls(
            env.get("ANTHROPIC_MODEL") or _MODEL,
            key=key(env, "ANTHROPIC_API_KEY"),
            url=env.get("ANTHROPIC_BASE_URL") or _THERE,
            patience=Patience.from_env(env),
            setting="ANTHROPIC_BASE_URL",
            options=options(env, "ANTHROPIC_OPTIONS"),
        )

    def __repr__(self) -> str:
        return f"AnthropicSource({self.model!r})"

    def tokens(self, request: Request) -> AsyncGenerator[Told, None]:
        return answer(self, request)

    def ignored(self, request: Request) -> tuple[str, ...]:
        given = self._given(request)
        return tuple(name for name in _REFUSED if name in given)

    def _given(self, request: Request) -> dict[str, Any]:
        """What it may not take."""
        given = {**self._options, **request.llm_options}
        return given if request.temperature is None else given | {"temperature": request.temperature}

    async def models(self) -> list[str]:
        """What may be asked for as `model`. Raises SourceError."""
        return await listed(self, self._models)

    async def _models(self, wire: Wire) -> list[str]:
        async with self._client(wire) as client:
            return [found.id for found in (await client.models.list(limit=100)).data]

    def _client(self, wire: Wire) -> anthropic.AsyncAnthropic:
        if not self.secrets[0]:
            raise SourceRefused("anthropic needs a key. Set ANTHROPIC_API_KEY.")
        return anthropic.AsyncAnthropic(api_key=self.secrets[0], **wire.httpx2(self.place))

    def opening(self, request: Request) -> list[dict[str, Any]]:
        messages = [
            {"role": "assistant" if message.role == "assistant" else "user", "content": message.content}
            for message in request.messages
            if message.role != "system" and message.content.strip()
        ]
        if messages and messages[-1]["role"] == "assistant":
            messages[-1]["content"] = messages[-1]["content"].rstrip()
        return messages

    async def turn(self, messages: list[Any], request: Request, wire: Wire) -> AsyncGenerator[Said, None]:
        model = request.model or self.model
        most = request.max_tokens or _MOST
        asked: dict[str, Any] = {"model": model, "messages": messages, "max_tokens": most, "stream": True}
        system = [request.system, *(message.content for message in request.messages if message.role == "system")]
        if told := "\n\n".join(filter(None, system)):
            asked["system"] = told
        if request.stop:
            asked["stop_sequences"] = list(request.stop)
        if request.tools:
            asked["tools"] = [_tool(tool) for tool in request.tools]
        if request.thinking:
            asked["thinking"] = _thinking(model)
            asked["max_tokens"] = max(most, 4096)
        asked["extra_body"] = {name: value for name, value in self._given(request).items() if name not in _REFUSED}
        async with self._client(wire) as client, await client.messages.create(**asked) as events:
            blocks = _Blocks()
            async for item in blocks.read(events):
                yield item

    def answered(self, messages: list[Any], said: Any, calls: Sequence[ToolCall]) -> None:
        results = [{"type": "tool_result", "tool_use_id": call.id, "content": call.result or ""} for call in calls]
        messages.append({"role": "assistant", "content": said})
        messages.append({"role": "user", "content": results})


class _Blocks:
    """An answer, block by block; kept as well, for when tools were called."""

    def __init__(self) -> None:
        self._said: list[dict[str, Any]] = []
        self._numbered: dict[int, dict[str, Any]] = {}
        self._stop = ""
        self._refusal: str | None = None
        self._tokens = [0, 0]

    async def read(self, events: AsyncIterable[Any]) -> AsyncGenerator[Said, None]:
        async for event in events:
            if event.type == "content_block_delta":
                for item in self._delta(event.index, event.delta):
                    yield item
            elif event.type == "content_block_start":
                self._begin(event.index, event.content_block.model_dump(exclude_none=True))
                if event.content_block.type == "text" and event.content_block.text:
                    yield event.content_block.text
            elif event.type == "message_start":
                self._count(event.message.usage)
            elif event.type == "message_delta":
                self._stop = event.delta.stop_reason or self._stop
                if self._stop == "refusal":
                    self._refusal = getattr(event.delta.stop_details, "explanation", None) or ""
                self._count(event.usage)
            elif event.type == "message_stop" and self._stop:
                for item in self._ended():
                    yield item
                return

    def _begin(self, number: int, block: dict[str, Any]) -> None:
        if len(self._said) > _BLOCKS:
            raise ValueError("blocks without end")
        self._said.append(block)
        self._numbered[number] = block

    def _delta(self, number: int, delta: Any) -> list[Said]:
        if delta.type == "text_delta":
            return [self._grown(number, "text", delta.text)]
        if delta.type == "thinking_delta":
            return [Thinking(self._grown(number, "thinking", delta.thinking))]
        if delta.type == "signature_delta":
            self._numbered[number]["signature"] = delta.signature
        elif delta.type == "input_json_delta" and delta.partial_json:
            block = self._numbered[number]
            written = block.get("input")  # a text as long as it is being written
            block["input"] = collected(written if isinstance(written, str) else "", delta.partial_json)
        return []

    def _grown(self, number: int, kind: str, text: str) -> str:
        """Some leave out how a block begins, or its text, which is empty there."""
        if number not in self._numbered:
            self._begin(number, {"type": kind})
        block = self._numbered[number]
        block[kind] = block.get(kind, "") + text
        return text

    def _ended(self) -> Iterator[Said]:
        """The calls, however their pieces were mixed; the tokens, and how it ended."""
        for block in self._said:
            if "input" in block or block["type"] == "tool_use":
                given = block.get("input", {})
                call = called(block["id"], block["name"], given if isinstance(given, str) else json.dumps(given))
                block["input"] = call.arguments
                if block["type"] == "tool_use":
                    yield call
        yield Usage(*self._tokens)
        said = [block for block in self._said if block["type"] != "text" or block.get("text", "").strip()]
        yield End(self._stop, self._refusal, said=said)

    def _count(self, usage: Any) -> None:
        """Totals so far, not additions."""
        counted = (getattr(usage, "input_tokens", None), getattr(usage, "output_tokens", None))
        self._tokens = [old if new is None else new for old, new in zip(self._tokens, counted, strict=True)]


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    schema = tool.get("parameters") or {"type": "object", "properties": {}}
    return {"name": tool["name"], "description": tool.get("description", ""), "input_schema": schema}


def _thinking(model: str) -> dict[str, Any]:
    if _DECIDES.search(model):
        return {"type": "adaptive", "display": "summarized"}
    return {"type": "enabled", "budget_tokens": 2048}
