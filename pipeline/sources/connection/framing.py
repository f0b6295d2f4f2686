"""What a provider sends, as its library reads it well: whole lines, bounded, split at the byte 0x0A only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import Enum, auto

_LINE = 1 << 20
"""Bytes of one line at most."""
_VALUE = 1 << 23
"""Bytes of an answer that is one value."""
_BREAKS = re.compile(rb"[\x0b\x0c\r\x1c-\x1e]|\xc2\x85|\xe2\x80[\xa8\xa9]")
"""What `str.splitlines` takes for the end of a line, beside the one that is."""
_TOLD = re.compile(rb"^error: (\{.*\})\r?$", re.MULTILINE)
"""How some builds of llama.cpp report an error: in a line that no reader of events sees."""
_DONE = re.compile(rb"^data: ?\[DONE\]", re.MULTILINE)
"""How OpenAI's relatives end an answer."""
_NOTHING = re.compile(rb"^data: ?\r?\n", re.MULTILINE)
"""A sign of life that some libraries take for broken JSON."""


class Form(Enum):
    VALUE = auto()
    """One JSON value, or a refusal in whatever form."""
    LINES = auto()
    """A JSON value on each line; what some libraries take for a break within it is escaped."""
    EVENTS = auto()
    """Server-sent events; one JSON value in their place, an error or an answer that was not streamed, becomes one."""
    NAMED = auto()
    """The same, each with a name, which is the `type` of its data, too: where one comes without, it gets that."""


class TooLong(ValueError):
    """The message says what is."""


class Framing:
    def __init__(self, form: Form) -> None:
        self.done = False
        """The answer was said to be complete."""
        self._events = form in (Form.EVENTS, Form.NAMED)
        self._named = form is Form.NAMED
        self._name = self._data = False
        """Of the event that is being read, there have been."""
        self._value = self._begun = form is Form.VALUE
        """`_begun`: it is known what comes."""
        self._rest = bytearray()

    def feed(self, part: bytes) -> bytes:
        """The lines that are whole now. Raises TooLong."""
        rest, value = self._rest, self._value
        if value:
            return self._hold(part, _VALUE, "an answer")
        end = part.rfind(b"\n") + 1
        if not end:
            return self._hold(part, _LINE, "a line")
        if len(rest) + part.find(b"\n") > _LINE:
            raise TooLong("a line")
        lines = part[:end]
        if rest:
            lines = bytes(rest) + lines
        rest[:] = part[end:]
        if not self._begun:
            lines = self._opened(lines)
            if self._value:
                rest[:0] = lines
                return b""
        return self._mended(lines)

    def end(self) -> bytes:
        """What is left."""
        last = bytes(self._rest)
        if not self._begun:
            last = self._opened(last)
        if not self._events:
            if self._value:
                return last
            half = last.startswith(b"{") and not last.rstrip().endswith(b"}")  # the answer was cut off
            return b"" if half else self._mended(last)
        if self._value:
            return b"event: error\n" * (b'"error"' in last) + b"data: " + last.replace(b"\n", b" ") + b"\n\n"
        return self._mended(last) or b"\n"  # the last event counts, though no blank line came behind it

    def _hold(self, part: bytes, most: int, what: str) -> bytes:
        if len(self._rest) + len(part) > most:
            raise TooLong(what)
        self._rest += part
        return b""

    def _opened(self, lines: bytes) -> bytes:
        """Without a mark of the byte order, and blank lines."""
        lines = lines.removeprefix(b"\xef\xbb\xbf").lstrip()
        self._begun = bool(lines)
        self._value = self._events and lines.startswith((b"{", b"["))
        return lines

    def _mended(self, lines: bytes) -> bytes:
        if self._events:
            self.done = self.done or (b"[DONE]" in lines and bool(_DONE.search(lines)))
            if b"error: {" in lines:
                lines = _TOLD.sub(rb'data: {"error": \1}\n', lines)
            lines = _NOTHING.sub(b"", lines)
            return b"".join(self._with_names(lines)) if self._named else lines
        if not lines.isascii() or _BREAKS.search(lines):
            lines = _BREAKS.sub(_escaped, lines)
        if lines.find(b"\n") == len(lines) - 1 > 0 and not lines.isspace():
            return lines
        return b"".join(line + b"\n" for line in lines.split(b"\n") if line.strip())

    def _with_names(self, lines: bytes) -> Iterator[bytes]:
        for line in lines.split(b"\n")[:-1]:
            begins = line[:5]
            if begins == b"event":
                self._name = True
            elif begins == b"data:":
                if not self._name:
                    yield _named_by(line[5:])
                self._data = True
            elif not line.strip():
                if self._name and not self._data:
                    continue  # a proxy has parted it from its data
                self._name = self._data = False
            yield line + b"\n"


def _named_by(data: bytes) -> bytes:
    try:
        return b"event: %s\n" % json.loads(data)["type"].encode()
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return b""


def _escaped(found: re.Match[bytes]) -> bytes:
    return b" " if found[0] == b"\r" else b"\\u%04x" % ord(found[0].decode())
