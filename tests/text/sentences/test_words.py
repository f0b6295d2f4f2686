"""The words of the languages: what their data promise."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pipeline.text.sentences.words import Kind, words

DATA = tomllib.loads(Path("pipeline/text/sentences/words.toml").read_text(encoding="utf-8"))
KINDS = "title numbered never closing short".split()
KEYS = {*KINDS, *"words starters orders subjects links months letters saying counts units adverbial".split()}
KEYS |= {"tails", "ordinal"}


@pytest.mark.parametrize("language", DATA)
def test_the_data_are_well_written(language: str) -> None:
    assert set(DATA[language]) <= KEYS
    for value in DATA[language].values():
        listed = value.split()
        assert len(set(listed)) == len(listed)
        assert not [word for word in listed if word != word.lower() or word.endswith(".")]


@pytest.mark.parametrize("language", DATA)
def test_a_word_is_said_to_be_one_thing_and_once(language: str) -> None:
    said = [word for kind in KINDS for word in DATA[language].get(kind, "").split()]
    assert sorted(said) == sorted(set(said))
    for kind in KINDS:
        own, common = (set(DATA[code].get(kind, "").split()) for code in (language, "any"))
        assert language == "any" or not own & common


@pytest.mark.parametrize("language", [*DATA, "zh", "fa"])
def test_what_may_be_subjects_may_be_starters(language: str) -> None:
    assert words(language).subjects <= words(language).starters


@pytest.mark.parametrize(
    ("language", "token", "kind"),
    [
        ("en", "Mr", Kind.TITLE),
        ("en", "Lt.-Gov", Kind.TITLE),
        ("en", "e.g", Kind.NEVER),
        ("en", "etc", Kind.CLOSING),
        ("en", "Inc", Kind.SHORT),
        ("en", "U.S", Kind.SHORT),
        ("en", "W.H.O", Kind.SHORT),
        ("en", "J", Kind.INITIAL),
        ("en", "p", Kind.NUMBERED),
        ("en", "sat", Kind.PLAIN),
        ("en", "Sat", Kind.SHORT),
        ("en", "main.py", Kind.PLAIN),
        ("en", "house", Kind.PLAIN),
        ("de", "bzw", Kind.NEVER),
        ("de", "Goethestr", Kind.NUMBERED),
        ("it", "BBC", Kind.PLAIN),
        ("it", "dott", Kind.TITLE),
        ("pt", "PT", Kind.PLAIN),
        ("ru", "куб.м", Kind.SHORT),
        ("nl", "aanw", Kind.SHORT),
        ("xx", "Mr", Kind.TITLE),
    ],
)
def test_what_a_dot_behind_a_word_may_be(language: str, token: str, kind: Kind) -> None:
    assert words(language).kind(token) is kind


def test_a_language_without_words_borrows_from_a_relative() -> None:
    assert words("nn").language == "nb"
    assert words("de-AT") is words("de_CH") is words("DE")
    assert words("any").language == words("zz").language == ""
