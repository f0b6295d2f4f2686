"""`aloud script`: a script's steps, each in its voice, in front of the terminal."""

from __future__ import annotations

import sys
from contextlib import aclosing
from pathlib import Path

import anyio.to_thread
import typer

from api.cli.exits import DONE
from api.cli.lines import line, write
from api.cli.performance import Manner, Performance
from api.cli.pipe import NotText, arriving
from api.cli.run import Model, Speech, make_pipeline
from api.settings import environment
from pipeline.errors import InvalidScript
from pipeline.ground.settings import parted
from pipeline.narration.scripts import LARGEST, parsed
from pipeline.prompts import own


async def perform(file: str, speech: Speech, manner: Manner, *, check: bool) -> int:
    """Speak the script, or only `check` it; `-` is one on standard input, whose files lie in the current folder. Raises
    InvalidScript, UnknownVoice, UnknownProvider."""
    name, folder = ("standard input", Path()) if file == "-" else (str(Path(file)), Path(file).parent)
    text = await _piped() if file == "-" else await anyio.to_thread.run_sync(_read, Path(file))
    script = await anyio.to_thread.run_sync(lambda: parsed(text, name, own(environment()), folder=folder))
    options = {"llm_provider": (), "tts_provider": parted(speech.engine)}  # where none is named, as the settings say
    async with make_pipeline(speech, manner, Model()) as pipeline:
        if check:
            await pipeline.check_script(script, folder=folder, **options)
            if manner.json:
                write(line({"type": "script", "name": script.name, "steps": len(script.steps), "cast": [*script.cast]}))
            elif not manner.quiet:
                typer.echo(f"{name} can be spoken as it is.", err=True)
            return DONE
        manner.place.check()
        stream = pipeline.stream_script_to_audio(script, folder=folder, **options)
        return await Performance(stream, manner).run()


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(4 * LARGEST + 1).decode("utf-8-sig")
    except OSError as error:
        raise InvalidScript(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise InvalidScript(f"{path} is not UTF-8 text (byte {error.start + 1:,}).") from error


async def _piped() -> str:
    pieces, size = list[str](), 0
    try:
        async with aclosing(arriving(sys.stdin.fileno())) as given:
            async for piece in given:
                pieces.append(piece)
                size += len(piece)
                if size > LARGEST:
                    break
    except NotText as error:
        raise InvalidScript(error.message) from error
    return "".join(pieces)
