"""Words of the source and when they are heard, from whatever an engine reports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio.recording.alignment import Timed, spoken_words, words
from pipeline.engines.espeak import EspeakEngine
from pipeline.text.spoken.speakable import Speakable
from pipeline.types import Passage, Voice, Word, WordTime


def passage(text: str, start: int = 0) -> Passage:
    return Speakable().say(Passage(0, text, start, start + len(text)))


def times(*pairs: tuple[int, int, float]) -> list[WordTime]:
    return [WordTime(start, end, at) for start, end, at in pairs]


def check(said: Passage, found: tuple[Word, ...], seconds: float) -> None:
    at, offset = 0.0, said.start
    for word in found:
        assert word.text == said.text[word.start - said.start : word.end - said.start] != ""
        assert word.start >= offset and word.at >= at and word.seconds >= 0
        at, offset = word.at + word.seconds, word.end
    assert at <= seconds


def test_each_word_begins_with_its_event_and_lasts_until_the_next() -> None:
    said = passage("It costs $100 today.", start=50)
    found = words(said, times((0, 2, 0.0), (3, 8, 0.2), (9, 13, 0.5), (14, 19, 1.2)), 2.0)
    assert [(word.text, word.start, word.at, word.seconds, word.estimated) for word in found] == [
        ("It", 50, 0.0, 0.2, False),
        ("costs", 53, 0.2, 0.3, False),
        ("$100", 59, 0.5, 0.7, False),
        ("today.", 64, 1.2, 0.8, False),
    ]


def test_timed_words_are_the_same_and_worked_out_when_somebody_looks() -> None:
    said, told = passage("It costs $100 today."), times()
    timed = Timed(said, told, 2.0)
    told += times((0, 2, 0.0), (3, 8, 0.2))
    found = words(said, told, 2.0)
    assert found == timed == Timed(said, told, 2.0)
    assert (hash(timed), repr(timed), len(timed), timed[1:]) == (hash(found), repr(found), 4, found[1:])


def test_a_number_in_several_events_a_character_late_is_one_word() -> None:
    said = passage("Pay 3.50 now")
    found = words(said, times((0, 3, 0.0), (4, 8, 0.3), (5, 9, 0.5), (5, 9, 0.7), (5, 9, 0.9), (9, 12, 1.1)), 1.5)
    assert [(word.text, word.at, word.seconds) for word in found] == [
        ("Pay", 0.0, 0.3),
        ("3.50", 0.3, 0.8),
        ("now", 1.1, 0.4),
    ]


def test_a_digit_reported_on_the_space_behind_it_stays_that_digit() -> None:
    found = words(passage("5 apples"), times((0, 1, 0.0), (1, 2, 0.1), (2, 8, 0.4)), 1.0)
    assert [(word.text, word.at) for word in found] == [("5", 0.0), ("apples", 0.4)]


def test_words_without_an_event_share_the_time_of_the_one_before_and_say_so() -> None:
    found = words(passage("most of the time"), times((0, 4, 0.0), (5, 7, 0.4), (12, 16, 0.9)), 1.2)
    assert [(word.text, word.at, word.estimated) for word in found] == [
        ("most", 0.0, False),
        ("of", 0.4, False),
        ("the", 0.6, True),
        ("time", 0.9, False),
    ]
    assert [word.seconds for word in found] == pytest.approx([0.4, 0.2, 0.3, 0.3], abs=0.0015)


def test_without_events_every_word_is_estimated() -> None:
    found = words(passage("one two three"), [], 1.1)
    assert [word.text for word in found] == ["one", "two", "three"]
    assert all(word.estimated for word in found) and found[0].at == 0.0


def test_words_are_the_sources_own_whatever_is_said() -> None:
    said = passage("**Very** `odd`: [see](https://x.y/z) https://a.org/b, $x^2$ — un**frigging**believable 🎉 end.")
    assert said.spoken == "Very odd: see a.org, x squared — unfriggingbelievable end."
    assert [word.text for word in spoken_words(said)] == [
        "Very",
        "odd",
        "see",
        "a.org",
        "x^2",
        "un**frigging**believable",
        "end.",
    ]


def test_scripts_without_spaces_give_a_word_for_each_character() -> None:
    assert [word.text for word in spoken_words(passage("今天好。「他」说"))] == ["今", "天", "好。", "「他」", "说"]
    assert [word.text for word in spoken_words(passage("ちょっとスキー"))] == ["ちょっ", "と", "ス", "キー"]


def test_where_no_space_parts_words_each_begins_where_a_syllable_is_seen_to_begin() -> None:
    assert [word.text for word in spoken_words(passage("ภาษาไทยเป็นเสียง OK"))] == ["ภาษา", "ไทย", "เป็น", "เสียง", "OK"]
    assert [word.text for word in spoken_words(passage("မြန်မာ"))] == ["မြန်", "မာ"]
    assert [word.text for word in spoken_words(passage("គឺជា"))] == ["គឺ", "ជា"]


def test_what_speech_adds_is_no_word() -> None:
    said = passage("| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n")
    assert said.spoken.split() == ["a,", "b,", "c.", "1,", "b:", "2,", "c:", "3."]
    assert [word.text for word in spoken_words(said)] == ["a", "b", "c", "1", "2", "3"]


def test_code_described_is_one_word() -> None:
    said = passage("Look:\n```py\na = 1\n```\n")
    assert [word.text for word in spoken_words(said)] == ["Look:", "a = 1"]


numbers = st.one_of(st.floats(), st.floats(0, 10))
reports = st.lists(st.builds(WordTime, st.integers(-5, 60), st.integers(-5, 60), numbers, numbers), max_size=30)
texts = st.lists(
    st.sampled_from(["of ", "**a** ", "$3.50 ", "中", "。", "— ", "🎉", "`x` ", "$x^2$ ", "end.\n", "&amp;"])
)


@given(texts.map("".join), reports, numbers, st.integers(0, 9))
def test_words_never_overlap_or_go_back_whatever_an_engine_reports(
    text: str, reported: list[WordTime], seconds: float, start: int
) -> None:
    said = passage(text, start)
    found = words(said, reported, seconds)
    check(said, found, seconds if 0 < seconds < float("inf") else 0.0)
    assert [word.text for word in found] == [word.text for word in spoken_words(said)]


@pytest.mark.parametrize(
    "text", ["It costs $100, or 3.50 each, to Dr. Lee of the U.S.", "**One** of the `x_y` and 1,234 more…"]
)
async def test_a_real_voices_events_fall_on_the_sources_words(text: str) -> None:
    said, engine = passage(text), EspeakEngine()
    try:
        items = [item async for item in engine.speak(said.spoken, Voice())]
    finally:
        await engine.aclose()
    seconds = sum(len(item) for item in items if isinstance(item, bytes)) / 2 / engine.sample_rate
    found = words(said, [item for item in items if isinstance(item, WordTime)], seconds)
    check(said, found, seconds)
    assert all(not word.estimated and word.seconds > 0 for word in found)
