"""Where a sentence may be cut when it must be: behind a clause, before a conjunction, at a space; never in a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

__all__ = ["Place", "after", "break_line", "break_word", "clauses", "early", "space", "verbatim"]

Place = tuple[int, int]
"""Where the words end, and where the white space behind them ends."""

CLAUSE, JOINT = 24, 40
"""Characters before the first clause mark, or conjunction, at which speech may begin."""
BLANK = 64
"""White space that a passage owns at most; more of it leads the next one."""

_CLOSERS = "\"'”’»)\\]*_"
_MARK = (
    rf"[,;:،؛·\u0387፣፤፥][{_CLOSERS}]*(?=\s)"  # 1,000 and 12:30 and https: have no space behind
    r"|(?<!\d)[，：][”’」』】）》]*(?=.)|[，：](?=\D)|[、；][”’」』】）》]*(?=.)"
    rf"|—[{_CLOSERS}]?(?=[\w\s])"
    r"|(?<=\S\s)[–-](?=\s)"  # "1990–95" and "well-known" are whole
)
# English, then what is not an English word too in German, French, Spanish, Italian, Portuguese, Dutch, Russian.
_JOINTS = (
    "and but or nor so because since although though while whereas when whenever where wherever which who whom whose "
    "that if unless until till after before once whether "
    "albeit except lest notwithstanding provided providing supposing whilst without "
    "und oder aber denn sondern weil dass obwohl während wenn falls bevor nachdem sobald "
    "et ou mais parce puisque quoique lorsque quand qui que où "
    "y e o pero porque aunque cuando donde mientras ed ma perché quando dove mentre "
    "mas onde enquanto en maar omdat wanneer terwijl "
    "и или но что чтобы потому который которая которое которые когда где если хотя"
).split()
# Words that lean on the next one: "of which", "even if", "and when" stay together.
_LEAN = frozenset(
    "of in on at to for with by from about into over under than as not even only just both either neither whether "
    "more less rather ever exactly precisely how too very all if a an the this these those is are was were be".split()
)
_JOINT = rf"\s(?=(?:{'|'.join(dict.fromkeys(_JOINTS))})\s)"
_CLAUSES = re.compile(_MARK, re.DOTALL)
_EARLY = re.compile(rf"(?P<mark>{_MARK})|(?P<joint>{_JOINT})", re.DOTALL)
_LAST_WORD = re.compile(r"(\w+)\W*\Z")
_LEANING = _LEAN.union(_JOINTS)
_VERBATIM = re.compile(r"\s*(?:```|~~~|<think|\||\$\$|\\\[)")
# Scripts that put no space between words: a line may break between any two of their letters.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
)
_BREAKS = re.compile(rf"\s+(?=\S)|(?<=[{_UNSPACED}])(?=[{_UNSPACED}])")
_NO_START = frozenset("、。，．・：；？！）］｝」』】》〉’”ー…‥,.!?;:)]}%")


def verbatim(text: str, start: int) -> bool:
    """A fence, thinking, a table's row or a formula begins here: spoken as a whole or not at all."""
    return _VERBATIM.match(text, start) is not None


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


def early(text: str, start: int, stop: int) -> Iterator[int]:
    """Where speech may begin early, first to last: clause marks and conjunctions, as far as they are certain."""
    if verbatim(text, start):
        return
    for found in _EARLY.finditer(text, start, stop):
        if found["mark"] is not None:
            if found.start() - start >= CLAUSE and _whole(text, start, found.end()):
                yield found.end()
        elif found.start() - start >= JOINT and _loose(text, start, found.start()):
            yield found.start()


def clauses(text: str, start: int, stop: int) -> list[int]:
    """Ends of clauses, first to last, at which a passage may be cut."""
    if verbatim(text, start):
        return []
    return [m.end() for m in _CLAUSES.finditer(text, start, stop) if _whole(text, start, m.end())]


def space(text: str, start: int, stop: int) -> int | None:
    """The last place between two words with the white space behind it at or before `stop`; not behind a full stop, nor
    within a number, nor within marks that belong together, if that can be avoided."""
    fallback = None
    for found in reversed(list(_BREAKS.finditer(text, start, min(len(text), stop + 1)))):
        end = found.start()
        if found.end() > stop or not text[start:end].strip():
            continue
        if text[found.end()] in _NO_START or joined(text, found.end()):
            continue
        before, behind = text[end - 1], text[found.end()]
        if before in ".#" or (before.isdigit() and behind.isdigit()) or not _whole(text, start, end):
            fallback = end if fallback is None else fallback
            continue
        return end
    return fallback


def break_line(text: str, start: int, stop: int) -> int | None:
    """The last end of a line at or before `stop`, for what is spoken as a whole and is too long."""
    at = text.rfind("\n", start, stop)
    return at if at > start and text[start:at].strip() else None


def break_word(text: str, start: int, stop: int) -> int:
    """A place near `stop` within an endless word, between two characters as people see them."""
    for at in range(stop, max(start, stop - 32), -1):
        if not joined(text, at):
            return at
    return stop


def joined(text: str, at: int) -> bool:
    """The characters before and behind `at` are seen as one."""
    if not 0 < at < len(text):
        return False
    before, behind = text[at - 1], text[at]
    return (
        unicodedata.combining(behind) != 0
        or unicodedata.category(behind) in ("Mn", "Mc", "Me")
        or behind in "\u200d\ufe0e\ufe0f"
        or before == "\u200d"
        or "\U0001f3fb" <= behind <= "\U0001f3ff"
        or "\U000e0020" <= behind <= "\U000e007f"
        or (before == "\r" and behind == "\n")
        or ("\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= behind <= "\U0001f1ff")
        or ("\u1100" <= before <= "\u11ff" and "\u1160" <= behind <= "\u11ff")
    )


def _whole(text: str, start: int, end: int) -> bool:
    """No inline code, link or emphasis is left open at `end`."""
    part = text[start:end]
    if "`" not in part and "[" not in part and "**" not in part:
        return True
    return part.count("`") % 2 == 0 and part.count("[") <= part.count("]") and part.count("**") % 2 == 0


def _loose(text: str, start: int, end: int) -> bool:
    """The word that ends here does not lean on the next one."""
    word = _LAST_WORD.search(text, max(start, end - 24), end)
    return (word is None or word[1].lower() not in _LEANING) and _whole(text, start, end)
