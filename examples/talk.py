"""Say what a model of yours writes, on a socket, and interrupt it: python examples/talk.py "Some text."

Wants the service (make serve); one elsewhere is named behind the text, as https://speech.example.org. Sends the text
word by word, as a model would, and keeps each clip as it comes. The first time the listener interrupts after the first
clip; the second time it is said to its end.
"""

import asyncio
import json
import sys
from pathlib import Path

from websockets.asyncio.client import connect


async def write(socket, text):
    for word in text.split():
        await socket.send(json.dumps({"type": "text", "content": word + " "}))
        await asyncio.sleep(0.02)
    await socket.send(json.dumps({"type": "end"}))


async def say(socket, text, interrupted):
    """The clips, by their places; only the first, where the listener interrupts after it."""
    await socket.send(json.dumps({"type": "start"}))
    clips, writing = {}, asyncio.create_task(write(socket, text))
    try:
        async for message in socket:
            if isinstance(message, bytes):
                index = int.from_bytes(message[:4], "big")
                clips[index] = clips.get(index, b"") + message[4:]
                continue
            event = json.loads(message)
            print(f"{event['type']:9} {event.get('content') or event.get('text') or event.get('message') or ''}")
            if event["type"] == "audio" and interrupted:
                interrupted = False
                writing.cancel()
                await socket.send(json.dumps({"type": "cancel", "played_ms": 1000 * event["seconds"] / 2}))
            if event["type"] in ("complete", "error", "cancelled", "refused"):
                return clips
    finally:
        writing.cancel()
    sys.exit("the service closed the socket")


def keep(clips):
    folder = Path("output/examples/talk")
    folder.mkdir(parents=True, exist_ok=True)
    for index, sound in clips.items():
        (folder / f"{index:05}.wav").write_bytes(sound)


async def main(text, service="http://127.0.0.1:8000"):
    async with connect(service.replace("http", "ws", 1) + "/api/v1/stream") as socket:
        for interrupted in (True, False):
            keep(await say(socket, text, interrupted))


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    asyncio.run(main(*sys.argv[1:]))
