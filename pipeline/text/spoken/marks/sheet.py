"""Where atoms are written down while a stretch of text is read; what no mark takes is text."""

from __future__ import annotations

from pipeline.ground.unheard import Frame
from pipeline.text.spoken.marks.addresses import BURIED
from pipeline.text.spoken.marks.atoms import Atom


class Sheet:
    """Of one passage's text. Each method returns where reading goes on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.atoms: list[Atom] = []
        self.begin = 0
        """What lies before is written."""
        self.limit = 0
        """Where the stretch that is being read ends."""
        self.hidden: Frame | None = None
        """Set where something begins that is not heard, however long it goes on."""

    def flush(self, upto: int) -> int:
        if upto > self.begin:
            self.atoms.append(Atom("text", self.begin, upto))
            self.begin = upto
        return upto

    def put(self, atom: Atom) -> int:
        self.flush(atom.start)
        self.atoms.append(atom)
        self.begin = max(self.begin, atom.end)
        return atom.end

    def mark(self, start: int, end: int, kind: str, words: str = "") -> int:
        return self.put(Atom("mark", start, end, kind, words))

    def bury(self, start: int, end: int, kind: str) -> int:
        """A mark with a file in it, which may go on in the passages to come."""
        if end == len(self.text) and not self.text[end - 1].isspace() and self.text[end - 1] not in ")]>}":
            self.hidden = BURIED
        return self.mark(start, end, kind)

    def thing(self, start: int, end: int, kind: str, inner: tuple[int, int] | None = None) -> int:
        return self.put(Atom("thing", start, end, kind, inner=inner))

    def enter(self, at: int, kind: str, *, known: bool = False) -> int:
        return self.put(Atom("enter", at, at, kind, known=known))

    def leave(self, at: int, kind: str) -> int:
        return self.put(Atom("leave", at, at, kind))

    def pause(self, at: int, mark: str, *, later: bool = False) -> int:
        """The voice falls, or (",") rests a little; `later`: when more is said."""
        return self.put(Atom("pause", at, at, "later" if later else "", mark))
