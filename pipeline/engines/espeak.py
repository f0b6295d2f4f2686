"""eSpeak NG inside this process: no system package, no key, the first sound within a millisecond."""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import cache, partial
from pathlib import Path

from pipeline.engines.espeak_library import Heard, Library
from pipeline.engines.espeak_voices import Voices
from pipeline.engines.kit.bounds import between
from pipeline.engines.kit.pieces import plain
from pipeline.engines.kit.threads import Put, Threads, cores
from pipeline.engines.kit.words import Timeline
from pipeline.errors import EngineUnavailable
from pipeline.ground.tables import installed
from pipeline.types import Voice, VoiceInfo, WordTime

DEFAULT = "gmw/en-US"

_IDLE: list[Library] = []
"""Copies of engines that are no more, at most one for each core: an engine made for each text need not wait."""

_Parcel = tuple[bytes, list[WordTime]]
RATE = 175
"""Words per minute at speed 1 ..."""
SLOWEST, FASTEST = 80, 449
"""... and within which it can be set. The library raises what is below by itself; from 450 on it says less in a minute,
for it then squeezes its sound, and tells the times that words had before."""


class EspeakEngine:
    name = "espeak"
    local = True
    sample_rate = 22050

    def __init__(self) -> None:
        self.version = installed("The engine espeak", "espeakng-loader")
        import espeakng_loader

        self._file = Path(espeakng_loader.get_library_path())
        self._data = Path(espeakng_loader.get_data_path())
        if not self._file.is_file():
            raise EngineUnavailable("espeakng-loader lacks its library: pip install --force-reinstall espeakng-loader")
        self.parallel = cores()
        self._threads = Threads("espeak", self.parallel)
        self._own = threading.local()
        self._open: list[Library] = []
        weakref.finalize(self, _put_by, self._open).atexit = False  # not everybody closes what he has made

    async def voices(self) -> Sequence[VoiceInfo]:
        return await self._threads.call(lambda: _catalogue(self._file, self._data).infos())

    def knows(self, name: str) -> bool:
        """Also those that `voices` does not list: identifiers, titles, and variants such as "en-us+f3"."""
        return _catalogue(self._file, self._data).knows(name)

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        if not text.strip():
            return
        async with aclosing(self._threads.stream(partial(self._say, text, voice))) as parcels:
            async for sound, times in parcels:
                if sound:
                    yield sound
                for time in times:
                    yield time

    async def aclose(self) -> None:
        await self._threads.aclose()
        _put_by(self._open)

    # in the threads

    def _say(self, text: str, voice: Voice, put: Put[_Parcel]) -> None:
        library = self._library()
        library.use(
            self._identifier(voice),
            rate=round(between(SLOWEST, RATE * voice.speed, FASTEST)),
            pitch=round(50 + 50 * math.log2(between(0.5, voice.pitch, 2.0))),
            volume=round(between(0, 100 * voice.volume, 100)),
        )
        timeline, begun = Timeline(text), False
        sound: list[bytes] = []
        """Held back before the first word: it is never heard when no word follows ("..." is a pause and no more)."""
        times: list[WordTime] = []
        """They wait for the sound behind them: the event loop is woken once for both."""

        def sink(piece: bytes | Heard) -> bool:
            nonlocal begun
            if isinstance(piece, bytes):
                sound.append(piece)
                return not begun or hand_over()
            begun = begun or not piece.ends
            if begun:
                times.extend((timeline.pause if piece.ends else timeline.reach)(piece.position, piece.at))
            return True

        def hand_over() -> bool:
            parcel = b"".join(sound), times.copy()
            sound.clear()
            times.clear()
            return put(parcel)

        library.say(plain(text), sink)
        if times:
            hand_over()

    def _library(self) -> Library:
        """This thread's own copy."""
        library: Library | None = getattr(self._own, "library", None)
        if library is None:
            library = self._own.library = _IDLE.pop() if _IDLE else Library(self._file, self._data)
            self._open.append(library)
        return library

    def _identifier(self, voice: Voice) -> str:
        if not voice.name and not voice.language:
            return DEFAULT  # the first sound does not wait for the list
        return _catalogue(self._file, self._data).find(voice.name, voice.language)


def _put_by(libraries: list[Library]) -> None:
    """For the next engine, or closed where there are enough."""
    while libraries:
        library = libraries.pop()
        if len(_IDLE) < cores():
            _IDLE.append(library)
        else:
            library.close()


@cache
def _catalogue(file: Path, data: Path) -> Voices:
    """Read once in a process: it takes longer than a sentence."""
    library = Library(file, data)
    try:
        return Voices(library.specs(), data)
    finally:
        library.close()
