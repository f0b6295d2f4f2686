"""How the lines of marked-up text begin, and which are nothing but marks."""

from __future__ import annotations

import re

from pipeline.text.spoken.marks.data import DATA
from pipeline.text.spoken.marks.raw import RAW
from pipeline.text.spoken.marks.remarks import HEADS

DOTS = (
    "\u2022\u25e6\u25aa\u25ab\u25cf\u25cb\u2043\u2219\u2023\u2192\u21d2\u279c\u27a4\u25ba\u25b8"
    "\u00b7\u25a0\u25a1\u25c6\u25c7\u25b6\u27a2\u2794"
)
"""Bullets besides the ASCII ones."""
FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})([^\n`]*)(?:\n|\Z)")
HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+|(?=\n)|\Z)")
BULLET = re.compile(rf"[ \t]*(?:[-*+{DOTS}]|[-=]>)(?:[ \t]+|(?=\n)|\Z)")
ITEM = re.compile(rf"[ \t]*(?:[{DOTS}]|[-*+](?=[ \t]+(?:[^\W\d_]|[*_`\"“(\[])))[ \t]+")
"""Begins an item within a line or a cell, and no number: - 5 °C."""
TASK = re.compile(r"\[([ xX/>-])\][ \t]+(?=\S)")
COUNTER = r"(?:\d{1,3}|[a-z]|[ivx]{2,5})"
NUMBER = re.compile(rf"[ \t]*{COUNTER}[.)][ \t]+(?=\S)")
MEANING = re.compile(r" {0,3}:[ \t]+(?=\S)")
PROMPT = re.compile(r"[ \t]*\$ (?=[a-z]{2}|[./~])")
QUOTE = re.compile(r" {0,3}>[ \t]?")
CONTENTS = re.compile(r"[ \t]*(?:\[\[?_?TOC_?\]?\]|\{:toc\}|__TOC__)[ \t]*(?:\n|\Z)", re.IGNORECASE)
"""Where a table of contents is to be set."""
UNDERLINE = re.compile(r" {0,3}=+[ \t]*(?:\n|\Z)")
FOOTNOTE = re.compile(r" {0,3}\[\^[^\]\n]{1,200}\]:[ \t]+(?=\S)")
_FILE = r"[^\s<>]{1,200}\.(?:mdx?|html?|rst|adoc|txt|pdf|png|jpe?g|gif|svg|webp|ipynb|json|ya?ml|toml|css|[jt]sx?|py)"
DEFINITION = re.compile(
    r" {0,3}\[[^\]\n]{1,200}\]:[ \t]*"
    rf"(?:<[^<>\n./#]*[./#][^<>\n]*>|<?(?:\w{{2,9}}:\S|www\.|[#/.])\S*|{_FILE}(?:[#?]\S*)?)"
    r"(?:[ \t]+[\"\'(][^\n]{0,500})?[ \t]*\r?(?:\n|\Z)"
)
"""Of a link's address: [docs]: guide.md"""
_NAMED = re.compile(r"[ \t]\{[#.][\w.# -]{1,60}\}[ \t]*\Z")
LONE = re.compile(r"[ \t]*(\*\*|__)(?=\S)[^\n*_]{1,150}\1[ \t]*:?[ \t]*\r?\n")
DISPLAY = re.compile(r"[ \t]*(\$\$|\\\[)[ \t]*(?:\n|\Z|(?=\\begin\{))")
DISPLAY_END = re.compile(r"\$\$|\\\]|\n[ \t]*\n")
FENCED_FORMULA_END = re.compile(r"(?:\A|\n)[ \t]*(?:`{3,}|~{3,})[ \t]*(?=\n|\Z)")
ENVIRONMENT_END = re.compile(r"\\end\{[a-z]{1,12}\*?\}(?=[ \t]*(?:\n|\Z))|\n[ \t]*\n")
BLOCK = re.compile(
    rf"[ \t]*(?:\r?\n|\Z|`{{3}}|~{{3}}|#{{1,6}}(?:\s|\Z)|>|[-*+{DOTS}](?:\s|\Z)"
    r"|\\(?:begin|end|item|part|chapter|title|(?:sub){0,2}section)\b"
    rf"|{DATA}|{RAW}|{HEADS}"
    rf"|{COUNTER}[.)]\s"
    r"|:[ \t]|\$ [a-z./~]|\||={3}|([-*_])[ \t]*\1[ \t]*\1|(?:\+{3}|--)[ \t]*(?:\n|\Z)"
    r"|\[(?:[^\]\n]{1,200}\]:|[ xX/>-]\])\s"
    r"|\$\$|\\\[)"
)


def heading_end(text: str, at: int, end: int) -> int:
    """Where a heading ends without the marks that may close it, and without its name for links, {#id}."""
    named = _NAMED.search(text, at, end)
    end = named.start() if named else end
    heading = text[at:end].rstrip()
    bare = heading.rstrip("#")
    return at + len(bare.rstrip()) if bare != heading and (not bare or bare[-1].isspace()) else end


def is_rule(line: str) -> bool:
    """Whether it is a line of marks across the page, or above a signature."""
    marks = line.replace(" ", "").replace("\t", "")
    return marks in ("+++", "--") or (len(marks) >= 3 and marks[0] in "-*_" and not marks.strip(marks[0]))


def line_at(text: str, at: int) -> tuple[str, int]:
    """The line from `at` on, without its newline, and where the next begins."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return text[at:end], min(end + 1, len(text))
