"""The options that the commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.audio import ENCODERS

Engine = Annotated[
    str,
    typer.Option("--engine", "-e", metavar="NAME", help="Who speaks; several, comma-separated, are tried in order."),
]
Voice = Annotated[str, typer.Option("--voice", "-v", metavar="NAME", help="A voice, as `aloud voices` lists them.")]
Speed = Annotated[float, typer.Option("--speed", "-s", metavar="FACTOR", help="1 is normal, 2 twice as fast.")]
Language = Annotated[str, typer.Option("--language", "-l", metavar="CODE", help="Of the text: en, de, pt-br ...")]
Format = Annotated[str, typer.Option("--format", "-f", metavar="NAME", help=f"Of the clips: {', '.join(ENCODERS)}.")]
Output = Annotated[
    str,
    typer.Option("--output", "-o", metavar="PATH", help="A folder for the files, or a name for the whole: talk.mp3"),
]
Lexicon = Annotated[
    str, typer.Option("--lexicon", metavar="FILE", help="How words are said, in lines such as: nginx = engine x")
]
Srt = Annotated[bool, typer.Option("--srt", help="Captions as SRT, too, beside those as WebVTT.")]
Json = Annotated[bool, typer.Option("--json", help="Write JSON lines to standard output, and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only where the sound is, or what is wrong.")]
Play = Annotated[
    bool | None,
    typer.Option("--play/--no-play", help="Play it, or not; at a terminal it is played."),
]
Provider = Annotated[
    str,
    typer.Option("--provider", "-p", metavar="NAME", help="Whose model; several, comma-separated, are tried in order."),
]
Model = Annotated[str, typer.Option("--model", "-m", metavar="NAME", help="The model, as its provider names it.")]
System = Annotated[str, typer.Option("--system", metavar="TEXT", help="What the model is told beforehand.")]
