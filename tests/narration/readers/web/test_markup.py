"""A page as somebody who listens wants it: notes, marks and numbers of pages are told of, not said."""

from pathlib import Path

import pytest

from pipeline.narration import read
from pipeline.narration.readers.web.markup import Markup
from tests.narration.books import epub, page


def text(body: str) -> str:
    return Markup(page(body)).page().text.strip()


def left(body: str) -> list[tuple[str, str]]:
    return [(gap.reason, gap.text) for gap in Markup(page(body)).page().left_out]


@pytest.mark.parametrize(
    "mark",
    [
        '<a href="n.xhtml#n1"><sup>1</sup></a>',
        '<sup><a href="#n1">1</a></sup>',
        '<a href="#n1">[1]</a>',
        ' <a href="#n1">[1]</a>',
        '<a href="#n1">1</a>',
        '<a href="#n1">*</a>',
        "<sup>*</sup>",
        "<sup>12</sup>",
        '<a epub:type="noteref" href="#n1">1</a>',
    ],
)
def test_the_mark_of_a_note_is_not_said(mark: str) -> None:
    assert text(f"<p>He left the house{mark}, they say.</p>") == "He left the house, they say."
    assert [reason for reason, _ in left(f"<p>He left the house{mark}, they say.</p>")] == ["note mark"]


def test_a_mark_that_leads_to_no_place_makes_no_note_of_what_follows() -> None:
    """A script shows the note."""
    page = '<p>He left<sup><a href="#">1</a></sup> the house.</p><p>She <b>stayed</b>.</p><ul><li>So.</li></ul>'
    assert text(page) == "He left the house.\n\nShe stayed.\n\n- So."
    assert left(page) == [("note mark", "1")]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<p>See section <a href="#s5">5</a> of it.</p>', "See section 5 of it."),
        ('<p>See <a href="c2.xhtml#s5">the second part</a>.</p>', "See the second part."),
        (
            "<p>The 2<sup>nd</sup> of May, 10<sup>6</sup> people, 5 m<sup>2</sup>.</p>",
            "The 2nd of May, 10⁶ people, 5 m².",
        ),
        ("<p>H<sub>2</sub>O and (a+b)<sup>2</sup></p>", "H2O and (a+b)²"),
        ("<h2>Chapter 1<br/>The Start</h2>", "## Chapter 1. The Start"),
        ("<h2>The Life<br/>of a Man</h2>", "## The Life of a Man"),
        ("<table><tr><td><p>Figs</p></td><td><p>12</p></td><td>7</td></tr></table>", "| Figs | 12 | 7 |"),
        (
            "<table><thead><tr><th>A<th>B<tbody><tr><td>1<td><p>2<tr><td>3<td>4</table>End.",
            "| A | B |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nEnd.",
        ),
        ("<ul><li><p>a<li><p>b<ul><li>c</ul><li>d</ul>", "- a\n\n- b\n\n- c\n\n- d"),
        ("<ol start='3'><li>c</li><li>d</li></ol>", "3. c\n4. d"),
        (f"<ol start='{'9' * 5000}'><li>c</li></ol>", "1. c"),
        ("<ol><li>a</li><li value='7'>b</li><li>c</li><li value='x'>d</li></ol>", "1. a\n7. b\n8. c\n9. d"),
        ("<pre><code>\na = 1\n</code></pre>", "```\na = 1\n```"),
        ("<p>One.</p><p><span>*</span></p><p>Two.</p>", "One.\n\n* * *\n\nTwo."),
        ("<p>One.</p><p>• • •</p><p>Two.</p>", "One.\n\n* * *\n\nTwo."),
        ("<p><span class='dropcap'>O</span>nce upon</p>", "Once upon"),
        ("<p><img src='o.png' alt='O'/>nce upon</p>", "Once upon"),
        ("<h1><img src='1.png' alt='Chapter_One'/></h1><p>It was</p>", "# Chapter\\_One\n\nIt was"),
        ("<h1><img src='x.png' alt='A rose'/>One</h1>", "# One"),
    ],
)
def test_what_is_said_is_written_as_it_is_said(body: str, said: str) -> None:
    assert text(body) == said


@pytest.mark.parametrize(
    ("body", "gap"),
    [
        ("<p>A <span class='pagenum'>[Pg 12]</span>b</p>", ("page number", "[Pg 12]")),
        ("<p>A b<math><annotation-xml>x=2</annotation-xml></math></p>", ("formula", "x=2")),
        ("<p>A b</p><p style='display: none'>Hidden words</p>", ("hidden", "Hidden words")),
        ("<p>A b</p><noscript>Turn it on</noscript>", ("embedded", "Turn it on")),
        ("<p>A b</p><section class='pg-boilerplate'>The licence</section>", ("front matter", "The licence")),
        ("<p>A b</p><aside epub:type='footnote'><p>One</p><p>Two</p></aside>", ("note", "One Two")),
        ("<dl><dt id='f'>A b<a class='headerlink' href='#f'>¶</a></dt></dl>", ("navigation", "¶")),
    ],
)
def test_what_is_not_said_is_told(body: str, gap: tuple[str, str]) -> None:
    assert text(body).replace("  ", " ") == "A b"
    assert left(body) == [gap]


@pytest.mark.parametrize("sign", ["¶", "#", "§", "🔗", "\u200b"])
@pytest.mark.parametrize("heading", ["A b%s", "A b %s", "%s A b"])
def test_the_link_by_which_a_heading_offers_its_own_address_is_not_said(heading: str, sign: str) -> None:
    link = f'<a href="#ab" title="Link to this heading">{sign}</a>'
    body = f"<section id='ab'><h2>{heading % link}</h2><p>The text.</p></section>"
    assert text(body) == "## A b\n\nThe text."
    assert left(body) == [("navigation", sign)]


def test_notes_are_known_by_the_marks_that_lead_to_them(tmp_path: Path) -> None:
    pages = {
        "a.xhtml": "<h1>One</h1><p>It was so.<a href='z.xhtml#n1'><sup>1</sup></a> And so.<a href='#n2'>[2]</a></p>"
        "<p id='n2'><a href='#r2'>[2]</a> A note at the foot.</p><p>The text goes on.</p>",
        "y.xhtml": "<h1>Last</h1><p>A last word.</p>",
        "z.xhtml": "<h1>Notes</h1><p><a id='n1' href='a.xhtml#r1'>1</a>. A note at the end.</p>",
    }
    document = read(epub(tmp_path / "b.epub", pages))
    said = "".join(chapter.text for chapter in document.chapters)
    assert said == "# One\n\nIt was so. And so.\n\nThe text goes on.\n\n# Last\n\nA last word.\n\n"
    notes = [(gap.text, gap.where) for gap in document.left_out if gap.reason == "note"]
    assert notes == [
        ("[2] A note at the foot.", "OEBPS/a.xhtml, line 1"),
        ("1. A note at the end.", "OEBPS/z.xhtml, line 1"),
        ("Notes", "OEBPS/z.xhtml, line 1"),
    ]


def test_a_table_has_its_head_once() -> None:
    rows = "<thead><tr><th>Year</th><th>Sum</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody>"
    assert text(f"<table>{rows}</table>") == "| Year | Sum |\n|---|---|\n| 1 | 2 |"
    sides = "<tr><th>a</th><td>1</td></tr><tr><th>b</th><td>2</td></tr>"
    assert text(f"<table>{sides}</table>") == "| a | 1 |\n| b | 2 |"
