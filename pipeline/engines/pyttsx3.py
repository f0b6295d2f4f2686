"""The voices of the operating system through pyttsx3, each in a child process that may hang, crash or be killed."""

from __future__ import annotations

import asyncio
import json
import math
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import numpy as np
import soundfile
import soxr

from pipeline.engines.kit.bounds import between
from pipeline.engines.kit.pieces import pieces, plain
from pipeline.engines.kit.roster import chosen, find
from pipeline.engines.kit.threads import Threads, cores
from pipeline.engines.kit.words import words
from pipeline.errors import EngineError, EngineSilent, EngineTimeout, EngineUnavailable
from pipeline.ground.alarm import awake
from pipeline.ground.tables import installed
from pipeline.types import Voice, VoiceInfo, WordTime

RATE = 200
"""Words per minute at speed 1: pyttsx3's own ..."""
SLOWEST, FASTEST = 80, 449
"""... and within which eSpeak NG, which usually speaks behind it, does what it is told."""
LARGEST = 3000
"""Bytes of text in one job: pyttsx3 makes the library read past the end of its text, and past 16 KiB it crashes."""
FAINTEST = 0.01
"""Volume below which drivers, which count in hundredths, may say nothing."""
ATTEMPTS = 3
START = 20.0
"""Seconds in which a child is ready."""


class Pyttsx3Engine:
    name = "pyttsx3"
    local = True
    sample_rate = 22050

    def __init__(self, deadline: float = 30.0) -> None:
        """`deadline`: seconds for a job, after which its process is killed and the job done again."""
        self.version = installed("The engine pyttsx3", "pyttsx3")
        self.parallel = cores()
        self._deadline = deadline
        self._threads = Threads("pyttsx3", self.parallel)
        self._turns = anyio.Semaphore(self.parallel)
        self._idle: list[_Child] = []
        self._voices: list[VoiceInfo] = []
        self._closed = False

    async def voices(self) -> Sequence[VoiceInfo]:
        if not self._voices:
            async with self._turns, self._child():
                pass
        return self._voices

    def knows(self, name: str) -> bool:
        """Whether a voice answers to this name; before the voices have been listed, any name may be tried."""
        return not self._voices or find(self._voices, name) != ""

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        if not text.strip():
            return
        async with self._turns, self._child() as child:
            named = chosen(self.name, self._voices, voice)
            for _, piece in pieces(plain(text), LARGEST):
                if piece.strip() and (sound := await self._render(child, piece, voice, named)):
                    yield sound

    async def aclose(self) -> None:
        self._closed = True
        while self._idle:
            await self._idle.pop().end()
        await self._threads.aclose()

    async def _render(self, child: _Child, text: str, voice: Voice, named: str) -> bytes:
        """The sound of one job; a child that dies or hangs is replaced, and the job done again from its beginning."""
        volume = between(0, voice.volume, 1)
        job = {
            "text": text,
            "voice": named,
            "rate": round(between(SLOWEST, RATE * voice.speed, FASTEST)),
            "pitch": round(50 + 50 * math.log2(between(0.5, voice.pitch, 2.0))),
            "volume": volume,
        }
        muted, wordless = volume < FAINTEST, not words(text)
        reason: EngineError = EngineSilent("pyttsx3 wrote a file without sound.")
        for _ in range(ATTEMPTS):
            try:
                path = await child.write(job, self._deadline)
                sound = await self._threads.call(partial(_read, path, self.sample_rate))
            except EngineUnavailable:
                raise
            except EngineError as error:
                reason = error
            else:
                if sound and (muted or _audible(sound)):
                    return sound
                if wordless:
                    return b""
        raise reason

    @asynccontextmanager
    async def _child(self) -> AsyncGenerator[_Child, None]:
        """A child of one's own for a while. One that is left in the middle of a job is killed: it cannot be stopped."""
        child = self._idle.pop() if self._idle else _Child()
        try:
            await child.start()
            self._voices = self._voices or [
                VoiceInfo(voice["id"], tuple(voice["languages"]), (voice["gender"] or "").lower())
                for voice in child.voices
            ]
            yield child
        finally:
            if child.busy or self._closed:
                await child.end()
            self._idle.append(child)


class _Ended(EngineError):
    """The process is gone."""


class _Child:
    """A place for one process, which does one job at a time."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.voices: list[dict[str, Any]] = []
        self.busy = False

    async def start(self) -> None:
        """Start the process, unless it is alive. Raises EngineUnavailable."""
        for attempt in range(ATTEMPTS):
            if self._process is not None and self._process.returncode is None:
                return
            await self.end()
            try:
                await self._spawn()
            except EngineError as error:
                if not isinstance(error, _Ended | EngineTimeout) or attempt == ATTEMPTS - 1:
                    raise EngineUnavailable(f"pyttsx3 does not start here. {error.message}") from error

    async def _spawn(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="aloud-pyttsx3-", ignore_cleanup_errors=True)
        program = Path(__file__).with_name("pyttsx3_child.py")
        self.busy = True
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", str(program),  # -P: the program's own folder hides no package of the same name
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            cwd=self._folder.name, limit=2**24,
        )  # fmt: skip
        self.voices = (await self._answer(self._process, START))["voices"]

    async def write(self, job: dict[str, Any], deadline: float) -> Path:
        """Have the job done; the file that should have come of it."""
        await self.start()
        assert self._process is not None and self._process.stdin is not None and self._folder is not None
        path = Path(self._folder.name, "speech.aiff" if sys.platform == "darwin" else "speech.wav")
        self.busy = True
        self._process.stdin.write((json.dumps({**job, "path": str(path)}) + "\n").encode())
        await self._answer(self._process, deadline)
        return path

    async def end(self) -> None:
        self.busy = False
        process, self._process = self._process, None
        folder, self._folder = self._folder, None
        with anyio.CancelScope(shield=True):
            if process is not None:
                if process.returncode is None:
                    process.kill()
                await process.communicate()  # waits for the end, and closes the pipes
            if folder is not None:
                folder.cleanup()

    async def _answer(self, process: asyncio.subprocess.Process, deadline: float) -> dict[str, Any]:
        assert process.stdout is not None
        try:
            async with awake(deadline):
                line = await process.stdout.readline()
        except TimeoutError as error:
            await self.end()
            raise EngineTimeout(f"pyttsx3 did not answer within {deadline:g} s.") from error
        if not line.endswith(b"\n"):
            with suppress(TimeoutError):  # it is as good as gone; killing what has just ended would hide its code
                async with asyncio.timeout(1.0):
                    await process.wait()
            await self.end()
            raise _Ended(f"pyttsx3's process ended by itself (code {process.returncode}).")
        self.busy = False
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise EngineError(f"pyttsx3 failed: {answer['error']}")
        return answer


def _read(path: Path, rate: int) -> bytes:
    """The file as PCM at `rate`; nothing if it is missing or empty: pyttsx3 may say that it wrote what it did not."""
    if not path.exists() or not path.stat().st_size:
        return b""
    try:
        samples, own = soundfile.read(path, dtype="int16", always_2d=True)
    except soundfile.SoundFileError as error:
        raise EngineError(f"pyttsx3 wrote a file that cannot be read: {error}") from error
    mono = samples[:, 0] if own == rate else soxr.resample(samples[:, 0], own, rate)
    return bytes(np.ascontiguousarray(mono, "<i2").data)


def _audible(pcm: bytes) -> bool:
    return bool(np.abs(np.frombuffer(pcm, "<i2").astype(np.int32)).max(initial=0) > 8)
