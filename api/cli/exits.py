"""What the command's exit code says, and how an error becomes one."""

from __future__ import annotations

from api.cli.pipe import NotText
from pipeline.errors import AloudError, InvalidRequest

DONE = 0
FAILED = 1
BAD = 2
"""Bad usage or input: the caller can mend it."""
PARTLY = 3
INTERRUPTED = 130


def code_of(error: AloudError) -> int:
    return BAD if isinstance(error, InvalidRequest) else FAILED


def is_bad_input(code: str) -> bool:
    """Whether an error's word on the wire is one that the caller can mend."""
    return code in _codes(InvalidRequest) | _codes(NotText)


def _codes(cls: type[AloudError]) -> set[str]:
    return {cls.code}.union(*(_codes(child) for child in cls.__subclasses__()))
