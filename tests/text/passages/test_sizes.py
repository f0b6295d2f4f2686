"""Where passages end by their size, in every mode."""

from __future__ import annotations

import random

import pytest

from pipeline.text import Limits, Pace, SentenceSplitter, SpeechBuffer
from pipeline.text.passages.limits import Mode
from tests.text.passages.cutting import ANSWER, buffer, cut, fast, reasons, texts

FOUR = "This is the first sentence. Here is the second one. And this is the third. The fourth one ends."


@pytest.mark.parametrize("size", [0, 1, 5])
def test_fixed_speaks_as_many_sentences_as_configured(size: int) -> None:
    passages = cut(FOUR, size, mode="fixed", sentence_buffer_size=2)
    assert [(p.text, p.reason) for p in passages] == [
        ("This is the first sentence. ", "first"),
        ("Here is the second one. And this is the third. ", "size"),
        ("The fourth one ends.", "end"),
    ]


@pytest.mark.parametrize("mode", ["fixed", "batch"])
@pytest.mark.parametrize("space", ["\n", "\n\n", " \n"])
def test_a_sentence_that_ends_its_line_is_spoken_as_soon_as_the_next_line_begins(space: str, mode: Mode) -> None:
    head = f"One is here and it is there. Two is here and it is there.{space}"
    made, came = SpeechBuffer(Limits(mode=mode, sentence_buffer_size=1), SentenceSplitter(), Pace()), ""
    for character in head + "T":
        came += "".join(texts(made.feed(character, 0.0)))
    assert came == head


def test_a_sentence_that_is_too_short_waits_for_the_next_one_but_not_the_first() -> None:
    passages = cut("Yes. No. Perhaps it is so, said he. Good.", mode="fixed", sentence_buffer_size=1)
    assert texts(passages) == ["Yes. ", "No. Perhaps it is so, said he. ", "Good."]


def test_sentences_that_do_not_fit_together_are_spoken_apart() -> None:
    one, two = "A" + " word" * 30 + ". ", "B" + " word" * 40 + ". "
    passages = cut("First. " + one + two + one, mode="fixed", sentence_buffer_size=3)
    assert [(p.text, p.reason) for p in passages[:3]] == [("First. ", "first"), (one, "length"), (two, "length")]


def test_a_sentence_that_is_too_long_is_cut_behind_its_last_clause() -> None:
    text = "Go. " + "some words here " * 12 + "and there, " + "more words there " * 20
    assert cut(text, mode="fixed")[1].text.endswith("and there, ")


def test_without_a_clause_it_is_cut_at_a_space() -> None:
    passages = cut("Go. " + "word " * 200, mode="fixed")
    assert {len(p.text) for p in passages[1:3]} == {300}
    assert all(p.text.endswith("word ") for p in passages[1:])


def test_a_word_longer_than_the_limit_is_spoken_whole() -> None:
    passages = cut("Go. See " + "x" * 500 + " there.", mode="fixed")
    assert ("x" * 500 + " ") in texts(passages)


def test_an_endless_word_is_cut_far_behind_the_limit_and_never_within_a_character() -> None:
    family = "👨‍👩‍👧‍👦"
    passages = cut(family * 400, mode="fixed")
    assert len(passages) > 2
    assert all(set(p.text.split(family)) == {""} for p in passages)


@pytest.mark.parametrize("mode", ["adaptive", "fixed", "batch"])
def test_a_long_text_without_a_good_place_to_cut_does_not_fall_into_crumbs(mode: str) -> None:
    passages = cut("? " * 1000, mode=mode)
    assert len(passages) < 20
    assert max(len(p.text.rstrip()) for p in passages) <= 300


def test_a_row_of_clause_marks_is_one_clause_and_not_as_many_crumbs() -> None:
    assert len(cut("他说：" + "，" * 3000, made=SpeechBuffer(Limits(), SentenceSplitter(), fast()), size=5)) < 20
    assert cut("今天的天气非常好我们一起去公园散步看看那里的花吧，：然后再回家。")[0].text.endswith("，：")


def test_a_long_text_in_a_script_without_spaces_is_cut_between_its_letters() -> None:
    assert max(len(p.text) for p in cut("春眠不觉晓处处闻啼鸟" * 100, mode="fixed")) == 300


def test_a_fence_is_cut_at_its_lines_alone() -> None:
    code = "```python\n" + "".join(f"value_{n} = compute(a, b, c) # and more, and more\n" for n in range(20)) + "```\n"
    passages = cut("Here it is:\n\n" + code + "\nDone now.", mode="fixed")
    assert all(p.text.endswith("\n") for p in passages[:-1])


def test_paragraphs_are_kept_apart_where_the_passage_is_long_enough() -> None:
    text = "Hello. " + "This is a sentence of more than eighty characters, which is a quarter of the limit set. " * 3
    text = text.rstrip() + "\n\nAnd this is the next paragraph, which has another sentence. Here it is now."
    assert [p.text.endswith("\n\n") for p in cut(text)].count(True) == 1


def test_all_white_space_behind_a_passage_is_its_own_up_to_a_blank_line() -> None:
    assert texts(cut("This is it.  \t Now the next one.\n\n\nThe third is here.", mode="batch")) == [
        "This is it.  \t Now the next one.\n\n",
        "\nThe third is here.",
    ]


def test_blank_text_alone_is_one_passage_at_the_end() -> None:
    assert [(p.text, p.reason) for p in cut(" \n\t ")] == [(" \n\t ", "end")]


def test_no_text_is_no_passage() -> None:
    assert cut("") == []


@pytest.mark.parametrize("size", [0, 1, 5])
def test_batch_speaks_one_sentence_a_passage_and_begins_anew_at_a_paragraph(size: int) -> None:
    text = "Yes. This is a sentence.\n\nNo.\n\nAnother one follows here. Bye."
    passages = cut(text, size, mode="batch")
    assert texts(passages) == ["Yes. This is a sentence.\n\n", "No.\n\n", "Another one follows here. ", "Bye."]
    assert reasons(passages) == ["size", "size", "size", "end"]


@pytest.mark.parametrize("size", [0, 1, 5])
def test_batch_speaks_a_short_heading_alone_also_without_a_blank_line(size: int) -> None:
    passages = cut("# Tides\n## Why\nThe moon pulls. # So\nit goes on and on.", size, mode="batch")
    assert texts(passages) == ["# Tides\n", "## Why\n", "The moon pulls. # So\n", "it goes on and on."]


def test_batch_knows_no_clock() -> None:
    made = buffer(mode="batch")
    assert made.feed("One two three, four five six seven eight nine.", 0.0) == []
    assert made.deadline is None
    assert made.tick(1000.0) == []


def test_batch_does_not_depend_on_the_pace_or_on_time() -> None:
    chance = random.Random(7)
    made = SpeechBuffer(Limits(mode="batch"), SentenceSplitter(), fast())
    passages, now = [], 0.0
    for char in ANSWER:
        now += chance.random() * 3
        passages += made.feed(char, now) + made.tick(now + 2.0)
    assert passages + made.end(now) == cut(ANSWER, mode="batch")
