"""Word times out of the sound itself, held against eSpeak's own."""

import re
import time
from statistics import mean

import numpy as np
import pytest

from pipeline.audio.recording.alignment import words
from pipeline.audio.recording.listening import Sound
from pipeline.audio.recording.recorder import LocalRecorder
from pipeline.audio.recording.timing import estimated
from pipeline.engines.espeak import EspeakEngine
from pipeline.engines.pyttsx3 import Pyttsx3Engine
from pipeline.stores.clips import FolderClipStore
from pipeline.types import Voice, WordTime
from tests.audio.studio import Script, passage, record, tone

TEXTS = {
    "en-us": [
        "When the rain finally stopped, the children ran outside to play; nobody thought of lessons.",
        "The professor explained the theory with three simple examples. Then she opened the window, and went home.",
        "He paid 350 dollars on 12 March 2024: far too much, said his wife, for a broken clock.",
        "Seven ships sailed north before winter closed the harbour.",
        "Yes! Of course. What did you expect, after all these years?",
    ],
    "de": [
        "Als der Regen endlich aufhörte, liefen die Kinder hinaus, um auf der Straße zu spielen.",
        "Die Professorin erklärte die Theorie: drei Beispiele, kein Wort zu viel; danach war Pause.",
    ],
    "roa/fr": ["Quand la pluie cessa enfin, les enfants sortirent jouer dans la rue. Puis le silence revint."],
}


async def spoken(text, name, speed):
    engine = EspeakEngine()
    sound, times = Sound(engine.sample_rate, engine.sample_rate), []
    async for item in engine.speak(text, Voice(name=name, speed=speed)):
        if isinstance(item, bytes):
            sound.add(item)
        elif isinstance(item, WordTime):
            times.append(item)
    await engine.aclose()
    sound.finish()
    shifted = [WordTime(each.start, each.end, each.at - sound.cut, each.seconds) for each in times]
    return np.concatenate(sound.clean), shifted, engine.sample_rate


def off(text, samples, rate, times):
    """Seconds by which each word is off what the voice itself tells."""
    seconds = len(samples) / rate
    told = words(passage(text), times, seconds)
    found = words(passage(text), estimated(text, samples, rate), seconds)
    return [abs(one.at - two.at) for one, two in zip(found, told, strict=True)]


async def test_on_average_a_word_is_found_within_150_milliseconds():
    errors, native = [], []
    for name, texts in TEXTS.items():
        for text in texts:
            for speed in (0.9, 1.3):
                samples, times, rate = await spoken(text, name, speed)
                errors += off(text, samples, rate, times)
                native += [word.estimated for word in words(passage(text), times, len(samples) / rate)]
    assert mean(errors) < 0.08
    assert np.percentile(errors, 95) < 0.4
    assert mean(native) < 0.2, "eSpeak tells most words itself"


OTHERS = [
    (
        "gmw/en-GB-x-rp",
        "She sold the shop in March; by June, she regretted it. Nobody, least of all her brother, knew.",
    ),
    ("roa/pt", "O menino correu pela praia, riu alto e mergulhou na água fria antes que a mãe dissesse uma palavra."),
    ("zle/uk", "Старий рибалка сидів на березі, а чайки кричали."),
    ("sit/cmn", "今天天气很好，我们去公园散步吧。然后回家吃饭。"),
    ("inc/bn", "বুড়ো লোকটি ঘড়ি সারাচ্ছিল, তারপর সে বাড়ি গেল।"),
]


@pytest.mark.parametrize("speed", [0.7, 1.0, 1.5, 2.0])
@pytest.mark.parametrize(("name", "text"), OTHERS)
async def test_also_in_other_languages_and_at_other_speeds(name, text, speed):
    samples, times, rate = await spoken(text, name, speed)
    assert mean(off(text, samples, rate, times)) < 0.15


@pytest.mark.parametrize("speed", [0.7, 1.0, 1.8])
async def test_in_a_long_passage_as_well_and_its_end_is_no_worse_than_its_beginning(speed):
    text = " ".join([*TEXTS["en-us"], OTHERS[0][1]] * 5)
    samples, times, rate = await spoken(text, "en-us", speed)
    errors = off(text, samples, rate, times)
    assert mean(errors) < 0.15
    assert mean(errors[-50:]) < 0.15


async def test_pyttsx3_does_not_tell_and_is_found_as_well():
    """It speaks by the same library, which, asked directly, tells."""
    engine, errors = Pyttsx3Engine(), []
    for text in TEXTS["en-us"]:
        sound = Sound(engine.sample_rate, engine.sample_rate)
        async for item in engine.speak(text, Voice()):
            sound.add(item)
        sound.finish()
        _, times, _ = await spoken(text, "gmw/en", 200 / 175)
        errors += off(text, np.concatenate(sound.clean), engine.sample_rate, times)
    await engine.aclose()
    assert mean(errors) < 0.15


async def test_what_a_voice_tells_is_kept_through_trimming_and_another_sample_rate(tmp_path):
    engine, errors = EspeakEngine(), []
    recorder = LocalRecorder(engine, FolderClipStore(tmp_path), sample_rate=24000)
    for text in TEXTS["en-us"]:
        *_, clip = await record(recorder, passage(text))
        samples, times, rate = await spoken(text, "gmw/en-US", 1.0)
        told = words(passage(text), times, len(samples) / rate)
        errors += [abs(one.at - two.at) for one, two in zip(clip.words, told, strict=True)]
    await engine.aclose()
    assert mean(errors) < 0.03


async def test_times_are_in_order_and_inside_the_clip():
    samples, _, rate = await spoken(TEXTS["en-us"][0], "en-us", 1.0)
    times = estimated(TEXTS["en-us"][0], samples, rate)
    for one, two in zip(times, times[1:], strict=False):
        assert one.at + one.seconds <= two.at + 1e-6
    assert 0 <= times[0].at and times[-1].at + times[-1].seconds <= len(samples) / rate


@pytest.mark.parametrize("text", ["", "   ", "word", "...", "今天天气很好。", "a " * 300, "?! , ;"])
def test_any_text_and_any_sound_will_do(text):
    noise = np.random.default_rng(1).integers(-5000, 5000, 30000, dtype=np.int16)
    for samples in (
        noise,
        noise[:0],
        noise[:3],
        np.zeros(20000, np.int16),
        np.tile(np.r_[noise[:2000], noise[:3000] * 0], 40),
    ):
        times = estimated(text, samples, 16000)
        assert len(times) in (0, len(re.findall(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+", text)))
        assert all(np.isfinite(each.at) and each.seconds >= 0 for each in times)


async def test_a_long_passage_takes_no_long_time():
    text = " ".join(TEXTS["en-us"] * 25)
    samples = np.concatenate([(await spoken(text, "en-us", 1.0))[0] for text in TEXTS["en-us"]] * 25)
    began = time.process_time()
    times = estimated(text, samples, 22050)
    assert time.process_time() - began < 10
    assert len(times) == len(text.split())
    first = [place for place, word in enumerate(text.split()) if word == "When"]
    length = len(samples) / 22050 / 25
    assert max(abs(times[place].at - number * length) for number, place in enumerate(first)) < 1.0


async def test_a_voice_that_does_not_tell_has_its_words_marked_as_estimated(tmp_path):
    engine = Script(tone(0.4), bytes(8000), tone(0.5))
    *_, clip = await record(LocalRecorder(engine, FolderClipStore(tmp_path)))
    assert [word.text for word in clip.words] == ["Hello", "there."]
    assert all(word.estimated for word in clip.words)
    assert clip.words[0].at < 0.1 < clip.words[1].at < clip.seconds
