from __future__ import annotations

import pytest

from pipeline.text.buffer import SpeechBuffer
from pipeline.text.limits import Limits
from pipeline.text.pace import Pace
from pipeline.types import Passage
from tests.text.plain import PlainSplitter


def buffer(**limits: object) -> SpeechBuffer:
    return SpeechBuffer(Limits.of(limits), PlainSplitter(), Pace())


def cut(text: str, size: int = 0, **limits: object) -> list[Passage]:
    """All passages of a text fed in pieces of so many characters (0: whole) without any time going by."""
    made = buffer(**limits)
    passages = []
    for at in range(0, len(text), size or max(1, len(text))):
        passages += made.feed(text[at : at + (size or len(text))], 0.0)
    return passages + made.end(0.0)


def texts(passages: list[Passage]) -> list[str]:
    return [passage.text for passage in passages]


# ---- the first passage ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 3, 7])
@pytest.mark.parametrize(
    ("first", "rest"),
    [
        ("Here is the short version. ", "Your printer is online, but the queue is stuck."),
        ("Mount Kenya is 5,199 metres high, ", "which makes it the second tallest in Africa."),
        ("When the river rose above the old stone bridge ", "after three weeks of rain it was high."),
        (
            "Every morning the tall keeper carried two heavy buckets of oil up the narrow ",
            "winding stone stairs of the tower.",
        ),
    ],
)
def test_the_first_passage_ends_at_a_sentence_a_clause_a_conjunction_or_the_last_space(
    first: str, rest: str, size: int
) -> None:
    passages = cut(first + rest, size)
    assert passages[0].text == first
    assert passages[0].reason == "first"


@pytest.mark.parametrize("size", [0, 1, 4])
@pytest.mark.parametrize(
    "text", ["The population of the town was 12,345 then.", "The last train to the coast left at 12:30 today."]
)
def test_a_number_or_a_time_is_never_cut(text: str, size: int) -> None:
    assert texts(cut(text, size)) == [text]


# ---- fixed, batch ---------------------------------------------------------------------------------------------------

FOUR = "This is the first sentence. Here is the second one. And this is the third. The fourth one ends."


@pytest.mark.parametrize("size", [0, 1, 5])
def test_fixed_speaks_as_many_sentences_as_configured(size: int) -> None:
    passages = cut(FOUR, size, mode="fixed", sentence_buffer_size=2)
    assert texts(passages) == [
        "This is the first sentence. ",
        "Here is the second one. And this is the third. ",
        "The fourth one ends.",
    ]


@pytest.mark.parametrize("size", [0, 1, 5])
def test_batch_speaks_one_sentence_a_passage_and_begins_anew_at_a_paragraph(size: int) -> None:
    text = "Yes. This is a sentence.\n\nNo.\n\nAnother one follows here. Bye."
    assert texts(cut(text, size, mode="batch")) == [
        "Yes. This is a sentence.\n\n",
        "No.\n\n",
        "Another one follows here. ",
        "Bye.",
    ]


# ---- time -----------------------------------------------------------------------------------------------------------


def test_a_finished_sentence_is_spoken_after_the_idle_time() -> None:
    made = buffer(mode="fixed")
    first = made.feed("One two three. And now a second sentence.", 1.0)
    assert texts(first) == ["One two three. "]
    assert made.deadline == pytest.approx(1.25)
    assert made.tick(1.24) == []
    assert texts(made.tick(1.25)) == ["And now a second sentence."]
    assert made.deadline is None


def test_the_oldest_text_waits_no_longer_than_max_buffer_time() -> None:
    made = buffer(mode="fixed")
    made.feed("No stop is in sight and", 1.0)
    assert made.deadline == pytest.approx(4.0)
    assert texts(made.tick(4.0)) == ["No stop is in sight "]
