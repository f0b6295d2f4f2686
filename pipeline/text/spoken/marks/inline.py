"""What may stand inside a line: emphasis, code, formulas, links, tags, addresses, emoji. One pass, no way back."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html.entities import html5

from pipeline.ground.unheard import SIGNS, Frame, opened
from pipeline.text.spoken.emoji import EMOJI, PICTURES, SHORTCODE
from pipeline.text.spoken.formulas.maths import is_formula
from pipeline.text.spoken.formulas.operators import FORMULAIC
from pipeline.text.spoken.marks.addresses import email, embedded, url, url_begins
from pipeline.text.spoken.marks.ahead import Ahead
from pipeline.text.spoken.marks.angles import Angles
from pipeline.text.spoken.marks.atoms import Atom
from pipeline.text.spoken.marks.brackets import Brackets
from pipeline.text.spoken.marks.emphasis import delimiter
from pipeline.text.spoken.marks.latex import Commands
from pipeline.text.spoken.marks.lines import DISPLAY_END, line_at
from pipeline.text.spoken.marks.notes import note_end
from pipeline.text.spoken.marks.sheet import Sheet
from pipeline.text.spoken.marks.tags import TOKEN, hidden, stray
from pipeline.text.spoken.phrases import programming_language
from pipeline.text.spoken.shapes import RAISED, SHAPED, plain, power
from pipeline.text.spoken.signs import DRAWN, LONG, PARTING, about, arrow_end, exponent, framed, parts, sign, starred
from pipeline.text.spoken.unfit import UNFIT, UNSEEN, UNSOUND

MARKS = rf"\\`*_~\[\]<>&$@^\u20e3\u3010{RAISED}{SHAPED}{FORMULAIC}{PARTING}{DRAWN}{LONG}{PICTURES}{UNSOUND}{UNSEEN}"
"""As ranges: characters that are hardly ever said as they stand."""
_STOP = re.compile(rf"[{MARKS}}}!=\-.:]")
_LINE_END = re.compile(r"[ \t]*\n")
_EMOJI = re.compile(EMOJI)
_DRAWN = re.compile(f"[{DRAWN}]+")
_ROLE = re.compile(
    r"(?P<silent>:(?:(?:foot)?cite[a-z]{0,8}(?::[a-z]{1,9})?|label):`[^`\n]{1,300}`)|:(?:[a-z][\w+-]{0,20}:){1,3}(?=`[^`\n])"
)
"""What the words in ticks behind it are to reStructuredText: :func:`open`; and sources, labels."""
_MONEY = re.compile(r"\${3,}")
"""Much of it."""
_WRITTEN = re.compile(r"[\\^_={}<>+]")
"""A sign of a formula; the words between two prices have none: $$, $$."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

DISPLAYED = Frame("maths", DISPLAY_END)
"""A formula on lines of its own."""


class Inline:
    """Reads stretches of one passage's text onto a sheet."""

    def __init__(self, sheet: Sheet, *, last: bool) -> None:
        """`last`: no passage follows."""
        self.text = text = sheet.text
        self.commands = Commands(sheet, last=last)
        self._sheet = sheet
        self._ahead = Ahead(text)
        self._ticks = _ticks(text)
        brackets, angles = Brackets(sheet), Angles(sheet)
        self._reading: dict[str, Callable[[int], int]] = {
            "*": self._delimiter,
            "_": self._delimiter,
            "~": self._delimiter,
            "-": self._rule,
            "=": self._rule,
            ":": self._colon,
            ".": self._address,
            "[": brackets.open,
            "!": brackets.open,
            "]": brackets.close,
            "\u3010": brackets.source,
            "<": angles.open,
            ">": angles.close,
            "}": self.commands.close,
            "\\": self._escape,
            "`": self._code,
            "&": self._entity,
            "$": self._dollar,
            "@": self._email,
            "^": self._power,
        }

    def read(self, start: int, end: int) -> int:
        """Read `text[start:end]`; returns where it stopped, which is short of `end` only before something `hidden`."""
        text, sheet = self.text, self._sheet
        at, sheet.limit = sheet.flush(start), end
        while found := _STOP.search(text, at, end):
            at = self._special(found.start())
            if sheet.hidden:
                return sheet.flush(at)
        return sheet.flush(end)

    def hidden(self) -> Frame | None:
        """What is not heard, before which `read` stopped; told once."""
        found, self._sheet.hidden = self._sheet.hidden, None
        return found

    def _special(self, at: int) -> int:
        """Reads what begins with a special character; returns where reading goes on."""
        text, sheet = self.text, self._sheet
        if text[at] in SIGNS:
            unheard, begun = hidden(text, at), opened(text, at)
            if unheard and (begun or self._begins_line(at) or self._ahead.comes(unheard.closer, at)):
                sheet.hidden = unheard
                return at
            if begun and TOKEN.match(text, at, sheet.limit):  # it is spoken of
                return sheet.mark(at, begun[0], "html")
            if (end := stray(text, at)) > at:
                return sheet.mark(at, end, "thinking")
        return self._reading.get(text[at], self._odd)(at)

    def _begins_line(self, at: int) -> bool:
        text = self.text
        while at and text[at - 1] in " \t":
            at -= 1
        return not at or text[at - 1] == "\n"

    # ---- one method for each special character; each returns where reading goes on

    def _odd(self, at: int) -> int:
        """An emoji, or characters that no voice can be given."""
        text = self.text
        if (end := arrow_end(text, at)) >= 0:
            return self._rest(at, end)
        if parts(text, at):
            return self._rest(at, at + 1)
        if emoji := _EMOJI.match(text, at, self._sheet.limit):
            return self._sheet.thing(at, emoji.end(), "emoji")
        if text.startswith(("\ufe0f\u20e3", "\u20e3"), at):  # a character drawn on a key: it has been said
            return self._sheet.mark(at, text.index("\u20e3", at) + 1, "emoji")
        if drawn := _DRAWN.match(text, at, self._sheet.limit):
            return self._sheet.mark(at, drawn.end(), "drawing")
        if (end := note_end(text, at, self._sheet.limit)) >= 0:
            return self._sheet.thing(at, end, "footnotes")
        if (end := power(text, at, self._sheet.limit)) >= 0:
            return self._sheet.put(Atom("power", at, end, "maths"))
        if shaped := plain(text, at, self._sheet.limit):
            end, words = shaped
            return self._sheet.put(Atom("say", at, end, "maths", words))
        if name := sign(text, at):
            return self._sheet.put(Atom("sign", at, at + 1, "maths", name))
        unfit = UNFIT.match(text, at, self._sheet.limit)
        if unfit is None or (unfit[0] in "\u200c\u200d" and at and text[at - 1] > "\u02ff"):
            return at + 1
        return self._sheet.mark(at, unfit.end(), "control")

    def _delimiter(self, at: int) -> int:
        text, end = self.text, at + 1
        while end < self._sheet.limit and text[end] == text[at]:
            end += 1
        if end - at > 3:
            return self._sheet.mark(at, end, "rules")
        if raising := starred(text, at, self._sheet.limit):
            return self._sheet.put(Atom("power", at, raising[0], "maths", inner=raising[1]))
        if text[at] == "~" and about(text, at):
            return self._sheet.put(Atom("phrase", at, end, "maths", "about"))
        if text[at] == "~" and end - at != 2:
            return self._framed(at) if end - at == 1 else end
        meant = delimiter(text, at, end)
        return self._sheet.put(Atom("delimiter", at, end, meant=meant)) if meant else end

    def _code(self, at: int) -> int:
        length, close = self._ticks.get(at, (1, -1))  # the rest of a run whose first one is escaped has no partner
        inner = at + length
        if close < 0 or close >= self._sheet.limit:
            between = at and self.text[at - 1].isalnum() and inner < len(self.text) and self.text[inner].isalnum()
            return inner if between else self._sheet.mark(at, inner, "inline_code")
        end = close + length
        line = self.text.find("\n", inner, close)
        if length >= 3 and line >= 0:  # a whole block that does not begin its line
            name = programming_language(self.text[inner:line])
            lines = len(self.text[line + 1 : close].rstrip().splitlines())
            return self._sheet.put(Atom("thing", at, end, "code", name, (line + 1, close), lines))
        return self._sheet.thing(at, end, "inline_code", (inner, close))

    def _rule(self, at: int) -> int:
        """Signs in a row: an arrow's shaft, a rule, or the marks round ==words that are lit up==."""
        text, end = self.text, at + 1
        if (arrow := arrow_end(text, at)) >= 0:
            return self._rest(at, arrow)
        while end < self._sheet.limit and text[end] == text[at]:
            end += 1
        if end - at > 3:
            return self._sheet.mark(at, end, "rules")
        lit = text[at:end] == "==" and text[at - 1 : at].isalnum() != text[end : end + 1].isalnum()
        return self._sheet.mark(at, end, "emphasis") if lit else end

    def _rest(self, at: int, end: int) -> int:
        """A sign that is not said, where the voice rests a little."""
        self._sheet.mark(at, end, "arrows")
        return self._sheet.pause(end, ",")

    def _power(self, at: int) -> int:
        found = exponent(self.text, at, self._sheet.limit)
        return self._sheet.put(Atom("power", at, found[0], "maths", inner=found[1])) if found else self._framed(at)

    def _framed(self, at: int) -> int:
        sheet, end = self._sheet, framed(self.text, at, self._sheet.limit)
        if end < 0:
            return at + 1
        sheet.mark(at, at + 1, "emphasis")
        sheet.flush(end - 1)
        return sheet.mark(end - 1, end, "emphasis")

    def _entity(self, at: int) -> int:
        found = _ENTITY.match(self.text, at, self._sheet.limit)
        if found is None or (found[0][1] != "#" and found[0][1:] not in html5):
            return at + 1
        return self._sheet.put(Atom("say", at, found.end(), "html", html.unescape(found[0])))

    def _dollar(self, at: int) -> int:
        text, width = self.text, 2 if self.text.startswith("$$", at) else 1
        if money := _MONEY.match(text, at, self._sheet.limit):
            return money.end()
        inner = at + width
        close = self._ahead.find("$" * width, inner, self._sheet.limit)
        while close > inner and text[close - 1] == "\\":  # a price in it
            close = self._ahead.find("$" * width, close + 1, self._sheet.limit)
        if close < 0 and width == 2 and self._displays(at, inner):
            return self._display(at, inner)
        if close < 0 or close == inner:
            return inner
        content = text[inner:close] if close - inner <= 1_000 else ""
        if width == 1:
            tight = not content[:1].isspace() and not content[-1:].isspace()
            if not tight or text[close + 1 : close + 2].isdigit() or "\n\n" in content:
                return inner
            if not is_formula(content):
                return inner
        elif not (_WRITTEN.search(content) or is_formula(content.strip())):
            return inner
        return self._sheet.thing(at, close + width, "maths", (inner, close))

    def _displays(self, at: int, inner: int) -> bool:
        """Whether two dollar signs at a line's end lead to the formula below, and not to nothing: I earn $$."""
        below = self.text.find("\n", inner) + 1
        line = line_at(self.text, below)[0].strip()
        return _LINE_END.match(self.text, inner) is not None and (line[:1] == "\\" or is_formula(line))

    def _display(self, at: int, inner: int) -> int:
        """A formula begins behind what leads to it, and goes on below."""
        self._sheet.hidden = DISPLAYED
        return self._sheet.mark(at, inner, "maths")

    def _escape(self, at: int) -> int:
        text = self.text
        after = text[at + 1] if at + 1 < self._sheet.limit else "\n"
        if after in "([":
            close = self._ahead.find("\\)" if after == "(" else "\\]", at + 2, self._sheet.limit)
            if close >= 0 and close - at <= 2_000:
                return self._sheet.thing(at, close + 2, "maths", (at + 2, close))
            if after == "[" and close < 0 and _LINE_END.match(text, at + 2):
                return self._display(at, at + 2)
        if after.isalpha() and (end := self.commands.read(at)) > at:
            return end
        if after == "\n" or after in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~":
            self._sheet.mark(at, at + 1, "escapes")
            return min(at + 2, self._sheet.limit)
        return at + 1

    def _email(self, at: int) -> int:
        found = email(self.text, at, self._sheet.begin, self._sheet.limit)
        return self._sheet.thing(*found, "emails") if found else at + 1

    def _colon(self, at: int) -> int:
        text, limit = self.text, self._sheet.limit
        if code := SHORTCODE.match(text, at, limit):
            return self._sheet.thing(at, code.end(), "emoji")
        if (role := _ROLE.match(text, at, limit)) and not text[at - 1 : at].isalnum():
            return self._sheet.mark(at, role.end(), "footnotes" if role["silent"] else "inline_code")
        if buried := embedded(text, at, self._sheet.begin, limit):
            return self._sheet.bury(*buried, "urls")
        note = note_end(text, at, limit) if text.startswith(":contentReference[", at) else -1
        return self._sheet.thing(at, note, "footnotes") if note >= 0 else self._address(at)

    def _address(self, at: int) -> int:
        """A colon or a dot may belong to the beginning of a web address."""
        begin = url_begins(self.text, at, self._sheet.begin)
        if begin < 0:
            return at + 1
        found = url(self.text, begin, self._sheet.limit)
        if found is None:
            return at + 1
        end, host = found
        return self._sheet.thing(begin, end, "urls", host)


def _ticks(text: str) -> dict[int, tuple[int, int]]:
    """Start of each run of backticks -> its length, and the start of the next run of the same length (or -1)."""
    later: dict[int, int] = {}
    out: dict[int, tuple[int, int]] = {}
    for start, end in [found.span() for found in re.finditer("`+", text)][::-1]:
        out[start] = (end - start, later.get(end - start, -1))
        later[end - start] = start
    return out
