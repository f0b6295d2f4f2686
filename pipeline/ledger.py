"""The sums of a run: what became of every character, and what a listener who plays at once has heard and missed.

Fed with the run's own events, live or read back after a restart, so that both give the same sums. Only what no event
tells is forgotten then: the model's tokens, and the silence in which the first clip begins.
"""

from __future__ import annotations

from typing import Any

from pipeline.events import Audio, Chunk, Event, Failed, PassageCut, Pause, Skipped, Sound, Speaking

GAP = 0.02
"""Seconds of silence at a join that nobody hears as a gap."""


class Ledger:
    def __init__(self) -> None:
        self.chars = 0
        self.spoken = 0
        self.skipped = 0
        self.failed = 0
        self.passages = 0
        self.audio_files = 0
        self.seconds = 0.0
        self.total_tokens: int | None = None
        self._first_token: float | None = None
        self._first_audio: float | None = None
        self._audible: float | None = None
        self._gaps = 0
        self._gap_seconds = 0.0
        self._heard_until = 0.0
        """When, in seconds since the run began, the sound so far is over."""
        self._playing_from: float | None = None
        """When a growing clip began to play."""

    def note(self, event: Event, lead: float = 0.0) -> None:
        """`lead`: seconds of silence before the first audible sample of an `audio` event's clip."""
        match event:
            case Chunk():
                self.chars = max(self.chars, event.end)
                if self._first_token is None:
                    self._first_token = event.at
            case PassageCut():
                self.passages += 1
            case Skipped():
                self.skipped += event.end - event.start
            case Speaking():
                self._playing_from = self._begin(event.at, lead)
            case Audio():
                self.spoken += event.end - event.start
                self.audio_files += 1
                self.seconds = round(event.begins + event.seconds, 6)
                self._hear(event.at, event.seconds, lead)
            case Pause() | Sound():
                self.seconds = round(self.seconds + event.seconds, 6)
                self._heard_until = max(self._heard_until, event.at) + event.seconds
            case Failed():
                self.failed += event.end - event.start
                self._playing_from = None

    def _begin(self, now: float, lead: float) -> float:
        """A clip can be heard from `now`, or once the sound before it is over."""
        if self._first_audio is None:
            self._first_audio = now
            self._audible = now + lead
            return now
        self._gap(now - self._heard_until)
        return max(now, self._heard_until)

    def _hear(self, now: float, seconds: float, lead: float) -> None:
        start = self._playing_from
        if start is None:
            start = self._begin(now, lead)
        elif now > start + seconds:
            self._gap(now - start - seconds)  # it grew more slowly than it plays
            start = now - seconds
        self._playing_from = None
        self._heard_until = start + seconds

    def playing_at(self, now: float) -> float:
        """Seconds of the joined audio that he has heard by then."""
        growing = self._playing_from
        if growing is not None and now > growing:
            return self.seconds + now - growing
        return max(0.0, self.seconds - max(0.0, self._heard_until - now))

    def _gap(self, seconds: float) -> None:
        if seconds > GAP:
            self._gaps += 1
            self._gap_seconds += seconds

    def sums(self, *, ended: bool) -> dict[str, Any]:
        """The fields that the three terminal events share; `unspoken` unless all was tried."""
        timing = {
            "first_token": self._first_token,
            "first_audio": self._first_audio,
            "audible": self._audible if self._audible is None else round(self._audible, 4),
            "gaps": self._gaps,
            "gap_seconds": round(self._gap_seconds, 3),
        }
        return {
            "chars": self.chars,
            "spoken": self.spoken,
            "skipped": self.skipped,
            "failed": self.failed,
            "passages": self.passages,
            "audio_files": self.audio_files,
            "seconds": self.seconds,
            "total_tokens": self.total_tokens,
            "timing": timing,
            "unspoken": None if ended else self.chars - self.spoken - self.skipped - self.failed,
        }
