"""FictionBook 2: its sections are chapters, its notes are told of and not read."""

import base64
import zipfile
from pathlib import Path

import pytest

from pipeline.narration import read
from pipeline.narration.document import Stretch
from pipeline.narration.readers import parts
from tests.narration.books import fb2, left_out, outline

ABOUT = (
    "<author><first-name>Ann</first-name><middle-name>B.</middle-name><last-name>Author</last-name></author>"
    "<author><nickname>bob</nickname></author><translator><first-name>Tom</first-name></translator>"
    "<book-title>A Book</book-title><annotation><p>It is good.</p></annotation><lang>en</lang>"
    '<coverpage><image l:href="#c.jpg"/></coverpage>'
)
IMAGE = b"\xff\xd8\xff\xe0" + bytes(range(256))
COVER = f'<binary id="c.jpg" content-type="image/jpeg">{base64.encodebytes(IMAGE).decode()}</binary>'


def section(title: str, text: str) -> str:
    lines = "".join(f"<p>{line}</p>" for line in title.split("/"))
    return f"<section><title>{lines}</title>{text}</section>"


def test_what_a_book_says_of_itself_and_its_cover(tmp_path: Path) -> None:
    document = read(fb2(tmp_path / "b.fb2", section("One", "<p>Text.</p>"), about=ABOUT, more=COVER))
    assert (document.title, document.author, document.language) == ("A Book", "Ann B. Author, bob", "en")
    assert document.cover == IMAGE
    assert left_out(document) == [("front matter", "It is good.")]


@pytest.mark.parametrize("data", ["", "no base64!", base64.b64encode(b"GIF89a").decode()])
def test_a_cover_that_cannot_be_used_is_told_of(tmp_path: Path, data: str) -> None:
    more = f'<binary id="c.jpg">{data}</binary>'
    document = read(fb2(tmp_path / "b.fb2", "<section><p>Text.</p></section>", about=ABOUT, more=more))
    assert document.cover == b""
    assert ("cover", "c.jpg") in left_out(document)


def test_sections_are_chapters_and_those_in_them_parts(tmp_path: Path) -> None:
    inner = section("Morning", "<p>It dawned.</p>") + section("Evening", "<p>It was late.</p>")
    body = "<title><p>A Book</p></title>" + section("Chapter 1/The Start", inner) + section("Two", "<p>The end.</p>")
    document = read(fb2(tmp_path / "b.fb2", body))
    assert document.title == "A Book"
    assert outline(document) == [
        (
            "Chapter 1. The Start",
            "# A Book\n\n## Chapter 1. The Start\n\n### Morning\n\nIt dawned.\n\n### Evening\n\nIt was late.\n\n",
        ),
        ("Two", "## Two\n\nThe end.\n\n"),
    ]


def test_notes_and_their_marks_are_told_of(tmp_path: Path) -> None:
    text = '<p>So<a l:href="#n1" type="note">[1]</a> it<a l:href="#n2"><sup>2</sup></a> was 10<sup>6</sup>.</p>'
    notes = "<section id='n1'><title><p>1</p></title><p>A note.</p></section>"
    notes += "<section id='n2'><p>Another.</p></section>"
    path = fb2(tmp_path / "b.fb2", section("One", text), more=f'<body name="notes"><title/>{notes}</body>')
    document = read(path)
    assert outline(document) == [("One", "## One\n\nSo it was 10\u2076.\n\n")]
    assert left_out(document) == [
        ("note mark", "[1]"),
        ("note mark", "2"),
        ("note", "1 A note."),
        ("note", "Another."),
    ]
    assert {gap.where for gap in document.left_out} == {"b.fb2"}


def test_verse_quotes_tables_breaks_and_pictures(tmp_path: Path) -> None:
    stanza = "<stanza><v>One <emphasis>line</emphasis></v><v>and two.</v></stanza>"
    poem = f"<poem><title><p>Song</p></title>{stanza}</poem>"
    table = "<table><tr><th>Name</th></tr><tr><td>Ann</td></tr></table>"
    body = f"<epigraph><p>First.</p><text-author>Bob</text-author></epigraph>{poem}"
    body += "<empty-line/><subtitle>* * *</subtitle>"
    body += f'<cite><p>He said 2 * 3.</p></cite>{table}<image l:href="#i" alt="A house"/>'
    document = read(fb2(tmp_path / "b.fb2", section("One", body)))
    assert outline(document)[0][1] == (
        "## One\n\nFirst.\n\nBob\n\nSong\n\nOne line\nand two.\n\n* * *\n\nHe said 2 \\* 3.\n\n"
        "| Name |\n|---|\n| Ann |\n\n"
    )
    assert left_out(document) == [("image", "A house")]


def test_words_in_another_language_are_known(tmp_path: Path) -> None:
    document = read(fb2(tmp_path / "b.fb2", '<section><p>He said <style xml:lang="fr">oui</style>.</p></section>'))
    assert document.chapters[0].languages == (Stretch(8, 11, "fr"),)


def test_packed_and_in_other_letters_it_is_the_same_book(tmp_path: Path) -> None:
    fb2(tmp_path / "b.fb2", section("\u0427\u0430\u0441\u0442\u044c", "<p>\u0422\u0435\u043a\u0441\u0442.</p>"))
    plain = read(tmp_path / "b.fb2")
    text = '<?xml version="1.0" encoding="windows-1251"?>' + (tmp_path / "b.fb2").read_text(encoding="utf-8")
    for name in ("b.fb2.zip", "b.FB2.ZIP", "b.fbz"):
        with zipfile.ZipFile(tmp_path / name, "w") as file:
            file.writestr("book.fb2", text.encode("cp1251"))
        assert read(tmp_path / name) == plain


def test_a_packed_book_goes_by_its_name() -> None:
    assert parts("Dr. No.fb2.zip") == ("Dr. No", ".fb2.zip")
    assert parts("Dr. No.FB2") == ("Dr. No", ".FB2")
    assert parts("No.zip") == ("No", ".zip")
