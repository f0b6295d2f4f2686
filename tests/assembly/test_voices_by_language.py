"""Which engine speaks a language, and what is refused because none does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.assembly.order import Order
from pipeline.assembly.voices import Voices
from pipeline.assembly.workshop import Workshop
from pipeline.engines.tone import ToneEngine
from pipeline.errors import UnknownVoice
from pipeline.types import VoiceInfo


class Polyglot(ToneEngine):
    """Tells its languages, or breaks when it is asked for them."""

    def __init__(self, name: str, *languages: str) -> None:
        super().__init__()
        self.name, self._languages = name, languages

    async def voices(self) -> Sequence[VoiceInfo]:
        if not self._languages:
            raise ConnectionError("the list is elsewhere")
        return [VoiceInfo(language, (language,)) for language in self._languages]


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
