"""A voice assistant that may be interrupted: python examples/assistant.py "Why is the sky blue?"

What a model of yours writes is played while it is written. Here the model only talks round the question, and the sound
card is a clock; after a second the listener has had enough. The model is then told what was heard, and no more.
"""

import asyncio
import shutil
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from pipeline import AnyEvent, Message, Pipeline, Request, create_streaming_pipeline, heard

RATE = 24_000  # hertz
OUTPUT = Path("output/examples/assistant")


class Model:
    name, model, streaming = "mine", "talker", True

    async def tokens(self, request: Request) -> AsyncGenerator[str, None]:
        for word in f"You ask: {request.text} Let me think about that. ".split() * 20:
            yield word + " "
            await asyncio.sleep(0.02)


class Card:
    """Takes samples as fast as they are heard."""

    played = 0.0  # seconds

    async def write(self, samples: bytes) -> None:
        seconds = len(samples) / 2 / RATE
        await asyncio.sleep(seconds)
        self.played += seconds


async def answer(pipeline: Pipeline, talk: list[Message], enough: float) -> str:
    """What was heard of it, when the listener interrupts after `enough` seconds."""
    stream = pipeline.stream_chat_to_audio(talk)
    events: list[AnyEvent] = []
    card = Card()
    asyncio.get_running_loop().call_later(enough, stream.cancel)  # may be called from any thread
    async for item in stream.with_sound(RATE):
        if isinstance(item, bytes):
            await card.write(item)
            continue
        events.append(item)
        if item.type in ("failed", "error"):
            print(item.message, file=sys.stderr)
    shutil.rmtree(OUTPUT / stream.run, ignore_errors=True)  # clips were heard; what it says again is kept beside them
    return heard(events, card.played)


async def main(question: str) -> None:
    talk = [Message("user", question)]
    async with create_streaming_pipeline(Model(), "auto", {"output_dir": OUTPUT}) as pipeline:
        await pipeline.ready()  # while nobody waits
        talk.append(Message("assistant", await answer(pipeline, talk, 1.0)))
    print(f"Heard until the interruption: {talk[-1].content}")


if __name__ == "__main__":
    asyncio.run(main(" ".join(sys.argv[1:]) or "Why is the sky blue?"))
