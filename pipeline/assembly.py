"""Names and settings become objects: the only room that knows back-ends by name.

An `Order` says in plain names what a run should do; the `Workshop` keeps what runs share (engines, clips, sounds) and
prepares a `Flow` for an order, refusing what cannot work before anything has started.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import anyio.to_thread

from pipeline import engines, sources
from pipeline.asking import Answer, ask
from pipeline.audio import ENCODERS
from pipeline.errors import (
    EmptyText,
    EngineUnavailable,
    InvalidSetting,
    NotInstalled,
    UnknownVoice,
)
from pipeline.events import Event, Start
from pipeline.flow import Flow, Plan
from pipeline.order import Order, check, check_text
from pipeline.ports import ClipStore, Engine, EventLog, Recorder, Source
from pipeline.prompts import Narrated
from pipeline.recall import repeatable, said_in
from pipeline.sources.connections import Connections
from pipeline.sources.cued import CuedSource
from pipeline.stores.clips import FolderClipStore
from pipeline.stores.sounds import FolderSoundCache
from pipeline.succession import in_turn
from pipeline.text import SPLITTERS, Habit, Lexicon, Limits, Pace, Speakable, SpeechBuffer
from pipeline.turns import Turns
from pipeline.types import Clip, Cue, Growing, Message, Request, ToolCall, Voice

if TYPE_CHECKING:
    from pipeline.audio.loudness import Levels
    from pipeline.audio.recorder import LocalRecorder

logger = logging.getLogger("aloud.assembly")

MAX_CHARS = 1_000_000
READ_AHEAD = 65_536
_SOUND = ("pipeline.audio.loudness", "pipeline.audio.recorder", "pipeline.audio.ensemble")
HABITS = 64
"""Voices, at a speed each, that are remembered."""


class Workshop:
    """What runs share. Engines are made when first chosen and kept until the workshop closes."""

    def __init__(
        self,
        *,
        env: Mapping[str, str] | None = None,
        output_dir: str | Path = "output/audio",
        max_chars: int | None = None,
        own_engines: Mapping[str, Engine] | None = None,
        sounds: FolderSoundCache | None = None,
        clips: ClipStore | None = None,
    ) -> None:
        self.env: Mapping[str, str] = os.environ if env is None else env
        self.clips: ClipStore = clips or FolderClipStore(Path(output_dir))
        self.sounds = sounds or FolderSoundCache(Path(output_dir) / ".sounds")
        self._levels: Levels | None = None
        self.max_chars = max_chars or int(_positive(self.env, "ALOUD_MAX_CHARS") or MAX_CHARS)
        self._engines: dict[tuple[str, ...], Engine] = {}
        self._turns: dict[str, Turns] = {}
        """At each engine; one more may have theirs than it speaks at once, so that it never waits for the next."""
        self._habits: dict[Voice, Habit] = {}
        """Of the voices that spoke lately, the latest last."""
        self._own = dict(own_engines or {})
        """Engines that a caller made, and will close."""
        self._connections = Connections()
        """To models."""
        self._imported: set[str] = set()
        """Modules that come when they are first used: numpy comes with them, or a splitter's tables."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        made, self._engines = list(self._engines.values()), {}
        for engine in made:
            await engine.aclose()
        await self._connections.aclose()

    # ---- engines and voices -----------------------------------------------------------------------------------------

    def engine(self, names: Sequence[str] = ()) -> Engine:
        """The engine of that name, or a fallback over several; without a name, what the settings say.

        Raises UnknownEngine, EngineUnavailable, NotInstalled."""
        wanted = self._wanted(names)
        if wanted in self._engines:
            return self._engines[wanted]
        if len(wanted) == 1 and wanted[0] in self._own:
            return self._own[wanted[0]]
        return self._engines.setdefault(wanted, self._make_engine(wanted))  # also when asked from two threads at once

    def _wanted(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(names) or self._named("ALOUD_TTS_PROVIDER", "auto", "ALOUD_TTS_FALLBACKS")

    @cached_property
    def _engine_names(self) -> frozenset[str]:
        """Also of other packages' engines; to look for these takes milliseconds."""
        return frozenset(engines.names())

    def _make_engine(self, names: tuple[str, ...]) -> Engine:
        if names == ("auto",):
            return next(self._working(engines.AUTO))
        if len(names) > 1:
            from pipeline.engines.fallback import FallbackEngine  # loaded when first used: numpy comes with it

            return FallbackEngine(list(self._working(names)))
        engine: Engine = made(engines.find(names[0]), self.env)
        return engine

    def _working(self, names: Sequence[str]) -> Iterator[Engine]:
        """Those that can work here. Raises EngineUnavailable when none can."""
        reasons = []
        for name in names:
            try:
                yield self.engine([name])
            except (EngineUnavailable, NotInstalled) as error:
                level = logging.DEBUG if names is engines.AUTO else logging.WARNING  # only what was asked for is missed
                logger.log(level, "the voice %s cannot work here: %s", name, error.message)
                reasons.append(f"{name}: {error.message}")
        if len(reasons) == len(names):
            raise EngineUnavailable("No voice works here. " + " ".join(reasons))

    async def voice(self, order: Order) -> tuple[Engine, Voice]:
        """Who speaks an order. Raises UnknownEngine or UnknownVoice, which list what exists."""
        names, name = order.tts_provider, order.voice
        prefix, slash, rest = name.partition("/")
        if slash and (prefix in self._own or prefix in self._engine_names):
            names, name = (prefix,), rest
        if self._wanted(names) in self._engines:
            engine = self.engine(names)
        else:  # it may be seconds until its libraries are imported
            engine = await anyio.to_thread.run_sync(self.engine, names)
        await _check_voice(engine, name)
        return engine, Voice(
            engine=engine.name,
            name=name,
            language=order.language,
            speed=order.speed,
            pitch=order.pitch,
            volume=order.volume,
        )

    def habit(self, voice: Voice) -> Habit:
        """What earlier runs have learned of it."""
        habit = self._habits.pop(voice, None) or Habit()
        self._habits[voice] = habit
        if len(self._habits) > HABITS:
            del self._habits[next(iter(self._habits))]
        return habit

    def _recorder(self, engine: Engine, order: Order, sample_rate: int) -> LocalRecorder:
        from pipeline.audio.loudness import Levels
        from pipeline.audio.recorder import LocalRecorder

        if self._levels is None:
            self._levels = Levels()
        # Another engine of the same name may sound otherwise: what a caller's own one says is not kept for others.
        sounds = None if engine in self._own.values() else self.sounds
        recorder = partial(LocalRecorder, format=order.format, sounds=sounds, levels=self._levels)
        if Limits.of(order.buffer).mode == "batch":  # nobody listens: every clip is whole before it is told of
            recorder = partial(recorder, slow=math.inf)
        return recorder(engine, self.clips, sample_rate=sample_rate)

    def _recorders(self, engine: Engine, order: Order, cast: Sequence[Engine], sample_rate: int | None) -> Recorder:
        """One for each engine of a cast, all at the same rate: the first one's, where nothing is said."""
        rate = sample_rate or engine.sample_rate
        first = self._recorder(engine, order, rate)
        others = {one.name: self._recorder(one, order, rate) for one in cast if one is not engine}
        if not others:
            return first
        from pipeline.audio.ensemble import Ensemble

        return Ensemble(first, others)

    # ---- sources ----------------------------------------------------------------------------------------------------

    def source(self, names: Sequence[str], said: str = "") -> Source:
        """One out of all that are named: each is asked again as the settings say, then the next one takes over. What
        was `said` of the answer before comes first."""
        return in_turn([made(sources.find(name), self.env) for name in names], self.env, said)

    def providers(self, order: Order) -> tuple[str, ...]:
        """Who is asked, in this order."""
        if order.text is not None:  # said as it is: no model is asked
            return ("replay",) if order.llm_provider == ("replay",) else ("text",)
        return order.llm_provider or self._named("ALOUD_LLM_PROVIDER", "ollama", "ALOUD_LLM_FALLBACKS")

    async def ask(self, order: Order) -> Answer:
        """What a model answers, spoken by nobody. Raises InvalidRequest and its kind, SourceError."""
        request = self._request(order, given=False, run_tool=None)
        source = await anyio.to_thread.run_sync(self.source, self.providers(order))  # may import a library
        return await ask(source, request, self.max_chars)

    def _named(self, setting: str, default: str, fallbacks: str) -> tuple[str, ...]:
        return _names(f"{self.env.get(setting) or default},{self.env.get(fallbacks, '')}")

    # ---- runs -------------------------------------------------------------------------------------------------------

    async def prepare(
        self,
        order: Order,
        *,
        run: str,
        log: EventLog,
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

        `url`: the address of a clip, with {run} and {name}; without it the file's own. `source`: in place of the
        order's providers. `run_tool`: gives the result of a tool that the model calls; sync or async. `resume`: take
        the run up where its last event in the log left it. `cast`: engines of other voices that the source lets
        speak. `sample_rate`: of the clips, in place of the engine's own. `received`: the events of an earlier run for
        the same order; its text is said again, cut as it was, and a model is only asked to go on."""
        check(order, self._own)
        await self._import(order)
        past = await _past(log, run) if resume else ()
        request = self._request(order, given=source is not None or resume, run_tool=run_tool)
        speakable = Speakable(order.speakable, Lexicon.of(order.lexicon), order.language or "en")
        engine, voice = await self.voice(order)
        cues, others = await self._cues(order)
        cast = [*cast, *(other for other in others if other is not engine)]
        recorder = self._recorders(engine, order, cast, sample_rate)
        pace = Pace(engine.parallel, None if cast else self.habit(voice))
        if source is None and (order.text is not None or (order.messages and not past)):
            said = "" if order.text is not None else said_in(received)
            source = await anyio.to_thread.run_sync(self.source, self.providers(order), said)  # may import a library
            source = CuedSource(source, cues) if cues else source
        splitter = partial(_splitter, order.splitter, order.language)
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
                read_ahead=int(_positive(self.env, "ALOUD_READ_AHEAD") or READ_AHEAD),
                max_chars=self.max_chars,
                timeout=_positive(self.env, "ALOUD_RUN_TIMEOUT"),
                thinking=order.thinking,
                turns=self._turns.setdefault(engine.name, Turns(engine.parallel + 1)),
                hurry=order.priority == "live",
                past=past,
                received=repeatable(received),
            )
        )

    async def _import(self, order: Order) -> None:
        """In a thread: large libraries take a second to import."""
        named = (ENCODERS[order.format], SPLITTERS[order.splitter])
        new = {*_SOUND, *(where.partition(":")[0] for where in named)} - self._imported
        if new:
            await anyio.to_thread.run_sync(lambda: [import_module(name) for name in new])
            self._imported |= new

    async def _cues(self, order: Order) -> tuple[list[tuple[int, Cue]], set[Engine]]:
        """The parts of its text by their places, and the engines of their voices. Raises UnknownVoice and its kind."""
        voices: dict[tuple[str, str], Voice | None] = {("", ""): None}
        others: set[Engine] = set()
        for part in order.parts:
            how = part.voice, part.language
            if how not in voices:
                engine, voices[how] = await self.voice(replace(order, voice=part.voice, language=part.language))
                others.add(engine)
        cues = [Cue("", voices[part.voice, part.language], part.pause, chapter=part.chapter) for part in order.parts]
        return [(part.start, cue) for part, cue in zip(order.parts, cues, strict=True)], others

    def _request(self, order: Order, *, given: bool, run_tool: Callable[[ToolCall], Any] | None) -> Request:
        messages = order.messages
        if order.text is not None:
            check_text(order.text, self.max_chars)
            messages = (Message(role="user", content=order.text),)
        elif not given and not any(message.content.strip() for message in messages):
            raise EmptyText("There is nothing to speak: give a text, a prompt or messages.")
        for message in messages:
            check_text(message.content, self.max_chars, blank=True)
        return Request(
            messages=messages,
            model=order.model,
            system=order.system,
            temperature=order.temperature,
            max_tokens=order.max_tokens,
            stop=order.stop,
            thinking=order.thinking,
            tools=order.tools,
            options={"connections": self._connections} | ({"run_tool": run_tool} if run_tool else {}),
        )


async def _check_voice(engine: Engine, name: str) -> None:
    if not name:
        return
    offered = [info.name for info in await engine.voices()]
    knows: Callable[[str], bool] | None = getattr(engine, "knows", None)
    if name in offered or not offered or (knows is not None and knows(name)):
        return
    raise UnknownVoice(
        f"{engine.name} has no voice {name!r}; `aloud voices --engine {engine.name}` lists its {len(offered)} voices.",
        voices=offered,
    )


async def _past(log: EventLog, run: str) -> list[Event]:
    past: list[Event] = []
    while more := await log.read(run, past[-1].seq if past else 0):
        past.extend(more)
    return past


def _splitter(name: str, usual: str, language: str) -> Any:
    """Of a language, where it is not the usual one."""
    return _load(SPLITTERS[name])(language=(language or usual).partition("-")[0].lower() or "en")


def _load(where: str) -> Any:
    module, _, attribute = where.partition(":")
    return getattr(import_module(module), attribute)


def made(cls: Any, env: Mapping[str, str]) -> Any:
    """A back-end that has settings takes them from the environment; one that has none is simply made."""
    return cls.from_env(env) if hasattr(cls, "from_env") else cls()


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _positive(env: Mapping[str, str], name: str) -> float | None:
    """None where it is not set. Raises InvalidSetting, which names it."""
    given = env.get(name, "").strip()
    if not given:
        return None
    try:
        value = float(given)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise InvalidSetting(f"{name} is a number above 0; not {given!r}.")
    return value


def _start(
    order: Order,
    request: Request,
    source: Source | None,
    engine: Engine,
    voice: Voice,
    recorder: Recorder,
    events: str | None,
) -> Start:
    ignored = getattr(source, "ignored", None)
    refused = ignored(request) if ignored else ()
    return Start(
        provider=source.name if source else "",
        model=order.model or (source.model if source else ""),
        streaming=source.streaming if source else True,
        voice=f"{engine.name}/{voice.name}" if voice.name else engine.name,
        audio={"media_type": recorder.format.media_type, "sample_rate": recorder.format.sample_rate},
        events=events,
        session_id=order.session_id,
        retry_of=order.retry_of,
        ignored=tuple(refused) or None,
    )


def _address(run: str, url: str | None) -> Callable[[Clip | Growing], str]:
    def address(clip: Clip | Growing) -> str:
        if url is not None:
            return url.format(run=run, name=clip.name)
        return clip.path.absolute().as_uri() if clip.path else ""

    return address
