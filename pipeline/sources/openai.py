"""OpenAI's chat completions, and all servers that speak as it does: Gemini, Grok, llama.cpp, vLLM, LM Studio."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import httpx2
import openai
import openai.resources.chat.chat
import openai.resources.models  # else the client imports these two on the loop, when it is first asked

from pipeline.errors import SourceRefused
from pipeline.ground.settings import key, yes
from pipeline.sources.answers.answer import Said, Told, answer
from pipeline.sources.answers.chunks import THOUGHTS, Chunks, whole
from pipeline.sources.answers.options import options
from pipeline.sources.connection.border import listed
from pipeline.sources.connection.connections import Place, tls
from pipeline.sources.connection.framing import Form
from pipeline.sources.connection.patience import Patience
from pipeline.sources.connection.refusals import refused, remember
from pipeline.sources.connection.wire import Wire
from pipeline.types import Message, Request, ToolCall

_OWN = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class Relative:
    """A provider that speaks OpenAI's language at an address of its own."""

    name: str
    url: str
    model: str
    prefix: str
    """Of its settings: PREFIX_MODEL, PREFIX_BASE_URL, PREFIX_API_KEY, PREFIX_OPTIONS, PREFIX_STREAM (yes)."""
    needs_key: bool = True
    continues: bool = False

    def from_env(self, env: Mapping[str, str]) -> OpenAISource:
        setting = f"{self.prefix}_BASE_URL"
        url = (env.get(setting) or self.url).rstrip("/ ").removesuffix("/chat/completions")
        own = Place.of(url, "/v1", setting) == Place.of(self.url)
        return OpenAISource(
            env.get(f"{self.prefix}_MODEL") or self.model,
            key=key(env, f"{self.prefix}_API_KEY"),
            url=url,
            name=self.name,
            needs_key=f"{self.prefix}_API_KEY" if self.needs_key and own else "",
            continues=self.continues,
            streaming=yes(env, f"{self.prefix}_STREAM", default=True),
            patience=Patience.from_env(env),
            setting=setting,
            options=options(env, f"{self.prefix}_OPTIONS"),
        )


OPENAI = Relative("openai", _OWN, "gpt-5.4-mini", "OPENAI")
GEMINI = Relative("gemini", "https://generativelanguage.googleapis.com/v1beta/openai/", "gemini-2.5-flash", "GEMINI")
GROK = Relative("grok", "https://api.x.ai/v1", "grok-4", "XAI")
LLAMACPP = Relative(
    "llamacpp", "http://127.0.0.1:8080/v1", "default", "LLAMACPP", needs_key=False, continues=True
)  # fmt: skip
_SAMPLING, _PENALTIES = ("temperature", "top_p"), ("presence_penalty", "frequency_penalty")
_REFUSED = {
    OPENAI.url: (re.compile(r"o\d|gpt-[5-9](?!.*chat)"), (*_SAMPLING, "stop", *_PENALTIES)),
    GROK.url: (re.compile(r"grok-(?:[4-9]|3-mini)(?!.*non-reasoning)"), ("stop", *_PENALTIES)),
}
"""What models that reason do not take."""
_ANY_THOUGHT, _NO_EFFORT = "any reasoning_content", "no reasoning_effort"
_OTHER_NAMES = {
    "stream_options": "", "max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens",
    **dict.fromkeys(THOUGHTS, ""), "reasoning_content": _ANY_THOUGHT,
}  # fmt: skip
"""What some servers refuse (Mistral's the first, Groq's the last), and its name with others, or what is then no longer
true; "" where it is missed by nobody. Options, or fields of a message."""
_LESSONS = {
    re.compile(r"reasoning_content\W.{0,80}(?:be passed back|is missing)"): (_ANY_THOUGHT, "reasoning_content"),
    re.compile(r"[Tt]ools with reasoning_effort"): (_NO_EFFORT, ""),
}
"""What else is remembered of a refusal, and in place of what. DeepSeek and Kimi want thoughts with each earlier answer,
even one of last week; any will do. OpenAI's models from 5.5 on take tools only where they are told not to think."""


class OpenAISource:
    errors: tuple[type[Exception], ...] = (openai.OpenAIError,)

    def __init__(
        self,
        model: str = OPENAI.model,
        *,
        key: str = "",
        url: str = _OWN,
        name: str = "openai",
        needs_key: str = "",
        continues: bool = False,
        streaming: bool = True,
        patience: Patience | None = None,
        setting: str = "",
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """`needs_key` names the setting without which there is no use in asking. A server `continues` when it takes a
        last message of the assistant for the beginning of its answer. Not `streaming`, it is asked for the whole.
        `setting`: that names the address. `options`: told each time, but where `llm_options` say otherwise."""
        self.name = name
        self.model = model
        self.place = Place.of(url, "/v1", setting)
        self.continues = continues
        self.streaming = streaming
        self.form = Form.EVENTS if streaming else Form.VALUE
        self.patience = patience or Patience()
        tls(httpx2)
        self.secrets: Sequence[str] = (key, *self.place.secrets)
        self._needs_key = needs_key
        self._options = options or {}

    def __repr__(self) -> str:
        return f"OpenAISource({self.model!r}, name={self.name!r})"

    def tokens(self, request: Request) -> AsyncGenerator[Told, None]:
        return answer(self, request)

    def ignored(self, request: Request) -> tuple[str, ...]:
        models, options = _REFUSED.get(self.place.url, (None, ()))
        if models is None or not models.match(request.model or self.model):
            return ()
        given = self._given(request)
        taken = _SAMPLING if given.get("reasoning_effort") == "none" else ()
        return tuple(name for name in options if name in given and name not in taken)

    def _given(self, request: Request) -> dict[str, Any]:
        """What a model may not take."""
        given = {**self._options, **request.llm_options}
        given |= {} if request.temperature is None else {"temperature": request.temperature}
        return given | ({"stop": list(request.stop)} if request.stop else {})

    async def models(self) -> list[str]:
        """What may be asked for as `model`. Raises SourceError."""
        return await listed(self, self._models)

    async def _models(self, wire: Wire) -> list[str]:
        async with self._client(wire) as client:
            return sorted(found.id for found in (await client.models.list()).data if isinstance(found.id, str))

    def _client(self, wire: Wire) -> openai.AsyncOpenAI:
        if self._needs_key and not self.secrets[0]:
            raise SourceRefused(f"{self.name} needs a key. Set {self._needs_key}.")
        client = openai.AsyncOpenAI(api_key=self.secrets[0] or "none", **wire.httpx2(self.place))
        if self.place.url != _OWN:
            client.organization = client.project = None  # of the environment, and no affair of anybody else's
        return client

    def opening(self, request: Request) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        for message in filter(_says_something, (Message("system", request.system), *request.messages)):
            role = "user" if message.role == "tool" else message.role
            if messages and role == messages[-1]["role"]:  # many a model's template wants them by turns
                messages[-1]["content"] += f"\n\n{message.content}"
            else:
                messages.append({"role": role, "content": message.content})
        return messages

    async def turn(self, messages: list[Any], request: Request, wire: Wire) -> AsyncGenerator[Said, None]:
        asked: dict[str, Any] = {"model": request.model or self.model, "messages": messages}
        asked |= {"stream": True, "stream_options": {"include_usage": True}} if self.streaming else {}
        if request.max_tokens is not None:
            asked["max_completion_tokens" if self.place.url == _OWN else "max_tokens"] = request.max_tokens
        if request.tools:
            asked["tools"] = [{"type": "function", "function": dict(tool)} for tool in request.tools]
        ignored = self.ignored(request)
        asked["extra_body"] = {name: value for name, value in self._given(request).items() if name not in ignored}
        async with self._client(wire) as client:
            answered = await self._asked(client, asked)
            async with answered if self.streaming else aclosing(whole(answered)) as chunks:
                async for item in Chunks(wire, len(messages)).read(chunks):
                    yield item

    async def _asked(self, client: openai.AsyncOpenAI, asked: Mapping[str, Any]) -> Any:
        """Asks again without an option, or by its other name, where the provider refuses it; and remembers that."""
        known = before = refused(self.place, asked["model"])
        learnt: set[str] = set()
        while True:
            otherwise = _otherwise(asked, known)
            try:
                answered = await client.chat.completions.create(**otherwise)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                named, others = _lesson(str(error.body), otherwise)
                if not named or learnt & (named | others):
                    raise
                learnt |= named
                known = (known | named) - others
            else:
                if learnt:
                    remember(self.place, asked["model"], known - before, no_more=before - known)
                return answered

    def answered(self, messages: list[Any], said: Any, calls: Sequence[ToolCall]) -> None:
        messages.append(said)
        messages.extend({"role": "tool", "tool_call_id": call.id, "content": call.result or ""} for call in calls)


def _says_something(message: Message) -> bool:
    """Of an answer that was interrupted at once, nothing was heard; some refuse a message that says nothing."""
    return bool(message.content.strip())


def _lesson(told: str, sent: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """Of a refusal: what is to be remembered, and what was wrong then."""
    for pattern, (lesson, wrong) in _LESSONS.items():
        if pattern.search(told):
            return {lesson}, {wrong}
    fields = {*sent, *(field for message in sent["messages"] for field in message)}
    named = {name for name in _OTHER_NAMES if name in fields and name in told}
    return named, {_OTHER_NAMES[name] for name in named}


def _otherwise(asked: Mapping[str, Any], refused: Collection[str]) -> dict[str, Any]:
    """The same, as far as is known how it is not refused."""
    kept = {name: value for name, value in asked.items() if name not in refused}
    kept["messages"] = [{n: v for n, v in message.items() if n not in refused} for message in asked["messages"]]
    for message in kept["messages"] if _ANY_THOUGHT in refused else ():
        if message["role"] == "assistant":
            message["reasoning_content"] = message.get("reasoning_content") or " "  # "" is none
    if _NO_EFFORT in refused and "tools" in kept:
        kept["extra_body"] = {"reasoning_effort": "none", **kept["extra_body"]}
    return kept | {other: asked[name] for name in refused if name in asked and (other := _OTHER_NAMES[name])}
