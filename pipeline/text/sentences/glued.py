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
    alone = behind == at + 1 and marks in (".", "!", "?") and following.isupper()
    return behind if alone and _is_forgotten(text, at, words, token) else NO


def _is_forgotten(text: Text, at: int, words: Words, token: str) -> bool:
    """Whether a space was forgotten between two words, "Done.Next", and the stop is no part of a name."""
    before = text.string[at - 1 : at]
    whole = words.kind(token) is Kind.PLAIN
    if before.isalpha() and not before.isascii():
        return len(token) > 2 and before.islower() and whole
    if token.replace(",", "").isdigit():
        if len(token) < 4:
            return False
    elif len(token) < 2 or not token.isalpha() or (text.string[at] == "." and not whole):
        return False
    word = text.word(at + 1)
    after = text.char(at + 1 + len(word))
    titled = after == "." and words.kind(word) is Kind.TITLE
    stem = word.replace("’", "'").partition("'")[0]
    if not (stem.istitle() and (len(word) > 1 or words.starts(word)) and (after.isspace() or titled)):
        return False
    alone = text.string[:at].lstrip().lstrip("\"'“‘«*_(") == token
    starts = words.starts(word) and not (token.isupper() and len(word) == 1)  # BRK.A
    return token.islower() or token[0].isdigit() or alone or titled or starts


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
