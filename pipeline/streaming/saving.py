"""A run's sound as one file, for those who use the library."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pipeline.audio import JOINED
from pipeline.errors import InvalidRequest, StoreError
from pipeline.events import Audio, Event, Start
from pipeline.ground.drafts import draft


def save(events: Iterable[Event], path: str | Path) -> None:
    """All the sound of a run as one file, in the format of its ending: `save(events, "talk.mp3")`. `events`: all of
    the run's, or all that there were until it was left. It blocks: in an event loop, `asyncio.to_thread` does it.

    Raises InvalidRequest where there is no such format, or no sound; StoreError where a file is gone or cannot be
    written."""
    path = Path(path)
    if (format := path.suffix[1:].lower()) not in JOINED:
        raise InvalidRequest(f"{path}: there is no format {format!r}; there is: {', '.join(JOINED)}.")
    events = list(events)  # read more than once
    start = next((event for event in events if isinstance(event, Start)), None)
    clip = next((event.path for event in events if isinstance(event, Audio)), None)
    if start is None or clip is None:
        raise InvalidRequest("There is nothing to save: it takes a run's events from `start` on, with an `audio`.")

    from pipeline.audio.joining.joining import Join  # when first used: libraries come with them
    from pipeline.stores.clips import FolderClipStore

    join = Join(FolderClipStore(clip.parent.parent), start.run, start.audio["sample_rate"], format)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft(path) as folder:
            with (folder / path.name).open("wb") as file:
                file.writelines(join.blocks(events))
            os.replace(folder / path.name, path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}.") from error
