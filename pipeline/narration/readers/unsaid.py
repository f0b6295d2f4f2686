"""What of a page is not read aloud, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.narration.readers.text.headings import announces

BESIDE = "beside the text"
CONTENTS = "table of contents"
NOTE = "note"
_SILENT = frozenset("script style template rp".split())
"""No text at all."""


def _by_word(words: Mapping[str, str]) -> dict[str, str]:
    """Turned round: the reason for each of the words."""
    return {word: reason for reason, those in words.items() for word in those.split()}


_BESIDE = _by_word(
    {
        "navigation": "nav",
        "form": "dialog select textarea button",
        "reading": "rt",
        "formula": "math",
        "drawing": "svg",
        "embedded": "object iframe audio video canvas noscript",
    }
)
"""Elements that are no part of the text."""
_ROLES = _by_word(
    {
        "page number": "pagebreak doc-pagebreak page-list",
        "note mark": "noteref doc-noteref",
        NOTE: "footnote footnotes endnote endnotes rearnote rearnotes doc-footnote doc-endnote doc-endnotes",
        CONTENTS: "toc doc-toc",
        "navigation": "landmarks navigation banner contentinfo",
        "index": "index doc-index",
        "front matter": "copyright-page imprint colophon doc-colophon",
        "form": "search dialog alertdialog",
    }
)
_CLASSES = _by_word(
    {
        "page number": "pagenum pageno pagenumber page-number pagebreak",
        "front matter": "pg-boilerplate",
        "navigation": "vector-dropdown catlinks mw-editsection noprint skip-link",
    }
)
"""By the habits of those who make books without saying what their parts are."""
_IDS = frozenset("pg-header pg-footer pg-start-separator pg-end-separator".split())
"""Of what is written around books that are given away."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_NUMBERED = re.compile(r"ISBN[-\s:\d()]{0,12}\d[-\d\s]{8,}")
_OWNED = re.compile(r"\u00a9|\bcopyright\b|\(c\)", re.IGNORECASE)
_SHORT = 2500
"""Characters."""
_LEADS = re.compile(r"\b(?:\d{1,4}|[ivxl]{1,6})\b|_", re.IGNORECASE)
_FEWEST, _MOSTLY = 8, 0.8
"""Lines, and their part that leads to pages, or to other lines (_see_ Water)."""
_MARK = re.compile(r"[\[(]?(?:\d{1,4}|[a-z]|[ivxl]{1,6}|[*\u2020\u2021\u00a7]{1,3})[\])]?")
_BRACKETED = re.compile(r"\[.*\]")
_ADDRESSES = frozenset("\u00b6 # \u00a7 \U0001f517 \u200b".split())
"""What documentation writes beside a heading, as a link to it."""


def reason(tag: str, given: Mapping[str, str]) -> str:
    """Why nothing in an element is said; "" when it is. `given`: its attributes."""
    if tag in ("body", "html"):
        return ""
    if tag in _SILENT:
        return "silent"
    if "hidden" in given or given.get("aria-hidden") == "true" or _HIDDEN.search(given.get("style", "").lower()):
        return "hidden"
    if tag in _BESIDE and "toc" not in given.get("epub:type", ""):
        return _BESIDE[tag]
    roles = [*given.get("epub:type", "").split(), *given.get("role", "").split()]
    if found := next((_ROLES[role] for role in roles if role in _ROLES), ""):
        return found
    if given.get("id") in _IDS:
        return "front matter"
    return next((_CLASSES[name] for name in given.get("class", "").lower().split() if name in _CLASSES), "")


def is_comment(given: Mapping[str, str]) -> bool:
    """Whether an article is a reader's word on the one that he read."""
    return "comment" in given.get("class", "").lower()


def tells_of_rights(page: str) -> bool:
    """Whether all that a page says is whose the book is, and by which number it is sold."""
    return len(page) < _SHORT and _NUMBERED.search(page) is not None and _OWNED.search(page) is not None


def is_an_index(page: str) -> bool:
    """Whether a page under a heading that says so has hardly a line that names no page of the book."""
    lines = list(filter(None, map(str.strip, page.splitlines())))
    if len(lines) < _FEWEST or not announces("index", lines[0].strip("#* ")):
        return False
    return sum(_LEADS.search(line) is not None for line in lines[1:]) >= _MOSTLY * (len(lines) - 1)


def offers_an_address(text: str, *, heading: bool) -> bool:
    """Whether a link is only there to be copied: the address of the place that it stands at."""
    bare = text.replace("\\", "").strip()
    return bare in _ADDRESSES and (heading or bare == "\u00b6")


def leads_to_a_note(text: str, before: str, *, raised: bool) -> bool:
    """Whether a link within the book is the mark of a note: set high, in brackets, or hard upon a word."""
    bare = text.replace("\\", "").strip()
    if not _MARK.fullmatch(bare):
        return False
    hard_upon = before[-1:].strip() != "" and not text[:1].isspace()
    return raised or hard_upon or _BRACKETED.fullmatch(bare) is not None
