"""HTML pages as they are found: what is text in them, by their headings, and nothing that stands around it."""

from pathlib import Path

import pytest

from pipeline.narration import read
from tests.narration.books import left_out, outline, written


def test_html_is_read_by_its_headings_without_what_is_no_text(tmp_path: Path) -> None:
    text = (
        "<html lang=fr><head><title>\n The\n Page\n</title><meta name=author content=' Ann\nB.'></head><body>"
        "<style>p{}</style>"
        "<nav>Home</nav><h1>One</h1><p>Text<script>alert(1)</script> here.<br>Next line."
        "<h1>Two</h1><ol><li>a<li>b</ol></body>"
    )
    document = written(tmp_path / "b.html", text)
    assert (document.title, document.author, document.language) == ("The Page", "Ann B.", "fr")
    assert outline(document) == [
        ("One", "# One\n\nText here.\nNext line.\n\n"),
        ("Two", "# Two\n\n1. a\n2. b\n\n"),
    ]
    assert left_out(document) == [("navigation", "Home")]


@pytest.mark.parametrize(
    "core",
    [
        "<main>{}</main>",
        "<div role=main>{}</div>",
        "<article>{}</article>",
        "<article>{}</article><article class=comment></article>",
    ],
)
def test_of_a_page_that_says_what_its_text_is_nothing_else_is_read(tmp_path: Path, core: str) -> None:
    text = core.format("<h1>One</h1><p>Text.<p>End.")
    banner = "<div>We use cookies.<button>Yes</button></div>"
    page = f"<title>Page</title><header>Shop</header>{banner}{text}<footer>Us</footer>"
    document = written(tmp_path / "b.html", page)
    assert (document.title, outline(document)) == ("Page", [("One", "# One\n\nText.\n\nEnd.\n\n")])
    assert left_out(document) == [
        ("beside the text", "Shop We use cookies.Yes"),
        ("beside the text", "Us"),
    ]


def test_a_page_whose_core_is_empty_is_read_whole(tmp_path: Path) -> None:
    assert written(tmp_path / "b.html", "<main></main><p>Text.").chapters[0].text == "Text.\n\n"


def test_html_in_an_older_encoding_is_read_as_it_says(tmp_path: Path) -> None:
    (tmp_path / "b.html").write_bytes(b"<meta charset=iso-8859-1><p>Gr\xfc\xdfe.")
    assert read(tmp_path / "b.html").chapters[0].text == "Grüße.\n\n"


@pytest.mark.parametrize("frame", ["<pre>{}</pre>", "<section><p>{}</p></section>"])
def test_what_frames_a_free_book_as_a_page_is_told_of_and_not_read(tmp_path: Path, frame: str) -> None:
    begin = "Free.\n\nTitle: A Book\n\nAuthor: Ann Author\n\n*** START OF THIS PROJECT GUTENBERG EBOOK A BOOK ***"
    end = "End of the Project Gutenberg EBook of A Book\n\n*** END OF THIS PROJECT GUTENBERG EBOOK A BOOK ***\n\nTerms."
    listing = "<blockquote><p>CONTENTS<p><a href='#a'>I</a></p><p><a href='#b'>II</a></p><p><a href='#c'>III</a></p>"
    said = "<h2 id='a'>I</h2><p>It was.</p><h2 id='b'>II</h2><p>It is.</p><h2 id='c'>III</h2><p>It will be.</p>"
    body = f"{frame.format(begin)}<h1>A Book</h1><h2>by Ann Author</h2>{listing}</blockquote>{said}{frame.format(end)}"
    page = f"<html lang='en'><head><title>A Book, by Ann Author</title></head><body>{body}</body></html>"
    document = written(tmp_path / "b.html", page)
    assert (document.title, document.author) == ("A Book", "Ann Author")
    assert [(c.title, c.text.split("\n\n")[-3:-1]) for c in document.chapters] == [
        ("I", ["## I", "It was."]),
        ("II", ["## II", "It is."]),
        ("III", ["## III", "It will be."]),
    ]
    assert [gap.reason for gap in document.left_out] == ["front matter", "front matter", "table of contents"]


def test_a_heading_over_nothing_but_notes_goes_with_them(tmp_path: Path) -> None:
    notes = "<h2 id='r'>References</h2><ol><li id='n'><a href='#m'>^</a> Smith, J.</li></ol>"
    body = f"<h1>A</h1><h2>B</h2><p>So.<a id='m' href='#n'><sup>1</sup></a></p>{notes}<h2>C</h2><p>And so.</p>"
    document = written(tmp_path / "b.html", body)
    assert [chapter.title for chapter in document.chapters] == ["B", "C"]
    assert [gap.text for gap in document.left_out] == ["1", "^ Smith, J.", "References"]


def test_a_formula_that_is_given_as_tex_is_read_as_such(tmp_path: Path) -> None:
    annotated = "<semantics><mi>a</mi><annotation encoding='application/x-tex'>a^2 + 1</annotation></semantics>"
    body = (
        f"<p>So <math>{annotated}</math>, <math alttext='{{\\displaystyle E=mc^{{2}}}}'><mi>E</mi></math>, "
        "<math alttext='one half'><mi>h</mi></math> and <math></math>.</p>"
    )
    document = written(tmp_path / "b.html", body)
    assert document.chapters[0].text == "So $a^2 + 1$, $E=mc^{2}$, one half and .\n\n"
    assert document.left_out == ()


def test_a_table_that_places_what_is_in_it_is_none_to_a_listener(tmp_path: Path) -> None:
    inner = "<table role='none'><tr><td><h2>Oaks</h2><p>They are old.</p></td><td><h2>Elms</h2>Gone.</td></tr></table>"
    rows = f"<tr><td><h1>News</h1><p>Hello.</p></td></tr><tr><td>{inner}</td></tr>"
    data = "<table><tr><td>a</td><td>b</td></tr></table>"
    document = written(tmp_path / "b.html", f"<table role='presentation'>{rows}</table>{data}")
    assert outline(document) == [
        ("News", "# News\n\nHello.\n\n"),
        ("Oaks", "## Oaks\n\nThey are old.\n\n"),
        ("Elms", "## Elms\n\nGone.\n\n| a | b |\n\n"),
    ]


def test_of_an_article_with_comments_below_it_these_are_not_read(tmp_path: Path) -> None:
    body = "<article><p>Said.</p></article><div><article class='comment'><p>Great!</p></article></div>"
    assert written(tmp_path / "b.html", body).chapters[0].text == "Said.\n\n"


def test_a_table_of_contents_may_link_but_the_numbers_of_its_pages(tmp_path: Path) -> None:
    rows = "".join(f'<tr><td>{n}.</td><td>A long title</td><td><a href="#p{n}">{n}</a></td></tr>' for n in (1, 2, 3))
    body = f"<h2>CONTENTS</h2><table>{rows}</table><h2>One</h2><p>It began.</p><h2>Two</h2><p>It ended.</p>"
    document = written(tmp_path / "b.html", body)
    assert [chapter.title for chapter in document.chapters] == ["One", "Two"]
    assert [gap.reason for gap in document.left_out] == ["table of contents"]


def test_formulas_that_a_script_would_draw_are_formulas(tmp_path: Path) -> None:
    body = r"<p>So \(E = mc^2\), \(x\).</p><p>\[ a_1 \] and $$ b^3 $$ for $5.</p><p>Write <code>\(x^2\)</code>.</p>"
    text = written(tmp_path / "b.html", body).chapters[0].text
    assert text == "So $E = mc^2$, x.\n\n$a_1$ and $b^3$ for \\$5.\n\nWrite \\\\(x^2\\\\).\n\n"


def test_all_who_wrote_a_page_are_told(tmp_path: Path) -> None:
    head = "<head><meta name=author content=Ann><meta name=author content='Bob B.'></head>"
    assert written(tmp_path / "b.html", head + "<p>Text.").author == "Ann, Bob B."
