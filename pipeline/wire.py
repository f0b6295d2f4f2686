"""Events on the wire: encoded once for the database and all who read, and decoded again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pipeline.errors import NotHeld
from pipeline.events import AnyEvent, Audio, Event, PassageCut, Speaking, Start, Sums, field_names
from pipeline.types import Omitted, Word

_KINDS: dict[str, type[Event]] = {cls.type: cls for cls in get_args(AnyEvent)}


def event_from_dict(data: dict[str, Any]) -> Event:
    """The event that `as_dict` wrote; what the wire leaves out (`path`) comes back as None."""
    fields = dict(data)
    cls = _KINDS[fields.pop("type")]
    for name in field_names(cls):
        bare = name.rstrip("_")
        if bare != name and bare in fields:
            fields[name] = fields.pop(bare)
    if cls in (Speaking, Audio):
        fields["path"] = Path(fields["path"]) if fields.get("path") else None
    if cls is Audio:
        fields["words"] = tuple(Word(**word) for word in fields["words"])
    if cls is PassageCut:
        fields["omitted"] = tuple(Omitted(**gap) for gap in fields["omitted"])
    if cls is Start and fields.get("ignored") is not None:
        fields["ignored"] = tuple(fields["ignored"])
    if issubclass(cls, Sums):
        fields.setdefault("total_tokens", None)
    return cls(**fields)


class Line(NamedTuple):
    """An event as it goes on the wire: encoded once, and those bytes shared by the database and all who read."""

    seq: int
    type: str
    data: bytes
    """One line of JSON in UTF-8, without `path`."""

    @classmethod
    def of(cls, event: Event) -> Line:
        return cls(event.seq, event.type, encoded(event.as_dict(path=False)))

    @property
    def event(self) -> Event:
        """Raises NotHeld for one that is damaged, or that this version does not know."""
        try:
            return event_from_dict(json.loads(self.data))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise NotHeld(
                f"The event {self.seq} ({self.type}) is damaged, or was written by another version of the service; use "
                "that one."
            ) from error


_UNSAFE = re.compile("[\x85\u2028\u2029\ud800-\udfff]")
"""Some clients take the first three for the end of a line; halves of a pair have no UTF-8."""


def encoded(data: Any) -> bytes:
    """Compact JSON on one line, for every reader of lines. Raises ValueError for what JSON cannot say."""
    text = _WRITE(data)
    if not text.isascii():
        text = _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text.encode()


_WRITE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
