import math

import pytest

from pipeline.errors import InvalidLimits
from pipeline.text import Pace, SentenceSplitter, SpeechBuffer
from pipeline.text.passages.limits import LARGEST, Limits


def test_the_defaults_are_those_of_the_contract() -> None:
    assert Limits() == Limits(
        mode="adaptive",
        sentence_buffer_size=2,
        first_chunk_length=80,
        min_chunk_length=20,
        max_chunk_length=300,
        max_idle_time=0.25,
        max_buffer_time=3.0,
    )


@pytest.mark.parametrize("name", ["sentence_buffer_size", "first_chunk_length", "min_chunk_length", "max_chunk_length"])
@pytest.mark.parametrize("value", [0, -1, 1.5, math.nan, True, "20", None])
def test_a_size_that_is_no_whole_number_from_1_on_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(InvalidLimits, match=name):
        Limits.of({name: value})


@pytest.mark.parametrize("mode", ["adaptive", "fixed", "batch"])
def test_a_passage_has_10_000_characters_at_most_however_many_are_allowed(mode: str) -> None:
    sizes = ("sentence_buffer_size", "first_chunk_length", "min_chunk_length", "max_chunk_length")
    limits = Limits.of({"mode": mode, **dict.fromkeys(sizes, 10**9)})
    assert {getattr(limits, name) for name in sizes} == {LARGEST}
    buffer = SpeechBuffer(limits, SentenceSplitter("en"), Pace())
    passages = [*buffer.feed("word " * 10_000, 0.0), *buffer.end(0.0)]
    assert sum(passage.end - passage.start for passage in passages) == 50_000
    assert max(len(passage.text) for passage in passages) <= LARGEST


@pytest.mark.parametrize("name", ["max_idle_time", "max_buffer_time"])
@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, True, "3", None])
def test_a_time_that_is_no_number_of_seconds_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(InvalidLimits, match=name):
        Limits.of({name: value})


def test_a_least_length_over_the_greatest_is_refused_with_both() -> None:
    with pytest.raises(InvalidLimits, match=r"min_chunk_length \(301\) is over max_chunk_length \(300\)"):
        Limits(min_chunk_length=301)


def test_an_unknown_mode_is_refused_with_what_there_is() -> None:
    with pytest.raises(InvalidLimits, match="adaptive, fixed, batch"):
        Limits.of({"mode": "fast"})


def test_an_unhashable_mode_is_refused_too() -> None:
    with pytest.raises(InvalidLimits, match="mode"):
        Limits.of({"mode": ["fixed"]})


def test_an_unknown_name_is_refused_with_what_there_is() -> None:
    with pytest.raises(InvalidLimits, match="no limit named 'max_chunk'.*max_chunk_length"):
        Limits.of({"max_chunk": 300})


def test_what_is_not_given_keeps_its_default() -> None:
    assert Limits.of({"mode": "fixed", "max_buffer_time": 1}) == Limits(mode="fixed", max_buffer_time=1)


def test_the_greatest_and_least_may_be_equal() -> None:
    assert Limits(min_chunk_length=20, max_chunk_length=20).max_chunk_length == 20
