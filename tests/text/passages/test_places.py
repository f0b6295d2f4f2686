from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.passages import places


def found(text: str, last: bool = True) -> list[str]:
    """What stands before each mark, a conjunction's behind a slash."""
    return [text[: mark.end] + ("/" if mark.joint else "") for mark in places.marks(text, 0, last)[0]]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("one, two", ["one,"]),
        ("one; two: three", ["one;", "one; two:"]),
        ('"one," two', ['"one,"']),
        ("1,000 and 12:30 at https://a.example", ["1,000/"]),
        ("22,1 or", []),
        ("one — two", ["one —"]),
        ("one—two", ["one—"]),
        ("one (e.g., two), three", ["one (e.g., two),"]),
        ("[docs]: https://a.example", []),
        ("one – two, 1990–95, well-known", ["one –", "one – two,", "one – two, 1990–95,"]),
        ("- item", []),
        ("你好，世界、再见", ["你好，", "你好，世界、"]),
        ("共3、4个", ["共3、"]),
        ("１，０００", []),
        ("مرحبا، كيف", ["مرحبا،"]),
        ("rain which fell", ["rain/"]),
        ("sand andes", []),
        ("Regen und Wind", ["Regen/"]),
        ("дождь и ветер", ["дождь/"]),
    ],
)
def test_where_clauses_end_and_conjunctions_begin(text: str, ends: list[str]) -> None:
    assert found(text) == ends


@given(
    st.lists(st.sampled_from(["a", ",", " ", "and", "1", "—", "，", '"', "\n", "-", "which ", "x, "]), max_size=30).map(
        "".join
    )
)
def test_marks_are_the_same_however_the_text_comes(text: str) -> None:
    whole, _ = places.marks(text, 0, True)
    piecewise: list[places.Mark] = []
    at = 0
    for size in range(1, len(text) + 1):
        more, at = places.marks(text[:size], at, size == len(text))
        piecewise += more
    assert piecewise == whole


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("one. Two", (4, 5)),
        ("one. \n Two", (4, 7)),
        ("one.\n\n Two", (4, 6)),
        ("one. ", None),
        ("one.", None),
        ("one." + " " * 100, (4, 4 + places.BLANK)),
    ],
)
def test_white_space_belongs_to_what_stands_before_it(text: str, place: places.Place | None) -> None:
    assert places.after(text, 4, False) == place


def test_when_no_more_comes_white_space_is_complete() -> None:
    assert places.after("one. ", 4, True) == (4, 5)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("one two three", "one two"),
        ("pay to Dr. Lee", "pay to"),
        ("about 10 000", "about"),
        ("see `a b c d`", "see"),
        ("some [link to](x)", "some"),
        ("word", None),
        ("你好你好", "你好你好"[:3]),
        ("about 10\u00a0€ each", "about 10\u00a0€"),
        ("about 10\u00a0€", "about"),
        ("so $2x^2 - 4x = 6$", "so"),
        ("at $5 - $10 or $3.50 now", "at $5 - $10 or $3.50"),
        ("at $5k each", "at $5k"),
        ("เขามีเมืองหลวง ซึ่งเป็นศูนย์", "เขามีเมืองหลวง"),
        ("ของต่าง ๆ มีเมือง", "ของต่าง ๆ"),
        ("ซึ่งเป็นศูนย์", "ซึ่ง"),
        ("တည်ထားခဲ့", "တည်ထား"),
        ("កម្ពុជាស្រី", "កម្ពុជា"),
    ],
)
def test_the_last_space_keeps_together_what_belongs_together(text: str, cut: str | None) -> None:
    at = places.space(text, 0, len(text) - 1)
    assert (None if at is None else text[:at]) == cut


@pytest.mark.parametrize("text", ["```py\nx", "~~~\nx", "<think>so", "| a | b |", "$$x$$"])
def test_code_thinking_tables_and_formulas_are_verbatim(text: str) -> None:
    assert places.verbatim(text, 0)
    assert not places.verbatim("so " + text, 0)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |\n| 3", ["| a | b |", "|---|---|", "| 1 | 2 |"]),
        ("\n\n | a | b |  \r\n| 1 | 2 |\n\n| c |\n| d", ["| a | b |", "| 1 | 2 |"]),
        ("|---|---|\n| 1 | 2 |\nSo it is.", ["| 1 | 2 |"]),
        ("| a | b |\n", []),
        ("| a | b\n|---|---\n| 1 | 2\n", []),
        ("So:\n| a | b |\n| 1 | 2 |\n", []),
    ],
)
def test_a_row_is_over_when_something_has_come_behind_its_line(text: str, rows: list[str]) -> None:
    assert [text[:end].rpartition("\n")[2].strip() for end in places.rows(text, len(text))] == rows
    assert places.rows(text, len(text))[:1] == places.rows(text, text.find(rows[0]) + len(rows[0]) if rows else 0)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (r"by the formula $x = \frac{-b \pm 1}{2a}$", "by the formula"),
        (r"by the formula \(x = \frac{-b \pm 1}{2a}\)", "by the formula"),
        ('it is at <a href="https://x.y" target="z">', "it is at"),
        (r"the chance is $1 / \binom{n}{2} = 2 / n$", "the chance is"),
        ("it costs $5 for members and $7", "it costs $5 for members and"),
        ("we know that a < b and b < c", "we know that a < b and b <"),
        ("the value $n$ is an even number", "the value $n$ is an even"),
    ],
)
def test_no_formula_and_no_tag_is_cut(text: str, part: str) -> None:
    assert text[: places.space(text, 0, len(text) - 1)] == part


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("your message of 3", True),
        ("it costs about $33,000", True),
        ("it began in 1987", False),
        ("it fell by 2.1%", False),
        ("the version v2.3", False),
        ("it left at 12:30", False),
        ("in spring (2019)", False),
    ],
)
def test_a_number_goes_with_what_it_counts_a_year_with_nothing(text: str, counts: bool) -> None:
    assert places.counts(text, 0, len(text)) is counts


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("the house on the", False),
        ("sie erinnert sich an das", False),
        ("les détails de votre situation sur", False),
        ("когда мы встретились на", False),
        ("the house on the hill", True),
    ],
)
def test_a_small_word_leans_on_the_next_one(text: str, loose: bool) -> None:
    assert places.loose(text, 0, len(text)) is loose
