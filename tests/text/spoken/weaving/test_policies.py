"""Each kind of thing in a text is said as its policy has it."""

import pytest

from pipeline.errors import InvalidRequest
from pipeline.text.spoken.speakable import Speakable
from pipeline.text.spoken.weaving.policies import POLICIES
from tests.text.spoken.saying import check, passage, said


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("en", "code, 12 lines of Python"),
        ("de-AT", "Code, 12 Zeilen Python"),
        ("fr", "code, 12 lignes de Python"),
        ("es", "código, 12 líneas de Python"),
        ("it", "codice, 12 righe di Python"),
        ("ja", "コード, Python、12行"),
        ("pl", "kod, Python, wierszy: 12"),
        ("nb-NO", "kode, 12 linjer Python"),
        ("ms", "kode, 12 baris Python"),
        ("zu", "code, 12 lines of Python"),
    ],
)
def test_code_is_described_in_the_listeners_language(language: str, spoken: str) -> None:
    fence = "```python\n" + "x = 1\n" * 12 + "```\n"
    assert said(fence, language) == spoken


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, p in POLICIES.items() for v in p.values])
def test_every_policy_is_taken(kind: str, value: str) -> None:
    text = (
        "# H\n- **a** ~~b~~ `c` $x$ <b>d</b> https://x.y 9e107d9d372bb6826bd81d3542a419d6 🎉 e@f.gh [l](u) "
        "![i](u) [^1]\n> q\n\n| t | u |\n|-|-|\n"
    )
    check(passage(text + "<think>z</think>", **{kind: value}))


def test_an_unknown_policy_is_refused_with_what_there_is() -> None:
    with pytest.raises(InvalidRequest, match="emphasis"):
        Speakable({"colours": "speak"})
    with pytest.raises(InvalidRequest, match="describe"):
        Speakable({"code": "sing"})


@pytest.mark.parametrize(
    ("policies", "text", "spoken"),
    [
        ({"emphasis": "skip"}, "*smiles* Hello.", "Hello."),
        ({"strikethrough": "speak"}, "~~a~~ <del>b</del> <STRIKE>c</STRIKE> d", "a b c d"),
        ({"headings": "describe"}, "# Plan\nGo.", "heading: Plan.\nGo."),
        ({"lists": "describe"}, "- [ ] buy\n- sell", "item: to do: buy.\nitem: sell."),
        ({"lists": "skip"}, "See:\n- a\n- b\n\nSo.", "See:\n\nSo."),
        ({"quotes": "describe"}, "> wise\n> words", "quote: wise\nwords."),
        ({"quotes": "skip"}, "> wise\n> [1]: https://x.y\nWords.", "Words."),
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
        ({"identifiers": "speak"}, "at `9e107d9d372bb6826bd81d3542a419d6`", "at 9e107d9d372bb6826bd81d3542a419d6"),
        ({"identifiers": "skip"}, "at 9e107d9d372bb6826bd81d3542a419d6.", "at."),
        ({"emoji": "describe"}, "yes 🎉!", "yes party popper!"),
        ({"emoji": "speak"}, "yes 🎉!", "yes 🎉!"),
        ({"footnotes": "describe"}, "so[^1] it", "so footnote 1 it"),
        ({"footnotes": "skip"}, "so[^1]\n\n[^1]: Note.\n\nend", "so\n\nend"),
        ({"thinking": "describe"}, "<think>\na\n</think>\nb", "thinking\nb"),
    ],
)
def test_policies_decide(policies: dict[str, str], text: str, spoken: str) -> None:
    assert " ".join(said(text, **policies).split()) == " ".join(spoken.split())
