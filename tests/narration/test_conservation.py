"""Every word of a book is in one passage, or in one stretch that is left out and told of; in order, in every format."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.narration import Document, read
from pipeline.narration.document import WORD
from pipeline.narration.recital.portion import divided
from pipeline.text import Limits, Pace, SentenceSplitter, SpeechBuffer
from tests.narration.books import docx, epub, fb2, links, odt, paragraph, pdf

KINDS = ("text", "marked", "list", "numbers", "quote", "table", "verse", "note", "nav", "page", "code", "break")
ASIDE = {"note", "nav", "page"}
"""What is written on a page and not read aloud."""
INLINE = ("em", "strong", "span lang=fr", "span", "b")


@dataclass(frozen=True)
class Block:
    kind: str
    words: list[str]

    def html(self) -> str:
        said = [escape(word) for word in self.words]
        match self.kind:
            case "marked":
                marked = [f"<{INLINE[n % 5]}>{w}</{INLINE[n % 5].split()[0]}>" for n, w in enumerate(said)]
                return f"<p>{' '.join(marked)}.</p>"
            case "list":
                return "<ul>" + "".join(f"<li>{word}</li>" for word in said) + "</ul>"
            case "numbers":
                return "<ol>" + "".join(f"<li><p>{word}</p></li>" for word in said) + "</ol>"
            case "quote":
                return f"<blockquote><p>{' '.join(said)}</p></blockquote>"
            case "table":
                return "<table><tr>" + "".join(f"<td>{word}</td>" for word in said) + "</tr></table>"
            case "verse":
                return f"<p>{'<br/>'.join(said)}</p>"
            case "note":
                return f"<aside epub:type='footnote'><p>{said[0]}</p><p>{' '.join(said[1:])}</p></aside>"
            case "nav":
                return f"<nav><ol>{''.join(f'<li>{word}</li>' for word in said)}</ol></nav>"
            case "page":
                return "".join(f"<span epub:type='pagebreak'>{word}</span>" for word in said)
            case "code":
                return f"<pre>{chr(10).join(said)}</pre>"
            case "break":
                return "<p>* * *</p>"
            case _:
                return f"<p>{' '.join(said)}. </p>"

    def spoken(self) -> list[str]:
        return [] if self.kind in ASIDE | {"break"} else self.words


STEMS = st.sampled_from(["Word", "lo", "a-b", "été", "x"])


@st.composite
def books(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS) -> list[tuple[str, list[Block]]]:
    """Chapters: a heading and blocks. No two words are alike."""
    number, chapters = count(1), []
    for _ in range(draw(st.integers(1, 4))):
        shapes = draw(st.lists(st.tuples(st.sampled_from(kinds), st.integers(1, 9)), min_size=1, max_size=8))
        blocks = [Block(kind, [f"{draw(STEMS)}{next(number)}" for _ in range(size)]) for kind, size in shapes]
        chapters.append((f"Heading{next(number)}", blocks))
    return chapters


def passages(document: Document) -> Iterator[str]:
    """As a book is cut."""
    for portion in divided(document, {"fr"}):
        buffer = SpeechBuffer(Limits.of({"mode": "batch"}), SentenceSplitter(language="en"), Pace(1))
        yield from (passage.text for passage in [*buffer.feed(portion.text, 0.0), *buffer.end(0.0)])


def words(texts: Iterator[str] | list[str]) -> list[str]:
    return [word for text in texts for word in WORD.findall(text)]


def check(document: Document, wanted: list[str], aside: list[str]) -> None:
    assert words(passages(document)) == wanted
    assert words([gap.text for gap in document.left_out]) == aside


@settings(max_examples=60, deadline=None)
@given(books())
def test_in_a_page_and_in_an_epub(chapters: list[tuple[str, list[Block]]]) -> None:
    pages = {
        f"c{n}.xhtml": f"<h1>{title}</h1>" + "".join(block.html() for block in blocks)
        for n, (title, blocks) in enumerate(chapters)
    }
    wanted = [word for title, blocks in chapters for word in [title, *(w for b in blocks for w in b.spoken())]]
    aside = [word for _, blocks in chapters for b in blocks if b.kind in ASIDE for word in b.words]
    nav = links(*[(title, f"c{n}.xhtml") for n, (title, _) in enumerate(chapters)])
    with tempfile.TemporaryDirectory() as folder:
        check(read(epub(Path(folder, "b.epub"), pages, nav=nav)), numbered(chapters, wanted), aside)
        Path(folder, "b.html").write_text("".join(pages.values()))
        check(read(Path(folder, "b.html")), numbered(chapters, wanted), aside)


def numbered(chapters: list[tuple[str, list[Block]]], wanted: list[str]) -> list[str]:
    """With the numbers of numbered lists, which are said."""
    firsts = {
        word: n for _, blocks in chapters for b in blocks if b.kind == "numbers" for n, word in enumerate(b.words, 1)
    }
    return [one for word in wanted for one in ([str(firsts[word]), word] if word in firsts else [word])]


@settings(max_examples=40, deadline=None)
@given(books(("text",)), st.sampled_from(["txt", "md", "docx", "odt", "fb2"]))
def test_in_text_markdown_docx_odt_and_fb2(chapters: list[tuple[str, list[Block]]], ending: str) -> None:
    wanted = [word for title, blocks in chapters for word in [title, *(w for b in blocks for w in b.words)]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"b.{ending}")
        if ending == "docx":
            body = [[paragraph(t, "Heading1"), *(paragraph(" ".join(b.words) + ".") for b in bs)] for t, bs in chapters]
            docx(path, "".join(line for lines in body for line in lines))
        elif ending == "odt":
            body = [
                [f"<text:h>{t}</text:h>", *(f"<text:p>{' '.join(b.words)}.</text:p>" for b in bs)] for t, bs in chapters
            ]
            odt(path, "".join(line for lines in body for line in lines))
        elif ending == "fb2":
            body = [[f"<title><p>{t}</p></title>", *(f"<p>{' '.join(b.words)}.</p>" for b in bs)] for t, bs in chapters]
            fb2(path, "".join(f"<section>{''.join(lines)}</section>" for lines in body))
        else:
            mark = "# " if ending == "md" else ""
            blocks = [[mark + t, *(" ".join(b.words) + "." for b in bs)] for t, bs in chapters]
            path.write_text("\n\n".join(line for lines in blocks for line in lines))
        check(read(path), wanted, [])


@pytest.mark.parametrize("seed", range(3))
def test_in_a_pdf(tmp_path: Path, seed: int) -> None:
    number = count(1)
    pages = [[" ".join(f"Word{next(number)}x" for _ in range(3 + seed)) for _ in range(20)] for _ in range(4)]
    sheets = [["A Running Head", *page, f"- {n} -"] for n, page in enumerate(pages, 1)]
    document = read(pdf(tmp_path / "b.pdf", sheets))
    assert words(passages(document)) == words([line for page in pages for line in page])
    assert sorted(words([gap.text for gap in document.left_out])) == sorted(["A", "Running", "Head"] * 4 + [*"1234"])
