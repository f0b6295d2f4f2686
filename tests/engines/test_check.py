"""The check of an engine finds the engine that breaks a promise."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from pipeline.assembly.order import Order
from pipeline.assembly.workshop import Workshop
from pipeline.audio import encoded
from pipeline.audio.formats.wav import WavEncoder
from pipeline.engines import check, trials
from pipeline.engines.check import Check, examine
from pipeline.engines.tone import ToneEngine
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog
from pipeline.types import Handover, Voice, WordTime

Item = bytes | WordTime | Handover


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
        try:
            async for piece in super().speak(text, voice):
                if self.flaw == "odd" and isinstance(piece, bytes):
                    piece = piece[:-1]
                if self.flaw == "silent" and isinstance(piece, bytes):
                    piece = bytes(len(piece))
                if self.flaw == "slow" and isinstance(piece, bytes):
                    piece = piece * 20
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
    ],
)
async def test_a_flaw_is_found(flaw: str, promise: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await examine(ToneEngine(), promise)).ok
    monkeypatch.setattr(check, "CANCEL", 0.01)  # seconds: a smaller flaw is found sooner
    monkeypatch.setattr(check, "STILL", 0.01)
    monkeypatch.setattr(trials, "STOP", 0.05)
    result = await examine(_Changed(flaw), promise)
    assert not result.ok and result.detail


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
