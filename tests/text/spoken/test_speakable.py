"""What is said of a passage, and that nothing of it is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.sentences.splitter import SentenceSplitter
from pipeline.text.spoken.speakable import Speakable
from pipeline.types import Passage
from tests.text.spoken.saying import check, marked, passage, passages, said


@pytest.mark.parametrize("text", ["---\n", "🎉", "...", "   \n", "<think>x</think>", "***", "\x00"])
def test_what_has_nothing_to_say_says_why(text: str) -> None:
    result = passage(text)
    assert result.spoken == "" and result.omitted[0].reason


@given(st.one_of(st.text(), marked))
def test_every_character_is_said_or_told_as_left_out(text: str) -> None:
    check(passage(text))


@given(st.lists(marked, max_size=6), st.sampled_from(["speak", "describe"]))
def test_the_same_holds_for_passages_that_cut_marks_apart(texts: list[str], code: str) -> None:
    for result in passages(texts, code=code):
        check(result)


@given(
    st.lists(
        st.sampled_from("Wörter stehen, hier. Ça va? ¡Sí! 你好。 naïve — “so” it’s 3.50 $5 10% #1 50–60".split()),
        min_size=1,
    ).map(" ".join)
)
def test_plain_prose_passes_unchanged(text: str) -> None:
    result = passage(text)
    assert result.spoken == text or not any(char.isalnum() for char in text)
    assert not result.omitted or not result.spoken


@given(marked)
def test_half_a_text_is_never_said_twice(text: str) -> None:
    assert len(said(text, tables="skip", maths="skip", code="skip")) <= 2 * len(text) + 40


ANSWER = """\
<think>
Let me plan. First this. Then that.

A second paragraph.
</think>

# A guide to **Python** 🎉

Here is an *overview*. It has [a link](https://x.y/z?a=1.b) and `inline.code()`.

| Name | Age | City |
|------|-----|------|
| Ann B. | 30 | Rome |

> A quote is here. It has two sentences.
> And goes on.

1. **First**: do this. Then that.
2. Second item
   - nested one
   - nested two

```python
def f():
    return "a. B! c?"
```

The formula $x^2 + y_1$ holds. And:

$$
E = mc^2
$$

- [ ] wash
- [x] dry

Last words — **a bold sentence. Another bold one.** End[^1].

[^1]: A note. Really.
"""


def test_an_answer_cut_into_sentences_says_what_it_says_as_a_whole() -> None:
    splitter = SentenceSplitter("en")
    sentences = [*splitter.feed(ANSWER), *splitter.flush()]
    cuts = [0, *(sentence.start for sentence in sentences[1:]), len(ANSWER)]
    parts = passages([ANSWER[start:end] for start, end in zip(cuts, cuts[1:], strict=False)])
    assert len(parts) > 20
    assert [part.omitted[0].reason for part in parts if not part.spoken][0] == "thinking"
    together = " ".join(part.spoken for part in parts).split()
    assert [word.rstrip(".") for word in together] == [word.rstrip(".") for word in said(ANSWER).split()]
    assert "code, 2 lines of Python" in " ".join(together)
    for part in parts:
        check(part)


CODE = "Look at this.\n\n```python\n" + "total += line.count(word)\n" * 12 + "```\n\nThat was all of it. "


def test_words_alone_are_said_as_they_are_written() -> None:
    assert Speakable().foretell("One two. Three four.", [4, 9, 20]) == [4, 9, 20]


def test_code_is_foretold_to_be_described_once_it_is_over() -> None:
    closed = CODE.index("That")
    before, within, over, after = Speakable().foretell(CODE, [15, 100, closed, len(CODE)])
    assert before == within == len("Look at this.\n\n")
    assert len("code, 12 lines of Python") <= over - within <= 30
    assert len("That was all of it.") <= after - over <= 25


def test_code_that_is_spoken_is_foretold_in_full() -> None:
    [code] = Speakable({"code": "speak"}).foretell(CODE, [len(CODE)])
    assert code > 12 * len("total += line.count(word)")


def test_in_a_fence_that_is_open_nothing_is_foretold_until_it_closes() -> None:
    speakable = Speakable()
    speakable.say(Passage(0, "```python\nx = 1\n", 0, 16, "length"))
    rest = "y = 2\n```\nSo far."
    assert speakable.foretell(rest, [6]) == [0]
    assert speakable.foretell(rest, [len(rest)])[0] == len(said("code, 2 lines of Python.\nSo far."))


MARKED = st.lists(
    st.sampled_from(
        ["Some words. ", "**bold** ones, ", "# Head\n\n", "- item\n", "[title](https://a.example/b) ", "`x = 1` "]
        + ["\n\n", "```\ncode\n```\n", "```py\n", "| a | b |\n|---|---|\n| 1 | 2 |\n", "<think>hm</think>"]
        + ["$x^2$ ", "👍 ", "&amp;"]
    ),
    min_size=1,
    max_size=12,
)


@given(before=MARKED, pieces=MARKED)
def test_what_is_foretold_is_what_is_said_and_to_foretell_changes_nothing(before: list[str], pieces: list[str]) -> None:
    told, untold = Speakable(), Speakable()
    begin, text = "".join(before), "".join(pieces)
    for speakable in (told, untold):
        speakable.say(Passage(0, begin, 0, len(begin), "size"))
    ends = [len("".join(pieces[: number + 1])) for number in range(len(pieces))]
    lengths = told.foretell(text, ends)
    assert lengths == sorted(lengths)
    following = Passage(1, text, len(begin), len(begin) + len(text), "size")
    spoken = untold.say(following).spoken
    assert told.say(following).spoken == spoken
    assert abs(lengths[-1] - len(spoken)) <= 2 or lengths[-1] == len(text)


def test_an_arrow_between_two_passages_is_not_said() -> None:
    assert [p.spoken for p in passages(["Open *Advanced…* ", "→ OK."])] == ["Open Advanced…", "OK."]
