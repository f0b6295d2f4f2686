"""The check of an engine finds the engine that breaks a promise."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator

import anyio
import pytest

from pipeline.engines import check
from pipeline.engines.check import Check, examine
from pipeline.engines.tone import ToneEngine
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
            time.sleep(0.3)  # noqa: ASYNC251 - the flaw
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
                yield piece
        finally:
            if self.flaw == "clinging":
                with anyio.CancelScope(shield=True):
                    await anyio.sleep(0.3)


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
        ("blocking", check.loop),
    ],
)
async def test_a_flaw_is_found(flaw: str, promise: Check) -> None:
    assert (await examine(ToneEngine(), promise)).ok
    result = await examine(_Changed(flaw), promise)
    assert not result.ok and result.detail
