"""Where the first passage ends."""

from __future__ import annotations

import pytest

from pipeline.text import Limits, Pace, SentenceSplitter, SpeechBuffer
from pipeline.types import Passage
from tests.text.passages.cutting import cut, texts


@pytest.mark.parametrize("mode", ["adaptive", "fixed"])
@pytest.mark.parametrize("size", [0, 1, 3, 7])
@pytest.mark.parametrize(
    ("first", "rest"),
    [
        ("Here is the short version. ", "Your printer is online, but the queue is stuck."),
        ("Yes. ", "That is what I would do in your place, too."),
        ("# Results\n\n", "The test passed. All good."),
        ("Mount Kenya is 5,199 metres high, ", "which makes it the second tallest in Africa."),
        ("There are three things to know: ", "the price, the place and the time of day."),
        ('"I never said that at all," ', "she replied, folding the letter twice."),
        ("The old lighthouse keeper’s house — ", "nobody lives there now — is for sale."),
        ("When the river rose above the old stone bridge ", "after three weeks of rain it was high."),
        ("The committee met again on Tuesday afternoon ", "and decided nothing of any importance."),
        (
            "Every morning the tall keeper carried two heavy buckets of oil up the narrow ",
            "winding stairs of the tower.",
        ),
        ("今天的天气非常好我们一起去公园散步看看那里的花还有湖边的鸭子，", "然后再回家吃一顿简单的晚饭。"),
        ("မြန်မာနိုင်ငံ၏ ရုံးသုံးဘာသာစကားဖြစ်သည်၊", "ဗမာလူမျိုးတို့၏ မိခင်ဘာသာစကားဖြစ်သည်။"),
        ("Այսօր եղանակը իսկապես շատ լավ է՝ ", "մենք միասին գնում ենք այգի։"),
    ],
)
def test_the_first_passage_is_the_earliest_of_a_sentence_a_clause_a_conjunction_and_the_last_space(
    first: str, rest: str, size: int, mode: str
) -> None:
    passage = cut(first + rest, size, mode=mode)[0]
    assert (passage.text, passage.reason) == (first, "first")


@pytest.mark.parametrize("size", [0, 1, 4])
@pytest.mark.parametrize(
    "text",
    [
        "The population of the town was 12,345 then.",
        "The last train to the coast left at 12:30 today.",
        "Der Preis liegt seit gestern bei genau 22,1 Euro.",
        "Everything that you need is at https://example.org/a,b now.",
        "Call the function named by `join(a, b, sep=None)` first.",
        "Look at the page called [this, that](https://a.example) there.",
    ],
)
def test_a_number_a_time_an_address_or_code_is_never_cut(text: str, size: int) -> None:
    assert texts(cut(text, size)) == [text]


def test_the_first_passage_leaves_no_crumb_where_that_can_be_known() -> None:
    assert texts(cut("Would you like to come with us tonight, Ann?")) == [
        "Would you like to come with us tonight, Ann?"
    ]


def test_a_clause_before_24_characters_does_not_end_the_first_passage() -> None:
    assert cut("Sure, I can help you with that one. And so on.")[0].text == "Sure, I can help you with that one. "


def test_a_word_that_leans_on_the_conjunction_stays_with_it() -> None:
    text = "The house in the old part of the harbour of which he had spoken so often was gone by then for good."
    assert cut(text)[0].text.split()[-1] not in {"of", "which"}


def test_the_first_passage_is_bounded_by_its_own_limit() -> None:
    passages = cut("one two three four five six seven eight nine ten eleven twelve", first_chunk_length=20)
    assert passages[0].text == "one two three four "


@pytest.mark.parametrize("mode", ["adaptive", "fixed"])
@pytest.mark.parametrize("size", [0, 1, 3, 7])
@pytest.mark.parametrize(
    "row",
    [
        "| Plan | Price | Storage | Support |\n",
        "| Name | Age |\n|------|-----|\n",
        "| " + " | ".join(f"What is asked in column {number}" for number in range(4)) + " |\n",
    ],
)
def test_a_table_is_begun_with_its_first_row(row: str, size: int, mode: str) -> None:
    passage = cut(row + "| Ann | 30 | 5 GB | none |\n| Bo | 25 | 7 GB | some |\n\nThat is all.", size, mode=mode)[0]
    assert (passage.text, passage.reason) == (row, "first")


def test_leading_white_space_belongs_to_the_first_passage() -> None:
    assert cut("\n\n  Hello there. And so on it goes.")[0].text == "\n\n  Hello there. "


def test_what_is_cut_but_not_spoken_is_no_first_passage() -> None:
    pace = Pace()
    made = SpeechBuffer(Limits(), SentenceSplitter(), pace)
    thought = made.feed("<think>Let me see, what would be a good answer here?</think>\n\n", 0.0)
    for _ in thought:
        pace.skipped()
    spoken = made.feed("Mount Kenya is 5,199 metres high, which makes it", 0.1)
    assert [(p.text, p.reason) for p in spoken] == [("Mount Kenya is 5,199 metres high, ", "first")]


def test_a_first_sentence_without_a_clause_is_cut_within_a_few_words_of_the_limit() -> None:
    text = "We present a method of estimating the remaining useful life of every lithium cell from partial curves " * 2
    made, passages, fed = SpeechBuffer(Limits(), SentenceSplitter(), Pace()), list[Passage](), 0
    while not passages:
        passages = made.feed(text[fed : fed + 4], 0.0)
        fed += 4
    assert 60 < len(passages[0].text) <= 80
    assert fed <= 80 + 32


FORMULA = r"$$x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a} + \sum_{k = 0}^{n} \binom{n}{k} a^k b^{n - k} + c_1 x$$"


@pytest.mark.parametrize("mode", ["adaptive", "fixed"])
@pytest.mark.parametrize("seconds", [0.0, 0.3])
@pytest.mark.parametrize("size", [1, 4])
@pytest.mark.parametrize("formula", [FORMULA, FORMULA.replace("$$", "$"), rf"\({FORMULA[2:-2]}\)"])
@pytest.mark.parametrize("head", ["", "So ", "At long last we can say that it is "])
def test_no_formula_is_cut_however_slowly_it_comes(
    head: str, formula: str, size: int, seconds: float, mode: str
) -> None:
    text = f"{head}{formula} for each of them, whatever the others say. Then all is well."
    made, passages = SpeechBuffer(Limits.of({"mode": mode}), SentenceSplitter(), Pace()), []
    for at in range(0, len(text), size):
        passages += made.feed(text[at : at + size], at * seconds)
        passages += made.tick(at * seconds + 0.9 * seconds)
    passages += made.end(len(text) * seconds)
    assert "".join(texts(passages)) == text
    assert sum(formula in passage.text for passage in passages) == 1


@pytest.mark.parametrize("mode", ["adaptive", "fixed"])
@pytest.mark.parametrize("seconds", [0.0, 0.4])
@pytest.mark.parametrize("head", ["$HOME", "$AAPL", "<b", "If a <b", "Take $$ 5", "Take $$x", "The \\(x", "$HOME/bin,"])
def test_what_only_looks_like_a_formula_keeps_nobody_waiting(head: str, seconds: float, mode: str) -> None:
    text = f"{head} and then it goes on with words " + "that are of no formula and of no tag either " * 9
    made, passages = SpeechBuffer(Limits.of({"mode": mode}), SentenceSplitter(), Pace()), []
    at = 0
    while sum(len(passage.text) for passage in passages) < 25:
        passages += made.feed(text[at : at + 4], at * seconds / 4)
        passages += made.tick((at + 3.6) * seconds / 4)
        at += 4
    assert at <= 104
