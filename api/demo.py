"""`make demo`: the service as a process of its own, a text streamed through it token by token, and what it left."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

import httpx
from rich.console import Console
from rich.text import Text

from api.cli.exits import DONE, FAILED, INTERRUPTED
from api.cli.plain import plain
from api.cli.progress import Progress, clips
from pipeline.events import Audio, Chunk, Complete, Event, Failed, PassageCut, Start
from pipeline.ground.folders import output_folder
from pipeline.wire import event_from_dict

TEXT = (
    "Hello. This text arrives token by token, as a language model writes it, and you hear it while it is still being "
    "written. Dr. Smith pays $3.50 at 10 a.m., and no sentence ends in the wrong place."
)
PATIENCE = 60.0
"""Seconds for the service to come up."""


def main() -> int:
    console = Console(highlight=False)
    output = output_folder(os.environ)
    with _service() as address, httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        console.print(Text(f"The service listens on {address}\n", style="dim"))
        events: list[Event] = []
        with Progress(console, lines=False) as progress:
            for event in _stream(client):
                events.append(event)
                console.print(_line(event), soft_wrap=True)
                progress.show(event)
        count, whole, captions = _fetch(client, events, output / "demo")
    console.print(f"\nListen to {whole}, read {captions}, or take the {clips(count)} beside them.", soft_wrap=True)
    last = events[-1]
    return DONE if isinstance(last, Complete) and last.status == "complete" else FAILED


def _stream(client: httpx.Client) -> Iterator[Event]:
    """The events as the service sends them; server-sent events are lines, and a blank one ends each."""
    order = {"prompt": TEXT, "llm_provider": "replay"}
    with client.stream("POST", "/api/v1/stream/speech", json=order) as answer:
        if answer.is_error:
            answer.read()
            raise SystemExit(f"The service refused: {answer.text}")
        for line in answer.iter_lines():
            if line.startswith("data:"):
                yield event_from_dict(json.loads(line[5:]))


def _fetch(client: httpx.Client, events: list[Event], folder: Path) -> tuple[int, Path, Path]:
    """Each clip, the whole and its captions, taken from the service as any client would."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*"):
        old.unlink()
    urls = [event.url for event in events if isinstance(event, Audio)]
    run = f"/api/v1/runs/{events[0].run}"
    named = {f"{index:03}{Path(url).suffix}": url for index, url in enumerate(urls, 1)}
    for name, url in {**named, "whole.wav": f"{run}/audio", "whole.vtt": f"{run}/captions.vtt"}.items():
        (folder / name).write_bytes(client.get(url).raise_for_status().content)
    return len(urls), folder / "whole.wav", folder / "whole.vtt"


@contextmanager
def _service() -> Iterator[str]:
    """The service on a free port of the loopback, for nobody else; gone again afterwards, whatever happens."""
    command = [sys.executable, "-m", "api", "serve", "--host", "127.0.0.1", "--port", "0"]
    with TemporaryDirectory() as folder, TemporaryFile("w+") as said:
        own = {"ALOUD_OUTPUT_DIR": folder, "ALOUD_DATABASE": "", "ALOUD_API_KEYS": ""}
        with subprocess.Popen(command, env={**os.environ, **own}, stdout=said, stderr=said) as process:
            try:
                yield _address(process, said)
            finally:
                process.terminate()
                process.wait(PATIENCE)


def _address(process: subprocess.Popen[bytes], said: IO[str]) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        said.seek(0)
        if found := re.search(r"http://127\.0\.0\.1:\d+", said.read()):
            return found[0]
        time.sleep(0.02)
    said.seek(0)
    raise SystemExit(f"The service did not come up:\n{said.read()}")


def _line(event: Event) -> Text:
    said: Any = ""
    match event:
        case Start():
            said = f"{event.provider}, spoken by {event.voice}"
        case Chunk():
            said = repr(event.content)
        case PassageCut():
            said = f"{event.index}  cut by {event.reason}"
        case Audio():
            said = f"{event.index}  {event.seconds:.2f} s  {plain(event.text)}"
        case Failed():
            said = event.message
        case Complete():
            said = f"{clips(event.audio_files)}, {event.seconds:.1f} s of sound, the first of it after {_first(event)}"
    style = {"audio": "bold", "failed": "red", "error": "red"}.get(event.type, "dim" if event.type == "chunk" else "")
    return Text(f"{event.at:7.3f}  {event.type:8}  {said}", style=style)


def _first(event: Complete) -> str:
    first = event.timing.get("first_audio")
    return f"{first * 1000:.0f} ms" if isinstance(first, int | float) else "?"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
