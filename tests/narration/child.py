"""A process that makes a book, in which every passage is counted; for tests that kill it.

    [SPEED=4] python -m tests.narration.child BOOK TARGET FOLDER [SECONDS]

FOLDER/spoken has a line for each passage that the voice was asked for. After SECONDS the process is killed."""

import json
import os
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from pathlib import Path
from typing import Self

import anyio

from pipeline.assembly.order import Order
from pipeline.engines import ENGINES
from pipeline.engines.tone import ToneEngine
from pipeline.narration import read
from pipeline.narration.binding import bind, events
from pipeline.narration.recital import Book, library
from pipeline.types import Voice, WordTime


class Counted(ToneEngine):
    name = "counted"
    parallel = 2

    def __init__(self, spoken: Path, wrong: str = "") -> None:
        super().__init__(start=0.002)
        self._spoken = spoken
        self._wrong = wrong

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        return cls(Path(env["SPOKEN"]), env["WRONG"])

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        with self._spoken.open("a") as file:
            file.write(json.dumps(text) + "\n")
        if self._wrong and self._wrong in text:
            raise RuntimeError("no")
        async for piece in super().speak(text, voice):
            yield piece


IN_FLIGHT = Counted.parallel + 1
"""Passages that a recorder works on at once: those that are spoken, and one that is being written."""


async def make(source: Path, target: Path, folder: Path, wrong: str = "", speed: float = 4.0) -> Book:
    """The book, made; FOLDER/texts has what its captions are made of."""
    ENGINES["counted"] = "tests.narration.child:Counted"
    try:
        workshop, shelf = library(folder / "work", {"SPOKEN": str(folder / "spoken"), "WRONG": wrong})
        async with workshop:
            order = Order(text="", tts_provider=("counted",), speed=speed)
            book = Book(read(source), order, target.suffix[1:], workshop=workshop, shelf=shelf)
            await book.make()
            await bind(book, target)
            heard = [event.as_dict(path=False) async for event in events(book)]
    finally:
        del ENGINES["counted"]
    texts = [[event["text"], round(event["begins"], 3)] for event in heard if event["type"] == "audio"]
    await anyio.Path(folder / "texts").write_text(json.dumps(texts))
    return book


if __name__ == "__main__":
    if len(sys.argv) > 4:
        timer = threading.Timer(float(sys.argv[4]), os.kill, (os.getpid(), signal.SIGKILL))
        timer.daemon = True
        timer.start()
    Path(sys.argv[3]).mkdir(exist_ok=True)
    speed = float(os.environ.get("SPEED", "4"))
    anyio.run(partial(make, speed=speed), *map(Path, sys.argv[1:4]))
