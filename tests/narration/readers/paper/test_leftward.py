"""PDFs in scripts that run to the left: what is seen from left to right is read as it was written."""

from pathlib import Path

import pytest

from pipeline.narration import read
from tests.narration.books import seen

HEBREW = (
    "\u05d1\u05e9\u05e0\u05ea 1948 \u05d4\u05d5\u05e7\u05de\u05d4 \u05d4\u05de\u05d3\u05d9\u05e0\u05d4 "
    "\u05e9\u05dc\u05d4\u05dd, \u05d5\u05d1\u05d4 \u05d2\u05e8\u05d9\u05dd John Smith (\u05e8\u05d5\u05e4"
    "\u05d0 \u05e9\u05e0\u05d9\u05d9\u05dd) \u05d5-12.50% \u05de\u05db\u05dc \u05d4\u05d0\u05d7\u05e8"
    "\u05d9\u05dd."
)
ARABIC = (
    "\u0641\u064a \u0639\u0627\u0645 \u0662\u0660\u0661\u0660 \u0643\u0627\u0646 \u0627\u0644\u0631\u062c"
    "\u0644 \u0641\u064a \u0645\u062f\u064a\u0646\u0629 London \u0627\u0644\u0643\u0628\u064a\u0631\u0629"
    "\u060c \u0648\u0643\u0627\u0646 \u064a\u062d\u0628 \u0627\u0644\u0643\u062a\u0628 \u0643\u062b\u064a"
    "\u0631\u0627\u064b."
)
_MIRRORED = str.maketrans("()", ")(")


def as_seen(line: str, *rightward: str, mirrored: bool = False) -> str:
    """How a page shows it; `rightward`: its parts that run to the right."""
    line = line.translate(_MIRRORED) if mirrored else line
    for part in rightward:
        line = line.replace(part, part[::-1])
    return line[::-1]


def text(path: Path) -> str:
    return read(path).chapters[0].text.strip().replace("\\", "")


@pytest.mark.parametrize("mirrored", [False, True])
def test_hebrew_is_read_as_it_was_written_whichever_way_its_brackets_are_told(tmp_path: Path, mirrored: bool) -> None:
    line = as_seen(HEBREW, "1948", "John Smith", "12.50%", mirrored=mirrored)
    assert text(seen(tmp_path / "b.pdf", [line])) == HEBREW


def test_arabic_is_read_as_it_was_written(tmp_path: Path) -> None:
    line = as_seen(ARABIC, "\u0662\u0660\u0661\u0660", "London")
    assert text(seen(tmp_path / "b.pdf", [line])) == ARABIC


def test_letters_are_told_from_the_shapes_that_they_have_within_a_word(tmp_path: Path) -> None:
    shapes = "\ufe8d\ufedf\ufe92\ufef4\ufe96 \ufedb\ufe92\ufef4\ufeae \ufef7\ufee7\ufe94 \ufe9f\ufeaa\ufbfe\ufeaa"
    letters = (
        "\u0627\u0644\u0628\u064a\u062a \u0643\u0628\u064a\u0631 \u0644\u0623\u0646\u0629 \u062c\u062f\u06cc\u062f"
    )
    assert text(seen(tmp_path / "b.pdf", [shapes[::-1]])) == letters


def test_two_letters_that_are_one_sign_are_told_in_their_order(tmp_path: Path) -> None:
    signs = ["\u0627", "\u0644\u0623", *"\u0633\u0639\u0627\u0631 \u0648\u0627", "\u0644\u0627", *"\u0633\u0645 "]
    signs += ["\u0644\u0627", *" \u0627\u0644\u0642\u0631\u064a\u0629"]
    assert text(seen(tmp_path / "b.pdf", ["".join(reversed(signs))])) == "".join(signs)


def test_what_was_written_from_right_to_left_sign_by_sign_is_read_so(tmp_path: Path) -> None:
    words = "\u05d0\u05e0\u05d9 \u05d4\u05d5\u05dc\u05da \u05dc\u05d9\u05dd, \u05e9\u05dc\u05d5\u05dd."
    assert text(seen(tmp_path / "b.pdf", [words], back=True)) == words


def test_what_the_file_has_as_it_is_read_stays_as_it_is(tmp_path: Path) -> None:
    assert text(seen(tmp_path / "b.pdf", [HEBREW])) == HEBREW


def test_lines_that_run_to_the_right_as_a_whole_keep_their_stops_at_the_right(tmp_path: Path) -> None:
    said = "\u05e9\u05dc\u05d5\u05dd \u05dc\u05db\u05dd"
    shown = [f"{said[::-1]}.", f"Anna: {said[::-1]}!"]
    assert text(seen(tmp_path / "b.pdf", shown)).split("\n\n") == [f"{said}.", f"Anna: {said}!"]


def test_of_two_columns_the_one_on_the_right_is_read_first(tmp_path: Path) -> None:
    count = "\u05d0\u05d1\u05d2\u05d3\u05d4\u05d5"
    column = "\u05d4\u05d8\u05d5\u05e8 \u05d4\u05d6\u05d4 \u05e9\u05dc\u05d4\u05dd"
    first = [f"{column} {sign} \u05e8\u05d0\u05e9\u05d5\u05df." for sign in count]
    second = [f"{column} {sign} \u05e9\u05e0\u05d9." for sign in count]
    places = [(x, 700 - 14 * row) for row in range(len(count)) for x in (60, 330)]
    lines = [line[::-1] for pair in zip(second, first, strict=True) for line in pair]
    assert text(seen(tmp_path / "b.pdf", lines, at=places)).split() == " ".join([*first, *second]).split()
