"""What a script brings along: documents and sounds from the folder that it lies in, and from nowhere else."""

from __future__ import annotations

from pathlib import Path

import anyio.to_thread

from pipeline.audio.joining.decoding import as_wav
from pipeline.errors import InvalidRequest, TextTooLong, UnreadableDocument
from pipeline.narration import Document, read
from pipeline.narration.choice import check_length, chosen
from pipeline.narration.scripts.folder import beside
from pipeline.narration.scripts.results import REFERENCE
from pipeline.narration.scripts.script import Played, Script, placed, played, where
from pipeline.narration.scripts.telling import Find
from pipeline.ports import ClipStore
from pipeline.types import Clip


def _once(find: Find) -> Find:
    """Each document is read when it is first asked for, and then known."""
    known: dict[str, Document] = {}

    async def found(path: str) -> Document:
        if path not in known:
            known[path] = await find(path)
        return known[path]

    return found


def in_folder(folder: Path) -> Find:
    async def find(path: str) -> Document:
        document = await anyio.to_thread.run_sync(lambda: read(beside(folder, path)))
        if document.unread:  # a script has no report that could tell of it
            raise UnreadableDocument(f"{path}: not all of it can be read. {document.unread[0].where}.")
        return document

    return _once(find)


async def check_documents(script: Script, find: Find, most: int) -> None:
    """Those that it names outright: whether they have the chapters that it wants, and no more characters than `most`.
    Raises InvalidRequest, TextTooLong, and what `find` does."""
    find, total = _once(find), 0
    for here, step in placed(script.steps):
        inputs = step.get("inputs", {})
        wanted = str(inputs.get("chapters", ""))
        if step["type"] != "document" or REFERENCE.search(inputs["path"] + wanted):
            continue
        try:
            document = await find(inputs["path"])
            document = await anyio.to_thread.run_sync(chosen, document, wanted)
            if step.get("config", {}).get("speak", True):
                check_length(document, most)
                total += len(document.text)
        except InvalidRequest as error:
            raise script.located(where(here), error) from error
    if total > most:
        raise TextTooLong(
            f"The documents of the script have {total:,} characters; the most allowed at once is {most:,} "
            "(ALOUD_MAX_CHARS); choose `chapters` of them, or make several scripts."
        )


async def sounds(script: Script, folder: Path, clips: ClipStore, run: str) -> dict[Played, Clip]:
    """The sounds as clips of the run. Raises InvalidRequest and its kind for any that is not there, lies elsewhere, or
    is no sound."""
    found: dict[Played, Clip] = {}
    for sound, here in _played(script).items():
        data, rate, seconds = await _decoded(script, folder, sound, here)
        name = f"sound-{len(found) + 1}.wav"
        found[sound] = Clip(name, await clips.write(run, name, data), "audio/wav", seconds, rate)
    return found


async def check_sounds(script: Script, folder: Path) -> None:
    """Whether they can be played. Raises what `sounds` does."""
    for sound, here in _played(script).items():
        await _decoded(script, folder, sound, here)


def _played(script: Script) -> dict[Played, str]:
    """Each sound, and a step that plays it."""
    return {played(step): where(here) for here, step in placed(script.steps) if step["type"] == "sound"}


async def _decoded(script: Script, folder: Path, sound: Played, here: str) -> tuple[bytes, int, float]:
    path, volume = sound
    try:
        return await anyio.to_thread.run_sync(lambda: as_wav(beside(folder, path), volume))
    except InvalidRequest as error:
        raise script.located(here, error) from error
