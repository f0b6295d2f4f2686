"""OpenDocument texts, as LibreOffice and others write them."""

from pathlib import Path

import pytest

from pipeline.narration import read
from tests.narration.books import left_out, odt, outline

NOTE = (
    "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body>"
    "</text:note>"
)


def head(text: str, level: int = 1, more: str = "") -> str:
    return f'<text:h text:outline-level="{level}" {more}>{text}</text:h>'


def para(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def counted(name: str, *levels: str) -> str:
    """How lists of a name are counted: `a)` by letters, `-` by points; `1.1` shows the level above."""
    found = []
    for place, mark in enumerate(levels, 1):
        if mark in "- ":
            found.append(f'<text:list-level-style-bullet text:level="{place}" text:bullet-char="{mark}"/>')
            continue
        shown, bare = mark.count(".1") + 1, mark.strip("().")
        facts = f'style:num-format="{bare[-1]}" text:display-levels="{shown}"'
        before, _, behind = mark.partition(bare)
        around = f'style:num-prefix="{before}" style:num-suffix="{behind}"'
        found.append(f'<text:list-level-style-number text:level="{place}" {facts} {around}/>')
    return f'<text:list-style style:name="{name}">{"".join(found)}</text:list-style>'


def listed(*items: str, style: str = "L", more: str = "") -> str:
    inner = "".join(f"<text:list-item>{item}</text:list-item>" for item in items)
    return f'<text:list text:style-name="{style}" {more}>{inner}</text:list>'


def text(path: Path, body: str, automatic: str = "", styles: str = "") -> str:
    document = read(odt(path / "b.odt", body, automatic=automatic, styles=styles))
    return "".join(chapter.text for chapter in document.chapters)


def test_headings_give_the_chapters_and_the_file_says_who_wrote_it(tmp_path: Path) -> None:
    meta = "<dc:title>Report</dc:title><meta:initial-creator>Ann</meta:initial-creator><dc:creator>Bob</dc:creator>"
    body = head("One") + para("Some<text:s/>words<text:tab/>and<text:line-break/>more.") + head("Two") + para("An end.")
    document = read(odt(tmp_path / "b.odt", body, meta=meta + "<dc:language>de-DE</dc:language>"))
    assert (document.title, document.author, document.language) == ("Report", "Ann", "de-DE")
    assert outline(document) == [
        ("One", "# One\n\nSome words and\nmore.\n\n"),
        ("Two", "# Two\n\nAn end.\n\n"),
    ]


def test_it_is_called_what_it_is_headed(tmp_path: Path) -> None:
    made = '<style:style style:name="P1" style:parent-style-name="Title"/>'
    body = para(f"M<text:span>y</text:span> Essay{NOTE}", "P1") + para("Words.")
    document = read(odt(tmp_path / "b.odt", body, automatic=made))
    assert document.title == "My Essay"
    assert document.chapters[0].text == "# My Essay\n\nWords.\n\n"


def test_paragraphs_that_look_like_headings_are_some(tmp_path: Path) -> None:
    """As LibreOffice has them that come from HTML."""
    made = '<style:style style:name="P1" style:parent-style-name="Heading_20_2"/>'
    body = para("One", "P1") + para("Words.") + para("Two", "Heading_20_2") + para("Other words.")
    document = read(odt(tmp_path / "b.odt", body, automatic=made))
    assert outline(document) == [("One", "## One\n\nWords.\n\n"), ("Two", "## Two\n\nOther words.\n\n")]


def test_without_headings_lines_give_the_chapters(tmp_path: Path) -> None:
    body = para("Chapter 1") + para("It began.") + para("Chapter 2: Later") + para("It ended.")
    titles = [chapter.title for chapter in read(odt(tmp_path / "b.odt", body)).chapters]
    assert titles == ["Chapter 1", "Chapter 2: Later"]


def test_what_is_beside_the_text_is_told_of_and_not_read(tmp_path: Path) -> None:
    made = '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
    gone = f"<office:change-info>Ann</office:change-info>{para('<text:span>g</text:span>one') + para('away')}"
    gone = f"<text:tracked-changes><text:deletion>{gone}</text:deletion></text:tracked-changes>"
    listing = "<text:table-of-content><text:table-of-content-source>x</text:table-of-content-source><text:index-body>"
    body = (
        f"{gone}{listing}{para('One 3')}</text:index-body></text:table-of-content>"
        + para(f"Seen{NOTE} and<text:span text:style-name='T1'> not</text:span> read.")
        + para("<office:annotation><text:p>Hm.</text:p></office:annotation>More.")
        + para("<text:soft-page-break/>Last.")
    )
    document = read(odt(tmp_path / "b.odt", body, automatic=made))
    assert document.chapters[0].text == "Seen and read.\n\nMore.\n\nLast.\n\n"
    assert left_out(document) == [
        ("deleted", "gone away"),
        ("table of contents", "One 3"),
        ("note mark", "1"),
        ("note", "A note."),
        ("hidden", "not"),
        ("comment", "Hm."),
    ]


def test_powers_are_said_and_marks_that_are_set_high_are_not(tmp_path: Path) -> None:
    made = '<style:style style:name="T1"><style:text-properties style:text-position="super 58%"/></style:style>'
    high = '<text:span text:style-name="T1">{}</text:span>'.format
    assert text(tmp_path, para(f"It is 10{high(6)} m, said{high(2)} the {high('th')}."), made) == (
        "It is 10\u2076 m, said the th.\n\n"
    )


def test_items_have_the_numbers_that_are_shown(tmp_path: Path) -> None:
    body = listed(para("a"), para("b") + listed(para("c"), para("d"), style="") + para("still b"), para("e"))
    assert text(tmp_path, body, counted("L", "1.", "a)")).split("\n\n")[:-1] == [
        "1. a\n2. b",
        "a) c",
        "b) d",
        "still b",
        "3. e",
    ]


@pytest.mark.parametrize(
    ("more", "numbers"),
    [("", "1 2 1 2"), ('text:continue-numbering="true"', "1 2 3 4"), ('text:continue-list="one"', "1 2 3 4")],
)
def test_a_list_goes_on_with_another_where_it_says_so(tmp_path: Path, more: str, numbers: str) -> None:
    body = (
        listed(para("x"), para("x"), more='xml:id="one"') + para("Between.") + listed(para("x"), para("x"), more=more)
    )
    said = text(tmp_path, body, counted("L", "1."))
    assert [line[0] for line in said.splitlines() if line.endswith("x")] == numbers.split()


def test_points_bare_items_starts_and_numbers_of_other_kinds(tmp_path: Path) -> None:
    anew = listed(para("x"), style="N").replace("<text:list-item", '<text:list-item text:start-value="7"')
    body = listed(para("x"), style="P") + listed(para("bare"), style="B") + anew + listed(para("y"), style="I")
    kinds = counted("P", "-") + counted("B", " ") + counted("N", "1)") + counted("I", "(i)")
    assert text(tmp_path, body, styles=kinds) == "- x\n\nbare\n\n7. x\n\n(i) y\n\n"


def test_headings_have_their_numbers(tmp_path: Path) -> None:
    levels = counted("", "1", "1.1").replace("list-style", "outline-style").replace("list-level", "outline-level")
    bare = head("Bare", more='text:is-list-header="true"')
    body = head("One") + para("x") + head("Part", 2) + head("Part", 2) + head("Two") + bare + para("y")
    assert [line for line in text(tmp_path, body, styles=levels).splitlines() if line.startswith("#")] == [
        "# 1 One",
        "## 1.1 Part",
        "## 1.2 Part",
        "# 2 Two",
        "# Bare",
    ]


def test_tables_have_their_heads_and_those_within_them_are_said_once(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        made = "".join(f"<table:table-cell>{cell}</table:table-cell>" for cell in cells)
        return f"<table:table-row>{made}<table:covered-table-cell/></table:table-row>"

    inner = f"<table:table>{row(para('b'), para('c'))}</table:table>"
    body = f"<table:table><table:table-header-rows>{row(para('Year'), para('Sum'))}</table:table-header-rows>"
    body += row(para("a"), inner + para("d | e")) + "</table:table>" + para("End.")
    assert text(tmp_path, body) == "| Year | Sum |\n|---|---|\n| a | b c d \\| e |\n\nEnd.\n\n"


def test_boxes_are_read_and_pictures_and_formulas_are_told_of(tmp_path: Path) -> None:
    box = f"<draw:frame><draw:text-box>{para('In a box.')}</draw:text-box></draw:frame>"
    picture = "<draw:frame><draw:image/><title>A house</title></draw:frame>"
    formula = '<draw:frame draw:name="Formula 1"><draw:object href="./F"/></draw:frame>'
    document = read(odt(tmp_path / "b.odt", para("Text.") + para(box) + para(f"More{picture} of{formula} it.")))
    assert document.chapters[0].text.split("\n\n")[:2] == ["Text.", "In a box."]
    assert "More of it." in " ".join(document.chapters[0].text.split())
    assert sorted(left_out(document)) == [("embedded", "./F"), ("image", "A house")]
