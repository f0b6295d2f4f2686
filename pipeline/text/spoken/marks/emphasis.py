"""Asterisks, underscores and tildes: which of them are marks, and which are meant."""

from __future__ import annotations

import unicodedata

from pipeline.ground.writing import unspaced
from pipeline.text.spoken.marks.atoms import Atom, Delimiter


def delimiter(text: str, start: int, end: int) -> Delimiter | None:
    """What the run of equal marks at `start` may be; None when it stands for itself, as in "2 * 3" or snake_case."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    # Scripts without spaces between words: there every place is the edge of a word.
    loose_before = before.isspace() or _mark(before) or _dense(before)
    loose_after = after.isspace() or _mark(after) or _dense(after)
    opens = not after.isspace() and (not _mark(after) or loose_before)
    closes = not before.isspace() and (not _mark(before) or loose_after)
    inside = before.isalnum() and after.isalnum() and not _dense(before) and not _dense(after)
    if inside and (text[start] == "_" or before.isdigit() or after.isdigit()):
        return None
    return Delimiter(opens, closes, inside) if opens or closes else None


def settle(text: str, atoms: list[Atom]) -> list[Atom]:
    """Turns each delimiter into marks and regions where it has a partner, and into plain text where it is none.

    A partner may have been cut off with another passage, so a mark at the edge of a word is no text even alone."""
    if not any(atom.op == "delimiter" for atom in atoms):
        return atoms
    partner = _pairs(text, atoms)
    out: list[Atom] = []
    for index, atom in enumerate(atoms):
        if atom.op != "delimiter":
            out.append(atom)
            continue
        begin = atoms[min(index, partner.get(index, index))].start
        struck = text[begin] == "~" and not text[begin - 1 : begin].isalnum()  # 好~~ is only drawn out
        kind = "strikethrough" if struck else "emphasis"
        mark = Atom("mark", atom.start, atom.end, kind)
        if index not in partner:
            out.append(mark if _alone(text, atom) else Atom("text", atom.start, atom.end))
        elif partner[index] > index:
            out += (Atom("enter", atom.start, atom.start, kind), mark)
        else:
            out += (mark, Atom("leave", atom.end, atom.end, kind))
    return out


def _pairs(text: str, atoms: list[Atom]) -> dict[int, int]:
    """Indexes of the atoms that belong together, both ways. Each delimiter is pushed and popped once."""
    open_: dict[str, list[tuple[int, Delimiter]]] = {}
    partner: dict[int, int] = {}
    for index, atom in enumerate(atoms):
        if atom.op == "pause":
            open_.clear()  # no emphasis reaches from one paragraph, item or cell into the next
        if not (meant := atom.meant):
            continue
        key = text[atom.start] * min(atom.end - atom.start, 4)
        stack = open_.setdefault(key, [])
        if meant.closes and stack and not (meant.inside and stack[-1][1].inside):
            partner[index], _ = stack.pop()
            partner[partner[index]] = index
        elif meant.opens:
            stack.append((index, meant))
    return partner


def _alone(text: str, atom: Atom) -> bool:
    """Whether a delimiter without a partner is still a mark: there is a word, or no space, on one side
    of it only."""
    if text[atom.start] == "_":
        return atom.end - atom.start > 1
    before = text[atom.start - 1] if atom.start else " "
    after = text[atom.end] if atom.end < len(text) else " "
    return before.isalnum() != after.isalnum() or before.isspace() != after.isspace() or atom.end - atom.start > 1


def _mark(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _dense(char: str) -> bool:
    """Where every place is the edge of a word; also the marks that go with Han and kana."""
    return unspaced(char) or "\uff00" <= char <= "\uffef"
