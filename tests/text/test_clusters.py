"""Characters as people see them."""

from __future__ import annotations

import pytest

from pipeline.text import clusters


@pytest.mark.parametrize(
    "cluster",
    ["e\u0301", "👍🏽", "👨‍👩‍👧‍👦", "🇩🇪", "❤\ufe0f", "\r\n", "각", "क्षि", "ស្រី", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
)
def test_a_character_as_people_see_it_is_never_cut(cluster: str) -> None:
    text = cluster * 30
    for stop in range(len(cluster), len(text)):
        assert clusters.parting(text, 0, stop) == stop - stop % len(cluster)


def test_what_is_joined_without_end_is_cut_all_the_same() -> None:
    assert clusters.parting("e" + "\u0301" * 90, 0, 60) == 60


@pytest.mark.parametrize("letters", ["တော်တယ်", "நான்பக்கம்"])
def test_a_sign_that_only_silences_a_letter_binds_it_to_none(letters: str) -> None:
    assert clusters.parting(letters, 0, 4) == 4
