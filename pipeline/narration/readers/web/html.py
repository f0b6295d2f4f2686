"""HTML and XHTML, however broken: what of a page is its text, and its chapters by their headings."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.narration.document import Document, LeftOut
from pipeline.narration.readers.text.frame import framed_page
from pipeline.narration.readers.text.letters import MARKUP, decoded
from pipeline.narration.readers.text.markdown import called
from pipeline.narration.readers.web.markup import Markup

_MAIN = re.compile(r"<main[\s>]|\brole\s*=\s*[\"']?main\b", re.IGNORECASE)
_ARTICLE = re.compile(r"<article(?![^<>]{0,500}\bcomment)[\s>]", re.IGNORECASE)
"""Comments of readers are articles, too."""


def read(path: Path) -> Document:
    book = framed_page(decoded(path.read_bytes(), MARKUP), path.name)
    page = Markup(book.text, core=_core(book.text)).page()
    if not page.text:
        page = Markup(book.text).page()
    left_out = (LeftOut(gap.reason, gap.text, f"{path.name}, {gap.where}") for gap in page.left_out)
    return Document(
        *called(path, book.title or page.title, page.text, page.languages),
        author=page.author or book.author,
        language=page.language or book.language,
        left_out=(*book.left_out, *left_out),
    )


def _core(text: str) -> str:
    """What holds the text of a page that has menus, advertisements and the like around it; "" where nothing says so."""
    return "main" if _MAIN.search(text) else "article" if len(_ARTICLE.findall(text)) == 1 else ""
