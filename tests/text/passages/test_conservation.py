"""Whatever comes, whenever it comes: nothing is lost, no limit is broken, and what waits is bounded."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.text import Limits, Pace, SentenceSplitter, SpeechBuffer
from pipeline.text.clusters import joined
from pipeline.types import Passage
from tests.text.passages.cutting import ANSWER, cut, texts
from tests.text.plain import PlainSplitter

WORDS = [
    *"a word comma, semicolon; colon: end. Stop! Why? Dr. $3.50 1,000 12:30 — – and which # - |".split(),
    *("https://a.example/b?c=1,2", "`x, y`", "```", "**bold,", "[a, b](c)", "<think>", '"Yes,"', "“No.”"),
    *("你好，世界。", "これは。", "مرحبا، كيف؟", "e\u0301", "👍🏽", "👨‍👩‍👧", "🇩🇪", "\ud800", "\0", "\u200d"),
    *("\n", "\n\n", "\n\n\n", "\t", "\r\n", "   ", "x" * 70, "y" * 1500),
]
EMOJI = ["👍🏽", "👨‍👩‍👧‍👦", "🇩🇪", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🎉", "1️⃣", "👩🏽‍❤️‍💋‍👨🏿"]
TEXTS = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=80).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=80).map("".join),
    st.text(max_size=300),
)
SIZES = st.integers(1, 12) | st.just(400)
LIMITS = st.builds(
    lambda mode, count, first, least, more, idle, late: Limits(mode, count, first, least, least + more, idle, late),
    st.sampled_from(["adaptive", "fixed", "batch"]),
    st.integers(1, 4),
    SIZES,
    SIZES,
    st.integers(0, 300),
    st.sampled_from([0.0, 0.25, 5.0]),
    st.sampled_from([0.0, 0.5, 3.0]),
)


def live(
    text: str, limits: Limits, chance: random.Random, make: type[PlainSplitter] | type[SentenceSplitter]
) -> list[Passage]:
    """Feed a text on a wild clock to a wild voice, and call `tick` and `flush` whenever it may be."""
    pace = Pace(chance.choice([1, 2]))
    made, now, at = SpeechBuffer(limits, make(), pace), 0.0, 0
    passages: list[Passage] = []
    speaking: list[int] = []
    attentive = chance.random() < 0.7
    count = 0

    def tell() -> None:
        nonlocal count
        for passage in passages[count:] if attentive else []:
            if chance.random() < 0.8:
                pace.asked(passage.index, len(passage.text), now)
                speaking.append(passage.index)
            else:
                pace.skipped()
        count = len(passages)
        while speaking and chance.random() < 0.5:
            index = speaking.pop(chance.randrange(len(speaking)))
            if chance.random() < 0.9:
                pace.ready(index, now, 5 * chance.random())
            else:
                pace.failed(index, now)

    while at < len(text):
        size = chance.choice([0, 1, 2, 5, 9, 600])
        passages += made.feed(text[at : at + size], now)
        at += size
        tell()
        assert made.deadline is None or made.soonest <= made.deadline
        now += chance.choice([0.0, 0.001, 0.1, 0.5, 4.0]) * chance.random()
        if chance.random() < 0.05:
            passages += made.flush(now)
        if chance.random() < 0.5:
            passages += made.tick(now)
    if chance.random() < 0.5:
        return passages + made.end(now)
    passages += made.finish(now)
    for _ in range(4 * len(text) + 10):
        if not made.waiting:
            break
        tell()
        now += 1.0
        passages += made.tick(now)
    assert not made.waiting
    return passages


@settings(max_examples=250, deadline=None)
@given(text=TEXTS, limits=LIMITS, seed=st.integers(0, 1 << 30), plain=st.booleans())
def test_passages_are_the_text_without_a_hole_whatever_happens(
    text: str, limits: Limits, seed: int, plain: bool
) -> None:
    passages = live(text, limits, random.Random(seed), PlainSplitter if plain else SentenceSplitter)
    assert "".join(texts(passages)) == text
    assert [passage.index for passage in passages] == list(range(len(passages)))
    at = 0
    for passage in passages:
        assert (passage.start, passage.end) == (at, at + len(passage.text))
        assert passage.text
        at = passage.end


@settings(max_examples=150, deadline=None)
@given(
    head=st.sampled_from(["So great!", "So great! ", "好。", "好", "It works :) ", ""]),
    pictures=st.lists(st.sampled_from(EMOJI), min_size=20, max_size=250),
    tail=st.sampled_from([" Come in.", "好。", "and on", ""]),
    mode=st.sampled_from(["adaptive", "fixed", "batch"]),
    size=st.sampled_from([1, 2, 7, 400]),
)
@example("好。", ["🎉", *["👍🏽"] * 40], "", "batch", 2)
def test_a_row_of_pictures_is_cut_between_two_of_them(
    head: str, pictures: list[str], tail: str, mode: str, size: int
) -> None:
    text = head + "".join(pictures) + tail
    for passage in cut(text, size, mode=mode):
        assert not joined(text, passage.end)


@pytest.mark.parametrize("mode", ["fixed", "adaptive", "batch"])
@pytest.mark.parametrize("length", [400, 999, 1000, 1001, 1032, 1033, 2032])
def test_an_endless_word_takes_nothing_along(mode: str, length: int) -> None:
    text = f"Some words first; {'y' * length} a"
    for passage in live(text, Limits(mode=mode, max_chunk_length=300), random.Random(0), SentenceSplitter):
        assert len(passage.text.rstrip()) <= 300 or len(passage.text.split()) == 1


@settings(max_examples=150, deadline=None)
@example("これは。 a a a a 你好，世界。", Limits("adaptive", 1, 400, 1, 3, 0.0, 0.0), 0)
@given(text=TEXTS, limits=LIMITS, seed=st.integers(0, 1 << 30))
def test_no_passage_is_longer_than_the_limit_but_for_one_endless_word(text: str, limits: Limits, seed: int) -> None:
    for passage in live(text, limits, random.Random(seed), SentenceSplitter):
        words = passage.text.split()
        assert len(passage.text.rstrip()) <= limits.max_chunk_length or len(words) == 1


@settings(max_examples=150, deadline=None)
@example("你好，世界。 \n\n", 20, 1)
@given(
    text=TEXTS.filter(lambda text: "y" * 1500 not in text),
    longest=st.integers(20, 300),
    size=st.sampled_from([1, 2, 3, 8, 100]),
)
def test_without_a_clock_passages_do_not_depend_on_the_tokens(text: str, longest: int, size: int) -> None:
    limits = {"mode": "batch", "max_chunk_length": longest}
    assert cut(text, size, **limits) == cut(text, **limits)


@pytest.mark.parametrize("longest", [300, 60, 25])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 11, 64, 100])
def test_an_answer_is_cut_the_same_from_any_tokens(longest: int, size: int) -> None:
    limits = {"mode": "fixed", "max_chunk_length": longest}
    assert cut(ANSWER, size, **limits) == cut(ANSWER, **limits)


@pytest.mark.parametrize("mode", ["adaptive", "fixed", "batch"])
@pytest.mark.parametrize("piece", ["word ", "x", " ", "\n", ".", '"and so on, ', "`a, b` ", "Mr. ", "a, "])
def test_what_waits_is_bounded_whatever_comes(mode: str, piece: str) -> None:
    made = SpeechBuffer(Limits.of({"mode": mode}), SentenceSplitter(), Pace())
    most = 0
    for number in range(8000 // len(piece)):
        made.feed(piece, number / 1000)
        most = max(most, made.waiting)
    assert most <= 6000


def test_a_fence_that_never_ends_is_handed_out_in_pieces() -> None:
    made = SpeechBuffer(Limits(mode="fixed"), SentenceSplitter(), Pace())
    passages = made.feed("```\n" + "x = 1, 2\n" * 500, 0.0)
    assert made.waiting < 1000
    assert all(p.text.endswith("\n") for p in passages)
