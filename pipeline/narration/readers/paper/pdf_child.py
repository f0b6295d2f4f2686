"""A program that reads one PDF, apart from everything else: whatever a stranger's file makes of the library that reads
it, this process bears it. It knows nothing of the project; `pipeline.narration.readers.paper.pdf` starts it.

    python -P pdf_child.py FILE SECONDS WORK

SECONDS: in which a page must be read. WORK: of the processor, that all of them may take, and half a second more for
each. It answers in lines of JSON: first what the file says of itself, or why it cannot be read; then every page."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import re
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

from pypdf import PageObject, PdfReader, generic

PAGES = 5_000
LONGEST = 200_000
"""Characters of one page ..."""
MOST = 30_000_000
"""... and of all."""
OPENING = 15.0
"""Seconds in which the file must be open."""
EACH = 0.5
"""Seconds of the processor for a page: the slowest of honest files take 0.2."""
STUCK = 3
"""Pages that are given up, until all is."""
MEMORY = 1 << 30
"""Bytes."""
ENTRIES = 5_000
"""Of the table of contents."""
_PLACE = 20
"""Characters that the place of a piece takes, about."""
_WIDE, _SPACE, _ALIKE = 400, 280, 3
"""Thousandths of the letters' size: no space is so wide, but where all letters are, and how wide one is."""
_NO_SIGN = 0xFFFD
_AS_SPACE = b"\n1 beginbfchar\n<FFFD> <0020>\nendbfchar\n"
"""Makes it a space, in the list that says what a font's signs are ..."""
_TO_SPACE = re.compile(rb"<0020>\s*[\r\n]")
"""... where none is one yet."""
_SPACED = re.compile(rb"\bT[cw]\b")
_APART, _FEW = 180, 6
"""Thousandths of the letters' size, and signs: so few that are so far from one another are in several words."""
_LEFTWARD = re.compile("[\u05d0-\u05f2\u0620-\u064a\u066e-\u06d3\u06fa-\u08b4\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters of scripts that run to the left ..."""
_LETTERS = re.compile(r"[^\W\d_]")
_MUCH = 0.3
"""... and what part of all letters they are, at least, on a page that is in one of them."""
_STRONG = re.compile(r"\w")
_BACK = 250
"""Thousandths of the letters' size: further than any two are moved together."""


def main(path: str, patience: float, work: float) -> None:
    _bound_memory()
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it finds odd in a file is nothing to a listener
    try:
        with _limited(OPENING):
            reader = PdfReader(path, strict=False)
            if reader.is_encrypted and not reader.decrypt(""):
                return _tell(error="it is encrypted; save it without a password first.")
            count = len(reader.pages)
            if count > PAGES:
                return _tell(error=f"it has {count:,} pages; the most is {PAGES:,}. Split it first.")
            facts = reader.metadata
            title, author = (str(facts.title or ""), str(facts.author or "")) if facts else ("", "")
            _tell(pages=count, title=title, author=author, outline=_outline(reader))
        _read(reader, count, patience, work)
    except TimeoutError:
        _tell(error=f"it takes longer than {OPENING:g} seconds to open; that is no honest file.")
    except MemoryError:
        _tell(error=f"it takes more than {MEMORY >> 20} MiB of memory; that is no honest file.")
    except Exception:  # noqa: BLE001  the border to a library that meets whatever strangers call a PDF
        _tell(error="it is no PDF, or a damaged one.")


def _read(reader: PdfReader, count: int, patience: float, work: float) -> None:
    stuck = total = 0
    for number in range(count):
        if time.process_time() > work + EACH * number:
            return _tell(error=f"its first {number:,} pages take longer than those of any honest file.")
        try:
            with _limited(patience):
                said = _texts(reader.pages[number])
        except TimeoutError:
            stuck += 1
            if stuck == STUCK:
                return _tell(error=f"{STUCK} pages of it take longer than {patience:g} seconds each.")
            _tell(late=True)
            continue
        total += len(said["plain"]) + len(said["layout"]) + _PLACE * len(said["places"])
        if len(said["plain"]) > LONGEST or total > MOST:
            return _tell(error=f"it has more text up to page {number + 1} than any book.")
        _tell(**said)


def _texts(page: PageObject) -> dict[str, Any]:
    """The text in the order of the file, and where each piece of it stands: its length, its line's height on the page,
    the size of its letters; the text as it lies on the page, if much of it begins far from the left; and whether it is
    in a script that runs to the left."""
    middle, far = float(page.mediabox.left) + 0.4 * float(page.mediabox.width), 0
    places: list[list[float]] = []
    rise = shown = 0.0

    def see(text: str, matrix: list[float], inner: list[float], _: object, size: float) -> None:
        nonlocal far
        (right, up), (left, down), (x, y) = (_seen(inner[at : at + 2], matrix) for at in (0, 2, 4))
        far += len(text) > 2 and x + matrix[4] > middle
        tall = math.hypot(left, down)
        height = ((y + matrix[5]) * right - (x + matrix[4]) * up) / (math.hypot(right, up) or 1) + shown * tall
        if text:
            places.append([len(text), round(height, 1), round(abs(size) * tall, 1)])

    def raised(operator: bytes, operands: list[Any], *_: object) -> None:
        nonlocal rise, shown
        if operator == b"Ts" and operands and isinstance(operands[0], int | float):
            rise = float(operands[0])
        elif operator in (b"Tj", b"TJ"):
            shown = rise

    _narrow_spaces(page)
    _widen_spaces(page)
    plain = page.extract_text(visitor_text=see, visitor_operand_after=raised) or ""
    leftward = len(_LEFTWARD.findall(plain)) > _MUCH * len(_LETTERS.findall(plain))
    if leftward and (written := _as_written(page)):
        return {"plain": written, "layout": "", "leftward": True, "places": []}
    layout = page.extract_text(extraction_mode="layout") if far >= 5 or leftward else ""
    return {"plain": plain, "layout": layout, "leftward": leftward, "places": places}


def _seen(vector: list[float], matrix: list[float]) -> tuple[float, float]:
    x, y = vector
    return x * matrix[0] + y * matrix[2], x * matrix[1] + y * matrix[3]


def _narrow_spaces(page: PageObject) -> None:
    """In TeX's fonts the sign 32 is no space, and as wide as a letter: measured by that, words in a narrow line had
    nothing between them."""
    for font in _entries(_entries(page.get("/Resources")).get("/Font")).values():
        facts = _entries(font)
        widths, first = facts.get("/Widths", generic.ArrayObject()).get_object(), facts.get("/FirstChar")
        at = 32 - first if isinstance(first, int) and isinstance(widths, generic.ArrayObject) else -1
        if 0 <= at < len(widths) and widths[at] > _WIDE and len(set(widths)) > _ALIKE:
            widths[at] = generic.FloatObject(_SPACE)
        inner, letters = facts.get("/DescendantFonts"), facts.get("/ToUnicode")
        if inner and letters and not _TO_SPACE.search(letters.get_object().get_data()):
            said = generic.DecodedStreamObject()
            said.set_data(letters.get_object().get_data() + _AS_SPACE)
            facts[generic.NameObject("/ToUnicode")] = said
            widths = _entries(inner.get_object()[0]).get("/W", generic.ArrayObject()).get_object()
            widths += [generic.NumberObject(_NO_SIGN), generic.ArrayObject([generic.FloatObject(_SPACE)])]


def _widen_spaces(page: PageObject) -> None:
    """What makes spaces wider than they are in the font, or stands in their place, is written as the library counts it:
    as numbers between strings."""
    content = generic.ContentStream(page.get("/Contents"), page.pdf, "bytes")
    if not _SPACED.search(content.get_data()):
        return
    fonts = _entries(_entries(page.get("/Resources")).get("/Font"))
    shown: list[tuple[Any, bytes]] = []
    state: dict[bytes, list[Any]] = {}
    saved: list[dict[bytes, list[Any]]] = []
    for operands, operator in content.operations:
        if operator in (b"Tw", b"Tc", b"Tf"):
            state = state | {operator: operands}
        elif operator == b"q":
            saved.append(state)
        elif operator == b"Q":
            state = saved.pop() if saved else {}
        elif operator in (b"Tj", b"TJ", b"'") and operands and (size := _number(state.get(b"Tf"))):
            strings = operands[0] if isinstance(operands[0], list) else operands
            if "/DescendantFonts" not in _entries(fonts.get(state[b"Tf"][0])):
                wide, apart = (1000 * _number(state.get(name)) / size for name in (b"Tw", b"Tc"))
                strings = _words(strings, apart) if apart > _APART else _spaced(strings, wide) if wide else strings
            shown += [([], b"T*")] if operator == b"'" else []
            shown.append(([generic.ArrayObject(map(_object, strings))], b"TJ"))
            continue
        shown.append((operands, operator))
    content.operations = shown
    page[generic.NameObject("/Contents")] = content


def _spaced(strings: list[Any], wide: float) -> list[Any]:
    """`wide`: by how much spaces are wider, in thousandths of the letters' size."""
    parts: list[Any] = []
    for string in strings:
        first, *rest = string.split(b" ") if isinstance(string, bytes) else [string]
        parts.append(first)
        for part in rest:
            parts += [b" ", -wide, part]
    return parts


def _words(strings: list[Any], apart: float) -> list[Any]:
    """Of signs that stand far `apart`, and are few: many are the letters of a heading."""
    signs: list[bytes] = []
    moves: list[float] = []
    for part in strings:
        if isinstance(part, bytes):
            signs += [part[at : at + 1] for at in range(len(part))]
            moves += [-apart] * len(part)
        elif moves:
            moves[-1] += _number([part])
    if len(signs) > _FEW or b" " in signs:
        return strings
    moves[-1:] = [moves[-1] + apart * len(signs)] if moves else []  # which the library counts itself
    return [part for pair in zip(signs, moves, strict=True) for part in pair]


def _object(part: Any) -> generic.PdfObject:
    return generic.ByteStringObject(part) if isinstance(part, bytes) else generic.FloatObject(_number([part]))


def _number(operands: list[Any] | None) -> float:
    return float(operands[-1]) if operands and isinstance(operands[-1], int | float) else 0.0


def _entries(found: Any) -> dict[str, Any]:
    found = found.get_object() if isinstance(found, generic.PdfObject) else found
    return found if isinstance(found, dict) else {}


def _as_written(page: PageObject) -> str:
    """The text as the file has it, where the letters follow one another to the left; else "", as it does not matter."""
    pieces: list[str] = []
    steps = back = 0
    turned = False

    def see(text: str, *_: object) -> None:
        nonlocal turned
        turned = bool(_LEFTWARD.search(text)) or turned and not _STRONG.search(text)
        bare = text.rstrip("\n")
        pieces.append(bare[::-1] + text[len(bare) :] if turned else text)  # the library has turned it

    def step(operator: bytes, operands: list[Any], *_: object) -> None:
        nonlocal steps, back
        if operator == b"TJ" and operands and isinstance(operands[0], list):
            moves = [move for move in operands[0] if isinstance(move, int | float)]
            steps, back = steps + len(moves), back + sum(move > _BACK for move in moves)

    page.extract_text(visitor_text=see, visitor_operand_before=step)
    return "".join(pieces) if back > steps / 2 else ""


def _outline(reader: PdfReader) -> list[tuple[int, str]]:
    """(page, title) of each bookmark, however deep."""
    found: list[tuple[int, str]] = []
    waiting: list[Any] = list(reversed(reader.outline))
    while waiting and len(found) < ENTRIES:
        entry = waiting.pop()
        if isinstance(entry, list):
            waiting.extend(reversed(entry))
        elif (page := reader.get_destination_page_number(entry)) is not None and page >= 0:
            found.append((page, " ".join(str(entry.title).split())[:200]))
    return found


def _tell(**facts: object) -> None:
    text = json.dumps(facts, ensure_ascii=False)
    sys.stdout.buffer.write(re.sub("[\ud800-\udfff]", "\ufffd", text).encode() + b"\n")
    sys.stdout.buffer.flush()


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raises TimeoutError, where the system can; elsewhere whoever started this ends it."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, _late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _late(*_: object) -> None:
    raise TimeoutError


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # not a Unix
        return
    with contextlib.suppress(ValueError, OSError):  # a lower bound is there already
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
