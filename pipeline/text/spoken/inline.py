"""What may stand inside a line: links, code, formulas, tags, addresses, emoji. One pass, no way back."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html.entities import html5

from pipeline.text.spoken.addresses import email, url, url_begins
from pipeline.text.spoken.ahead import Ahead
from pipeline.text.spoken.atoms import Atom
from pipeline.text.spoken.emoji import EMOJI, PICTURES
from pipeline.text.spoken.emphasis import delimiter
from pipeline.text.spoken.latex import lettering, silent
from pipeline.text.spoken.links import Links, orphan_end, source_end
from pipeline.text.spoken.maths import is_formula
from pipeline.text.spoken.pairs import ticks
from pipeline.text.spoken.phrases import programming_language
from pipeline.text.spoken.tags import BLOCKS, TAG, TOKEN, alternative, hidden, stray
from pipeline.text.spoken.unfit import UNFIT, UNSEEN, UNSOUND

__all__ = ["Inline"]

_STOP = re.compile(rf"[\\`*_~\[\]}}<>&$@!=\-.:\u20e3\u3010{PICTURES}{UNSOUND}{UNSEEN}]")
_EMOJI = re.compile(EMOJI)
_AUTOLINK = re.compile(r"<(?:https?://[^\s<>]+|[\w.+-]{1,64}@[\w.-]{1,255})>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


class Inline:
    """Reads stretches of one passage's text into `atoms`."""

    def __init__(self, text: str, atoms: list[Atom]) -> None:
        self.text = text
        self.atoms = atoms
        self.hidden: re.Pattern[str] | None = None
        """Set when `read` stopped before something that goes on until this matches."""
        self.hidden_kind = ""
        self._ticks = ticks(text)
        self._links = Links(text)
        self._ahead = Ahead(text)
        self._ends: dict[int, tuple[int, str]] = {}  # a link's closing bracket -> where its mark ends, and its kind
        self._groups: dict[int, str] = {}  # a brace that closes lettering -> its kind
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
            "}": self._group_end,
            "<": self._angle,
            ">": self._angle_end,
            "&": self._entity,
            "$": self._dollar,
            "\\": self._escape,
            "@": self._email,
            ":": self._address,
            ".": self._address,
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
        unfit = UNFIT.match(text, at, self._limit)
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
        close = self._links.close(inner - 1, self._limit)
        if close < 0:
            return inner
        if text.startswith("^", inner) and not image:
            return self._put(Atom("thing", at, close + 1, "footnotes")) if 1 < close - inner < 64 else inner
        end = self._links.target(at, close, self._limit)
        if end < 0:
            return inner
        kind = "images" if image else "links"
        self._put(Atom("enter", at, at, kind))
        self._ends[close] = (end, kind)
        return self._mark(at, inner, kind)

    def _source(self, at: int) -> int:
        end = source_end(self.text, at, self._limit)
        return self._put(Atom("thing", at, end, "footnotes")) if end >= 0 else at + 1

    def _bracket_end(self, at: int) -> int:
        if at in self._ends:
            end, kind = self._ends.pop(at)
            self._mark(at, end, kind)
            return self._put(Atom("leave", end, end, kind))
        end = orphan_end(self.text, at, self._limit)
        return self._mark(at, end, "links") if end >= 0 else at + 1

    def _angle(self, at: int) -> int:
        text = self.text
        if opening := hidden(text, at):
            closer, kind = opening
            before = at
            while before and text[before - 1] in " \t":
                before -= 1
            if not before or text[before - 1] == "\n" or self._ahead.comes(closer, at):
                self.hidden, self.hidden_kind = closer, kind
                return at
            return at + 1
        if (end := stray(text, at)) > at:
            return self._mark(at, end, "thinking")
        if token := TOKEN.match(text, at, self._limit):
            return self._mark(at, token.end(), "html")
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
        close = self._ahead.find("$" * width, inner, self._limit)
        if close < 0 or close == inner:
            return inner
        content = text[inner:close] if close - inner <= 1_000 else ""
        if width == 1:
            tight = not content[:1].isspace() and not content[-1:].isspace()
            if not tight or text[close + 1 : close + 2].isdigit() or "\n\n" in content:
                return inner
            if not is_formula(content):
                return inner
        elif not content:
            return inner
        return self._put(Atom("thing", at, close + width, "maths", (inner, close)))

    def _escape(self, at: int) -> int:
        text = self.text
        after = text[at + 1] if at + 1 < self._limit else "\n"
        if after in "([":
            close = self._ahead.find("\\)" if after == "(" else "\\]", at + 2, self._limit)
            if close >= 0 and close - at <= 2_000:
                return self._put(Atom("thing", at, close + 2, "maths", (at + 2, close)))
        if after.isalpha() and (end := self._command(at)) > at:
            return end
        if after == "\n" or after in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~":
            self._mark(at, at + 1, "escapes")
            return min(at + 2, self._limit)
        return at + 1

    def _command(self, at: int) -> int:
        """Where reading goes on behind a command of LaTeX at `at`; there, if none is known."""
        if found := lettering(self.text, at, self._limit):
            begin, close, kind = found
            if kind == "inline_code":
                return self._put(Atom("thing", at, close + 1, kind, (begin, close)))
            self._put(Atom("enter", at, at, kind))
            self._groups[close] = kind
            return self._mark(at, begin, kind)
        end = silent(self.text, at, self._limit)
        tied = end > at > self._begin and self.text[at - 1] == "~"
        if tied and self.text[at - 2 : at - 1] == self.text[end : end + 1] == ".":
            end += 1  # Fig.~\ref{f}. leaves one stop
        return self._mark(at - tied, end, "escapes")

    def close_at(self, brace: int) -> None:
        """The brace belongs to a mark before it, and is not said."""
        self._groups[brace] = ""

    def _group_end(self, at: int) -> int:
        kind = self._groups.pop(at, None)
        if kind is None:
            return at + 1
        self._mark(at, at + 1, kind or "escapes")
        return self._put(Atom("leave", at + 1, at + 1, kind)) if kind else at + 1

    def _email(self, at: int) -> int:
        found = email(self.text, at, self._begin, self._limit)
        return self._put(Atom("thing", *found, "emails")) if found else at + 1

    def _address(self, at: int) -> int:
        """A colon or a dot may belong to the beginning of a web address."""
        begin = url_begins(self.text, at, self._begin)
        if begin < 0:
            return at + 1
        found = url(self.text, begin, self._limit)
        if found is None:
            return at + 1
        end, host = found
        return self._put(Atom("thing", begin, end, "urls", host))
