"""One run in front of a terminal: its events shown or written, its clips played, its end turned into an exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import anyio
import anyio.to_thread

from api.cli import player
from api.cli.ear import Ear
from api.cli.exits import BAD, DONE, FAILED, INTERRUPTED, PARTLY, is_bad_input
from api.cli.files import Kept, Place, keep
from api.cli.lines import Gone, Terminal, line, write
from api.cli.player import Growing
from api.cli.progress import Progress, clips
from api.cli.signals import ORDERS, heed
from pipeline import Event, Stream
from pipeline.errors import AloudError, InvalidRequest
from pipeline.events import (
    Audio,
    Cancelled,
    Chapter,
    Chunk,
    Complete,
    Error,
    Failed,
    PassageCut,
    Pause,
    Skipped,
    Sound,
    Speaking,
    Start,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a run is shown, and where it is left."""

    place: Place
    json: bool = False
    quiet: bool = False
    play: bool | None = None
    """None: at a terminal, where there is a player."""


class Performance:
    """A run in front of an audience of one."""

    def __init__(self, stream: Stream, manner: Manner, *, answers: bool = False) -> None:
        """Of a run that `answers`, an empty text is the model's fault; else the caller gave it."""
        self._stream = stream
        self._answers = answers
        self._manner = manner
        self._progress = Progress(Terminal(stderr=True, highlight=False), quiet=manner.quiet)
        self._events: list[Event] = []
        """What the files are made of: where the run began, its passages and its clips."""
        self.sounds: list[Path | Growing] = []
        """What is to be played, in order."""
        self._growing: dict[int, Growing] = {}
        self._more = anyio.Event()
        self._ended = False
        self._interrupted = False
        self._ear = Ear()
        self._plays = False
        self.silenced = False
        """The listener pressed Ctrl-C."""
        self._audience = anyio.CancelScope()
        self._skipped: dict[str, None] = {}
        """Why text was left out, each reason once."""
        self.answer = ""

    def heard(self) -> str:
        """Of the answer, when it was interrupted: where nothing is played, all that was shown."""
        return self._ear.heard() if self._plays else self._ear.seen()

    async def run(self) -> int:
        """Until the last clip is made, and heard where that is wanted; returns the exit code."""
        last: Event | None = None
        kept: Kept | None = None
        refused: AloudError | None = None
        name = self._player()
        with self._progress:
            async with anyio.create_task_group() as ears:
                await ears.start(heed, self._silence, (signal.SIGINT,))
                await ears.start(heed, self._stop, ORDERS)
                async with anyio.create_task_group() as playing:
                    if name is not None:
                        playing.start_soon(self._play, name)
                    try:
                        async for event in self._stream:
                            await self._take(event)
                            last = event
                        kept = await keep(self._events, self._manner.place)
                    except AloudError as error:
                        refused = error
                    self._end()
                ears.cancel_scope.cancel()
        if refused is not None:
            raise refused
        self._tell(kept)
        return self._code(last)

    # ---- events -----------------------------------------------------------------------------------------------------

    async def _take(self, event: Event) -> None:
        try:
            self._progress.show(event)
            if self._manner.json:
                await anyio.to_thread.run_sync(write, line(event.as_dict()))
        except Gone:  # ends the run, as it would end any other program
            self._stop()
        self._ear.take(event)
        match event:
            case Chunk():
                self.answer += event.content
            case Skipped():
                self._skipped[event.reason] = None
            case Start() | PassageCut() | Pause() | Chapter():
                self._events.append(event)
            case Sound(url=url):
                self._events.append(event)
                self._hear(Path(url2pathname(urlsplit(url).path)))
            case Speaking(path=Path() as path, media_type="audio/wav"):
                self._growing[event.index] = Growing(path)
                self._hear(self._growing[event.index])
            case Audio(path=Path() as path):
                self._events.append(event)
                if not self._grown(event.index):
                    self._hear(path)
            case Failed():
                self._grown(event.index)

    def _end(self) -> None:
        """Nothing more will be made."""
        self._ended = True
        for index in list(self._growing):
            self._grown(index)
        self._more.set()

    def _hear(self, clip: Path | Growing) -> None:
        self.sounds.append(clip)
        self._more.set()

    def _grown(self, index: int) -> bool:
        """Whether this clip was heard while it grew; it has ended now."""
        growing = self._growing.pop(index, None)
        if growing is not None:
            growing.ended.set()
        return growing is not None

    def _silence(self) -> None:
        self.silenced = True
        self._stop()

    def _stop(self) -> None:
        self._interrupted = True
        self._stream.cancel()
        self._audience.cancel()

    # ---- sound ------------------------------------------------------------------------------------------------------

    def _player(self) -> str | None:
        wanted = self._manner.play
        if wanted is None:
            wanted = sys.stdout.isatty() and not self._manner.json
        name = player.found() if wanted else None
        if self._manner.play and name is None:
            raise InvalidRequest(
                f"--play: this machine has none of the players {', '.join(player.PLAYERS)}. Install one, or leave "
                "--play out: the files are made all the same."
            )
        return name

    async def _play(self, name: str) -> None:
        self._plays = True
        with self._audience:
            try:
                await player.play(name, self._clips())
            except player.PlayerFailed as error:
                self._plays = False
                self._progress.say(error.message)

    async def _clips(self) -> AsyncGenerator[Path | Growing, None]:
        played = 0
        while True:
            while played < len(self.sounds):
                yield self.sounds[played]
                played += 1
            if self._ended:
                return
            self._more = anyio.Event()
            await self._more.wait()

    # ---- the end ----------------------------------------------------------------------------------------------------

    def _tell(self, kept: Kept | None) -> None:
        """Where the files are: for a person on standard error, for a script the whole's path on standard output."""
        if kept is None:
            return
        if not self._manner.quiet:
            self._progress.say(
                f"{clips(kept.clips)} in {kept.folder}, captions in {' and '.join(map(str, kept.captions))}"
            )
        if self._manner.json:
            self._progress.say(f"the whole in {kept.whole}")
        else:
            write(os.fsencode(kept.whole) + b"\n")

    def _nothing(self) -> str:
        """Why there is no sound."""
        if self.answer.strip():
            return f"There was nothing to speak: all of the text is left out ({', '.join(self._skipped)})."
        if self._answers:
            return "The model answered nothing: there was nothing to speak."
        return "There was nothing to speak: the text is empty."

    def _code(self, last: Event | None) -> int:
        match last:
            case _ if self._interrupted:
                return INTERRUPTED
            case Complete(failed=0) if not self.sounds:
                self._progress.say(self._nothing())
                return FAILED if self._answers else BAD
            case Complete(status="partial", spoken=0):
                return FAILED
            case Complete(status="partial"):
                return PARTLY
            case Complete():
                return DONE
            case Cancelled():
                return INTERRUPTED
            case Error(code=code) if is_bad_input(code):
                return BAD
            case _:
                return FAILED
