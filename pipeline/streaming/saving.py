"""A run's sound as one file, and captions for it, for those who use the library."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from anyio.from_thread import start_blocking_portal

from pipeline.audio import JOINED
from pipeline.audio.joining.marks import Mark, id3
from pipeline.errors import InvalidRequest, StoreError
from pipeline.events import Audio, Chapter, Event, Pause, Sound, Start
from pipeline.ground.drafts import draft

CAPTIONS = ("vtt", "srt", "json")


def save(events: Iterable[Event], path: str | Path) -> None:
    """All the sound of a run as one file, in the format of its ending: `save(events, "talk.mp3")`; with its title and
    chapters, where it has them. Or the captions for it: talk.vtt, talk.srt; talk.json has a time for each word.
    `events`: all of the run's, or all that there were until it was left. It blocks: in an event loop,
    `asyncio.to_thread` does it.

    Raises InvalidRequest where there is no such format, or no sound; StoreError where a file is gone or cannot be
    written."""
    path = Path(path)
    if (format := path.suffix[1:].lower()) not in (*JOINED, *CAPTIONS):
        raise InvalidRequest(f"{path}: there is no format {format!r}; there is: {', '.join([*JOINED, *CAPTIONS])}.")
    events = list(events)  # read more than once
    start = next((event for event in events if isinstance(event, Start)), None)
    clip = next((event.path for event in events if isinstance(event, Audio)), None)
    if start is None or clip is None:
        raise InvalidRequest("There is nothing to save: it takes a run's events from `start` on, with an `audio`.")
    write(events, start, path, clip.parent.parent)


def write(events: Sequence[Event], start: Start, path: Path, folder: Path) -> None:
    """The same, of the clips in that `folder`."""
    make = _captions if path.suffix[1:].lower() in CAPTIONS else _sound
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft(path) as place:
            make(events, start, place / path.name, folder)
            os.replace(place / path.name, path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}.") from error


def _captions(events: Sequence[Event], start: Start, made: Path, folder: Path) -> None:
    from pipeline.audio.joining.captions import srt, webvtt, word_list
    from pipeline.audio.joining.joining import each

    kind = {"vtt": webvtt, "srt": srt, "json": word_list}[made.suffix[1:].lower()]

    async def written() -> str:
        return "".join([piece async for piece in kind(each(events))])

    with start_blocking_portal() as portal:  # a loop of its own: there may be one in this thread already
        made.write_bytes(portal.call(written).encode())


def _sound(events: Sequence[Event], start: Start, made: Path, folder: Path) -> None:
    from pipeline.audio.joining.export import COPIED, copy  # when first used: libraries come with them
    from pipeline.audio.joining.joining import Join
    from pipeline.stores.clips import FolderClipStore

    format, marks, tags = made.suffix[1:].lower(), _marks(events), {"title": start.title} if start.title else {}
    join = Join(FolderClipStore(folder), start.run, start.audio["sample_rate"], format)
    with made.open("wb") as file:
        file.write(id3(marks, tags) if format == "mp3" and (marks or tags) else b"")
        file.writelines(join.blocks(events))
    if format in COPIED and (marks or tags):
        bare = made.rename(made.with_suffix(".bare"))  # no format's ending: it never has the same name
        copy(bare, made, COPIED[format], marks, tags)


def _marks(events: Iterable[Event]) -> list[Mark]:
    at, begun = 0.0, list[tuple[str, float]]()
    for event in events:
        if isinstance(event, Chapter):
            begun.append((event.title, at))
        elif isinstance(event, Audio | Pause | Sound):
            at += event.seconds
    ends = [*(begins for _, begins in begun[1:]), at]
    return [Mark(title, begins, end) for (title, begins), end in zip(begun, ends, strict=False) if end > begins]
