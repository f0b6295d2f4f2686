"""Where passages end for the listener's sake, by voices of any pace."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks._answers import ANSWERS, tokens
from benchmarks._listener import listen
from pipeline.text import Habit, Limits, Pace, SentenceSplitter, Speakable, SpeechBuffer
from pipeline.types import Passage

LIMITS = Limits()


class Noted:
    """A buffer that remembers what it has handed out."""

    def __init__(self, buffer: SpeechBuffer) -> None:
        self.buffer = buffer
        self.passages: list[Passage] = []

    @property
    def deadline(self) -> float | None:
        return self.buffer.deadline

    def feed(self, text: str, now: float) -> list[Passage]:
        return self._note(self.buffer.feed(text, now))

    def tick(self, now: float) -> list[Passage]:
        return self._note(self.buffer.tick(now))

    def finish(self, now: float) -> list[Passage]:
        return self._note(self.buffer.finish(now))

    def _note(self, passages: list[Passage]) -> list[Passage]:
        self.passages += passages
        return passages


def spoken(text: str, rate: float, voice: tuple[float, float], habit: Habit | None = None) -> list[str]:
    """The passages of a text that comes so many tokens a second, cut for this voice."""
    pace = Pace(habit=habit)
    speakable = Speakable()
    noted = Noted(SpeechBuffer(LIMITS, SentenceSplitter(), pace, speakable.foretell))
    listen([(number / rate, token) for number, token in enumerate(tokens(text))], voice, noted, pace, speakable)
    return [passage.text for passage in noted.passages]


def known(start_up: float, factor: float) -> Habit:
    habit, chance = Habit(), random.Random(2)
    for _ in range(40):
        seconds = chance.uniform(2.0, 20.0)
        habit.learn(round(15 * seconds), seconds, start_up + factor * seconds)
    return habit


VOICES = st.tuples(st.floats(0.0, 2.0), st.floats(0.0, 1.5))


@settings(max_examples=25, deadline=None)
@given(voice=VOICES, rate=st.floats(2.0, 300.0), answer=st.sampled_from(sorted(ANSWERS)))
def test_whatever_the_pace_passages_keep_the_limits_and_words_and_code_stay_whole(
    voice: tuple[float, float], rate: float, answer: str
) -> None:
    passages = spoken(ANSWERS[answer], rate, voice)
    assert "".join(passages) == ANSWERS[answer]
    assert len(passages[0].strip()) <= LIMITS.first_chunk_length
    said = ""
    for passage in passages[:-1]:
        said += passage
        assert len(passage) <= LIMITS.max_chunk_length
        assert passage[-1].isspace()
        if said.count("```") % 2:  # in code, and too slow to be waited for
            assert passage[-1] == "\n"
        else:
            assert said.count("`") % 2 == 0


@settings(max_examples=30, deadline=None)
@given(
    voice=VOICES, seed=st.integers(0, 1 << 30), text=st.sampled_from([*ANSWERS.values(), "x" * 3000 + ". And so on."])
)
def test_it_never_asks_to_be_called_again_at_once_for_nothing(voice: tuple[float, float], seed: int, text: str) -> None:
    chance, pace, now, at, busy = random.Random(seed), Pace(habit=known(*voice)), 0.0, 0, -1
    made = SpeechBuffer(LIMITS, SentenceSplitter(), pace)
    while at < len(text):
        size = chance.choice([1, 5, 40, 1200])
        passages = made.feed(text[at : at + size], now)
        for _ in range(1000):
            for passage in passages:
                pace.asked(passage.index, len(passage.text), now)
                busy = passage.index
            if (deadline := made.deadline) is None or deadline > now:
                break
            passages = made.tick(now)
        else:
            raise AssertionError("it would never wait")
        at, now = at + size, now + chance.choice([0.0, 0.01, 0.3, 4.0])
        if busy >= 0 and chance.random() < 0.5:
            pace.ready(busy, now, 3.0)


SENTENCE = (
    "The people of the valley carried all their chairs up the hill because the river rose and no one knew how far. "
)


def test_a_slow_voice_is_asked_before_a_conjunction_rather_than_left_idle() -> None:
    passages = spoken("It had rained for days on end. " + SENTENCE * 3, 200.0, (1.0, 0.5), known(1.0, 0.5))
    assert any(passage.startswith(("because the river", "and no one")) for passage in passages)


def test_a_long_table_is_spoken_while_it_is_written() -> None:
    rows = "".join(f"| Plan {number} | ${number}.99 per month | {number}0 GB of space |\n" for number in range(12))
    table = "Here are the plans:\n\n| Plan | Price | Storage |\n|---|---|---|\n" + rows
    passages = spoken(table + "\nChoose one of them.", 50.0, (0.3, 0.3))
    assert all(passage.endswith("\n") for passage in passages[:-1])
    assert max(len(passage) for passage in passages[:4]) < 100


def test_words_are_parted_only_where_it_spares_the_listener_silence() -> None:
    text = (
        "We went out. "
        + "The long grey road behind the old mill led us down to a small harbour full of fishing boats. " * 4
    )
    ends = [passage.rstrip()[-1] for passage in spoken(text, 200.0, (1.2, 0.4), known(1.2, 0.4))]
    assert set(ends) != {"."}
    assert {passage.rstrip()[-1] for passage in spoken(text, 200.0, (0.1, 0.05), known(0.1, 0.05))} == {"."}


def test_a_slow_voice_parts_no_number_from_what_it_counts() -> None:
    text = "Dear Ann,\n\nThank you for your message of 3 Nov. and for taking the time to read it all so carefully."
    passages = spoken(text, 50.0, (0.3, 0.3))
    assert passages[:2] == ["Dear Ann,\n\n", "Thank you for your message "]


def test_a_voice_that_cannot_keep_up_is_given_more_at_a_time() -> None:
    def mean(voice: tuple[float, float]) -> float:
        passages = spoken(ANSWERS["prose"], 200.0, voice, known(*voice))
        return sum(map(len, passages)) / len(passages)

    assert mean((2.0, 0.98)) > 1.5 * mean((0.0, 0.98))


@pytest.mark.parametrize("done", [0.2, 1.0, 5.0])
def test_a_finished_sentence_waits_in_silence_for_a_voice_that_is_busy_and_no_longer(done: float) -> None:
    pace = Pace()
    made = SpeechBuffer(LIMITS, SentenceSplitter(), pace)
    for passage in made.feed("Nobody came to the door. They had all", 0.0):
        pace.asked(passage.index, len(passage.text), 0.0)
    assert made.feed(" gone to the fair. ", 0.1) == []
    idle = 0.1 + LIMITS.max_idle_time
    if done > idle:
        assert made.tick(idle) == []
        assert made.tick(idle + 0.2) == []
        assert made.deadline is None
    pace.ready(0, done, 60.0)  # however much there is to hear
    assert [(p.text, p.reason) for p in made.tick(max(done, idle + 1.0))] == [
        ("They had all gone to the fair. ", "idle")
    ]


CODED = (
    "This is how it is done in a few lines.\n\n```python\n" + "total += line.count(word)\n" * 11 + "```\n\n"
    "It reads one line after the other, since the whole file may be larger than the memory. That takes a while. "
)


@pytest.mark.parametrize("voice", [(0.3, 0.6), (0.7, 0.5), (0.0, 0.95)])
def test_who_knows_what_is_said_of_code_leaves_less_silence_behind_it(voice: tuple[float, float]) -> None:
    def silence(knows: bool) -> float:
        pace, speakable = Pace(habit=known(*voice)), Speakable()
        said = [speakable.foretell] if knows else []
        buffer = SpeechBuffer(LIMITS, SentenceSplitter(), pace, *said)
        coming = [(number / 100, token) for number, token in enumerate(tokens(CODED * 3))]
        return listen(coming, voice, buffer, pace, speakable).silence

    assert silence(True) < silence(False)
