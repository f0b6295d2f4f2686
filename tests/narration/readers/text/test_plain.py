"""Plain texts as free books are: their tables of contents, and the many ways in which chapters begin."""

from pathlib import Path

import pytest

from tests.narration.books import outline, written


@pytest.mark.parametrize(
    "table",
    [
        "CHAPTER    PAGE\n\n   I. THE START    1\n\n  II. IN WHICH MORE\n      BEGINS    14\n\n III. THE END    27",
        "INTRODUCTION   ix\n\nTHE START    1\n\nPART TWO.\nTHE LAST PART.\n\nI. More    14\nII. The end  27",
        "CHAPTER I\n\nCHAPTER II\n\nCHAPTER III",
        "The Start\nMore\nThe End",
        "ACT I\nScene I. A house.\nScene II. A street.\n\nACT II\nScene I. A wood.",
    ],
)
def test_a_table_of_contents_ends_where_what_it_lists_begins(tmp_path: Path, table: str) -> None:
    book = "CHAPTER I\n\nTHE START\n\nIt began.\n\nCHAPTER II\n\nMORE\n\nIt went on.\n\nThe End\n\nThe start is over.\n"
    document = written(tmp_path / "b.txt", f"A book.\n\nCONTENTS\n\n{table}\n\n{book}")
    assert [title for title, _ in outline(document)] == ["b", "CHAPTER I: THE START", "CHAPTER II: MORE"]
    assert document.chapters[0].text == "A book.\n\n"
    assert [gap.reason for gap in document.left_out] == ["table of contents"]
    assert document.left_out[0].text.split() == ["CONTENTS", *table.split()]


def test_two_chapters_of_a_table_may_be_called_the_same(tmp_path: Path) -> None:
    names = ["Loomings", "Knights and Squires", "Knights and Squires", "Ahab"]
    heads = [f"CHAPTER {number}. {name}." for number, name in enumerate(names, 1)]
    table, book = "\n\n".join(heads), "\n\n".join(f"{head}\n\nIt began." for head in heads)
    document = written(tmp_path / "b.txt", f"CONTENTS\n\n{table}\n\n{book}\n")
    assert [title for title, _ in outline(document)] == heads
    assert document.left_out[0].text == f"CONTENTS\n\n{table}"


@pytest.mark.parametrize("things", ["1. Two cups\n2. A plate\n3. Spoons", "1 cup\n\n2 plates\n\n3 spoons"])
def test_contents_of_a_box_are_read(tmp_path: Path, things: str) -> None:
    document = written(tmp_path / "b.txt", f"Contents:\n\n{things}\n\nYours, Ann\n")
    assert document.left_out == ()
    assert "poons" in document.chapters[0].text


def test_what_stands_over_a_chapter_may_be_underlined(tmp_path: Path) -> None:
    text = "Contents\n--------\n1. A\n2. B\n\nIntroduction\n------------\n\nIt began.\n\n"
    text += "Chapter 2\n=========\nIt ended.\n"
    document = written(tmp_path / "b.txt", text)
    assert outline(document) == [
        ("Introduction", "# Introduction\n\nIt began.\n\n"),
        ("Chapter 2", "# Chapter 2\n\nIt ended.\n\n"),
    ]
    assert [gap.text for gap in document.left_out] == ["Contents\n\n1. A\n2. B"]


def test_where_nothing_is_listed_contents_are_a_word(tmp_path: Path) -> None:
    text = "Contents\n\nI dedicate this to you.\n\nCHAPTER I\n\nIt began.\n"
    assert outline(written(tmp_path / "b.txt", text)) == [
        ("b", "Contents\n\nI dedicate this to you.\n\n"),
        ("CHAPTER I", "# CHAPTER I\n\nIt began.\n\n"),
    ]


def test_a_title_may_have_two_lines_or_a_stop_where_most_have(tmp_path: Path) -> None:
    titles = "The Mint.", "The Storm.", "The _Rose_."
    text = "".join(f"CHAPTER {'I' * n}.\n\n{title}\n\nIt was so.\n\n" for n, title in enumerate(titles, 1))
    assert [title for title, _ in outline(written(tmp_path / "b.txt", text))] == [
        "CHAPTER I: The Mint.",
        "CHAPTER II: The Storm.",
        "CHAPTER III: The Rose.",
    ]
    text = "CHAPTER I.\n\nHe Ran.\n\nThen he stopped.\n\nCHAPTER II.\n\nIN WHICH IT\nENDS\n\nIt ended.\n"
    assert [title for title, _ in outline(written(tmp_path / "b.txt", text))] == [
        "CHAPTER I.",
        "CHAPTER II: IN WHICH IT ENDS",
    ]


def test_verses_that_are_counted_are_no_chapters_where_chapters_are(tmp_path: Path) -> None:
    text = "CHAPTER I\n\nHe sang:\n\nI.\n\nOh, the sea.\n\nII.\n\nOh, the land.\n\nCHAPTER II\n\nHe slept.\n"
    assert outline(written(tmp_path / "b.txt", text)) == [
        ("CHAPTER I", "# CHAPTER I\n\nHe sang:\n\n# I.\n\nOh, the sea.\n\n# II.\n\nOh, the land.\n\n"),
        ("CHAPTER II", "# CHAPTER II\n\nHe slept.\n\n"),
    ]


def test_the_small_print_of_an_old_free_book_is_not_read(tmp_path: Path) -> None:
    text = (
        "Project Gutenberg Etext of A Book, by Ann Author\n\nThese are the rules.\n\n"
        "*END THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.12.12.00*END*\n\n"
        "CHAPTER I\n\nIt began.\n\nEnd of Project Gutenberg Etext of A Book, by Ann Author\n"
    )
    document = written(tmp_path / "b.txt", text)
    assert (document.title, document.author) == ("A Book", "Ann Author")
    assert outline(document) == [("CHAPTER I", "# CHAPTER I\n\nIt began.\n\n")]
    assert [gap.reason for gap in document.left_out] == ["front matter", "front matter"]


def test_notes_and_pictures_may_have_paragraphs_and_brackets_of_their_own(tmp_path: Path) -> None:
    text = "He came.[1] She [3] went.\n\n[Illustration: A mast.\n\n_Page 15_]\n\n[Footnote 2: See [Smith], too.]\n\n"
    text += "[1] In Cornwall,\nof course.\n\n[2] was never said.\n\n[Illustration: not closed\n"
    document = written(tmp_path / "b.txt", text)
    assert [(gap.reason, gap.text) for gap in document.left_out] == [
        ("image", "[Illustration: A mast.\n\n_Page 15_]"),
        ("note", "[Footnote 2: See [Smith], too.]"),
        ("note", "[1] In Cornwall,\nof course."),
    ]
    said = document.chapters[0].text
    assert said.startswith("He came.[1] She [3] went.\n\n[2] was never said.\n\n[Illustration: not closed")


def test_what_only_begins_like_a_note_is_read(tmp_path: Path) -> None:
    text = "It was found in [1]. Press [Y] or[N].\n\n[1] shows how.\n\n[Y] Yes.\n\n[N] Not a choice.\n\n[1] Smith.\n"
    document = written(tmp_path / "b.txt", text)
    assert document.chapters[0].text.startswith("It was found in [1]. Press [Y] or[N].\n\n[1] shows how.\n\n[Y] Yes.")
    assert [gap.text for gap in document.left_out] == ["[N] Not a choice.", "[1] Smith."]


def test_small_print_with_nothing_behind_it_is_all_there_is(tmp_path: Path) -> None:
    document = written(tmp_path / "b.txt", "A poem.\n\n*END THE SMALL PRINT!\n")
    assert document.chapters[0].text.startswith("A poem.")


def test_a_bullet_is_one_and_no_asterisk(tmp_path: Path) -> None:
    text = "Bring:\n\n* a pen,\n  and ink\n * 2 * 3 sheets\n\n* * *\n\n2 * 3 is 6.\n"
    assert written(tmp_path / "b.txt", text).chapters[0].text == (
        "Bring:\n\n* a pen,\n  and ink\n* 2 \\* 3 sheets\n\n* * *\n\n2 \\* 3 is 6.\n\n"
    )


def test_lines_behind_a_bar_are_verse_in_markdown(tmp_path: Path) -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n"
    text = f"Sing:\n\n| The wind it blew, the wind it blew, and blew,\n|    the stars were hid\n\n{table}"
    said = f"Sing:\n\nThe wind it blew, the wind it blew, and blew,  \nthe stars were hid  \n\n{table}"
    assert written(tmp_path / "b.md", text).chapters[0].text == said


def test_plain_text_has_chapters_where_its_lines_say_so(tmp_path: Path) -> None:
    document = written(tmp_path / "b.txt", "A title\n\nCHAPTER I.\n\nIt began.\n\nChapter 2: Later\n\nIt *ended*.\n")
    assert outline(document) == [
        ("b", "A title\n\n"),
        ("CHAPTER I.", "# CHAPTER I.\n\nIt began.\n\n"),
        ("Chapter 2: Later", "# Chapter 2: Later\n\nIt \\*ended\\*.\n\n"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "书名\n作者：某人\n\n第一章 开始\n　　天亮了。\n　　“好！”\n　　他走了。\n第二章 结束\n　　完了。\n",
            ["b", "第一章 开始", "第二章 结束"],
        ),
        ("第一章 朝\n　朝だった。\n「行こう」\n「うん」\n『早く』\n第二章 夜\n　暗い。\n", ["第一章 朝", "第二章 夜"]),
        ("अध्याय १\nसुबह हुई।\nवह गया।\nअध्याय २\nरात हुई।\nवह आया।\n", ["अध्याय १", "अध्याय २"]),
        ("Глава 1\nПервая строка.\n— Вторая!\nГлава 2\nТретья строка.\nЧетвёртая.\n", ["Глава 1", "Глава 2"]),
        ("He said that it was in\nChapter 2\nof the book. It was not\nin any book at all.\n", ["b"]),
        ("Roses are red.\nViolets are blue.\n\nSugar is sweet.\nChapter 2.\n\nSo are you.\nReally.\n", ["b"]),
    ],
)
def test_where_no_margin_breaks_lines_and_hardly_any_is_blank_each_is_a_paragraph(
    text: str, expected: list[str], tmp_path: Path
) -> None:
    assert [title for title, _ in outline(written(tmp_path / "b.txt", text))] == expected


def test_a_chapters_title_may_stand_apart_from_its_number_and_parts_above_their_chapters(tmp_path: Path) -> None:
    text = "PART ONE\n\nCHAPTER I\n\nIn Which We Begin\n\nIt began.\n\nII\n\nDear Sir,\n\nI am well.\n\nEPILOGUE\n"
    assert outline(written(tmp_path / "b.txt", text)) == [
        ("PART ONE: CHAPTER I: In Which We Begin", "# PART ONE\n\n# CHAPTER I: In Which We Begin\n\nIt began.\n\n"),
        ("II", "# II\n\nDear Sir,\n\nI am well.\n\n# EPILOGUE\n\n"),
    ]


def test_what_frames_a_free_book_is_told_of_and_not_read(tmp_path: Path) -> None:
    text = (
        "The Project Gutenberg eBook of A Book\n\nTitle: A Book\nAuthor: Ann Author\nLanguage: German\n\n"
        "*** START OF THE PROJECT GUTENBERG EBOOK A BOOK ***\n\n"
        "CONTENTS\n\n CHAPTER I. The Start\n CHAPTER II. The End\n\n"
        "CHAPTER I.\n\nIt was _very_ dark; snake_case stays.\n\n[Illustration: A house]\n\n[Footnote 1: It was.]\n\n"
        "*** END OF THE PROJECT GUTENBERG EBOOK A BOOK ***\n\nThe licence.\n"
    )
    document = written(tmp_path / "b.txt", text)
    assert (document.title, document.author, document.language) == ("A Book", "Ann Author", "de")
    assert outline(document) == [("CHAPTER I.", "# CHAPTER I.\n\nIt was _very_ dark; snake\\_case stays.\n\n")]
    assert [(gap.reason, gap.where) for gap in document.left_out] == [
        ("front matter", "b.txt, line 1"),
        ("front matter", "b.txt, line 22"),
        ("table of contents", "b.txt"),
        ("image", "b.txt"),
        ("note", "b.txt"),
    ]
