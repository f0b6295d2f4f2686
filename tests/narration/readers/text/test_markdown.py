"""Markdown: its chapters, what it says of itself, and the marks that are not read."""

import os
from pathlib import Path

import pytest

from tests.narration.books import left_out, outline, written


def test_markdown_is_cut_at_the_highest_level_with_several_headings(tmp_path: Path) -> None:
    text = (
        "---\ntitle: My Book\nauthor: Me\nlang: de\n---\n# Title\n\n## One\n\na\n\n```\n## no\n```\n\n"
        "Two\n---\n\nb\n\n## Fin\n"
    )
    document = written(tmp_path / "b.md", text)
    assert (document.title, document.author, document.language) == ("My Book", "Me", "de")
    assert outline(document) == [
        ("One", "# Title\n\n## One\n\na\n\n```\n## no\n```\n\n"),
        ("Two", "Two\n---\n\nb\n\n## Fin\n"),
    ]


@pytest.mark.parametrize(
    ("facts", "title", "author"),
    [
        ("title: Salt & Pepper*\nauthors: [Ann Lee, Bo Ek]", "Salt & Pepper*", "Ann Lee, Bo Ek"),
        ("title: 1.10\ndate: 2024-13-45\nauthor:\n  - Me", "1.10", "Me"),
        ("a: &a [x]\ntitle: *a", "b", ""),
        ("title: [" + 9000 * "[", "b", ""),
        ("title: " + 9000 * "- ", "b", ""),
        ("title: {", "b", ""),
    ],
)
def test_what_a_markdown_file_says_of_itself_is_taken_as_it_is_written(tmp_path, facts, title, author) -> None:
    document = written(tmp_path / "b.md", f"---\n{facts}\n---\nText.\n")
    assert (document.title, document.author) == (title, author)
    assert [left.reason for left in document.left_out] == ["metadata"]


def test_what_a_markdown_file_says_of_itself_may_be_toml(tmp_path: Path) -> None:
    document = written(tmp_path / "b.md", '+++\ntitle = "My Book"\nauthors = ["Ann"]\ndate = 2024-01-01\n+++\nText.\n')
    assert (document.title, document.author, document.chapters[0].text) == ("My Book", "Ann", "Text.\n")


def test_footnotes_and_names_of_headings_are_not_read(tmp_path: Path) -> None:
    text = (
        "<!-- written in a hurry -->\n# One {#one .wide}\n\nIt was so.[^1]\n\n"
        "[^1]: A note\nof two lines.\n\n    And a paragraph.\n\nMore.\n\n"
        "```\n[^2]: code {.x}\n```\n"
    )
    document = written(tmp_path / "b.md", text)
    said = "<!-- written in a hurry -->\n# One\n\nIt was so.[^1]\n\n\n\nMore.\n\n```\n[^2]: code {.x}\n```\n"
    assert outline(document) == [("One", said)]
    assert left_out(document) == [("note", "A note of two lines. And a paragraph.")]


def test_notes_within_the_text_and_marks_of_looks_around_it_are_not_read(tmp_path: Path) -> None:
    said = "It is so,^[Says [Ann](a.md), and\nBen.] in [small]{.smallcaps} letters.\n\n::: {.warning}\nCare!\n:::\n\n"
    code = "```\n[^[a]]{b=1} ^[c]\n:::\n```\n\nAn `a[^[b]]` and \\^[x].\n"
    document = written(tmp_path / "b.md", said + code)
    assert document.chapters[0].text == "It is so, in small letters.\n\n\nCare!\n\n\n" + code
    assert left_out(document) == [("note", "Says [Ann](a.md), and Ben.")]


def test_a_title_is_text_though_the_name_of_the_file_is_none(tmp_path: Path) -> None:
    assert written(tmp_path / os.fsdecode(b"Caf\xe9.md"), "Text.").title == "Caf?"


def test_markdown_without_headings_is_one_chapter_by_the_files_name(tmp_path: Path) -> None:
    assert outline(written(tmp_path / "talk.md", "Hello *there*.")) == [("talk", "Hello *there*.")]


def test_what_is_left_out_is_told_with_the_file_that_it_is_in(tmp_path: Path) -> None:
    document = written(tmp_path / "m.md", "---\ntitle: A\n---\nText.[^1]\n\n[^1]: The note.\n")
    assert [(gap.reason, gap.where) for gap in document.left_out] == [("metadata", "m.md"), ("note", "m.md")]
