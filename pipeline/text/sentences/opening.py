"""Whether what follows a stop and a space begins a sentence."""

from __future__ import annotations

import re

from pipeline.text.sentences import lists, small
from pipeline.text.sentences.marks import DASHES, QUOTES, RUN, georgian
from pipeline.text.sentences.reading import Text
from pipeline.text.sentences.stop import Stop
from pipeline.text.sentences.words import ROMAN, Kind, Words

_HEADS = QUOTES - frozenset("'’") | {"`"}
"""What begins a sentence whatever it holds: a quotation, code."""
TURNS = frozenset('"“„«`')
"""What opens a quotation right behind another."""
_OMISSION = re.compile(r"[\[(](?:\.{3}|…)[\])]")
_HALF_OMISSION = re.compile(r"[\[(](?:\.{1,3}|…)\Z")
"""[...], where something is left out."""
_VERBAL = {"ko": "다요죠까", "fa": "دمت"}
"""Languages whose sentences end with the verb: how verbs end."""
_DATE = 6
"""More words than a date at the head of a sentence has: W styczniu 49 r. p.n.e. Grecja."""
_LEADS = " \n\t\"'“‘«*_>•-"
"""Marks before a sentence's first word."""
_ORDINAL = 3
"""More digits than one behind which a dot may be no full stop has."""
_WORDS = 4
"""Of what is said before an ellipsis, to take a capital that says nothing for a beginning."""
_NAMES = 3
"""Words of a speaker's name, with his title."""
_SHILLINGS, _PENCE = re.compile(r"\d{1,2}s"), re.compile(r"\d{1,2}d")
_DATED = re.compile(r"\d{1,4}\.")
_SERIES = re.compile(r"[2-9]d \d")
_HALF_SERIES = re.compile(r"[2-9]d? ?\Z")
"""A series of law reports, and its page: 12 So. 3d 45."""
_HOURS = frozenset({"am", "a.m", "pm", "p.m"})
_CURRENCIES = "$€£¥₹"
_SYMBOLS = frozenset(_CURRENCIES + "#@№§✓<•|→⇒►")


def begins(stop: Stop, right: int) -> bool:
    """Whether a sentence begins at `right`, by the mark that stands there or by the first letter. Raises `More`."""
    text, plain = stop.text, stop.kind is Kind.PLAIN
    char = text.char(right)
    if char in '"”»' and stop.at and text.string[stop.at - 1].isspace() and text.char(right + 1) == " ":
        if text.char(right + 2) in ".,;:":  # with a space on both sides of each mark: Why ? " . It
            return False
    if char in ".…":  # ...and so on
        return plain and text.char(text.match(RUN, right)).isalpha()
    if plain and char in _HEADS and (char in TURNS or not stop.quoted) and not stop.trails and not stop.aside:
        return True  # behind a quotation somebody else speaks: "Lee?" "Yes."
    if char in DASHES:
        return _behind_dash(stop, right)
    if char == ",":  # ,,as „ is typed''
        return plain and text.char(right + 1) == ","
    if (char == "<" and text.char(right + 1).isalpha()) or (char in "*·+" and text.char(right + 1) == " "):
        return plain  # <b>, * an item
    return _at_letter(stop, right)


def _at_letter(stop: Stop, right: int) -> bool:
    """The same by the first letter, whatever opens in front of it."""
    text, plain, numbered = stop.text, stop.kind is Kind.PLAIN, stop.token.isdigit()
    first = text.letter(right)
    opener, letter = text.char(right), text.char(first)
    if letter == "" or (stop.quoted and opener == "(" and not _whole_aside(text, first)):
        return False
    dated = numbered and opener == "1" and text.char(right + 1) == "."  # 2020. 5. 1. 서울에서
    if plain and not dated and lists.begins(text, right):
        return True
    if numbered and lists.is_move(text, first):
        return False  # After 1. d4 Nf6 2. c4 White
    if letter.islower() and not georgian(letter):
        if opener == "(":
            return _is_aside(stop)
        return small.begins(stop, first) or small.follows_elision(stop, first)
    if letter.isdigit():
        return _digit(stop, first)
    if letter in ".…" and (omitted := text.match(_OMISSION, right, _HALF_OMISSION)) > right:
        return plain and text.char(text.blank(omitted)).isupper()
    if not letter.isalpha():
        return plain and letter in _SYMBOLS and (not stop.token[-1:].isdigit() or _price(stop, letter))
    if not letter.istitle():
        return _caseless(stop, first)
    return _capital(stop, first, opener)


def is_i(text: Text, i: int) -> bool:
    """I, I'm, I've: the one English word whose capital says nothing."""
    return text.char(i) == "I" and text.word(i).replace("’", "'").partition("'")[0] == "I"


def _says_something(stop: Stop) -> bool:
    """Whether what trails off could stand alone: That's a tough one... I would say; but Hmm... I'm not sure."""
    return len(stop.text.string[: stop.at].split(None, _WORDS)) >= _WORDS


def _behind_dash(stop: Stop, right: int) -> bool:
    """Behind a dash, a capital is a new turn; any other letter is an aside or a speaker, and an item or a turn behind
    a full stop."""
    text, first = stop.text, right
    while first < right + 3 and text.char(first) in DASHES:
        first += 1
    first = text.letter(text.blank(first))
    letter = text.char(first)
    if letter.isdigit():
        return stop.kind is Kind.PLAIN and (not stop.token[-1:].isdigit() or len(stop.token) > 3)
    full = stop.marks in (".", "..") and not stop.quoted
    if full and letter.isalpha() and not letter.isupper() and text.char(right + 1) == " ":
        return stop.kind is Kind.PLAIN and text.word(first) not in stop.words.saying
    if stop.words.language == "kk" or stop.token.lower() in _HOURS:  # 9 a.m. - Lunch
        return False
    return letter.isupper() and stop.kind in (Kind.PLAIN, Kind.CLOSING)


def _whole_aside(text: Text, first: int) -> bool:
    """Whether a bracket behind a quotation holds a sentence, (He was late.), and not a source, (Smith 55)."""
    word = text.word(first)
    second = text.blank(first + len(word))
    return word[:1].isupper() and second > first + len(word) and text.char(second).islower()


def _is_aside(stop: Stop) -> bool:
    """Whether a bracket with a small letter is a remark on what was said, (applause), and not its source."""
    return stop.kind is Kind.PLAIN and stop.marks == "." and len(stop.token) > 3 and stop.text.char(stop.at + 1) == " "


def _price(stop: Stop, sign: str) -> bool:
    """Whether a price begins behind a number that is no ordinal: It rose to $5.50. $6 is next."""
    return sign in _CURRENCIES and not (stop.token.isdigit() and len(stop.token) <= _ORDINAL)


def _digit(stop: Stop, first: int) -> bool:
    if stop.marks != ".":
        return not stop.trails
    if stop.text.finds(_SERIES, first, _HALF_SERIES):
        return False
    if stop.at > 1 and stop.text.string[stop.at - 1] == " " and stop.text.string[stop.at - 2].isdigit():
        return False  # 25 . 000
    if stop.token[-1:].isdigit():
        dot = first + len(stop.text.word(first))
        if len(stop.token) <= _ORDINAL and stop.token.isdigit():  # 12. 3. 2014; but "There were 12. 3 of them left."
            follows = dot < first + 4 and stop.text.char(dot) == " " and stop.text.char(dot + 1).islower()
            return follows and not stop.words.ordinal
        if stop.words.ordinal or not stop.token.isdigit():
            return True  # in 2010. 30 people
        return dot > first + 2 or stop.text.char(dot) != "." or stop.text.char(dot + 1) != " "  # 2020. 5. 5.
    if _SHILLINGS.fullmatch(stop.token) and _PENCE.fullmatch(stop.text.word(first)):
        return False  # 2s. 6d. a week
    return stop.kind is Kind.PLAIN or (stop.kind is Kind.CLOSING and _closes_number(stop))


def _closes_number(stop: Stop) -> bool:
    """At 5 p.m. 30 people came; but B.C. 300, and 5 kg."""
    token = stop.token.lower()
    return token not in stop.words.units and ("." not in token or stop.text.word_before(stop.at)[-1:].isdigit())


def _caseless(stop: Stop, first: int) -> bool:
    """A script without capitals: the stop alone tells. A quotation at the head may have its speaker behind."""
    if (stop.quoted or stop.marks != ".") and stop.text.among(first, stop.words.saying):
        return False
    if stop.trails:
        return stop.token[-1:] in tuple(_VERBAL.get(stop.words.language, "")) and not stop.quoted
    if stop.closed is not None:
        return not stop.closed.first
    if stop.kind is Kind.SHORT:
        return stop.words.starts(stop.text.word(first))
    if stop.token.isdigit() and len(stop.token) <= 2 and _DATED.fullmatch(stop.text.word_before(stop.at)):
        return False  # 2020. 5. 5. 서울에서
    return stop.kind is Kind.PLAIN or (stop.kind is Kind.CLOSING and not stop.token.isascii())


def _capital(stop: Stop, first: int, opener: str) -> bool:
    text, words, kind = stop.text, stop.words, stop.kind
    if stop.trails and is_i(text, first) and not (stop.token and _says_something(stop)):
        return False
    if stop.closed is not None:
        if stop.aside:
            return kind is Kind.PLAIN and stop.closed.long
        return stop.told or not (stop.marks[-1] in "!?—–" and _speaker(text, first, words))
    if stop.marks == "." and words.ordinal and _is_ordinal(stop.token) and text.string[stop.at - 1].isalnum():
        return _behind_ordinal(stop, first)
    if kind is Kind.PLAIN:
        return True
    if opener in ("(", "["):
        return False
    return not _goes_on(stop, first) if kind is Kind.CLOSING else _behind_abbreviation(stop, first)


def _behind_abbreviation(stop: Stop, first: int) -> bool:
    """Behind a word that may be shortened, the next one tells: a name goes on with the sentence, a starter begins
    another."""
    words, kind, token, word = stop.words, stop.kind, stop.token, stop.text.word(first)
    if kind is Kind.NUMBERED:
        ordinary = token.lower() in words.ordinary
        if any(map(str.isdigit, word)):
            return False  # no. A-12
        if len(word) == 1 or (word.isupper() and ROMAN.issuperset(word.lower())):  # but Il is a word
            return ordinary and word == "I"
        if ordinary:
            return True
    if len(token) > 1 and token.isalpha() and token.isupper() and not word.isupper():
        return True  # an acronym
    if (kind is Kind.INITIAL or len(word) == 1) and stop.text.char(first + len(word)) in (",", ".", ";", ")"):
        return word == "I"  # X. He, Y. Wang; вх. В, ап. 65
    return _behind_initial(stop, word) if kind is Kind.INITIAL else words.starts(word)


def _behind_initial(stop: Stop, word: str) -> bool:
    """Behind one letter and a dot comes a surname, unless the word could never be one."""
    words = stop.words
    if stop.token == "I" or not words.subjects:
        return words.starts(word)
    word = word.lower()
    return word in words.subjects or word in words.links or word in words.orders


def _goes_on(stop: Stop, first: int) -> bool:
    """5 p.m. Tuesday; at the head of a sentence also, for want of a verb: At 5 a.m. Mr. Smith rose."""
    months = stop.words.months
    if stop.token.lower() in _HOURS and stop.text.among(first, months):
        return True
    head = stop.text.string[: stop.at].lstrip(_LEADS).split(None, _DATE)
    if not 2 < len(head) < _DATE or not (head[0].lower() in stop.words.adverbial or head[0].isdigit()):
        return False
    numbers = [part for part in head[1:-1] if part[0].isdigit() or _is_ordinal(part) or part.lower() in months]
    return bool(numbers) and all(
        part in numbers or part[-1] == "." or part in stop.words.starters or part in stop.words.adverbial
        for part in head[1:-1]
    )


def _speaker(text: Text, first: int, words: Words) -> bool:
    """Behind a quotation: I asked, Alice replied, Dr. Ann Hill said."""
    word = text.word(first)
    if not words.saying or (word != "I" and words.starts(word)):
        return False
    for _ in range(_NAMES):
        end = first + len(word)
        end += text.char(end) == "." and words.kind(word) is Kind.TITLE
        first = text.blank(end)
        if first == end or text.among(first, words.saying):
            return first > end
        if word == "I" or not text.char(first).isupper():
            return False
        word = text.word(first)
    return False


def _is_ordinal(token: str) -> bool:
    """5., 19., 24.12., XIV."""
    if token[-1:].isdigit():
        return all(part.isdigit() and len(part) <= _ORDINAL for part in token.split("."))
    return 2 <= len(token) <= 6 and token.isupper() and ROMAN.issuperset(token.lower())


def _behind_ordinal(stop: Stop, first: int) -> bool:
    """Behind a number that may be an ordinal: the 3. Oktober, but Seite 3. Der."""
    words = stop.words
    if stop.text.among(first, words.months):
        return False
    if (words.ordinal != "nouns" and stop.token[-1:].isdigit()) or words.starts(stop.text.word(first)):
        return True
    before = stop.text.word_before(stop.at).rstrip(".")
    return before in words.counts or words.kind(before) is Kind.NUMBERED
