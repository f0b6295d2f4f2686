"""An EPUB gets a voice, and stays the book that it was: its pages, pictures and styles; nothing in it does anything."""

import os
import re
import shutil
import struct
import subprocess
import time
import zlib
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import anyio
import pytest

from pipeline.assembly.order import Order
from pipeline.narration import read
from pipeline.narration.binding import voiced
from pipeline.narration.binding.pictures import fit
from pipeline.narration.binding.spans import places
from pipeline.narration.binding.tidy import Tidied, Tidy
from pipeline.narration.readers.web.markup import Markup
from pipeline.narration.recital import Book, library
from tests.narration.binding.test_overlays import XHTML, check, made
from tests.narration.books import epub, links, novel

RICH = """<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en"><head><title>One</title>
<link rel="stylesheet" href="css/main.css" type="text/css"/><script src="x.js"></script>
<style>p.x { background: url(http://evil.example/x.png) } h1 &gt; em { color: #844 }</style></head>
<body class="c1" onload="go()"><section epub:type="chapter" id="sec"><h1 id="one">Chapter <em>One</em></h1>
<p class="first" onclick="x()">It was a <em>dark and <b>stormy</b> night</em>. He said, <i>\u201cGo away. Now!\u201d</i>
and left &amp; ran * 3 &lt; 5.</p>
<p>See <a href="c2.xhtml#two">the second</a>, <a href="javascript:x()">bad</a>, or <a href="https://example.com/?a=1&amp;b"
>a site</a>.<a epub:type="noteref" href="#n1"><sup>1</sup></a> More text here.</p>
<figure><img src="img/p.png" alt="A picture" width="4"/><figcaption>The caption of it.</figcaption></figure>
<img src="img/none.png" alt="Missing one"/>
<ul><li>alpha is first</li><li>beta is second, <span style="color:red">red</span></li></ul>
<table><tr><th>Name</th><td colspan="2">Age</td></tr></table>
<p><ruby>\u6f22\u5b57<rt>\u304b\u3093\u3058</rt></ruby> is a word. <b>Bold</b> it begins, <code>x_y = 1</code> done.</p>
<aside epub:type="footnote" id="n1"><p>The note of it.</p></aside><p lang="fr">Il est parti ce matin.</p>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="img/p.png"/></svg>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><circle r="2"/></svg>
<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi><mo>=</mo><mn>2</mn></math>
<p>So <math><semantics><mi>y</mi><annotation encoding="application/x-tex">y^2</annotation></semantics></math> holds.</p>
<pre>code   here
 two</pre></section></body></html>"""
BROKEN = (
    "<center><h1 id='two'>Two</h1></center><p align='center'>First para<p>Second para never closed. And <font "
    "color=red>a font</font>.<br clear=all><a name='here'></a>End of &nbsp;it.<hr width=50%><blockquote>Quoted "
    "text.</blockquote><iframe src='http://evil.example'>x</iframe><h2>Third</h2></div>Last words."
)
MANIFEST = (
    '<item id="css" href="css/main.css" media-type="text/css"/><item id="js" href="x.js" media-type="text/javascript"/>'
    '<item id="img" href="img/p.png" media-type="image/png" properties="cover-image"/>'
    '<item id="svg" href="img/bad.svg" media-type="image/svg+xml"/><item id="g" href="no.gif" media-type="image/gif"/>'
)
STYLE = "@import url(http://a.b/c.css); body { background: url(../img/p.png) } @font-face { src: url(http://x/y.ttf) }"


def picture() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress((b"\0" + b"\x80" * 12) * 4)) + chunk(b"IEND", b"")


def rich(path: Path) -> Path:
    more = {
        "OEBPS/css/main.css": STYLE,
        "OEBPS/img/p.png": picture(),
        "OEBPS/x.js": "alert(1)",
        "OEBPS/img/bad.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        "OEBPS/no.gif": b"MZ",
    }
    nav = links(("One", "c1.xhtml#one"), ("Two", "c2.xhtml#two"), ("Third", "c2.xhtml"))
    return epub(path, {"c1.xhtml": RICH, "c2.xhtml": BROKEN}, nav=nav, manifest=MANIFEST, more=more)


async def test_a_book_stays_what_it_was_and_gets_a_voice(tmp_path: Path) -> None:
    book = check(await made(rich(tmp_path / "b.epub"), tmp_path / "v.epub", "espeak"))
    one = re.sub(r' id="aloud-\d+"', "", book.file.read("EPUB/book/OEBPS/c1.xhtml").decode())
    for piece in (
        '<h1 id="one"><span>Chapter <em>One</em></span></h1>',
        '<p class="first"><span>It was a <em>dark and <b>stormy</b> night</em>.</span> <span>He said, <i>',
        '<span>See <a href="c2.xhtml#two">the second</a>, <a>bad</a>, or <a href="https://example.com/?a=1&amp;b">',
        '<a epub:type="noteref" href="#n1"><sup>1</sup></a> <span>More text here.</span>',
        '<img src="img/p.png" alt="A picture" width="4"/><figcaption><span>The caption of it.</span>',
        "<span>Missing one</span>",
        '<li><span>beta is second, <span style="color:red">red</span></span></li>',
        '<th><span>Name</span></th><td colspan="2"><span>Age</span></td>',
        "<span><ruby>\u6f22\u5b57<rt>\u304b\u3093\u3058</rt></ruby> is a word. <b>Bold</b> it begins, ",
        '<p>The note of it.</p></aside><p lang="fr" xml:lang="fr"><span>Il est',
        '<img src="img/p.png" alt=""/>',
        ' viewBox="0 0 4 4"><circle r="2"></circle></svg>',
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi>',
        "<semantics><mi>y</mi></semantics></math> holds.</span>",
        "code   here\n two",
        "h1 &gt; em { color: #844 }",
    ):
        assert piece in one
    assert not re.search("script|onload|onclick|evil", one)
    two = re.sub(r' id="aloud-\d+"', "", book.file.read("EPUB/book/OEBPS/c2.xhtml").decode())
    assert '<p style="text-align: center"><span>First para</span></p><p><span>Second para never closed.' in two
    assert "evil" not in two
    kept = {name.removeprefix("EPUB/book/OEBPS/") for name in book.file.namelist() if "/book/" in name}
    assert kept == {"c1.xhtml", "c2.xhtml", "css/main.css", "img/p.png"}
    style = book.file.read("EPUB/book/OEBPS/css/main.css").decode()
    assert 'url("../img/p.png")' in style
    assert "http" not in style
    assert [a.get("href") for a in book.xml("nav.xhtml").iter(f"{XHTML}a")][:2] == [
        "book/OEBPS/c1.xhtml#one",
        "book/OEBPS/c2.xhtml#two",
    ]
    assert book.items["f0"]["properties"] == "cover-image"
    assert book.items["p0"]["properties"] == "mathml svg"


@pytest.mark.slow
@pytest.mark.parametrize("kept", [True, False], ids=["its own pages", "pages made"])
def test_epubcheck_finds_nothing_wrong(tmp_path: Path, kept: bool) -> None:
    checker, java = shutil.which("epubcheck"), shutil.which("java")
    if checker is None or java is None:
        pytest.skip("epubcheck is not installed")
    book = anyio.run(partial(made, rich(tmp_path / "b.epub"), tmp_path / "v.epub", kept=kept))
    archive = Path(checker).read_bytes()[:2] == b"PK"  # not every system runs those by themselves
    command = [java, "-jar", checker] if archive else [checker]
    quick = os.environ | {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}  # half of the time
    done = subprocess.run([*command, str(book)], env=quick, capture_output=True, text=True, timeout=100)
    assert "0 fatals / 0 errors" in done.stdout, done.stderr


NESTED = (
    "<h2><span>Contents</span></h2><ol>"
    '<li><a href="a.xhtml">One</a><ol><li><a href="a.xhtml#x">Within</a></li></ol></li>'
    '<li><span>Part</span><ol><li><a href="b.xhtml">Two</a>'
    '<ol><li><a href="none.xhtml">Gone</a></li></ol></li></ol></li>'
    '<li><a href="none.xhtml">Gone, too</a><ol><li><a href="b.xhtml#y">Below it</a></li></ol></li></ol>'
)
POINT = '<navPoint><navLabel><text>{}</text></navLabel><content src="{}"/>{}</navPoint>'.format
POINTS = POINT("One", "a.xhtml", POINT("Within", "a.xhtml#x", "")) + POINT(
    "Part", "none.xhtml", POINT("Two", "b.xhtml", "")
)


def listed(lines: ElementTree.Element) -> list[Any]:
    """Of a list, each title, with its address where it has one, and what is below it."""
    found: list[Any] = []
    for line in lines:
        head, *below = line
        address = (head.get("href") or "").removeprefix("book/OEBPS/")
        found.append((head.text, address, *(inner for one in below for inner in listed(one))))
    return found


@pytest.mark.parametrize(
    ("tables", "below"),
    [({"nav": NESTED}, [("Gone, too", "", ("Below it", "b.xhtml#y"))]), ({"ncx": POINTS}, [])],
    ids=["EPUB 3", "EPUB 2"],
)
async def test_the_contents_stay_as_deep_as_they_were(tmp_path: Path, tables: dict[str, str], below: list[Any]) -> None:
    pages = {
        "a.xhtml": "<h1>One</h1><p>It begins.</p><h2 id='x'>Within</h2><p>More.</p>",
        "b.xhtml": "<h1>Two</h1><p id='y'>It ends.</p>",
    }
    book = check(await made(epub(tmp_path / "b.epub", pages, **tables), tmp_path / "v.epub"))
    contents = next(book.xml("nav.xhtml").iter(f"{XHTML}ol"))
    assert listed(contents) == [
        ("One", "a.xhtml", ("Within", "a.xhtml#x")),
        ("Part", "", ("Two", "b.xhtml")),
        *below,
    ]


async def test_a_book_that_has_a_voice_can_be_given_another(tmp_path: Path) -> None:
    await made(novel(tmp_path / "b.epub", chapters=1), tmp_path / "one.epub")
    await made(tmp_path / "one.epub", tmp_path / "two.epub")
    texts = [[chapter.text for chapter in read(tmp_path / name).chapters] for name in ("two.epub", "b.epub")]
    assert texts[0] == texts[1]


async def test_chapters_over_pages_and_pages_of_chapters_are_heard_from_end_to_end(tmp_path: Path) -> None:
    pages = {
        "a.xhtml": "<h1>One</h1><p>Here it begins.</p>",
        "b.xhtml": "<p>Here it goes on.</p><h1 id='two'>Two</h1><p>This is the second.</p>",
        "c.xhtml": "<p><img src='none.png'/></p>",
    }
    nav = links(("One", "a.xhtml"), ("Two", "b.xhtml#two"))
    book = check(await made(epub(tmp_path / "b.epub", pages, nav=nav), tmp_path / "v.epub"))
    sounds = [sound for _, sound, *_ in [*book.pars("voice/p0001.smil"), *book.pars("voice/p0002.smil")]]
    assert sounds == ["voice/c0001.mp3"] * 3 + ["voice/c0002.mp3"] * 2
    assert "voice/p0003.smil" not in {item["href"] for item in book.items.values()}


async def test_a_book_whose_file_is_gone_or_another_gets_pages_made_of_its_text(tmp_path: Path) -> None:
    source = novel(tmp_path / "b.epub", chapters=1)
    document = read(source)
    novel(source, chapters=1, changed=True)
    workshop, shelf = library(tmp_path / "work", {})
    async with workshop:
        book = Book(document, Order(text="", tts_provider=("tone",)), "epub", workshop=workshop, shelf=shelf)
        await book.make()
        assert "c0001.xhtml" in check(await voiced(book, tmp_path / "one.epub")).items["c0001"]["href"]
        source.unlink()
        assert "c0001.xhtml" in check(await voiced(book, tmp_path / "two.epub")).items["c0001"]["href"]


@pytest.mark.parametrize(
    "page",
    [
        RICH,
        BROKEN,
        "<p>a<b>b<p>c</b>d",
        "<ul><li>x<li>y</ul>z",
        "<td>1*2_3\u00ad4</td>",
        "<pre>\n a  *b*\n</pre>",
        "1. x",
        r"<p>So \(E = mc^2\) is,\n\[ a_b \] too; $$ y^2 $$ for 5 $$ and a \(b.",
    ],
)
def test_letters_are_found_where_they_were_read(page: str) -> None:
    read_, tokens = Markup(page).page(), Tidy(page, lambda kind, address: "").page.tokens
    shown = {token.source: token.written for token in tokens if token.source}
    assert read_.origins
    for origin in read_.origins:
        text, data = read_.text[origin.start : origin.end], shown[origin.source]
        for at, letter in enumerate(text):
            if letter.isalnum() and not "\u2070" <= letter <= "\u207b":
                (place,) = places(data, text, [at])
                assert data[place:].lstrip().lstrip("\u00ad\\")[:1] == letter


def tidied(page: str) -> Tidied:
    return Tidy(page, lambda kind, address: address if address.endswith(".png") else "").page


def test_a_drawing_in_a_page_stays_one() -> None:
    svg = (
        '<svg viewBox="0 0 9 9" role="img"><title>A hill</title><defs><linearGradient id="g"><stop offset="0"/>'
        '</linearGradient></defs><g class="k"><path d="M0 0L9 9" fill="url(#g)" stroke-width="2"/><image '
        'xlink:href="p.png"/><use xlink:href="#g"/></g><text x="1">A &lt; B</text></svg>'
    )
    page = tidied(f'<p id="g">Before {svg} after.</p>')
    assert (page.held, page.ids) == ({"svg"}, {"g"})
    (drawn,) = [token.written for token in page.tokens if "<svg" in token.written]
    kept = svg.replace(' id="g"', "").replace(
        "<svg", '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    assert ElementTree.canonicalize(drawn) == ElementTree.canonicalize(kept)


def test_a_drawing_in_a_page_does_nothing() -> None:
    page = tidied(
        '<svg onload="x()"><script>evil</script><a href="http://evil"><rect width="3" fill="url(http://evil)"/></a>'
        '<foreignObject><p>evil</p></foreignObject><path d="M0" style="fill: \\75rl(evil)" onclick="x()"/>'
        '<image href="http://evil/x"/><animate attributeName="evil"/><use href="http://evil#x"/><x:evil/><rect></svg>Fin.'
    )
    markup = "".join(token.written for token in page.tokens)
    assert "evil" not in markup and " on" not in markup
    assert [element.tag.partition("}")[2] for element in ElementTree.fromstring(f"<p>{markup}</p>").iter()][1:] == [
        "svg", "rect", "path", "use", "rect"
    ]  # fmt: skip
    assert markup.endswith("</svg>Fin.")


@pytest.mark.parametrize("broken", ["<p><svg><path d='M0'></p>Fin.", "<svg><path d='M0'><p>Fin.</p>", "<svg><g><path>"])
def test_a_drawing_that_nobody_ends_takes_nothing_along(broken: str) -> None:
    page = tidied(broken)
    markup = "".join(token.written for token in page.tokens)
    assert "<path" in ElementTree.canonicalize(f"<p>{markup}</p>")
    assert "Fin" not in broken or "Fin." in [token.written for token in page.tokens if token.source]


def test_the_largest_drawing_costs_no_more_than_its_size() -> None:
    for inner in (f"<path d='{'a' * 300_000}'/>", f"<path d='{'a ' * 150_000}'/>", "<g>" * 5_000, "<g/>" * 5_000):
        since = time.process_time()
        assert tidied(f"<svg>{inner}</svg>").tokens or "<g" in inner
        assert time.process_time() - since < 5


def test_drawings_that_do_something_are_no_pictures() -> None:
    svg = "<svg xmlns='http://www.w3.org/2000/svg' {}>{}</svg>".format
    assert fit("image/svg+xml", svg("", "<path d='M0 0'/>").encode())
    for bad in (svg("onload='x()'", ""), svg("", "<script/>"), svg("", "<image href='http://x/y'/>"), "<svg", "<p/>"):
        assert not fit("image/svg+xml", bad.encode())
    assert not fit("image/png", b"<html>")
    assert not fit("text/javascript", b"x")
