"""Who speaks: engines by their names, made when first chosen and kept until all is over, and what is known of them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakSet

import anyio
import anyio.to_thread

from pipeline import engines
from pipeline.assembly.order import Order
from pipeline.engines.kit.roster import base, languages, speaking, unknown, unspoken
from pipeline.errors import AloudError, EngineError, EngineTimeout, EngineUnavailable, NotInstalled
from pipeline.flow.turns import Turns
from pipeline.ground.languages import usual
from pipeline.ground.settings import listed
from pipeline.ground.tables import made
from pipeline.ports import Engine
from pipeline.text import Habit
from pipeline.types import Cue, Voice, VoiceInfo
from pipeline.utterance import ends, offers, unfit

if TYPE_CHECKING:
    from pipeline.engines.fallback import FallbackEngine

logger = logging.getLogger("aloud.voices")

SUCCESSIONS = 64
"""Several engines in an order that somebody asked for, that are remembered."""
LIST = 60.0
"""Seconds in which an engine tells its voices: one that is a process of its own may have to start three times."""
CLOSE = 10.0
"""Seconds in which it lets go of everything."""
HABITS = 64
"""Voices, at a speed each, that are remembered."""


class Voices:
    def __init__(self, env: Mapping[str, str], own: Mapping[str, Engine]) -> None:
        """`own`: engines that a caller made, and will close."""
        self.own = own
        self._env = env
        self._engines: dict[tuple[str, ...], Engine] = {}
        self._made: list[Engine] = []
        self._successions: WeakSet[FallbackEngine] = WeakSet()
        """Also those that are not remembered, as long as they live: one may be trying an engine aside."""
        self._turns: dict[str, Turns] = {}
        self._habits: dict[Voice, Habit] = {}
        """Of the voices that spoke lately, the latest last."""

    async def aclose(self) -> None:
        """All that was made here; the successions first, for they use the others."""
        self._engines.clear()
        async with AsyncExitStack() as closing:  # one that fails keeps no other open
            for engine in (*self._made, *self._successions):
                closing.push_async_callback(_close, engine)
            self._made.clear()

    # ---- engines ----------------------------------------------------------------------------------------------------

    def engine(self, names: Sequence[str] = ()) -> Engine:
        """The engine of that name, or a fallback over several; without a name, what the settings say.

        Raises UnknownEngine, EngineUnavailable, NotInstalled."""
        wanted = self._wanted(names)
        if wanted in self._engines:
            return self._engines[wanted]
        if len(wanted) == 1 and wanted[0] in self.own:
            return self.own[wanted[0]]
        engine = self._engines.setdefault(wanted, self._make(wanted))  # also when asked from two threads at once
        for several in [names for names in list(self._engines) if len(names) > 1][:-SUCCESSIONS]:
            self._engines.pop(several, None)  # those that it was made of stay
        return engine

    def owned(self, engine: Engine) -> bool:
        """Whether a caller's own speaks, or may."""
        several = next((mine.engines for mine in self._successions if mine is engine), (engine,))
        return any(one is own for one in several for own in self.own.values())

    def _wanted(self, names: Sequence[str]) -> tuple[str, ...]:
        """Each once: who has failed is not asked again by the same name."""
        usual = (*listed(self._env, "ALOUD_TTS_PROVIDER", "auto"), *listed(self._env, "ALOUD_TTS_FALLBACKS"))
        return tuple(dict.fromkeys(names or usual))

    def _make(self, names: tuple[str, ...]) -> Engine:
        if names == ("auto",):
            return next(self._working(engines.AUTO))
        if len(names) > 1:
            from pipeline.engines.fallback import FallbackEngine  # loaded when first used: numpy comes with it

            succession = FallbackEngine(list(self._working(names)))
            self._successions.add(succession)
            return succession
        with border(f"The engine {names[0]} cannot be made"):
            engine: Engine = made(engines.find(names[0]), self._env)
        if wrong := unfit(engine, Engine, names[0]):
            raise EngineUnavailable(wrong)
        self._made.append(engine)
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

    # ---- voices -----------------------------------------------------------------------------------------------------

    async def voice(self, order: Order) -> tuple[Engine, Voice]:
        """Who speaks an order, and in which language: what is asked for, or else what the voice that is named speaks.

        Raises UnknownEngine or UnknownVoice, which list what exists."""
        names, name = order.tts_provider, order.voice
        prefix, slash, rest = name.partition("/")
        if slash and (prefix in self.own or engines.known(prefix)):
            wanted = self._wanted(names)
            names, name = (prefix, *(other for other in wanted if prefix in wanted and other != prefix)), rest
        if self._wanted(names) in self._engines:
            engine = self.engine(names)
        else:  # it may be seconds until its libraries are imported
            engine = await anyio.to_thread.run_sync(self.engine, names)
        language = order.language
        if name:
            own = await _language(engine, name)
            language = language or own
        elif language:
            engine = await self._speaking(language, engine, names)
        return engine, Voice(
            engine=engine.name,
            name=name,
            language=language,
            speed=order.speed,
            pitch=order.pitch,
            volume=order.volume,
        )

    async def _speaking(self, language: str, chosen: Engine, names: Sequence[str]) -> Engine:
        """The engine that was chosen; where the choice is ours, the best that speaks the language. Raises
        UnknownVoice."""
        if await _speaks(chosen, language):
            return chosen
        if self._wanted(names) == ("auto",):
            for name in engines.AUTO:
                try:
                    engine = await anyio.to_thread.run_sync(self.engine, [name])
                    infos = await offered(engine)
                except AloudError as error:
                    logger.debug("the voice %s cannot work here: %s", name, error.message)
                    continue
                if speaking(infos, language):
                    return engine
        raise unspoken(chosen.name, await offered(chosen), language)

    async def cues(self, order: Order) -> tuple[list[tuple[int, Cue]], set[Engine]]:
        """The parts of its text by their places, and the engines of their voices. Raises UnknownVoice and its kind."""
        voices: dict[tuple[str, str], Voice | None] = {("", ""): None}
        others: set[Engine] = set()
        cues: list[tuple[int, Cue]] = []
        for part in order.parts:
            how = part.voice, part.language
            if how not in voices:
                engine, voices[how] = await self.voice(replace(order, voice=part.voice, language=part.language))
                others.add(engine)
            cues.append((part.start, Cue("", voices[how], part.pause, chapter=part.chapter)))
        return cues, others

    def turns(self, engine: Engine) -> Turns:
        """At this engine, of all runs together."""
        return self._turns.setdefault(engine.name, Turns(engine.parallel))

    def habit(self, voice: Voice) -> Habit:
        """What earlier runs have learned of it."""
        habit = self._habits.pop(voice, None) or Habit()
        self._habits[voice] = habit
        if len(self._habits) > HABITS:
            del self._habits[next(iter(self._habits))]
        return habit


@contextmanager
def border(told: str, kind: type[EngineError] = EngineUnavailable) -> Iterator[None]:
    """Raises an error of that kind, whatever another package's engine raises."""
    try:
        yield
    except AloudError:
        raise
    except BaseException as error:
        if ends(error):
            raise
        logger.info("%s", told, exc_info=True)
        raise kind(f"{told}: {type(error).__name__}: {error}") from error


async def _close(engine: Engine) -> None:
    with border(f"The engine {engine.name} cannot be closed", EngineError):
        with anyio.move_on_after(CLOSE) as waiting:
            await engine.aclose()
        if waiting.cancelled_caught:
            raise EngineTimeout(f"The engine {engine.name} did not close within {CLOSE:g} s.")


async def offered(engine: Engine, within: float = LIST) -> Sequence[VoiceInfo]:
    """Its voices. Raises EngineError, whatever another package's engine raises."""
    with border(f"The engine {engine.name} broke when asked for its voices"):
        with anyio.move_on_after(within) as waiting:
            infos = list(await engine.voices())
        if waiting.cancelled_caught:
            raise EngineTimeout(f"The engine {engine.name} did not tell its voices within {within:g} s.")
    return offers(engine.name, infos)


async def _language(engine: Engine, name: str) -> str:
    """What the voice of that name speaks; "" where it does not tell, or speaks several. Raises UnknownVoice."""
    spoken = {info.name: info.languages for info in await offered(engine)}
    if name in spoken or not spoken or _knows(engine, name):
        own = spoken.get(name) or spoken.get(base(name), ())
        return own[0] if len(set(map(usual, own))) == 1 else ""
    refusal = unknown(engine.name, name, spoken)
    refusal.details["voices"] = list(spoken)
    raise refusal


def _knows(engine: Engine, name: str) -> bool:
    knows: Callable[[str], bool] | None = getattr(engine, "knows", None)
    with border(f"The engine {engine.name} broke when asked for the voice {name}"):
        return knows is not None and bool(knows(name))


async def _speaks(engine: Engine, language: str) -> bool:
    """Whether it may: who does not tell its languages, or cannot tell them now, is tried."""
    speaks: Callable[[str], Awaitable[bool]] | None = getattr(engine, "speaks", None)
    try:
        if speaks is not None:
            with border(f"The engine {engine.name} broke when asked for its languages"), anyio.fail_after(LIST):
                return bool(await speaks(language))
        infos = await offered(engine)
    except EngineError:
        return True
    return not languages(infos) or speaking(infos, language) != ""
