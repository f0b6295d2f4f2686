"""Markdown: chapters by its headings; what stands before the first line as metadata is not read aloud."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from pipeline.narration.document import Chapter, Document, LeftOut
from pipeline.narration.escapes import unescaped
from pipeline.narration.readers.plain import decoded

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_META = re.compile(r"---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_MARKS = re.compile(r"(?<!\\)[*_`~]+")


def read(path: Path) -> Document:
    text = decoded(path.read_bytes())
    left_out: tuple[LeftOut, ...] = ()
    facts: dict[str, str] = {}
    if found := _META.match(text):
        facts, left_out, text = _facts(found[1]), (LeftOut("metadata", found[1]),), text[found.end() :]
    title = facts.get("title", "")
    chapters, headed = by_headings(text, title or path.stem)
    return Document(
        title or headed or path.stem,
        chapters,
        author=facts.get("author", ""),
        language=facts.get("lang", "") or facts.get("language", ""),
        left_out=left_out,
    )


def by_headings(text: str, title: str) -> tuple[tuple[Chapter, ...], str]:
    """Cut at the highest level that has several headings; with the text of the only heading above it, if there is
    one: the document's title."""
    found = headings(text)
    levels = sorted({level for _, level, _ in found})
    above = ""
    for level in levels:
        here = [(at, name) for at, of, name in found if of == level]
        if len(here) > 1:
            return cut(text, here, above or title), above
        above = above or here[0][1]
    return (Chapter(above or title, text),), above


def cut(text: str, places: list[tuple[int, str]], title: str) -> tuple[Chapter, ...]:
    """Chapters from each place to the next; a heading with nothing under it goes with the one behind it."""
    chapters: list[Chapter] = []
    waiting, names = 0, list[str]()
    bounds = [*places, (len(text), "")]
    if body(text[: bounds[0][0]]):
        chapters.append(Chapter(title, text[: bounds[0][0]]))
        waiting = bounds[0][0]
    for (at, name), (until, _) in zip(bounds, bounds[1:], strict=False):
        names.append(name)
        if not body(text[at:until]) and until < len(text):
            continue
        piece = text[waiting:until]
        if piece.strip():
            chapters.append(Chapter(": ".join(dict.fromkeys(filter(None, names))) or title, piece))
        waiting, names = until, []
    return tuple(chapters)


def body(text: str) -> bool:
    """Whether there is more than headings."""
    return any(line.strip() and not _ATX.match(line) for line in text.splitlines())


def headings(text: str) -> list[tuple[int, int, str]]:
    """(offset, level, title) of each, outside of code."""
    found: list[tuple[int, int, str]] = []
    at, fence, before = 0, "", (0, "")
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\n")
        mark = _FENCE.match(bare)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) and not bare.strip().strip(fence[0]) else fence
        elif mark:
            fence = mark[1]
        elif (atx := _ATX.match(bare)) and atx[2]:
            found.append((at, len(atx[1]), label(atx[2])))
        elif (line_ := _UNDERLINE.match(bare)) and before[1].strip() and not _ATX.match(before[1]):
            found.append((before[0], 1 if line_[1][0] == "=" else 2, label(before[1])))
            bare = ""
        before = (at, bare if before[1].strip() == "" else "")  # only a paragraph of one line can be underlined
        at += len(line)
    return found


def label(text: str) -> str:
    """A heading as it is written on a label: without marks and links."""
    return " ".join(unescaped(_MARKS.sub("", _LINK.sub(r"\1", text))).split())[:200]


def _facts(text: str) -> dict[str, str]:
    try:
        found = yaml.safe_load(text) if "&" not in text and "*" not in text else None
    except yaml.YAMLError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): str(value) for key, value in found.items() if isinstance(value, str | int | float)}
