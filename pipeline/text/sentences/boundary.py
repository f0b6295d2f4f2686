"""Whether a sentence ends at a stop: what stands before it, what clings to it, and what follows."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.text.sentences import lists, opening
from pipeline.text.sentences.marks import (
    BRACKETS,
    CLINGING,
    CLOSING,
    ELLIPSES,
    EMPHASIS,
    HALF,
    HALF_PICTURE,
    HALF_STOPS,
    HARD,
    MORE_STOPS,
    PICTURES,
    REFERENCE,
    RUN,
    SMILE,
    SOLID,
    TAIL,
    ideographic,
)
from pipeline.text.sentences.reading import Text
from pipeline.text.sentences.words import Kind, Words

NO = -1
"""No sentence ends here."""

SHORT = 4
"""Words: in a quotation a sentence shorter than this is spoken with the next one."""

_ANNOUNCING = (":", "：", ",", "，", "」", "』")
"""What stands before something that is said: also what somebody else said."""
_PARTICLES = frozenset("とっはがをにでもへのやよなだじ")
"""Japanese: what follows a quotation and goes on with the sentence."""
_ATTRIBUTIVE = frozenset("的之等与與和及或而一二两兩三几幾")
"""Chinese: what follows a quotation that is part of its sentence: “…。”的口号, “…。”等."""
_LONG = 14
"""Characters of a quotation."""
_SAYING = frozenset("说說道问問喊叫答笑想嚷吼")
"""Chinese: the speaker of a quotation says, asks, cries within a few characters."""
_THOUSANDS = frozenset("тыс тис млн млрд трлн mln mld mrd mio million millionen milliarden millions billion".split())
"""What stands between a number and its unit."""
_CRIES = frozenset({"yahoo", "jeopardy", "yum"})
"""Names that are written with an exclamation mark."""


class Closed(NamedTuple):
    """A quotation or bracket that closes right behind a stop."""

    end: int
    bracket: bool
    first: bool
    """It opened the sentence."""
    announced: bool
    """A colon or comma stands before it."""
    long: bool
    """It holds more than a name or a cry."""


def ends(text: Text, at: int, words: Words, closed: Closed | None = None) -> int:
    """Where the sentence ends whose first stop is at `at`, or NO. Raises `More`."""
    if closed is None and _is_bare(text.string, at):
        marks, behind = text.string[at], at + 1
    else:
        run = max(text.match(RUN, at), at + 1)
        marks = text.string[at:run]
        behind = text.match(TAIL, closed.end if closed else run, HALF)
        if marks[-1] in HARD or ideographic(text.string[at]):
            while closed is None and text.string[behind - 1] in "“‘":  # here they open
                behind -= 1
            return _hard(text, at, behind, closed)
        if text.char(behind) == " ":
            spaced = text.match(MORE_STOPS, behind, HALF_STOPS)
            if spaced > behind:
                return _spaced_dots(text, at, behind, spaced, marks)
        behind = text.match(PICTURES, behind, HALF_PICTURE)
    following = text.char(behind)
    if following == "":
        return NO
    if not following.isspace():
        return _glued(text, at, marks, behind, words)
    if marks == "." and lists.is_marker(text.string[:at]):
        return NO
    kind = kind_of(text, at, marks, words)
    if kind is Kind.TITLE or kind is Kind.NEVER:
        return NO
    right = text.blank(behind)
    if text.char(right) == "\n":
        return NO if kind is Kind.NUMBERED else behind
    if text.char(right) == "":
        return NO
    stop = opening.Stop(
        text,
        words,
        at,
        marks,
        text.token(at),
        kind,
        quoted=closed is not None,
        aside=closed is not None and closed.bracket and not closed.first,
        heading=closed is not None and closed.first,
        whole=closed is not None and closed.long,
    )
    return behind if opening.begins(stop, right) else NO


def ends_within(text: Text, at: int, begin: int, words: Words) -> int:
    """The same in the midst of a quotation that opened at `begin`: only where another sentence of it plainly begins.
    Short ones stay together: "That is good. That is very good." """
    behind = max(text.match(RUN, at), at + 1)
    if text.string[at:behind] in ELLIPSES or text.string[max(0, at - 2) : at] == ". ":  # . . .
        return NO
    first = text.blank(behind)
    if first > behind and text.char(first) in opening.TURNS:  # nobody closed the one before
        first += 1
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
    return head[-1:] in _ANNOUNCING or not SOLID.search(head)


def pauses(text: Text, at: int, words: Words) -> int:
    """Where the sentence ends whose semicolon or colon at `at` stands before a capital that only a new sentence
    explains: a function word's."""
    right = text.blank(at + 1)
    if right == at + 1 or not text.char(right).isupper() or text.string[at - 1 : at] in CLOSING:
        return NO
    return at + 1 if words.starts(text.word(right)) and not opening.is_i(text, right) else NO


def smiles(text: Text, at: int) -> bool:
    """Whether the bracket at `at` is a smile's mouth, and a sentence begins behind it: It works :) Thank you."""
    if not SMILE.search(text.string, max(0, at - 3), at) or text.char(at + 1) != " ":
        return False
    right = text.blank(at + 1)
    return text.char(right).isupper() and not opening.is_i(text, right)


def _is_bare(string: str, at: int) -> bool:
    """Whether nothing can cling to the stop at `at`: a letter follows, or a space and a letter. It saves much work."""
    following = string[at + 1 : at + 2]
    if following == " ":
        following = string[at + 2 : at + 3]
        return following.isalpha() and following.isascii() and string[at] in ".!?"
    return following.isalnum() and following.isascii() and string[at] in ".!?"


def stop_before(text: Text, i: int, stops: frozenset[str]) -> int:
    """The first of the stops that stand right before the closing mark at i; -1 if none does."""
    string = text.string
    i -= 1
    nearest = max(0, i - 20)
    while i > nearest and (string[i] in CLINGING or (string[i].isspace() and string[i + 1] in "»›”\"'")):
        i -= 1
    if i < 0 or string[i] not in stops:
        return -1
    while i > nearest and string[i - 1] in stops:
        i -= 1
    return i


def closed(text: Text, begin: int, end: int) -> Closed:
    """What is known of the quotation or bracket from `begin` to `end`."""
    head = text.string[:begin].rstrip()
    return Closed(
        end, text.string[begin] in BRACKETS, not SOLID.search(head), head[-1:] in _ANNOUNCING, end - begin > _LONG
    )


def kind_of(text: Text, at: int, marks: str, words: Words) -> Kind:
    """What the dot at `at` is, by the word before it. Every other stop is a full stop."""
    token = text.token(at)
    if marks != ".":
        return Kind.SHORT if marks == "!" and token.lower() in _CRIES else Kind.PLAIN
    if text.string[at - 1 : at] in CLOSING:
        return Kind.PLAIN  # in Fig. 1(a).
    if len(token) <= 4 and (spaced := words.kinds.get(text.spaced_token(at, token))) is not None:
        return spaced  # z. B., s. r. o., EE. UU.
    kind = words.kind(token)
    if kind is Kind.INITIAL and text.word_before(at) in words.letters:
        return Kind.CLOSING  # Plan B.
    if (kind is not Kind.TITLE or token.islower()) and token.lower() in words.units:
        before = text.word_before(at)
        if before[-1:].isdigit() or before.rstrip(".") in _THOUSANDS:
            return Kind.CLOSING  # 20 kg, 5 млн руб.
    return kind


def _hard(text: Text, at: int, behind: int, closed: Closed | None) -> int:
    """A stop of a script that needs no spaces: once what follows is no closing mark, it is an end, but for quotations
    that the sentence goes on from."""
    following = text.char(behind)
    if following == "":
        return NO
    if following.isalnum() and text.string[behind - 1] in "…⋯" and text.string[at] in HARD:
        return at + 1  # 不要緊。……但: the ellipsis begins the next one
    if following.isalnum() and (mark := text.string[behind - 1]) in EMPHASIS:
        begin = behind - len(text.string[:behind]) + len(text.string[:behind].rstrip(mark))
        if text.string.count(mark * (behind - begin), 0, begin) % 2 == 0:
            behind, following = begin, mark  # it opens emphasis
    if closed is None:
        if text.string[at] == "．" and following.isdigit():
            return NO
        if following == "を" or (following in "とっのがに" and text.string[at] in "！？!?"):
            return NO
    elif following in "、，,：:；;—…・":
        return NO
    elif following.isspace():
        if closed.first and following == " ":
            return NO
    elif following in _PARTICLES or (closed.bracket and not closed.first):
        return NO
    elif closed.first:
        if _is_said(text, behind):
            return NO
    elif not closed.announced and (not closed.long or following in _ATTRIBUTIVE):
        return NO
    return text.match(PICTURES, behind, HALF_PICTURE)


def _is_said(text: Text, begin: int) -> bool:
    """Whether a speaker follows a quotation: 他问, 小王说."""
    for i in range(begin, begin + 6):
        char = text.char(i)
        if char in _SAYING or not char.isalnum():
            return char in _SAYING
    return False


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


def _glued(text: Text, at: int, marks: str, behind: int, words: Words) -> int:
    """A stop with no space behind it: part of a number, a name or an address; a footnote; a forgotten space."""
    following = text.string[behind]
    before = text.string[at - 1 : at]
    if before and ideographic(before) and marks in ("!", "?") and (following.isdigit() or following.isupper()):
        return behind
    if ideographic(following):
        return behind if marks in (".", "!", "?") and before and ideographic(before) and following.isalpha() else NO
    token = text.token(at)
    if following.isdigit():
        return _footnote(text, at, behind, words, token)
    if behind != at + 1 or marks not in (".", "!", "?") or not following.isupper():
        return NO
    if before.isalpha() and not before.isascii():
        return behind if len(token) > 2 and before.islower() and words.kind(token) is Kind.PLAIN else NO
    if token.replace(",", "").isdigit():
        if len(token) < 4:
            return NO
    elif len(token) < 2 or not token.isalpha() or words.kind(token) is not Kind.PLAIN:
        return NO
    word = text.word(behind)
    after = text.char(behind + len(word))
    titled = after == "." and words.kind(word) is Kind.TITLE
    if not (word.istitle() and (len(word) > 1 or words.starts(word)) and (after.isspace() or titled)):
        return NO
    alone = text.string[:at].lstrip().lstrip("\"'“‘«*_(") == token
    return behind if token.islower() or token[0].isdigit() or alone or titled or words.starts(word) else NO


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
