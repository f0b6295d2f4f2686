"""Whether a sentence ends at a stop with no space behind it."""

from __future__ import annotations

from pipeline.text.sentences.marks import REFERENCE, ideographic
from pipeline.text.sentences.reading import NO, Text
from pipeline.text.sentences.words import Kind, Words

_DOTTED = frozenset({"Net"})
"""Names that are written with a dot before them."""


def ends(text: Text, at: int, marks: str, behind: int, words: Words) -> int:
    """A stop with no space behind it: part of a number, a name or an address; a footnote; a forgotten space."""
    following = text.string[behind]
    before = text.string[at - 1 : at]
    if before and ideographic(before) and marks in ("!", "?") and (following.isdigit() or following.isupper()):
        return behind
    if ideographic(following):
        whole = marks in (".", "!", "?") or (set(marks) == {"."} and len(marks) != 3)  # three dots trail off
        return behind if whole and before and ideographic(before) and following.isalpha() else NO
    if before.isspace() and marks in (".", "!", "?", "...") and following.isupper():  # typed so: Hello !How are you ?
        word = text.word(behind)
        named = marks == "." and word in _DOTTED
        return behind if word.istitle() and not named and text.char(behind + len(word)) in " ,\n" else NO
    token = text.token(at)
    if following == "<":  # <p>One.</p><p>Two.</p>
        tagged = text.char(behind + 1).isalpha() and len(token) > 1 and words.kind(token) is Kind.PLAIN
        return behind if tagged else NO
    if following.isdigit():
        return _footnote(text, at, behind, words, token)
    if behind != at + 1 or marks not in (".", "!", "?") or not following.isupper():
        return NO
    if before.isalpha() and not before.isascii():
        return behind if len(token) > 2 and before.islower() and words.kind(token) is Kind.PLAIN else NO
    if token.replace(",", "").isdigit():
        if len(token) < 4:
            return NO
    elif len(token) < 2 or not token.isalpha() or (marks == "." and words.kind(token) is not Kind.PLAIN):
        return NO
    word = text.word(behind)
    after = text.char(behind + len(word))
    titled = after == "." and words.kind(word) is Kind.TITLE
    stem = word.replace("’", "'").partition("'")[0]
    if not (stem.istitle() and (len(word) > 1 or words.starts(word)) and (after.isspace() or titled)):
        return NO
    alone = text.string[:at].lstrip().lstrip("\"'“‘«*_(") == token
    starts = words.starts(word) and not (token.isupper() and len(word) == 1)  # BRK.A
    return behind if token.islower() or token[0].isdigit() or alone or titled or starts else NO


def _footnote(text: Text, at: int, behind: int, words: Words, token: str) -> int:
    """Numbers right behind a stop, as in "a consultation.11 12 Take"."""
    if not (token.isalpha() and len(token) > 2 or text.string[at - 1 : at] in (")", "]", "”")):
        return NO
    if words.kind(token) is not Kind.PLAIN:
        return NO
    end = text.match(REFERENCE, behind)
    if text.char(end) != " ":
        return NO
    return end if text.char(text.letter(text.blank(end))).isupper() else NO
