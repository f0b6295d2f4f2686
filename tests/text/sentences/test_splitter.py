"""What the splitter promises of every text: nothing lost, true offsets, the same sentences however it is cut."""

from __future__ import annotations

import random
import textwrap
import time
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.text import SentenceSplitter
from pipeline.text.sentences.draft import LONGEST_BLOCK
from pipeline.types import Sentence

LANGUAGES = "en de fr es it ru zh ja hy el ar hi da pl sk kk nl xx".split()
MARKS = [
    *".!?…。！？।։؟:;,'\"“”‘’«»„()[]{}「」`*_~#|<>-—•\n \t0123aAbBIz",
    *"``` \n\n Dr. e.g. p.m. U.S. <think> </think> 🎉 :) \u202c é 你 \ud800 \x00 https://a.b/c?d=1 He the [1]".split(
        " "
    ),
    *("[THINK]", "[/THINK]", "<|channel|>analysis", "<|start|>assistant", "<|message|>", "<|end|>", "<|channel|>final"),
    *(" . . .", "² ", " b) ", "''", " T. ", "1. ", "\n- ", "\n| a |", "\r\n", "\n$$\n", "$$", "\\[\n", "\\]", " 🎉 B"),
    *("<img\n", " a='b. C'\n", " $$\n"),
]
texts = st.lists(st.sampled_from(MARKS) | st.text(max_size=4), max_size=60).map("".join)


def split(pieces: Iterable[str], language: str = "en") -> list[Sentence]:
    splitter = SentenceSplitter(language)
    return [s for piece in pieces for s in splitter.feed(piece)] + splitter.flush()


def cuttings(text: str, seed: int) -> Iterable[Sequence[str]]:
    yield text
    for size in (2, 3, 7):
        yield [text[i : i + size] for i in range(0, len(text), size)]
    rng = random.Random(seed)
    places = sorted(rng.choices(range(len(text) + 1), k=len(text) // 3 + 2))
    yield [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


def check_partition(text: str, sentences: list[Sentence]) -> None:
    at = 0
    for s in sentences:
        assert text[s.start : s.end] == s.text == s.text.strip() != ""
        assert not text[at : s.start].strip()
        at = s.end
    assert not text[at:].strip()


@settings(max_examples=300, deadline=None)
@given(texts, st.sampled_from(LANGUAGES))
@example(".² ² .", "en")
@example("$$\na.\n\n$$\nb", "en")
def test_nothing_is_lost_and_tokens_do_not_matter(text: str, language: str) -> None:
    whole = split([text], language)
    check_partition(text, whole)
    for pieces in cuttings(text, len(text)):
        assert split(pieces, language) == whole


@settings(max_examples=40, deadline=None)
@given(st.lists(texts, min_size=20, max_size=60).map(" ".join), st.sampled_from(LANGUAGES))
def test_long_texts_are_cut_alike_too(text: str, language: str) -> None:
    whole = split([text], language)
    check_partition(text, whole)
    assert split(text, language) == whole


HARBOUR = """The ferry from Inchmore was late again that morning, and nobody on the old pier seemed to mind. Captain
Ross, who had sailed with Mr. Doyle since the great storm, read the Oban Times by the rail while his daughter Ann Mary
counted the gulls over Loch Etive and the Isle of Mull beyond it. "We sail at noon," said Ross. "Or we sail with Tom
Hale and the Glasgow train, whichever comes first." The people from Fort William, Perth and St. Andrews laughed at that.
They had come for the music of John MacLeod and his Highland Players, who were to play in the hall of Castle Duart."""


@pytest.mark.parametrize("margin", range(56, 101, 4))
def test_a_margin_that_breaks_the_lines_changes_no_sentence(margin: int) -> None:
    whole = split([" ".join(HARBOUR.split())])
    broken = split([textwrap.fill(HARBOUR, margin)])
    assert [" ".join(s.text.split()) for s in broken] == [s.text for s in whole]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(texts, st.floats(0, 3)), max_size=8), st.sampled_from(LANGUAGES))
def test_silence_loses_nothing(tokens: list[tuple[str, float]], language: str) -> None:
    splitter, out, now = SentenceSplitter(language), list[Sentence](), 0.0
    for token, pause in tokens:
        out += splitter.feed(token, now)
        due = splitter.deadline
        now += pause
        said = splitter.poll(now)
        assert bool(said) <= (due is not None and now >= due)
        assert splitter.poll(now) == []
        out += said
    check_partition("".join(token for token, _ in tokens), out + splitter.flush())


@pytest.mark.parametrize("language", ["", "xx", "EN", "en-GB", "pt_BR", "klingon", "zh-Hant"])
def test_any_language_is_welcome(language: str) -> None:
    assert len(split(["One is here. Two is there."], language)) == 2


def test_an_empty_text_changes_nothing() -> None:
    splitter = SentenceSplitter()
    splitter.feed("Done.", 1.0)
    assert splitter.feed("", 9.0) == []
    assert splitter.deadline == 1.2


def test_how_far_the_open_sentence_is_settled() -> None:
    splitter = SentenceSplitter()
    splitter.feed("It is done. Then Mr. Smith paid $3.")
    assert splitter.settled == 32
    splitter.feed("50 and le")
    assert splitter.settled == len("It is done. Then Mr. Smith paid $3.50 and ")
    splitter = SentenceSplitter()
    splitter.feed("I spoke to Dr. J. ")
    assert splitter.settled == len("I spoke to ")


@pytest.mark.parametrize(
    ("text", "wait", "said"),
    [
        ("That was all.", 0.1, []),
        ("That was all.", 0.21, ["That was all."]),
        ("That was all. ", 0.21, ["That was all."]),
        ("Was that all?", 0.21, ["Was that all?"]),
        ("That was all. 🎉", 0.21, ["That was all. 🎉"]),
        ('She said: "That was all."', 0.21, ['She said: "That was all."']),
        ("(That was all.)", 0.21, ["(That was all.)"]),
        ("That was all.[1] [2]", 0.21, ["That was all.[1] [2]"]),
        ("C'est « tout ».", 0.21, ["C'est « tout »."]),
        ("It was long ago (1950).", 0.21, ["It was long ago (1950)."]),
        ("See Fig. 3 and p. [1]", 9.0, []),
        ("这就是全部。", 0.21, ["这就是全部。"]),
        ("यह सब है।", 0.21, ["यह सब है।"]),
        ("It closes at 5 p.m.", 0.21, []),
        ("It closes at 5 p.m.", 1.01, ["It closes at 5 p.m."]),
        ("We went to the U.S.", 1.01, ["We went to the U.S."]),
        ("Well...", 0.21, []),
        ("Well...", 1.01, ["Well..."]),
        ("Pens, paper, etc.", 1.01, ["Pens, paper, etc."]),
        ("It costs $5.", 9.0, []),
        ("I asked Dr.", 9.0, []),
        ("I asked J.", 9.0, []),
        ("Many birds, e.g.", 9.0, []),
        ("See p.", 9.0, []),
        ('She said: "That was all.', 9.0, []),
        ("He came (late.", 9.0, []),
        ("Call `a.b.", 9.0, []),
        ("- a\n- b\n1.", 9.0, []),
        ("```\ncode.\n", 9.0, []),
        ("```\ncode.\n```", 0.21, ["```\ncode.\n```"]),
        ("<think>Well.", 9.0, []),
        ("no stop at all", 9.0, []),
    ],
)
def test_silence_speaks_what_is_finished(text: str, wait: float, said: list[str]) -> None:
    splitter = SentenceSplitter()
    early = splitter.feed(text, 100.0)
    assert splitter.deadline is None or splitter.deadline > 100.0
    assert [s.text for s in splitter.poll(100.0 + wait)] == said
    assert splitter.poll(100.0 + wait) == []
    check_partition(text + " And so on.", early + [Sentence(t, text.find(t), text.find(t) + len(t)) for t in said] +
                    splitter.feed(" And so on.", 200.0) + splitter.flush())  # fmt: skip


def test_a_shortened_word_waits_in_other_languages_too() -> None:
    for language, text, deadline in (
        ("ur", "دیکھیے ص۔", None),
        ("ur", "وہ آئے۔", 0.2),
        ("de", "Das sagt D. J.", 1.0),
        ("fr", "Et voilà, c. q. f. d.", 1.0),
    ):
        splitter = SentenceSplitter(language)
        splitter.feed(text, now=0.0)
        assert splitter.deadline == deadline


def test_the_wait_begins_anew_with_each_token_and_at_the_first_poll_when_no_time_was_given() -> None:
    splitter = SentenceSplitter(patience=0.5)
    splitter.feed("It is", 1.0)
    splitter.feed(" done.", 5.0)
    assert splitter.deadline == 5.5
    assert splitter.poll(5.4) == []
    splitter.feed(" ", 5.45)
    assert splitter.poll(5.9) == []
    assert [s.text for s in splitter.poll(5.95)] == ["It is done."]
    splitter = SentenceSplitter()
    splitter.feed("It is done.")
    assert splitter.deadline is None
    assert splitter.poll(7.0) == []
    assert [s.text for s in splitter.poll(7.2)] == ["It is done."]


@pytest.mark.parametrize(
    ("text", "early"),
    [
        ("One is here. T", "One is here."),
        ("One is here!\n", "One is here!"),
        ("A heading\n\n", "A heading"),
        ("# A heading\n", "# A heading"),
        ("- an item\n", "- an item"),
        ("一在这里。二", "一在这里。"),
        ("Look:\n```", "Look:"),
        ("A list:\n- ", "A list:"),
        ("It was 5 p.m. Br", "It was 5 p.m."),
        ("Apples, pears, etc. T", "Apples, pears, etc."),
        ("i like tea. sh", "i like tea."),
        ('"Is it you?" I tu', '"Is it you?"'),
    ],
)
def test_a_sentence_comes_out_as_soon_as_it_is_safe(text: str, early: str) -> None:
    splitter = SentenceSplitter()
    found = [(s.text, at) for at, character in enumerate(text) for s in splitter.feed(character)]
    assert found == [(early, len(text) - 1)]


HOSTILE = {
    "dots": "." * 100_000,
    "letters": "a" * 200_000,
    "no stop": "the river went on and on " * 40_000,
    "titles": "Mr. Dr. Prof. " * 10_000,
    "decimals": "3.14 1.2.3 " * 10_000,
    "quotes": "\"'“‘«" * 20_000,
    "brackets": "([{" * 30_000,
    "ticks": "`" * 100_000,
    "fence": "```\n" + "code. More\n" * 20_000,
    "thought": "<think>" + "Well. Perhaps. " * 20_000,
    "channel": "<|channel|>analysis<|message|>" + "Well. Perhaps. " * 20_000,
    "table": "| a. | B. |\n" * 20_000,
    "spaces": " " * 100_000,
    "lines": "\n" * 100_000,
    "markers": "1. 2. 3. " * 10_000,
    "bullets": "• " * 50_000,
    "emoji": "🎉 " * 30_000,
    "references": "x.[1][2]" * 10_000,
    "nul": "\x00.\x00 A" * 20_000,
    "surrogates": "\ud800. \udc00B" * 10_000,
    "marks": "e\u0301\u0301" * 30_000,
    "tags": "<a " * 30_000,
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_hostile_texts_are_split_in_linear_time_and_bounded_space(shape: str) -> None:
    text = HOSTILE[shape]
    splitter, out, held = SentenceSplitter(), list[Sentence](), 0
    began = time.process_time()
    for at in range(0, len(text), 7):
        out += splitter.feed(text[at : at + 7])
        held = (
            max(held, at + 7 - (out[-1].end if out else 0) if text[: at + 7].strip() else 0) if at % 7000 == 0 else held
        )
    out += splitter.flush()
    assert time.process_time() - began < 3.0
    check_partition(text, out)
    assert max((len(s.text) for s in out), default=0) <= LONGEST_BLOCK
    assert held <= LONGEST_BLOCK + 2_000
