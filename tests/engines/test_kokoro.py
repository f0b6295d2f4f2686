"""Through the real kokoro-onnx, with a model whose sound decodes back into tokens."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.engines.kokoro import KokoroEngine
from pipeline.errors import EngineUnavailable, UnknownVoice
from pipeline.types import Voice
from tests.engines import tiny_kokoro
from tests.engines.hear import hear
from tests.hearing import sentences

kokoro_onnx = pytest.importorskip("kokoro_onnx", reason="kokoro-onnx is not installed: pip install 'aloud[kokoro]'")
pytest.importorskip("onnx", reason="onnx is not installed: it makes the model that these tests speak with")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return tiny_kokoro.make(tmp_path_factory.mktemp("kokoro"))


@pytest.fixture(scope="module")
def library(files: tuple[Path, Path]) -> Any:
    return kokoro_onnx.Kokoro(*map(str, files))


@pytest.fixture
async def engine(files: tuple[Path, Path]) -> AsyncIterator[KokoroEngine]:
    engine = KokoroEngine(*files)
    yield engine
    await engine.aclose()


def pcm(sound: np.ndarray) -> np.ndarray:
    return (np.clip(sound, -1, 1) * 32767).astype("<i2")


def untrimmed(library: Any, text: str, lang: str = "en-us") -> list[int]:
    return tiny_kokoro.decode(library.create(text, "af_tiny", lang=lang, trim=False)[0])


async def test_what_is_heard_is_what_the_library_makes_and_that_is_the_text(engine: KokoroEngine, library: Any) -> None:
    for text in ("Hello there, world. This is a second sentence!", "In 1984, 42 rooms.", *sentences(5, seed=31)):
        sound, _ = library.create(text, "af_tiny")
        assert (await hear(engine, text)).pcm == pcm(sound).tobytes()
        tokens = library.tokenizer.tokenize(library.tokenizer.phonemize(text, "en-us"))
        assert untrimmed(library, text) == [token for token in tokens if token]


async def test_a_long_text_is_whole_over_all_its_pieces(engine: KokoroEngine, library: Any) -> None:
    texts = sentences(60, seed=32)
    alone = sum([(await hear(engine, text)).seconds for text in texts])
    assert (await hear(engine, " ".join(texts))).seconds == pytest.approx(alone, rel=0.15)


async def test_many_at_once_are_each_right(engine: KokoroEngine) -> None:
    texts = sentences(16, seed=33)
    alone = [(await hear(engine, text)).pcm for text in texts]
    assert [heard.pcm for heard in await asyncio.gather(*(hear(engine, text) for text in texts))] == alone


async def test_speed_and_volume_are_heard_and_bounded(engine: KokoroEngine) -> None:
    text = sentences(1, seed=34)[0]
    plain = await hear(engine, text)
    assert (await hear(engine, text, Voice(speed=2))).seconds == pytest.approx(plain.seconds / 2, rel=0.05)
    assert (await hear(engine, text, Voice(speed=9))).pcm == (await hear(engine, text, Voice(speed=2))).pcm
    assert np.abs((await hear(engine, text, Voice(volume=0.5))).samples).max() < 0.6 * np.abs(plain.samples).max()


async def test_a_voice_speaks_its_language(engine: KokoroEngine, library: Any) -> None:
    infos = {info.name: (info.languages, info.gender) for info in await engine.voices()}
    assert infos["bf_tiny"] == (("en-gb",), "female") and infos["am_tiny"] == (("en-us",), "male")
    text = "Una casa grande."
    sound, _ = library.create(text, "ef_tiny", lang="es")
    expected = pcm(sound).tobytes()
    assert (await hear(engine, text, Voice(name="ef_tiny"))).pcm == expected
    assert (await hear(engine, text, Voice(language="es-MX"))).pcm == expected


async def test_an_unknown_voice_is_refused_with_those_near_it(engine: KokoroEngine) -> None:
    with pytest.raises(UnknownVoice, match="af_tiny"):
        await hear(engine, "Hello.", Voice(name="af_tinny"))
    assert engine.knows("AF_TINY") and not engine.knows("af_heart")


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("af_tiny+am_tiny", 0.5),
        ("AF_tiny(2) + bf_tiny(1)", 2 / 3),
        ("af_tiny(0.5)+am_tiny(0.5)+ef_tiny", 1.75),
        ("am_tiny+am_tiny", 1.0),
        ("am_tiny(7)", 1.0),
    ],
)
async def test_several_voices_are_mixed_by_their_weights(
    engine: KokoroEngine, library: Any, name: str, style: float
) -> None:
    text = "Hello there, world."
    sound, _ = library.create(text, np.full((510, 1, 256), style, np.float32))
    expected = pcm(sound)
    assert engine.knows(name)
    assert np.abs((await hear(engine, text, Voice(name=name))).samples.astype(int) - expected).max() <= 1


async def test_a_blend_speaks_the_language_of_its_first_voice(engine: KokoroEngine, library: Any) -> None:
    text = "Una casa grande."
    sound, _ = library.create(text, np.full((510, 1, 256), 1.5, np.float32), lang="es")
    expected = pcm(sound).tobytes()
    assert (await hear(engine, text, Voice(name="ef_tiny+af_tiny"))).pcm == expected
    assert (await hear(engine, text, Voice(name="af_tiny+ef_tiny"))).pcm != expected


@pytest.mark.parametrize("name", ["af_tiny+af_tinny", "af_tiny+", "+", "af_tiny(0)", "af_tiny(x)+am_tiny", "af_tiny(1"])
async def test_a_blend_of_which_one_voice_is_none_is_refused(engine: KokoroEngine, name: str) -> None:
    assert not engine.knows(name)
    with pytest.raises(UnknownVoice, match="kokoro has no voice"):
        await hear(engine, "Hello.", Voice(name=name))


async def test_each_word_is_heard_in_its_time_where_the_model_tells_it(library: Any, tmp_path: Path) -> None:
    engine = KokoroEngine(*tiny_kokoro.make(tmp_path, timed=True))
    text = "Seven ships, they say, sailed north. " + "They came back before winter was over. " * 12 + "All of them!"
    heard = await hear(engine, text)
    await engine.aclose()
    assert [text[time.start : time.end] for time in heard.times] == re.findall(r"\w+", text)
    for time in (*heard.times[:6], *heard.times[-9:]):
        within = heard.samples[round(time.at * 24000) : round((time.at + time.seconds) * 24000)]
        alone = library.tokenizer.tokenize(library.tokenizer.phonemize(text[time.start : time.end], "en-us"))
        stress = {library.tokenizer.vocab[sign] for sign in "ˈˌ"}  # is another in the midst of a sentence
        assert [token for token in tiny_kokoro.decode(within) if token not in stress] == [
            token for token in alone if token not in stress
        ]


def test_what_is_missing_is_named_with_a_way_to_get_it(files: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="ALOUD_KOKORO_MODEL"):
        KokoroEngine.from_env({"ALOUD_KOKORO_VOICES": str(files[1])})
    with pytest.raises(EngineUnavailable, match="nowhere"):
        KokoroEngine.from_env({"ALOUD_KOKORO_MODEL": str(tmp_path / "nowhere"), "ALOUD_KOKORO_VOICES": str(files[1])})
    with pytest.raises(EngineUnavailable, match="cannot be read"):
        KokoroEngine(files[0], files[0])


async def test_a_model_that_cannot_be_loaded_is_named(files: tuple[Path, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a model")
    engine = KokoroEngine(broken, files[1])
    with pytest.raises(EngineUnavailable, match=r"broken\.onnx"):
        await hear(engine, "Hello.")
    await engine.aclose()
