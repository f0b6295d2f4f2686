"""What a script brings along: documents and sounds from the folder that it lies in, and from nowhere else."""

from __future__ import annotations

from pathlib import Path

import anyio.to_thread

from pipeline.audio.decoding import as_wav
from pipeline.errors import UnreadableDocument
from pipeline.narration import Document, read
from pipeline.narration.scripts.folder import beside
from pipeline.narration.scripts.results import REFERENCE
from pipeline.narration.scripts.script import Script
from pipeline.narration.scripts.stage import Find, steps
from pipeline.ports import ClipStore
from pipeline.types import Clip


def in_folder(folder: Path) -> Find:
    async def find(path: str) -> Document:
        document = await anyio.to_thread.run_sync(lambda: read(beside(folder, path)))
        if document.unread:  # a script has no report that could tell of it
            raise UnreadableDocument(f"{path}: not all of it can be read. {document.unread[0].where}.")
        return document

    return find


def named_files(script: Script, folder: Path) -> list[tuple[str, str, Path]]:
    """(type, path, file) of all that the script names outright. Raises InvalidScript for what is not there, or lies
    elsewhere."""
    named = [(step["type"], str(step.get("inputs", {}).get("path", ""))) for step in steps(script.steps)]
    return [
        (kind, path, beside(folder, path))
        for kind, path in dict.fromkeys(named)
        if kind in ("sound", "document") and not REFERENCE.search(path)
    ]


async def sounds(script: Script, folder: Path, clips: ClipStore, run: str) -> dict[str, Clip]:
    """The sounds by their paths, as clips of the run. Raises InvalidRequest and its kind for any file that the script
    names, and that is not there, lies elsewhere, or is no sound."""
    found: dict[str, Clip] = {}
    for kind, path, place in await anyio.to_thread.run_sync(named_files, script, folder):
        if kind == "sound":
            data, rate, seconds = await anyio.to_thread.run_sync(as_wav, place)
            name = f"sound-{len(found) + 1}.wav"
            found[path] = Clip(name, await clips.write(run, name, data), "audio/wav", seconds, rate)
    return found
