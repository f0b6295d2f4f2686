"""Whether a sentence ends at a stop: what stands before it, what clings to it, and what follows."""

from __future__ import annotations

import re

from pipeline.ground.writing import BLANK, HARD
from pipeline.text.clusters import FACES
from pipeline.text.sentences import glued, lists, opening, spaceless
from pipeline.text.sentences.dots import kind_of
from pipeline.text.sentences.marks import (
    CLOSING,
    DOTS,
    ELLIPSES,
    HALF,
    HALF_STOPS,
    MORE_STOPS,
    PICTURE,
    RUN,
    SMILE,
    SOLID,
    TAIL,
    ideographic,
    indic,
)
from pipeline.text.sentences.reading import NO, Text
from pipeline.text.sentences.stop import ANNOUNCING, Closed, Stop
from pipeline.text.sentences.words import Kind, Words

SHORT = 4
"""Words: in a quotation a sentence shorter than this is spoken with the next one."""

_ANEW = opening.TURNS | {"'", "‘"}
"""What opens a quotation in one that nobody closed."""
_HARD = HARD + BLANK
_BARE = re.compile("[.!?](?: ?[A-Za-z]|[0-9])")
"""A stop to which nothing can cling: a letter or digit follows, or a space and a letter. It saves much work."""
_FACE = re.compile(f"[{FACES}]")


def ends(text: Text, at: int, words: Words, closed: Closed | None = None) -> int:
    """Where the sentence ends whose first stop is at `at`, or NO. Raises `More`."""
    if closed is None and _BARE.match(text.string, at):
        marks, end = text.string[at], at + 1
        behind = end
    else:
        run = max(text.match(RUN, at), at + 1)
        marks, tail = text.string[at:run], closed.end if closed else run
        end = text.match(TAIL, tail, HALF)
        latin = closed is not None and text.string[at - 1 : at].isascii()  # 他说："OK."然后
        if marks[-1] in _HARD or ideographic(marks[0]) or (latin and ideographic(text.char(end) or " ")):
            end = tail + len(text.string[tail:end].rstrip("“‘"))  # here they open
            if marks[0] in DOTS and closed is None and text.char(end) == " " and _goes_on(text, at, marks, words):
                return NO
            return spaceless.ends(text, at, end, closed)
        if text.char(end) == " " and (spaced := text.match(MORE_STOPS, end, HALF_STOPS)) > end:
            return _spaced_dots(text, at, end, spaced, marks)
        behind = text.pictures(end)
    following = text.char(behind)
    if following == "":
        return NO
    if not following.isspace():
        return glued.ends(text, at, marks, behind, words)
    if marks == "." and lists.is_marker(text.string[:at]):
        return NO
    kind = kind_of(text, at, marks, words)
    if kind is Kind.TITLE or kind is Kind.NEVER:
        return NO
    right = text.blank(behind)
    if text.char(right) == "\n":
        return behind if kind is Kind.PLAIN else NO  # else the line's end tells
    if text.char(right) == "":
        return NO
    if not opening.begins(Stop(text, words, at, marks, text.token(at), kind, closed), right):
        return NO
    # each begins with one: ✅ Up. ❌ Out.
    return end if end < behind and PICTURE.match(text.string.lstrip()) else behind


def ends_within(text: Text, at: int, begin: int, words: Words) -> int:
    """The same in the midst of a quotation that opened at `begin`: only where another sentence of it plainly begins.
    Short ones stay together: "That is good. That is very good." """
    behind = max(text.match(RUN, at), at + 1)
    if text.string[at:behind] in ELLIPSES or text.string[max(0, at - 2) : at] == ". ":  # . . .
        return NO
    first = text.blank(behind)
    if first > behind and text.char(first) in _ANEW:  # nobody closed the one before
        first += 2 if text.char(first) == text.char(first + 1) == "`" else 1
    if not text.char(first).isalpha():
        return NO
    said = begin + 1 if begin >= 0 and _is_speech(text.string[:begin]) else 0
    return NO if _is_short(text.string[said:at].strip()) else ends(text, at, words)


def _is_short(sentence: str) -> bool:
    if sentence and ideographic(sentence[-1]):
        return len(sentence) < 3 * SHORT
    return len(sentence.split(None, SHORT)) < SHORT


def _is_speech(head: str) -> bool:
    """Whether a quotation behind this holds what somebody says, and no name: nothing stands there, or a colon."""
    head = head.rstrip()
    return head[-1:] in ANNOUNCING or not SOLID.search(head)


def pauses(text: Text, at: int, words: Words) -> int:
    """Where the sentence ends whose semicolon or colon at `at` stands before a capital that only a new sentence
    explains: a function word's."""
    right = text.blank(at + 1)
    if right == at + 1 or not text.char(right).isupper() or text.string[at - 1 : at] in CLOSING:
        return NO
    return at + 1 if words.starts(text.word(right)) and not opening.is_i(text, right) else NO


def is_smile(text: Text, at: int) -> bool:
    """Whether the bracket at `at` is a smile's mouth."""
    return SMILE.search(text.string, max(0, at - 3), at) is not None and text.char(at + 1) in ("", " ", "\n")


def ends_in_picture(text: Text, at: int, words: Words) -> int:
    """Where the sentence ends that has a picture for its stop: So tired 😴 I need sleep. But: We 💙 New York."""
    before = text.token(len(text.string[:at].rstrip()))
    if not (before[-1:].isalpha() or indic(before[-1:])) or words.is_subject(before.lower()):
        return NO  # as for each of a row of them but the first: where the row ends need not be known
    behind = text.pictures(at)
    following = text.char(behind)
    right = text.blank(behind) if following == " " else behind
    first, face = text.char(right), _FACE.match(text.string, at) is not None
    if first.isupper():
        begins = following == " " and (face or words.ordinal != "nouns" or words.starts(text.word(right)))
    else:  # 好的😊我明白了; 감사합니다 😊 다음
        begins = face and first.isalpha() and not first.islower() and (following == " " or ideographic(first))
    if not begins:
        return NO
    return at if PICTURE.match(text.string.lstrip()) else behind


def _goes_on(text: Text, at: int, marks: str, words: Words) -> bool:
    """Whether the Urdu full stop shortens a word (ص۔ 5), or is one of an ellipsis."""
    return marks in ELLIPSES or kind_of(text, at, marks, words) not in (Kind.PLAIN, Kind.CLOSING)


def _spaced_dots(text: Text, at: int, behind: int, spaced: int, marks: str) -> int:
    """Stops with spaces between them: an ellipsis (. . .), or several cries (! ! !)."""
    right = text.blank(spaced)
    if text.char(right) in ("", "\n"):
        return spaced if text.char(right) else NO
    first = text.letter(right)
    char = text.char(first)
    if not char.isalnum() or (char.islower() and "?" not in text.string[behind:spaced]):
        return NO
    if marks == "." and set(text.string[behind:spaced]) <= {".", " "}:
        dots = 1 + text.string.count(".", behind, spaced)
        if dots >= 4 and at > 0 and not text.string[at - 1].isspace():
            return behind  # the sentence's own stop; the ellipsis begins the next one
        if dots == 3 and opening.is_i(text, first):
            return NO
    return spaced
