"""Loudness is measured as the standard has it."""

import numpy as np
import pytest

from pipeline.audio.recording.loudness import Meter
from tests.audio.levels import RATE, by_ffmpeg, measured, noise, tone


def voiced(seconds, hertz, rate):
    """The spectrum of speech: harmonics that fall by 12 dB an octave, and syllables."""
    time = np.arange(round(seconds * rate)) / rate
    numbers = [number for number in range(1, 60) if number * hertz < 0.45 * rate]
    wave = sum(np.sin(2 * np.pi * number * hertz * time) / max(1.0, (number * hertz / 500) ** 2) for number in numbers)
    return (4000 * wave * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * time))).astype(np.int16)


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 24000, 44100, 48000])
def test_it_measures_what_the_standard_says(rate):
    for sound in (noise(3.0, 2000, rate), voiced(3.0, 110, rate), voiced(3.0, 210, rate), tone(3.0, 1000, 9000, rate)):
        assert measured(sound, rate) == pytest.approx(by_ffmpeg(sound, rate), abs=0.1)
    gated = np.concatenate([noise(2.0, 3000, rate), noise(3.0, 20, rate), noise(1.0, 1500, rate)])
    assert measured(gated, rate) == pytest.approx(by_ffmpeg(gated, rate), abs=0.1)


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000])
def test_a_sine_of_known_level_has_the_loudness_that_the_standard_gives_it(rate):
    """997 Hz at full scale in one channel is -3.01 LUFS."""
    assert measured(tone(5.0, 997, 32767, rate), rate) == pytest.approx(-3.01, abs=0.05)
    assert measured(tone(5.0, 997, 3276.7, rate), rate) == pytest.approx(-23.01, abs=0.05)


@pytest.mark.parametrize("parts", [[(10, -36), (60, -23), (10, -36)], [(20, -26), (20.1, -20), (20, -26)]])
def test_what_is_much_softer_than_the_rest_is_left_out(parts):
    """Two of EBU's own trials (Tech 3341, 3 and 5): both are as loud as a sine of -23 dBFS."""
    sound = np.concatenate([tone(seconds, 1000, 32767 * 10 ** (level / 20)) for seconds, level in parts])
    assert measured(sound) == pytest.approx(-23 - 3.01, abs=0.1)


def test_pieces_do_not_matter_and_silence_has_no_loudness():
    sound, meter = noise(2.0, 2000), Meter(RATE)
    for piece in np.array_split(sound, 37):
        meter.feed(piece)
    assert meter.read()[0] == pytest.approx(measured(sound), abs=0.001)
    assert measured(np.zeros(RATE, np.int16)) is None
    assert measured(np.zeros(0, np.int16)) is None
    assert measured(noise(0.2, 2000)) is not None
