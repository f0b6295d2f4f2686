"""Who speaks: one engine shared, the best that works here, and what is remembered of voices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import anyio
import pytest

from pipeline import create_streaming_pipeline
from pipeline.assembly import Workshop
from pipeline.engines.espeak import EspeakEngine
from pipeline.engines.fallback import FallbackEngine
from pipeline.engines.tone import ToneEngine
from pipeline.errors import EngineError, EngineTimeout, EngineUnavailable, InvalidRequest, UnknownEngine, UnknownVoice
from pipeline.order import Order
from pipeline.tables import offered
from pipeline.types import Voice, VoiceInfo
from pipeline.voices import HABITS, SUCCESSIONS, Voices
from pipeline.voices import offered as told


def test_an_engine_is_made_once(tmp_path: Path) -> None:
    workshop = Workshop(output_dir=tmp_path, env={})
    assert workshop.engine(["tone"]) is workshop.engine(["tone"])


def test_without_a_name_the_settings_choose(tmp_path: Path) -> None:
    assert Workshop(output_dir=tmp_path, env={}).engine().name == "espeak"
    assert Workshop(output_dir=tmp_path, env={"ALOUD_TTS_PROVIDER": "tone"}).engine().name == "tone"


def test_what_cannot_work_here_is_left_out_of_a_succession(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(cls: type) -> None:
        raise EngineUnavailable("There is no model.")

    monkeypatch.setattr("pipeline.engines.espeak.EspeakEngine.__init__", refuse)
    workshop = Workshop(output_dir=tmp_path, env={})
    assert workshop.engine(["espeak", "tone"]).name == "tone"
    assert "There is no model." in caplog.text
    with pytest.raises(EngineUnavailable, match="There is no model."):
        workshop.engine(["espeak"])


def test_only_so_many_successions_are_remembered() -> None:
    voices = Voices({}, {name: ToneEngine() for name in "abcdef"})
    orders = [*permutations("abcdef", 4)][: SUCCESSIONS + 1]
    made = [voices.engine(names) for names in orders]
    assert voices.engine(orders[-1]) is made[-1]
    assert voices.engine(orders[0]) is not made[0]


def test_an_engine_of_another_package_that_is_not_whole_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("pipeline.engines.tone.ToneEngine.voices")
    with pytest.raises(EngineUnavailable, match="The engine tone has no voices .see pipeline.Engine"):
        Voices({}, {}).engine(["tone"])


@pytest.mark.parametrize(("name", "number"), [("sample_rate", 50), ("sample_rate", "22050"), ("parallel", 0)])
def test_an_engine_with_numbers_that_cannot_be_is_refused(
    name: str, number: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ToneEngine, name, number)
    with pytest.raises(EngineUnavailable, match=f"its {name} is '?{number}"):
        Voices({}, {}).engine(["tone"])
    with pytest.raises(InvalidRequest, match=f"its {name} is '?{number}"):
        create_streaming_pipeline("text", ToneEngine())


async def test_voices_that_are_none_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    async def names(engine: ToneEngine) -> list[str]:
        return ["high", "low"]

    monkeypatch.setattr(ToneEngine, "voices", names)
    with pytest.raises(EngineUnavailable, match="voices gives str, and must give VoiceInfo"):
        await Voices({}, {"mine": ToneEngine()}).voice(Order(tts_provider=("mine",), voice="high"))


@pytest.mark.parametrize("odd", [("high", "en"), ("high", ("en", 7)), ("high", None), ("high", (), None), (7,)])
async def test_a_voice_that_is_told_of_in_an_odd_way_is_named(
    odd: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def voices(engine: ToneEngine) -> list[VoiceInfo]:
        return [VoiceInfo("low", ("en",)), VoiceInfo(*odd)]

    monkeypatch.setattr(ToneEngine, "voices", voices)
    with pytest.raises(EngineUnavailable, match=f"^The engine tone: .*{odd[0]}.* languages"):
        await told(ToneEngine())


def test_an_engine_that_wants_to_end_the_program_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(engine: ToneEngine, *numbers: float) -> None:
        raise SystemExit(1)

    monkeypatch.setattr(ToneEngine, "__init__", leave)
    with pytest.raises(EngineUnavailable, match="tone cannot be made: SystemExit: 1"):
        Voices({}, {}).engine(["tone"])


async def test_an_engine_that_never_tells_its_voices_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(engine: ToneEngine) -> None:
        await anyio.sleep_forever()

    monkeypatch.setattr(ToneEngine, "voices", never)
    with pytest.raises(EngineTimeout, match=r"tone did not tell its voices within 0.01 s"):
        await told(ToneEngine(), 0.01)


async def test_whoever_made_an_engine_closes_it_and_a_succession_before_those_it_is_made_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed: list[object] = []
    for kind in (FallbackEngine, ToneEngine):

        async def close(engine: object) -> None:
            closed.append(engine)

        monkeypatch.setattr(kind, "aclose", close)
    own = {name: ToneEngine() for name in ("piper", *"abcdef")}
    voices = Voices({}, own)
    assert voices.engine(["auto"]) is own["piper"]
    tone, first, *_ = [voices.engine(names) for names in (["tone"], ["tone", "piper"], *permutations("abcdef", 4))]
    await voices.aclose()
    assert first in closed and closed[-1] is tone, "also the one that is no longer remembered"
    assert not any(engine in closed for engine in own.values())


async def test_an_engine_that_cannot_be_closed_keeps_no_other_open(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []

    async def close(engine: ToneEngine | EspeakEngine) -> None:
        closed.append(engine.name)
        raise OSError("a stranger's bug")

    monkeypatch.setattr(ToneEngine, "aclose", close)
    monkeypatch.setattr(EspeakEngine, "aclose", close)
    voices = Voices({}, {})
    voices.engine(["tone", "espeak"])
    with pytest.raises(EngineError, match="cannot be closed: OSError: a stranger's bug"):
        await voices.aclose()
    assert sorted(closed) == ["espeak", "tone"]


def test_an_unknown_engine_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    with pytest.raises(UnknownEngine):
        Workshop(output_dir=tmp_path, env={}).engine(["tone", "nobody"])


def test_only_so_many_voices_are_remembered(tmp_path: Path) -> None:
    workshop = Workshop(output_dir=tmp_path, env={})
    first, often = workshop.habit(Voice(name="first")), workshop.habit(Voice(name="often"))
    for number in range(HABITS):
        workshop.habit(Voice(name=f"voice {number}"))
        assert workshop.habit(Voice(name="often")) is often
    assert workshop.habit(Voice(name="first")) is not first


async def test_a_voice_of_another_packages_engine_is_asked_for_as_one_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "quartet.py").write_text(
        "from pipeline.engines.tone import ToneEngine\nclass Quartet(ToneEngine):\n    name = 'quartet'\n"
    )
    info = tmp_path / "quartet-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: quartet\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[aloud.engines]\nquartet = quartet:Quartet\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("pipeline.engines.offered", offered.__wrapped__)  # looks for it anew
    async with Workshop(output_dir=tmp_path, env={}) as workshop:
        engine, voice = await workshop.voice(Order(text="Hello.", voice="quartet/high"))
        assert (engine.name, voice.name) == ("quartet", "high")
        engine, voice = await workshop.voice(Order(text="Hello.", voice="gmw/en-US"))
        assert (engine.name, voice.name) == ("espeak", "gmw/en-US")


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        ((), ["tone"]),
        (("espeak",), ["tone"]),
        (("tone", "espeak"), ["tone", "espeak"]),
        (("espeak", "tone"), ["tone", "espeak"]),
        (("auto",), ["tone"]),
    ],
)
async def test_a_voice_with_its_engines_name_is_spoken_by_that_and_by_who_was_to_follow(
    tmp_path: Path, names: tuple[str, ...], asked: list[str]
) -> None:
    workshop = Workshop(output_dir=tmp_path, env={"ALOUD_TTS_PROVIDER": "espeak"})
    engine, voice = await workshop.voice(Order(text="x", voice="tone/low", tts_provider=names))
    assert engine is workshop.engine(asked)
    assert (voice.engine, voice.name) == ("tone", "low")


@pytest.mark.parametrize(
    ("order", "language"),
    [
        ({"voice": "espeak/fr-fr"}, "fr-fr"),
        ({"voice": "espeak/de+f3"}, "de"),
        ({"voice": "espeak/cmn"}, "cmn"),
        ({"voice": "mixed/pt-BR(2)+en-us(1)"}, "pt-BR"),
        ({"voice": "espeak/fr-fr", "language": "fr-CA"}, "fr-CA"),
        ({"voice": "tone/low"}, ""),
        ({"tts_provider": ("espeak",)}, ""),
    ],
)
async def test_a_text_is_in_the_language_of_the_voice_that_is_named_unless_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: dict[str, Any], language: str
) -> None:
    mixed = Polyglot("mixed", "en-us", "pt-BR")
    monkeypatch.setattr(mixed, "knows", lambda name: True, raising=False)
    workshop = Workshop(output_dir=tmp_path, env={}, own_engines={"mixed": mixed})
    _, voice = await workshop.voice(Order(text="x", **order))
    assert voice.language == language


def test_a_name_that_is_given_twice_counts_once(tmp_path: Path) -> None:
    workshop = Workshop(output_dir=tmp_path, env={})
    assert workshop.engine(["tone", "tone"]) is workshop.engine(["tone"])
    assert workshop.engine(["tone", "espeak", "tone"]) is workshop.engine(["tone", "espeak"])


def test_an_engine_that_breaks_as_it_is_made_is_left_out_like_any_that_cannot_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(cls: type) -> None:
        raise RuntimeError("a stranger's bug")

    monkeypatch.setattr("pipeline.engines.espeak.EspeakEngine.__init__", broken)
    workshop = Workshop(output_dir=tmp_path, env={})
    assert workshop.engine(["espeak", "tone"]).name == "tone"
    with pytest.raises(EngineUnavailable, match="espeak cannot be made: RuntimeError"):
        workshop.engine(["espeak"])


class Polyglot(ToneEngine):
    """Tells its languages, or breaks when it is asked for them."""

    def __init__(self, name: str, *languages: str) -> None:
        super().__init__()
        self.name, self._languages = name, languages

    async def voices(self) -> Sequence[VoiceInfo]:
        if not self._languages:
            raise ConnectionError("the list is elsewhere")
        return [VoiceInfo(language, (language,)) for language in self._languages]


@pytest.mark.parametrize("language", ["zz-nonsense", "klingon", "-", "en us", "ζζ"])
async def test_a_language_that_the_voice_does_not_have_is_refused_with_those_that_it_has(language: str) -> None:
    voices = Voices({}, {"two": Polyglot("two", "en-us", "pt-BR")})
    with pytest.raises(UnknownVoice, match="There is: en-us, pt-BR") as refused:
        await voices.voice(Order(language=language, tts_provider=("two",)))
    assert refused.value.details["languages"] == ["en-us", "pt-BR"]


@pytest.mark.parametrize("asked", ["pt", "pt-PT", "por", "cmn", "zh", "zh_CN", "no", "nn-NO", "EN-GB", "eng"])
async def test_a_language_is_known_by_all_its_codes_and_in_every_region(asked: str) -> None:
    voices = Voices({}, {"some": Polyglot("some", "en-us", "pt-BR", "zh-cmn", "nb-NO")})
    _, voice = await voices.voice(Order(language=asked, tts_provider=("some",)))
    assert voice.language == asked


async def test_who_tells_no_languages_or_is_named_a_voice_is_asked_for_any() -> None:
    own = {"tone": ToneEngine(), "down": Polyglot("down"), "two": Polyglot("two", "en-us", "pt-BR")}
    voices = Voices({}, own)
    for order in (
        Order(tts_provider=("tone",)),
        Order(tts_provider=("down",)),
        Order(tts_provider=("two",), voice="en-us"),
        Order(tts_provider=("two", "tone")),
    ):
        await voices.voice(replace(order, language="tlh"))
    await voices.aclose()


async def test_the_next_of_several_engines_may_speak_the_language() -> None:
    voices = Voices({}, {"two": Polyglot("two", "en-us", "pt-BR"), "one": Polyglot("one", "de")})
    _, voice = await voices.voice(Order(language="de", tts_provider=("two", "one")))
    assert voice.language == "de"
    with pytest.raises(UnknownVoice):
        await voices.voice(Order(language="fr", tts_provider=("two", "one")))
    await voices.aclose()


async def test_where_the_choice_is_ours_it_is_the_best_that_speaks_the_language() -> None:
    voices = Voices({}, {"kokoro": Polyglot("kokoro", "en-us", "cmn")})
    chosen = {}
    for language in ("", "en", "zh", "de"):
        engine, _ = await voices.voice(Order(language=language))
        chosen[language] = engine.name
    assert chosen == {"": "kokoro", "en": "kokoro", "zh": "kokoro", "de": "espeak"}
    with pytest.raises(UnknownVoice, match="kokoro"):
        await voices.voice(Order(language="zz"))
    await voices.aclose()
