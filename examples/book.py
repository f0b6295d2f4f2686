"""An audiobook of a document, with chapters: python examples/book.py book.epub book.m4b

As an EPUB it has its text, too, which lights up as it is spoken: python examples/book.py book.epub voiced.epub

Run it again after it was interrupted, or after the book was changed: only what is missing is spoken."""

import asyncio
import os
import sys
from pathlib import Path

from pipeline.assembly.order import Order
from pipeline.narration import read
from pipeline.narration.binding import bind, marks, voiced
from pipeline.narration.recital import Book, library


async def main(source: Path, target: Path) -> None:
    workshop, shelf = library(Path("output/books/.work"), os.environ)
    async with workshop:
        ending = target.suffix[1:]
        book = Book(read(source), Order(text=""), ending, workshop=workshop, shelf=shelf)
        await book.make()
        await (voiced if ending == "epub" else bind)(book, target)
    for mark in marks(book):
        print(f"{mark.begins:8.1f} s  {mark.title}")
    for loss in book.progress.losses:
        print(f"could not speak: {loss.text} ({loss.message})", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
