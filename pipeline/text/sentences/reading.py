"""Reading around a decision, in text that is still arriving."""

from __future__ import annotations

import re

from pipeline.text import clusters
from pipeline.text.sentences.marks import HALF_PICTURE, INVISIBLE, OPENING, PICTURES, WORD, ideographic
from pipeline.text.sentences.words import composed

NO = -1
"""Where a sentence ends that does not end here."""

FAR = 40
"""Characters: no decision reads farther to the right than a few words of this length."""

_BEHIND = INVISIBLE + "*_)]\"'”’»"
_BEFORE = "\"'“”‘’«»„‚‹›([{<*_~/¿¡—–-+=#|\\" + INVISIBLE


_TAGS = re.compile("[^<>]*(?:<[^<>]*|[\"'])>(?=[^<>]+\\Z)")
"""Tags in front of a word, or what is seen of them: <b>Dr, and of <a href="x">Dr."""


class More(Exception):
    """A decision needs text that has not come yet."""


class Text:
    """The open sentence as far as it has come.

    Asking for what has not come yet raises `More`: so no decision depends on how the text was cut into tokens."""

    __slots__ = ("final", "size", "string")

    def __init__(self, string: str, final: bool = False) -> None:
        self.string = string
        self.size = len(string)
        self.final = final

    def char(self, i: int) -> str:
        """The character at i; "" behind the end of a text that is complete."""
        if i < self.size:
            return self.string[i]
        if self.final:
            return ""
        raise More

    def word(self, i: int) -> str:
        """The whole word that begins at i, with its apostrophes and hyphens; "" if none does."""
        match = WORD.match(self.string, i, i + FAR)
        if match is None:
            self.char(i)
            return ""
        if match.end() < i + FAR:
            self.char(match.end())
            if self.string[match.end() : match.end() + 1] in ("'", "’", "-"):
                self.char(match.end() + 1)
        return match[0]

    def among(self, i: int, words: frozenset[str]) -> bool:
        """Whether the word at i is one of these; no more of it is read than tells."""
        match = None if self.final else WORD.match(self.string, i, i + FAR)
        if match is not None and match.end() == self.size:
            head = composed(match[0].lower())
            last = len(head) - 1  # this letter may still get its accent
            alike = [word[last] for word in words if len(word) > last and word.startswith(head[:last])]
            if all(letter.isascii() and letter != head[last] for letter in alike):
                return False
        return composed(self.word(i).lower()) in words

    def finds(self, pattern: re.Pattern[str], i: int, half: re.Pattern[str]) -> bool:
        """Whether a bounded pattern matches at i; `half` is what may become a match."""
        if pattern.match(self.string, i) is not None:
            return True
        if not self.final and half.match(self.string, i) is not None:
            raise More
        return False

    def match(self, pattern: re.Pattern[str], i: int, half: re.Pattern[str] | None = None) -> int:
        """Where a bounded pattern ends that is matched at i. It must not depend on what lies behind the text so far."""
        match = pattern.match(self.string, i)
        end = match.end() if match else i
        if end >= self.size:
            self.char(end)
        elif half is not None and not self.final and half.match(self.string, end):
            raise More
        return end

    def pictures(self, i: int) -> int:
        """Where the pictures end that begin at i: a long row of them is cut between two."""
        return clusters.parting(self.string, i, self.match(PICTURES, i, HALF_PICTURE))

    def blank(self, i: int) -> int:
        """The first character from i on that is no space; a line's end stops too."""
        string, far = self.string, i + FAR
        while i < self.size and i < far and string[i] != "\n" and string[i].isspace():
            i += 1
        self.char(i)
        return i

    def letter(self, i: int) -> int:
        """The first character from i on that opens nothing, where a sentence's first letter would be."""
        string, far = self.string, i + 8
        while i < self.size and i < far and string[i] in OPENING:
            i += 1
        self.char(i)
        return i

    def token(self, at: int) -> str:
        """What stands between the last space and a stop at `at`, without the marks that open it."""
        token = self.string[max(0, at - 24) : at]
        if not token or token[-1].isspace():
            return ""
        token = token.rsplit(None, 1)[-1]
        if ">" in token:
            token = _TAGS.sub("", token)
        token = token.lstrip(_BEFORE).rstrip(_BEHIND)
        for mark in "/—–(":
            if mark in token:
                head, _, tail = token.rpartition(mark)
                apart = len(tail) > 1 or (len(tail) == 1 and len(head) > 2 and "." not in head and "/" not in head)
                token = tail if apart else token  # but N/A, 5a–c, example.org/c
        if not token.isascii() and token[-1:].isascii():  # 例えば、Dr
            begin = len(token)
            while begin and not ideographic(token[begin - 1]):
                begin -= 1
            token = token[begin:]
        head, _, tail = token.replace("’", "'").rpartition("'")
        return tail if head and len(tail) > 1 and tail not in ("re", "ve", "ll") else token  # l'Avv, but not Anna's

    def word_before(self, at: int) -> str:
        """The word in front of the token before a stop."""
        left = self.string[max(0, at - 48) : at].rsplit(None, 2)
        word = left[-2].strip(_BEFORE).lower().replace("’", "'") if len(left) > 1 else ""
        head, _, tail = word.rpartition("'")
        return tail if head and len(tail) > 2 else word  # l'annexe A.

    def spaced_token(self, at: int, token: str) -> str:
        """An abbreviation with spaces in it, up to the stop at `at`, written without them: z.b, s.r.o."""
        parts = [token]
        end = at - len(token)
        if end < 2 or self.string[end - 2] != "." or not self.string[end - 1].isspace():
            return ""
        while len(parts) < 4:
            left = self.string[max(0, end - 6) : end].rstrip()
            if not left.endswith(".") or len(left) == len(self.string[max(0, end - 6) : end]):
                break
            part = left[:-1].rsplit(None, 1)[-1].lstrip(_BEFORE) if left[:-1].strip() else ""
            if not part[:1].isalpha() or len(part) > 3:
                break
            parts.insert(0, part)
            end = self.string.rfind(part, 0, end)
        return ".".join(parts).lower() if len(parts) > 1 else ""
