"""PCM as a server sends it, in pieces of any size: plain, or as a WAV that some send whatever was asked for."""

from __future__ import annotations

import numpy as np
import soxr

from pipeline.errors import EngineError, EngineTruncated

LONGEST_HEAD = 65_536
OPEN = 0x7FFF_0000
"""Sizes above this (and 0) stand for a length that was not known yet."""


class Reader:
    """Gives 16-bit mono samples at `rate`."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._held = b""
        self._begun = False
        self._left: int | None = None
        """Bytes of sound still to come, where a header said so."""
        self._resample: soxr.ResampleStream | None = None

    def feed(self, data: bytes) -> bytes:
        """Raises EngineError for what is neither PCM nor a WAV of 16-bit mono."""
        self._held += data
        self._begun = self._begun or (len(self._held) >= 12 and self._begin())
        return self._take(last=False) if self._begun else b""

    def end(self) -> bytes:
        """Raises EngineTruncated when the sound ends in half a sample, or before its announced end."""
        sound = self._take(last=True) if self._begun or not self._held.startswith(b"RIFF") else b""
        if self._held or (self._left or 0) > 0:
            raise EngineTruncated("The server's sound ends in the middle.")
        return sound

    def _begin(self) -> bool:
        """Whether what is held by now begins with sound."""
        if self._held.startswith((b"ID3", b"OggS", b"fLaC")) or (
            self._held[0] == 0xFF and self._held[1] in (0xFB, 0xF3, 0xF2)
        ):
            raise EngineError("The server sends compressed sound although PCM was asked for.", once=True)
        if self._held.startswith(b"RIFF") and self._held[8:12] == b"WAVE":
            return self._header()
        return True

    def _header(self) -> bool:
        """Read the chunks up to the sound; False if they have not all come yet."""
        place = 12
        while len(self._held) >= place + 8:
            name, size = self._held[place : place + 4], int.from_bytes(self._held[place + 4 : place + 8], "little")
            if name == b"data":
                self._held = self._held[place + 8 :]
                self._left = size if 0 < size < OPEN else None
                return True
            if name == b"fmt " and len(self._held) >= place + 24:
                self._format(self._held[place + 8 : place + 24])
            place += 8 + size + size % 2
            if place > LONGEST_HEAD:
                raise EngineError("The server's WAV has no sound in it.", once=True)
        return False

    def _format(self, chunk: bytes) -> None:
        channels, rate = int.from_bytes(chunk[2:4], "little"), int.from_bytes(chunk[4:8], "little")
        bits = int.from_bytes(chunk[14:16], "little")
        if channels != 1 or bits != 16 or not 4000 <= rate <= 192_000:
            raise EngineError(
                f"The server's sound has {channels} channels of {bits} bits at {rate} Hz; 16-bit mono is needed.",
                once=True,
            )
        if rate != self._rate:
            self._resample = soxr.ResampleStream(rate, self._rate, 1, dtype="int16")

    def _take(self, *, last: bool) -> bytes:
        size = len(self._held) - len(self._held) % 2
        if self._left is not None:
            size = min(size, self._left)
            self._left -= size
        sound, self._held = self._held[:size], self._held[size:]
        if self._left == 0:
            self._held = b""  # what follows the sound is no sound
        if self._resample is None:
            return sound
        return bytes(self._resample.resample_chunk(np.frombuffer(sound, "<i2"), last=last).astype("<i2").data)
