"""Every format: what goes in comes out, as long as it was, and grows to the same sound."""

import io
import time

import av
import numpy as np
import pytest
import soundfile

from pipeline.audio import ENCODERS, JOINED, encoded, encoder
from pipeline.audio.formats.mp3 import Mp3Encoder
from pipeline.errors import InvalidSetting

RATES = [8000, 16000, 22050, 24000, 44100, 48000]


def speechlike(count, rate):
    time = np.arange(count) / rate
    wave = sum(np.sin(2 * np.pi * hertz * time) / number for number, hertz in enumerate((150, 450, 1100, 2300), 1))
    return (6000 * wave * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * time))).astype(np.int16)


def by_ffmpeg(data):
    """Samples (as floats) and their rate, as browsers and most players see them."""
    with av.open(io.BytesIO(data)) as file:
        frames = list(file.decode(audio=0))
        sound = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])
        return sound / (32768 if sound.dtype == np.int16 else 1), frames[0].sample_rate


def by_libsndfile(data):
    return soundfile.read(io.BytesIO(data))


def grown(kind, pcm, rate, piece):
    made = kind(rate)
    return b"".join(made.feed(pcm[at : at + piece]) for at in range(0, len(pcm), piece)) + made.finish()


@pytest.mark.parametrize("decode", [by_ffmpeg, by_libsndfile])
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", list(ENCODERS))
def test_a_file_is_exactly_as_long_as_its_sound_and_sounds_like_it(name, rate, decode):
    kind = encoder(name)
    for count in (rate // 3, 3 * rate, 3 * rate + 101):
        sound = speechlike(count, rate)
        heard, heard_rate = decode(encoded(kind, sound.tobytes(), rate))
        assert len(heard) == pytest.approx(count * heard_rate / rate, abs=0.51)
        if name in ("wav", "flac"):
            assert np.array_equal(np.rint(heard * 32768), sound)
        elif heard_rate == rate:
            edge = rate // 10
            error = heard[edge:-edge] - sound[edge:-edge] / 32768
            assert np.abs(error).max() < 0.15 and np.sqrt(np.mean(error**2)) < 0.03, "no shift, no gap"


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", list(ENCODERS))
def test_a_file_that_grew_sounds_the_same(name, rate):
    kind = encoder(name)
    count = kind.exact(rate + 77, rate)
    assert rate + 77 <= count < rate + 77 + 1152
    pcm = speechlike(count, rate).tobytes()
    whole, rate_heard = by_ffmpeg(encoded(kind, pcm, rate))
    for piece in (998, 20_000):
        again, _ = by_ffmpeg(grown(kind, pcm, rate, piece))
        if name == "flac":
            again = again[: len(whole)]
        assert len(again) == len(whole) == round(count * rate_heard / rate)
        assert np.array_equal(again, whole)


@pytest.mark.parametrize("name", ["mp3", "opus", "wav"])
def test_something_can_be_heard_long_before_the_end(name):
    made, sound = encoder(name)(22050), speechlike(22050 * 2, 22050).tobytes()
    early = made.feed(sound[:22050])
    heard, rate = by_ffmpeg(early)
    assert len(heard) / rate > 0.25, "of half a second"


@pytest.mark.parametrize("name", list(ENCODERS))
def test_no_sound_at_all_is_still_a_file(name):
    for data in (encoded(encoder(name), b"", 22050), grown(encoder(name), b"", 22050, 10)):
        assert len(by_libsndfile(data)[0]) <= 3000


@pytest.mark.parametrize("rate", RATES)
def test_mp3_says_how_many_frames_and_bytes_it_has(rate):
    for count in (rate, rate + 333, 2 * rate + 1001):
        data = encoded(Mp3Encoder, speechlike(count, rate).tobytes(), rate)
        place = data.index(b"Info")
        frames, size = int.from_bytes(data[place + 8 : place + 12]), int.from_bytes(data[place + 12 : place + 16])
        assert size == len(data)
        with av.open(io.BytesIO(data)) as file:
            assert sum(1 for packet in file.demux() if packet.size) == frames
            assert file.duration / 1e6 == pytest.approx(count / rate, abs=0.001)


@pytest.mark.parametrize("name", ["mp3", "aac"])
def test_what_has_only_some_rates_names_them(name):
    with pytest.raises(InvalidSetting, match="12345 Hz, only .*22050, 24000"):
        encoder(name, JOINED)(12345)


def test_clips_are_encoded_quickly():
    pcm = speechlike(3 * 22050, 22050).tobytes()
    for name, limit in {"wav": 1, "flac": 2, "mp3": 8}.items():
        times = []
        for _ in range(15):
            began = time.process_time()
            encoded(encoder(name), pcm, 22050)
            times.append((time.process_time() - began) * 1000)
        assert min(times) < limit, name
