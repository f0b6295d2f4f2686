"""One passage, one clip: the engine's sound, cut clean, encoded, kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import anyio

from pipeline.alignment import words
from pipeline.audio import Encoder, encoded, encoder
from pipeline.audio.listening import Listening, Sound, joined, repeated
from pipeline.audio.seams import Samples, lead
from pipeline.audio.wav import WavEncoder
from pipeline.ports import ClipStore, Engine, GrowingFile, SoundCache
from pipeline.types import AudioFormat, Clip, Growing, Handover, Passage, Voice, Word, WordTime


class LocalRecorder:
    """A `Recorder` on this machine. What is kept is PCM: other formats are encoded from it and lie beside it."""

    def __init__(
        self,
        engine: Engine,
        clips: ClipStore,
        *,
        format: str = "wav",
        sounds: SoundCache | None = None,
        sample_rate: int | None = None,
        first: float = 30.0,
        total: float = 300.0,
    ) -> None:
        """`sample_rate`: that of the clips, the engine's own when not given. `first`, `total`: seconds that an engine
        may take until a passage's first sound, and for the whole of it."""
        self._engine = engine
        self._clips = clips
        self._sounds = sounds
        self._encoder = encoder(format)
        self._sample_rate = sample_rate or engine.sample_rate
        self._first = first
        self._total = total

    @property
    def format(self) -> AudioFormat:
        return AudioFormat(self._encoder.media_type, self._sample_rate)

    @property
    def parallel(self) -> int:
        return self._engine.parallel

    async def record(self, run: str, passage: Passage, voice: Voice) -> AsyncGenerator[Growing | Handover | Clip, None]:
        async with AsyncExitStack() as alone:
            key = ""
            if self._sounds is not None:
                key = self._sounds.key(self._engine.name, self._engine.version, voice, passage.spoken)
                await alone.enter_async_context(self._sounds.alone(key))
                if (take := await self._sounds.get(key)) is not None:
                    sound = repeated(take, self._sample_rate)
                    clip = await self._keep(run, passage, sound, take.times)
                    yield replace(clip, engine=self._engine.name, cached=True)
                    return

            listening = Listening(self._engine, passage.spoken, voice, self._sample_rate)
            speaking = asyncio.create_task(listening.run(self._first, self._total))
            live: Live | None = None
            try:
                while not listening.over:
                    await listening.news()
                    while listening.handovers:
                        # Not this engine's sound any more: nothing for the cache, and nobody need wait for it.
                        key = ""
                        await alone.aclose()
                        yield listening.handovers.pop(0)
                    if live is None and listening.slow and not listening.over:
                        listening.announced = True
                        live = await self._go_live(run, passage, listening.sound.clean)
                        yield live.growing
                    elif live is not None:
                        await live.give(listening.sound.clean)
                await speaking
                clip = await self._keep(run, passage, listening.sound, listening.times, live)
                if self._sounds is not None and key:
                    await self._sounds.put(key, listening.take())
                yield replace(clip, engine=listening.engine)
            finally:
                speaking.cancel()
                with anyio.CancelScope(shield=True):
                    await asyncio.wait({speaking})
                    if live is not None:
                        await live.abort()

    async def _go_live(self, run: str, passage: Passage, begun: Sequence[Samples]) -> Live:
        name = _name(passage, self._encoder)
        file = await self._clips.grow(run, name)
        live = Live(file, self._encoder(self._sample_rate), name, self._sample_rate)
        try:
            await live.give(begun)
        except BaseException:
            await live.abort()
            raise
        return live

    async def _keep(
        self, run: str, passage: Passage, sound: Sound, times: Sequence[WordTime], live: Live | None = None
    ) -> Clip:
        samples, name = joined(sound.clean), _name(passage, self._encoder)
        pcm, seconds = samples.tobytes(), len(samples) / self._sample_rate
        whole = encoded(WavEncoder, pcm, self._sample_rate)
        if self._encoder is not WavEncoder:
            await self._clips.write(run, _name(passage, WavEncoder), whole)
            whole = await anyio.to_thread.run_sync(encoded, self._encoder, pcm, self._sample_rate)
        path = await (live.finish(sound.clean, whole) if live else self._clips.write(run, name, whole))
        return Clip(
            name=name,
            path=path,
            media_type=self._encoder.media_type,
            seconds=seconds,
            sample_rate=self._sample_rate,
            words=_words(passage, times, sound.cut, seconds),
            lead=lead(samples) / self._sample_rate,
        )


class Live:
    """A clip on its way to listeners while it is being made."""

    def __init__(self, file: GrowingFile, encoder: Encoder, name: str, sample_rate: int) -> None:
        self.growing = Growing(name, file.path, encoder.media_type, sample_rate)
        self._file = file
        self._encoder = encoder
        self._given = 0
        """Pieces that were handed on."""

    async def give(self, pieces: Sequence[Samples]) -> None:
        new, self._given = joined(pieces[self._given :]), len(pieces)
        if len(new):
            await self._file.write(await anyio.to_thread.run_sync(self._encoder.feed, new.tobytes()))

    async def finish(self, pieces: Sequence[Samples], whole: bytes) -> Path:
        await self.give(pieces)
        await self._file.write(await anyio.to_thread.run_sync(self._encoder.finish))
        return await self._file.finish(whole)

    async def abort(self) -> None:
        """Does nothing to a finished one."""
        await self._file.abort()


def _name(passage: Passage, encoder: type[Encoder]) -> str:
    return f"{passage.index:05d}.{encoder.extension}"


def _words(passage: Passage, times: Sequence[WordTime], cut: float, seconds: float) -> tuple[Word, ...]:
    """The source's words, timed in the trimmed clip."""
    return words(passage, [replace(time, at=max(0.0, time.at - cut)) for time in times], seconds)
