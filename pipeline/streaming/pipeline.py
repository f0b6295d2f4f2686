"""A pipeline from a model to sound: made of what a caller gives, and asked for one stream after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pipeline.assembly.order import Order, check, check_voice
from pipeline.assembly.workshop import Workshop
from pipeline.errors import InvalidRequest
from pipeline.ground.folders import check_folder
from pipeline.ports import Engine, Source
from pipeline.sources.text import Content
from pipeline.streaming import given
from pipeline.streaming.stream import Stream
from pipeline.streaming.workshops import Workshops
from pipeline.types import Message, Said, ToolCall

if TYPE_CHECKING:
    from pipeline.narration.scripts import Script

_SEVERAL = frozenset({"llm_provider", "tts_provider", "stop", "tools"})
"""Options that are lists; one name stands for a list of it."""
_SAID = frozenset({"text", "messages", "script"})
"""Fields of an order that each way of asking fills itself."""
_OPTIONS = frozenset(field.name for field in fields(Order)) - _SAID


def create_streaming_pipeline(
    llm_provider: Source | Iterable[Source | Said | None] | Content = "ollama",
    tts_provider: str | Engine | Sequence[Engine | str] = "auto",
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
    llm_options: Mapping[str, Any] | None = None,
    splitter: str = "rules",
    speakable: Mapping[str, str] | None = None,
    lexicon: Mapping[str, str | Mapping[str, str]] | None = None,
    thinking: bool = False,
    tools: Sequence[Mapping[str, Any]] = (),
    run_tool: Callable[[ToolCall], Any] | None = None,
    env: Mapping[str, str] | None = None,
) -> Pipeline:
    """A pipeline from a model to sound. Raises InvalidRequest when a name or a limit is wrong.

    llm_provider   who writes: "ollama", "anthropic" ..., a Source, or several, tried in order; or text, an iterable of
                   it, a callable giving it
    tts_provider   who speaks: "auto" (the best voice here), "espeak", "edge" ..., an Engine, which stays the caller's
                   to close, or several, tried in order
    streaming_config  when passages are cut (see `pipeline.text.Limits`), and `output_dir`: where clips go (else
                   `audio` in ALOUD_OUTPUT_DIR)
    voice          a name that `aloud voices` lists, or "engine/name"
    speed, pitch   factors, 0.1 to 10: the nearest that the voice can do is taken; `volume`: 0 to 1
    language       of the text, as "en" or "pt-BR"; it chooses the voice where none is named
    format         of the clips: "wav", "mp3", "opus", "flac"
    model, system, temperature, max_tokens  for the model; without them it does as usual
    llm_options    for the model's provider alone, as its API has them: {"top_p": 0.9, "seed": 7}, {"think": False} ...
    splitter       of sentences: "rules" or "pysbd"
    speakable      what is said of code, tables, links ...: {"code": "skip"} (see `pipeline.text.POLICIES`)
    lexicon        how words are said: {"nginx": "engine x"}, or {"de": {...}} for one language
    thinking       whether `thinking` events tell what the model thinks, where it says so
    tools          what the model may call, in JSON Schema: [{"name", "description", "parameters"}]
    run_tool       is given a ToolCall and gives its result, sync or async
    env            settings (`ALOUD_...`, keys), in place of the environment"""
    if not isinstance(env, Mapping | None):
        raise InvalidRequest(f"env is a mapping of settings, or None for the environment; not {type(env).__name__}.")
    config, output = given.configured(streaming_config, env)
    speakers, own = given.voices(tts_provider)
    order = Order(
        llm_provider=given.names(llm_provider),
        tts_provider=speakers,
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
        llm_options=llm_options or {},
        splitter=splitter,
        speakable=speakable or {},
        lexicon=lexicon or {},
        thinking=thinking,
        tools=given.several("tools", tools),
        buffer=config,
    )
    check(order, own)
    check_voice(order)
    if run_tool is not None and not callable(run_tool):
        raise InvalidRequest(f"run_tool is a callable that is given a ToolCall, not {type(run_tool).__name__}.")

    def workshop() -> Workshop:
        check_folder(output)
        return Workshop(env=env, output_dir=output, own_engines=own)

    return Pipeline(order, given.source(llm_provider, env), run_tool, workshop)


class Pipeline:
    """Made by `create_streaming_pipeline`. Several streams may run at once.

    Engines stay open between streams; `async with pipeline:` or `aclose` lets go of them. The `options` of a
    stream are fields of `pipeline.assembly.order.Order`, for it alone: `voice`, `speed`, `buffer` for the limits,
    `stop` ..."""

    def __init__(
        self,
        order: Order,
        source: Source | None,
        run_tool: Callable[[ToolCall], Any] | None,
        workshop: Callable[[], Workshop],
    ) -> None:
        self._order = order
        self._source = source
        self._run_tool = run_tool
        self._workshops = Workshops(workshop)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._workshops.aclose()

    async def ready(self) -> None:
        """What the first stream of this event loop would wait for, done before: the model's library is loaded, and the
        voice says a word to nobody. Raises AloudError where one of them cannot be had."""
        await self._workshops.here().ready(self._order, self._source)

    def stream_chat_to_audio(self, message: str | Sequence[Message], **options: Any) -> Stream:
        """What the model answers, spoken as it comes; `message` may be a whole conversation."""
        order = self._changed(options, messages=given.messages(message))
        return self._stream(order, None if "llm_provider" in options else self._source)

    def stream_text_to_audio(self, text: Content, **options: Any) -> Stream:
        """Text that exists already, or is arriving: a string, an iterable or async iterable of pieces, a callable."""
        order = self._changed({"llm_provider": (), **options})
        if text is None or isinstance(text, str):  # none at all is refused like an empty one
            return self._stream(replace(order, text=text or ""), None)
        return self._stream(order, given.text_source("text", text))

    def stream_script_to_audio(self, script: Script, *, folder: Path | None = None, **options: Any) -> Stream:
        """A script's steps, each in its voice (see `pipeline.narration.scripts.script`). `folder`: of its documents
        and sounds."""
        if not hasattr(script, "steps"):
            raise InvalidRequest(
                f"script is a Script, as pipeline.narration.scripts.parsed reads it; not {type(script).__name__}."
            )
        source = None if "llm_provider" in options else self._source
        order = self._changed(options)
        return self._stream(replace(order, title=order.title or script.name), source, script, folder)

    async def check_script(self, script: Script, *, folder: Path | None = None, **options: Any) -> None:
        """Finds the voices, models and files that the script wants, and speaks nothing. Raises InvalidRequest
        and its kind."""
        from pipeline.narration.scripts import (
            check_documents,
            check_sounds,
            in_folder,
            staged,
        )  # when first used: YAML comes with it

        order, workshop = self._changed(options), self._workshops.here()
        find = None
        if folder is not None:
            find = in_folder(folder)
            await check_documents(script, find, workshop.max_chars)
            await check_sounds(script, folder)
        await staged(script, workshop, order, find=find, sounds=None if folder is None else {})

    def _stream(
        self, order: Order, source: Source | None, script: Script | None = None, folder: Path | None = None
    ) -> Stream:
        return Stream(self._workshops, order, source, self._run_tool, script, folder)

    def _changed(self, options: Mapping[str, Any], **said: Any) -> Order:
        if twice := _SAID.intersection(options):
            raise InvalidRequest(f"There is no option {min(twice)!r} here: what is said is the first argument.")
        if strange := [name for name in options if name not in _OPTIONS]:
            near = get_close_matches(strange[0], _OPTIONS, n=1)
            known = f"the nearest is {near[0]!r}" if near else f"there are {', '.join(sorted(_OPTIONS))}"
            raise InvalidRequest(f"There is no option {strange[0]!r} here; {known}.")
        options = {name: given.several(name, value) if name in _SEVERAL else value for name, value in options.items()}
        order = replace(self._order, **said, **options)
        if "tts_provider" in options:  # else a voice of this stream's own comes before the pipeline's engine
            check_voice(order)
        return order
