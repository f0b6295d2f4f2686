"""`aloud script`: a script's steps, each in its voice, in front of the terminal."""

from __future__ import annotations

from pathlib import Path

import anyio.to_thread
import typer

from api.cli.exits import DONE
from api.cli.lines import line, write
from api.cli.performance import Manner, Performance
from api.cli.run import Model, Speech, make_pipeline
from api.settings import environment
from pipeline.errors import InvalidScript
from pipeline.narration.scripts import LARGEST, Script, parsed
from pipeline.prompts import own
from pipeline.settings import parted


async def perform(file: str, speech: Speech, manner: Manner, *, check: bool) -> int:
    """Speak the script; or only `check` it. Raises InvalidScript, UnknownVoice, UnknownProvider."""
    path = Path(file)
    script = await anyio.to_thread.run_sync(_read, path)
    options = {"llm_provider": (), "tts_provider": parted(speech.engine)}  # where none is named, as the settings say
    async with make_pipeline(speech, manner, Model()) as pipeline:
        if check:
            await pipeline.check_script(script, folder=path.parent, **options)
            if manner.json:
                write(line({"type": "script", "name": script.name, "steps": len(script.steps), "cast": [*script.cast]}))
            elif not manner.quiet:
                typer.echo(f"{path} can be spoken as it is.", err=True)
            return DONE
        manner.place.check()
        stream = pipeline.stream_script_to_audio(script, folder=path.parent, **options)
        return await Performance(stream, manner).run()


def _read(path: Path) -> Script:
    try:
        with path.open("rb") as file:
            text = file.read(4 * LARGEST + 1).decode("utf-8-sig")
    except OSError as error:
        raise InvalidScript(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise InvalidScript(f"{path} is not UTF-8 text (byte {error.start + 1:,}).") from error
    return parsed(text, str(path), own(environment()), folder=path.parent)
