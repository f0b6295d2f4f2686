"""Marks of writing, by script: what ends a sentence, what opens and closes, what clings to a stop."""

from __future__ import annotations

import re
from functools import cache

from pipeline.ground.writing import BLANK, HARD, STOPS

DOTS = frozenset({".", "۔"})
"""The stops that also shorten words."""

ELLIPSES = frozenset({"...", "…", "……", "⋯", "⋯⋯", "۔۔۔"})
"""Trail off: the sentence may go on behind them."""

_LOCAL = {"hy": ":", "el": ";;", "hi": "|", "mr": "|"}
"""Marks that end a sentence in one language only: the Armenian full stop typed as a colon, the Greek question mark
(also as U+037E), the danda typed as a bar."""

_COLON = frozenset({"it", "nb"})
"""Languages in which what a colon announces is a sentence of its own."""

PAIRS = {
    "(": ")",
    "[": "]",
    "{": "}",
    "（": "）",
    "［": "］",
    "｛": "｝",
    "【": "】",
    "〔": "〕",
    "《": "》",
    "〈": "〉",
    "「": "」",
    "『": "』",
    "“": '”"',
    "„": '“”"',
    "‟": "”",
    "‘": "’",
    "‚": "‘’",
    "‛": "’",
    "«": "»",
    "‹": "›",
    "»": "«",
    "›": "‹",
    "”": "”“",
    '"': '"',
    "'": "'",
    "＂": "＂",
    "<": ">",
}
"""Opening mark -> the marks that close it. Some close each other in one country and open in the next."""

TYPED = "``"
"""Opens a quotation that two apostrophes close, ``as typewriters did''."""

QUOTES = frozenset("“”„‟‘’‚‛«»‹›\"'＂「」『』《》") | {TYPED}
"""Marks of speech and titles."""
TITLES = "《〈"
"""Marks of titles alone, 《摔跤吧！爸爸》: nobody speaks in them."""
BRACKETS = frozenset(PAIRS) - QUOTES
"""Marks of asides."""

CLOSING = frozenset("".join(PAIRS.values()))
SIDELESS = frozenset("\"'＂”“‘»«›‹")
"""Marks that may open or close: the characters around them tell."""

EMPHASIS = "*_~"
INVISIBLE = (
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff\ufe0e\ufe0f"
)
BULLETS = "•⁃◦‣▪"
DASHES = "-–—―‒−"
OPENING = frozenset("".join(PAIRS)) | frozenset(EMPHASIS + INVISIBLE + "¿¡`")
"""What may stand in front of the first letter of a sentence."""

CLINGING = "".join(sorted(CLOSING - {">"})) + EMPHASIS + INVISIBLE
"""What may follow a stop and still belongs to its sentence."""

ASTRAL = "\U0001f300-\U0001faff"
"""As a range: pictures that may stand for a stop."""
_PICTURE = "\U0001f000-\U0001faff\U000e0020-\U000e007f⌚⌛⏩-⏺◻-◾☀-➿⬀-⯿️⃣‍"
_NUMBERS = r"\[\d[\d,–\- ]{0,16}\]"
_SOURCE = rf"{_NUMBERS}|\[\^\w{{1,12}}\]"  # [12], [^1]
_SMILEY = r"[:;=8][-']?[)(DPpO3/|](?!\w)"

SMILE = re.compile(r"\s[:;]-?\Z")
"""The eyes of a smile, up to its mouth."""

# One stop and all that clings to it. Each part is bounded, so that a decision never reads far.
RUN = re.compile(f"[{re.escape(STOPS + HARD + BLANK)}]{{1,40}}")
TAIL = re.compile(
    f"(?:[{re.escape(STOPS + HARD + CLINGING)}]"  # more stops, closing marks, emphasis
    f"|{_SOURCE}"
    rf"| (?:[”»]|''|{_NUMBERS})(?=\s|\Z)"  # the same, or a closing mark, with a space before it
    r"|[¹²³⁰⁴-⁹]{1,3}"  # the same, set high
    r"|</\w{1,12}>"  # a tag that closes
    r"|\$(?=[\s$])"  # a formula that closes
    r"|[（(](?:笑|苦笑|爆笑|爆|泣|涙|汗)[）)]"  # (laughs)
    f"){{0,12}}"
)
CITED = re.compile(rf"(?: ?(?:{_SOURCE}|[¹²³⁰⁴-⁹]|</\w{{1,12}}>|\$))+\s*\Z")
"""What may stand behind the stop of a sentence that nothing follows: its sources, a tag or formula that closes."""
PICTURES = re.compile(f"(?:[ \\t\u3000]{{0,3}}(?:[{_PICTURE}]{{1,12}}|{_SMILEY})){{1,24}}")
MORE_STOPS = re.compile(f"(?: [{re.escape(STOPS)}]{{1,8}}){{1,8}}(?=[\\s{re.escape(CLINGING)}]|\\Z)")
HALF_STOPS = re.compile(f" [{re.escape(STOPS)}]{{0,8}}\\Z")
REFERENCE = re.compile(r"\d{1,3}(?: \d{1,3}){0,3}")
"""Numbers of footnotes set right behind a stop: "a consultation.11 12 Take"."""

HALF = re.compile(
    r"(?: ?\[[\d,–\- ]{0,18}\]?|\[\^?\w{0,12}| (?:[”»]|'{1,2})?|</?\w{0,12}|\$"
    r"|\d{1,3}(?: \d{1,3}){0,3} ?|[（(][苦爆笑泣涙汗]?笑?)\Z"
)
"""The beginning of something that clings, cut off by the end of the text that has come so far."""

HALF_PICTURE = re.compile(r"[ \t\u3000]{0,3}(?:[:;=8][-']?)?\Z")

# Accents written apart and the signs of Indian vowels belong to the word, the danda does not.
_LETTER = r"[\w\u0300-\u036f\u0900-\u0963\u0966-\u0dff]"
WORD = re.compile(rf"{_LETTER}+(?:['’\-]{_LETTER}+)*")
SOLID = re.compile(r"\w")
PICTURE = re.compile(f"[{_PICTURE}]")


def ideographic(char: str) -> bool:
    """Chinese and Japanese characters and marks, which need no spaces around them."""
    return (
        "\u2e80" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or "\uff00" <= char <= "\uffef"
        or char >= "\U00020000"
    )


def georgian(char: str) -> bool:
    """Letters that have capitals, which no sentence begins with."""
    return "\u10d0" <= char <= "\u10ff"


def siamese(char: str) -> bool:
    """Consonants of Thai and Lao."""
    return "\u0e01" <= char <= "\u0e2e" or "\u0e81" <= char <= "\u0eae"


def indic(char: str) -> bool:
    """The scripts of India, from Devanagari to Malayalam."""
    return "\u0900" <= char <= "\u0d7f"


def pauses(language: str) -> str:
    """Marks behind which a capital may begin a sentence: the semicolon; the colon where that is the custom."""
    return ";:" if language in _COLON else ";"


@cache
def stops(language: str) -> frozenset[str]:
    """Marks that may end a sentence in this language."""
    return frozenset(STOPS + HARD + BLANK + _LOCAL.get(language, ""))
