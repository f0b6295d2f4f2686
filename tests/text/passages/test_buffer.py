from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text import Limits, Pace, SentenceSplitter, SpeechBuffer
from pipeline.types import Passage
from tests.text.plain import PlainSplitter


def buffer(pace: Pace | None = None, **limits: object) -> SpeechBuffer:
    return SpeechBuffer(Limits.of(limits), PlainSplitter(), pace or Pace())


def cut(text: str, size: int = 0, *, made: SpeechBuffer | None = None, **limits: object) -> list[Passage]:
    """All passages of a text fed in pieces of so many characters (0: whole) without any time going by."""
    made = made or SpeechBuffer(Limits.of(limits), SentenceSplitter(), Pace())
    passages = []
    for at in range(0, len(text), size or max(1, len(text))):
        passages += made.feed(text[at : at + (size or len(text))], 0.0)
    return passages + made.end(0.0)


def texts(passages: list[Passage]) -> list[str]:
    return [passage.text for passage in passages]


def reasons(passages: list[Passage]) -> list[str]:
    return [passage.reason for passage in passages]


def told(voice: Pace, passages: list[Passage], now: float, seconds: float | None = None) -> None:
    """The voice spoke these at once, each as long as it would take, or as given."""
    for passage in passages:
        voice.asked(passage.index, len(passage.text), now)
        voice.ready(passage.index, now, len(passage.text) / 15 if seconds is None else seconds)


def fast() -> Pace:
    """A voice that is known to need next to no time, and a listener who has heard everything long ago."""
    pace = Pace()
    for index in range(-20, 0):
        pace.asked(index, 100 - index, -1000.0)
        pace.ready(index, -1000.0, (100 - index) / 15)
    return pace


# ---- nothing is lost ------------------------------------------------------------------------------------------------

WORDS = [
    *(
        "a",
        "word",
        "comma,",
        "semicolon;",
        "colon:",
        "end.",
        "Stop!",
        "Why?",
        "Dr.",
        "$3.50",
        "1,000",
        "12:30",
        "—",
        "–",
    ),
    *("and", "which", "https://a.example/b?c=1,2", "`x, y`", "```", "**bold,", "[a, b](c)", "#", "-", "|", "<think>"),
    *(
        '"Yes,"',
        "“No.”",
        "你好，世界。",
        "これは。",
        "مرحبا، كيف؟",
        "e\u0301",
        "👍🏽",
        "👨‍👩‍👧",
        "🇩🇪",
        "\ud800",
        "\0",
        "\u200d",
    ),
    *("\n", "\n\n", "\n\n\n", "\t", "\r\n", "   ", "x" * 70, "y" * 1500),
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=80).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=80).map("".join),
    st.text(max_size=300),
)
SIZES = st.integers(1, 12) | st.just(400)
LIMITS = st.builds(
    lambda mode, count, first, least, more, idle, late: Limits(mode, count, first, least, least + more, idle, late),
    st.sampled_from(["adaptive", "fixed", "batch"]),
    st.integers(1, 4),
    SIZES,
    SIZES,
    st.integers(0, 300),
    st.sampled_from([0.0, 0.25, 5.0]),
    st.sampled_from([0.0, 0.5, 3.0]),
)


def live(
    text: str, limits: Limits, chance: random.Random, make: type[PlainSplitter] | type[SentenceSplitter]
) -> list[Passage]:
    """Feed a text on a wild clock to a wild voice, and call `tick` and `flush` whenever it may be."""
    pace = Pace(chance.choice([1, 2]))
    made, now, at = SpeechBuffer(limits, make(), pace), 0.0, 0
    passages: list[Passage] = []
    speaking: list[int] = []
    attentive = chance.random() < 0.7
    count = 0

    def tell() -> None:
        nonlocal count
        for passage in passages[count:] if attentive else []:
            if chance.random() < 0.8:
                pace.asked(passage.index, len(passage.text), now)
                speaking.append(passage.index)
            else:
                pace.skipped()
        count = len(passages)
        while speaking and chance.random() < 0.5:
            index = speaking.pop(chance.randrange(len(speaking)))
            if chance.random() < 0.9:
                pace.ready(index, now, 5 * chance.random())
            else:
                pace.failed(index, now)

    while at < len(text):
        size = chance.choice([0, 1, 2, 5, 9, 600])
        passages += made.feed(text[at : at + size], now)
        at += size
        tell()
        now += chance.choice([0.0, 0.001, 0.1, 0.5, 4.0]) * chance.random()
        if chance.random() < 0.05:
            passages += made.flush(now)
        if chance.random() < 0.5:
            passages += made.tick(now)
    if chance.random() < 0.5:
        return passages + made.end(now)
    passages += made.finish(now)
    for _ in range(4 * len(text) + 10):
        if not made.waiting:
            break
        tell()
        now += 1.0
        passages += made.tick(now)
    assert not made.waiting
    return passages


@settings(max_examples=250, deadline=None)
@given(text=TEXTS, limits=LIMITS, seed=st.integers(0, 1 << 30), plain=st.booleans())
def test_passages_are_the_text_without_a_hole_whatever_happens(
    text: str, limits: Limits, seed: int, plain: bool
) -> None:
    passages = live(text, limits, random.Random(seed), PlainSplitter if plain else SentenceSplitter)
    assert "".join(texts(passages)) == text
    assert [passage.index for passage in passages] == list(range(len(passages)))
    at = 0
    for passage in passages:
        assert (passage.start, passage.end) == (at, at + len(passage.text))
        assert passage.text
        at = passage.end


@pytest.mark.parametrize("mode", ["fixed", "adaptive", "batch"])
@pytest.mark.parametrize("length", [400, 999, 1000, 1001, 1032, 1033, 2032])
def test_an_endless_word_takes_nothing_along(mode: str, length: int) -> None:
    text = f"Some words first; {'y' * length} a"
    for passage in live(text, Limits(mode=mode, max_chunk_length=300), random.Random(0), SentenceSplitter):
        assert len(passage.text.rstrip()) <= 300 or len(passage.text.split()) == 1


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, limits=LIMITS, seed=st.integers(0, 1 << 30))
def test_no_passage_is_longer_than_the_limit_but_for_one_endless_word(text: str, limits: Limits, seed: int) -> None:
    for passage in live(text, limits, random.Random(seed), SentenceSplitter):
        words = passage.text.split()
        assert len(passage.text.rstrip()) <= limits.max_chunk_length or len(words) == 1


@settings(max_examples=150, deadline=None)
@given(
    text=TEXTS.filter(lambda text: "y" * 1500 not in text),
    longest=st.integers(20, 300),
    size=st.sampled_from([1, 2, 3, 8, 100]),
)
def test_without_a_clock_passages_do_not_depend_on_the_tokens(text: str, longest: int, size: int) -> None:
    limits = {"mode": "batch", "max_chunk_length": longest}
    assert cut(text, size, **limits) == cut(text, **limits)


ANSWER = (
    "The lamp was lit at dusk, and the keeper, who had climbed the stairs for thirty years, sat down to write. Nobody "
    "asked him why. He wrote about the weather, about the ships that passed, and now and then of the birds that came "
    'in from the sea in autumn.\n\n"Are you tired?" his wife asked. "No. Not at all." It cost $3.50 at 12:30, or 1,000 '
    "of the old coins.\n\n1. Carry the oil up.\n2. Trim the wick, e.g. with the small scissors.\n\n```python\nx = 1.5\n"
    "print(x, x)\n```\n\nThat was all. Really!"
)


@pytest.mark.parametrize("mode", ["fixed", "batch"])
@pytest.mark.parametrize("longest", [300, 60, 25])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 11, 64, 100])
def test_an_answer_is_cut_the_same_from_any_tokens(mode: str, longest: int, size: int) -> None:
    assert cut(ANSWER, size, mode=mode, max_chunk_length=longest) == cut(ANSWER, mode=mode, max_chunk_length=longest)


# ---- the first passage ----------------------------------------------------------------------------------------------


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


# ---- sizes ----------------------------------------------------------------------------------------------------------

FOUR = "This is the first sentence. Here is the second one. And this is the third. The fourth one ends."


@pytest.mark.parametrize("size", [0, 1, 5])
def test_fixed_speaks_as_many_sentences_as_configured(size: int) -> None:
    passages = cut(FOUR, size, mode="fixed", sentence_buffer_size=2)
    assert [(p.text, p.reason) for p in passages] == [
        ("This is the first sentence. ", "first"),
        ("Here is the second one. And this is the third. ", "size"),
        ("The fourth one ends.", "end"),
    ]


def test_a_sentence_that_is_too_short_waits_for_the_next_one_but_not_the_first() -> None:
    passages = cut("Yes. No. Perhaps it is so, said he. Good.", mode="fixed", sentence_buffer_size=1)
    assert texts(passages) == ["Yes. ", "No. Perhaps it is so, said he. ", "Good."]


def test_sentences_that_do_not_fit_together_are_spoken_apart() -> None:
    one, two = "A" + " word" * 30 + ". ", "B" + " word" * 40 + ". "
    passages = cut("First. " + one + two + one, mode="fixed", sentence_buffer_size=3)
    assert [(p.text, p.reason) for p in passages[:3]] == [("First. ", "first"), (one, "length"), (two, "length")]


def test_a_sentence_that_is_too_long_is_cut_behind_its_last_clause() -> None:
    text = "Go. " + "some words here " * 12 + "and there, " + "more words there " * 20
    assert cut(text, mode="fixed")[1].text.endswith("and there, ")


def test_without_a_clause_it_is_cut_at_a_space() -> None:
    passages = cut("Go. " + "word " * 200, mode="fixed")
    assert {len(p.text) for p in passages[1:3]} == {300}
    assert all(p.text.endswith("word ") for p in passages[1:])


def test_a_word_longer_than_the_limit_is_spoken_whole() -> None:
    passages = cut("Go. See " + "x" * 500 + " there.", mode="fixed")
    assert ("x" * 500 + " ") in texts(passages)


def test_an_endless_word_is_cut_far_behind_the_limit_and_never_within_a_character() -> None:
    family = "👨‍👩‍👧‍👦"
    passages = cut(family * 400, mode="fixed")
    assert len(passages) > 2
    assert all(set(p.text.split(family)) == {""} for p in passages)


def test_a_long_text_in_a_script_without_spaces_is_cut_between_its_letters() -> None:
    assert max(len(p.text) for p in cut("春眠不觉晓处处闻啼鸟" * 100, mode="fixed")) == 300


def test_a_fence_is_cut_at_its_lines_alone() -> None:
    code = "```python\n" + "".join(f"value_{n} = compute(a, b, c) # and more, and more\n" for n in range(20)) + "```\n"
    passages = cut("Here it is:\n\n" + code + "\nDone now.", mode="fixed")
    assert all(p.text.endswith("\n") for p in passages[:-1])


def test_paragraphs_are_kept_apart_where_the_passage_is_long_enough() -> None:
    text = "Hello. " + "This is a sentence of more than eighty characters, which is a quarter of the limit set. " * 3
    text = text.rstrip() + "\n\nAnd this is the next paragraph, which has another sentence. Here it is now."
    assert [p.text.endswith("\n\n") for p in cut(text)].count(True) == 1


def test_all_white_space_behind_a_passage_is_its_own_up_to_a_blank_line() -> None:
    assert texts(cut("This is it.  \t Now the next one.\n\n\nThe third is here.", mode="batch")) == [
        "This is it.  \t Now the next one.\n\n",
        "\nThe third is here.",
    ]


def test_blank_text_alone_is_one_passage_at_the_end() -> None:
    assert [(p.text, p.reason) for p in cut(" \n\t ")] == [(" \n\t ", "end")]


def test_no_text_is_no_passage() -> None:
    assert cut("") == []


# ---- batch ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 5])
def test_batch_speaks_one_sentence_a_passage_and_begins_anew_at_a_paragraph(size: int) -> None:
    text = "Yes. This is a sentence.\n\nNo.\n\nAnother one follows here. Bye."
    passages = cut(text, size, mode="batch")
    assert texts(passages) == ["Yes. This is a sentence.\n\n", "No.\n\n", "Another one follows here. ", "Bye."]
    assert reasons(passages) == ["size", "size", "size", "end"]


def test_batch_knows_no_clock() -> None:
    made = buffer(mode="batch")
    assert made.feed("One two three, four five six seven eight nine.", 0.0) == []
    assert made.deadline is None
    assert made.tick(1000.0) == []


def test_batch_does_not_depend_on_the_pace_or_on_time() -> None:
    chance = random.Random(7)
    made = SpeechBuffer(Limits(mode="batch"), SentenceSplitter(), fast())
    passages, now = [], 0.0
    for char in ANSWER:
        now += chance.random() * 3
        passages += made.feed(char, now) + made.tick(now + 2.0)
    assert passages + made.end(now) == cut(ANSWER, mode="batch")


# ---- time -----------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(("text", "spoken"), [("I spoke to Dr.", "I spoke to "), ("It is worth $3.", "It is worth ")])
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


# ---- adaptive -------------------------------------------------------------------------------------------------------


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
    assert 8.8 < deadline + pace.expect(48) + pace.doubt < 9.0


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


# ---- flush, resume --------------------------------------------------------------------------------------------------


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


# ---- bounds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["adaptive", "fixed", "batch"])
@pytest.mark.parametrize("piece", ["word ", "x", " ", "\n", ".", '"and so on, ', "`a, b` ", "Mr. ", "a, "])
def test_what_waits_is_bounded_whatever_comes(mode: str, piece: str) -> None:
    made = SpeechBuffer(Limits.of({"mode": mode}), SentenceSplitter(), Pace())
    most = 0
    for number in range(8000 // len(piece)):
        made.feed(piece, number / 1000)
        most = max(most, made.waiting)
    assert most <= 6000


def test_a_fence_that_never_ends_is_handed_out_in_pieces() -> None:
    made = SpeechBuffer(Limits(mode="fixed"), SentenceSplitter(), Pace())
    passages = made.feed("```\n" + "x = 1, 2\n" * 500, 0.0)
    assert made.waiting < 1000
    assert all(p.text.endswith("\n") for p in passages)
