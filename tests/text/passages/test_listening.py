"""A listener, simulated: a part of `benchmarks/listener.py`, which has all the rows."""

import pytest

from benchmarks._answers import ANSWERS
from benchmarks.listener import RIVALS, Row, costs, lengths, rows


@pytest.fixture(scope="module")
def found() -> list[Row]:
    return list(rows({name: ANSWERS[name] for name in ("prose", "dialogue")}, sources=("8/s", "50/s")))


def test_adaptive_costs_the_listener_less_than_any_rival(found: list[Row]) -> None:
    sums = costs(found)
    assert {name for name in RIVALS if sums[name] <= sums["ours"]} == set()


def test_adaptive_costs_at_most_a_quarter_more_than_who_knows_the_future(found: list[Row]) -> None:
    sums = costs(found)
    assert sums["bound"] <= sums["ours"] <= 1.25 * sums["bound"]


def test_with_a_voice_that_starts_within_a_second_no_rival_is_a_tenth_better(found: list[Row]) -> None:
    worse = [(row.answer, row.source, row.voice) for row in found if row.ours.cost > 1.1 * row.best]
    assert [row for row in worse if row[2][0] <= 1.0] == []


def test_with_time_to_spare_passages_are_half_as_long_again_as_sentences(found: list[Row]) -> None:
    assert lengths(found) >= 1.5


def test_a_fast_voice_leaves_no_silence(found: list[Row]) -> None:
    assert {row.ours.gaps for row in found if row.source == "50/s" and row.voice in {(0.0, 0.01), (0.3, 0.05)}} == {0}


def test_nobody_beats_the_bound(found: list[Row]) -> None:
    assert [row for row in found if row.ours.cost < row.bound - 0.02] == []
