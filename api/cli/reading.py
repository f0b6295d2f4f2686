"""What is seen of a book while it is read: bars at a terminal, lines elsewhere, JSON for programs."""

from __future__ import annotations

import anyio
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from api.cli.lines import Terminal
from api.cli.plain import plain
from api.cli.report import clock, facts, say_json, size
from pipeline.narration.recital import Book

_MOST = 10
"""Failed passages that are shown one by one."""


class Reading:
    def __init__(self, book: Book, *, json: bool, quiet: bool) -> None:
        self._book = book
        self._json = json
        self._quiet = quiet
        self._console = Terminal(stderr=True, highlight=False)
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
            say_json("book", **facts(book.document, now.total), kept=now.kept)
        elif not self._quiet:
            share = 100 * now.kept // max(1, now.total)  # 100 % is all of it, and nothing less
            again = f", {share}% of it finished before" if now.kept else ""
            self.say(f"{book.document.title}: {size(book.document)}{again}")
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

    # ---- while it goes on

    def _show(self) -> None:
        now = self._book.progress
        title = self._book.document.chapters[now.chapter].title
        if self._bars is not None and self._whole is not None and self._chapter is not None:
            here = now.chapters[now.chapter]
            self._bars.update(self._whole, completed=now.done, facts=self._pace())
            self._bars.update(
                self._chapter, total=here or 1, completed=now.done_in[now.chapter], facts=plain(title)[:40]
            )
        elif self._json:
            say_json(
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
            self.say(f"{now.chapter + 1:>5}  {title}  {self._pace()}")
        if not self._json and not self._quiet:
            for loss in now.losses[self._lost : _MOST]:
                self.say(f"not spoken: {loss.text[:80]}")
            self._lost = max(self._lost, len(now.losses))

    def _pace(self) -> str:
        now = self._book.progress
        left = now.left()
        said = [f"{now.speed():.0f} x real time"] if now.made else []
        said += [f"{clock(left)} to go"] if left is not None else []
        said += [f"{len(now.losses)} failed"] if now.losses else []
        return ", ".join(said)
