"""What is written: for people by a console; for programs as JSON, a line each, in UTF-8 whatever the terminal is."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from rich.console import Console

from pipeline.errors import StoreError


def line(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode(errors="replace") + b"\n"


class Gone(Exception):
    """Nobody reads any more what is written; what is written after that goes nowhere."""


class Terminal(Console):
    """For people, who may leave: then printing raises Gone; or StoreError when it cannot be written."""

    def on_broken_pipe(self) -> NoReturn:
        _into_nothing(self.file)
        raise Gone

    def __exit__(self, *raised: Any) -> None:
        try:
            super().__exit__(*raised)
        except OSError as error:
            _refused(self.file, error)


def write(data: bytes) -> None:
    """At once, past any buffer. Raises Gone, StoreError when it cannot be written."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        _refused(sys.stdout, error)


def _refused(file: IO[str], error: OSError) -> NoReturn:
    _into_nothing(file)
    if isinstance(error, BrokenPipeError) or error.errno == errno.EIO:  # of a terminal that is no more
        raise Gone from None
    name = "Standard error" if file is sys.stderr else "Standard output"
    raise StoreError(f"{name} cannot be written: {error.strerror or error}.") from error


def _into_nothing(file: IO[str]) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), file.fileno())
