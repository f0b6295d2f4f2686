"""Where passages end by what the listener still has to hear."""

from __future__ import annotations

import pytest

from pipeline.text import Limits, Pace, SentenceSplitter, SpeechBuffer
from pipeline.text.passages.outlook import MARGIN
from pipeline.types import Passage
from tests.text.passages.cutting import ANSWER, buffer, fast, texts, told


def test_while_sound_is_ahead_it_waits_for_whole_sentences_and_ignores_max_buffer_time() -> None:
    pace = fast()
    made = buffer(pace)
    told(pace, made.feed("This is the first sentence. And this one goes on, and on", 0.0), 0.0, seconds=30.0)
    assert made.tick(0.3) == []
    assert made.tick(10.0) == []
    assert made.tick(28.0) == []


def test_a_clause_is_cut_when_the_listener_is_about_to_run_dry() -> None:
    pace = fast()
    made = buffer(pace)
    told(pace, made.feed("This is the first sentence. And this one goes on for a while, and on", 0.0), 0.0, seconds=5.0)
    assert made.tick(0.0) == []
    deadline = made.deadline
    assert deadline is not None
    assert 4.0 < deadline < 5.0
    assert texts(made.tick(deadline)) == ["And this one goes on for a while, "]


def test_two_sentences_are_spoken_at_once_where_one_would_do() -> None:
    pace = fast()
    made = buffer(pace)
    told(pace, made.feed("This is the first sentence. Here is the second", 0.0), 0.0, seconds=20.0)
    assert made.feed(" one. And a third", 0.1) == []
    assert texts(made.feed(" one comes. Then", 0.2)) == ["Here is the second one. And a third one comes. "]


def test_a_busy_voice_is_no_hurry() -> None:
    pace = fast()
    made = buffer(pace)
    for passage in made.feed("This is the first sentence. Here", 0.0):
        pace.asked(passage.index, len(passage.text), 0.0)
    assert made.feed(" is the second one. And a third one comes. And then a fourth one. Now", 0.1) == []
    pace.ready(0, 0.2, 2.0)
    assert made.deadline is not None
    assert made.deadline <= 0.2
    assert texts(made.tick(0.2)) == ["Here is the second one. And a third one comes. "]


def test_a_slow_voice_is_asked_early_enough() -> None:
    pace = Pace()
    for index, characters in enumerate([60, 90, 120, 75, 150, 100] * 3, -20):
        pace.asked(index, characters, -1000.0 + 30 * index)
        pace.ready(index, -1000.0 + 30 * index + 0.3 + 0.3 * characters / 15, characters / 15)
    made = buffer(pace, max_idle_time=100.0)
    told(
        pace,
        made.feed("This is the first sentence. Here is the second one, with a clause and more. And", 0.0),
        0.0,
        9.0,
    )
    made.tick(0.0)
    deadline = made.deadline
    assert deadline is not None
    assert deadline + pace.expect(48) + pace.doubt == pytest.approx(9.0 - MARGIN, abs=0.05)


def test_a_voice_that_is_slow_is_not_given_more_than_it_can_say_in_time() -> None:
    pace = Pace()
    for index, characters in enumerate([60, 90, 120, 75, 150, 100] * 3, -20):
        pace.asked(index, characters, -1000.0 + 30 * index)
        pace.ready(index, -1000.0 + 30 * index + 0.3 + 0.5 * characters / 15, characters / 15)
    made = buffer(pace)
    first = made.feed("This is the first sentence. And", 0.0)
    told(pace, first, 0.0, 3.0)
    more = made.feed(" the second is short, too. " + "The third is not as short as those before it, alas. " * 3, 0.0)
    assert texts(more)[:1] == ["And the second is short, too. "]


def test_a_fast_listener_in_silence_hears_a_clause_at_once() -> None:
    pace = fast()
    made = buffer(pace)
    told(pace, made.feed("Hello. ", 0.0) + made.feed("And", 0.1), 0.1, 0.5)
    assert texts(made.feed(" then there was a long pause, which", 5.0)) == ["And then there was a long pause, "]


def test_text_that_is_there_is_not_kept_for_a_clock() -> None:
    pace = fast()
    made = SpeechBuffer(Limits(), SentenceSplitter(), pace)
    passages: list[Passage] = []
    for number in range(200):
        fresh = made.feed(f"This is sentence number {number} of a long text. ", number / 1000)
        told(pace, fresh, number / 1000)
        passages += fresh
    assert sum(len(p.text) for p in passages) > 0.9 * 200 * len("This is sentence number 100 of a long text. ")


def test_a_pace_that_is_never_told_anything_still_gets_all_text_in_order() -> None:
    made = buffer()
    passages, now = [], 0.0
    for at in range(0, len(ANSWER), 4):
        now += 0.02
        passages += made.feed(ANSWER[at : at + 4], now)
        while (deadline := made.deadline) is not None and deadline <= now:
            passages += made.tick(now)
    assert "".join(texts(passages + made.end(now))) == ANSWER


def test_the_last_text_is_cut_as_late_as_the_listener_can_bear() -> None:
    pace = fast()
    made = buffer(pace)
    for passage in made.feed("This is the first sentence. Here is the second one. And a third one.", 0.0):
        pace.asked(passage.index, len(passage.text), 0.0)
    assert made.finish(0.1) == []
    assert made.waiting == len("Here is the second one. And a third one.")
    pace.ready(0, 0.2, 2.0)
    assert texts(made.tick(0.2)) == ["Here is the second one. And a third one."]
    assert (made.waiting, made.deadline) == (0, None)


def test_white_space_at_the_end_is_handed_out_however_much_there_is() -> None:
    pace = fast()
    made = buffer(pace)
    for passage in made.feed("This is the first sentence. Here", 0.0):
        pace.asked(passage.index, len(passage.text), 0.0)
    rest = " is the second one." + "\n" * 40
    assert "".join(texts(made.feed(rest, 0.1) + made.end(0.1))) == "Here" + rest
