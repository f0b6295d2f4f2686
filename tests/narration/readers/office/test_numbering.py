"""What a program for texts counts by itself is read as it is shown."""

from pathlib import Path

from pipeline.narration import read
from tests.narration.books import docx


def level(place: int, kind: str, text: str, start: int = 1) -> str:
    inside = f'<w:start w:val="{start}"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{place}">{inside}</w:lvl>'


def numbering(*outlines: str, more: str = "") -> str:
    """The first list is made as the first outline says, and so on."""
    kinds = "".join(f'<w:abstractNum w:abstractNumId="{n}">{o}</w:abstractNum>' for n, o in enumerate(outlines, 1))
    lists = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(1, len(outlines) + 1))
    return f"<w:numbering W_NS>{kinds}{lists}{more}</w:numbering>"


def item(text: str, name: int, place: int = 0, style: str = "") -> str:
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    listed = f'<w:numPr><w:ilvl w:val="{place}"/><w:numId w:val="{name}"/></w:numPr>'
    return f"<w:p><w:pPr>{styled}{listed}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def text(path: Path, body: str, counted: str, styles: str = "") -> str:
    more = {"word/numbering.xml": counted} | (
        {"word/styles.xml": f"<w:styles W_NS>{styles}</w:styles>"} if styles else {}
    )
    return "".join(chapter.text for chapter in read(docx(path / "b.docx", body, more=more)).chapters)


def test_items_have_their_numbers_and_those_below_them_theirs(tmp_path: Path) -> None:
    steps = level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)") + level(2, "upperRoman", "(%1.%3)")
    body = item("One", 1) + item("Two", 1) + item("Part", 1, 1) + item("Part", 1, 1) + item("Of it", 1, 2)
    body += item("Three", 1) + item("Part", 1, 1) + item("Point", 2) + item("Bare", 0)
    assert text(tmp_path, body, numbering(steps, level(0, "bullet", "\uf0b7"))).split("\n\n") == [
        "1. One\n2. Two",
        "a) Part",
        "b) Part",
        "(2.I) Of it",
        "3. Three",
        "a) Part",
        "- Point",
        "Bare",
        "",
    ]


def test_a_list_may_begin_anew_go_on_or_begin_elsewhere(tmp_path: Path) -> None:
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    same = '<w:abstractNumId w:val="1"/>'
    more = f'<w:num w:numId="2">{same}</w:num><w:num w:numId="3">{same}{anew}</w:num>'
    body = item("a", 1) + item("b", 2) + item("c", 3) + item("d", 3)
    assert text(tmp_path, body, numbering(level(0, "decimal", "%1.", 7), more=more)) == "7. a\n8. b\n1. c\n2. d\n\n"


def test_styles_count_too_and_so_do_headings(tmp_path: Path) -> None:
    def style(name: str, place: int, parent: str = "") -> str:
        listed = "" if parent else f'<w:numPr><w:ilvl w:val="{place}"/><w:numId w:val="1"/></w:numPr>'
        above = f'<w:basedOn w:val="{parent}"/>' if parent else ""
        return f'<w:style w:styleId="{name}"><w:name w:val="{name}"/>{above}<w:pPr>{listed}</w:pPr></w:style>'

    def plain(said: str, name: str) -> str:
        return f'<w:p><w:pPr><w:pStyle w:val="{name}"/></w:pPr><w:r><w:t>{said}</w:t></w:r></w:p>'

    styles = style("Heading1", 0) + style("Heading2", 1) + style("ListNumber", 2) + style("Mine", 0, "ListNumber")
    counted = level(0, "decimal", "Chapter %1") + level(1, "decimal", "%1.%2") + level(2, "decimal", "%3)")
    body = plain("The Door", "Heading1") + plain("Of wood", "Heading2") + plain("Push.", "ListNumber")
    body += (
        plain("Pull.", "Mine")
        + item("Not counted.", 0, style="Mine")
        + plain("The Stair", "Heading1")
        + plain("Up.", "Up")
    )
    assert text(tmp_path, body, numbering(counted), styles).split("\n\n") == [
        "# Chapter 1 The Door",
        "## 1.1 Of wood",
        "1. Push.\n2. Pull.",
        "Not counted.",
        "# Chapter 2 The Stair",
        "Up.",
        "",
    ]


def test_what_counts_without_an_end_counts_for_nothing(tmp_path: Path) -> None:
    odd = level(0, "decimal", "%1" * 100_000) + f'<w:lvl w:ilvl="\u00b2"><w:start w:val="{"9" * 5000}"/></w:lvl>'
    said = text(tmp_path, item("One", 1) + item("Two", 1, 8) + item("Three", 5), numbering(odd))
    assert len(said) < 100 and said.endswith("One\n\n- Two\n- Three\n\n")
