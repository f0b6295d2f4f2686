"""What may stand inside a line: links, code, formulas, tags, addresses, emoji. One pass, no way back."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html.entities import html5

from pipeline.text.atoms import Atom
from pipeline.text.emoji import EMOJI, PICTURES
from pipeline.text.emphasis import delimiter
from pipeline.text.phrases import programming_language
from pipeline.text.tags import BLOCKS, STRAY, TAG, alternative, hidden

__all__ = ["Inline"]

UNSOUND = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufff9-\uffff\U000f0000-\U0010ffff"
)
"""Characters no voice can be given: controls, half characters, private ones."""
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
"""Characters that are there for typesetting only. The joiners 200C and 200D matter in some scripts."""

_STOP = re.compile(rf"[\\`*_~\[\]<>&$@!=\-.:\u20e3\u3010{PICTURES}{UNSOUND}{UNSEEN}]")
_EMOJI = re.compile(EMOJI)
_UNFIT = re.compile(f"[{UNSOUND}{UNSEEN}]+")
_SCHEMES = ("https", "http", "ftp")
_URL = re.compile(
    r"(?:(?:https?|ftp)://(?:[\u3040-\ud7ff][\w.-]*)?|www\.)[^\s<>\"`\[\]|\\^{}\x00-\x1f\u2000-\u206f\u2e80-\uffff]*",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:(?:https?|ftp)://)?(?:[^\s/@?#]{1,200}@)?(?:www\.)?([^\s/?#:@]+)", re.IGNORECASE)
_DOMAIN = re.compile(r"\w[\w-]{0,62}(?:\.\w[\w-]{0,62}){1,8}")
_TARGET = re.compile(r"\s*(?:<[^<>\n]*>|[^\s<>]*)(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*")
_ORPHAN = re.compile(r"\]\((?:https?://|/|#|mailto:)[^\s()]{0,2000}\)")
_SOURCE = re.compile(r"\u3010[^\u3010\u3011\n]{0,60}\u2020[^\u3010\u3011\n]{0,60}\u3011")
"""A note of where a model has something from: 【4†source】."""
_AUTOLINK = re.compile(r"<(?:https?://[^\s<>]+|[\w.+-]{1,64}@[\w.-]{1,255})>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_FORMULA = re.compile(r"[\\^_={}]|(?<![^\W\d_])[^\W\d_](?![^\W\d_])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_TARGET_LIMIT = 4_096


class Inline:
    """Reads stretches of one passage's text into `atoms`."""

    def __init__(self, text: str, atoms: list[Atom]) -> None:
        self.text = text
        self.atoms = atoms
        self.hidden: re.Pattern[str] | None = None
        """Set when `read` stopped before something that goes on until this matches."""
        self.hidden_kind = ""
        self._ticks = _ticks(text)
        self._squares, self._rounds = _brackets(text)
        self._ends: dict[int, tuple[int, str]] = {}  # a link's closing bracket -> where its mark ends, and its kind
        self._absent: set[object] = set()  # closers known to be nowhere in the rest of the text
        self._pointed = -1  # the bracket that closes an address
        self._begin = 0
        self._limit = 0
        self._reading: dict[str, Callable[[int], int]] = {
            **dict.fromkeys("*_~", self._delimiter),
            **dict.fromkeys("-=", self._rule),
            "`": self._code,
            "[": self._bracket,
            "!": self._image,
            "]": self._bracket_end,
            "<": self._angle,
            ">": self._angle_end,
            "&": self._entity,
            "$": self._dollar,
            "\\": self._escape,
            "@": self._email,
            ":": self._scheme,
            ".": self._www,
            "\u3010": self._source,
        }

    def read(self, start: int, end: int) -> int:
        """Read `text[start:end]`; returns where it stopped, which is short of `end` only with `hidden` set."""
        text = self.text
        self._begin, self._limit = start, end
        at = start
        while at < end and (found := _STOP.search(text, at, end)):
            at = found.start()
            at = self._reading.get(text[at], self._odd)(at)
            if self.hidden:
                self._flush(at)
                return at
        self._flush(end)
        return end

    # ---- writing

    def _flush(self, upto: int) -> None:
        if upto > self._begin:
            self.atoms.append(Atom("text", self._begin, upto))
            self._begin = upto

    def _put(self, atom: Atom) -> int:
        self._flush(atom.start)
        self.atoms.append(atom)
        self._begin = max(self._begin, atom.end)
        return atom.end

    def _mark(self, start: int, end: int, kind: str) -> int:
        return self._put(Atom("mark", start, end, kind))

    # ---- one method for each special character; each returns where reading goes on

    def _odd(self, at: int) -> int:
        """An emoji, or characters that no voice can be given."""
        text = self.text
        if emoji := _EMOJI.match(text, at, self._limit):
            return self._put(Atom("thing", at, emoji.end(), "emoji"))
        if text.startswith(("\ufe0f\u20e3", "\u20e3"), at):  # a character drawn on a key: it has been said
            return self._mark(at, text.index("\u20e3", at) + 1, "emoji")
        unfit = _UNFIT.match(text, at, self._limit)
        if unfit is None or (unfit[0] in "\u200c\u200d" and at and text[at - 1] > "\u02ff"):
            return at + 1
        return self._mark(at, unfit.end(), "control")

    def _delimiter(self, at: int) -> int:
        text, end = self.text, at + 1
        while end < self._limit and text[end] == text[at]:
            end += 1
        if end - at > 3:
            return self._mark(at, end, "rules")
        if text[at] == "~" and end - at != 2:
            return end
        meant = delimiter(text, at, end)
        return self._put(Atom("delimiter", at, end, "", meant)) if meant else end

    def _code(self, at: int) -> int:
        length, close = self._ticks.get(at, (1, -1))  # the rest of a run whose first one is escaped has no partner
        inner = at + length
        if close < 0 or close >= self._limit:
            between = at and self.text[at - 1].isalnum() and inner < len(self.text) and self.text[inner].isalnum()
            return inner if between else self._mark(at, inner, "inline_code")
        end = close + length
        line = self.text.find("\n", inner, close)
        if length >= 3 and line >= 0:  # a whole block that does not begin its line
            name = programming_language(self.text[inner:line])
            lines = len(self.text[line + 1 : close].rstrip().splitlines())
            return self._put(Atom("thing", at, end, "code", (line + 1, close, lines, name)))
        return self._put(Atom("thing", at, end, "inline_code", (inner, close)))

    def _rule(self, at: int) -> int:
        end = at + 1
        while end < self._limit and self.text[end] == self.text[at]:
            end += 1
        return self._mark(at, end, "rules") if end - at > 3 else end

    def _image(self, at: int) -> int:
        return self._bracket(at) if self.text.startswith("![", at) else at + 1

    def _bracket(self, at: int) -> int:
        text = self.text
        image = text[at] == "!"
        inner = at + 2 if image else at + 1
        close = self._squares.get(inner - 1, -1)
        if close < 0 or close >= self._limit:
            return inner
        if text.startswith("^", inner) and not image:
            return self._put(Atom("thing", at, close + 1, "footnotes")) if 1 < close - inner < 64 else inner
        end = self._target(at, close)
        if end < 0:
            return inner
        kind = "images" if image else "links"
        self._put(Atom("enter", at, at, kind))
        self._ends[close] = (end, kind)
        return self._mark(at, inner, kind)

    def _source(self, at: int) -> int:
        found = _SOURCE.match(self.text, at, self._limit)
        return self._put(Atom("thing", at, found.end(), "footnotes")) if found else at + 1

    def _target(self, at: int, close: int) -> int:
        """Where the address behind a link's text ends, or -1 where none is."""
        text = self.text
        follow = text[close + 1] if close + 1 < self._limit else ""
        if follow == "(":
            end = self._rounds.get(close + 1, -1)
            fits = 0 <= end < self._limit and end - close < _TARGET_LIMIT
            return end + 1 if fits and _TARGET.fullmatch(text, close + 2, end) else -1
        if follow == "[" and not (at and text[at - 1].isalnum()):
            end = self._squares.get(close + 1, -1)
            return end + 1 if 0 <= end < self._limit and end - close < 128 else -1
        return -1

    def _bracket_end(self, at: int) -> int:
        if at in self._ends:
            end, kind = self._ends.pop(at)
            self._mark(at, end, kind)
            return self._put(Atom("leave", end, end, kind))
        orphan = _ORPHAN.match(self.text, at, self._limit)  # the link's text began in another passage
        return self._mark(at, orphan.end(), "links") if orphan else at + 1

    def _angle(self, at: int) -> int:
        text = self.text
        if opening := hidden(text, at):
            closer, kind = opening
            before = at
            while before and text[before - 1] in " \t":
                before -= 1
            if not before or text[before - 1] == "\n" or self._ahead(closer, at):
                self.hidden, self.hidden_kind = closer, kind
                return at
            return at + 1
        if stray := STRAY.match(text, at):
            return self._mark(at, stray.end(), "thinking")
        tag = TAG.match(text, at, min(self._limit, at + 2_000))
        if tag is None:
            if address := _AUTOLINK.match(text, at, min(self._limit, at + 2_000)):
                self._pointed = address.end() - 1
                return self._mark(at, at + 1, "html")
            return at + 1
        self._flush(at)
        if picture := alternative(tag):
            start, end = picture
            self._put(Atom("enter", at, at, "images"))
            self._mark(at, start, "html")
            self._flush(end)
            self._mark(end, tag.end(), "html")
            return self._put(Atom("leave", tag.end(), tag.end(), "images"))
        self._put(Atom("thing", at, tag.end(), "html"))
        if pause := BLOCKS.get(tag[1].lower()):
            self._put(Atom("pause", tag.end(), tag.end(), "", pause))
        return tag.end()

    def _angle_end(self, at: int) -> int:
        return self._mark(at, at + 1, "html") if at == self._pointed else at + 1

    def _entity(self, at: int) -> int:
        found = _ENTITY.match(self.text, at, self._limit)
        if found is None or (found[0][1] != "#" and found[0][1:] not in html5):
            return at + 1
        return self._put(Atom("say", at, found.end(), "html", html.unescape(found[0])))

    def _dollar(self, at: int) -> int:
        text, width = self.text, 2 if self.text.startswith("$$", at) else 1
        inner = at + width
        close = self._find("$" * width, inner)
        if close < 0 or close == inner:
            return inner
        content = text[inner:close] if close - inner <= 1_000 else ""
        if width == 1:
            tight = not content[:1].isspace() and not content[-1:].isspace()
            if not tight or text[close + 1 : close + 2].isdigit() or "\n\n" in content:
                return inner
            if not _FORMULA.search(content) or ("\\" not in content and _WORD.search(content)):
                return inner
        elif not content:
            return inner
        return self._put(Atom("thing", at, close + width, "maths", (inner, close)))

    def _escape(self, at: int) -> int:
        text = self.text
        after = text[at + 1] if at + 1 < self._limit else "\n"
        if after in "([":
            close = self._find("\\)" if after == "(" else "\\]", at + 2)
            if close >= 0 and close - at <= 2_000:
                return self._put(Atom("thing", at, close + 2, "maths", (at + 2, close)))
        if after == "\n" or after in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~":
            self._mark(at, at + 1, "escapes")
            return min(at + 2, self._limit)
        return at + 1

    def _email(self, at: int) -> int:
        text, start = self.text, at
        while start > max(self._begin, at - 64) and (text[start - 1].isalnum() or text[start - 1] in "._+%-"):
            start -= 1
        domain = _DOMAIN.match(text, at + 1, self._limit)
        if start == at or domain is None:
            return at + 1
        return self._put(Atom("thing", start, domain.end(), "emails"))

    def _scheme(self, at: int) -> int:
        if not self.text.startswith("://", at):
            return at + 1
        before = self.text[max(self._begin, at - 5) : at].lower()
        scheme = next((name for name in _SCHEMES if before.endswith(name)), "")
        return self._url(at - len(scheme), at + 3) if scheme else at + 3

    def _www(self, at: int) -> int:
        start = at - 3
        if start < self._begin or self.text[start:at].lower() != "www":
            return at + 1
        return at + 1 if start and self.text[start - 1].isalnum() else self._url(start, at + 1)

    def _url(self, at: int, inner: int) -> int:
        """An address from `at` on; behind `inner` comes more than the beginning that every address has."""
        found = _URL.match(self.text, at, self._limit)
        if found is None:
            return inner
        end = found.end()
        surplus = found[0].count(")") - found[0].count("(")
        while (last := self.text[end - 1]) in ".,;:!?'*_~" or (last == ")" and surplus > 0):
            surplus -= last == ")"
            end -= 1
        host = _HOST.match(self.text, at, end)
        if host is None or end <= inner:
            return max(found.end(), inner)
        return self._put(Atom("thing", at, end, "urls", host.span(1)))

    # ---- looking ahead, at most once for what is not there

    def _find(self, closer: str, start: int) -> int:
        if closer in self._absent:
            return -1
        found = self.text.find(closer, start)
        if found < 0:
            self._absent.add(closer)
        return found if found < self._limit else -1

    def _ahead(self, closer: re.Pattern[str], start: int) -> bool:
        if closer in self._absent:
            return False
        if closer.search(self.text, start):
            return True
        self._absent.add(closer)
        return False


def _ticks(text: str) -> dict[int, tuple[int, int]]:
    """Start of each run of backticks -> its length, and the start of the next run of the same length (or -1)."""
    if "`" not in text:
        return {}
    runs = [found.span() for found in re.finditer("`+", text)]
    later: dict[int, int] = {}
    out: dict[int, tuple[int, int]] = {}
    for start, end in reversed(runs):
        out[start] = (end - start, later.get(end - start, -1))
        later[end - start] = start
    return out


def _brackets(text: str) -> tuple[dict[int, int], dict[int, int]]:
    """Opening bracket -> its closing one, for square and round ones apart; escaped ones are none."""
    squares: dict[int, int] = {}
    rounds: dict[int, int] = {}
    if "[" not in text:
        return squares, rounds
    open_squares: list[int] = []
    open_rounds: list[int] = []
    for found in re.finditer(r"\\.|[\[\]()]|\n[ \t]*\n", text, re.DOTALL):
        char, at = found[0], found.start()
        if char == "[":
            open_squares.append(at)
        elif char == "(":
            open_rounds.append(at)
        elif char == "]" and open_squares:
            squares[open_squares.pop()] = at
        elif char == ")" and open_rounds:
            rounds[open_rounds.pop()] = at
        elif char[0] == "\n":
            open_squares.clear()
            open_rounds.clear()
    return squares, rounds
