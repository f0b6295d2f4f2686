"""One private copy of libespeak-ng, spoken to through ctypes.

The library keeps all its state in globals, so one copy does one thing at a time and two threads need two copies. A
second `CDLL` of the same file would be the same library: each copy is loaded from a file of its own, removed at once.
ctypes lets other threads run while the library works.
"""

from __future__ import annotations

import contextlib
import ctypes as c
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import EngineError, EngineUnavailable

BUFFER = 5000
"""Milliseconds of sound per callback, which take four of a processor. For each, the library waits until the interpreter
is free: on a busy service, for longer than that. It calls back at least so often, whatever room it has."""

_SYNCHRONOUS, _DONT_EXIT = 2, 0x8000  # without the latter a wrong data folder ends the whole process
_UTF8, _ENDPAUSE = 1, 0x1000
_END_LIST, _WORD, _CLAUSE_END = 0, 1, 5
_RATE, _VOLUME, _PITCH = 1, 2, 3
_CHARACTER = 1
"""Positions in `espeak_Synth` count characters."""


class _Id(c.Union):
    _fields_ = [("number", c.c_int), ("name", c.c_char_p), ("string", c.c_char * 8)]


class _Event(c.Structure):
    _fields_ = [
        ("type", c.c_int), ("uid", c.c_uint), ("position", c.c_int), ("length", c.c_int),
        ("milliseconds", c.c_int), ("sample", c.c_int), ("user", c.c_void_p), ("id", _Id),
    ]  # fmt: skip


class _VoiceSpec(c.Structure):
    _fields_ = [
        ("name", c.c_char_p), ("languages", c.c_void_p), ("identifier", c.c_char_p), ("gender", c.c_ubyte),
        ("age", c.c_ubyte), ("variant", c.c_ubyte), ("pad", c.c_ubyte), ("score", c.c_int), ("spare", c.c_void_p),
    ]  # fmt: skip


_CALLBACK = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int, c.POINTER(_Event))


@dataclass(frozen=True, slots=True)
class Heard:
    """The library begins to say what stands at `position`, or has said a clause up to there (`ends`)."""

    position: int
    at: float
    """Seconds into the sound of this text."""
    ends: bool


@dataclass(frozen=True, slots=True)
class Spec:
    """A voice as the library lists it."""

    title: str
    identifier: str
    languages: tuple[tuple[int, str], ...]
    """(rank, code); the lower the rank, the better the voice suits the language."""
    gender: int


Sink = Callable[[bytes | Heard], bool]
"""Takes a piece of sound or of timing; False stops the voice."""


class Library:
    def __init__(self, file: Path, data: Path) -> None:
        self._copy, self._lib = _load(file)
        self._sink: Sink | None = None
        self._error: Exception | None = None
        self._settings: tuple[str, int, int, int] | None = None
        self._lib.espeak_Initialize.argtypes = [c.c_int, c.c_int, c.c_char_p, c.c_int]
        self._lib.espeak_ListVoices.restype = c.POINTER(c.POINTER(_VoiceSpec))
        self._lib.espeak_SetVoiceByName.argtypes = [c.c_char_p]
        self._lib.espeak_Synth.argtypes = [
            c.c_char_p, c.c_size_t, c.c_uint, c.c_int, c.c_uint, c.c_uint, c.c_void_p, c.c_void_p,
        ]  # fmt: skip
        self.sample_rate: int = self._lib.espeak_Initialize(_SYNCHRONOUS, BUFFER, os.fsencode(data), _DONT_EXIT)
        if self.sample_rate <= 0:
            self.close()
            raise EngineUnavailable(f"eSpeak NG does not start with the data in {data} (error {self.sample_rate}).")
        self._callback = _CALLBACK(self._heard)  # kept, or the library would call freed memory
        self._lib.espeak_SetSynthCallback(self._callback)

    def close(self) -> None:
        """Without this a copy would keep 1.5 MB for ever."""
        self._lib.espeak_Terminate()
        _unload(self._lib)
        with contextlib.suppress(OSError):
            self._copy.unlink(missing_ok=True)

    def specs(self) -> Iterator[Spec]:
        voices = self._lib.espeak_ListVoices(None)
        index = 0
        while voices[index]:
            voice = voices[index].contents
            languages = tuple(_languages(voice.languages))
            yield Spec(_text(voice.name).strip(), _text(voice.identifier), languages, voice.gender)
            index += 1

    def use(self, identifier: str, rate: int, pitch: int, volume: int) -> None:
        """Words per minute; pitch 0 to 100 (50 is the voice's own); volume 0 to 100 of its own."""
        wanted = (identifier, rate, pitch, volume)
        if wanted == self._settings:
            return
        self._settings = None
        if code := self._lib.espeak_SetVoiceByName(identifier.encode()):
            raise EngineUnavailable(f"eSpeak NG cannot load its voice '{identifier}' (error {code}).")
        for parameter, value in ((_RATE, rate), (_PITCH, pitch), (_VOLUME, volume)):
            self._lib.espeak_SetParameter(parameter, value, 0)
        self._settings = wanted

    def say(self, text: str, sink: Sink) -> None:
        """Return when all was said, or the sink had enough."""
        data = text.encode() + b"\0"
        self._sink, self._error = sink, None
        try:
            code = self._lib.espeak_Synth(data, len(data), 0, _CHARACTER, 0, _UTF8 | _ENDPAUSE, None, None)
        finally:
            stopped, self._sink = self._sink is None, None
        if self._error is not None:
            raise self._error
        if code and not stopped:
            raise EngineError(f"eSpeak NG gave up on this text (error {code}).")

    def _heard(self, wave: int | None, count: int, events: c._Pointer[_Event]) -> int:
        """Called by the library: 0 goes on, 1 stops. It must not raise: ctypes would print and forget the exception."""
        try:
            if self._sink is not None and all(map(self._sink, _pieces(wave, count, events))):
                return 0
        except Exception as error:  # noqa: BLE001 - carried over the library, and raised in `say`
            self._error = error
        self._sink = None
        return 1


def _pieces(wave: int | None, count: int, events: c._Pointer[_Event]) -> Iterator[bytes | Heard]:
    index = 0
    while (event := events[index]).type != _END_LIST:
        if event.type in (_WORD, _CLAUSE_END):
            yield Heard(event.position - 1, event.milliseconds / 1000, event.type == _CLAUSE_END)
        index += 1
    if wave and count > 0:
        yield c.string_at(wave, count * 2)


def _languages(address: int | None) -> Iterator[tuple[int, str]]:
    """The library packs them as: rank byte, code, NUL; rank byte, code, NUL; NUL."""
    while address and (rank := c.string_at(address, 1)[0]):
        code = c.string_at(address + 1)
        yield rank, code.decode("utf-8", "replace").lower()
        address += len(code) + 2


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _load(file: Path) -> tuple[Path, c.CDLL]:
    handle, name = tempfile.mkstemp(prefix="aloud-espeak-", suffix=file.suffix)
    os.close(handle)
    copy = Path(name)
    try:
        shutil.copyfile(file, copy)
        return copy, c.CDLL(name)
    except OSError as error:
        raise EngineUnavailable(
            f"eSpeak NG cannot be loaded from {copy.parent}: {error}. Set TMPDIR to a folder that has space and allows "
            "running programs."
        ) from error
    finally:
        with contextlib.suppress(PermissionError):  # Windows removes it only when the library is closed
            copy.unlink()


def _unload(library: c.CDLL) -> None:
    import _ctypes

    free = getattr(_ctypes, "dlclose", None) or _ctypes.FreeLibrary  # type: ignore[attr-defined]
    free(library._handle)
