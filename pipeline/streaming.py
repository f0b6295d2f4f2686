"""The library's face: a pipeline whose streams of events are read with `async for`, or with `for` in a plain script."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import anyio
from anyio.from_thread import start_blocking_portal

from pipeline.assembly import Workshop
from pipeline.errors import InvalidLimits, InvalidRequest
from pipeline.events import TERMINAL, Event
from pipeline.flow import Flow
from pipeline.order import Order, check
from pipeline.ports import Engine, RunRecord, Source
from pipeline.sources import find
from pipeline.sources.text import Content, TextSource
from pipeline.stores.memory import MemoryEventLog
from pipeline.succession import in_turn
from pipeline.tables import made
from pipeline.text import Limits
from pipeline.types import Message, ToolCall

if TYPE_CHECKING:
    from pipeline.narration.scripts import Script

OUTPUT = "output/audio"
_SEVERAL = frozenset({"llm_provider", "tts_provider", "stop", "tools"})
"""Options that are lists; one name stands for a list of it."""
Names = str | list[str] | tuple[str, ...]


def create_streaming_pipeline(
    llm_provider: Names | Source | Sequence[Source | str] | Content = "ollama",
    tts_provider: Names | Engine = "auto",
    streaming_config: Mapping[str, Any] | None = None,
    *,
    voice: str = "",
    speed: float = 1.0,
    pitch: float = 1.0,
    volume: float = 1.0,
    language: str = "",
    format: str = "wav",
    model: str = "",
    system: str = "",
    temperature: float | None = None,
    max_tokens: int | None = None,
    splitter: str = "rules",
    speakable: Mapping[str, str] | None = None,
    lexicon: Mapping[str, str | Mapping[str, str]] | None = None,
    thinking: bool = False,
    tools: Sequence[Mapping[str, Any]] = (),
    run_tool: Callable[[ToolCall], Any] | None = None,
    env: Mapping[str, str] | None = None,
) -> Pipeline:
    """A pipeline from a model to sound. Raises InvalidRequest when a name or a limit is wrong.

    `llm_provider`: a name or a Source, or several tried in order; or text, an iterable of it, or a callable giving it.
    `tts_provider`: a name, or several tried in order; or an Engine, which stays the caller's to close.
    `streaming_config`: when passages are cut (see Limits), and `output_dir`."""
    config, output = _configured(streaming_config)
    own = _own(tts_provider)
    order = Order(
        llm_provider=_names(llm_provider),
        tts_provider=tuple(own) or _names(tts_provider),
        voice=voice,
        speed=speed,
        pitch=pitch,
        volume=volume,
        language=language,
        format=format,
        model=model,
        system=system,
        temperature=temperature,
        max_tokens=max_tokens,
        splitter=splitter,
        speakable=speakable or {},
        lexicon=lexicon or {},
        thinking=thinking,
        tools=_several("tools", tools),
        buffer=config,
    )
    check(order, own)
    if not isinstance(env, Mapping | None):
        raise InvalidRequest(f"env is a mapping of settings, or None for the environment; not {type(env).__name__}.")
    if run_tool is not None and not callable(run_tool):
        raise InvalidRequest(f"run_tool is a callable that is given a ToolCall, not {type(run_tool).__name__}.")
    return Pipeline(
        order, _source(llm_provider, env), run_tool, lambda: Workshop(env=env, output_dir=output, own_engines=own)
    )


class Pipeline:
    """Made by `create_streaming_pipeline`. Several streams may run at once.

    Engines stay open between streams; `async with pipeline:` or `aclose` lets go of them."""

    def __init__(
        self,
        order: Order,
        source: Source | None,
        run_tool: Callable[[ToolCall], Any] | None,
        workshop: Callable[[], Workshop],
    ) -> None:
        self._order = order
        self._source = source
        self.run_tool = run_tool
        self.new_workshop = workshop
        self._workshop: Workshop | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        if self._workshop is not None:
            workshop, self._workshop = self._workshop, None
            await workshop.aclose()

    def stream_chat_to_audio(self, message: str | Sequence[Message], **options: Any) -> Stream:
        """What the model answers, spoken as it comes; `message` may be a whole conversation. `options`: any field of
        `Order`, for this stream alone."""
        order = self._changed(options, messages=_messages(message))
        return Stream(self, order, self._source)

    def stream_text_to_audio(self, text: Content, **options: Any) -> Stream:
        """Text that exists already, or is arriving: a string, an iterable or async iterable of pieces, a callable."""
        order = self._changed(options, llm_provider=())
        if text is None or isinstance(text, str):  # none at all is refused like an empty one
            return Stream(self, replace(order, text=text or ""), None)
        return Stream(self, order, _text_source("text", text))

    def stream_script_to_audio(self, script: Script, *, folder: Path | None = None, **options: Any) -> Stream:
        """A script's steps, each in its voice (see `pipeline.narration.scripts.script`). `folder`: of its documents
        and sounds."""
        if not hasattr(script, "steps"):
            raise InvalidRequest(
                f"script is a Script, as pipeline.narration.scripts.parsed reads it; not {type(script).__name__}."
            )
        return Stream(self, self._changed(options), None, script, folder)

    async def check_script(self, script: Script, *, folder: Path | None = None, **options: Any) -> None:
        """Finds the voices, models and kinds of files that the script wants, and speaks nothing. Raises InvalidRequest
        and its kind."""
        from pipeline.narration.scripts import in_folder, staged  # when first used: YAML comes with it

        order, find = self._changed(options), None if folder is None else in_folder(folder)
        await staged(script, self.workshop(), order, find=find, sounds=None if folder is None else {})

    def _changed(self, options: Mapping[str, Any], **fields: Any) -> Order:
        options = {name: _several(name, given) if name in _SEVERAL else given for name, given in options.items()}
        try:
            return replace(self._order, **fields, **options)
        except TypeError as error:
            raise InvalidRequest(f"There is no option {str(error).rpartition(' ')[2]} here.") from error

    def workshop(self) -> Workshop:
        """Shared by the streams of one event loop; an engine does not outlive its loop."""
        loop = asyncio.get_running_loop()
        if self._workshop is None or self._loop is not loop:
            self._workshop, self._loop = self.new_workshop(), loop
        return self._workshop


class Stream:
    """One run's events, read once: `async for`, or plain `for` outside an event loop. Leaving early cancels the run."""

    def __init__(
        self,
        pipeline: Pipeline,
        order: Order,
        source: Source | None,
        script: Script | None = None,
        folder: Path | None = None,
    ) -> None:
        self.run = secrets.token_hex(8)
        self._pipeline = pipeline
        self._order = order
        self._source = source
        self._script = script
        self._folder = folder
        self._flow: Flow | None = None
        self._cancelled = False

    def cancel(self) -> None:
        """End the run; its last event, `cancelled`, is still to be read. What was made stays."""
        self._cancelled = True
        if self._flow is not None:
            self._flow.cancel()

    def __aiter__(self) -> AsyncIterator[Event]:
        return self.events()

    def __iter__(self) -> Iterator[Event]:
        return self._in_a_thread()

    async def events(self) -> AsyncGenerator[Event, None]:
        """The events as a generator that can be closed, which cancels the run and waits for its end."""
        async with aclosing(self._events(self._pipeline.workshop())) as events:
            async for event in events:
                yield event

    async def _events(self, workshop: Workshop) -> AsyncGenerator[Event, None]:
        log = MemoryEventLog()
        await log.create(RunRecord(self.run))
        flow = await self._prepare(workshop, log)
        self._flow = flow
        if self._cancelled:
            flow.cancel()
        running = asyncio.create_task(flow.run(), name=f"aloud {self.run}")
        seen = 0
        try:
            while True:
                for event in await log.read(self.run, seen):
                    seen = event.seq
                    yield event
                    if event.type in TERMINAL:
                        return
                await log.wait(self.run, seen)
        finally:
            flow.cancel()
            with anyio.CancelScope(shield=True):
                await running

    async def _prepare(self, workshop: Workshop, log: MemoryEventLog) -> Flow:
        source, cast = self._source, tuple[Engine, ...]()
        if self._script is not None:
            from pipeline.narration.scripts import in_folder, sounds, staged  # when first used: YAML comes with it

            find, heard = None, None
            if self._folder is not None:
                find = in_folder(self._folder)
                heard = await sounds(self._script, self._folder, workshop.clips, self.run)
            stage = await staged(self._script, workshop, self._order, find=find, sounds=heard)
            source, cast = stage.source, stage.engines
        return await workshop.prepare(
            self._order, run=self.run, log=log, source=source, run_tool=self._pipeline.run_tool, cast=cast
        )

    def _in_a_thread(self) -> Generator[Event, None, None]:
        """The same for a script without an event loop: the run has a thread of its own meanwhile, and engines too."""
        with (
            start_blocking_portal() as portal,
            portal.wrap_async_context_manager(self._pipeline.new_workshop()) as workshop,
            portal.wrap_async_context_manager(aclosing(self._events(workshop))) as events,
        ):
            while (event := portal.call(anext, events, None)) is not None:
                yield event


def _names(value: object) -> tuple[str, ...]:
    """The names that `value` is, or () when it is something else."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple) and value and all(isinstance(item, str) for item in value):
        return tuple(value)
    return ()


def _source(provider: Any, env: Mapping[str, str] | None) -> Source | None:
    """A source that the caller gave; several follow one another, and names may stand among them."""
    if _names(provider):
        return None
    if isinstance(provider, list | tuple) and any(hasattr(item, "tokens") for item in provider):
        env = os.environ if env is None else env
        return in_turn([made(find(item), env) if isinstance(item, str) else item for item in provider], env)
    if provider is None:
        raise InvalidRequest("llm_provider is a name, a list of names, a Source, or a text; not None.")
    if isinstance(provider, type) and hasattr(provider, "tokens"):
        raise InvalidRequest(f"llm_provider is the class {provider.__name__}; give a source: {provider.__name__}().")
    source: Source = provider if hasattr(provider, "tokens") else _text_source("llm_provider", provider)
    return source


def _text_source(name: str, content: Any) -> TextSource:
    try:
        return TextSource(content)
    except TypeError as error:
        raise InvalidRequest(f"{name} is {error}.") from error


def _messages(given: Any) -> tuple[Message, ...]:
    if isinstance(given, str):
        return (Message(role="user", content=given),)
    turns = _several("message", given)
    if odd := [turn for turn in turns if not isinstance(turn, Message)]:
        raise InvalidRequest(f"message is a text or a list of Message, and holds {type(odd[0]).__name__}.")
    return turns


def _several(name: str, given: Any) -> tuple[Any, ...]:
    """A list as it is kept; of a text, that alone."""
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, Iterable) or isinstance(given, bytes | bytearray | Mapping):
        raise InvalidRequest(f"{name} is a list, not {type(given).__name__}.")
    return tuple(given)


def _configured(given: Any) -> tuple[dict[str, Any], Path]:
    """The limits, and the folder for the clips."""
    known = [*(field.name for field in fields(Limits)), "output_dir"]
    if not isinstance(given, Mapping | None):
        raise InvalidLimits(f"streaming_config is a mapping of {', '.join(known)}; not {type(given).__name__}.")
    config = dict(given or {})
    if strange := [name for name in config if name not in known]:
        raise InvalidLimits(f"streaming_config has nothing named {strange[0]!r:.100}; there are {', '.join(known)}.")
    output = config.pop("output_dir", OUTPUT)
    if not isinstance(output, str | Path) or "\0" in str(output):
        raise InvalidLimits(f"output_dir is the path of a folder, not {output!r:.100}.", name="output_dir")
    return config, Path(output)


def _own(provider: Any) -> dict[str, Engine]:
    """An engine that the caller made, by its name."""
    if _names(provider):
        return {}
    if not hasattr(provider, "speak") or not getattr(provider, "name", ""):
        raise InvalidRequest(f"tts_provider is a name, a list of names or an Engine, not {type(provider).__name__}.")
    if isinstance(provider, type):
        raise InvalidRequest(f"tts_provider is the class {provider.__name__}; give an engine: {provider.__name__}().")
    if getattr(provider, "sample_rate", 0) < 1 or getattr(provider, "parallel", 0) < 1:
        raise InvalidRequest(f"The engine {provider.name} wants a sample_rate in hertz, and a parallel of 1 or more.")
    return {provider.name: provider}
