"""`aloud say` and `aloud chat`: from what was typed to a run in front of the terminal."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from api.cli.exits import DONE, INTERRUPTED
from api.cli.files import Place
from api.cli.performance import Manner, Performance
from api.cli.pipe import arriving
from api.settings import Settings, environment
from pipeline import Message, Pipeline, create_streaming_pipeline
from pipeline.ground.settings import parted
from pipeline.text import Lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How it is to be said."""

    engine: str = ""
    voice: str = ""
    speed: float = 1.0
    language: str = ""
    format: str = "wav"
    lexicon: str = ""
    """A file."""

    def sayings(self) -> dict[str, dict[str, str]]:
        """What the lexicon says, by language. Raises InvalidRequest, which names the line."""
        return Lexicon.read(self.lexicon).entries if self.lexicon else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Who is asked."""

    provider: str = ""
    name: str = ""
    system: str = ""


def manner(output: str, *, json: bool, quiet: bool, play: bool | None, srt: bool) -> Manner:
    env = environment()
    Settings.load(env)  # a wrong setting is named before anything begins
    return Manner(place=Place.of(output, env, srt=srt), json=json, quiet=quiet, play=play)


async def say(text: str | None, speech: Speech, manner: Manner) -> int:
    """Speak the text, or without one what comes on standard input."""
    manner.place.check()
    async with make_pipeline(speech, manner, Model()) as pipeline:
        spoken = arriving(sys.stdin.fileno()) if text is None else text
        stream = pipeline.stream_text_to_audio(spoken, tts_provider=parted(speech.engine))
        return await Performance(stream, manner).run()


async def chat(prompt: str | None, model: Model, speech: Speech, manner: Manner) -> int:
    """Speak the model's answer; without a prompt, answer line after line until the input ends, failures or not. At a
    terminal Ctrl-C then ends an answer, of which the model is told what was heard, and not the conversation."""
    said: list[Message] = []
    first_wrong = DONE
    manner.place.check()
    async with make_pipeline(speech, manner, model) as pipeline, aclosing(_asked(prompt)) as lines:
        async for line in lines:
            said.append(Message(role="user", content=line))
            stream = pipeline.stream_chat_to_audio(
                said, llm_provider=parted(model.provider), tts_provider=parted(speech.engine)
            )
            turn = Performance(stream, manner, answers=True)
            code = await turn.run()
            answer = turn.answer
            if code == INTERRUPTED:
                if prompt is not None or not turn.silenced or not sys.stdin.isatty():
                    return code
                code, answer = DONE, turn.heard()
            first_wrong = first_wrong or code
            if answer.strip():
                said.append(Message(role="assistant", content=answer))
            else:
                said.pop()
    return first_wrong


async def _asked(prompt: str | None) -> AsyncGenerator[str, None]:
    """The prompt, or what is typed line by line; blank lines are only asked again."""
    if prompt is not None:
        yield prompt
        return
    rest = ""
    _prompt()
    async for text in arriving(sys.stdin.fileno()):
        *lines, rest = (rest + text).split("\n")
        for line in lines:
            if line.strip():
                yield line
            _prompt()
    if rest.strip():
        yield rest


def _prompt() -> None:
    if sys.stdin.isatty():
        sys.stderr.write("> ")
        sys.stderr.flush()


def make_pipeline(speech: Speech, manner: Manner, model: Model) -> Pipeline:
    return create_streaming_pipeline(
        streaming_config={"output_dir": manner.place.folder},
        voice=speech.voice,
        speed=speech.speed,
        language=speech.language,
        format=speech.format,
        lexicon=speech.sayings(),
        model=model.name,
        system=model.system,
        env=environment(),
    )
