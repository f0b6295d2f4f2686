"""What is written: for people by a console; for programs as JSON, a line each, in UTF-8 whatever the terminal is."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import IO, Any

from rich.console import Console

from pipeline.errors import StoreError


def line(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode(errors="replace") + b"\n"


class Gone(Exception):
    """Nobody reads any more what is written; what is written after that goes nowhere."""


class Terminal(Console):
    """For people, who may leave: then printing raises Gone."""

    def on_broken_pipe(self) -> None:
        _into_nothing(self.file)
        raise Gone


def write(data: bytes) -> None:
    """At once, past any buffer. Raises Gone, StoreError when it cannot be written."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        _into_nothing(sys.stdout)
        if isinstance(error, BrokenPipeError):
            raise Gone from None
        raise StoreError(f"Standard output cannot be written: {error.strerror or error}.") from error


def _into_nothing(file: IO[str]) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), file.fileno())
