"""Some chapters of a document, by their numbers, for whom all of it is too much."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.errors import InvalidRequest, TextTooLong
from pipeline.narration.document import Document

_SOME = re.compile(r"(\d{1,6})?(-)?(\d{1,6})?")


def chosen(document: Document, wanted: str) -> Document:
    """Only some chapters, in their order: "3", "3-5", "2,4-"; "" is all. Raises InvalidRequest for those that it does
    not have."""
    if not wanted:
        return document
    count, told = len(document.chapters), f"chapters {wanted:.100}: "
    some = list[tuple[int, int]]()
    for part in wanted.replace(" ", "").split(","):
        found = _SOME.fullmatch(part)
        first, last = (int(found[1] or 1), int(found[3] or count)) if found else (0, 0)
        if not found or part in ("", "-") or found[1] and found[3] and first > last:
            raise InvalidRequest(f"{told}write it like 3, 3-5 or 2,4-.")
        last = last if found[2] else first
        if not 1 <= first <= last <= count:
            there = f"the chapters 1 to {count:,}" if count > 1 else "one chapter"
            raise InvalidRequest(f"{told}the document has {there}.")
        some.append((first, last))
    numbers = list[int]()
    for first, last in sorted(some):
        numbers += range(max(first, numbers[-1] + 1 if numbers else 1), last + 1)
    kept = tuple(replace(document.chapters[number - 1], number=number) for number in numbers)
    return replace(document, chapters=kept, origin=None)


def check_length(document: Document, most: int) -> None:
    """Raises TextTooLong for more than `most` characters, and says which chapters are not too many."""
    sizes = {chapter.number or at: len(chapter.text) for at, chapter in enumerate(document.chapters, 1)}
    if (total := sum(sizes.values())) <= most:
        return
    what = "What is chosen of the document" if document.chapters[0].number else "The document"
    told = f"{what} has {total:,} characters; the most allowed at once is {most:,} (ALOUD_MAX_CHARS)"
    first = next((number for number, size in sizes.items() if size <= most), None)
    if first is None:
        raise TextTooLong(f"{told}, and no chapter has fewer; divide it, and bring its parts.")
    last, room = first, most - sizes[first]
    while (size := sizes.get(last + 1)) is not None and size <= room:
        last, room = last + 1, room - size
    raise TextTooLong(f"{told}; choose chapters, such as {first if first == last else f'{first}-{last}'}.")
