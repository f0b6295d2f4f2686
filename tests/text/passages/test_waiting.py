from __future__ import annotations

from pipeline.text import SentenceSplitter
from pipeline.text.passages.places import Mark
from pipeline.text.passages.waiting import Waiting
from tests.text.plain import PlainSplitter


def waiting(*tokens: str) -> Waiting:
    made = Waiting(PlainSplitter())
    for number, token in enumerate(tokens):
        made.add(token, float(number))
    return made


def test_it_tells_when_a_sentence_is_finished() -> None:
    made = waiting()
    assert [made.add(token, 0.0) for token in ("One", ".", " ", "Two")] == [False, False, False, True]
    assert made.ends(100) == [4]


def test_all_positions_count_from_what_waits() -> None:
    made = waiting("One. Two, three. Four")
    assert made.take(5) == "One. "
    assert (made.start, made.text) == (5, "Two, three. Four")
    assert made.ends(100) == [11]
    assert made.marks(100) == [Mark(3, 4, False)]


def test_the_age_is_that_of_the_oldest_token() -> None:
    made = waiting("One ", "two ", "three ")
    assert made.since == 0.0
    made.take(5)
    assert made.since == 1.0
    made.take(3)
    assert made.since == 2.0


def test_what_is_taken_to_have_come_now_is_young() -> None:
    made = waiting("One ", "two ", "three ")
    made.refresh(9.0)
    assert made.since == 9.0


def test_an_end_is_decided_when_enough_has_come_behind_it() -> None:
    made = waiting("x" * 60)
    assert not made.decided(50)
    made.add("y" * 60, 1.0)
    assert made.decided(50)
    assert not made.decided(100)
    made.close()
    assert made.decided(100)


def test_a_block_that_was_cut_goes_on_as_a_block() -> None:
    made = waiting("```\nx = 1, 2\ny = 3, 4\n")
    assert made.block
    made.take(13)
    assert made.text.startswith("y =")
    assert made.block
    assert made.clauses(100) == []


def test_the_clauses_of_a_table_are_its_rows() -> None:
    made = Waiting(SentenceSplitter())
    made.add("| a, or | b |\n|---|---|\n| 1, 2 | 3 |\n| 4", 0.0)
    assert made.clauses(100) == [13, 23, 36]
    assert made.settled == 36
    made.take(24)
    assert made.clauses(100) == [12]
    made.take(13)
    assert (made.block, made.bare, made.clauses(100)) == (True, True, [])


def test_bars_in_code_make_no_rows() -> None:
    made = waiting("```\nx\n| 1 | 2 |\n| 3 | 4 |\n")
    made.take(6)
    assert (made.block, made.clauses(100)) == (True, [])


def test_white_space_alone_is_no_sentence() -> None:
    made = waiting(" \n ")
    made.close()
    assert not made.finished
