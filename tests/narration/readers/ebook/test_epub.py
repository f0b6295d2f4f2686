"""EPUBs as they are found: the table of contents gives the chapters, and no word is lost."""

import zipfile
from pathlib import Path

import pytest

from pipeline.errors import UnreadableDocument
from pipeline.narration import read
from pipeline.narration.document import WORD
from tests.narration.books import CONTAINER, epub, left_out, links, novel, page

NCX = '<navPoint id="{0}"><navLabel><text>{1}</text></navLabel><content src="{2}"/>{3}</navPoint>'


def titles(path: Path) -> list[str]:
    return [chapter.title for chapter in read(path).chapters]


def test_the_table_of_contents_gives_the_chapters(tmp_path: Path) -> None:
    document = read(novel(tmp_path / "b.epub", chapters=3))
    assert (document.title, document.author, document.language) == ("A Book", "Ann Author", "en")
    assert [chapter.title for chapter in document.chapters] == ["Chapter 1", "Chapter 2", "Chapter 3"]
    assert document.chapters[1].text.startswith("# Chapter 2\n\n")


def test_every_word_is_in_a_chapter_or_reported_in_order(tmp_path: Path) -> None:
    pages = {
        "a.xhtml": "<h1>One</h1><p>It <em>was</em> a dark<a epub:type='noteref' href='#n'>1</a> night&#8212;and</p>"
        "<aside epub:type='footnote' id='n'><p>A note.</p></aside><p>stormy,<span epub:type='pagebreak'>17</span> too.",
        "b.xhtml": "<h1>Two</h1><div><p>Br&eacute;ad &amp; wine</p><ul><li>alpha</li><li>beta</li></ul></div>",
    }
    document = read(epub(tmp_path / "b.epub", pages, nav=links(("One", "a.xhtml"), ("Two", "b.xhtml"))))
    said = [word for chapter in document.chapters for word in WORD.findall(chapter.text)]
    assert said == "One It was a dark night and stormy too Two Bréad wine alpha beta".split()
    assert left_out(document) == [
        ("note mark", "1"),
        ("note", "A note."),
        ("page number", "17"),
    ]


def test_a_nested_table_gives_all_its_levels(tmp_path: Path) -> None:
    ncx = NCX.format("p", "Part I", "a.xhtml", NCX.format("c", "One", "a.xhtml#one", "")) + NCX.format(
        "d", "Two", "b.xhtml", NCX.format("e", "Two and a half", "b.xhtml#half", "")
    )
    pages = {
        "a.xhtml": "<h1>Part I</h1><h2 id='one'>One</h2><p>First text.</p>",
        "b.xhtml": "<h2>Two</h2><p>Second text.</p><h3><a id='half'/>Half</h3><p>Third text.</p>",
    }
    path = epub(tmp_path / "b.epub", pages, ncx=ncx)
    assert titles(path) == ["Part I: One", "Two", "Two and a half"]
    assert read(path).chapters[2].text == "### Half\n\nThird text.\n\n"


def test_no_chapter_is_called_after_a_page_that_is_not_read(tmp_path: Path) -> None:
    pages = {
        "cover.xhtml": "<svg xmlns='http://www.w3.org/2000/svg'><image href='c.jpg'/></svg>",
        "title.xhtml": "<h1>A Book</h1>",
        "toc.xhtml": "<h1>Contents</h1><p>One</p>",
        "a.xhtml": "<h1>One</h1><p>First text.</p>",
        "blank.xhtml": "",
        "b.xhtml": "<h1>Two</h1><p>Second text.</p>",
    }
    kinds = {"toc": "toc.xhtml", "title-page": "title.xhtml"}
    guide = "".join(f'<reference type="{kind}" href="{name}"/>' for kind, name in kinds.items())
    nav = links(*[(name.partition(".")[0].title(), name) for name in pages])
    path = epub(tmp_path / "b.epub", pages, nav=nav, guide=f"<guide>{guide}</guide>")
    assert titles(path) == ["A", "B"]
    assert read(path).chapters[0].text == "# A Book\n\n# One\n\nFirst text.\n\n"


def test_no_chapter_is_called_after_a_part_of_a_page_that_is_not_read(tmp_path: Path) -> None:
    end = "<section id='pg-footer'><h2 id='legal'>The Licence</h2><p>So.</p></section>"
    pages = {
        "a.xhtml": "<h1>One</h1><p>It begins.</p>",
        "b.xhtml": f"<h1>Two</h1><p>It ends.</p><p>Yours, Lucy.</p>{end}",
    }
    nav = links(("One", "a.xhtml"), ("Two", "b.xhtml"), ("The Licence", "b.xhtml#legal"))
    document = read(epub(tmp_path / "b.epub", pages, nav=nav))
    assert [chapter.title for chapter in document.chapters] == ["One", "Two"]
    assert document.chapters[1].text.endswith("Yours, Lucy.\n\n")
    assert left_out(document) == [("front matter", "The Licence So.")]


@pytest.mark.parametrize("kind", ["imprint", "colophon"])
def test_who_made_a_book_and_with_what_is_reported_not_read(tmp_path: Path, kind: str) -> None:
    pages = {
        "a.xhtml": "<h1>One</h1><p>It begins.</p>",
        "b.xhtml": f"<section epub:type='{kind}'><h2>Made</h2><p>In a font.</p></section>",
    }
    document = read(epub(tmp_path / "b.epub", pages, nav=links(("One", "a.xhtml"), ("Made", "b.xhtml"))))
    assert [chapter.title for chapter in document.chapters] == ["One"]
    assert left_out(document) == [("front matter", "Made In a font.")]


def test_a_page_of_rights_is_known_by_what_it_says(tmp_path: Path) -> None:
    rights = "<p>Copyright \u00a9 2020 Ann</p><p>All rights reserved.</p><p>ISBN: 978-0-00-000000-0</p>"
    pages = {"a.xhtml": rights, "b.xhtml": "<h1>One</h1><p>\u00a9 and ISBN are words.</p>"}
    document = read(epub(tmp_path / "b.epub", pages, nav=links(("Copyright", "a.xhtml"), ("One", "b.xhtml"))))
    assert [chapter.title for chapter in document.chapters] == ["One"]
    assert [gap.reason for gap in document.left_out] == ["front matter"]


def test_a_table_of_contents_of_one_line_leaves_the_headings(tmp_path: Path) -> None:
    pages = {"a.xhtml": "<h1>One</h1><p>It began.</p>", "b.xhtml": "<h1>Two</h1><p>It ended.</p>"}
    path = epub(tmp_path / "b.epub", pages, nav=links(("Start reading", "a.xhtml")))
    assert [chapter.title for chapter in read(path).chapters] == ["One", "Two"]
    path = epub(tmp_path / "c.epub", {"a.xhtml": "<p>It began.</p>"}, nav=links(("The story", "a.xhtml")))
    assert [chapter.title for chapter in read(path).chapters] == ["The story"]


def test_a_table_of_contents_within_the_text_is_known_by_its_heading_and_its_links(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>{n}.</td><td><a href='{n}.xhtml#c'>Some title {n}</a></td></tr>" for n in range(1, 4))
    pages = {
        "list.xhtml": "<h1>Contents</h1>" + "".join(f"<p><a href='{n}.xhtml'>Title {n}</a></p>" for n in range(1, 4)),
        "1.xhtml": f"<h1>A Book</h1><h2 id='toc'>Contents</h2><table>{rows}</table><h2 id='c'>One</h2><p>First text.",
        "2.xhtml": "<h2 id='c'>Two</h2><div><a href='#c'>Ay</a>, <a href='#c'>bee</a> and <a href='#c'>cee</a>.</div>",
        "3.xhtml": "<h2 id='c'>Three</h2><p>Third text.</p>",
    }
    nav = links(("Contents", "list.xhtml"), ("Contents", "1.xhtml#toc"), *((t, f"{t}.xhtml#c") for t in "123"))
    path = epub(tmp_path / "b.epub", pages, nav=nav)
    assert [(chapter.title, chapter.text) for chapter in read(path).chapters] == [
        ("1", "# A Book\n\n## One\n\nFirst text.\n\n"),
        ("2", "## Two\n\nAy, bee and cee.\n\n"),
        ("3", "## Three\n\nThird text.\n\n"),
    ]
    told = [gap.text for gap in read(path).left_out if gap.reason == "table of contents"]
    assert [WORD.findall(text) for text in told] == [
        "Contents Title 1 Title 2 Title 3".split(),
        "Contents 1 Some title 1 2 Some title 2 3 Some title 3".split(),
    ]


def test_a_guide_that_leads_into_a_page_says_nothing_of_the_whole_page(tmp_path: Path) -> None:
    guide = '<guide><reference type="toc" href="a.xhtml#toc"/></guide>'
    pages = {"a.xhtml": "<h1>One</h1><p id='toc'>Contents</p><p>All of the text.</p>"}
    assert "All of the text." in read(epub(tmp_path / "b.epub", pages, guide=guide)).chapters[0].text


def test_landmarks_tell_what_whole_pages_are(tmp_path: Path) -> None:
    pages = {"c.xhtml": "<p>Copyright.</p>", "a.xhtml": "<h1>One</h1><p>Text.</p>", "n.xhtml": "<p>1. A note.</p>"}
    marks = (
        "<li><a epub:type='copyright-page' href='c.xhtml'>x</a></li><li><a epub:type='endnotes' href='n.xhtml'>y</a>"
    )
    nav = links(("One", "a.xhtml")) + f"</nav><nav epub:type='landmarks'><ol>{marks}</li></ol>"
    document = read(epub(tmp_path / "b.epub", pages, nav=nav))
    assert [chapter.text for chapter in document.chapters] == ["# One\n\nText.\n\n"]
    assert [gap.reason for gap in document.left_out] == ["front matter", "note"]


def test_what_stands_within_a_page_that_is_left_out_is_told_too(tmp_path: Path) -> None:
    pages = {
        "a.xhtml": "<h1>One</h1><p>Text.</p>",
        "c.xhtml": "<p>Copyright.</p><aside epub:type='footnote'>A small note.</aside>",
    }
    guide = '<guide><reference type="copyright-page" href="c.xhtml"/></guide>'
    document = read(epub(tmp_path / "b.epub", pages, guide=guide))
    assert left_out(document) == [("front matter", "Copyright."), ("note", "A small note.")]


def test_without_a_table_headings_give_the_chapters(tmp_path: Path) -> None:
    pages = {"a.xhtml": "<h1>One</h1><p>x y.</p><h1>Two</h1><p>z.</p>", "b.xhtml": "<h1>Three</h1><p>w.</p>"}
    assert titles(epub(tmp_path / "b.epub", pages)) == ["One", "Two", "Three"]


def test_several_chapters_in_one_file_and_one_over_several_files(tmp_path: Path) -> None:
    pages = {
        "a.xhtml": "<h1 id='x'>One</h1><p>Text one.</p><h1 id='y'>Two</h1><p>Text two.</p>",
        "b.xhtml": "<p>Goes on.</p>",
        "c.xhtml": "<h1>Three</h1><p>End.</p>",
    }
    nav = links(("One", "a.xhtml#x"), ("Two", "a.xhtml#y"), ("Three", "c.xhtml"))
    chapters = read(epub(tmp_path / "b.epub", pages, nav=nav)).chapters
    assert [chapter.title for chapter in chapters] == ["One", "Two", "Three"]
    assert "Goes on." in chapters[1].text


def test_pages_beside_the_text_are_reported_not_read(tmp_path: Path) -> None:
    pages = {"nav2.xhtml": "<p>One ... 1</p>", "a.xhtml": "<h1>One</h1><p>Text.</p>", "x.xhtml": "<p>An aside.</p>"}
    guide = '<guide><reference type="toc" href="nav2.xhtml"/></guide>'
    document = read(epub(tmp_path / "b.epub", pages, guide=guide, spine={"x.xhtml": 'linear="no"'}))
    assert [chapter.text for chapter in document.chapters] == ["# One\n\nText.\n\n"]
    assert left_out(document) == [
        ("table of contents", "One ... 1"),
        ("beside the text", "An aside."),
    ]


def test_what_the_order_of_pages_names_and_is_no_page_is_reported(tmp_path: Path) -> None:
    manifest = '<item id="map" href="map.svg" media-type="image/svg+xml"/>'
    manifest += '<item id="b" href="b.pdf" media-type="application/pdf"/>'
    spine = {"a.xhtml": '/><itemref idref="map"/><itemref idref="b"/><itemref idref="gone"'}
    document = read(epub(tmp_path / "b.epub", {"a.xhtml": "<p>Text.</p>"}, manifest=manifest, spine=spine))
    assert [chapter.text for chapter in document.chapters] == ["Text.\n\n"]
    assert [(gap.reason, gap.where) for gap in document.left_out] == [
        ("image", "OEBPS/map.svg"),
        ("unreadable", "OEBPS/b.pdf: it is application/pdf, and no page"),
        ("unreadable", "the order of its pages names gone, which its list of files lacks"),
    ]


def test_ruby_is_read_once(tmp_path: Path) -> None:
    body = "<p><ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>です。</p>"
    document = read(epub(tmp_path / "b.epub", {"a.xhtml": body}, language="ja"))
    assert document.chapters[0].text == "漢字です。\n\n"
    assert left_out(document) == [("reading", "かんじ")]


def test_right_to_left_text_stays_as_it_is(tmp_path: Path) -> None:
    body = "<p dir='rtl'>שלום עולם. مرحبا بالعالم.</p>"
    assert read(epub(tmp_path / "b.epub", {"a.xhtml": body})).chapters[0].text == "שלום עולם. مرحبا بالعالم.\n\n"


def test_broken_xhtml_is_read_all_the_same(tmp_path: Path) -> None:
    body = '<?xml version="1.0"?><html><body><h1>One<p>Not <b>closed <i>at</b> all</i> &nbsp;&copy; & more<p>Next < end'
    text = read(epub(tmp_path / "b.epub", {"a.xhtml": body})).chapters[0].text
    assert WORD.findall(text) == "One Not closed at all more Next end".split()


def test_marks_of_markdown_in_the_text_mean_nothing(tmp_path: Path) -> None:
    body = "<p>2 * 3 * 4, snake_case_name, `tick`, # no heading</p><p>- no item</p><p>1. no number</p>"
    text = read(epub(tmp_path / "b.epub", {"a.xhtml": body})).chapters[0].text
    assert text == ("2 \\* 3 \\* 4, snake\\_case\\_name, \\`tick\\`, # no heading\n\n\\- no item\n\n1\\. no number\n\n")


def test_who_translated_a_book_is_not_its_author(tmp_path: Path) -> None:
    two = '<dc:creator xmlns:opf="http://www.idpf.org/2007/opf" opf:role="trl">Tom</dc:creator>'
    three = '<dc:creator id="i">Ida</dc:creator><meta refines="#i" property="role">ill</meta>'
    assert read(epub(tmp_path / "b.epub", {"a.xhtml": "<p>x y</p>"}, meta=two + three)).author == "Ann Author"


def test_the_cover_is_found(tmp_path: Path) -> None:
    image = b"\xff\xd8\xff\xe0" + bytes(100)
    manifest = '<item id="cv" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/>'
    path = epub(tmp_path / "b.epub", {"a.xhtml": "<p>x y</p>"}, manifest=manifest, more={"OEBPS/cover.jpg": image})
    assert read(path).cover == image


@pytest.mark.parametrize("more", [{}, {"OEBPS/cover.jpg": b"RIFF....WEBPVP8 "}], ids=["missing", "of another kind"])
def test_a_cover_that_cannot_be_used_is_told_of(tmp_path: Path, more: dict[str, bytes]) -> None:
    manifest = '<item id="cv" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/>'
    document = read(epub(tmp_path / "b.epub", {"a.xhtml": "<p>x y</p>"}, manifest=manifest, more=more))
    assert left_out(document) == [("cover", "OEBPS/cover.jpg")]
    assert document.cover == b""


@pytest.mark.parametrize(
    ("algorithm", "refused"),
    [("http://www.w3.org/2001/04/xmlenc#aes128-cbc", True), ("http://www.idpf.org/2008/embedding", False)],
)
def test_drm_is_refused_and_hidden_fonts_are_not(tmp_path: Path, algorithm: str, refused: bool) -> None:
    said = f'<encryption><EncryptedData><EncryptionMethod Algorithm="{algorithm}"/></EncryptedData></encryption>'
    path = epub(tmp_path / "b.epub", {"a.xhtml": "<p>x y</p>"}, more={"META-INF/encryption.xml": said})
    if refused:
        with pytest.raises(UnreadableDocument, match="DRM"):
            read(path)
    else:
        assert read(path).chapters


def test_names_may_be_written_as_windows_does_and_the_same_book_as_pdf_may_lie_beside(tmp_path: Path) -> None:
    path = epub(tmp_path / "b.epub", {"a.xhtml": "<p>x y</p>"})
    beside = CONTAINER.replace("<rootfile ", '<rootfile full-path="b.pdf" media-type="application/pdf"/><rootfile ')
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()} | {"META-INF/container.xml": beside}
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name.replace("/", "\\"), data)
    assert read(path).chapters[0].text == "x y\n\n"


def test_tables_and_code_keep_their_shape(tmp_path: Path) -> None:
    body = "<table><tr><th>Name</th><th>Age</th></tr><tr><td>Ann</td><td>7</td></tr></table><pre>x = 1\ny = 2</pre>"
    text = read(epub(tmp_path / "b.epub", {"a.xhtml": page(body)})).chapters[0].text
    assert text == "| Name | Age |\n|---|---|\n| Ann | 7 |\n\n```\nx = 1\ny = 2\n```\n\n"
