from __future__ import annotations

import io
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.engines.kit.pcm import Reader
from pipeline.errors import EngineError, EngineTruncated

SOUND = bytes(range(200)) * 3


def wav(rate: int = 24000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(SOUND)
    return file.getvalue()


def read(data: bytes, cuts: list[int]) -> bytes:
    reader, out, places = Reader(24000), b"", [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in zip(places, places[1:], strict=False):
        out += reader.feed(data[start:end])
    return out + reader.end()


@given(st.lists(st.integers(0, 10_000), max_size=20), st.sampled_from(["pcm", "wav", "junk after", "open", "list"]))
def test_however_it_is_cut_the_samples_are_the_same(cuts: list[int], kind: str) -> None:
    plain = wav()
    data = {
        "pcm": SOUND,
        "wav": plain,
        "junk after": plain + b"LIST\4\0\0\0junk",
        "open": plain[:40] + b"\xff\xff\xff\xff" + plain[44:],
        "list": plain[:36] + b"LIST\4\0\0\0junk" + plain[36:],
    }[kind]
    assert read(data, cuts) == SOUND


@pytest.mark.parametrize("data", [SOUND[:-1], wav()[:-2], wav()[:30]])
def test_an_end_in_the_middle_is_noticed(data: bytes) -> None:
    with pytest.raises(EngineTruncated):
        read(data, [])


@pytest.mark.parametrize("data", [b"ID3" + SOUND, b"OggS" + SOUND, b"\xff\xfb" + SOUND, wav(channels=2)])
def test_other_sound_is_refused(data: bytes) -> None:
    with pytest.raises(EngineError):
        read(data, [])


def test_another_rate_is_resampled() -> None:
    assert len(read(wav(12000), [])) == pytest.approx(2 * len(SOUND), abs=8)
