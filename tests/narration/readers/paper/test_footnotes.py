"""Notes at the foot of a PDF's pages are left unread with their marks, and nothing else is."""

import re
import time
from pathlib import Path

import pytest

from pipeline.narration import Document, read
from pipeline.narration.readers.paper.footnotes import drop_notes
from pipeline.narration.readers.paper.lines import Line
from tests.narration.books import drawn, sentences

Row = tuple[float, float, str]
"""Its height on the page, the size of its letters, and what it says: `word^1^` has a mark that is set high."""


def document(path: Path, *pages: list[Row], by_rise: bool = True) -> Document:
    """`by_rise`: what is set high is raised from its line; else it is put in its place."""

    def shown(height: float, size: float, said: str) -> str:
        out, low = [f"BT /F1 {size} Tf 1 0 0 1 60 {height} Tm"], True
        for part in said.split("^"):
            x = 60 + 0.3 * size * len(re.sub(r"\^", "", said[: said.index(part)]))
            small, raised = 0.6 * size, 0.36 * size
            if low:
                out.append(f"/F1 {size} Tf 0 Ts {'' if by_rise else f'1 0 0 1 {x} {height} Tm'} ({part}) Tj")
            elif by_rise:
                out.append(f"/F1 {small} Tf {raised} Ts ({part}) Tj")
            else:
                out.append(f"/F1 {small} Tf 1 0 0 1 {x - 1} {height + raised} Tm ({part}) Tj")
            low = not low
        return " ".join([*out, "ET"])

    return read(drawn(path / "b.pdf", [" ".join(shown(*row) for row in page) for page in pages]))


def rows(*said: str, top: float = 740, size: float = 11, step: float = 14) -> list[Row]:
    return [(top - step * number, size, line) for number, line in enumerate(said)]


def text(found: Document) -> str:
    return " ".join(found.chapters[0].text.replace("\\", "").split())


def unread(found: Document) -> list[tuple[str, str, str]]:
    return [(gap.reason, gap.text, gap.where) for gap in found.left_out]


FIRST, SECOND, THIRD = sentences(3, 7)


@pytest.mark.parametrize("by_rise", [True, False])
def test_notes_in_small_letters_at_the_foot_are_told_of_and_not_read(tmp_path: Path, by_rise: bool) -> None:
    first = rows(FIRST, "It was called^1^ a house of 10^6^ stones, and", SECOND, "The old road to the")
    notes = rows("^1^See the book.", "^2^See another one, which is long, and", "goes on.", top=80, size=9, step=11)
    second = rows("river^2^ is long.", THIRD)
    found = document(tmp_path, first + notes[:1], second + notes[1:], by_rise=by_rise)
    said = f"{FIRST} It was called a house of 10\u2076 stones, and {SECOND} The old road to the river is long. {THIRD}"
    assert text(found) == said
    assert unread(found) == [
        ("note", "1See the book.", "page 1"),
        ("note mark", "1", "page 1"),
        ("note", "2See another one, which is long, and goes on.", "page 2"),
        ("note mark", "2", "page 2"),
    ]


def test_notes_as_large_as_the_text_stand_apart_from_it(tmp_path: Path) -> None:
    page = rows(FIRST, "It was called^1^ a house, and^2^ so on.", SECOND, THIRD)
    found = document(tmp_path, page + rows("^1^ See the book.", "^2^ See another one.", top=660))
    assert text(found) == f"{FIRST} It was called a house, and so on. {SECOND} {THIRD}"
    assert [gap[:2] for gap in unread(found)][:2] == [("note", "1 See the book."), ("note", "2 See another one.")]


def test_marks_may_be_as_high_as_the_text(tmp_path: Path) -> None:
    page = rows(FIRST, "It was called1 a house.2 And H2O is water.", SECOND)
    found = document(tmp_path, page + rows("1 See the book.", "2. See another one.", top=80, size=9))
    assert text(found) == f"{FIRST} It was called a house. And H2O is water. {SECOND}"
    found = document(tmp_path, page + rows("1. See the book.", "2. See another one.", top=80, size=9))
    assert unread(found)[0] == ("note", "1. See the book.", "page 1")


def test_a_note_goes_on_at_the_foot_of_the_next_page(tmp_path: Path) -> None:
    first = rows(FIRST, "It was called^1^ a house, and") + rows("^1^See the book, which has", top=80, size=9)
    second = rows("so on.", SECOND) + rows("no end.", "^2^See another one.", top=80, size=9)
    second[0] = (*second[0][:2], "so on^2^.")
    found = document(tmp_path, first, second)
    assert text(found) == f"{FIRST} It was called a house, and so on. {SECOND}"
    assert [gap[1] for gap in unread(found)] == ["1See the book, which has", "1", "no end.", "2See another one.", "2"]


def test_small_letters_on_the_page_behind_a_note_without_a_stop_are_none_of_it(tmp_path: Path) -> None:
    first = rows(FIRST, "It was called^1^ a house.") + rows("^1^See example.org", top=80, size=9)
    second = rows(SECOND, "And so on.") + rows("1 one inch, 2 two inches", "Header and footer", top=80, size=9)
    found = document(tmp_path, first, second)
    assert text(found).endswith(f"{SECOND} And so on. 1 one inch, 2 two inches Header and footer")


def test_a_sign_leads_to_the_note_that_begins_with_it(tmp_path: Path) -> None:
    page = rows("My Book^*^", FIRST, SECOND) + rows("^*^Of which there is but one.", top=80, size=9)
    assert text(document(tmp_path, page)) == f"My Book {FIRST} {SECOND}"


def test_notes_of_the_whole_book_are_not_there_and_their_marks_are_not_read(tmp_path: Path) -> None:
    found = document(
        tmp_path, rows(FIRST, "It was so.^12^ And so.^3,4^ So.^[5][6]^ And the 1^st^ of m^2^ is^a^ 10^5^.")
    )
    assert text(found) == f"{FIRST} It was so. And so. So. And the 1st of m\u00b2 isa 10\u2075."
    assert [gap[:2] for gap in unread(found)] == [("note mark", "12"), ("note mark", "3,4"), ("note mark", "[5][6]")]


SMALL = [
    f"{n} The {what} of a page that is set in small letters." for n, what in enumerate(("first", "second", "third"), 1)
]


def test_a_power_is_none_of_a_note_whose_mark_is_elsewhere(tmp_path: Path) -> None:
    found = document(
        tmp_path,
        rows(FIRST, "It was called^3^ a house of 10^3^ stones.", SECOND) + rows("^3^See the book.", top=80, size=9),
        rows(THIRD, "In 1990^4^ it fell.") + rows("^4^See another.", top=80, size=9),
    )
    assert text(found) == f"{FIRST} It was called a house of 10\u00b3 stones. {SECOND} {THIRD} In 1990 it fell."


@pytest.mark.parametrize(
    "page",
    [
        rows(*SMALL, size=8),
        rows(FIRST, "It has 10^2^ stones and 5 m^3^.", SECOND) + rows(*SMALL, top=80, size=9),
        rows(FIRST, "It is 1.2 as long.", SECOND) + rows("2 Apples 12 13", "3 Pears 7 8", top=80, size=9),
        rows(FIRST, "So^1^ it is.") + rows("Table 1: Words.", "1 Apples", top=400, size=9) + rows(SECOND, top=300),
        rows("^1^It was so. ^2^And so.", FIRST, "^1^It was so again. ^2^And so.")
        + rows("^2^And so on.", top=80, size=9),
        rows("^1^It was so. ^2^And so.", FIRST, SECOND) + rows("^1^It was so at the end.", top=600),
        rows(FIRST, "x^2^ + y^2^ is", SECOND) + rows("n", "2", top=80, size=7),
    ],
    ids=["a small page", "a list", "a table", "a caption", "verses in small letters", "verses", "a formula"],
)
def test_what_is_no_note_stays(tmp_path: Path, page: list[Row]) -> None:
    found = document(tmp_path, page)
    assert [gap for gap in unread(found) if gap[0] == "note"] == []
    letters = "".join(re.findall("[A-Za-z]", "".join(said for _, _, said in page)))
    assert "".join(re.findall("[A-Za-z]", text(found))) == letters


def test_what_is_below_the_notes_stays(tmp_path: Path) -> None:
    page = rows(FIRST, "It was called^1^ a house.^2^", SECOND) + rows("^1^See the book.", "^2^See it.", top=200, size=9)
    found = document(tmp_path, page + rows("Figure 1: A house.", top=100) + rows("2 Pears and 3 plums", top=60, size=9))
    assert text(found) == f"{FIRST} It was called a house. {SECOND} Figure 1: A house. 2 Pears and 3 plums"


def test_in_two_columns_each_has_its_notes(tmp_path: Path) -> None:
    left = [f"Left line {n} goes on and on{'^1^' * (n == 5)} until its end" for n in range(20)]
    right = [f"Right line {n} is quite another{'^2^' * (n == 5)} story" for n in range(20)]

    def column(x: int, said: list[str], note: str) -> str:
        out = []
        for number, line in enumerate(said):
            low, _, rest = line.partition("^")
            mark, _, rest = rest.partition("^")
            out.append(f"BT /F1 10 Tf 1 0 0 1 {x} {710 - 13 * number} Tm ({low}) Tj /F1 6 Tf 3.6 Ts ({mark}) Tj")
            out.append(f"/F1 10 Tf 0 Ts ({rest}) Tj ET")
        out.append(f"BT /F1 5 Tf 1 0 0 1 {x} 63 Tm ({note[0]}) Tj /F1 8 Tf 1 0 0 1 {x + 3} 60 Tm ({note[1:]}) Tj ET")
        return " ".join(out)

    page = column(60, left, "1See the book.") + " " + column(320, right, "2See another one.")
    found = read(drawn(tmp_path / "b.pdf", [page]))
    assert text(found) == re.sub(r"\^\d\^", "", " ".join([*left, *right]))
    assert [gap[1] for gap in unread(found)] == ["1See the book.", "2See another one.", "1", "2"]


@pytest.mark.parametrize("said", ["1 a word", "2 words", "word", "1"])
def test_no_page_takes_for_ever(said: str) -> None:
    page = [Line("word^1 x1", 9000, 11, [(4, 6)]), *(Line(said, 8000 - row, 8) for row in range(400))]
    raised = Line("a^1" * 6_000, 9000, 11, [(at, at + 1) for at in range(2, 18_000, 3)])
    begun = time.thread_time()
    drop_notes([list(page) for _ in range(20)] + [page * 200] + [[raised]])
    assert time.thread_time() - begun < 1
