"""The commands of `aloud`: a text, a pipe or a model's answer spoken, the voices listed, the service started."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn

import anyio
import typer
from typer.core import TyperArgument, TyperOption
from typer.main import get_command

from api.cli import options
from api.cli.exits import BAD, INTERRUPTED, code_of
from api.cli.lines import Gone
from api.cli.plain import plain
from api.release import release
from pipeline.errors import AloudError, UnknownVoice

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 failed, 2 bad usage or input, 3 partly done, 130 interrupted or no longer read.",
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"aloud {release()}")
        raise typer.Exit


@app.callback()
def aloud(
    _: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_tell_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Speaks text while it is still being written."""


@app.command()
def say(
    text: Annotated[list[str] | None, typer.Argument(metavar="TEXT|-", help="What to say; - reads a pipe.")] = None,
    engine: options.Engine = "",
    voice: options.Voice = "",
    speed: options.Speed = 1.0,
    language: options.Language = "",
    format: options.Format = "wav",
    lexicon: options.Lexicon = "",
    output: options.Output = "",
    srt: options.Srt = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
    play: options.Play = None,
) -> None:
    """Speak a text, or a pipe while it is still being written: some-llm "..." | aloud say -"""
    from api.cli.run import Speech, manner, say

    piped = text == ["-"] or not text
    if not text and sys.stdin.isatty():
        _end("say what? Give a text; or - and a pipe: some-llm ... | aloud say -", BAD)
    speech = Speech(engine=engine, voice=voice, speed=speed, language=language, format=format, lexicon=lexicon)
    said = None if piped else " ".join(text or ())
    _run(lambda: say(said, speech, manner(output, json=json, quiet=quiet, play=play, srt=srt)))


@app.command()
def chat(
    prompt: Annotated[
        list[str] | None, typer.Argument(help="What to ask; without it, a conversation: Ctrl-C ends an answer.")
    ] = None,
    provider: options.Provider = "",
    model: options.Model = "",
    system: options.System = "",
    engine: options.Engine = "",
    voice: options.Voice = "",
    speed: options.Speed = 1.0,
    language: options.Language = "",
    format: options.Format = "wav",
    lexicon: options.Lexicon = "",
    output: options.Output = "",
    srt: options.Srt = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
    play: options.Play = None,
) -> None:
    """Ask a model, and hear the answer while it is still being written."""
    from api.cli.run import Model, Speech, chat, manner

    speech = Speech(engine=engine, voice=voice, speed=speed, language=language, format=format, lexicon=lexicon)
    asked = Model(provider=provider, name=model, system=system)
    asks = " ".join(prompt or ()) or None
    _run(lambda: chat(asks, asked, speech, manner(output, json=json, quiet=quiet, play=play, srt=srt)))


@app.command()
def read(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Text, Markdown, HTML, EPUB, DOCX, ODT, FB2 or PDF.")
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="PATH", help="The book's name, book.m4b, or a folder/.")
    ] = "",
    engine: options.Engine = "",
    voice: Annotated[
        list[str] | None,
        typer.Option("--voice", "-v", metavar="[LANG=]NAME", help="Who reads; for one language: fr=NAME. Repeatable."),
    ] = None,
    speed: options.Speed = 1.0,
    language: options.Language = "",
    lexicon: options.Lexicon = "",
    format: Annotated[
        str,
        typer.Option(
            "--format", "-f", metavar="NAME", help="mp3, m4b, m4a, opus, flac, wav, epub, or what ffmpeg makes."
        ),
    ] = "",
    split: Annotated[bool, typer.Option("--split", help="One file for each chapter, in a folder.")] = False,
    each: Annotated[bool, typer.Option("--each", help="A book for each file instead of one of them all.")] = False,
    chapters: Annotated[str, typer.Option("--chapters", metavar="LIST", help="Only some: 3-5, or 1,4-.")] = "",
    srt: options.Srt = False,
    allow_url: Annotated[bool, typer.Option("--allow-url", help="A FILE may be an address: https://...")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be done.")] = False,
    price: Annotated[
        float | None,
        typer.Option("--price-per-million", min=0, metavar="PRICE", help="Of characters: a dry run tells the cost."),
    ] = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Make an audiobook of documents; the same command carries on where it was interrupted."""
    from api.cli.editions import Wish
    from api.cli.read import read_aloud
    from api.cli.run import Speech

    wish = Wish(
        files=files,
        voices=voice or (),
        output=output,
        format=format,
        split=split,
        each=each,
        chapters=chapters,
        srt=srt,
        allow_url=allow_url,
        dry_run=dry_run,
        price=price,
        json=json,
        quiet=quiet,
    )
    speech = Speech(engine=engine, speed=speed, language=language, lexicon=lexicon)
    _run(lambda: read_aloud(wish, speech))


@app.command()
def script(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="Steps and a cast, in JSON or YAML; - reads a pipe.")],
    check: Annotated[bool, typer.Option("--check", "-n", help="Only say what is wrong with it.")] = False,
    engine: options.Engine = "",
    voice: options.Voice = "",
    speed: options.Speed = 1.0,
    language: options.Language = "",
    format: options.Format = "wav",
    lexicon: options.Lexicon = "",
    output: options.Output = "",
    srt: options.Srt = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
    play: options.Play = None,
) -> None:
    """Speak a script: several voices, what a model answers, documents, pauses."""
    from api.cli.run import Speech, manner
    from api.cli.script import perform

    speech = Speech(engine=engine, voice=voice, speed=speed, language=language, format=format, lexicon=lexicon)
    _run(lambda: perform(file, speech, manner(output, json=json, quiet=quiet, play=play, srt=srt), check=check))


@app.command()
def voices(
    engine: Annotated[
        str, typer.Option("--engine", "-e", metavar="NAME", help="Only of these engines, comma-separated.")
    ] = "",
    language: Annotated[
        str, typer.Option("--language", "-l", metavar="CODE", help="Only those that speak it: en, de, pt-br ...")
    ] = "",
    json: options.Json = False,
) -> None:
    """List the voices that work here."""
    from api.cli.voices import voices

    _run(lambda: voices(engine, language, json))


@app.command()
def doctor(json: options.Json = False) -> None:
    """Say what works here, and how to make the rest work."""
    from api.cli.doctor import doctor

    _run(lambda: doctor(json))


@app.command()
def serve(
    host: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Where to listen; by default ALOUD_HOST, or else 127.0.0.1."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(metavar="PORT", help="0 takes a free one; by default ALOUD_PORT, or else 8000."),
    ] = None,
) -> None:
    """Start the service."""
    from api.serving.server import serve
    from api.settings import Settings

    try:
        serve(Settings.load(host=host, port=port))
    except AloudError as error:
        _end(error.message, code_of(error))


def run() -> None:
    """The one that was called. Its help lists neither what teaches a shell to complete them, which is wanted once, nor
    the types of Python behind flags and arguments."""
    group = get_command(app)
    called = typer.Context(group, **group.context_settings)
    for command in (group, *getattr(group, "commands", {}).values()):
        for parameter in command.get_params(typer.Context(command, parent=called)):
            if isinstance(parameter, TyperArgument) or (isinstance(parameter, TyperOption) and parameter.is_flag):
                parameter.display_type_rich = lambda ctx: ""  # type: ignore[method-assign]
                parameter.hidden = parameter.hidden or str(parameter.name).endswith("_completion")
    group()


def _run(work: Callable[[], Awaitable[int]]) -> NoReturn:
    try:
        code = anyio.run(work)
    except UnknownVoice as error:
        _end(f"{error.message} `aloud voices` lists them.", code_of(error))
    except AloudError as error:
        _end(error.message, code_of(error))
    except (KeyboardInterrupt, Gone):
        code = INTERRUPTED
    raise typer.Exit(code)


def _end(message: str, code: int) -> NoReturn:
    typer.echo("aloud: " + "\n".join(map(plain, message.splitlines())), err=True)
    raise typer.Exit(code)
