"""DOCX: its styles, what Word puts around the words, and tables."""

from pathlib import Path

from pipeline.narration import read
from tests.narration.books import docx, left_out, outline, paragraph

STYLES = (
    '<w:styles W_NS><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Mine"><w:name w:val="My own"/><w:basedOn w:val="berschrift1"/></w:style></w:styles>'
)
CORE = (
    '<cp:coreProperties xmlns:cp="a" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Report</dc:title>'
    "<dc:creator>Ann</dc:creator></cp:coreProperties>"
)


def test_docx_has_chapters_by_its_styles_in_any_language(tmp_path: Path) -> None:
    gone = "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t> new</w:t></w:r></w:ins>"
    body = (
        paragraph("One", "berschrift1")
        + paragraph("Text", inside=gone)
        + paragraph("Two", "Mine")
        + "<w:tbl><w:tr><w:tc>" + paragraph("a") + "</w:tc><w:tc>" + paragraph("b") + "</w:tc></w:tr></w:tbl>"
    )  # fmt: skip
    notes = "<w:footnotes W_NS><w:footnote>" + paragraph("A note.") + "</w:footnote></w:footnotes>"
    more = {"word/styles.xml": STYLES, "docProps/core.xml": CORE, "word/footnotes.xml": notes}
    document = read(docx(tmp_path / "b.docx", body, more=more))
    assert (document.title, document.author) == ("Report", "Ann")
    assert outline(document) == [("One", "# One\n\nText new\n\n"), ("Two", "# Two\n\n| a | b |\n\n")]
    assert left_out(document) == [("note", "A note."), ("deleted", "gone")]


def test_a_docx_has_what_word_puts_around_and_between_the_words(tmp_path: Path) -> None:
    styles = """<w:styles W_NS><w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>
        <w:style w:styleId="Mine"><w:name w:val="heading ²"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
        <w:style w:styleId="None"><w:pPr><w:outlineLvl w:val="²"/></w:pPr></w:style></w:styles>"""
    between = "<w:br/><w:t>two</w:t><w:tab/><w:t>three</w:t><w:noBreakHyphen/><w:t>four</w:t>"
    body = (
        paragraph("A Book", "Titel")
        + paragraph("Intro", "Mine")
        + "<w:sdt><w:sdtContent>" + paragraph("Held.", "None") + "</w:sdtContent></w:sdt><w:p/>"
        + paragraph("One", inside=f"<w:r>{between}</w:r>")
    )  # fmt: skip
    document = read(docx(tmp_path / "b.docx", body, more={"word/styles.xml": styles}))
    assert document.title == "A Book"
    assert "".join(chapter.text for chapter in document.chapters) == (
        "# A Book\n\n## Intro\n\nHeld.\n\nOne\ntwo three-four\n\n"
    )


def test_a_docx_tells_of_its_contents_and_of_what_is_hidden_and_does_not_read_them(tmp_path: Path) -> None:
    styles = '<w:styles W_NS><w:style w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style></w:styles>'
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t> Not this.</w:t></w:r>"
    body = paragraph("Inhalt", "TOCHeading") + paragraph("One 3", "Verzeichnis1") + paragraph("Seen.", inside=hidden)
    document = read(docx(tmp_path / "b.docx", body, more={"word/styles.xml": styles}))
    assert [chapter.text for chapter in document.chapters] == ["Seen.\n\n"]
    assert left_out(document) == [
        ("table of contents", "Inhalt"),
        ("table of contents", "One 3"),
        ("hidden", "Not this."),
    ]


def test_a_docx_without_styles_has_chapters_where_its_lines_say_so(tmp_path: Path) -> None:
    said = ("A Book", "Chapter 1", "It began.", "Chapter 2: Later", "It ended.")
    document = read(docx(tmp_path / "b.docx", "".join(map(paragraph, said))))
    assert [(chapter.title, chapter.text.split()[-1]) for chapter in document.chapters] == [
        ("b", "Book"),
        ("Chapter 1", "began."),
        ("Chapter 2: Later", "ended."),
    ]


def test_a_docx_is_called_what_it_is_headed(tmp_path: Path) -> None:
    body = paragraph("My Essay", "Title") + paragraph("One", "Heading1") + paragraph("It began.")
    document = read(docx(tmp_path / "b.docx", body + paragraph("Two", "Heading1") + paragraph("It ended.")))
    assert document.title == "My Essay"


def test_a_table_within_a_table_is_said_once(tmp_path: Path) -> None:
    def table(*cells: str) -> str:
        return "<w:tbl><w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr></w:tbl>"

    inner = table(paragraph("b"), paragraph("c"))
    path = docx(tmp_path / "b.docx", table(paragraph("a"), inner + paragraph("d")) + paragraph("End."))
    assert read(path).chapters[0].text == "| a | b c d |\n\nEnd.\n\n"


def test_the_head_of_a_docx_table_names_its_columns(tmp_path: Path) -> None:
    head = "<w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc>" + paragraph("Year") + "</w:tc></w:tr>"
    body = f"<w:tbl>{head}<w:tr><w:tc>{paragraph('2020')}</w:tc></w:tr></w:tbl>"
    assert read(docx(tmp_path / "b.docx", body)).chapters[0].text == "| Year |\n|---|\n| 2020 |\n\n"
