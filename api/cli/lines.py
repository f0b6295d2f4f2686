"""Standard output for programs: JSON, one line each, in UTF-8 whatever the terminal thinks."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from pipeline.errors import StoreError


def line(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode(errors="replace") + b"\n"


class Gone(Exception):
    """Nobody reads standard output any more."""


def write(data: bytes) -> None:
    """At once, past any buffer. Raises Gone when the reader has, StoreError when it cannot be written; what is written
    after that goes nowhere."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise Gone from None
        raise StoreError(f"Standard output cannot be written: {error.strerror or error}.") from error
