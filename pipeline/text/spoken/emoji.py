"""Emoji: where one begins and ends, what it is called, and whether it stands for a full stop."""

from __future__ import annotations

import re
import unicodedata

from pipeline.ground.languages import usual
from pipeline.ground.writing import unspaced
from pipeline.text.clusters import FACES

# Pictures by Unicode block. Sharps and flats (266D to 266F) belong to note names and stay.
_PICTURE = (
    "\u231a\u231b\u23e9-\u23fa\u25fd\u25fe\u2600-\u266c\u2670-\u27bf\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001faff"
)
_DRESS = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]"
_ONE = (
    f"(?:[{_PICTURE}]{_DRESS}?{_DRESS}?|[\u00a9\u00ae\u203c\u2049\u2122-\u21ff\u24c2\u25aa-\u25fe\u2934-\u2b07]\ufe0f)"
)

EMOJI = (
    "\U0001f3f4[\U000e0020-\U000e007f]{1,8}"  # flags of regions: England, Scotland ...
    "|[\U0001f1e6-\U0001f1ff]{1,2}"  # flags of countries
    f"|{_ONE}(?:\u200d{_ONE}){{0,8}}"
)
"""A regular expression for one emoji, joined sequences included."""

PICTURES = f"{_PICTURE}\U0001f1e6-\U0001f1ff\u00a9\u00ae\u203c\u2049\u2122-\u21ff\u24c2\u25aa-\u25fe\u2934-\u2b07"
"""The characters with which one may begin, as ranges. Some of them are text unless a variation selector follows."""

_FIELDS = """param params type return returns rtype raises raise yields author authors date version title license
status toc name alt width height align target class caption note tip important example default value""".split()
"""Names between colons that are none of an emoji."""
SHORTCODE = re.compile(
    rf"(?<![\w:./])(?!:(?:{'|'.join(_FIELDS)}):)(?::(?:[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*(?<=[a-z0-9_-][a-z0-9])|[xov]"
    r"|[+-]1|100|8ball|1234):)+(?![\w:`/])"
)
"""Emoji by their names, :smile: and :tada::rocket:, but no times or ratios, no a::b, no fields such as :author:."""
_SHOWN = re.compile(f"[{PICTURES}]")


def emoji_name(emoji: str) -> str:
    """Its Unicode name in lower case; a joined sequence by the names of its parts; a country's flag by its letters."""
    if emoji[0] == ":":
        return " ".join(re.split("[:_]+", emoji)).strip()
    letters = "".join(chr(ord(c) - 0x1F1E6 + ord("A")) for c in emoji if "\U0001f1e6" <= c <= "\U0001f1ff")
    if letters:
        return "flag " + " ".join(letters)
    parts = [c for c in emoji if _SHOWN.match(c) and not "\U0001f3fb" <= c <= "\U0001f3ff"]
    names = [unicodedata.name(c, "").lower() for c in parts]
    return " ".join(name for name in names if name)


_FACE = re.compile(f"[{FACES}]")
_REMARK = re.compile(
    rf"[{FACES}\u270a-\u270c\u2728\u2763\u2764\U0001f389\U0001f38a\U0001f44a-\U0001f450\U0001f493-\U0001f49f"
    r"\U0001f4aa\U0001f4af\U0001f525\U0001f680]|:[\w+-]+:"
)
"""Also hands, hearts and fireworks, which comment on something, too. Pictures of things stand before their names: press
the 🔒 Lock icon."""
_BEFORE = re.compile(r"(\w[\w'’]*)[^\w\n(\[«„¿¡]*\Z")
_BEHIND = re.compile(r"([ \t]*)[\"'“«„¿¡*_(]{0,4}([^\W\d_])")
_NEAR = 40
"""Characters in front of it that are looked at."""
_NOUNS = ("de", "lb")
"""Languages in which a capital says little."""


def is_stop(text: str, start: int, end: int, language: str) -> bool:
    """Whether the emoji stands where a full stop would: So tired 😴 I sleep. A capital follows, or behind a face any
    letter of a script that has none. What may stand for a verb is no stop: We 💙 New York."""
    before, behind = _BEFORE.search(text, max(0, start - _NEAR), start), _BEHIND.match(text, end)
    if before is None or behind is None or (len(before[1]) < 3 and before[1].isascii()):
        return False
    capital = behind[2].isupper()
    remark = _REMARK if capital and usual(language) not in _NOUNS else _FACE
    if behind[2].islower() or not remark.search(text, before.end(1), end):
        return False
    return behind[1] != "" or (not capital and unspaced(behind[2]))
