"""Kokoro's neural voices, from a model file and a voices file on this machine."""

from __future__ import annotations

import sys
import threading
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.lib.npyio import NpzFile

from pipeline.engines.kit.blends import known, shares
from pipeline.engines.kit.bounds import between
from pipeline.engines.kit.inference import Session, Stop
from pipeline.engines.kit.origin import origin
from pipeline.engines.kit.pieces import pieces, plain
from pipeline.engines.kit.roster import chosen
from pipeline.engines.kit.spread import spread
from pipeline.engines.kit.threads import Put, Threads
from pipeline.engines.kit.words import words
from pipeline.errors import EngineError, EngineSilent, EngineUnavailable, NotInstalled
from pipeline.ground.tables import installed
from pipeline.types import Voice, VoiceInfo, WordTime

LARGEST = 400
"""Bytes of text at a time: about what the model says in one go."""
PAUSE = 0.2
"""Seconds between two pieces, whose own silence is cut off."""
LANGUAGES = {
    "a": "en-us", "b": "en-gb", "e": "es", "f": "fr-fr", "h": "hi", "i": "it", "j": "ja", "p": "pt-br", "z": "cmn",
}  # fmt: skip
"""By the first letter of a voice's name; the second says whether it is female or male."""
GENDERS = {"f": "female", "m": "male"}


class KokoroEngine:
    name = "kokoro"
    local = True
    sample_rate = 24000
    parallel = 2

    def __init__(self, model: Path, voices: Path) -> None:
        library = _library()
        for file in (model, voices):
            if not file.is_file():
                raise EngineUnavailable(f"There is no file {file}. {_HELP}")
        self.version = f"{library} {origin(model, voices)}"
        self._model, self._file = model, voices
        self._infos = _listed(voices)
        self._kokoro: Any = None
        self._loading = threading.Lock()
        self._threads = Threads("kokoro", self.parallel)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        _library()  # told first: a model alone would be of no use
        model, voices = env.get("ALOUD_KOKORO_MODEL", ""), env.get("ALOUD_KOKORO_VOICES", "")
        if not model or not voices:
            raise EngineUnavailable(f"The engine kokoro has no model. {_HELP}")
        return cls(Path(model).expanduser(), Path(voices).expanduser())

    async def voices(self) -> Sequence[VoiceInfo]:
        return self._infos

    def knows(self, name: str) -> bool:
        return known(self.name, self._infos, name)

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        if not words(text):
            return
        mixed = self._mixed(voice)
        kokoro = self._kokoro or await self._threads.call(self._load)
        stop = Stop()

        def work(put: Put[bytes | WordTime]) -> None:
            with kokoro.sess.stopped_by(stop):
                self._say(text, kokoro, mixed, voice, put)

        async with aclosing(self._threads.stream(work, stop)) as items:
            async for item in items:
                yield item

    async def aclose(self) -> None:
        await self._threads.aclose()
        self._kokoro = None

    def _mixed(self, voice: Voice) -> dict[str, float]:
        """Each voice with its share; it is the first whose language is spoken. Raises UnknownVoice."""
        if voice.name:
            return shares(self.name, self._infos, voice.name)
        return {chosen(self.name, self._infos, voice) or self._infos[0].name: 1.0}

    # in the threads

    def _say(
        self, text: str, kokoro: Any, mixed: Mapping[str, float], voice: Voice, put: Put[bytes | WordTime]
    ) -> None:
        speed, volume = between(0.5, voice.speed, 2.0), between(0.0, voice.volume, 1.0)
        style = sum(share * kokoro.voices[name] for name, share in mixed.items())
        language = LANGUAGES.get(next(iter(mixed))[:1], "en-us")
        pause, begins = b"", 0.0
        for offset, piece in pieces(plain(text), LARGEST):
            if not words(piece):
                continue
            try:
                sound, _, phonemes = kokoro.create_timed(piece, style, speed, language)
            except ValueError as error:  # no phoneme of it is one that the model knows
                raise EngineSilent(f"kokoro made no sound of this text: {error}") from error
            except Exception as error:
                raise EngineError(f"kokoro failed: {error}") from error
            if not put(pause + bytes((np.clip(sound * volume, -1, 1) * 32767).astype("<i2").data)):
                return
            timed = [(one.phoneme, begins + one.start, begins + one.end) for one in phonemes]
            if not all(map(put, spread(piece, offset, timed))):
                return
            pause = bytes(2 * round(PAUSE * self.sample_rate))
            begins += len(sound) / self.sample_rate + PAUSE

    def _load(self) -> Any:
        """Once for all who use it."""
        with self._loading:
            if self._kokoro is None:
                try:
                    from kokoro_onnx import Kokoro

                    kokoro: Any = Kokoro(str(self._model), str(self._file))
                except Exception as error:
                    raise EngineUnavailable(f"The kokoro model {self._model} cannot be loaded: {error}") from error
                kokoro.sess = Session(kokoro.sess)
                with kokoro.voices as archive:  # an open file, which threads would read at the same time
                    kokoro.voices = {name: archive[name] for name in archive.files}
                self._kokoro = kokoro
            return self._kokoro


def _library() -> str:
    """Its version. Raises NotInstalled."""
    try:
        return installed("The engine kokoro", "kokoro-onnx")
    except NotInstalled as error:
        if sys.version_info < (3, 14):
            raise
        raise NotInstalled(f"{error}, with Python 3.13 at most") from error


_HELP = (
    "Set ALOUD_KOKORO_MODEL to the model's .onnx file and ALOUD_KOKORO_VOICES to its voices file; "
    "kokoro-onnx's releases have both."
)


def _listed(voices: Path) -> list[VoiceInfo]:
    try:
        with np.load(voices) as archive:
            names = sorted(archive.files) if isinstance(archive, NpzFile) else []
    except (OSError, ValueError) as error:
        raise EngineUnavailable(f"The voices file {voices} cannot be read: {error}") from error
    if not names:
        raise EngineUnavailable(f"There is no voice in {voices}. {_HELP}")
    return [VoiceInfo(name, (LANGUAGES.get(name[0], "en-us"),), GENDERS.get(name[1:2], "")) for name in names]
