"""The words that speech adds are there in every language that has any."""

import tomllib
from pathlib import Path

import pytest

import pipeline.text.spoken.phrases
from pipeline.text.spoken.phrases import code_phrase, phrase, programming_language

WORDS = tomllib.loads(Path(pipeline.text.spoken.phrases.__file__).with_suffix(".toml").read_text("utf-8"))["words"]


@pytest.mark.parametrize("language", WORDS)
def test_no_language_lacks_a_word(language: str) -> None:
    assert set(WORDS[language]) == set(WORDS["en"])
    for kind in WORDS["en"]:
        assert phrase(kind, f"{language}-XX")
    said = code_phrase(12, "Python", language)
    assert (
        "12" in said
        and "Python" in said
        and "{" not in said + code_phrase(1, "", language) + code_phrase(None, "C", language)
    )


@pytest.mark.parametrize(
    ("info", "name"),
    [
        ("python", "Python"),
        ("py title=x", "Python"),
        ("{.js}", "JavaScript"),
        ("C++", "C++"),
        ("rust,ignore", "Rust"),
        ("Brainfunk", "Brainfunk"),
        ("gleam", "Gleam"),
        ("text", ""),
        ("", ""),
        ("\u2028", ""),
        ("<b>", ""),
        ("x" * 99, ""),
    ],
)
def test_a_fence_names_its_language(info: str, name: str) -> None:
    assert programming_language(info) == name
