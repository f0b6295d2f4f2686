"""PDF: its words in the order in which they are read, without what stands on each page."""

from pathlib import Path

import pytest

from pipeline.errors import UnreadableDocument
from pipeline.narration import read
from pipeline.narration.readers.paper import pdf as reading
from tests.narration.books import drawn, pdf, seen, sentences, two_columns


def test_pdf_loses_its_margins_and_its_hyphens(tmp_path: Path) -> None:
    pages = [
        ["My Book", f"The words of page {n} are put to-", "gether again, and they go on until the line ends", "here.",
         f"Another paragraph of page {n} stands here", "and is short.", str(n)]
        for n in range(1, 6)
    ]  # fmt: skip
    document = read(pdf(tmp_path / "b.pdf", pages, outline={"First": 0, "Third": 2}))
    assert [chapter.title for chapter in document.chapters] == ["First", "Third"]
    said = " ".join(chapter.text for chapter in document.chapters)
    assert "put together again, and they go on until the line ends here." in said
    assert "My Book" not in said
    assert document.chapters[1].text.startswith("The words of page 3")
    assert {gap.reason for gap in document.left_out} == {"header or footer"}
    assert len(document.left_out) == 10


def test_a_title_is_one_line(tmp_path: Path) -> None:
    page = "BT /F1 11 Tf (Some words.) Tj ET"
    assert read(drawn(tmp_path / "b.pdf", [page], title=" My\r\n Book\n")).title == "My Book"


def test_a_pdf_may_have_numbers_outside_of_its_running_head_and_a_chapter_on_each_page(tmp_path: Path) -> None:
    said = [sentences(3, seed) for seed in range(1, 5)]
    pages = [[str(n), "My Book", f"Chapter {n}", *said[n - 1]] for n in range(1, 5)]
    document = read(pdf(tmp_path / "b.pdf", pages))
    text = "".join(chapter.text for chapter in document.chapters)
    assert [text.count(f"Chapter {n}\n\n{said[n - 1][0]}") for n in range(1, 5)] == [1, 1, 1, 1]
    assert [gap.text for gap in document.left_out] == ["1", "2", "3", "4", *4 * ["My Book"]]


def test_a_running_head_is_another_one_in_each_chapter_and_has_the_number_of_its_page(tmp_path: Path) -> None:
    said = [sentences(4, seed) for seed in range(12)]
    heads = [
        f"{n + 5} My Book" if n % 2 else f"CHAPTER {n // 4 + 1}. THE {'ABC'[n // 4] * 3} {n + 5}" for n in range(12)
    ]
    document = read(pdf(tmp_path / "b.pdf", [[head, *lines] for head, lines in zip(heads, said, strict=True)]))
    assert document.chapters[0].text.split() == " ".join(sum(said, [])).split()
    assert sorted(gap.text for gap in document.left_out) == sorted(heads)


def test_a_head_that_is_drawn_last_and_a_foot_that_is_drawn_first_are_not_read(tmp_path: Path) -> None:
    said = [sentences(4, seed) for seed in range(4)]

    def page(number: int) -> str:
        rows = [(30, f"My Company, Copy {number}"), *((700 - 14 * at, line) for at, line in enumerate(said[number]))]
        rows += [(780, "10/1/24, 9:57 AM My Page"), (15, f"example.org {number}/4")]
        return "BT /F1 11 Tf " + " ".join(f"1 0 0 1 60 {height} Tm ({line}) Tj" for height, line in rows) + " ET"

    document = read(drawn(tmp_path / "b.pdf", [page(number) for number in range(4)]))
    assert document.chapters[0].text.split() == " ".join(sum(said, [])).split()


def test_spaces_that_are_called_tabs_make_no_columns(tmp_path: Path) -> None:
    said = sentences(12, words=20)
    rows = [(60 + 200 * (row % 2), 740 - 14 * row, line.replace(" ", "\\t")) for row, line in enumerate(said)]
    page = "BT /F1 11 Tf " + " ".join(f"1 0 0 1 {x} {y} Tm ({line}) Tj" for x, y, line in rows) + " ET"
    text = read(drawn(tmp_path / "b.pdf", [page])).chapters[0].text
    assert text.split() == " ".join(said).split()
    assert "\t" not in text


def test_slides_that_are_numbered_keep_their_titles(tmp_path: Path) -> None:
    pages = [[f"{n} {title}", *sentences(3, n)] for n, title in enumerate(("What", "How", "Why", "When"), 1)]
    said = read(pdf(tmp_path / "b.pdf", pages)).chapters[0].text
    assert all(title in said for title in ("1 What", "2 How", "3 Why", "4 When"))


def test_pages_of_contents_are_told_of_and_not_read(tmp_path: Path) -> None:
    listing = ["Contents", "1 The Start . . . . . 3", "1.1 Of it . . . . 4", "2 The End . . . . . 9"]
    said = sentences(4)
    document = read(pdf(tmp_path / "b.pdf", [listing, said], outline={"Contents": 0, "All": 1}))
    assert [(chapter.title, chapter.text.split()) for chapter in document.chapters] == [("All", " ".join(said).split())]
    assert [(gap.reason, gap.where) for gap in document.left_out] == [("table of contents", "page 1")]


def test_a_chapter_begins_at_its_line_where_its_bookmark_knows_the_page(tmp_path: Path) -> None:
    first, second, third = (sentences(3, seed) for seed in range(3))
    pages = [["Chapter 1", "The Start", *first, "1.1 The long way", "round", *second], ["", *third]]
    document = read(pdf(tmp_path / "b.pdf", pages, outline={"The Start": 0, "The long way round": 0, "Nowhere": 1}))
    assert [(chapter.title, chapter.text.split("\n\n")[0]) for chapter in document.chapters] == [
        ("The Start", "Chapter 1"),
        ("The long way round", "1.1 The long way round"),
        ("Nowhere", " ".join(third)),
    ]


def test_without_bookmarks_lines_say_where_chapters_begin(tmp_path: Path) -> None:
    first, second = sentences(3, 1), [*sentences(3, 2), "As was said at the end of the first one, in", "Chapter 1"]
    pages = [["My Book"], ["Chapter 1", "The Start", *first, "CHAPTER TWO", *second]]
    document = read(pdf(tmp_path / "b.pdf", pages))
    assert [(chapter.title, chapter.text.split()) for chapter in document.chapters] == [
        ("b", ["My", "Book"]),
        ("Chapter 1: The Start", " ".join(["Chapter 1 The Start", *first]).split()),
        ("CHAPTER TWO", " ".join(["CHAPTER TWO", *second]).split()),
    ]


def test_signs_of_tex_are_letters_and_lines_of_chinese_have_no_space_between(tmp_path: Path) -> None:
    said = read(seen(tmp_path / "b.pdf", ["The \x1cr is e\x1ecient, \x10they say\x11."])).chapters[0].text
    assert said == "The fir is efficient, \u201cthey say\u201d.\n\n"
    lines = ["\u4ece\u524d\u6709\u4e00\u4e2a\u4eba\u4f4f\u5728\u5c71", "\u91cc\u9762\u3002"]
    assert read(seen(tmp_path / "c.pdf", lines)).chapters[0].text == "".join(lines) + "\n\n"


@pytest.mark.parametrize("font", ["F3", "F4"])
def test_words_of_a_narrow_line_of_tex_stay_apart(tmp_path: Path, font: str) -> None:
    words = ["Words", "of", "a", "line", "that", "is", "narrow"]
    shown = [f"<{word.encode('latin-1' if font == 'F3' else 'utf-16-be').hex()}>" for word in words]
    page = f"BT /{font} 10 Tf 60 740 Td [{' -220 '.join(shown)}] TJ ET"
    assert read(drawn(tmp_path / "b.pdf", [page])).chapters[0].text.split() == words


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ("/F4 10 Tf 60 740 Td <0020> Tj 5.64 0 Td <00650079006f006e0064> Tj", "beyond"),
        ("/F1 10 Tf 3 Tw 60 740 Td (abba baab ab) Tj 67.16 0 Td (ba) Tj", "abba baab abba"),
        ("/F1 10 Tf q 3 Tw 60 740 Td [(abba ba)-50(ab ab)] TJ Q 67.66 0 Td (ba a) ' 0 0 Td () Tj", "abba baab abba a"),
        ("/F1 10 Tf 60 740 Td (abba) Tj 2.5 Tc 22.24 0 Td (ab) Tj 0 Tc 13.62 0 Td (ba) Tj", "abbaa bba"),
        ("/F1 10 Tf 60 740 Td (abba) Tj 2.5 Tc 22.24 0 Td [(ba)250(bab)] TJ 0 Tc 35.3 0 Td (ba) Tj", "abbab ab a bba"),
        ("/F1 10 Tf 60 740 Td 3 Tc (babbabba) Tj", "babbabba"),
    ],
    ids=["code 32 is a letter", "Tw", "Tw in TJ, saved", "Tc", "Tc in TJ", "letters apart"],
)
def test_words_are_where_the_spaces_are(tmp_path: Path, drawing: str, said: str) -> None:
    """However they are drawn: by programs that let the font make them wider, or leave them out."""
    assert read(drawn(tmp_path / "b.pdf", [f"BT {drawing} ET"])).chapters[0].text.strip() == said


def test_items_of_a_list_stand_apart(tmp_path: Path) -> None:
    said = [line.removesuffix(".") for line in sentences(6)]
    page = [f"1. {said[0]}", said[1], f"2. {said[2]}", f"7. {said[3]}", f"\xb7 {said[4]}", f"\xb7 {said[5]}"]
    items = read(pdf(tmp_path / "b.pdf", [["It is so:", *page]])).chapters[0].text.split("\n\n")
    assert [item.split()[0] for item in items[:-1]] == ["It", "1\\.", "2\\.", "\u2022", "\u2022"]


def test_a_word_keeps_the_hyphen_that_it_has_elsewhere(tmp_path: Path) -> None:
    lines = ["A well-known house was once re-", "built by a well-", "known man, and nobody had ever rebuilt it before."]
    said = read(pdf(tmp_path / "b.pdf", [lines])).chapters[0].text
    assert said == "A well-known house was once rebuilt by a well-known man, and nobody had ever rebuilt it before.\n\n"


def test_pdf_in_two_columns_is_read_one_after_the_other(tmp_path: Path) -> None:
    left = [f"Left line {n} goes on and on until its end" for n in range(20)]
    right = [f"Right line {n} is quite another story of it" for n in range(17)]
    headline = "A headline that goes over both of the columns and then some more of it"
    pages = [(headline, left, right), ("", left[:12], right[:12])]
    document = read(two_columns(tmp_path / "b.pdf", pages))
    said = document.chapters[0].text.split()
    assert said == " ".join([headline, *left, *right, *left[:12], *right[:12]]).split()


def test_a_table_is_not_taken_for_two_columns(tmp_path: Path) -> None:
    rows = [("Apples", "12 pieces"), ("Pears", "7 pieces"), ("Plums", "31 pieces"), ("Figs", "2"), ("Nuts", "90")] * 3
    path = two_columns(tmp_path / "b.pdf", [("", [one for one, _ in rows], [two for _, two in rows])])
    assert read(path).chapters[0].text.split() == " ".join(f"{one} {two}" for one, two in rows).split()


def test_a_page_that_takes_too_long_is_left_out_and_a_file_of_them_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0.3)
    slow = "BT /F1 11 Tf " + "(a) Tj " * 100_000 + " ET"
    quick = "BT /F1 11 Tf 60 740 Td (Some words.) Tj ET"
    document = read(drawn(tmp_path / "a.pdf", [quick, slow, quick]))
    assert document.chapters[0].text.split() == "Some words. Some words.".split()
    assert [(gap.reason, gap.where) for gap in document.left_out] == [("unreadable", "page 2: it takes too long")]
    assert document.unread == document.left_out
    with pytest.raises(UnreadableDocument, match="longer than"):
        read(drawn(tmp_path / "b.pdf", [slow] * 4))


def test_pages_that_each_take_almost_too_long_are_refused_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "WORK", 0.0)
    slow = "BT /F1 11 Tf " + "(a) Tj " * 60_000 + " ET"
    with pytest.raises(UnreadableDocument, match="any honest file"):
        read(drawn(tmp_path / "b.pdf", [slow] * 4))


def test_a_heading_in_larger_letters_stands_apart_from_the_text(tmp_path: Path) -> None:
    said = sentences(4)
    rows = [(11, said[0]), (11, said[1]), (14, "2 The River of"), (14, "the South"), (11, said[2]), (11, said[3])]
    page = " ".join(f"/F1 {size} Tf ({line}) Tj T*" for size, line in rows)
    text = read(drawn(tmp_path / "b.pdf", [f"BT 16 TL 60 740 Td {page} ET"])).chapters[0].text
    assert text.split("\n\n")[:3] == [" ".join(said[:2]), "2 The River of the South", " ".join(said[2:])]


def test_an_initial_that_is_larger_than_the_text_is_no_heading(tmp_path: Path) -> None:
    said = sentences(8)
    rows = [(740, 33, "O"), (758, 11, f"nce {said[0]}")] + [(724 - 16 * at, 11, line) for at, line in enumerate(said)]
    page = " ".join(f"BT /F1 {size} Tf 60 {height} Td ({line}) Tj ET" for height, size, line in rows)
    assert read(drawn(tmp_path / "b.pdf", [page])).chapters[0].text.startswith(f"O nce {said[0]}")
