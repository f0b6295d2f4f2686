"""Marks that point at a source or a note, as models set them: no listener wants to hear them."""

from __future__ import annotations

import re

from pipeline.text.spoken.shapes import RAISED_DIGITS

_ADDRESS = r"(?:\((?:https?://|#)[^\s()]{1,1000}\))?"
_NUMBERS = rf"\[\[?\^?[1-9]\d{{0,2}}\^?(?:(?:, ?|[-\u2013])\^?\d{{1,3}}\^?){{0,9}}\]\]?{_ADDRESS}"
_CITED = re.compile(rf"{_NUMBERS}(?: ?{_NUMBERS}){{0,9}}|[{RAISED_DIGITS}]{{1,3}}")
_SOURCE = re.compile(
    r"\u3010[^\u3010\u3011\n]{0,60}\u2020[^\u3010\u3011\n]{0,60}\u3011"  # 【4†source】
    r"|\ue200[^\ue200\ue201\n]{0,400}\ue201"  # of private characters, with a name of what was searched between them
    r"|\[(?:cite_(?:start|end)|cite: ?[\d, ]{1,40}|citation: ?\d{1,3})\]"
    r"|(?::contentReference)?\[oaicite:\d{1,3}\](?:\{index=\d{1,3}\})?"
    r"|\[\\?\[\^?\d{1,3}\^?\\?\]\]\((?:https?://|#)[^\s()]{1,1000}\)"  # [[1]](https://...)
)
_LINK = rf"\[(?:\d{{1,2}}|[{RAISED_DIGITS}]{{1,3}})\]\(https?://[^\s()]{{1,1000}}\)"
_LINKED = re.compile(rf"{_LINK}(?: ?{_LINK}){{0,9}}")
"""Numbers that are linked: [1](https://example.org)."""
_LAST = re.compile(r"([^\W\d_]{2,})[\"')*_.!?%\u2019\u201d\u00bb]{0,4} ?\Z")
_SITE = r"\[[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\]\(https?://[^\s()]{1,1000}\)"
_SITES = re.compile(rf"\({_SITE}(?:[,;]? ?{_SITE}){{0,9}}\)")
"""([example.org](https://example.org/report))"""
_STOPS = ".!?\u2026\u3002\uff01\uff1f"
_CLOSERS = "\"'\u2019\u201d\u00bb"
_BEHIND = re.compile(r"[ \t]*(?:[.,;:!?)\u3002\uff0c\r\n]|[^\W\d_]|\Z)")
_LINE_END = re.compile(r"[ \t]*(?:\r?\n|\Z)")
_SINGLE = re.compile(r"(?:\[\d{1,3}\] ?){1,10}\Z")
_PAUSE = re.compile(r"[ \t]*(?:[.,;:!?)\u3002\uff0c\uff1b]|\r?\n|\Z)")
_WORD = re.compile(r"([^\W\d_]{3,})[\"')\u2019\u201d\u00bb*_]{0,4} \Z")
_ENDED = re.compile(r"([^\W\d_]{4,})[\"')\u2019\u201d]{0,2}[.!?] \Z")
_ANEW = re.compile(r" [\"\u201c(*_]{0,3}[A-Z][a-z]*[ ,']")
_POINTING = frozenset(
    """see ref refs reference references source sources note notes from with and per item items step option
    section chapter page part day issue top question episode season equation figure table list array index number case
    type version line row column element value values return returns print prints equals are was were like append
    siehe und mit von aus quelle liste kapitel seite voir avec dans chapitre partie ver con fuente lista capítulo página
    vedi fonte capitolo pagina""".split()
)
"""Words that need the number behind them: as shown in [2], see [3]."""
_NEAR, _LONGEST_WORD, _FAR = 8, 40, 200
"""Characters in front of it that tell; characters around it that tell whether a list's elements are spoken of."""
_LABEL = re.compile(r"\[\^([^\]^]+)|\d[\d, \u2013-]*")


def note_end(text: str, at: int, limit: int) -> int:
    """Where the mark ends that begins at `at`; -1 if none does. Numbers in brackets are one when they touch the end of
    a word or of a sentence, or stand behind a sentence at its line's end, or behind a word where the voice pauses:
    "large[1][2].", "large. [1]", "large [1]."."""
    if found := _SOURCE.match(text, at, limit):
        return found.end()
    linked = _LINKED.match(text, at, limit)
    if linked and (last := _LAST.search(text, max(0, at - _LONGEST_WORD), at)):
        return -1 if last[1].lower() in _POINTING or _names(text, last, linked) else linked.end()
    found = _CITED.match(text, at, limit)
    if found is None:
        return -1
    end, before = found.end(), text[max(0, at - _NEAR) : at].rstrip("*_")[-3:]
    if not before:
        return -1
    stops = tuple(_STOPS)
    if before.endswith(stops) or (before[-1] in _CLOSERS and before[:-1].endswith((",", *stops))):
        return end
    if before[-1] == " ":
        if before[:-1].endswith(stops) and (_LINE_END.match(text, end) or _stands_between(text, at, end)):
            return end
        return end if _follows_statement(text, at, end) else -1
    word = len(before) == 3 and (before.isalpha() or before.isdigit() or before[-1] == "%")
    aside = before[-1] == ")" and text[text.rfind("(", max(0, at - _FAR), at) - 1].isspace()
    if text[at] != "[" or not (word or aside) or not _BEHIND.match(text, end):
        return -1
    return -1 if _lists(text, at) else end


def _names(text: str, last: re.Match[str], linked: re.Match[str]) -> bool:
    """Whether the number belongs to the name before it: Windows [11](https://...) is out."""
    alone = last[0][-1] == " " and linked[0].count("](") == 1
    return alone and last[1][0].isupper() and not _PAUSE.match(text, linked.end())


def sites_end(text: str, at: int, limit: int) -> int:
    """Where the bracket ends that begins at `at` and holds nothing but names of sites, each with its address; or -1."""
    found = _SITES.match(text, at, limit)
    return found.end() if found else -1


def _stands_between(text: str, at: int, end: int) -> bool:
    """Whether the number stands between two sentences: "He knew. [1, 2] She did not."."""
    word = _ENDED.search(text, max(0, at - _LONGEST_WORD), at)
    return word is not None and word[1].lower() not in _POINTING and _ANEW.match(text, end) is not None


def _follows_statement(text: str, at: int, end: int) -> bool:
    """Whether the number stands where the voice pauses, behind a word that needs none: "people [1], and"."""
    if not _SINGLE.match(text[at:end]) or not _PAUSE.match(text, end):
        return False
    word = _WORD.search(text, max(0, at - _LONGEST_WORD), at)
    return word is not None and word[1].lower() not in _POINTING and not _lists(text, at)


def _lists(text: str, at: int) -> bool:
    """Whether a list's elements are spoken of, nums[1]."""
    return text.find("[0]", max(0, at - _FAR), at + _FAR) >= 0


def label(mark: str) -> str:
    """What the note is called; "" where it has no name."""
    found = _LABEL.search(mark) if mark[0] not in "\ue200(" else None
    return (found[1] or found[0]).strip() if found else ""
