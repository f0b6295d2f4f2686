"""pyttsx3 in a process of its own: reads jobs from standard input, one JSON object a line, and answers each with one.

A program, not a module of the house: it is run by path, and imports nothing of it. pyttsx3 keeps global state, hangs
when threads share it and crashes when stopped, so whoever started this process ends it by killing it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import queue
import sys
import threading
import time
from pathlib import Path
from typing import Any

DRIVER = {"win32": "sapi5", "darwin": "nsss"}.get(sys.platform, "espeak")


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # pyttsx3 prints a line for each file

    def answer(**what: Any) -> None:
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    jobs: queue.Queue[str] = queue.Queue(1)
    threading.Thread(target=_read, args=(jobs,), daemon=True).start()
    try:
        speaker = _Speaker()
    except Exception as error:  # noqa: BLE001 - whatever a driver raises is the reason why it cannot work here
        answer(error=f"{type(error).__name__}: {error}")
        return
    answer(voices=speaker.voices)
    while True:
        job = json.loads(jobs.get())
        try:
            speaker.write(**job)
        except Exception as error:  # noqa: BLE001 - a driver may raise anything; the next job may well succeed
            answer(error=f"{type(error).__name__}: {error}")
        else:
            answer(done=True)


def _read(jobs: queue.Queue[str]) -> None:
    written: Path | None = None
    for line in sys.stdin:
        jobs.put(line)
        written = Path(json.loads(line)["path"])
    # Nobody is there any more, and who was killed has not tidied up.
    with contextlib.suppress(OSError):
        if written is not None:
            written.unlink(missing_ok=True)
        Path.cwd().rmdir()  # never more than an empty folder
    os._exit(0)  # even out of a driver that hangs


class _Speaker:
    def __init__(self) -> None:
        if DRIVER == "espeak":
            _lend_library()
        import pyttsx3

        self._engine = pyttsx3.init(DRIVER)
        self._done = threading.Event()
        self._engine.connect("finished-utterance", self._finished)
        self._own_voice = self._engine.getProperty("voice")
        self.voices = [  # its own first: it is the best for its language
            {
                "id": voice.id,
                "title": voice.name,
                "languages": list(map(str, voice.languages or ())),
                "gender": voice.gender,
            }
            for voice in sorted(self._engine.getProperty("voices"), key=lambda voice: voice.id != self._own_voice)
        ]

    def write(self, text: str, path: str, rate: int, volume: float, pitch: int, voice: str) -> None:
        """Return when the file is there. A path that cannot be written never returns: the caller has a deadline."""
        self._settle()
        if DRIVER == "espeak":  # settings are taken at once: on the way to the first word the library may drop them
            self._engine.proxy.setBusy(False)
        self._engine.setProperty("voice", voice or self._own_voice)
        self._engine.setProperty("rate", rate)
        self._engine.setProperty("volume", volume)
        if DRIVER == "espeak":
            self._engine.setProperty("pitch", pitch)
        Path(path).unlink(missing_ok=True)
        self._done.clear()
        self._engine.save_to_file(text, path)
        self._settle()
        self._engine.runAndWait()
        if DRIVER == "espeak":
            self._done.wait()  # the first runAndWait returns before the file is written
        else:
            _wait_until_written(Path(path))

    def _finished(self, name: str | None, completed: bool) -> None:
        if completed:
            self._done.set()

    def _settle(self) -> None:
        """The driver cancels a job that is begun while the library still finishes the last one."""
        if DRIVER == "espeak":
            from pyttsx3.drivers import _espeak

            while _espeak.IsPlaying():
                time.sleep(0.0005)


def _lend_library() -> None:
    """pyttsx3 looks for a library of the system: loaded before, the one of the wheel is found by the same name."""
    try:
        import espeakng_loader
    except ImportError:
        return
    folder = Path(espeakng_loader.get_library_path()).parent
    named = folder / "libespeak-ng.so.1"
    ctypes.CDLL(str(named if named.exists() else espeakng_loader.get_library_path()))
    os.environ["ESPEAK_DATA_PATH"] = str(Path(espeakng_loader.get_data_path()).parent)


def _wait_until_written(path: Path) -> None:
    """Until the file is there and has stopped growing."""
    size = -1
    while size <= 0 or path.stat().st_size != size:
        size = path.stat().st_size if path.exists() else -1
        time.sleep(0.1)


if __name__ == "__main__":
    main()
