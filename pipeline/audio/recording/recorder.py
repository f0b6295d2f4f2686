"""One passage, one clip: an engine is heard out, and what it says is kept."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import replace

import anyio

from pipeline.audio import encoder
from pipeline.audio.recording.listening import SLOW, Listening, repeated
from pipeline.audio.recording.loudness import Levels
from pipeline.audio.recording.session import Session, Studio
from pipeline.ports import ClipStore, Engine, SoundCache, Take, Turn
from pipeline.types import AudioFormat, Clip, Growing, Handover, Passage, Voice

CRY = 30
"""Bytes of text that are said in two seconds, in any script."""
WAIT = 0.5
"""Seconds that such a cry may take before it is heard unfinished."""
STOP = 2.0
"""Seconds in which a voice that is told to stop is waited for: ours need a small part of it."""

logger = logging.getLogger("aloud.voices")

_stopping: set[asyncio.Task[None]] = set()
"""Voices that were told to stop, and may go on all the same; a loop alone would let go of them."""


class LocalRecorder:
    """A `Recorder` on this machine."""

    def __init__(
        self,
        engine: Engine,
        clips: ClipStore,
        *,
        format: str = "wav",
        sounds: SoundCache | None = None,
        levels: Levels | None = None,
        sample_rate: int | None = None,
        owner: str = "",
        first: float = 30.0,
        total: float = 300.0,
        slow: float = SLOW,
    ) -> None:
        """`levels`: what is known of how loud voices are, best shared by all recorders. `sample_rate`: that of the
        clips, the engine's own when not given. `owner`: who alone may know what he has had spoken; "" where there is
        but one. `first`, `total`: seconds that an engine may take until a passage's first sound, and from there to its
        end. `slow`: seconds after which a clip is heard while it is made; infinite where nobody listens."""
        self._engine = engine
        self._sounds = sounds
        self._owner = owner
        self._studio = Studio(clips, encoder(format), levels or Levels(), sample_rate or engine.sample_rate)
        self._studio.encoder.exact(0, self._studio.sample_rate)  # told before anything is said
        self._voices = anyio.Semaphore(engine.parallel, fast_acquire=True)
        self._first = first
        self._total = total
        self._slow = slow

    @property
    def format(self) -> AudioFormat:
        return AudioFormat(self._studio.encoder.media_type, self._studio.sample_rate)

    @property
    def parallel(self) -> int:
        """One more than the engine has voices: it need not wait for a disk."""
        return self._engine.parallel + 1

    async def record(
        self, run: str, passage: Passage, voice: Voice, turn: Turn | None = None
    ) -> AsyncGenerator[Growing | Handover | Clip, None]:
        session = Session(self._studio, run, passage, voice)
        async with AsyncExitStack() as whole, AsyncExitStack() as alone, AsyncExitStack() as talking:
            key = ""
            if self._sounds is not None:
                key = self._sounds.key(self._engine.name, self._engine.version, voice, passage.spoken, self._owner)
                await alone.enter_async_context(self._sounds.alone(key))
                if (take := await self._sounds.get(key)) is not None:
                    yield await self._again(session, take)
                    return

            await talking.enter_async_context(self._voices)
            if turn is not None:
                await whole.enter_async_context(turn)
            listening = Listening(
                self._engine,
                passage.spoken,
                voice,
                self._studio.sample_rate,
                first=self._first,
                total=self._total,
                slow=self._patience(passage),
            )
            asked = time.monotonic()
            speaking = asyncio.create_task(listening.run())
            try:
                while not listening.over:
                    await listening.news()
                    while listening.handovers:
                        # Not this engine's sound any more: nothing for the cache, and nobody need wait for it.
                        key = ""
                        await alone.aclose()
                        yield listening.handovers.pop(0)
                    if listening.announced:
                        await session.give(listening.sound, listening.engine)
                    elif listening.slow and not listening.over:
                        listening.announce()
                        yield await session.announce(listening.sound, listening.engine)
                await speaking
                said = time.monotonic()
                await talking.aclose()
                if turn is not None:
                    turn.spoken()
                clip = await session.finish(listening.sound, listening.engine, listening.times)
                clip = replace(clip, synthesis=said - asked, storing=time.monotonic() - said)
                if self._sounds is not None and key:
                    await self._sounds.put(key, listening.take(session.gains))
                yield clip
            except BaseException:
                with anyio.CancelScope(shield=True):
                    await self._stop(speaking)
                    await session.abort()
                raise

    async def _again(self, session: Session, take: Take) -> Clip:
        """What was said before, as it was then."""
        found = time.monotonic()
        sound = repeated(take, self._studio.sample_rate)
        clip = await session.finish(sound, self._engine.name, take.times, again=take.gains)
        return replace(clip, storing=time.monotonic() - found)

    async def _stop(self, speaking: asyncio.Task[None]) -> None:
        """Tells a voice to stop, and waits for it; one that does not is left to itself."""
        _stopping.add(speaking)
        speaking.add_done_callback(_forget)
        speaking.cancel()
        _, going_on = await asyncio.wait({speaking}, timeout=STOP)
        if going_on:
            logger.warning("the voice %s does not stop; it is waited for no more", self._engine.name)

    def _patience(self, passage: Passage) -> float:
        """Seconds that the voice may take from its first sound on. A cry is over in no time, and only then it is known
        how loud it is: it may take longer, save for the first of a run, which somebody waits for."""
        brief = passage.index > 0 and len(passage.spoken.encode()) <= CRY
        return max(self._slow, WAIT) if brief else self._slow


def _forget(speaking: asyncio.Task[None]) -> None:
    """However it ended, nobody wants to know any more."""
    _stopping.discard(speaking)
    if not speaking.cancelled():
        speaking.exception()
