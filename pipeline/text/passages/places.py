"""Where a sentence may be cut when it must be: behind a clause, before a conjunction, at a space; never in a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.ground.unheard import OPENING
from pipeline.ground.writing import CLAUSES, SYLLABLE
from pipeline.text.clusters import joined

Place = tuple[int, int]
"""Where the words end, and where the white space behind them ends."""


class Mark(NamedTuple):
    """A clause ends at `end` with the mark that is `at`; or the white space before a joint, a conjunction, is there."""

    at: int
    end: int
    joint: bool


CLAUSE, JOINT = 24, 40
"""Characters before the first clause mark, or conjunction, at which speech may begin."""
WIDE = 300
"""Characters before a limit within which a space is looked for."""
BLANK = 64
"""White space that a passage owns at most; more of it leads the next one."""

_SPOT = re.compile(rf"[\s{CLAUSES}·\u0387-]")
_JAMMED = "，：、；၊"  # marks with no space behind them
_CLOSERS = re.compile(f"[\"'”’»)\\]*_」』】）》{_JAMMED}]*")
_LEADING = ("e.g.", "i.e.")  # a comma behind them ends nothing
# English, then what is not an English word too in German, French, Spanish, Italian, Portuguese, Dutch, Russian.
_JOINTS = frozenset(
    """and but or nor so because since although though while whereas when whenever where wherever which who whom whose
    that if unless until till after before once whether
    albeit except lest notwithstanding provided providing supposing whilst without
    und oder aber denn sondern weil dass obwohl während wenn falls bevor nachdem sobald
    et ou mais parce puisque quoique lorsque quand qui que où
    y e o pero porque aunque cuando donde mientras ed ma perché quando dove mentre
    mas onde enquanto en maar omdat wanneer terwijl
    и или но что чтобы потому который которая которое которые когда где если хотя""".split()
)
# Words that lean on the next one: "of which", "even if", "and when" stay together. English, then what is no English
# word in German, French, Spanish, Italian, Portuguese, Dutch, Russian.
_LEANING = _JOINTS | frozenset(
    """of in on at to for with by from about into over under than as not even only just both either neither whether
    more less rather ever exactly precisely how too very all if a an the this these those is are was were be
    der das dem den des ein eine einen einem einer eines im ans ins zum zur vom beim von mit für auf aus nach vor
    über unter durch gegen ohne zwischen als wie sehr
    le la les l un une du de au aux dans par sur avec sans chez vers ce cette ces
    el los las unos unas del al por para sobre
    il lo gli di dei della dello delle degli da dal dalla nel nella alla con tra fra
    os um uma dos das ao à em sem
    het een van voor op uit naar bij
    в во на с к по из за от до о об у не без для под над при про через""".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"(\w+)\W*\Z")
_COUNT = re.compile(r"(?<![\w.,:/-])(?!(?:1[5-9]|20)\d\d\Z)\d[\d.,]{0,12}\Z")
_VERBATIM = re.compile(rf"\s*(?:```|~~~|{OPENING.pattern}|\||\$\$|\\\[)")
_ROW = re.compile(r"[ \t]*\|[^\n]*\|(?=[ \t\r]*\n[\s\S])")
_RULE = re.compile(r"[ \t]*\|[|: \t-]*")
_OPENS = re.compile(
    r"-?(?:[A-Za-z\\({]|\d+(?:[.,]\d+)?(?: ?[\^_\\{<>]|[ac-jln-z](?![A-Za-z])))|\d[\d .,+*/=()-]{0,20}\\[A-Za-z]"
)
"""What begins a formula behind its sign, and no price."""
_DISPLAYED = re.compile(r"\$\$\s{0,8}[\w\\({|+-]")
# Chinese and Japanese put no space between words: a line may break between any two of their letters.
_UNSPACED = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_PROSE = re.compile(rf"(?: [^\W\d_]{{2,}}){{3}}|[{_UNSPACED}]{{4}}")
"""Words, as no formula has so many one behind the other."""
# Thai, Lao, Burmese and Khmer put one between phrases; where there is none, a syllable is seen to begin here.
_BREAKS = re.compile(rf"\s+(?=\S)|(?<=[{_UNSPACED}])(?=[{_UNSPACED}])|(?P<syllable>{SYLLABLE})")
_NO_START = frozenset("、。，．・：；？！）］｝」』】》〉’”ー…‥,.!?;:)]}%ๆฯໆ၊။ៗ។៕")
_UNBROKEN = frozenset("\u00a0\u2007\u202f")


def verbatim(text: str, start: int) -> bool:
    """A fence, thinking, a table's row or a formula begins here: spoken as a whole or not at all."""
    return _VERBATIM.match(text, start) is not None


def rows(text: str, within: int) -> list[int]:
    """Where the rows end, at `within` or before, of the table that the text begins with, but no rule that nothing
    stands before. A row is over for certain when something has come behind its line."""
    found: list[int] = []
    at = len(text) - len(text.lstrip())
    while (row := _ROW.match(text, at)) is not None and row.end() <= within:
        if found or _RULE.fullmatch(row[0]) is None:
            found.append(row.end())
        at = text.index("\n", row.end()) + 1
    return found


def after(text: str, end: int, last: bool, stop: int | None = None) -> Place | None:
    """The place whose words end at `end`, with the white space that it owns: up to a blank line's end, and not beyond
    `stop`. None while more of it may come (`last`: what has come is all)."""
    at, lines, stop = end, 0, end + BLANK if stop is None else max(end, min(stop, end + BLANK))
    size = len(text)
    while at < size and at < stop:
        character = text[at]
        if not character.isspace():
            return end, at
        at += 1
        if character == "\n":
            lines += 1
            if lines == 2:
                return end, at
    return (end, at) if last or at >= stop else None


def marks(text: str, at: int, last: bool) -> tuple[list[Mark], int]:
    """Clause marks and conjunctions from `at` on, as far as they are certain, and where to go on when more has come."""
    found: list[Mark] = []
    size, end = len(text), at
    for spot in _SPOT.finditer(text, at):
        here, blank = spot.start(), spot[0].isspace()
        if here < end:  # it clings to the mark before
            continue
        near = (_WORD if blank else _CLOSERS).match(text, here + 1)
        end = here + 1 if near is None else near.end()
        if end >= size:
            if last:
                continue
            return found, here
        if not blank:
            if _ends_clause(text, here, end):
                found.append(Mark(here, end, False))
        elif near is not None and near[0] in _JOINTS and text[end].isspace():
            found.append(Mark(here, here, True))
    return found, size


def _ends_clause(text: str, at: int, end: int) -> bool:
    """Whether the mark at `at` ends a clause; `end` is behind it and the closing marks that follow."""
    char, before, behind = text[at], text[at - 1 : at], text[end]
    if char in "–-":
        return before.isspace() and behind.isspace() and at > 1 and not text[at - 2].isspace()
    if char == "—":
        return behind.isspace() or behind.isalnum()
    if char in _JAMMED:
        return not (char in "，：" and before.isdigit() and behind.isdigit())
    leads = text[max(0, at - 4) : at].lower() in _LEADING or (before, char) == ("]", ":")  # [docs]: https
    return behind.isspace() and not leads  # no 1,000, no https:


def space(text: str, start: int, stop: int) -> int | None:
    """The last place between two words with the white space behind it at or before `stop`; not behind a full stop, nor
    within a number, nor within marks that belong together, nor between syllables, if that can be avoided."""
    fallback = syllable = None
    near = max(start, stop - WIDE)
    for found in reversed(list(_BREAKS.finditer(text, near, min(len(text), stop + 1)))):
        end = found.start()
        if found.end() > stop or not text[start:end].strip():
            continue
        if text[found.end()] in _NO_START or joined(text, found.end()):
            continue
        before, gap, behind = text[end - 1], text[end], text[found.end()]
        if found["syllable"] is not None:
            syllable = end if syllable is None else syllable
        elif (
            before in ".#"
            or gap in _UNBROKEN
            or (before.isdigit() and behind.isdigit())
            or not balanced(text, start, end)
        ):
            fallback = end if fallback is None else fallback
        else:
            return end
    return syllable if fallback is None else fallback


def break_line(text: str, stop: int) -> int | None:
    """The last end of a line before `stop`, for what is spoken as a whole and is too long."""
    at = text.rfind("\n", 0, stop)
    return at if at > 0 and text[:at].strip() else None


def balanced(text: str, start: int, end: int) -> bool:
    """No inline code, link, emphasis, formula or tag is left open at `end`."""
    if text.count("`", start, end) % 2 or text.count("**", start, end) % 2:
        return False
    return text.count("[", start, end) <= text.count("]", start, end) and not within(text, start, end)


def within(text: str, start: int, end: int) -> bool:
    """A formula, or a tag, that began at `start` or later is open at `end`: half of it nobody could say."""
    return any(not _reads(text, begin, end) for begin in _opened(text, max(start, end - WIDE), end))


def _opened(text: str, start: int, end: int) -> Iterator[int]:
    """Behind what may have opened a formula or a tag that is not closed."""
    for opener, closer in (("\\(", "\\)"), ("\\[", "\\]")):
        if (sign := text.rfind(opener, start, end)) > text.rfind(closer, start, end):
            yield sign + 2
    tag = text.rfind("<", start, end)
    if tag >= 0 and text[tag + 1 : tag + 2].isalpha() and text.find(">", tag, end) < 0:
        yield tag + 1
    sign = text.rfind("$$", start, end)
    if text.count("$$", start, end) % 2 and _DISPLAYED.match(text, sign) and text[sign - 1 : sign] != "$":
        yield sign + 2
    sign = text.rfind("$", start, end)
    if sign >= 0 and text.count("$", start, sign) % 2 == 0 and _OPENS.match(text, sign + 1):
        yield sign + 1


def _reads(text: str, start: int, end: int) -> bool:
    """Whether it is prose that goes on there: the variable $HOME is set to."""
    words = _PROSE.search(text, start, end)
    return words is not None and not any(char in text[start : words.start()] for char in '\\="')


def loose(text: str, start: int, end: int) -> bool:
    """The word that ends here does not lean on the next one."""
    word = _LAST_WORD.search(text, max(start, end - 24), end)
    return (word is None or word[1].lower() not in _LEANING) and balanced(text, start, end)


def counts(text: str, start: int, end: int) -> bool:
    """The number that ends here goes with the word behind it: 3 Nov., 250 g; a year does not."""
    return _COUNT.search(text, max(start, end - 24), end) is not None
