"""What is torn apart on two lines is read twice."""

import pytest

from pipeline.audio.joining.ties import belong


@pytest.mark.parametrize(
    "text",
    "Mr. Smith|Dr Jones|(Prof. Miller|Mme. Curie|Hr. Meyer|J. Tolkien|J.R.R. Tolkien|No. 7|p. 12|25 km|3.5 million|"
    "20 %|7 p.m.|12 kWh,|5 \u00b0C|e.g. this".split("|"),
)
def test_what_belongs_together_is_known(text: str) -> None:
    assert belong(*text.split())


@pytest.mark.parametrize(
    "text", "home. Then|No. That|end. 7|five of|5 men|1999 he|p. Then|him. Mr|A man|12 mice".split("|")
)
def test_other_words_may_be_parted(text: str) -> None:
    assert not belong(*text.split())
