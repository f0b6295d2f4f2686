"""Atoms and policies to speech: what is said, described or left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from unicodedata import normalize

from pipeline.ground.languages import usual
from pipeline.text.spoken.emoji import emoji_name, is_stop
from pipeline.text.spoken.formulas.maths import read_formula
from pipeline.text.spoken.formulas.operators import OPERATORS, SAYING, SELDOM
from pipeline.text.spoken.identifiers import HEARD, hinted, identifiers
from pipeline.text.spoken.marks.atoms import Atom
from pipeline.text.spoken.marks.emphasis import settle
from pipeline.text.spoken.marks.inline import Inline
from pipeline.text.spoken.marks.notes import label
from pipeline.text.spoken.marks.sheet import Sheet
from pipeline.text.spoken.marks.tags import hidden
from pipeline.text.spoken.phrases import code_phrase, phrase, speaks
from pipeline.text.spoken.weaving.speech import Speech, sayable
from pipeline.text.spoken.weaving.verdicts import answer, is_verdict

_UNSAID = ("code", "inline_code", "thinking")
"""Kinds whose words are left out, and told so, where they are only described."""
_LINE = re.compile(r"[ \t]*\n(?=([ \t>]*)([*_]{1,3}(?=[^\s*_])|[^\s|>])([\w.-]{0,30}(?::(?:\s|\Z)| ?=))?)")
"""A line's end, and how the next one begins."""
_WRAPPED = 40
"""Characters: a line this long may have been broken by a margin, a shorter one was ended on purpose."""


def weave(text: str, atoms: Sequence[Atom], chosen: Mapping[str, str], language: str) -> Speech:
    """The passage's speech."""
    return _Loom(text, chosen, language).run(atoms)


class _Loom:
    def __init__(self, text: str, chosen: Mapping[str, str], language: str) -> None:
        self.text = text
        self.chosen = chosen
        self.language = language
        self.speech = Speech(text)
        self._identifiers = chosen["identifiers"] != "speak" and hinted(text)
        self._unsaid: list[str] = []
        """Kinds of the regions round us that are left out, outermost first."""
        self._ticked = False
        """In an item that is done: [x] ~~buy milk~~ was not taken back."""
        self._names: dict[str, str] = {}
        """Of columns, as they are said."""
        self._cell = False
        """In a table's cell, where a bar is written with a stroke before it, also in code."""

    def run(self, atoms: Sequence[Atom]) -> Speech:
        for index, atom in enumerate(atoms):
            if atom.kind == "cell":
                self._cell = atom.op == "enter"
            if atom.op == "pause" or atom.words == "done":
                self._ticked = atom.op == "mark"
            if atom.op == "enter":
                if not (self._ticked and atom.kind == "strikethrough"):
                    self._enter(atom)
                if atom.kind == "cell" and is_verdict(self.text, atoms[index + 1 : index + 3]):
                    atoms[index + 1].kind = "verdict"
            elif atom.op == "leave":
                if self._unsaid and self._unsaid[-1] == atom.kind:
                    self._unsaid.pop()
            elif self._unsaid:
                self.speech.omit(atom.start, atom.end, self._unsaid[0])
            else:
                self._one(atom)
        return self.speech

    def _enter(self, atom: Atom) -> None:
        policy = self.chosen.get(atom.kind, "speak")
        if policy == "skip" or (atom.kind == "tables" and policy == "describe" and atom.known):
            self._unsaid.append(atom.kind)
        elif policy == "describe" and not (self._unsaid or atom.known):
            self.speech.add(phrase(atom.kind, self.language) + (": " if atom.kind != "links" else " "))

    def _one(self, atom: Atom) -> None:
        speech = self.speech
        if atom.kind in ("emoji", "drawing") and self.text.endswith("\n", 0, atom.start):
            speech.pause(",")  # it stands for a bullet
        match atom.op:
            case "text":
                self._lines(atom.start, atom.end)
            case "mark":
                speech.omit(atom.start, atom.end, atom.kind)
                if atom.words == "done" or (atom.words == "open" and self.chosen["lists"] == "describe"):
                    speech.add(f"{phrase(atom.words, self.language)}: ")
            case "say":
                speech.say(atom.words, atom.start, atom.end)
            case "power":
                self._power(atom)
            case "phrase":
                self._phrase(atom)
            case "sign":
                self._sign(atom)
            case "name":
                speech.add(self._name(atom.words))
            case "pause":
                (speech.pause_later if atom.kind == "later" else speech.pause)(atom.words)
            case _:
                self._thing(atom)

    def _thing(self, atom: Atom) -> None:
        """What the policy of its kind decides about."""
        if atom.kind == "verdict":
            self._verdict(atom)
        elif self.chosen[atom.kind] == "skip":
            self.speech.omit(atom.start, atom.end, atom.kind)
            if atom.kind != "html":  # words on both sides of it stay two words
                self.speech.apart(self._word_at(atom.end))
            if atom.kind == "emoji" and is_stop(self.text, atom.start, atom.end, self.language):
                self.speech.pause_later(".")
        elif self.chosen[atom.kind] == "describe":
            self._describe(atom)
        else:
            self._speak(atom)

    def _name(self, words: str) -> str:
        """What is said of a column before each of its cells."""
        if words not in self._names:
            sheet = Sheet(words)
            Inline(sheet, last=True).read(0, len(words))
            said, _ = weave(words, settle(words, sheet.atoms), self.chosen, self.language).spoken(0)
            stop = "" if said.endswith((":", "?", "!", "\uff1a", "\uff1f")) else ":"
            self._names[words] = f"{said}{stop} " if sayable(said) else ""
        return self._names[words]

    def _lines(self, start: int, end: int) -> None:
        """As it stands; the voice rests where a line was ended on purpose, as in verse, an address, a log of a chat."""
        text = self.text
        for found in _LINE.finditer(text, start, end + _WRAPPED) if text.find("\n", start, end) >= 0 else ():
            marked = ">" in found[1] or found[2][0] in "*_"
            if found.start() >= end or (found.end() >= end and not marked):
                break  # another block begins there
            line = text.rfind("\n", 0, found.start()) + 1
            goes_on = (
                found[2].isalpha() and not found[2].isupper() and not found[3] or len(found[1]) > _indent(text, line)
            )
            if goes_on or found.start() - line >= _WRAPPED or not text[line : found.start()].strip(" \t\r>"):
                continue
            self._words(start, found.start())
            self.speech.pause(",")
            start = found.start()
        self._words(start, end)

    def _words(self, start: int, end: int) -> None:
        """As they stand, but for what is none."""
        for begin, over in identifiers(self.text, start, end) if self._identifiers else ():
            self.speech.keep(start, begin)
            heard = begin + HEARD if self.chosen["identifiers"] == "describe" else begin
            self.speech.keep(begin, heard)
            self.speech.omit(heard, over, "identifiers")
            start = over
        self.speech.keep(start, end)

    def _speak(self, atom: Atom) -> None:
        if atom.kind == "maths":
            words = read_formula(self.text[slice(*atom.core)].strip(), self.language)
            self._instead(atom, phrase("maths", self.language) if words is None else words)
        elif atom.kind == "footnotes":
            self.speech.omit(atom.start, atom.end, atom.kind)
        elif atom.kind == "inline_code":
            start, end = atom.core
            self.speech.omit(atom.start, start, atom.kind)
            while self._cell and (bar := self.text.find("\\|", start, end)) >= 0:
                self._words(start, bar)
                self.speech.omit(bar, start := bar + 1, "escapes")
            self._words(start, end)
            self.speech.omit(end, atom.end, atom.kind)
        elif atom.kind == "code":
            self._part(atom)
        else:
            self.speech.keep(atom.start, atom.end)

    def _power(self, atom: Atom) -> None:
        """An exponent behind what it raises, in words where the language has some."""
        raised = normalize("NFKC", self.text[slice(*atom.core)])
        words = read_formula(f"^{{{raised}}}", self.language) or ""
        if words[:1].isalpha() or (words[:1].isdigit() and words[-1:].isalpha()):
            self._apart(atom, words)
        elif self.text[atom.start] == "<":
            self.speech.say(words, atom.start, atom.end)
        else:
            self.speech.keep(atom.start, atom.end)

    def _sign(self, atom: Atom) -> None:
        """A sign of formulas in the midst of words, which no voice says by itself."""
        language = usual(self.language)
        said = language in SAYING and self.text[atom.start] in SELDOM
        if not said and (words := OPERATORS.get(language, {}).get(atom.words)):
            self._apart(atom, words)
        else:
            self.speech.keep(atom.start, atom.end)

    def _phrase(self, atom: Atom) -> None:
        words = phrase(atom.words, self.language)
        if not speaks(self.language):
            self.speech.keep(atom.start, atom.end)
        elif self._roughly(self.text[max(0, atom.start - _WRAPPED) : atom.start].lower().rstrip(" ."), words):
            self.speech.omit(atom.start, atom.end, atom.kind)  # about ~5, approx. ~5
        else:
            self._apart(atom, words)

    def _roughly(self, before: str, words: str) -> bool:
        """Whether it is said already."""
        last = before.rpartition(" ")[2].lstrip("(")
        return before.endswith(words) or last in phrase("roughly", self.language).split()

    def _apart(self, atom: Atom, words: str) -> None:
        """Say `words` instead of it, with a space before them and behind."""
        self.speech.apart(self.text[max(0, atom.start - 1) : atom.start] not in tuple('([{"\u201c\u201e\u00ab'))
        self._instead(atom, words)
        self.speech.apart(self.text[atom.end : atom.end + 1] not in tuple('.,;:!?)]}\u2026/"\u201d\u00bb'))

    def _describe(self, atom: Atom) -> None:
        if atom.kind == "code":
            if atom.lines == 0:  # it goes on, and is described where it ends; or there is nothing in it
                self.speech.omit(atom.start, atom.end, "code")
                return
            self.speech.pause(".")
            self._instead(atom, code_phrase(atom.lines, atom.words, self.language))
            self.speech.pause_later(".")
        elif atom.kind == "urls":
            self._part(atom)
        elif atom.kind == "emoji":
            self._instead(atom, emoji_name(self.text[atom.start : atom.end]))
        elif atom.kind == "footnotes":
            self.speech.apart(needed=True)
            name = label(self.text[atom.start : atom.end])
            self._instead(atom, f"{phrase('footnotes', self.language)} {name}".strip())
        elif atom.kind != "thinking" or hidden(self.text, atom.start):
            self._instead(atom, phrase(atom.kind, self.language))
        else:
            self.speech.omit(atom.start, atom.end, atom.kind)

    def _verdict(self, atom: Atom) -> None:
        """A table's cell that holds nothing but an emoji: there it is the answer."""
        emoji = self.text[atom.start : atom.end]
        word = answer(emoji)
        self._instead(atom, phrase(word, self.language) if word else emoji_name(emoji), "emoji")

    def _instead(self, atom: Atom, words: str, kind: str = "") -> None:
        """Say `words` for the whole of it. What code or an address would have said is left out, and told so."""
        if not words:
            self.speech.omit(atom.start, atom.end, kind or atom.kind)
            return
        last = self.speech.pieces[-1].text if self.speech.pieces else ""
        if last and last[-1].isalnum() and words[0].isalnum():
            self.speech.add(" ")
        if atom.start == atom.end:  # of what was seen in earlier passages
            self.speech.add(words)
            return
        start, end = _inner(self.text, atom)
        self.speech.omit(atom.start, start, atom.kind)
        self.speech.say(words, start, end)
        self.speech.omit(start if atom.kind in _UNSAID else end, atom.end, atom.kind)
        self.speech.apart(self._word_at(atom.end))

    def _word_at(self, offset: int) -> bool:
        return self.text[offset : offset + 1].isalnum()

    def _part(self, atom: Atom) -> None:
        """Say only what it is without its marks."""
        start, end = atom.core
        self.speech.omit(atom.start, start, atom.kind)
        self.speech.keep(start, end)
        self.speech.omit(end, atom.end, atom.kind)


def _indent(text: str, line: int) -> int:
    return len(text[line : line + _WRAPPED]) - len(text[line : line + _WRAPPED].lstrip(" \t>"))


def _inner(text: str, atom: Atom) -> tuple[int, int]:
    """Where the words are that are said otherwise: without marks and white space round them, where they have any."""
    start, end = atom.core
    stretch = text[start:end]
    if not stretch.strip():
        return atom.start, atom.end
    return start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip())
