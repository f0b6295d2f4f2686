"""Several engines in order: what one cannot say, the next says, from the beginning of the passage."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import re
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import numpy as np
import soxr

from pipeline.engines.breaker import REST, Breaker
from pipeline.engines.kit.roster import base, find, languages, speaking, unknown
from pipeline.engines.kit.words import words
from pipeline.errors import (
    AloudError,
    EngineError,
    EngineSilent,
    EngineTimeout,
    EngineTruncated,
    EngineUnavailable,
    NotInstalled,
    UnknownVoice,
)
from pipeline.ground.alarm import awake
from pipeline.ports import Engine
from pipeline.types import Handover, Voice, VoiceInfo, WordTime
from pipeline.utterance import ends, utter

FIRST, LATER = 8.0, 15.0
"""Seconds in which the first sound must come, and any later piece."""
LIST = 1.0
"""Seconds in which an engine must say what voices it has; without that, their languages are guessed."""
PROBE = "One, two, three."

logger = logging.getLogger("aloud.voice")


@dataclass(frozen=True, slots=True)
class _Link:
    engine: Engine
    breaker: Breaker
    voices: asyncio.Semaphore
    """Each speaks as many passages at once as it can, whatever the first one can."""


class _Resampled:
    """Samples as an engine gives them, in pieces of any size, at the rate that is wanted; as they are, where that is
    theirs."""

    def __init__(self, rate: int, wanted: int) -> None:
        self._stream = None if rate == wanted else soxr.ResampleStream(rate, wanted, 1, dtype="int16")
        self.odd = b""
        """Half a sample, of which the rest is still to come."""

    def feed(self, data: bytes) -> bytes:
        if self._stream is None:
            return data
        data = self.odd + data
        self.odd = data[len(data) & ~1 :]
        return bytes(self._stream.resample_chunk(np.frombuffer(data, "<i2", len(data) // 2)).data)

    def finish(self) -> bytes:
        if self._stream is None:
            return b""
        return bytes(self._stream.resample_chunk(np.empty(0, np.int16), last=True).data)


class FallbackEngine:
    """Speaks at the sample rate and with the voices of the first; the others offer voices of the same language.

    An engine that failed three times in a row is skipped; after a while it is tried again, aside, until it works.
    Whoever made the engines closes them, behind this one."""

    def __init__(
        self,
        engines: Sequence[Engine],
        first: float = FIRST,
        later: float = LATER,
        rest: float = REST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.engines = tuple(engines)
        self._links = [_Link(engine, Breaker(rest, clock), asyncio.Semaphore(engine.parallel)) for engine in engines]
        self._first, self._later = first, later
        self._probes: set[asyncio.Task[None]] = set()
        self.name = engines[0].name
        self.version = engines[0].version
        self.sample_rate = engines[0].sample_rate
        self.parallel = engines[0].parallel

    async def voices(self) -> Sequence[VoiceInfo]:
        """Those of the first; none when it cannot tell: any name may be tried then, for the others can speak."""
        return await self._listed(self._links[0].engine, None) or ()

    def knows(self, name: str) -> bool:
        knows = getattr(self._links[0].engine, "knows", None)
        return knows is not None and bool(knows(name))

    async def speaks(self, language: str) -> bool:
        """Whether any of them does, or may, for it does not tell."""
        for link in self._links:
            offered = await self._listed(link.engine, LIST)
            if not offered or not languages(offered) or speaking(offered, language):
                return True
        return False

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime | Handover, None]:
        reasons: dict[str, AloudError] = {}
        first, language = self._links[0], None
        for link in await self._rested():
            name, breaker = link.engine.name, link.breaker
            if link is not first and language is None:
                language = await self._language(voice)
            if not await breaker.admit():
                reasons[name] = EngineUnavailable("it failed again and again, and is left alone for a while.")
                continue
            outcome = breaker.left
            try:
                if reasons:
                    before, error = list(reasons.items())[-1]
                    yield Handover(before, name, error.code, error.message)
                own = voice if link is first else await self._like(voice, language or "", link.engine)
                async with aclosing(self._heard(link, text, own)) as stream:
                    async for item in stream:
                        yield item
                outcome = breaker.worked
                return
            except (EngineError, NotInstalled) as error:
                outcome = breaker.failed if error.retryable else breaker.gave_up
                reasons[name] = error
            except UnknownVoice as error:
                if link is first and voice.name:
                    raise
                reasons[name] = error
            finally:
                outcome()
        told = "; ".join(f"{name}: {error.message}" for name, error in reasons.items())
        raise EngineError(f"No voice could say this. {told}", engines=list(reasons))

    async def aclose(self) -> None:
        """Ends what is being tried aside."""
        for probe in self._probes:
            probe.cancel()
        if self._probes:
            await asyncio.wait(self._probes)

    async def _rested(self) -> list[_Link]:
        """All engines; those that were skipped for long enough are tried aside, and awaited if there is no other."""
        for link in self._links:
            if link.breaker.due:
                link.breaker.probe()
                probe = asyncio.create_task(self._probe(link))
                self._probes.add(probe)
                probe.add_done_callback(self._probes.discard)
        if self._probes and all(link.breaker.state != "closed" for link in self._links):
            await asyncio.wait(self._probes, return_when=asyncio.FIRST_COMPLETED)
        return self._links

    async def _probe(self, link: _Link) -> None:
        """A few words that nobody hears."""
        worked = None
        try:
            async with aclosing(self._heard(link, PROBE, Voice())) as stream:
                async for _ in stream:
                    pass
        except AloudError as error:
            worked = False
            logger.info("%s still fails: %s", link.engine.name, error.message)
        else:
            worked = True
            logger.info("%s works again", link.engine.name)
        finally:
            link.breaker.probed(worked)

    async def _heard(self, link: _Link, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime | Handover, None]:
        """What an engine says, at our rate, each piece within its deadline. Silence instead of words is a failure."""
        engine, heard, patience = link.engine, False, asyncio.timeout(None)
        ours = _Resampled(engine.sample_rate, self.sample_rate)
        try:
            async with link.voices, aclosing(utter(engine, text, voice)) as stream:
                loop = asyncio.get_running_loop()
                until = loop.time() + self._first
                while True:
                    async with awake(max(0.0, until - loop.time())) as patience:
                        item = await anext(stream, None)
                    if item is None:
                        break
                    if isinstance(item, bytes):
                        heard = heard or bool(item)
                        item = ours.feed(item)
                    yield item
                    if heard:
                        until = loop.time() + self._later
        except AloudError:
            raise
        except BaseException as error:  # the border to other people's engines
            if patience.expired():
                raise EngineTimeout(f"{engine.name} {'broke off' if heard else 'made no sound in time'}.") from error
            if ends(error):
                raise
            logger.exception("%s broke", engine.name)
            raise EngineError(f"{engine.name} broke: {type(error).__name__}.") from error
        if ours.odd:
            raise EngineTruncated(f"{engine.name} ended in half a sample.")
        if not heard and words(text):
            raise EngineSilent(f"{engine.name} ended without a sound.")
        if rest := ours.finish():
            yield rest

    async def _like(self, voice: Voice, language: str, engine: Engine) -> Voice:
        """The same name, if this engine has it, or else one of the same language."""
        if voice.name and voice.name in (info.name for info in await self._listed(engine, LIST) or ()):
            return dataclasses.replace(voice, engine=engine.name)
        return dataclasses.replace(voice, engine=engine.name, name="", language=language)

    async def _language(self, voice: Voice) -> str:
        """What the voice of the first engine speaks; as its name has it, if that engine cannot be asked.

        Raises UnknownVoice: a name that the first does not know is a mistake, whoever speaks in the end."""
        name, own = voice.name, self._links[0].engine
        if not name:
            return voice.language
        infos = await self._listed(own, LIST)
        if infos is None:
            written = re.match(r"[a-z]{2,3}[-_][a-z]{2}(?![a-z])|[a-z]{2}(?![a-z])", name.lower().rpartition("/")[2])
            return written[0].replace("_", "-") if written else voice.language
        found = find(infos, name) or find(infos, base(name))
        if infos and not found and not self.knows(name):
            raise unknown(own.name, name, [info.name for info in infos])
        return next((info.languages[0] for info in infos if info.name == found and info.languages), voice.language)

    async def _listed(self, engine: Engine, seconds: float | None) -> Sequence[VoiceInfo] | None:
        """An engine's voices; None when it cannot tell them now, or not within so many seconds: it may be down."""
        try:
            async with asyncio.timeout(seconds):
                return await engine.voices()
        except (AloudError, TimeoutError) as error:
            logger.info("%s does not list its voices: %s", engine.name, error or "it takes too long.")
        except BaseException as error:  # the border to other people's engines
            if ends(error):
                raise
            logger.exception("%s broke", engine.name)
        return None
