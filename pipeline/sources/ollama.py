"""Ollama: models on one's own machine, as lines of JSON."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Literal, Self

import httpcore  # noqa: F401  else httpx does, on the loop, when it first connects
import httpx

from pipeline.errors import InvalidSetting

try:
    import ollama
except ValueError as error:  # it reads its address as it is imported
    raise InvalidSetting(f"OLLAMA_HOST: it is not the address of a provider: {error}.") from error

from pipeline.ground.settings import key
from pipeline.sources.answers.answer import End, Said, Told, answer
from pipeline.sources.answers.options import options
from pipeline.sources.connection.border import listed
from pipeline.sources.connection.connections import Place, tls
from pipeline.sources.connection.framing import Form
from pipeline.sources.connection.patience import Patience
from pipeline.sources.connection.refusals import refused, remember
from pipeline.sources.connection.wire import Wire
from pipeline.types import Request, Thinking, ToolCall, Usage

_HERE = "http://127.0.0.1:11434"
_USUAL = 4096
"""Tokens that Ollama gives a model room for when it is told nothing."""
_MOST = 131_072
_OWN = ("think", "keep_alive", "format", "truncate", "shift")
"""Options that have a place of their own beside the model's."""
_ROOM = 1024
"""Tokens of an answer, where the request does not say."""
_LOADED = 300.0
"""Seconds for which Ollama keeps a model in memory after it was last asked, unless it is told otherwise."""

_rooms: dict[tuple[str, str], tuple[int, float]] = {}
"""Of models that were given more than usual: how much, and until when they keep it."""


class OllamaSource:
    name = "ollama"
    streaming = True
    form = Form.LINES
    errors: tuple[type[Exception], ...] = (ollama.ResponseError, ollama.RequestError)

    def __init__(
        self,
        model: str = "llama3.2",
        *,
        host: str = _HERE,
        key: str = "",
        api: Literal["chat", "generate"] = "chat",
        patience: Patience | None = None,
        setting: str = "",
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """`generate` asks with one prompt instead of a conversation: it takes no tools, and only the last message.
        `setting`: that names the host. `options`: told each time, but where `llm_options` say otherwise."""
        self.model = model
        host = host.strip()
        host = f"127.0.0.1{host}" if host.startswith(":") else host
        scheme = "" if "://" in host else "http://"
        self.place = Place.of(scheme + host, setting=setting)
        self.patience = patience or Patience()
        tls(httpx)
        self.secrets: Sequence[str] = (key, *self.place.secrets)
        self._host = self.place.url.removeprefix(scheme)  # without a scheme, its port is another
        self._api = api
        self._options = options or {}
        self.continues = True if api == "chat" else None
        """In a conversation, a last message of the assistant is the beginning of its answer."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        api = env.get("ALOUD_OLLAMA_API") or "chat"
        if api not in ("chat", "generate"):
            raise InvalidSetting(f"ALOUD_OLLAMA_API is chat or generate; not {api!r}.")
        return cls(
            env.get("OLLAMA_MODEL") or "llama3.2",
            host=env.get("OLLAMA_HOST") or _HERE,
            key=key(env, "OLLAMA_API_KEY"),
            api="generate" if api == "generate" else "chat",
            patience=Patience.from_env(env),
            setting="OLLAMA_HOST",
            options=options(env, "OLLAMA_OPTIONS"),
        )

    def __repr__(self) -> str:
        return f"OllamaSource({self.model!r})"

    def tokens(self, request: Request) -> AsyncGenerator[Told, None]:
        return answer(self, request)

    async def models(self) -> list[str]:
        """What may be asked for as `model`. Raises SourceError."""
        return await listed(self, self._models)

    async def _models(self, wire: Wire) -> list[str]:
        async with self._client(wire) as client:
            return sorted(found.model for found in (await client.list()).models if found.model)

    def _client(self, wire: Wire) -> ollama.AsyncClient:
        headers = {"authorization": f"Bearer {self.secrets[0]}"} if self.secrets[0] else {}
        options = wire.httpx(self.place)
        options["headers"] = {**options["headers"], **headers}
        return ollama.AsyncClient(self._host, **options)

    def opening(self, request: Request) -> list[dict[str, Any]]:
        messages = [{"role": message.role, "content": message.content} for message in request.messages]
        return [{"role": "system", "content": request.system}, *messages] if request.system else messages

    async def turn(self, messages: list[Any], request: Request, wire: Wire) -> AsyncGenerator[Said, None]:
        given = {**self._options, **request.llm_options}
        asked: dict[str, Any] = {"model": request.model or self.model, "stream": True}
        asked |= {name: given.pop(name) for name in _OWN if name in given}
        if self._api == "generate":
            asked |= {"prompt": request.text, "system": request.system}
        else:
            asked["messages"] = messages
            if request.tools:
                asked["tools"] = [{"type": "function", "function": dict(tool)} for tool in request.tools]
        size = len(json.dumps(asked, ensure_ascii=False).encode(errors="replace"))  # of all that it is told
        room = _room(self.place, asked["model"], size // 3 + (request.max_tokens or _ROOM))
        asked["options"] = {**_options(request, room), **given.pop("options", {}), **given}
        async with self._client(wire) as client:
            able = request.thinking and "think" not in {*asked, *refused(self.place, asked["model"])}
            for think in (True, False) if able else (False,):
                body = asked | ({"think": True} if think else {})
                try:
                    async with aclosing(await self._asked(client, body)) as parts:
                        async for item in self._read(parts, len(messages)):
                            yield item
                    return
                except ollama.ResponseError as error:
                    if not think or error.status_code != 400 or "think" not in error.error:
                        raise
                    remember(self.place, asked["model"], ("think",))  # it does not think, and is asked without

    async def _asked(self, client: ollama.AsyncClient, body: dict[str, Any]) -> Any:
        """As it is: what the library's own `chat` does not know of a tool's parameters, it would leave out."""
        kind: Any = ollama.GenerateResponse if self._api == "generate" else ollama.ChatResponse
        return await client._request(kind, "POST", f"/api/{self._api}", json=body, stream=True)

    async def _read(self, parts: AsyncIterator[Any], before: int) -> AsyncGenerator[Said, None]:
        """`before`: messages; calls are numbered behind them."""
        whole: list[str] = []
        thought: list[str] = []
        made: list[dict[str, Any]] = []
        async for part in parts:
            said = part if self._api == "generate" else part.message
            if said.thinking:
                thought.append(said.thinking)
                yield Thinking(said.thinking)
            if text := said.response if self._api == "generate" else said.content:
                whole.append(text)
                yield text
            for call in (self._api == "chat" and said.tool_calls) or ():
                made.append({"function": {"name": call.function.name, "arguments": dict(call.function.arguments)}})
                yield ToolCall(f"call_{before + len(made)}", call.function.name, dict(call.function.arguments))
            if part.done or part.done_reason:  # MLX's models have been seen to leave out the first
                yield Usage(part.prompt_eval_count or 0, part.eval_count or 0)
                said = {"role": "assistant", "content": "".join(whole), "tool_calls": made}
                said |= {"thinking": "".join(thought)} if thought else {}
                yield End(part.done_reason or "stop", said=said)
                return

    def answered(self, messages: list[Any], said: Any, calls: Sequence[ToolCall]) -> None:
        messages.append(said)
        messages.extend({"role": "tool", "content": call.result, "tool_name": call.name} for call in calls)


def _options(request: Request, room: int | None) -> dict[str, Any]:
    options = {
        "temperature": request.temperature,
        "num_predict": request.max_tokens,
        "stop": list(request.stop) or None,
        "num_ctx": room,
    }
    return {name: value for name, value in options.items() if value is not None}


def _room(place: Place, model: str, need: int) -> int | None:
    """Tokens that the model must have room for, or None when what it has anyway will do. What does not fit, Ollama
    leaves out without a word; and for another room, be it smaller, it loads the model anew."""
    now = time.monotonic()
    for gone in [one for one, (_, until) in _rooms.items() if until < now]:
        del _rooms[gone]
    room, _ = _rooms.get((place.url, model), (_USUAL, now))
    if need > room:
        room = min(_MOST, 1 << (need - 1).bit_length())
    if room == _USUAL:
        return None
    _rooms[place.url, model] = room, now + _LOADED
    return room
