"""Standard output for programs: JSON, one line each, in UTF-8 whatever the terminal thinks."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any


def line(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode(errors="replace") + b"\n"


def write(data: bytes) -> None:
    """At once, past any buffer. Raises BrokenPipeError when the reader has gone."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
