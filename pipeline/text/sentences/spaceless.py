"""Whether a sentence ends at a stop of a script that puts no spaces between words."""

from __future__ import annotations

import re

from pipeline.ground.writing import HARD
from pipeline.text.sentences import lists
from pipeline.text.sentences.marks import EMPHASIS
from pipeline.text.sentences.reading import NO, Text
from pipeline.text.sentences.stop import Closed

_PARTICLES = frozenset("とっはがをにでもへのやよなだじ便")
"""Japanese, and one word of Chinese: what follows a quotation and goes on with the sentence."""
_ATTRIBUTIVE = frozenset("的之等与與和及或而一二两兩三几幾")
"""Chinese: what follows a quotation that is part of its sentence: “…。”的口号, “…。”等."""
_SAYING = frozenset("说說道问問喊叫答笑想嚷吼")
"""Chinese: the speaker of a quotation says, asks, cries within a few characters."""
_ASKING = re.compile("[はがも][言聞訊尋呟囁]")
"""Japanese: the same, behind the speaker's particle."""


def ends(text: Text, at: int, behind: int, closed: Closed | None) -> int:
    """A stop of a script that needs no spaces: once what follows is no closing mark, it is an end, but for quotations
    that the sentence goes on from."""
    following = text.char(behind)
    if following == "":
        return NO
    if closed is None and following.isalnum() and text.string[at] in HARD and text.string[behind - 1] in "…⋯":
        return at + len(text.string[at:behind].rstrip("…⋯"))  # 不要緊。……但: the ellipsis begins the next one
    if following.isalnum() and (mark := text.string[behind - 1]) in EMPHASIS:
        begin = len(text.string[:behind].rstrip(mark))
        if text.string.count(mark * (behind - begin), 0, begin) % 2 == 0:
            behind, following = begin, mark  # it opens emphasis
    goes_on = _goes_on(text, at, following) if closed is None else _goes_on_from(closed, text, behind, following)
    return NO if goes_on else text.pictures(behind)


def _goes_on(text: Text, at: int, following: str) -> bool:
    """Whether the sentence goes on behind a stop with `following`."""
    if text.string[at] == "．" and (following.isdigit() or lists.is_marker(text.string[:at])):
        return True  # ３．１４, and １．準備する
    return following == "を" or (following in "とっのがに" and text.string[at] in "！？!?")


def _goes_on_from(closed: Closed, text: Text, behind: int, following: str) -> bool:
    """The same behind a quotation or bracket."""
    if following in "、，,：:；;—…・":
        return True
    if following.isspace():  # “好。” and left
        return following == " " and (closed.first or text.char(text.blank(behind)).islower())
    if following in _PARTICLES or (closed.bracket and not closed.first):
        return True
    if closed.first:
        return _is_said(text, behind)
    return not closed.announced and (not closed.long or following in _ATTRIBUTIVE)


def _is_said(text: Text, begin: int) -> bool:
    """Whether a speaker follows a quotation: 他问, 小王说."""
    for i in range(begin, begin + 6):
        char = text.char(i)
        if _ASKING.match(text.string, i - 1):
            return True
        if char in _SAYING or not char.isalnum():
            return char in _SAYING and text.string[i - 1] != "知"  # 知道 is to know
    return False
