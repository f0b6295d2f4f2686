"""What the splitter promises of every text: nothing lost, true offsets, the same sentences however it is cut."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text import SentenceSplitter
from pipeline.types import Sentence

LANGUAGES = "en de fr es it ru zh ja hy el ar hi da pl sk kk nl xx".split()
MARKS = [
    *".!?…。！？।։؟:;,'\"“”‘’«»„()[]{}「」`*_~#|<>-—•\n \t0123aAbBIz",
    *"``` \n\n Dr. e.g. p.m. U.S. <think> </think> 🎉 :) \u202c é 你 \ud800 \x00 https://a.b/c?d=1 He the [1]".split(
        " "
    ),
    *(" . . .", "1. ", "\n- ", "\n| a |", "\r\n"),
]
texts = st.lists(st.sampled_from(MARKS) | st.text(max_size=4), max_size=60).map("".join)


def split(pieces: Iterable[str], language: str = "en") -> list[Sentence]:
    splitter = SentenceSplitter(language)
    return [s for piece in pieces for s in splitter.feed(piece)] + splitter.flush()


def cuttings(text: str, seed: int) -> Iterable[Sequence[str]]:
    yield text
    for size in (2, 3, 7):
        yield [text[i : i + size] for i in range(0, len(text), size)]
    rng = random.Random(seed)
    places = sorted(rng.choices(range(len(text) + 1), k=len(text) // 3 + 2))
    yield [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


def check_partition(text: str, sentences: list[Sentence]) -> None:
    at = 0
    for s in sentences:
        assert text[s.start : s.end] == s.text == s.text.strip() != ""
        assert not text[at : s.start].strip()
        at = s.end
    assert not text[at:].strip()


@settings(max_examples=300, deadline=None)
@given(texts, st.sampled_from(LANGUAGES))
def test_nothing_is_lost_and_tokens_do_not_matter(text: str, language: str) -> None:
    whole = split([text], language)
    check_partition(text, whole)
    for pieces in cuttings(text, len(text)):
        assert split(pieces, language) == whole


@settings(max_examples=40, deadline=None)
@given(st.lists(texts, min_size=20, max_size=60).map(" ".join), st.sampled_from(LANGUAGES))
def test_long_texts_are_cut_alike_too(text: str, language: str) -> None:
    whole = split([text], language)
    check_partition(text, whole)
    assert split(text, language) == whole


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(texts, st.floats(0, 3)), max_size=8))
def test_silence_loses_nothing(tokens: list[tuple[str, float]]) -> None:
    splitter, out, now = SentenceSplitter(), list[Sentence](), 0.0
    for token, pause in tokens:
        out += splitter.feed(token, now)
        due = splitter.deadline
        now += pause
        said = splitter.poll(now)
        assert bool(said) <= (due is not None and now >= due)
        assert splitter.poll(now) == []
        out += said
    check_partition("".join(token for token, _ in tokens), out + splitter.flush())


@pytest.mark.parametrize("language", ["", "xx", "EN", "en-GB", "pt_BR", "klingon", "zh-Hant"])
def test_any_language_is_welcome(language: str) -> None:
    assert len(split(["One is here. Two is there."], language)) == 2


def test_an_empty_text_changes_nothing() -> None:
    splitter = SentenceSplitter()
    splitter.feed("Done.", 1.0)
    assert splitter.feed("", 9.0) == []
    assert splitter.deadline == 1.0 + splitter.patience


def test_where_the_open_sentence_begins_and_how_far_it_is_settled() -> None:
    splitter = SentenceSplitter()
    splitter.feed("It is done. Then Mr. Smith paid $3.")
    assert splitter.open == 12
    assert splitter.settled == 32
    splitter.feed("50 and le")
    assert splitter.settled == len("It is done. Then Mr. Smith paid $3.50 and ")
    splitter = SentenceSplitter()
    splitter.feed("I spoke to Dr. J. ")
    assert splitter.settled == len("I spoke to ")
