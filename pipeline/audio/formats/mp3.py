"""MP3 by LAME's fast encoder, with an Info frame of our own: players then know the length and leave out the padding."""

from __future__ import annotations

import struct

import lameenc

from pipeline.errors import InvalidSetting

KBIT = 64
"""Kilobits per second, constant."""
_QUALITY = 7
"""LAME's scale, 9 is the fastest."""
_DELAY = 576
"""Samples of silence that LAME puts in front ..."""
_DECODER = 529
"""... and those by which every decoder is late."""

_VERSIONS = {
    **dict.fromkeys((44100, 48000, 32000), 3),
    **dict.fromkeys((22050, 24000, 16000), 2),
    **dict.fromkeys((11025, 12000, 8000), 0),
}
"""MPEG 1, 2 and 2.5, as frame headers number them."""
_RATES = {rate: index % 3 for index, rate in enumerate(_VERSIONS)}
_BITRATES = {3: 5, 2: 8, 0: 8}
"""64 kbit/s, as the headers of each version number it."""


class Mp3Encoder:
    media_type = "audio/mpeg"
    extension = "mp3"

    def __init__(self, sample_rate: int, samples: int | None = None) -> None:
        self._grid = Grid(sample_rate)
        self._count = 0
        self._header = self._grid.info(samples)
        self._lame = lameenc.Encoder()
        self._lame.set_bit_rate(KBIT)
        self._lame.set_in_sample_rate(sample_rate)
        self._lame.set_channels(1)
        self._lame.set_quality(_QUALITY)
        self._lame.silence()

    def feed(self, pcm: bytes) -> bytes:
        self._count += len(pcm) // 2
        data, self._header = self._header + bytes(self._lame.encode(pcm)), b""
        return data

    def finish(self) -> bytes:
        data = self._header + bytes(self._lame.flush()) if self._count else self.feed(bytes(2)) + self.finish()
        return data[: len(data) - self._grid.surplus(self._count)]

    @staticmethod
    def exact(samples: int, sample_rate: int) -> int:
        return samples + -(samples + _DELAY + _DECODER) % Grid(sample_rate).frame


class Grid:
    """How LAME lays samples out in frames of constant bit rate."""

    def __init__(self, sample_rate: int) -> None:
        if sample_rate not in _VERSIONS:
            known = ", ".join(str(rate) for rate in sorted(_VERSIONS))
            raise InvalidSetting(f"MP3 has no sample rate of {sample_rate} Hz, only {known}.")
        self.rate = sample_rate
        self.version = _VERSIONS[sample_rate]
        self.frame = 1152 if self.version == 3 else 576
        """Samples in a frame."""
        self._bytes, self._fraction = divmod(KBIT * 1000 * self.frame // 8, sample_rate)

    def frames(self, samples: int) -> int:
        """LAME pads by 576 samples or more. A last frame of nothing but padding is left out, save for the shortest
        sounds: players do not take a file of one frame."""
        made = self._made(samples)
        padding = made * self.frame - samples - _DELAY - _DECODER
        return made - 1 if padding >= self.frame and made > 3 else made

    def surplus(self, samples: int) -> int:
        """Bytes of the last frame, when it is to be left out."""
        made, wanted = self._made(samples), self.frames(samples)
        return self._size(made) - self._size(wanted)

    def _made(self, samples: int) -> int:
        return -(-(samples + _DELAY + 576) // self.frame)

    def _size(self, frames: int) -> int:
        """Bytes of so many frames, from the first: where a frame's length is no whole number, some have a byte more."""
        return frames * self._bytes + max(0, -(-(frames - 1) * self._fraction // self.rate))

    def info(self, samples: int | None) -> bytes:
        """The frame that comes before the sound: silent, and says how long the sound is, where that is known."""
        side = 17 if self.version == 3 else 9
        start = bytes(
            [0xFF, 0xE0 | self.version << 3 | 0x03, _BITRATES[self.version] << 4 | _RATES[self.rate] << 2, 0xC0]
        )
        frame = start + bytes(side) + b"Info"
        padding = 0
        if samples is None:
            frame += bytes(4)
        else:
            count = self.frames(samples)
            padding = count * self.frame - _DELAY - samples
            table = bytes(255 * step // 100 for step in range(100))
            frame += struct.pack(">III", 0x0F, count, self._bytes + self._size(count)) + table + struct.pack(">I", 60)
        frame += b"LAME3.100" + bytes([0x01, self.rate // 200]) + bytes(8) + bytes([0, KBIT])
        frame += (_DELAY << 12 | padding).to_bytes(3) + bytes(4)
        frame += struct.pack(">IH", self._bytes + self._size(self.frames(samples)) if samples is not None else 0, 0)
        return (frame + _checksum(frame).to_bytes(2)).ljust(self._bytes, b"\0")


def _checksum(data: bytes) -> int:
    """CRC-16 with the polynomial 0x8005, lowest bit first."""
    rest = 0
    for byte in data:
        rest = rest >> 8 ^ _STEPS[rest & 0xFF ^ byte]
    return rest


def _step(rest: int) -> int:
    for _ in range(8):
        rest = rest >> 1 ^ (0xA001 if rest & 1 else 0)
    return rest


_STEPS = [_step(byte) for byte in range(256)]
"""What eight bits of the checksum become as they leave it."""
