"""Settings whose name was written wrongly."""

import pytest

from api.settings import misspelt


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("ALOUD_MAX_CHAR", "ALOUD_MAX_CHARS"),
        ("ALOUD_RETENTION_HOUR", "ALOUD_RETENTION_HOURS"),
        ("ALOUD_TTS_PROVIDERS", "ALOUD_TTS_PROVIDER"),
        ("ALOUD_OUTPUTDIR", "ALOUD_OUTPUT_DIR"),
        ("ALOUD_LMM_TIMEOUT", "ALOUD_LLM_TIMEOUT"),
        ("aloud_port", "ALOUD_PORT"),
    ],
)
def test_a_name_that_is_none_is_told_with_the_nearest_that_is_one(given: str, meant: str) -> None:
    (said,) = misspelt({given: "1", meant: "1"})
    assert said.startswith(f"{given} ")
    assert f"; is {meant} meant?" in said


def test_a_name_like_no_other_is_told_alone() -> None:
    assert misspelt({"ALOUD_XYZZY": "1"}) == ["ALOUD_XYZZY is no setting of aloud's and changes nothing"]


def test_what_is_read_and_what_is_others_is_not_told() -> None:
    assert misspelt({"ALOUD_MAX_CHARS": "1", "ALOUD_TONE_START": "1", "OLLAMA_HOST": "", "LOUD_MAX_CHAR": ""}) == []
