"""What is said of a passage, and that nothing of it is lost on the way."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InvalidRequest
from pipeline.text.sentences.splitter import SentenceSplitter
from pipeline.text.spoken.speakable import POLICIES, Speakable
from pipeline.types import Passage


def said(text: str, language: str = "en", **policies: str) -> str:
    return passage(text, language, **policies).spoken


def passage(text: str, language: str = "en", **policies: str) -> Passage:
    return Speakable(policies, language=language).say(Passage(0, text, 0, len(text)))


def passages(texts: list[str], **policies: str) -> list[Passage]:
    speakable, out, at = Speakable(policies), [], 0
    for index, text in enumerate(texts):
        reason = "end" if index == len(texts) - 1 else "size"
        out.append(speakable.say(Passage(index, text, at, at + len(text), reason)))
        at += len(text)
    return out


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("**very** important", "very important"),
        ("*so* and _so_ and ***so***", "so and so and so"),
        ("2*3*4", "2*3*4"),
        ("2 * 3 ** 4", "2 * 3 ** 4"),
        ("a*b*c", "a*b*c"),
        ("snake_case_name stays", "snake_case_name stays"),
        ("call __init__ now", "call init now"),
        ("这是**重要**的。", "这是重要的。"),
        ("她说**「好」**了。", "她说「好」了。"),
        ("\\*not\\* emphasis", "*not* emphasis"),
        ("~~old~~ new", "old new"),
        ("about ~5 of them", "about ~5 of them"),
        ("`max_retries=3` helps", "max_retries=3 helps"),
        ("``a ` b``", "a ` b"),
        ("[text](https://x.y/z)", "text"),
        ('[text](https://x.y/z "title") more', "text more"),
        ("[a **b** c](<x y>)", "a b c"),
        ("see [the guide][1] now", "see the guide now"),
        ("[1]: https://x.y/z\nAfter.", "After."),
        ("![A cat](cat.png)", "A cat"),
        ("array[0] and [1] stay", "array[0] and [1] stay"),
        ("See https://docs.example.com/v2.1/retry?lang=en#limits.", "See docs.example.com."),
        ("(https://x.org/a_(b)) and", "(x.org) and"),
        ("<https://x.org/a> is", "x.org is"),
        ("Write to jane_doe@mail.example.co.uk soon.", "Write to jane_doe@mail.example.co.uk soon."),
        ("a < b and c > d", "a < b and c > d"),
        ("a <b and c> d", "a <b and c> d"),
        ("List<String> and <your name>", "List<String> and <your name>"),
        ("<b>bold</b> <a href='https://x.y'>link</a>", "bold link"),
        ("one<br>two<br/>three", "one two three"),
        ("AT&amp;T &lt;3", "AT&T <3"),
        ('<img src="x.png" alt="A dog">', "A dog"),
        ("<!-- note -->Hello", "Hello"),
        ("<script>\nvar x;\n</script>Hello", "Hello"),
        ("# Results\n\nThe test passed.", "Results.\n\nThe test passed."),
        ("## Why? ##\nBecause.", "Why?\nBecause."),
        ("Title\n=====\nText.", "Title.\nText."),
        ("- First point\n- Second point\n\nThat is all.", "First point.\nSecond point.\n\nThat is all."),
        ("1. Boil the water\n2. Add the tea", "1. Boil the water.\n2. Add the tea."),
        ("- [ ] buy milk\n- [x] sell eggs", "buy milk.\ndone: sell eggs."),
        ("> wise\n> words\n\nafter", "wise\nwords.\n\nafter"),
        ("above\n\n---\n\nbelow", "above.\n\n\nbelow"),
        ("line  \nbreak\\\nthree", "line  \nbreak\nthree"),
        ("soft\u00adware zero\u200bwidth", "software zerowidth"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("text[^1] more\n\n[^1]: The note.", "text more\n\nThe note."),
        ("Great job! 🎉 Let's go on. 👩‍👩‍👧 Next.", "Great job! Let's go on. Next."),
        ("1️⃣ First", "1 First"),
        ("the end 🎉!", "the end!"),
        ("as told【4:0†source】.", "as told."),
        ("他说【好】。", "他说【好】。"),
        ("|x| < 3 and |y| > 2", "|x| < 3 and |y| > 2"),
        ("Empty:\n```\n```\nend", "Empty:\nend"),
        ("C♯ and →", "C♯ and →"),
        ("<think>hm\n\nso</think>Hello.", "Hello."),
        ("The <think> tag is used.", "The <think> tag is used."),
        ("It costs $5 or $6.", "It costs $5 or $6."),
        ("$x^2 + \\frac{a}{b}$ holds", "x squared plus a over b holds"),
        ("\\(a \\leq b\\)", "a is at most b"),
        ("Hi\x00 there\ud800!", "Hi there!"),
        ("**Overview**\n\nThis is it.", "Overview.\n\nThis is it."),
        ("> # Plan\n> - one\n> - two\n\nout", "Plan.\none.\ntwo.\n\nout"),
        ("1. **Heat** the pan:\n   - add oil\n2. Serve", "1. Heat the pan:\nadd oil.\n2. Serve."),
        ("- a\r\n- b\r\n\r\nc", "a.\r\nb.\r\n\r\nc"),
        ("[![Build](https://b.io/x.svg)](https://ci.io) Hello", "Build Hello"),
        ("[https://x.y/z](https://x.y/z)", "x.y"),
        ("Visit www.example.com, ok?", "Visit example.com, ok?"),
        ("见https://x.y/z。好", "见x.y。好"),
        ("https://例え.jp/x を", "例え.jp を"),
        ("http:// and www. alone", "http:// and www. alone"),
        ("<user@example.com> wrote", "user@example.com wrote"),
        ("C:\\Users\\me matches \\d+", "C:\\Users\\me matches \\d+"),
        ("a<think>b</think>c", "a c"),
        ("</think>Answer.", "Answer."),
        ("[1] Smith, see [2].", "[1] Smith, see [2]."),
        ("***", ""),
    ],
)
def test_it_says_what_a_reader_would_read_out(text: str, spoken: str) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("en", "code, 12 lines of Python"),
        ("de-AT", "Code, 12 Zeilen Python"),
        ("fr", "code, 12 lignes de Python"),
        ("es", "código, 12 líneas de Python"),
        ("it", "codice, 12 righe di Python"),
        ("ja", "コード, Python、12行"),
        ("pl", "code, 12 lines of Python"),
    ],
)
def test_code_is_described_in_the_listeners_language(language: str, spoken: str) -> None:
    fence = "```python\n" + "x = 1\n" * 12 + "```\n"
    assert said(fence, language) == spoken


def test_a_table_is_read_row_by_row_with_its_columns_names() -> None:
    table = "| Name | Age | City |\n|---|:-:|---|\n| Ann | 30 | Rome |\n| Bo | ✅ | |\n\nDone."
    spoken = said(table)
    assert [line.strip() for line in spoken.splitlines()] == [
        "Name, Age, City.",
        "Ann, Age: 30, City: Rome.",
        "Bo, Age: yes.",
        "",
        "Done.",
    ]


def test_a_fence_cut_over_passages_is_described_once_at_its_end() -> None:
    parts = passages(["Look:\n", "```js\na\n", "b\n", "c\n```\n", "Done."])
    assert [part.spoken for part in parts] == ["Look:", "", "", "code, 3 lines of JavaScript", "Done."]
    assert parts[1].omitted[0].reason == "code"


def test_thinking_cut_over_passages_stays_unsaid() -> None:
    parts = passages(["<think>First, ", "then.\n\n", "So</think>\n\nHello."])
    assert [part.spoken for part in parts] == ["", "", "Hello."]
    assert [part.omitted[0].reason for part in parts] == ["thinking"] * 3


def test_emphasis_cut_over_passages_leaves_no_marks() -> None:
    assert [part.spoken for part in passages(["**cut ", "here** now"])] == ["cut", "here now"]


def test_an_item_cut_over_passages_gets_its_pause_at_its_own_end() -> None:
    assert [part.spoken for part in passages(["- buy some ", "milk\n", "- go"])] == ["buy some", "milk.", "go."]


@pytest.mark.parametrize("text", ["---\n", "🎉", "...", "   \n", "<think>x</think>", "***", "\x00"])
def test_what_has_nothing_to_say_says_why(text: str) -> None:
    result = passage(text)
    assert result.spoken == "" and result.omitted[0].reason


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, p in POLICIES.items() for v in p.values])
def test_every_policy_is_taken(kind: str, value: str) -> None:
    text = "# H\n- **a** ~~b~~ `c` $x$ <b>d</b> https://x.y 🎉 e@f.gh [l](u) ![i](u) [^1]\n> q\n\n| t | u |\n|-|-|\n"
    check(passage(text + "<think>z</think>", **{kind: value}))


def test_an_unknown_policy_is_refused_with_what_there_is() -> None:
    with pytest.raises(InvalidRequest, match="emphasis"):
        Speakable({"colours": "speak"})
    with pytest.raises(InvalidRequest, match="describe"):
        Speakable({"code": "sing"})


def check(result: Passage) -> None:
    """The spans and gaps that every passage must have."""
    at = spoken_at = 0
    for span in result.spans:
        assert spoken_at <= span.spoken_start < span.spoken_end <= len(result.spoken)
        assert at <= span.start - result.start < span.end - result.start <= len(result.text)
        at, spoken_at = span.end - result.start, span.spoken_end
    held = [False] * len(result.text)
    for part in (*result.spans, *result.omitted):
        assert result.start <= part.start < part.end <= result.end or not result.text
        held[part.start - result.start : part.end - result.start] = [True] * (part.end - part.start)
    lost = [char for char, kept in zip(result.text, held, strict=True) if not kept and not char.isspace()]
    assert not lost
    assert result.spoken.isspace() is False and "\x00" not in result.spoken
    result.spoken.encode()  # no half characters


marked = st.lists(
    st.sampled_from(
        list("*_~`[]()<>!#-+|$\\&@^=.:/\n \t0a") + ["**", "```", "~~~", "](", "![", "https://x.y/",
        "<think>", "</think>", "<b>", "<!--", "-->", "$$", "\\(", "\\[", "\n\n", "\n- ", "\n1. ", "\n> ", "\n# ",
        "\n| ", "[^1]", "[a]: b", "🎉", "1️⃣", "\x00", "\u200b", "\ud800", "&amp;", "&nbsp;", "中", "é", "word ",
        "\u2028", "\r\n", "|-|-|\n", "<br>"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


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


@pytest.mark.parametrize(
    ("formula", "language", "spoken"),
    [
        (r"\sum_{i=1}^{n} i^2", "en", "the sum from i equals 1 to n i squared"),
        (r"\sqrt{b^2-4ac}", "en", "the square root of b squared minus 4 a c"),
        (r"90^\circ", "en", "90 degrees"),
        (r"\frac{a}{b} \leq 5\%", "de", "a durch b kleiner gleich 5 Prozent"),
        (r"x^3 \neq \text{odd}", "fr", "x au cube différent de odd"),
        (r"2 \times 3", "pl", "2 × 3"),
        ("x + " * 200, "en", "formula"),
    ],
)
def test_a_formula_is_read_in_the_listeners_language(formula: str, language: str, spoken: str) -> None:
    assert said(f"$${formula}$$", language) == spoken


@pytest.mark.parametrize(
    ("policies", "text", "spoken"),
    [
        ({"emphasis": "skip"}, "*smiles* Hello.", "Hello."),
        ({"headings": "describe"}, "# Plan\nGo.", "heading: Plan.\nGo."),
        ({"lists": "describe"}, "- [ ] buy\n- sell", "item: to do: buy.\nitem: sell."),
        ({"lists": "skip"}, "See:\n- a\n- b\n\nSo.", "See:\n\nSo."),
        ({"quotes": "describe"}, "> wise\n> words", "quote: wise\nwords."),
        ({"links": "describe"}, "a [b](c)", "a link b"),
        ({"images": "describe"}, "![cat](c)", "image: cat"),
        ({"tables": "describe"}, "| a | b |\n|-|-|\n| c | d |\n", "table: a, b."),
        ({"tables": "skip"}, "So:\n| a | b |\n|-|-|\n| c | d |\n\nend", "So:\n\nend"),
        ({"code": "speak"}, "```py\nx = 1\n```\n", "x = 1"),
        ({"code": "skip"}, "a\n```py\nx = 1\n```\nb", "a\nb"),
        ({"inline_code": "describe"}, "run `x` now", "run code now"),
        ({"inline_code": "skip"}, "run `x` now", "run now"),
        ({"maths": "describe"}, "so $x^2$ is", "so formula is"),
        ({"html": "speak"}, "<b>a</b>", "<b>a</b>"),
        ({"urls": "speak"}, "see https://x.y/z.", "see https://x.y/z."),
        ({"urls": "skip"}, "see https://x.y/z now", "see now"),
        ({"emails": "describe"}, "to a@b.cd now", "to e-mail address now"),
        ({"emoji": "describe"}, "yes 🎉!", "yes party popper!"),
        ({"emoji": "speak"}, "yes 🎉!", "yes 🎉!"),
        ({"footnotes": "describe"}, "so[^1] it", "so footnote 1 it"),
        ({"footnotes": "skip"}, "so[^1]\n\n[^1]: Note.\n\nend", "so\n\nend"),
        ({"thinking": "describe"}, "<think>\na\n</think>\nb", "thinking\nb"),
    ],
)
def test_policies_decide(policies: dict[str, str], text: str, spoken: str) -> None:
    assert " ".join(said(text, **policies).split()) == " ".join(spoken.split())


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


@pytest.mark.parametrize(
    "shape",
    ["*a", "[", "[a](", "`a", '<a b="', "\\(", "$x ", "|a", "> ", "- ", "https://x)", "a<think>", "&amp", "```\n"],
)
def test_hostile_text_costs_no_more_than_its_length(shape: str) -> None:
    text = shape * (50_000 // len(shape))
    begun = time.process_time()
    said(text)
    assert time.process_time() - begun < 5  # seconds of a processor


# ---- foretelling ----------------------------------------------------------------------------------------------------

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
        [
            "Some words. ",
            "**bold** ones, ",
            "# Head\n\n",
            "- item\n",
            "[title](https://a.example/b) ",
            "`x = 1` ",
            "\n\n",
        ]
        + [
            "```\ncode\n```\n",
            "```py\n",
            "| a | b |\n|---|---|\n| 1 | 2 |\n",
            "<think>hm</think>",
            "$x^2$ ",
            "👍 ",
            "&amp;",
        ]
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
    passage = Passage(1, text, len(begin), len(begin) + len(text), "size")
    spoken = untold.say(passage).spoken
    assert told.say(passage).spoken == spoken
    assert abs(lengths[-1] - len(spoken)) <= 2 or lengths[-1] == len(text)
