"""What the service says of itself: a line of JSON each, without keys, and without what is being spoken."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Iterable, Mapping

_SECRETS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[^\s'\",;]+"), r"\1 ***"),
    (re.compile(r"(?i)\b((?:api[_-]?)?key|token|signature)=[^&\s'\"]+"), r"\1=***"),
    (re.compile(r"://[^/\s@'\"]+@"), "://***@"),
)
_NAMED = re.compile(r"(?i)(KEY|TOKEN|SECRET|PASSWORD)S?$")
_SHORTEST = 6
"""Characters; what is shorter is no secret, and would blot out half of the log."""


def secrets(env: Mapping[str, str]) -> list[str]:
    """Values in the environment that must never be written anywhere."""
    found = [part.strip() for name, value in env.items() if _NAMED.search(name) for part in value.split(",")]
    return sorted({value for value in found if len(value) >= _SHORTEST}, key=len, reverse=True)


class Lines(logging.Formatter):
    def __init__(self, hidden: Iterable[str]) -> None:
        super().__init__()
        self._hidden = [json.dumps(value)[1:-1] for value in hidden]  # as they stand in a line

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return self._clean(json.dumps(said, default=str))  # in ASCII: terminals obey some signs, and others end a line

    def _clean(self, line: str) -> str:
        for value in self._hidden:
            line = line.replace(value, "***")
        for pattern, instead in _SECRETS:
            line = pattern.sub(instead, line)
        return line


def configure(env: Mapping[str, str], level: str) -> None:
    """All logging of this process, to standard error."""
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(Lines(secrets(env)))
    root = logging.getLogger()
    root.handlers[:] = [out]
    asked = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(max(asked, logging.WARNING))  # libraries show with the rest what they handle: texts, headers, keys
    logging.getLogger("aloud").setLevel(asked)
    logging.getLogger("uvicorn.error").addFilter(_deserved)


def _deserved(record: logging.LogRecord) -> bool:
    """Not uvicorn's complaints about what is in order: it takes a refused socket for a forgotten one, and so a body
    broken off, lest it be taken for whole (whoever does that says why). A client whose text is not UTF-8 is told so."""
    return record.msg not in (
        "Invalid UTF-8 sequence received from client.",
        "ASGI callable returned without completing handshake.",
        "ASGI callable returned without completing response.",
    )
