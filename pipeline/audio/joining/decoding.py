"""A sound file of somebody's (WAV, FLAC, MP3, Ogg and their kin), in bounds, as one of ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from pipeline.audio import encoded
from pipeline.audio.formats.wav import WavEncoder
from pipeline.errors import InvalidRequest
from pipeline.utterance import RATES

LARGEST = 100 << 20
"""Bytes of a file."""
LONGEST = 600.0
"""Seconds of sound."""
_BLOCK = 1 << 16


def as_wav(path: Path, volume: float = 1.0) -> tuple[bytes, int, float]:
    """The file, mono, at this part of its loudness; its sample rate, and its seconds. Raises InvalidRequest for what is
    no sound, or too much."""
    try:
        if not path.is_file():
            raise InvalidRequest(f"{path} {'is no file' if path.exists() else 'does not exist'}.")
        if path.stat().st_size > LARGEST:
            raise InvalidRequest(f"{path} is larger than {LARGEST >> 20} MiB, the most for a sound.")
        with soundfile.SoundFile(path) as file:
            rate = int(file.samplerate)
            if rate not in RATES or not 1 <= file.channels <= 32:
                raise InvalidRequest(f"{path} has {file.channels} channels at {rate:,} Hz, which no sound has.")
            pcm = _mono(file, path, round(LONGEST * rate), volume)
    except soundfile.LibsndfileError as error:
        raise InvalidRequest(
            f"{path} is no sound that can be read (WAV, FLAC, MP3, Ogg): {error.error_string}"
        ) from error
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be read: {error.strerror or error}.") from error
    if not pcm:
        raise InvalidRequest(f"{path} holds no sound.")
    return encoded(WavEncoder, pcm, rate), rate, len(pcm) / 2 / rate


def _mono(file: soundfile.SoundFile, path: Path, most: int, volume: float) -> bytes:
    """What is read counts, not what the header says."""
    blocks, count = [], 0
    while len(block := file.read(_BLOCK, dtype="int16", always_2d=True)):
        count += len(block)
        if count > most:
            raise InvalidRequest(f"{path} is longer than {LONGEST / 60:g} minutes, the most for a sound.")
        blocks.append(
            block[:, 0]
            if block.shape[1] == 1 and volume == 1
            else np.rint(volume * block.mean(axis=1)).astype(np.int16)
        )
    return b"".join(block.astype("<i2").tobytes() for block in blocks)
