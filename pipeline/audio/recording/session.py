"""One passage's clip while it is made: its tape, its encoder, its file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio

from pipeline.audio import KEPT, Encoder, encoded
from pipeline.audio.formats.wav import WavEncoder
from pipeline.audio.recording.alignment import Timed
from pipeline.audio.recording.listening import Sound
from pipeline.audio.recording.loudness import Levels
from pipeline.audio.recording.pauses import pause
from pipeline.audio.recording.tape import Tape
from pipeline.audio.recording.timing import estimated
from pipeline.audio.seams import Samples, lead
from pipeline.ports import ClipStore, GrowingFile
from pipeline.types import Clip, Growing, Passage, Voice, Word, WordTime

_QUICK = 500_000
"""Bytes of sound that are dealt with faster than a thread is found for them."""


@dataclass(frozen=True, slots=True)
class Studio:
    """What the sessions of a run share."""

    clips: ClipStore
    encoder: type[Encoder]
    levels: Levels
    sample_rate: int


class Session:
    def __init__(self, studio: Studio, run: str, passage: Passage, voice: Voice) -> None:
        self._studio = studio
        self._run = run
        self._passage = passage
        self._name = self._file(studio.encoder)
        self._tape = Tape(studio.sample_rate, studio.levels, voice)
        self._live: list[tuple[GrowingFile, Encoder]] = []
        """The clip while it is heard as it is made, and its samples beside it: only these can be followed by whoever
        joins clips."""

    @property
    def gains(self) -> Sequence[tuple[int, float]]:
        return self._tape.gains

    async def announce(self, sound: Sound, engine: str) -> Growing:
        """From here on the clip is heard while it is made."""
        studio = self._studio
        kinds: tuple[type[Encoder], ...] = (studio.encoder, WavEncoder)
        for kind in dict.fromkeys(kinds):
            file = await studio.clips.grow(self._run, self._file(kind))
            self._live.append((file, kind(studio.sample_rate)))
        await self.give(sound, engine)
        return Growing(self._name, self._live[0][0].path, studio.encoder.media_type)

    async def give(self, sound: Sound, engine: str) -> None:
        await self._write(self._tape.more(sound, engine))

    async def finish(
        self, sound: Sound, engine: str, times: Sequence[WordTime], *, again: Sequence[tuple[int, float]] = ()
    ) -> Clip:
        """The whole clip. `again`: the gains of the first time, when it is a repetition."""
        studio, rate = self._studio, self._studio.sample_rate
        self._tape.gains.extend(again)
        length = sum(len(piece) for piece in sound.clean)
        whole_length = studio.encoder.exact(length + round(pause(self._passage) * rate), rate)
        rest = self._tape.rest(sound, engine, silence=whole_length - length)
        samples = self._tape.samples
        pcm = samples.tobytes()
        if self._live:
            await self._write(rest)
            path, *_ = [await self._close(file, encoder, pcm) for file, encoder in self._live]
        else:
            path = await self._store(pcm)
        return Clip(
            name=self._name,
            path=path,
            media_type=studio.encoder.media_type,
            seconds=len(samples) / rate,
            sample_rate=rate,
            words=await self._words(sound, times, samples[:length]),
            engine=engine,
            cached=bool(again),
            lead=lead(samples) / rate,
        )

    async def abort(self) -> None:
        """Whoever listens is cut off; a finished clip stays."""
        for file, _ in self._live:
            await file.abort()

    async def _store(self, pcm: bytes) -> Path | None:
        clips, encoder, rate = self._studio.clips, self._studio.encoder, self._studio.sample_rate
        if encoder.extension in KEPT:
            return await clips.write(self._run, self._name, await _encoded(encoder, pcm, rate))
        made = asyncio.get_running_loop().run_in_executor(None, encoded, encoder, pcm, rate)  # begins at once
        await clips.write(self._run, self._file(WavEncoder), await _encoded(WavEncoder, pcm, rate))
        return await clips.write(self._run, self._name, await made)

    async def _words(self, sound: Sound, times: Sequence[WordTime], samples: Samples) -> Sequence[Word]:
        """The source's words, timed in the trimmed clip: as the engine told, else as the sound itself suggests."""
        rate = self._studio.sample_rate
        seconds = len(samples) / rate
        if times:
            there = [WordTime(time.start, time.end, max(time.at - sound.cut, 0.0), time.seconds) for time in times]
            return Timed(self._passage, there, seconds)
        if not sound.heard:
            guessed = []
        elif 2 * len(samples) < _QUICK:
            guessed = estimated(self._passage.spoken, samples, rate)
        else:
            guessed = await anyio.to_thread.run_sync(estimated, self._passage.spoken, samples, rate)
        return Timed(self._passage, guessed, seconds, guessed=True)

    async def _write(self, samples: Samples) -> None:
        if len(samples):
            for file, encoder in self._live:
                await file.write(await anyio.to_thread.run_sync(encoder.feed, samples.tobytes()))

    async def _close(self, file: GrowingFile, encoder: Encoder, pcm: bytes) -> Path | None:
        await file.write(await anyio.to_thread.run_sync(encoder.finish))
        return await file.finish(await _encoded(type(encoder), pcm, self._studio.sample_rate))

    def _file(self, kind: type[Encoder]) -> str:
        return f"{self._passage.index:05d}.{kind.extension}"


async def _encoded(encoder: type[Encoder], pcm: bytes, sample_rate: int) -> bytes:
    if encoder.extension in KEPT and len(pcm) < _QUICK:
        return encoded(encoder, pcm, sample_rate)
    return await anyio.to_thread.run_sync(encoded, encoder, pcm, sample_rate)
