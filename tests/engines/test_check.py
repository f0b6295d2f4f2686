"""The check of an engine finds the engine that breaks a promise."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline import create_streaming_pipeline
from pipeline.assembly.order import Order
from pipeline.assembly.workshop import Workshop
from pipeline.audio import encoded
from pipeline.audio.formats.wav import WavEncoder
from pipeline.engines import check, trials
from pipeline.engines.check import Check, examine
from pipeline.engines.tone import ToneEngine
from pipeline.errors import InvalidRequest
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog
from pipeline.types import Handover, Voice, VoiceInfo, WordTime

Item = bytes | WordTime | Handover


SAMPLES: dict[str, Callable[[NDArray[np.int16]], bytes]] = {
    "other order": lambda samples: samples.astype(">i2").tobytes(),
    "stereo": lambda samples: np.repeat(samples, 2).tobytes(),
    "eight bits": lambda samples: (samples // 256 + 128).astype("u1").tobytes()[: len(samples) & ~1],
    "floats": lambda samples: (samples / 32768).astype("<f4").tobytes(),
    "in a file": lambda samples: samples[:1].tobytes() + encoded(WavEncoder, samples.tobytes(), 22050),
}
"""What is taken for 16-bit mono samples."""
TIMES: dict[str, Callable[[WordTime, str], WordTime]] = {
    "backwards": lambda word, text: replace(word, at=(len(text) - word.end) / 15),
    "all at once": lambda word, text: replace(word, at=0.0, seconds=0.0),
    "bytes": lambda word, text: replace(
        word, start=len(text[: word.start].encode()), end=len(text[: word.end].encode())
    ),
    "UTF-16": lambda word, text: replace(
        word, start=len(text[: word.start].encode("utf-16-le")) // 2, end=len(text[: word.end].encode("utf-16-le")) // 2
    ),
}


class _Changed(ToneEngine):
    """A tone engine with one flaw."""

    def __init__(self, flaw: str) -> None:
        super().__init__()
        self.flaw = flaw
        self.spoken = 0

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        self.spoken += 1
        if self.flaw == "lenient":
            voice = Voice()
        if self.flaw == "blank":
            text = text or "ah"
        if self.flaw == "cut":
            text = text[:3000]
        if self.flaw == "mixed" and self.spoken > 6:
            text = text[::2]
        if self.flaw == "crash" and not text.isascii():
            raise UnicodeError("not ascii")
        if self.flaw == "blocking":
            time.sleep(0.02)  # noqa: ASYNC251 - the flaw
        if self.flaw == "exit":
            sys.exit(3)
        if self.flaw == "mute":
            await anyio.sleep_forever()
        if self.flaw == "no language" and voice.language:
            raise KeyError(voice.language)
        if self.flaw == "inverted":
            voice = replace(voice, speed=1 / voice.speed if 0.1 < voice.speed < 10 else 1)
        while self.flaw == "endless" and text.strip():
            yield bytes(2 * self.sample_rate)
        try:
            async for piece in super().speak(text, voice):
                if self.flaw == "odd" and isinstance(piece, bytes):
                    piece = piece[:-1]
                if self.flaw == "silent" and isinstance(piece, bytes):
                    piece = bytes(len(piece))
                if self.flaw == "slow" and isinstance(piece, bytes):
                    piece = piece * 20
                if self.flaw in SAMPLES and isinstance(piece, bytes):
                    piece = SAMPLES[self.flaw](np.frombuffer(piece, "<i2"))
                if self.flaw in TIMES and isinstance(piece, WordTime):
                    piece = TIMES[self.flaw](piece, text)
                if self.flaw == "times" and isinstance(piece, WordTime):
                    piece = WordTime(piece.start, piece.end, piece.at + 60, piece.seconds)
                if self.flaw == "timeless" and isinstance(piece, WordTime):
                    piece = WordTime(piece.start, piece.end, float("nan"))
                if self.flaw == "cancelled":
                    raise asyncio.CancelledError
                if self.flaw == "deaf":
                    await self._deaf()
                yield piece
        finally:
            if self.flaw == "clinging":
                with anyio.CancelScope(shield=True):
                    await anyio.sleep(0.02)

    async def voices(self) -> Sequence[VoiceInfo]:
        if self.flaw == "not listed":
            await anyio.sleep_forever()
        known = {"miscoded": ("German",), "no language": ("de",)}.get(self.flaw, ())
        return [VoiceInfo(info.name, known) for info in await super().voices()]

    async def aclose(self) -> None:
        if self.flaw == "stays":
            await anyio.sleep_forever()

    async def _deaf(self) -> None:
        """Goes on for ten times as long as one that was told to stop is waited for."""
        with contextlib.suppress(asyncio.CancelledError):
            await anyio.sleep_forever()
        await anyio.sleep(0.5)


@pytest.mark.parametrize(
    ("flaw", "promise"),
    [
        ("odd", check.speaks),
        ("silent", check.speaks),
        ("slow", check.speaks),
        ("blank", check.blank),
        ("lenient", check.unknown_voice),
        ("clinging", check.cancel),
        ("cut", check.long),
        ("mixed", check.together),
        ("crash", check.scripts),
        ("times", check.times),
        ("timeless", check.times),
        ("cancelled", check.speaks),
        ("deaf", check.cancel),
        ("blocking", check.loop),
        ("exit", check.speaks),
        ("endless", check.speaks),
        ("endless", check.cancel),
        ("mute", check.speaks),
        ("mute", check.cancel),
        ("no language", check.voices),
        ("not listed", check.voices),
        ("miscoded", check.voices),
        ("inverted", check.numbers),
        ("stays", check.closes),
        *((flaw, check.speaks) for flaw in SAMPLES),
        *((flaw, check.times) for flaw in TIMES),
    ],
)
async def test_a_flaw_is_found(flaw: str, promise: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await examine(ToneEngine(), promise)).ok
    monkeypatch.setattr(check, "CANCEL", 0.01)  # seconds: a smaller flaw is found sooner
    monkeypatch.setattr(check, "STILL", 0.01)
    monkeypatch.setattr(trials, "STOP", 0.05)
    monkeypatch.setattr(trials, "PATIENCE", 0.05 if flaw in ("mute", "not listed") else trials.PATIENCE)
    result = await examine(_Changed(flaw), promise)
    assert not result.ok and result.detail


class _Unfit(ToneEngine):
    """A tone engine with one thing of another kind."""

    def __init__(self, field: str, value: object) -> None:
        super().__init__()
        setattr(self, field, value)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("sample_rate", 16000.0, "its sample_rate is 16000.0, and must be hertz"),
        ("parallel", 0, "its parallel is 0, and must be passages at once"),
        ("version", 3, "its version is 3, and must be a text"),
        ("version", "", "its name or its version is empty"),
        ("voices", (), r"its voices is no method that can be called as voices\(\)"),
        ("speak", lambda text: None, r"its speak is no method that can be called as speak\(text, voice\)"),
        ("speak", lambda text, *, voice: None, r"its speak is no method that can be called as speak\(text, voice\)"),
    ],
)
async def test_what_cannot_be_used_says_why(field: str, value: object, told: str) -> None:
    result = await examine(_Unfit(field, value), check.fits)
    assert not result.ok and re.search(told, result.detail)
    if value:
        with pytest.raises(InvalidRequest, match=told):
            create_streaming_pipeline("text", _Unfit(field, value))


class _Strange(ToneEngine):
    """Its `speak` is not what the port asks for."""

    def __init__(self, given: object) -> None:
        super().__init__()
        self.name, self.given = "strange", given

    def speak(self, text: str, voice: Voice) -> Any:
        return self.given() if callable(self.given) else self.given


async def _coroutine() -> bytes:
    return b""


def _generator() -> Iterator[bytes]:
    yield bytes(2)


async def _texts() -> AsyncGenerator[str, None]:
    yield "ah"


async def _file() -> AsyncGenerator[bytes, None]:
    yield encoded(WavEncoder, bytes(22050), 22050)


STRANGE = {
    "speak gives a coroutine": _coroutine,
    "speak gives a plain generator": _generator,
    "speak gives bytes": b"ah",
    "speak gives NoneType": None,
    "speak yields str": _texts,
    "speak yields a file": _file,
}


@pytest.mark.parametrize("told", STRANGE)
@pytest.mark.parametrize("promise", [check.speaks, check.cancel], ids=["heard", "left"])
async def test_who_misunderstands_the_port_is_told_so(told: str, promise: Check) -> None:
    result = await examine(_Strange(STRANGE[told]), promise)
    assert not result.ok and f"The engine strange: {told}" in result.detail


@pytest.mark.parametrize("told", STRANGE)
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "with another"])
async def test_a_run_says_the_same_of_him_and_another_takes_over(told: str, alone: bool, tmp_path: Path) -> None:
    order = Order(text="Hello there.", tts_provider=("strange",) if alone else ("strange", "tone"))
    log = MemoryEventLog()
    await log.create(RunRecord("run"))
    async with Workshop(env={}, output_dir=tmp_path, own_engines={"strange": _Strange(STRANGE[told])}) as workshop:
        await (await workshop.prepare(order, run="run", log=log)).run()
    events = await log.read("run")
    kind = "failed" if alone else "fallback"
    assert [told in event.message for event in events if event.type == kind] == [True]
    assert events[-1].status == ("partial" if alone else "complete")
