"""The smaller readers: text, Markdown, HTML, DOCX; and what holds for all."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UnreadableDocument
from pipeline.narration import read
from pipeline.narration.document import WORD, portions
from pipeline.narration.escapes import escaped, unescaped
from pipeline.narration.readers import READERS
from pipeline.narration.readers.text.headings import is_heading
from tests.narration.books import docx, left_out, outline, paragraph, plainly, prose, written

# ---- text and Markdown ----------------------------------------------------------------------------------------------


def test_plain_text_has_chapters_where_its_lines_say_so(tmp_path: Path) -> None:
    document = written(tmp_path / "b.txt", "A title\n\nCHAPTER I.\n\nIt began.\n\nChapter 2: Later\n\nIt *ended*.\n")
    assert outline(document) == [
        ("b", "A title\n\n"),
        ("CHAPTER I.", "# CHAPTER I.\n\nIt began.\n\n"),
        ("Chapter 2: Later", "# Chapter 2: Later\n\nIt \\*ended\\*.\n\n"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        *("Part Two", "BOOK THE THIRD.", "Kapitel 1", "Erstes Kapitel", "2. Kapitel: Der Weg", "Zweiter Teil", "IV."),
        *("Chapitre premier", "Première partie", "Capítulo 3", "Глава 1", "ЧАСТЬ ПЕРВАЯ", "Κεφάλαιο 2", "Prologue"),
        *("ACT I", "SCENE II. A street in Verona.", "Akt 3", "III. THE END OF IT", "LETTER I.", "Canto 3"),
        *("الفصل الأول", "第一章", "第12章 旅立ち", "제 1 장"),
        *(f"第{number}章" for number in "二三四五六七八九十百"),
        *("第二十五回　賣油郎", "第１２章", "第四卷 风起云涌", "序章", "あとがき", "楔子", "프롤로그", "Πρόλογος"),
        *("Chương 3", "CHƯƠNG MỘT", "บทที่ ๓ การเดินทาง", "Գլուխ առաջին", "თავი 3", "ምዕራፍ ፫", "অধ্যায় ৩"),
        *("باب اول", "الباب الأول", "المقدمة"),
        *("Часть вторая", "Livre premier", "Giriş"),
    ],
)
def test_chapters_are_known_by_what_they_are_called_in_their_language(line: str) -> None:
    assert is_heading(line)


@pytest.mark.parametrize(
    "line",
    ["Part of me wanted to go", "Book a table.", "Teil des Plans war er.", "Next chapter", "Introductions were made"]
    + ["Chương trình này rất hay", "باب البيت مفتوح", "Часть вторая этого плана проще", "第二天他走了"]
    + ["第二部分内容如下", "第一回目は失敗だった", "序列号", "ตอนที่ฉันเป็นเด็ก", "Giriş yapmak istiyorum"]
    + ["Act on it", "Letter from home", "Scene after scene", "I. Newton was there", "I AM HERE!", "Civil war began"],
)
def test_a_sentence_that_begins_like_a_heading_is_none(line: str) -> None:
    assert not is_heading(line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "书名\n作者：某人\n\n第一章 开始\n　　天亮了。\n　　“好！”\n　　他走了。\n第二章 结束\n　　完了。\n",
            ["b", "第一章 开始", "第二章 结束"],
        ),
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


def test_captions_are_read_without_their_times(tmp_path: Path) -> None:
    cues = (
        "1\n00:00:01,000 --> 00:00:02,500\nHow have you been\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>since May?</i>\n"
    )
    document = written(tmp_path / "b.srt", cues)
    assert document.chapters[0].text == "How have you been\nsince May?\n\n"
    assert [gap.reason for gap in document.left_out] == ["timing"]
    rolling = ["one", "two", "two", "three", "three", "four"]
    times = [f"00:0{at}.000 --> 00:0{at}.900\n{rolling[2 * at]}\n{rolling[2 * at + 1]}\n" for at in range(3)]
    said = written(tmp_path / "b.vtt", "\n".join(["WEBVTT\n", *times])).chapters[0].text
    assert said.split() == ["one", "two", "three", "four"]


def test_what_cannot_be_read_is_told_what_to_save_it_as(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"no reader for files of the kind \.mobi; .* Save it as \.epub first"):
        written(tmp_path / "b.mobi", "x")


def test_text_may_come_with_a_mark_and_with_carriage_returns(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes("Grüße.\r\n\r\nEnde.".encode("utf-16"))
    assert read(tmp_path / "b.txt").chapters[0].text == "Grüße.\n\nEnde.\n\n"


def test_a_free_book_may_say_in_which_encoding_it_is(tmp_path: Path) -> None:
    head = "Character set encoding: ISO-8859-1\n\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\n\n"
    (tmp_path / "b.txt").write_bytes(f"{head}Grüße.".encode("latin-1"))
    assert read(tmp_path / "b.txt").chapters[0].text == "Grüße.\n\n"


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


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_escaping_changes_no_word(text: str) -> None:
    assert WORD.findall(unescaped(escaped(text)).replace("\\", "")) == WORD.findall(text.replace("\\", ""))


@given(st.lists(st.integers(min_value=0, max_value=80), max_size=60), st.integers(min_value=1, max_value=300))
def test_portions_joined_are_the_text_and_begin_paragraphs(lengths: list[int], most: int) -> None:
    text = "\n\n".join("x" * length for length in lengths)
    found = list(portions(text, most))
    assert "".join(found) == text
    assert all(piece.endswith("\n\n") or len(piece) > most for piece in found[:-1])


def test_a_text_without_paragraphs_is_cut_between_sentences() -> None:
    found = list(portions("One two three. " * 1000, 1000))
    assert all(piece.endswith(". ") for piece in found)
    assert max(map(len, found)) <= 1002


# ---- DOCX -----------------------------------------------------------------------------------------------------------

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


# ---- all of them -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", READERS)
def test_every_format_keeps_every_word(tmp_path: Path, ending: str) -> None:
    said = prose(30)
    path = plainly(tmp_path / f"b.{ending}", said)
    words = [word for chapter in read(path).chapters for word in WORD.findall(chapter.text)]
    assert words == WORD.findall(" ".join(said))


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
