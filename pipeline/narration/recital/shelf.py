"""What is finished of books, kept by what it says and how: whoever goes on with a book finds it again."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import StoreError, StoreFull
from pipeline.events import Event
from pipeline.ground.drafts import alone
from pipeline.wire import event_from_dict

_SCHEMA = 2
AGE = 90 * 86400.0
"""Seconds after which what nobody used is thrown away."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A portion of a book, spoken and encoded."""

    sound: Path
    facts: Path
    samples: int
    failed: int
    """Passages that could not be spoken."""
    skips: Mapping[str, int]
    """Characters that are not spoken on purpose, by reason."""

    def events(self) -> list[Event]:
        """Its `audio`, `failed` and `skipped` events, and passages with something left out; placed within it."""
        return [event_from_dict(data) for data in json.loads(self.facts.read_text())["events"]]


class Shelf:
    """One folder. Nothing in it has its name before it is whole."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()  # FFmpeg takes `a:b` for an address
        self._sweep()

    def find(self, key: str) -> Finished | None:
        """None for what is not there, is not whole, or has holes that another attempt may fill."""
        found = self._finished(key)
        if found is None or found.failed:
            return None
        with contextlib.suppress(OSError):
            os.utime(found.sound)
            os.utime(found.facts)
        return found

    def begin(self, key: str) -> Path:
        """Where to write the sound of a portion, until `keep`."""
        with told(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        return self.root / f".{key}.{secrets.token_hex(4)}.part"

    def keep(
        self, key: str, part: Path, *, samples: int, failed: int, skips: Mapping[str, int], events: Sequence[Event]
    ) -> Finished:
        """What lies there now: this part, or a whole one that another process kept meanwhile, and may be using."""
        facts: dict[str, Any] = {"schema": _SCHEMA, "bytes": part.stat().st_size}
        facts |= {"samples": samples, "failed": failed, "skips": skips}
        facts["events"] = [event.as_dict(path=False) for event in events]
        beside = part.with_suffix(".facts")
        with told(self.root):
            try:
                beside.write_text(json.dumps(facts))
                with alone(self.root):
                    if (found := self.find(key)) is not None:
                        return found
                    os.replace(part, self.root / f"{key}.sound")
                    os.replace(beside, self.root / f"{key}.json")
            finally:
                beside.unlink(missing_ok=True)
        return Finished(self.root / f"{key}.sound", self.root / f"{key}.json", samples, failed, skips)

    def _finished(self, key: str) -> Finished | None:
        sound, facts = self.root / f"{key}.sound", self.root / f"{key}.json"
        try:
            data: dict[str, Any] = json.loads(facts.read_text())
            whole = data["schema"] == _SCHEMA and data["bytes"] == sound.stat().st_size
            return Finished(sound, facts, data["samples"], data["failed"], data["skips"]) if whole else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _sweep(self) -> None:
        """What is too old goes, and what a process left that died."""
        now = time.time()
        if not self.root.is_dir():
            return
        for file in self.root.iterdir():
            with contextlib.suppress(OSError):
                age = now - file.stat().st_mtime
                if age > AGE or file.name.startswith(".") and age > 86400:
                    file.unlink()


@contextlib.contextmanager
def told(place: Path) -> Iterator[None]:
    """The disk's refusals in our words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(
                f"There is no room left under {place}. Make some, then give the same command again: it goes on."
            ) from error
        named = str(error.filename or "")
        what = place if not named or "/." in named else named  # what begins with a dot is ours, for a while
        raise StoreError(f"{what} cannot be written: {error.strerror or error}.") from error
