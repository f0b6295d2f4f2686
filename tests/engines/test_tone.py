from __future__ import annotations

import time

import numpy as np
import pytest

from pipeline.engines.tone import ToneEngine
from pipeline.errors import InvalidSetting, UnknownVoice
from pipeline.types import Voice
from tests.engines.hear import hear

TEXT = "Fifteen characters make one second of sound."


async def test_a_tone_is_as_long_as_its_text() -> None:
    assert (await hear(ToneEngine(), TEXT)).seconds == pytest.approx(len(TEXT) / 15, abs=0.001)
    assert (await hear(ToneEngine(), TEXT, Voice(speed=2))).seconds == pytest.approx(len(TEXT) / 30, abs=0.001)


async def test_the_tone_is_one_sine_without_a_seam_between_pieces() -> None:
    samples = (await hear(ToneEngine(), TEXT, Voice(name="low"))).samples.astype(float)
    spectrum = np.abs(np.fft.rfft(samples))
    assert spectrum.argmax() * 22050 / len(samples) == pytest.approx(220, abs=1)
    assert np.abs(np.diff(samples)).max() < 2 * np.pi * 220 / 22050 * samples.max() * 1.1


async def test_every_word_has_its_time() -> None:
    heard = await hear(ToneEngine(), TEXT)
    assert [TEXT[t.start : t.end] for t in heard.times] == TEXT.split()
    assert heard.times[-1].at + heard.times[-1].seconds == pytest.approx(heard.seconds, abs=0.001)


async def test_start_up_and_speed_are_those_of_the_settings() -> None:
    engine = ToneEngine.from_env({"ALOUD_TONE_START": "0.05", "ALOUD_TONE_FACTOR": "0.02"})
    began = time.monotonic()
    heard = await hear(engine, TEXT)
    assert time.monotonic() - began >= 0.05 + 0.02 * heard.seconds


@pytest.mark.parametrize("wrong", ["fast", "-1", "nan", "inf"])
def test_a_wrong_setting_is_named(wrong: str) -> None:
    with pytest.raises(InvalidSetting, match="ALOUD_TONE_FACTOR"):
        ToneEngine.from_env({"ALOUD_TONE_FACTOR": wrong})


async def test_an_unknown_voice_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UnknownVoice, match="low, middle, high"):
        await hear(ToneEngine(), TEXT, Voice(name="soprano"))
