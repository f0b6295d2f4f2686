"""What a person at a terminal sees of a run: one line for each clip, and a line that lives until the run ends."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.status import Status
from rich.text import Text

from api.cli.plain import plain
from pipeline.events import Audio, Chapter, Chunk, Complete, Error, Event, Failed, Fallback, Start, ToolUse


def clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes)}:{rest:04.1f}"


def clips(count: int) -> str:
    return "1 clip" if count == 1 else f"{count:,} clips"


class Progress:
    """Lines on a console, with a living one below where the console is a terminal. When `quiet`, only what is
    wrong."""

    def __init__(self, console: Console, *, quiet: bool = False, lines: bool = True) -> None:
        self._console = console
        self._quiet = quiet
        self._lines = lines
        self._status: Status | None = None
        self._chars = self._clips = 0
        self._seconds = 0.0
        self._who = ""
        self._failure = ""
        """Why a passage was last not spoken."""

    def __enter__(self) -> Progress:
        if self._console.is_terminal and not self._quiet:
            self._status = self._console.status(Text("waiting for text"))
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None

    def show(self, event: Event) -> None:
        write = _LINES.get(type(event))
        nothing = isinstance(event, Complete) and not event.seconds and not event.failed  # told of otherwise
        wanted = self._lines and (not self._quiet or isinstance(event, Failed | Error))
        if write is not None and wanted and not nothing and not self._again(event):
            self._console.print(write(event), soft_wrap=True)
        self._count(event)
        if self._status is not None:
            self._status.update(Text(self._now()))

    def say(self, line: str) -> None:
        """A line of our own; shown even where the rest is quiet, for it says what went wrong."""
        self._console.print(Text(plain(line)), soft_wrap=True)

    def _again(self, event: Event) -> bool:
        """What fails for the same reason as the passage before is told of once; the sums are told at the end."""
        if not isinstance(event, Failed):
            return False
        again, self._failure = event.message == self._failure, event.message
        return again

    def _count(self, event: Event) -> None:
        match event:
            case Start():
                self._who = event.voice
            case Chunk():
                self._chars = event.end
            case Audio():
                self._clips, self._seconds = self._clips + 1, event.begins + event.seconds

    def _now(self) -> str:
        return f"{self._who} · {self._chars:,} characters · {clips(self._clips)} · {clock(self._seconds)} of sound"


def _audio(event: Audio) -> Text:
    return Text.assemble((f"{clock(event.begins):>8}  ", "dim"), plain(event.text))


def _chapter(event: Chapter) -> Text:
    return Text(plain(event.title), style="bold")


def _failed(event: Failed) -> Text:
    return Text.assemble(("  failed  ", "red"), plain(event.message))


def _fallback(event: Fallback) -> Text:
    return Text.assemble((f"  {event.to} takes over from {event.from_}: ", "yellow"), plain(event.message))


def _tool(event: ToolUse) -> Text:
    return Text.assemble(("    tool  ", "dim"), plain(event.name))


def _error(event: Error) -> Text:
    return Text.assemble(("   error  ", "red"), plain(event.message))


def _complete(event: Complete) -> Text:
    first = event.timing.get("first_audio")
    heard = f", the first of it after {first:.2f} s" if isinstance(first, int | float) else ""
    lost = f"; {event.failed:,} characters could not be spoken" if event.failed else ""
    more = "; the model had more to say, and no tokens left" if event.stopped else ""
    return Text(f"{clock(event.seconds)} of sound in {event.at:.2f} s{heard}{lost}{more}", style="dim")


_LINES: dict[type[Event], Callable[..., Text]] = {
    Audio: _audio,
    Chapter: _chapter,
    Failed: _failed,
    Fallback: _fallback,
    ToolUse: _tool,
    Error: _error,
    Complete: _complete,
}
