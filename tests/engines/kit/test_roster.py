"""A voice is found by the names and languages that people write."""

from __future__ import annotations

import pytest

from pipeline.engines.kit.roster import pick_language, speaking, unknown
from pipeline.errors import UnknownVoice
from pipeline.types import VoiceInfo

VOICES = [VoiceInfo(code, (code,)) for code in ("en-GB", "cmn", "nb-NO", "pt-BR", "en-US")]


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en", "en-GB"), ("en-us", "en-US"), ("en_AU", "en-GB"), ("ENG", "en-GB"), ("zh", "cmn"), ("zh-Hans-CN", "cmn"),
        ("no", "nb-NO"), ("nn", "nb-NO"), ("nb", "nb-NO"), ("por", "pt-BR"), ("pt-PT", "pt-BR"), ("yue", ""), ("", ""),
        ("e", ""), ("english", ""), ("-", ""),
    ],
)  # fmt: skip
def test_a_language_is_found_by_its_codes_first_as_it_is_written(language: str, voice: str) -> None:
    assert speaking(VOICES, language) == voice


@pytest.mark.parametrize(
    ("first", "language", "voice"),
    [
        ("en-AU", "de", "de-DE"), ("en-AU", "ger", "de-DE"), ("en-AU", "de-CH", "de-DE"), ("en-AU", "de-AT", "de-AT"),
        ("de-AT", "de", "de-AT"), ("de", "de", "de"), ("en-AU", "fr", "fr-BE"),
        ("en-AU", "pt", "pt-BR"), ("en-AU", "por", "pt-BR"), ("en-AU", "pt-AO", "pt-BR"), ("pt-PT", "pt", "pt-PT"),
        ("en-AU", "zh", "zh-CN"), ("de-AT", "en", "en-US"),
    ],
)  # fmt: skip
def test_without_a_region_the_engines_own_voice_comes_before_the_language_at_home(
    first: str, language: str, voice: str
) -> None:
    regions = ("de-AT", "de-DE", "fr-BE", "fr-CA", "pt-PT", "pt-BR", "zh-HK", "zh-CN", "en-AU", "en-GB", "en-US")
    voices = [VoiceInfo(code, (code,)) for code in (first, *regions)]
    assert speaking(voices, language) == voice


def test_a_refusal_names_what_there_is() -> None:
    with pytest.raises(UnknownVoice, match="There is: cmn, en-GB, en-US, nb-NO, pt-BR") as refused:
        pick_language("some", VOICES, "klingon")
    assert refused.value.details["languages"] == ["cmn", "en-GB", "en-US", "nb-NO", "pt-BR"]


def test_a_refused_blend_is_told_what_is_near_the_voice_that_there_is_not() -> None:
    voices = [*(f"af_{number:03}" for number in range(30)), "af_bella", "bm_george"]
    assert unknown("some", "af_bella(2)+bm_gorge(1)", voices).details["near"][0] == "bm_george"
    assert unknown("some", "af_bela", voices).details["near"][0] == "af_bella"
