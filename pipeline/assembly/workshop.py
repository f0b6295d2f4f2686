"""Names become objects: with `voices`, the only file that knows back-ends by name.

An `Order` says in plain names what a run should do; the `Workshop` keeps what runs share (engines, clips, sounds) and
prepares a `Flow` for an order, refusing what cannot work before anything has started.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import anyio.to_thread

from pipeline import sources
from pipeline.assembly.asking import Answer, ask
from pipeline.assembly.order import Order, check, check_text
from pipeline.assembly.succession import in_turn
from pipeline.assembly.voices import Voices, border
from pipeline.audio import ENCODERS
from pipeline.errors import EmptyText, EngineError
from pipeline.events import Complete, Event, Start
from pipeline.flow import Flow, Plan
from pipeline.ground.settings import listed, number
from pipeline.ground.tables import loaded
from pipeline.ports import ClipStore, Engine, EventLog, Recorder, Source
from pipeline.prompts import Narrated, own
from pipeline.recall import past, repeatable, said_in
from pipeline.sources.connection.connections import Connections
from pipeline.sources.cued import CuedSource
from pipeline.stores.clips import FolderClipStore
from pipeline.stores.sounds import FolderSoundCache
from pipeline.text import SPLITTERS, Lexicon, Limits, Pace, Speakable, SpeechBuffer
from pipeline.types import Clip, Growing, Message, Request, ToolCall, Voice
from pipeline.utterance import ignored, utter

if TYPE_CHECKING:
    from pipeline.audio.recording.loudness import Levels
    from pipeline.audio.recording.recorder import LocalRecorder

MAX_CHARS = 1_000_000
READ_AHEAD = 65_536
FIRST = 30.0
"""Seconds that a voice may take until its first sound, where it does not say that it needs more."""
_MOST = 1e12
"""Characters that either can be set to ..."""
_EVER = 1e9
"""... and seconds that a run may be given."""
_SOUND = ("pipeline.audio.recording.loudness", "pipeline.audio.recording.recorder", "pipeline.audio.recording.ensemble")

_imported: set[str] = set()
"""Modules that have been imported to their end, whoever wanted them."""


class Workshop:
    """What runs share. Engines are made when first chosen and kept until the workshop closes."""

    def __init__(
        self,
        *,
        env: Mapping[str, str] | None = None,
        output_dir: str | Path = "output/audio",
        max_chars: int | None = None,
        templates: Path | None = None,
        own_engines: Mapping[str, Engine] | None = None,
        sounds: FolderSoundCache | None = None,
        clips: ClipStore | None = None,
    ) -> None:
        self.env: Mapping[str, str] = os.environ if env is None else env
        self.clips: ClipStore = clips or FolderClipStore(Path(output_dir))
        self.sounds = sounds or FolderSoundCache(Path(output_dir) / ".sounds")
        self._levels: Levels | None = None
        self.max_chars = max_chars or int(number(self.env, "ALOUD_MAX_CHARS", MAX_CHARS, 1, _MOST))
        self.templates = templates or own(self.env)
        """A folder of templates beside those that come along."""
        self._voices = Voices(self.env, dict(own_engines or {}))
        self.engine, self.voice, self.habit = self._voices.engine, self._voices.voice, self._voices.habit
        self._connections = Connections()
        """To models."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._connections.aclose()
        await self._voices.aclose()  # which may raise

    # ---- recorders --------------------------------------------------------------------------------------------------

    def _recorder(self, engine: Engine, order: Order, sample_rate: int, owner: str) -> LocalRecorder:
        from pipeline.audio.recording.loudness import Levels
        from pipeline.audio.recording.recorder import LocalRecorder

        if self._levels is None:
            self._levels = Levels()
        # Another engine of the same name may sound otherwise: what a caller's own one says is not kept for others.
        sounds = None if self._voices.owned(engine) else self.sounds
        first = max(FIRST, getattr(engine, "patience", FIRST))
        recorder = partial(
            LocalRecorder, format=order.format, sounds=sounds, levels=self._levels, owner=owner, first=first
        )
        if Limits.of(order.buffer).mode == "batch":  # nobody listens: every clip is whole before it is told of
            recorder = partial(recorder, slow=math.inf)
        return recorder(engine, self.clips, sample_rate=sample_rate)

    def _recorders(
        self, engine: Engine, order: Order, cast: Sequence[Engine], sample_rate: int | None, owner: str
    ) -> Recorder:
        """One for each engine of a cast, all at the same rate: the first one's, where nothing is said."""
        rate = sample_rate or engine.sample_rate
        first = self._recorder(engine, order, rate, owner)
        others = {one.name: self._recorder(one, order, rate, owner) for one in cast if one is not engine}
        if not others:
            return first
        from pipeline.audio.recording.ensemble import Ensemble

        return Ensemble(first, others)

    # ---- sources ----------------------------------------------------------------------------------------------------

    def source(self, names: Sequence[str], said: str = "") -> Source:
        """One out of all that are named: each is asked again as the settings say, then the next one takes over. What
        was `said` of the answer before comes first."""
        return in_turn([sources.make(name, self.env) for name in names], self.env, said)

    def providers(self, order: Order) -> tuple[str, ...]:
        """Who is asked, in this order."""
        if order.text is not None:  # said as it is: no model is asked
            return ("replay",) if order.llm_provider == ("replay",) else ("text",)
        return order.llm_provider or (
            *listed(self.env, "ALOUD_LLM_PROVIDER", "ollama"),
            *listed(self.env, "ALOUD_LLM_FALLBACKS"),
        )

    async def ask(self, order: Order) -> Answer:
        """What a model answers, spoken by nobody. Raises InvalidRequest and its kind, SourceError."""
        check(order)
        request = self._request(order, given=False, run_tool=None)
        source = await anyio.to_thread.run_sync(self.source, self.providers(order))  # may import a library
        return await ask(source, request, self.max_chars)

    # ---- runs -------------------------------------------------------------------------------------------------------

    async def prepare(
        self,
        order: Order,
        *,
        run: str,
        log: EventLog,
        owner: str = "",
        url: str | None = None,
        events: str | None = None,
        source: Source | None = None,
        run_tool: Callable[[ToolCall], Any] | None = None,
        resume: bool = False,
        cast: Sequence[Engine] = (),
        sample_rate: int | None = None,
        received: Sequence[Event] = (),
    ) -> Flow:
        """A flow, ready to run. Raises InvalidRequest and its kind before anything has begun.

        `owner`: who alone finds again what it says. `url`: the address of a clip, with {run} and {name}; without it
        the file's own. `source`: in place of the order's providers. `run_tool`: gives the result of a tool that the
        model calls; sync or async. `resume`: take the run up where its last event in the log left it. `cast`: engines
        of other voices that the source lets speak. `sample_rate`: of the clips, in place of the engine's own.
        `received`: the events of an earlier run for the same order; its text is said again, cut as it was, and a model
        is only asked to go on."""
        check(order, self._voices.own)
        await self.load(order)
        before = await past(log, run) if resume else ()
        request = self._request(order, given=source is not None or resume, run_tool=run_tool)
        engine, voice = await self.voice(order)
        lexicon = await anyio.to_thread.run_sync(Lexicon.of, order.lexicon) if order.lexicon else None  # may be long
        speakable = Speakable(order.speakable, lexicon, voice.language or "en")
        cues, others = await self._voices.cues(order)
        cast = [*cast, *(other for other in others if other is not engine)]
        recorder = self._recorders(engine, order, cast, sample_rate, owner)
        pace = Pace(engine.parallel, None if cast else self.habit(voice))
        if source is None and (order.text is not None or (order.messages and not before)):
            said = "" if order.text is not None else said_in(received)
            source = await anyio.to_thread.run_sync(self.source, self.providers(order), said)  # may import a library
            source = CuedSource(source, cues) if cues else source
        splitter = partial(_splitter, order.splitter, voice.language)
        return Flow(
            Plan(
                run=run,
                request=request,
                source=Narrated(source) if order.narrated and source is not None else source,
                buffer=SpeechBuffer(Limits.of(order.buffer), splitter(""), pace, speakable.foretell),
                splitter=splitter,
                speakable=speakable,
                pace=pace,
                recorder=recorder,
                voice=voice,
                log=log,
                start=_start(order, request, source, engine, voice, recorder, events),
                address=_address(run, url),
                read_ahead=int(number(self.env, "ALOUD_READ_AHEAD", READ_AHEAD, 1, _MOST)),
                max_chars=self.max_chars,
                timeout=number(self.env, "ALOUD_RUN_TIMEOUT", math.inf, 0.001, _EVER),
                thinking=order.thinking,
                turns=self._voices.turns(engine),
                hurry=order.priority == "live",
                past=before,
                received=repeatable(received),
                stopped=next((event.stopped for event in received if isinstance(event, Complete)), None),
            )
        )

    async def ready(self, order: Order, source: Source | None = None) -> None:
        """What the first run of an order would wait for, done before. Raises AloudError where it cannot be had."""
        if source is None:
            await anyio.to_thread.run_sync(self.source, self.providers(order))
        await self.warm(order)

    async def warm(self, order: Order) -> None:
        """The voice alone: its libraries are loaded, and a word is spoken to nobody. Raises AloudError."""
        await self.load(order)
        await self.sounds.look()
        engine, voice = await self.voice(order)
        with border(f"The engine {engine.name} broke", EngineError):
            async with aclosing(utter(engine, "One.", voice)) as sound:
                async for _ in sound:
                    pass

    async def load(self, order: Order) -> None:
        """What is needed to speak it, in a thread: numpy, or a splitter's tables, take up to a second to import."""
        named = (ENCODERS[order.format], SPLITTERS[order.splitter])
        if new := {*_SOUND, *(where.partition(":")[0] for where in named)} - _imported:
            await anyio.to_thread.run_sync(lambda: [import_module(name) for name in new])
            _imported.update(new)

    def _request(self, order: Order, *, given: bool, run_tool: Callable[[ToolCall], Any] | None) -> Request:
        messages = order.messages
        if order.text is not None:
            check_text(order.text, self.max_chars)
            messages = (Message(role="user", content=order.text),)
        elif not given and not any(message.content.strip() for message in messages):
            raise EmptyText("There is nothing to speak: give a text, a prompt or messages.")
        for text in (order.system, *(message.content for message in messages)):
            check_text(text, self.max_chars, blank=True)
        return Request(
            messages=messages,
            model=order.model,
            system=order.system,
            temperature=order.temperature,
            max_tokens=order.max_tokens,
            stop=order.stop,
            llm_options=order.llm_options,
            thinking=order.thinking,
            tools=order.tools,
            options={"connections": self._connections} | ({"run_tool": run_tool} if run_tool else {}),
        )


def _splitter(name: str, usual: str, language: str) -> Any:
    """Of a language, where it is not the usual one."""
    return loaded(SPLITTERS[name])(language=language or usual or "en")


def _start(
    order: Order,
    request: Request,
    source: Source | None,
    engine: Engine,
    voice: Voice,
    recorder: Recorder,
    events: str | None,
) -> Start:
    return Start(
        provider=source.name if source else "",
        model=order.model or (source.model if source else ""),
        streaming=source.streaming if source else True,
        voice=f"{engine.name}/{voice.name}" if voice.name else engine.name,
        language=voice.language or None,
        audio={"media_type": recorder.format.media_type, "sample_rate": recorder.format.sample_rate},
        events=events,
        title=order.title or None,
        session_id=order.session_id,
        retry_of=order.retry_of,
        ignored=(source and ignored(source, request)) or None,
    )


def _address(run: str, url: str | None) -> Callable[[Clip | Growing], str]:
    def address(clip: Clip | Growing) -> str:
        if url is not None:
            return url.format(run=run, name=clip.name)
        return clip.path.absolute().as_uri() if clip.path else ""

    return address
