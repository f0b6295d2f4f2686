"""What chapters are called, by players and by the voice, where several lines stand over them, and what is none."""

from pathlib import Path

import pytest

from tests.narration.books import docx, epub, left_out, links, outline, paragraph, read, written


def test_a_number_with_a_stop_and_a_title_are_one_title(tmp_path: Path) -> None:
    text = "PART ONE.\n\nCHAPTER I.\n\nTHE DOOR\n\n\nIt was dark.\n\n\nCHAPTER II.\n\nTHE STAIR\n\n\nIt was narrow.\n"
    found = outline(written(tmp_path / "b.txt", text))
    assert found[1] == ("CHAPTER II: THE STAIR", "# CHAPTER II: THE STAIR\n\nIt was narrow.\n\n")
    assert found[0][0] == "PART ONE: CHAPTER I: THE DOOR"


def test_so_they_are_in_a_book(tmp_path: Path) -> None:
    pages = {"p.xhtml": "<h1>Part I.</h1>", "a.xhtml": "<h2>Chapter 1.</h2><p>One.</p>", "b.xhtml": "<p>Two.</p>"}
    nav = links(("Part I.", "p.xhtml"), ("Chapter 1.", "a.xhtml"), ("What now?", "b.xhtml"))
    assert [title for title, _ in outline(read(epub(tmp_path / "b.epub", pages, nav=nav)))] == [
        "Part I: Chapter 1.",
        "What now?",
    ]


@pytest.mark.parametrize("nothing", ["[TOC]", "[[TOC]]", "[[_TOC_]]"])
def test_before_the_first_heading_there_is_no_chapter_of_nothing(tmp_path: Path, nothing: str) -> None:
    text = f"{nothing}\n\n# Flour\n\nUse it.\n\n# Water\n\nDrink it.\n"
    assert [title for title, _ in outline(written(tmp_path / "b.md", text))] == ["Flour", "Water"]


def test_a_number_that_word_sets_high_is_a_power_or_leads_to_a_note(tmp_path: Path) -> None:
    def high(text: str) -> str:
        return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>{text}</w:t></w:r>'

    def run(text: str) -> str:
        return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'

    said = run("It was 10") + high("2") + run(" m") + high("2") + run(" on the 4") + high("th")
    said += run(" day, so they say") + high("3") + run(".")
    document = read(docx(tmp_path / "b.docx", paragraph("A report.") + f"<w:p>{said}</w:p>"))
    assert document.chapters[0].text.endswith("It was 10\u00b2 m\u00b2 on the 4th day, so they say.\n\n")
    assert left_out(document) == [("note mark", "3")]


def test_a_part_is_no_chapter_where_there_are_chapters_in_it(tmp_path: Path) -> None:
    text = "# Novel\n\n## Part One\n\n### Dawn\n\nA.\n\n### Noon\n\nB.\n\n## Part Two\n\n### Dusk\n\nC.\n\n"
    titles = [title for title, _ in outline(written(tmp_path / "b.md", text + "## Afterword\n\nD.\n"))]
    assert titles == ["Part One: Dawn", "Noon", "Part Two: Dusk", "Afterword"]


def test_what_a_chapter_is_made_of_is_no_chapter(tmp_path: Path) -> None:
    text = "# Trees\n\n## Why\n\nA.\n\n## How\n\nB.\n\n# Bees\n\n## Why\n\nC.\n"
    assert [title for title, _ in outline(written(tmp_path / "b.md", text))] == ["Trees", "Bees"]


def test_where_one_chapter_holds_nearly_all_what_is_below_it_are_chapters(tmp_path: Path) -> None:
    story = "It went on and on. " * 60
    text = f"# The Colonel's\n\n(Trade Mark)\n\n# Hero\n\n## One\n\n### Dawn\n\n{story}\n\n## Two\n\n{story}\n"
    titles = [title for title, _ in outline(written(tmp_path / "b.md", text))]
    assert titles == ["The Colonel's", "Hero: One", "Two"]
