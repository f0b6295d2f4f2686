"""Markdown: chapters by its headings; what stands before the first line as metadata is not read aloud."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path

import yaml

from pipeline.narration.document import Chapter, Document, LeftOut, Stretch, as_text, within
from pipeline.narration.escapes import unescaped
from pipeline.narration.readers import parts
from pipeline.narration.readers.text.headings import as_one, is_part
from pipeline.narration.readers.text.letters import decoded

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_META = re.compile(r"---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_META_TOML = re.compile(r"\+\+\+[ \t]*\n(.{0,20000}?)\n\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_NOTE = re.compile(r" {0,3}\[\^[^\]\s]{1,100}\]:[ \t]*")
_LOOKS = re.compile(r"\{:?[ \t]*[#.][\w#. =\"':-]{0,200}\}[ \t]*(?=\n|\Z)")
"""Names and styles of a heading or a paragraph, behind it."""
_SPAN = re.compile(r"(?<![\]\\])\[([^\[\]\n]+)\]\{[^{}\n]*[.#=][^{}\n]*\}")
"""The same of words."""
_DIV = re.compile(r" {0,3}:{3,}[ \t]*(?:\{[^{}]*\}|[\w-]+)?[ \t:]*$")
"""Where a part that looks otherwise begins and ends."""
_INLINE = re.compile(r"(?<![\[\\`])\^\[((?:[^\[\]\n]|\n(?![ \t]*\n)|\[[^\[\]\n]*\])+)\]")
"""A note where its mark would be."""
_VERSE = re.compile(r"\|[ \t]+([^|\n]*[^|\s])[ \t]*\n?")
"""A line of verse, or of an address, whose end is meant."""
_CONTENTS = ("[TOC]", "[[TOC]]", "[[_TOC_]]")
"""Where a table of contents is to be."""
_NESTED = 50
"""Brackets in the metadata; thousands within one another would take seconds to read."""
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^)]*\)|\[[^\[\]]*\])")
_NEARLY = 0.9
"""Of a text: one chapter has hardly so much where there are others."""
_LABELLED = 1000
"""Characters of a heading that its label is made of."""
_BYLINE = re.compile(r"(?:written |edited |translated )?by\s+\S", re.IGNORECASE)
_MARKS = re.compile(r"(?<!\\)[*_`~]+")


def read(path: Path) -> Document:
    text = decoded(path.read_bytes())
    left_out: list[LeftOut] = []
    facts: dict[str, str] = {}
    if found := _META.match(text) or _META_TOML.match(text):
        facts = _facts(found[1], tomllib.loads if found[0][0] == "+" else _yaml)
        left_out, text = [LeftOut("metadata", found[1])], text[found.end() :]
    text, notes = _without_notes(text)
    return Document(
        *called(path, facts.get("title", ""), text),
        author=facts.get("author", "") or facts.get("authors", ""),
        language=facts.get("lang", "") or facts.get("language", ""),
        left_out=(*left_out, *(LeftOut("note", " ".join(note.split())) for note in notes)),
    )


def _without_notes(text: str) -> tuple[str, list[str]]:
    """The text without its footnotes, and without what is said of how parts of it look; and the footnotes."""
    kept, notes = list[tuple[str, bool]](), list[list[str]]()
    noting = blank = False
    for line, code in _lines(text):
        parted, blank = blank, not line.strip()
        if found := None if code else _NOTE.match(line):
            notes.append([line[found.end() :]])
            noting = True
        elif noting and not blank and (line[0] in " \t" or not (parted or code or _ATX.match(line))):
            notes[-1].append(line)
        else:
            noting = noting and blank
            bare = line if code else _DIV.sub("", _LOOKS.sub("", _SPAN.sub(r"\1", line)))
            verse = None if code else _VERSE.fullmatch(line)
            bare = f"{verse[1]}  \n" if verse else line if bare == line else bare.rstrip() + "\n"
            kept.append((bare, code))
    runs = [(code, "".join(line for line, _ in run)) for code, run in groupby(kept, key=itemgetter(1))]
    notes += [[note] for code, run in runs if not code for note in _INLINE.findall(run)]
    return "".join(run if code else _INLINE.sub("", run) for code, run in runs), ["".join(note) for note in notes]


def called(path: Path, title: str, text: str, languages: tuple[Stretch, ...] = ()) -> tuple[str, tuple[Chapter, ...]]:
    """A document's title: what it says itself, or its only heading, or its file's name; and its chapters. `languages`:
    of parts of the text."""
    named = title or as_text(parts(path.name)[0])
    chapters, headed = by_headings(text, named)
    return title or headed or named, told(chapters, languages)


def told(chapters: tuple[Chapter, ...], languages: tuple[Stretch, ...]) -> tuple[Chapter, ...]:
    """The chapters, which are consecutive parts of one text, with their parts of what is in which language."""
    found, at = [], 0
    for chapter in chapters:
        end = at + len(chapter.text)
        found.append(replace(chapter, languages=within(languages, at, end)))
        at = end
    return tuple(found)


def by_headings(text: str, title: str) -> tuple[tuple[Chapter, ...], str]:
    """Cut at the highest level that has several headings, and where these are parts, or one holds all the rest, at the
    chapters in them, too; with the text of the only heading above it, if there is one: the document's title."""
    found = headings(text)
    levels = sorted({level for _, level, _ in found})
    above = ""
    for level in levels:
        here = [(at, name) for at, of, name in found if of == level]
        if len(here) > 1:
            within = _within_parts(text, found, level) or _within_the_rest(text, found, level)
            return cut(text, sorted(here + within), above or title), above
        above = above or here[0][1]
    return (Chapter(above or title, text),), above


def _within_parts(text: str, found: list[tuple[int, int, str]], level: int) -> list[tuple[int, str]]:
    """The headings right below those of a level that are parts of a book: between two of them, and nothing else."""
    below = {
        inner
        for (at, outer, name), (until, inner, _) in pairwise(found)
        if outer == level < inner and is_part(name) and not body(text[at:until])
    }
    return [(at, name) for at, of, name in found if below and of == min(below)]


def _within_the_rest(text: str, found: list[tuple[int, int, str]], level: int) -> list[tuple[int, str]]:
    """The headings below one that has nearly all of the text under it: the others are lines of the title, say."""
    ends = [at for at, of, _ in found if of <= level] + [len(text)]
    start, until = max(pairwise(ends), key=lambda span: span[1] - span[0])
    below = [(at, of, name) for at, of, name in found if start < at < until]
    levels = Counter(of for _, of, _ in below)
    inner = min((of for of, count in levels.items() if count > 1), default=0)
    return [(at, name) for at, of, name in below if of <= inner] if until - start > _NEARLY * len(text) else []


def cut(text: str, places: list[tuple[int, str]], title: str) -> tuple[Chapter, ...]:
    """Chapters from each place to the next; a heading with nothing under it joins the chapter behind it, the last one
    the chapter before."""
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
        if chapters and not body(piece):
            chapters[-1] = replace(chapters[-1], text=chapters[-1].text + piece)
        elif piece.strip():
            chapters.append(Chapter(_together(names) or title, piece))
        waiting, names = until, []
    return tuple(chapters)


def _together(names: list[str]) -> str:
    """Of headings with nothing between them, but who wrote it."""
    named = list(dict.fromkeys(filter(None, names)))
    return as_one([name for name in named if not _BYLINE.match(name)] or named or [""])


def body(text: str) -> bool:
    """Whether there is more than headings and the place of a table of contents."""
    lines = map(str.strip, _uncommented(text).splitlines())
    return any(line and line not in _CONTENTS and not _ATX.match(line) for line in lines)


def _uncommented(text: str) -> str:
    out, at = list[str](), 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        out.append(text[at:start])
        at = end + 3
    return "".join([*out, text[at:]])


def headings(text: str) -> list[tuple[int, int, str]]:
    """(offset, level, title) of each, outside of code."""
    found: list[tuple[int, int, str]] = []
    at, before = 0, (0, "")
    for line, code in _lines(text):
        bare = "" if code else line.rstrip("\n")
        if (atx := _ATX.match(bare)) and atx[2]:
            found.append((at, len(atx[1]), label(atx[2])))
        elif (line_ := _UNDERLINE.match(bare)) and before[1].strip() and not _ATX.match(before[1]):
            found.append((before[0], 1 if line_[1][0] == "=" else 2, label(before[1])))
            bare = ""
        before = (at, bare if before[1].strip() == "" else "")  # only a paragraph of one line can be underlined
        at += len(line)
    return found


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Each with its end, and whether it is code."""
    fence = ""
    for line in text.splitlines(keepends=True):
        mark = _FENCE.match(line)
        yield line, bool(fence or mark)
        if not fence:
            fence = mark[1] if mark else ""
        elif mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""


def label(text: str) -> str:
    """A heading as it is written on a label: without marks and links."""
    return " ".join(unescaped(_MARKS.sub("", _LINK.sub(r"\1", text[:_LABELLED]))).split())[:200]


def _yaml(text: str) -> object:
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.BaseLoader)):
        return {}  # aliases of aliases can grow without an end
    return yaml.load(text, yaml.BaseLoader)  # makes nothing but texts, lists, mappings


def _facts(text: str, load: Callable[[str], object]) -> dict[str, str]:
    if text.count("[") + text.count("{") > _NESTED:
        return {}
    try:
        found = load(text)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): said for key, value in found.items() if (said := _said(value))}


def _said(value: object) -> str:
    """A value as one line; several, such as authors, by commas."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_said, value)))
    return " ".join(str(value).split()) if isinstance(value, str) else ""
