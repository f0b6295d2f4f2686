"""Inline thinking, wherever the tags fall into tokens."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.answers.thoughts import Thoughts
from pipeline.types import Thinking

PARTS = st.lists(
    st.sampled_from(
        ["<think>", "</think>", "<thinking>", "</thinking>", "a < b", "<", "th", "日 ", "x.", "\n", "`", " "]
    )
)


def cut(text, sizes):
    thoughts, out, at = Thoughts(), [], 0
    while at < len(text):
        size = next(sizes)
        out += thoughts.feed(text[at : at + size])
        at += size
    return out + thoughts.end()


def halves(items):
    heard = "".join(item for item in items if isinstance(item, str))
    return heard, "".join(item.content for item in items if isinstance(item, Thinking))


@given(PARTS.map("".join), st.lists(st.integers(1, 6), min_size=1))
def test_cuts_change_nothing(text, sizes):
    repeated = iter(sizes * (len(text) + 1))
    assert halves(cut(text, repeated)) == halves(cut(text, iter([len(text)])))


@given(
    st.text(st.characters(exclude_characters="<", exclude_categories=["Cs"])), st.lists(st.integers(1, 4), min_size=1)
)
def test_text_without_tags_is_left_alone(text, sizes):
    assert halves(cut(text, iter(sizes * (len(text) + 1)))) == (text, "")


def test_tags_are_told_from_what_only_begins_like_one():
    assert halves(cut("a <think>b</think> c <thin d <thinkers>", iter([3] * 30))) == ("a  c <thin d <thinkers>", "b")


def test_a_tag_that_is_spoken_of_is_no_thinking():
    for text in (
        "Models such as R1 put a `<think>` before their thoughts, and `</think>` behind them.",
        "What does the <think> tag mean? It begins what the model thinks.",
        'The word "<thinking>" is a tag. So is </think>, by the way.',
    ):
        assert halves(cut(text, iter([1] * len(text)))) == (text, "")
    for text in ("<think> so </think>Yes.", "Well.\n<think> so </think>Yes.", "Well. <think> so </think>Yes."):
        assert halves(cut(text, iter([1] * len(text))))[1] == " so "


def test_thinking_that_never_ends_is_never_heard():
    assert halves(cut("so <think>and on", iter([2] * 30))) == ("so ", "and on")


def test_a_token_without_a_tag_waits_for_nothing():
    assert Thoughts().feed("word") == ["word"]
