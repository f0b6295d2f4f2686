"""Where what is made goes, and whether it could be written there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import InvalidRequest
from pipeline.ground.settings import place


def output_folder(env: Mapping[str, str]) -> Path:
    """The folder for all that is made."""
    return place(env.get("ALOUD_OUTPUT_DIR") or "output")


def check_file(path: Path) -> None:
    """Whether it could be written: whoever waits for its end should know before. Raises InvalidRequest."""
    with refused(path):
        _there(path)
    check_folder(path.parent)


def check_folder(folder: Path) -> None:
    """Whether it could be made and written into; nothing is left there. Raises InvalidRequest."""
    with refused(folder):
        whole = folder.absolute()  # a link that leads nowhere is there: nothing can be made in its place
        nearest = next(path for path in (whole, *whole.parents) if _there(path) or path.is_symlink())
        tempfile.TemporaryFile(dir=nearest, prefix=".").close()


@contextmanager
def refused(path: Path) -> Iterator[None]:
    """The disk's refusals, as what to do."""
    try:
        yield
    except OSError as error:
        raise InvalidRequest(
            f"{path} cannot be written: {error.strerror or error}. Name another place with -o (in Python: output_dir), "
            "or set ALOUD_OUTPUT_DIR."
        ) from error


def _there(path: Path) -> bool:
    """Raises OSError where it never could be: its name may be too long. `Path.exists` tells of that no more."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
