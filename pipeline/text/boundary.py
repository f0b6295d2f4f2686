"""Whether a sentence ends at a stop: what stands before it, what clings to it, and what follows."""

from __future__ import annotations

from enum import Enum

from pipeline.text import lists
from pipeline.text.marks import (
    CLINGING,
    DASHES,
    HALF,
    HARD,
    MORE_STOPS,
    OPENING,
    PICTURE,
    PICTURES,
    QUOTES,
    RUN,
    TAIL,
    ideographic,
)
from pipeline.text.reading import FAR, Text
from pipeline.text.words import Kind, Words

NO = -1
"""No sentence ends here."""


class Silence(Enum):
    """What it means that nothing follows: how many times the patience it takes."""

    WAITS = 0
    ENDS = 1
    MAY_END = 5


_JAPANESE_PARTICLES = frozenset("とっはがをにでもへのやよなだ")
_ROMAN = frozenset("ivxlcdm")


def ends(text: Text, at: int, words: Words, closed: int = NO, aside: bool = False) -> int:
    """Where the sentence ends whose stop is at `at`, or NO.

    `closed` is the place behind the mark that closed a quotation or bracket around the stop, `aside` says that it
    was a bracket, in the midst of a sentence. Raises `More`."""
    run = max(text.match(RUN, at), at + 1)
    stops = text.string[at:run]
    behind = text.match(TAIL, max(run, closed), HALF)
    if stops[-1] in HARD or (ideographic(text.string[behind - 1]) and stops[0] in HARD):
        return _hard(text, behind, closed)
    spaced = text.match(MORE_STOPS, behind) if text.char(behind) == " " else behind
    if spaced > behind:
        return _spaced_dots(text, at, behind, spaced, stops, words)
    behind = text.match(PICTURES, behind)
    following = text.char(behind)
    if following == "":
        return NO
    if not following.isspace():
        return _glued(text, at, stops, behind, words)
    kind = _kind(text, at, stops, words)
    right = text.blank(behind)
    if text.char(right) == "\n":
        return NO if kind in (Kind.TITLE, Kind.INITIAL, Kind.NEVER) or _is_marker(text, at, stops) else behind
    if text.char(right) == "":
        return NO
    if _is_marker(text, at, stops):
        return NO
    return behind if _begins(text, right, at, stops, kind, words, closed > at, aside) else NO


def _kind(text: Text, at: int, stops: str, words: Words) -> Kind:
    token = text.token(at)
    if len(stops) > 1 or stops != ".":
        exclaims = token.lower() in {"yahoo", "jeopardy", "yum"} and stops == "!"
        return Kind.SHORT if exclaims else Kind.PLAIN
    kind = words.kind(token)
    if len(token) <= 4:
        whole = words.kinds.get(text.spaced_token(at, token))  # z. B., s. r. o., EE. UU.
        if whole is not None:
            return whole
    if kind is Kind.INITIAL and words.letters and text.word_before(at) in words.letters:
        return Kind.CLOSING
    return kind


def _is_marker(text: Text, at: int, stops: str) -> bool:
    """Whether all that the open sentence has before this dot is the number of a list's item."""
    return stops == "." and at <= lists.LONGEST and lists.is_marker(text.string[:at])


def _hard(text: Text, behind: int, closed: int) -> int:
    """A full stop of a script that writes no spaces."""
    following = text.char(behind)
    if following == "":
        return NO
    if closed != NO and (following in _JAPANESE_PARTICLES or following in "、，,：；—…"):
        return NO
    pictured = text.match(PICTURES, behind)
    return pictured if pictured > behind else behind


def _spaced_dots(text: Text, at: int, behind: int, spaced: int, stops: str, words: Words) -> int:
    """Stops with spaces between them: an ellipsis (. . .), or several cries (! ! !)."""
    right = text.blank(spaced)
    following = text.char(right)
    if following in ("", "\n"):
        return spaced if following else NO
    first = text.letter(right)
    char = text.char(first)
    if not (char.isupper() or (char.isalpha() and not char.islower()) or char.isdigit()):
        return NO
    if stops == "." and set(text.string[behind:spaced]) <= {".", " "}:
        attached = at > 0 and not text.string[at - 1].isspace()
        dots = 1 + text.string.count(".", behind, spaced)
        if attached and dots >= 4:
            return behind  # the sentence's own stop; the ellipsis begins the next one
        if dots == 3 and text.word(first).partition("'")[0].partition("’")[0] == "I":
            return NO
    return spaced


def _glued(text: Text, at: int, stops: str, behind: int, words: Words) -> int:
    """A stop with no space behind it: part of a number, a name or an address, or a forgotten space."""
    following = text.string[behind]
    before = text.string[at - 1 : at]
    if ideographic(following) and following.isalpha() and before and ideographic(before):
        return behind if stops[-1] in "!?." and len(stops) == 1 else NO
    if behind != at + 1 or stops not in (".", "!", "?") or not following.isupper():
        return NO
    token = text.token(at)
    if not before.isascii() and before.isalpha():
        return behind if len(token) > 2 and before.islower() and words.kind(token) is Kind.PLAIN else NO
    opening = text.string[:at].lstrip().lstrip("\"'“‘«*_(") == token
    if token.replace(",", "").isdigit():
        if len(token) < 4:
            return NO
    elif not (
        len(token) > 1
        and token.isalpha()
        and (token.islower() or (opening and token.istitle()))
        and words.kind(token) is Kind.PLAIN
    ):
        return NO
    word = text.word(behind)
    after = text.char(behind + len(word))
    return behind if word.istitle() and len(word) > 1 and (after.isspace() or (after == "." and len(word) <= 3)) else NO


def _begins(text: Text, right: int, at: int, stops: str, kind: Kind, words: Words, closed: bool, aside: bool) -> bool:
    """Whether what stands at `right`, behind a stop and a space, begins a new sentence."""
    first = right
    char = text.char(first)
    if char in ".…":
        return kind is Kind.PLAIN and text.char(text.match(RUN, first)).isalpha()
    if char in QUOTES and kind is Kind.PLAIN and stops not in ("...", "…"):
        return True
    dashed = char in DASHES
    if dashed:
        first = text.blank(_dash(text, first))
        char = text.char(first)
        if words.language == "kk":
            return False
    opener = char if char in OPENING or char == "<" else ""
    first = text.letter(first)
    char = text.char(first)
    if char == "":
        return False
    if closed and opener == "(" and not _whole_aside(text, first):
        return False
    if kind is Kind.PLAIN and not dashed and lists.begins(text, right):
        return True
    if char.islower():
        return _lower(text, first, at, stops, kind, words) and not dashed
    if char.isdigit():
        return _digit(text, at, kind, words, stops)
    if not char.isalpha():
        return kind is Kind.PLAIN and char in "$€£¥₹#@№§✓<•|" + DASHES and not _number_before(text, at)
    if dashed:
        return kind in (Kind.PLAIN, Kind.CLOSING)
    if not char.isupper() and not char.istitle():
        return _caseless(text, at, kind, closed)
    return _upper(text, first, at, stops, kind, words, closed, aside, opener)


def _dash(text: Text, i: int) -> int:
    while i - 3 < i < text.size and text.string[i] in DASHES:
        i += 1
    return i


def _whole_aside(text: Text, first: int) -> bool:
    """Whether a bracket behind a quotation holds a sentence, (He was late.), and not a source, (Smith 55)."""
    word = text.word(first)
    if not word[:1].isupper():
        return False
    second = text.blank(first + len(word))
    return second > first + len(word) and text.char(second).islower()


def _lower(text: Text, first: int, at: int, stops: str, kind: Kind, words: Words) -> bool:
    """A small letter goes on with the sentence, unless it is a name (iOS) or nobody cares for capitals here."""
    if kind is not Kind.PLAIN or stops in ("...", "…"):
        return False
    second = text.char(first + 1)
    if second.isupper():
        return True
    word = text.word(first)
    if any(c.isupper() for c in word):
        return True
    head = text.string[: text.size].lstrip(" \n\t\"'“*_([•-")
    opening = head[:1]
    return opening.islower() and not any(c.isupper() for c in head[:6]) and len(text.token(at)) > 1


def _number_before(text: Text, at: int) -> bool:
    return text.string[at - 1 : at].isdigit()


def _digit(text: Text, at: int, kind: Kind, words: Words, stops: str) -> bool:
    token = text.token(at)
    if stops != ".":
        return len(stops) == 1 or "!" in stops or "?" in stops
    if token[-1:].isdigit():
        return len(token) > 3 or not token.isdigit()
    return kind in (Kind.PLAIN, Kind.CLOSING)


def _caseless(text: Text, at: int, kind: Kind, closed: bool) -> bool:
    """A script without capitals: the stop alone tells. A quotation at the head may have its speaker behind."""
    if closed:
        return text.string.lstrip()[:1] not in QUOTES
    return kind is Kind.PLAIN or kind is Kind.CLOSING


def _upper(
    text: Text, first: int, at: int, stops: str, kind: Kind, words: Words, closed: bool, aside: bool, opener: str
) -> bool:
    if (
        stops in ("...", "…")
        and text.char(first) == "I"
        and text.word(first).replace("’", "'").partition("'")[0] == "I"
    ):
        return False
    if closed:
        return not aside and not (stops[-1] in "!?" and _speaker(text, first, words))
    if stops == "." and words.ordinal and _is_ordinal(text.token(at)):
        return _behind_ordinal(text, first, words)
    if kind is Kind.PLAIN:
        return True
    if opener in ("(", "[") or kind in (Kind.TITLE, Kind.NEVER):
        return False
    word = text.word(first)
    if kind is Kind.CLOSING:
        return not _goes_on(text, at, word, words)
    if kind is Kind.NUMBERED:
        if len(word) == 1 or _ROMAN.issuperset(word.lower()):
            return False
        if text.token(at).lower() in words.ordinary:
            return True
    if kind is Kind.INITIAL and text.token(at).islower() and text.token(at) != "i":
        return words.starts(word) and text.token(at) not in words.kinds
    if kind is Kind.INITIAL and text.token(at) != "I" and words.subjects:
        return word.lower() in words.subjects and not _name_like(text, first, word, kind)
    return words.starts(word) and not _name_like(text, first, word, kind)


def _name_like(text: Text, first: int, word: str, kind: Kind) -> bool:
    """X. He, Y. Wang: an initial's surname that looks like a starter has a comma or a capital behind it."""
    if kind is not Kind.INITIAL or word.startswith("I"):
        return False
    after = text.char(first + len(word))
    return after in (",", ".", ";", ")")


def _goes_on(text: Text, at: int, word: str, words: Words) -> bool:
    """5 p.m. Tuesday; at the head of a sentence also: At 5 a.m. Mr. Smith rose."""
    if text.token(at).lower().replace(".", "") not in ("am", "pm"):
        return False
    if word.lower() in words.months:
        return True
    head = text.string[:at].lstrip()
    return (
        len(head) <= 20
        and not head[:1].isdigit()
        and head.split(None, 1)[0].lower()
        in {"at", "by", "around", "about", "before", "after", "until", "till", "since", "from", "on", "in"}
    )


def _speaker(text: Text, first: int, words: Words) -> bool:
    """Behind a quotation: I asked, Alice replied."""
    word = text.word(first)
    if not words.saying or (word != "I" and words.starts(word)):
        return False
    second = text.blank(first + len(word))
    return second > first + len(word) and text.word(second).lower() in words.saying


def _is_ordinal(token: str) -> bool:
    return (token.isdigit() and len(token) <= 2) or (
        token.isupper() and len(token) <= 6 and _ROMAN.issuperset(token.lower())
    )


def _behind_ordinal(text: Text, first: int, words: Words) -> bool:
    word = text.word(first)
    if word.lower() in words.months:
        return False
    return words.starts(word) or words.ordinal != "nouns"


def silence(string: str, words: Words, stops: frozenset[str]) -> Silence:
    """Whether the open sentence is finished if nothing follows for a while."""
    end = len(string)
    nearest = max(0, end - FAR)
    while end > nearest and (
        string[end - 1] in CLINGING or string[end - 1].isspace() or PICTURE.match(string, end - 1)
    ):
        end -= 1
    begin = end
    while begin > nearest and string[begin - 1] in stops:
        begin -= 1
    if begin == end:
        return Silence.WAITS
    text = Text(string, final=True)
    marks = string[begin:end]
    if marks in ("..", "...", "…", "……"):
        return Silence.MAY_END
    if marks != ".":
        return Silence.ENDS
    token = text.token(begin)
    if not token or token[-1].isdigit() or _is_marker(text, begin, "."):
        return Silence.WAITS
    return _SILENT[_kind(text, begin, marks, words)]


_SILENT = {
    Kind.PLAIN: Silence.ENDS,
    Kind.TITLE: Silence.WAITS,
    Kind.NUMBERED: Silence.WAITS,
    Kind.NEVER: Silence.WAITS,
    Kind.CLOSING: Silence.MAY_END,
    Kind.SHORT: Silence.MAY_END,
    Kind.INITIAL: Silence.WAITS,
}


def settled(string: str, words: Words) -> int:
    """How much of the open sentence can be spoken as it stands, whatever follows."""
    if string and ideographic(string[-1]):
        return len(string)
    text, end = Text(string, final=True), len(string)
    if string and not string[-1].isspace():
        end = _space_before(string, end)
    for _ in range(6):
        last = len(string[:end].rstrip())
        if last == 0 or string[last - 1] != ".":
            return end
        token = text.token(last - 1)
        if token and not token[-1].isdigit() and words.kind(token) in (Kind.PLAIN, Kind.CLOSING):
            return end
        end = _space_before(string, last)
    return end


def _space_before(string: str, end: int) -> int:
    """The place behind the last space before `end`; 0 if there is none near."""
    for i in range(end, max(0, end - 80), -1):
        if string[i - 1].isspace():
            return i
    return 0
