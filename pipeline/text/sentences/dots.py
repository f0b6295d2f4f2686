"""What the dot behind a word is, by the word and by what stands before it."""

from __future__ import annotations

from unicodedata import category

from pipeline.text.sentences.marks import CLOSING, DOTS, indic
from pipeline.text.sentences.reading import Text
from pipeline.text.sentences.words import Kind, Words

_THOUSANDS = frozenset(
    """тыс тис хил млн млрд трлн tys tis tūkst mln mld mrd mio ezer tusen tausend thousand mil million millionen
    milliarden millions billion per pro por кв куб sq cu""".split()
)
"""What stands between a number and its unit: 5 million km, $5 per kg, 25 кв. м."""
_ANSWERS = frozenset(
    f"{word}:" for word in "answer option choice grade antwort lösung réponse respuesta risposta resposta ответ".split()
)
"""What a letter alone is said behind: Answer: B."""
_SHORTENED = frozenset({"he"})
"""Languages that write an apostrophe behind a shortened word."""
_CRIES = frozenset({"yahoo", "jeopardy", "yum"})
"""Names that are written with an exclamation mark."""


def kind_of(text: Text, at: int, marks: str, words: Words) -> Kind:
    """What the dot at `at` is. Every other stop is a full stop."""
    token = text.token(at)
    if marks not in DOTS:
        return Kind.SHORT if marks == "!" and token.lower() in _CRIES else Kind.PLAIN
    last = text.string[at - 1 : at]
    if last in CLOSING and not (last == "'" and words.language in _SHORTENED):
        return Kind.PLAIN  # in Fig. 1(a).
    if len(token) <= 4 and (spaced := words.known(text.spaced_token(at, token))) is not None:
        return spaced  # z. B., s. r. o., EE. UU.
    kind = words.kind(token)
    if kind is Kind.SHORT and _is_file(text.string[: at - len(token)], token):
        return Kind.PLAIN
    if kind is Kind.INITIAL and _is_whole(text, at, token, words):
        return Kind.CLOSING
    listed = kind is not Kind.PLAIN or token in words.kinds  # min. is also a word
    unit = listed and token.lower() in words.units and (kind is not Kind.TITLE or token.islower())
    if unit and _is_counted(text, at, token):
        return Kind.CLOSING
    if kind is Kind.PLAIN and len(token) <= 3 and indic(token[:1]):
        before = text.word_before(at)
        if before[-1:] == "." and words.kind(before[:-1]) is not Kind.PLAIN:
            return Kind.INITIAL  # ए. के. वर्मा
    return kind


def _is_file(head: str, token: str) -> bool:
    """Whether a short token with a dot in it ends a path: ./a.out, /tmp/x.log; but U.S./U.K."""
    return head.endswith("/") and token.islower() and len(token.rpartition(".")[2]) > 1


def _is_whole(text: Text, at: int, token: str, words: Words) -> bool:
    """Whether a letter alone shortens no name: Plan B., Answer: B., S. 34 f., 20 ° C., y ∈ T."""
    before = text.word_before(at)
    if before in words.letters or before in _ANSWERS or (token == "f" and before[-1:].isdigit()):
        return True
    sign = text.string[: at - len(token)].rstrip()[-1:]
    return sign != "" and (sign in "°ºª" or category(sign) == "Sm")


def _is_counted(text: Text, at: int, token: str) -> bool:
    """Whether a unit stands behind a number: 20 kg, 5 млн руб., 100 km / h"""
    before = text.word_before(at)
    per = text.string.endswith("/ ", 0, at - len(token))
    return per or before[-1:].isdigit() or before.rstrip(".") in _THOUSANDS
