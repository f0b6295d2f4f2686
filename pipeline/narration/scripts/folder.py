"""The folder that a script lies in: the files that it names are in there, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import InvalidScript


def amiss(folder: Path, path: str) -> str:
    """What is wrong with a file's name in a script; "" for a file in its folder, or below. Nor may a link lead out."""
    place = folder / path
    inside = not Path(path).is_absolute() and ".." not in Path(path).parts
    if inside and not place.is_file():
        return f"names {path!r}, and there is no such file beside it"
    if inside and place.resolve().is_relative_to(folder.resolve()):
        return ""
    return f"names {path!r}, which leads out of the script's folder; put the file beside the script"


def beside(folder: Path, path: str) -> Path:
    """Raises InvalidScript."""
    if wrong := amiss(folder, path):
        raise InvalidScript(f"The script {wrong}.")
    return folder / path
