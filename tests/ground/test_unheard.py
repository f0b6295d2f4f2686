"""What models think, and what they ask of tools, in whatever marks: never heard, whichever way it falls into tokens."""

from __future__ import annotations

from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ground.unheard import OPENERS
from pipeline.sources.answers.thoughts import Thoughts
from pipeline.text import Limits, Pace, SentenceSplitter, Speakable, SpeechBuffer
from pipeline.types import Thinking
from tests.text.spoken.saying import check
from tests.text.spoken.test_answers import listen

THOUGHTS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<Thinking>": "</think>",
    "<reasoning>": "</reasoning>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",
    "◁think▷": "◁/think▷",
    "<|START_THINKING|>": "<|END_THINKING|>",
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "<|inner_prefix|>": "<|inner_suffix|>",
    "<|channel>thought\n": "<channel|>",
    "<|channel|>analysis<|message|>": "<|end|>",
    "<|start|>assistant<|channel|>analysis<|message|>": "<|end|><|start|>assistant<|channel|>final<|message|>",
    "<|channel|>analysis<|message|> ": "<|channel|>final<|message|>",
}
CALLS = {
    "<tool_call>": "</tool_call>",
    "<|tool_calls_section_begin|>": "<|tool_calls_section_end|>",
    "<|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>": "<|call|>",
    "<|start|>functions.f to=assistant<|channel|>commentary<|message|>": "<|end|>",
}
SIZES = (1, 2, 3, 7, 1000)


def heard(text: str, size: int) -> tuple[str, set[str]]:
    """What is said of a text that comes in tokens of `size`, and why the rest is not."""
    passages = listen(text, "en", "batch", size)
    assert "".join(passage.text for passage in passages) == text
    for passage in passages:
        check(passage)
    said = " ".join(passage.spoken for passage in passages if passage.spoken)
    return said, {gap.reason for passage in passages for gap in passage.omitted}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("begin", "end"), (THOUGHTS | CALLS).items())
def test_what_is_thought_or_asked_is_not_said(begin: str, end: str, size: int) -> None:
    inner = 'Well. Is it "so"?\n\nIt may be. `x` [a]'
    for before in ("", "Let us see.\n", "Let us see. "):
        said, why = heard(f"{before}{begin}{inner}{end}It is late. Go home.", size)
        assert said == f"{before.strip()} It is late. Go home.".strip()
        assert ("thinking" if begin in THOUGHTS else "html") in why


@pytest.mark.parametrize("size", SIZES)
def test_an_answer_in_harmony_is_said_without_its_heads(size: int) -> None:
    text = "<|end|><|start|>assistant".join(
        [
            "<|channel|>analysis<|message|>They ask. I look.",
            "<|channel|>commentary<|message|>Let me look.",
            "<|channel|>commentary to=functions.look <|constrain|>json<|message|>{}<|call|><|start|>functions.look to="
            "assistant<|channel|>commentary<|message|>{}",
            "<|channel|>final json<|message|>It is fine. Go out.<|return|>",
        ]
    )
    assert heard(text, size)[0] == "Let me look. It is fine. Go out."


def test_heads_of_harmony_make_the_first_passage_no_shorter() -> None:
    pace, speakable = Pace(), Speakable()
    buffer, said = SpeechBuffer(Limits(mode="fixed"), SentenceSplitter(), pace), list[str]()
    for token in (
        "<|start|>assistant<|channel|>final<|message|>",
        "Hello there, my old",
        " friend, how are you? I",
        " am",
    ):
        for passage in buffer.feed(token, 0.0):
            if spoken := speakable.say(passage).spoken:
                said.append(spoken)
            else:
                pace.skipped()
    assert said[0] == "Hello there, my old friend,"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mark", [opener for opener in OPENERS if "message" not in opener])
def test_a_mark_that_is_spoken_of_hides_nothing(mark: str, size: int) -> None:
    for text in (
        f"The model writes `{mark}` before it thinks. Then it ends.",
        f"Use `prompt={mark}` here. Then wait.",
        f"Use `a {mark} b` here. Then wait.",
        f'The mark "{mark}" is a token. Then it ends.',
    ):
        assert heard(text, size)[0].endswith(text.rpartition(". ")[2])
        assert through(text, [size]) == (text, "")
    if mark[0] == "[":
        linked = f"{mark}(https://a.example) is a name. So is {mark}: it is."
        assert heard(linked, size)[0].startswith("THINK is a name.")
        assert through(linked, [size]) == (linked, "")
    fenced = f"So:\n\n```xml\n{mark}\nHm.\n```\n\nThat is all."
    assert heard(fenced, size)[0].endswith("2 lines of XML That is all.")
    assert through(fenced, [size]) == (fenced, "")


def through(text: str, sizes: list[int]) -> tuple[str, str]:
    """What a model's answer says that comes in tokens of these sizes, over and over; and what it thinks."""
    thoughts, items, at, size = Thoughts(), list[str | Thinking](), 0, cycle(sizes)
    while at < len(text):
        items += thoughts.feed(text[at : (at := at + next(size))])
    items += thoughts.end()
    said = "".join(item for item in items if isinstance(item, str))
    return said, "".join(item.content for item in items if isinstance(item, Thinking))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("begin", "end"), THOUGHTS.items())
def test_of_a_models_answer_the_thoughts_are_taken_out(begin: str, end: str, size: int) -> None:
    said, thought = through(f"So.\n{begin}Well, [1] is < 2.{end}Yes. [THIN", [size])
    assert thought.strip() == "Well, [1] is < 2."
    assert (said.startswith("So.\n"), said.endswith("Yes. [THIN")) == (True, True)


PARTS = st.lists(st.sampled_from([*OPENERS, *THOUGHTS.values(), *'[<◁a \n`"', "<|", ". ", "```\n", "\n```\n"])).map(
    "".join
)


@settings(max_examples=300, deadline=None)
@given(PARTS, st.lists(st.integers(1, 9), min_size=1))
def test_how_marks_fall_into_tokens_changes_nothing(text: str, sizes: list[int]) -> None:
    assert through(text, sizes) == through(text, [max(1, len(text))])
