"""What is seen of a book while it is read: bars at a terminal, lines elsewhere, JSON for programs; and the report."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import anyio
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from api.lines import line, write
from api.progress import plain
from pipeline.narration.binding import marks
from pipeline.narration.book import Book
from pipeline.order import Order

_MOST = 10
"""Failed passages that are shown one by one."""
_WORDS = 165.0
"""Words a minute at speed 1, pauses included."""
_BYTES = {"mp3": 8000, "m4b": 8400, "m4a": 8400, "opus": 4100, "flac": 20_000}
"""Of one second of a book; WAV has two for each sample."""


class Reading:
    def __init__(self, book: Book, target: Path, *, json: bool, quiet: bool) -> None:
        self._book = book
        self._target = target
        self._json = json
        self._quiet = quiet
        self._console = Console(stderr=True, highlight=False)
        self._bars: Progress | None = None
        self._whole: TaskID | None = None
        self._chapter: TaskID | None = None
        self._told = -1
        """The chapter that was last shown."""
        self._lost = 0
        """Failures that were shown."""

    def __enter__(self) -> Reading:
        book, now = self._book, self._book.progress
        if self._json:
            self._write("book", **self._facts(), kept=now.kept)
        elif not self._quiet:
            again = f", {now.kept / max(1, now.total):.0%} of it finished before" if now.kept else ""
            self.say(f"{book.document.title}: {self._size()}{again}")
        if self._console.is_terminal and not self._quiet:
            self._bars = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f} %"),
                TextColumn("{task.fields[facts]}", markup=False),
                console=self._console,
                transient=True,
            )
            self._bars.start()
            self._whole = self._bars.add_task("book", total=now.total, facts="")
            self._chapter = self._bars.add_task("chapter", total=1, facts="")
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            self._show()
            await anyio.sleep(0.2 if self._bars is not None else 1.0)

    def say(self, text: str) -> None:
        self._console.print(Text(plain(text)), soft_wrap=True)

    def foretell(self, order: Order, ending: str) -> None:
        """What would be done."""
        book, now = self._book, self._book.progress
        words = sum(chapter.words for chapter in book.document.chapters)
        seconds = words / _WORDS / order.speed * 60
        size = seconds * (_BYTES.get(ending) or 2 * book.sample_rate)
        rest = now.total - now.kept
        if self._json:
            self._write("plan", **self._facts(), seconds=round(seconds), bytes=round(size), characters_to_speak=rest)
            return
        self.say(f"{book.document.title}: {self._size()}")
        for number, chapter in enumerate(book.document.chapters, 1):
            self.say(f"{number:>5}  {chapter.title}  ({chapter.words:,} words)")
        self.say(f"about {_clock(seconds)} of sound and {size / 1e6:,.0f} MB in {self._target}")
        self.say(f"{rest:,} characters are still to be spoken; a voice that is paid for is paid for those")
        self._say_left_out()

    def report(self, made: list[Path]) -> None:
        now = self._book.progress
        found = marks(self._book)
        sound = found[-1].ends if found else 0.0
        if self._json:
            self._write(
                "report",
                files=[str(path) for path in made],
                chapters=[{"title": m.title, "begins": round(m.begins, 3), "ends": round(m.ends, 3)} for m in found],
                seconds=round(sound, 3),
                failed=[asdict(loss) for loss in now.losses],
                skipped=dict(now.skips),
                left_out=dict(self._left_out()),
                took=round(now.seconds(), 2),
            )
            return
        for loss in now.losses[:_MOST]:
            self.say(f'not spoken, in "{loss.chapter}": {loss.text[:200]} ({loss.message})')
        if len(now.losses) > _MOST:
            self.say(f"and {len(now.losses) - _MOST:,} more passages that could not be spoken")
        if not self._quiet:
            self.say(f"{len(found)} chapters, {_clock(sound)} of sound, in {_clock(now.seconds())}")
            if now.skips:
                said = ", ".join(f"{reason} {count:,}" for reason, count in now.skips.most_common())
                self.say(f"skipped, in characters: {said}")
            self._say_left_out()
        for path in made:
            write(f"{path}\n".encode(errors="replace"))

    # ---- while it goes on

    def _show(self) -> None:
        now = self._book.progress
        if self._bars is not None and self._whole is not None and self._chapter is not None:
            title = self._book.document.chapters[now.chapter].title
            here = now.chapters[now.chapter]
            self._bars.update(self._whole, completed=now.done, facts=self._pace())
            self._bars.update(
                self._chapter, total=here or 1, completed=now.done_in[now.chapter], facts=plain(title)[:40]
            )
        elif self._json:
            self._write(
                "progress",
                done=round(now.done / max(1, now.total), 4),
                chapter=now.chapter + 1,
                passages=now.passages,
                speed=round(now.speed(), 1),
                left=None if (left := now.left()) is None else round(left, 1),
                failed=len(now.losses),
            )
        elif not self._quiet and now.chapter != self._told:
            self._told = now.chapter
            title = self._book.document.chapters[now.chapter].title
            self.say(f"{now.chapter + 1:>5}  {title}  {self._pace()}")
        if not self._json and not self._quiet:
            for loss in now.losses[self._lost : _MOST]:
                self.say(f"not spoken: {loss.text[:80]}")
            self._lost = max(self._lost, len(now.losses))

    def _pace(self) -> str:
        now = self._book.progress
        left = now.left()
        said = [f"{now.speed():.0f} x real time"] if now.made else []
        said += [f"{_clock(left)} to go"] if left is not None else []
        said += [f"{len(now.losses)} failed"] if now.losses else []
        return ", ".join(said)

    # ---- facts

    def _facts(self) -> dict[str, Any]:
        document = self._book.document
        return {
            "title": document.title,
            "author": document.author,
            "language": document.language,
            "chapters": [{"title": chapter.title, "words": chapter.words} for chapter in document.chapters],
            "characters": self._book.progress.total,
            "left_out": dict(self._left_out()),
        }

    def _size(self) -> str:
        chapters = self._book.document.chapters
        count = "1 chapter" if len(chapters) == 1 else f"{len(chapters):,} chapters"
        return f"{count}, {sum(chapter.words for chapter in chapters):,} words"

    def _left_out(self) -> Counter[str]:
        return Counter(gap.reason for gap in self._book.document.left_out)

    def _say_left_out(self) -> None:
        if found := self._left_out():
            self.say("left out: " + ", ".join(f"{reason} ({count:,})" for reason, count in found.most_common()))

    def _write(self, kind: str, **facts: Any) -> None:
        write(line({"type": kind, **facts}))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"
