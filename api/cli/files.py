"""Where a run at the command line leaves its files: the clips, the whole as one file, and captions for it."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import anyio
import anyio.to_thread

from pipeline.audio import ENCODERS
from pipeline.errors import InvalidRequest
from pipeline.events import Audio, Event, Sound, Start
from pipeline.ground.drafts import draft
from pipeline.ground.folders import check_file, check_folder, output_folder, refused
from pipeline.streaming import saving

_BLOCK = 1 << 18
"""Bytes written at once: a caption is too little to ask a thread for."""


@dataclass(frozen=True, slots=True)
class Place:
    folder: Path
    """Holds a folder of clips for each run."""
    whole: Path | None = None
    """The joined file; None is one beside the clips."""
    srt: bool = False
    """Captions as SRT, too."""

    @classmethod
    def of(cls, output: str, env: Mapping[str, str], *, srt: bool = False) -> Self:
        """What `-o` means: nothing, a folder, or a file whose ending says its format. Raises InvalidRequest."""
        usual = output_folder(env) / "audio"
        if not output:
            return cls(usual, srt=srt)
        path = Path(output)
        if is_folder(output) or not path.suffix:
            return cls(path, srt=srt)
        if path.suffix[1:].lower() not in ENCODERS:
            raise InvalidRequest(
                f"-o {output}: there is no format {path.suffix[1:]!r}; there is: {', '.join(ENCODERS)}. A folder ends "
                "with a slash."
            )
        return cls(usual, path, srt)

    def check(self) -> None:
        """Whether both can be written. Raises InvalidRequest."""
        check_folder(self.folder)
        if self.whole is not None:
            check_file(self.whole)


def is_folder(output: str) -> bool:
    """Whether it is one, or is to be. Raises InvalidRequest for a path that cannot be looked at, or is none."""
    if output == "-":
        raise InvalidRequest("-o -: sound goes into files, not to standard output; name a file, or a folder.")
    with refused(Path(output)):
        return output.endswith(("/", os.sep)) or Path(output).is_dir()


@dataclass(frozen=True, slots=True)
class Kept:
    clips: int
    folder: Path
    whole: Path
    captions: Sequence[Path]


async def keep(events: Sequence[Event], place: Place) -> Kept | None:
    """A run's clips as one file, and captions beside it; None when nothing was made. Raises StoreError."""
    start = events[0] if events else None
    if not isinstance(start, Start) or not any(isinstance(event, Audio | Sound) for event in events):
        return None
    clips = [event.path for event in events if isinstance(event, Audio) and event.path]
    folder = place.folder / start.run
    whole = place.whole or folder / f"whole{clips[0].suffix if clips else '.wav'}"
    captions = [whole.with_suffix(ending) for ending in (".vtt", *([".srt"] if place.srt else []))]
    for path in (whole, *captions):
        await anyio.to_thread.run_sync(saving.write, events, start, path, place.folder)
    return Kept(len(clips), folder, whole, captions)


async def write_whole(path: Path, pieces: AsyncGenerator[str, None]) -> None:
    """Under its own name only when it is whole, whoever else writes it."""
    with draft(path) as folder:
        made = folder / path.name
        async with aclosing(pieces), await anyio.open_file(made, "wb") as file:
            gathered = bytearray()
            async for piece in pieces:
                gathered += piece.encode()
                if len(gathered) >= _BLOCK:
                    await file.write(bytes(gathered))
                    gathered.clear()
            await file.write(bytes(gathered))
        os.replace(made, path)
