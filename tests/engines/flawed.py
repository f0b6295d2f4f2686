"""An engine whose faults are chosen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import anyio

from pipeline.engines.tone import ToneEngine
from pipeline.errors import EngineError, EngineUnavailable, UnknownVoice
from pipeline.types import Voice, VoiceInfo, WordTime


class Flawed:
    """It can be broken and mended, and counts how often it was asked."""

    def __init__(
        self, name: str, flaw: str = "", rate: int = 22050, languages: Sequence[str] = ("en-us", "de")
    ) -> None:
        self.name, self.version, self.sample_rate, self.parallel = name, "1", rate, 4
        self.flaw = flaw
        self.asked: list[Voice] = []
        self.working = asyncio.Event()
        self._languages = languages
        self._tone = ToneEngine()

    async def voices(self) -> Sequence[VoiceInfo]:
        if self.flaw == "listless":
            raise EngineUnavailable("no list")
        if self.flaw == "hangs":
            await anyio.sleep_forever()
        if self.flaw == "bug":
            raise KeyError("voices")
        if self.flaw == "panic":
            raise BaseException("voices")
        return [VoiceInfo(f"{self.name}-{language}", (language,)) for language in self._languages]

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        self.asked.append(voice)
        if voice.language and not any(one.startswith(voice.language[:2]) for one in self._languages):
            raise UnknownVoice(f"{self.name} does not speak {voice.language}.")
        if self.flaw == "fails":
            raise EngineError("it is broken.")
        if self.flaw == "refuses":
            raise EngineUnavailable("it refuses.")
        if self.flaw == "bug":
            raise KeyError("speak")
        if self.flaw in ("mute", "hangs"):
            await anyio.sleep_forever()
        if self.flaw == "silent":
            return
        if self.flaw == "odd":
            yield bytes(3)
        count = 0
        async for piece in self._tone.speak(text, Voice()):
            count += 1
            if self.flaw == "breaks" and count > 12:
                raise EngineError("it broke off.")
            if self.flaw == "stalls" and count > 12:
                await anyio.sleep_forever()
            yield piece
        self.working.set()

    async def aclose(self) -> None:
        self.flaw = "closed"
