"""Through the real piper-tts, with voices whose sound decodes back into phonemes."""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest

from pipeline.engines.piper import PiperEngine
from pipeline.errors import EngineUnavailable, UnknownVoice
from pipeline.types import Voice
from tests.engines import tiny_piper
from tests.engines.hear import hear
from tests.hearing import sentences
from tests.stopwatch import least

piper = pytest.importorskip("piper", reason="piper-tts is not installed: pip install 'aloud[piper]'")
pytest.importorskip("onnx", reason="onnx is not installed: it makes the voices that these tests speak with")

TEXT = "The quick brown fox jumps over the lazy dog. Second sentence here! A third?"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_piper.make(tmp_path_factory.mktemp("piper"))


@pytest.fixture
async def engine(model: Path) -> AsyncIterator[PiperEngine]:
    engine = PiperEngine([model])
    yield engine
    await engine.aclose()


def expected(model: Path, text: str) -> list[int]:
    """The phoneme ids of a text, by the library itself."""
    voice = piper.PiperVoice.load(model)
    return [i for phonemes in voice.phonemize(text) for i in voice.phonemes_to_ids(phonemes) if i > 2]


async def test_what_is_heard_decodes_to_the_phonemes_of_the_text_in_order(engine: PiperEngine, model: Path) -> None:
    for text in (TEXT, "In 1984, 42 of 3.50 pounds & more.", *sentences(10, seed=21)):
        assert tiny_piper.decode((await hear(engine, text)).samples) == expected(model, text)


async def test_a_long_text_is_whole_over_all_its_pieces(engine: PiperEngine, model: Path) -> None:
    text = " ".join(sentences(50, seed=22))
    assert len(text) > 2500
    assert tiny_piper.decode((await hear(engine, text)).samples) == expected(model, text)


async def test_many_at_once_are_each_right(engine: PiperEngine, model: Path) -> None:
    texts = sentences(24, seed=23)
    spoken = await asyncio.gather(*(hear(engine, text) for text in texts))
    for text, heard in zip(texts, spoken, strict=True):
        assert tiny_piper.decode(heard.samples) == expected(model, text)


async def test_numerals_are_read_as_words(engine: PiperEngine) -> None:
    digits, written = await hear(engine, "It has 42 rooms."), await hear(engine, "It has forty two rooms.")
    assert digits.pcm == written.pcm


async def test_speed_is_the_length_of_a_phoneme_and_volume_its_loudness(engine: PiperEngine, model: Path) -> None:
    plain = await hear(engine, TEXT)
    slow = await hear(engine, TEXT, Voice(speed=0.5))
    assert slow.seconds == pytest.approx(2 * plain.seconds)
    assert tiny_piper.decode(slow.samples, length_scale=2.0) == expected(model, TEXT)
    quiet = await hear(engine, TEXT, Voice(volume=0.5))
    assert np.abs(quiet.samples).max() == pytest.approx(np.abs(plain.samples).max() / 2, rel=0.01)


async def test_the_loudness_of_a_sentence_is_the_models_own(engine: PiperEngine) -> None:
    """piper would scale every sentence to the highest peak, each by another gain."""
    assert np.abs((await hear(engine, TEXT)).samples).max() == pytest.approx(0.6 * 32767, rel=0.02)


async def test_speakers_go_by_name_or_number(tmp_path: Path) -> None:
    model = tiny_piper.make(tmp_path, speakers=3)
    engine = PiperEngine([model])
    assert [info.name for info in await engine.voices()] == ["tiny", "tiny#s0", "tiny#s1", "tiny#s2"]
    for name, speaker in (("tiny", 0), ("tiny#s2", 2), ("tiny#1", 1)):
        heard = await hear(engine, TEXT, Voice(name=name))
        assert tiny_piper.decode(heard.samples, speaker=speaker) == expected(model, TEXT)
        assert engine.knows(name)
    for name in ("tiny#s3", "tiny#3", "tiny#-1", "tiny#", "other"):
        assert not engine.knows(name)
        with pytest.raises(UnknownVoice, match="There is: tiny"):
            await hear(engine, TEXT, Voice(name=name))
    await engine.aclose()


async def test_a_folder_offers_all_its_voices_at_one_sample_rate(tmp_path: Path) -> None:
    tiny_piper.make(tmp_path, "en_US-tiny-low", rate=16000)
    tiny_piper.make(tmp_path / "german", "de_DE-tiny-medium", rate=22050, voice="de")
    engine = PiperEngine.from_env({"ALOUD_PIPER_VOICES": str(tmp_path)})
    assert engine.sample_rate == 16000
    assert {info.name: info.languages for info in await engine.voices()} == {
        "en_US-tiny-low": ("en-us",),
        "de_DE-tiny-medium": ("de",),
    }
    text = "Guten Tag."
    german = await hear(engine, text, Voice(language="de-AT"))
    alone = PiperEngine([tmp_path / "german"])
    assert german.seconds == pytest.approx((await hear(alone, text)).seconds, abs=0.01)
    await engine.aclose()
    await alone.aclose()


async def test_each_word_begins_where_its_phonemes_do(engine: PiperEngine, model: Path) -> None:
    text = "Seven ships sailed north before winter."
    heard = await hear(engine, text)
    assert [text[t.start : t.end] for t in heard.times] == text.rstrip(".").split()
    voice = piper.PiperVoice.load(model, include_alignments=True)
    (chunk,) = voice.synthesize(text, include_alignments=True)
    place, begins, between = 0, [], True
    for one in chunk.phoneme_alignments:
        if one.phoneme.isalpha() and between:
            begins.append(place / 22050)
        between = one.phoneme in (" ", "^") or (between and not one.phoneme.isalpha())
        place += one.num_samples
    assert [t.at for t in heard.times] == pytest.approx(begins, abs=0.04)


async def test_words_are_all_timed_when_they_and_their_phonemes_do_not_pair(engine: PiperEngine) -> None:
    text = "Out of the 1,234,567 it was one, wasn't it? Of the 2nd — yes."
    heard = await hear(engine, text)
    assert [text[t.start : t.end] for t in heard.times][:4] == ["Out", "of", "the", "1,234,567"]
    assert text[heard.times[-1].start : heard.times[-1].end] == "yes"
    number, after = heard.times[3], heard.times[4]
    assert number.seconds > 3 * heard.times[0].seconds and after.at >= number.at + number.seconds - 0.05


@pytest.mark.parametrize("text", ["Square [[h@'loU]] brackets.", "[[[[", "a [[b"])
async def test_brackets_are_text_and_not_phonemes(engine: PiperEngine, model: Path, text: str) -> None:
    heard = await hear(engine, text)
    assert (
        tiny_piper.decode(heard.samples) == expected(model, text.replace("[[", "  ")) if heard.pcm else text == "[[[["
    )


async def test_closing_breaks_off_a_model_in_the_middle_of_its_sentence(tmp_path: Path) -> None:
    engine = PiperEngine([tiny_piper.make(tmp_path, work=60)])
    sentence = " ".join(text.rstrip(".!?") for text in sentences(40))  # one sentence, and seconds of work

    async def closing() -> float:
        async with aclosing(engine.speak("Load. " + sentence, Voice())) as stream:
            await anext(stream)
            began = time.monotonic()
        return time.monotonic() - began

    assert await least(closing, 0.25) < 0.25
    await engine.aclose()


async def test_a_listener_who_leaves_does_not_wait_for_a_model_to_load(
    engine: PiperEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading, go_on = threading.Event(), threading.Event()

    def load(*_: object, **__: object) -> None:
        loading.set()
        go_on.wait(30)
        raise OSError("nobody waits for it any more")

    monkeypatch.setattr("piper.PiperVoice.load", load)
    run = asyncio.create_task(hear(engine, TEXT))
    await asyncio.to_thread(loading.wait, 30)
    run.cancel()
    await asyncio.wait({run}, timeout=10)
    assert run.done() and not go_on.is_set()
    go_on.set()


async def test_a_listener_who_left_does_not_break_off_the_others(tmp_path: Path) -> None:
    model = tiny_piper.make(tmp_path, work=60)
    engine = PiperEngine([model])
    texts = sentences(4, seed=24)
    others = [asyncio.create_task(hear(engine, text)) for text in texts]
    for _ in range(5):
        async with aclosing(engine.speak(TEXT, Voice())) as stream:
            await anext(stream)
    for text, heard in zip(texts, await asyncio.gather(*others), strict=True):
        assert tiny_piper.decode(heard.samples) == expected(model, text)
    await engine.aclose()


def test_what_is_missing_is_named_with_a_way_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="ALOUD_PIPER_VOICES"):
        PiperEngine.from_env({})
    with pytest.raises(EngineUnavailable, match="nowhere"):
        PiperEngine.from_env({"ALOUD_PIPER_VOICES": str(tmp_path / "nowhere")})
    with pytest.raises(EngineUnavailable, match="download_voices"):
        PiperEngine([tmp_path])
    (tmp_path / "lone.onnx").write_bytes(b"x")
    with pytest.raises(EngineUnavailable, match=r"lone\.onnx\.json"):
        PiperEngine([tmp_path / "lone.onnx"])
    (tmp_path / "lone.onnx.json").write_text("[]")
    with pytest.raises(EngineUnavailable, match=r"lone\.onnx\.json"):
        PiperEngine([tmp_path])


async def test_a_model_that_cannot_be_loaded_is_named(tmp_path: Path, model: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a model")
    shutil.copy(f"{model}.json", f"{broken}.json")
    engine = PiperEngine([broken])
    with pytest.raises(EngineUnavailable, match=r"broken\.onnx"):
        await hear(engine, TEXT)
    await engine.aclose()


async def test_another_default_voice_is_another_version(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = tiny_piper.make(tmp_path / "one"), tiny_piper.make(tmp_path / "two", speakers=2)
    assert PiperEngine([one]).version == PiperEngine([one]).version != PiperEngine([two]).version
