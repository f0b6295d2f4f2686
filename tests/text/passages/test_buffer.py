"""What the clock asks for, and how text goes in and out."""

from __future__ import annotations

import pytest

from pipeline.text import Limits, Pace, SentenceSplitter, SpeechBuffer
from tests.text.passages.cutting import buffer, reasons, texts


def test_a_finished_sentence_is_spoken_after_the_idle_time() -> None:
    made = buffer(mode="fixed")
    assert texts(made.feed("One two three. And now a second sentence.", 1.0)) == ["One two three. "]
    assert made.deadline == pytest.approx(1.25)
    assert made.tick(1.24) == []
    assert [(p.text, p.reason) for p in made.tick(1.25)] == [("And now a second sentence.", "idle")]
    assert made.deadline is None


def test_even_the_shortest_sentence_is_spoken_when_idle() -> None:
    made = buffer(mode="fixed")
    made.feed("One two three. No. ", 0.0)
    assert texts(made.tick(0.25)) == ["No. "]


@pytest.mark.parametrize("mode", ["fixed", "adaptive"])
def test_a_sentence_of_one_word_that_is_too_long_is_spoken_when_idle(mode: str) -> None:
    made = buffer(mode=mode, max_chunk_length=30, first_chunk_length=30)
    made.feed("One two three. ", 0.0)
    made.feed("Rindfleischetikettierungsueberwachung. ", 0.1)
    assert [(p.text, p.reason) for p in made.tick(1.0)] == [("Rindfleischetikettierungsueberwachung. ", "idle")]


def test_the_idle_time_grows_with_the_interval_of_the_tokens() -> None:
    made = buffer(mode="fixed", max_buffer_time=100.0)
    for number in range(40):
        made.feed(["One", " two", " three.", " Then"][number] if number < 4 else " so", 0.4 * number)
    made.feed(" it ends.", 16.0)
    assert made.deadline == pytest.approx(16.0 + 2.5 * 0.4)


def test_one_long_silence_does_not_make_a_source_slow() -> None:
    made = buffer(mode="fixed", max_buffer_time=100.0)
    now = 0.0
    for _ in range(20):
        made.feed("word ", now := now + 0.02)
    made.feed("word ", now := now + 60.0)
    made.feed("word.", now := now + 0.02)
    assert made.deadline is not None
    assert made.deadline - now < 0.3


def test_an_open_sentence_is_not_spoken_when_idle() -> None:
    made = buffer(mode="fixed")
    made.feed("One two three. This one is whole. But this is not", 0.0)
    assert texts(made.tick(0.25)) == ["This one is whole. "]
    assert made.deadline == pytest.approx(3.0)


def test_a_title_is_held_in_silence() -> None:
    made = SpeechBuffer(Limits(mode="fixed"), SentenceSplitter(), Pace())
    made.feed("It is late. I spoke to Dr.", 0.0)
    assert made.tick(0.5) == []
    assert made.tick(2.9) == []


def test_the_oldest_text_waits_no_longer_than_max_buffer_time() -> None:
    made = buffer(mode="fixed")
    made.feed("No stop is in sight and", 1.0)
    assert made.deadline == pytest.approx(4.0)
    assert made.tick(3.99) == []
    assert [(p.text, p.reason) for p in made.tick(4.0)] == [("No stop is in sight ", "time")]


def test_time_cuts_behind_the_last_clause() -> None:
    made = buffer(mode="fixed")
    made.feed("Go. Take it, put it down, and then", 0.0)
    assert texts(made.tick(3.0)) == ["Take it, put it down, "]


@pytest.mark.parametrize(("text", "spoken"), [("I spoke to Dr.", "I spoke to "), ("It is worth $3. ", "It is worth ")])
def test_time_cuts_before_a_token_that_may_still_change(text: str, spoken: str) -> None:
    made = SpeechBuffer(Limits(mode="fixed"), SentenceSplitter(), Pace())
    made.feed(text, 0.0)
    assert texts(made.tick(3.0)) == [spoken]


def test_such_a_token_alone_waits_without_asking_again_and_again() -> None:
    made = SpeechBuffer(Limits(mode="fixed"), SentenceSplitter(), Pace())
    made.feed("Dr.", 0.0)
    assert made.tick(3.0) == []
    assert made.deadline is None
    assert texts(made.feed(" Lee is here. And then", 9.0)) == ["Dr. Lee is here. "]


def test_a_word_or_two_are_left_to_what_follows() -> None:
    made = buffer(mode="fixed")
    made.feed("Take it, put it down, and then", 0.0)
    made.tick(3.0)
    assert (made.waiting, made.deadline) == (len("and then"), pytest.approx(6.0))


def test_what_came_later_may_wait_longer() -> None:
    made = buffer(mode="fixed")
    made.feed("Older words, ", 0.0)
    made.feed("and younger words that come", 2.0)
    assert texts(made.tick(3.0)) == ["Older words, "]
    assert made.deadline == pytest.approx(5.0)


def test_an_empty_token_changes_nothing() -> None:
    made = buffer(mode="fixed")
    made.feed("One two three. And now a second sentence.", 1.0)
    assert made.feed("", 1.2) == []
    assert made.deadline == pytest.approx(1.25)


def test_a_clock_that_goes_back_is_harmless() -> None:
    made = buffer()
    passages = made.feed("One two three. And", 10.0) + made.feed(" four five six.", 2.0) + made.tick(1.0)
    assert "".join(texts(passages + made.end(0.0))) == "One two three. And four five six."


def test_flush_speaks_what_is_there_and_more_may_come() -> None:
    made = SpeechBuffer(Limits(), SentenceSplitter(), Pace())
    passages = made.feed("Hello. I am not yet", 0.0) + made.flush(0.1)
    assert "".join(texts(passages)) == "Hello. I am not yet"
    passages += made.feed(" done. And this is more.", 0.2) + made.end(0.3)
    assert "".join(texts(passages)) == "Hello. I am not yet done. And this is more."


def test_after_resuming_passages_go_on_behind_the_text() -> None:
    made = SpeechBuffer(Limits(mode="fixed", sentence_buffer_size=1), SentenceSplitter(), Pace())
    made.resume("Here is what was said. And half ", 0.0, index=2)
    passages = made.feed("of this sentence, which was longer than most. Then the end.", 0.1) + made.end(0.2)
    assert [(p.index, p.start, p.text) for p in passages] == [
        (2, 32, "of this sentence, which was longer than most. "),
        (3, 78, "Then the end."),
    ]


def test_resuming_with_nothing_is_a_beginning() -> None:
    made = SpeechBuffer(Limits(), SentenceSplitter(), Pace())
    made.resume("", 0.0)
    assert reasons(made.feed("Mount Kenya is 5,199 metres high, which makes it", 0.0)) == ["first"]
