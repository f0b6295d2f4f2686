"""Text as it arrives -> passages for the voice: as large as sounds well, and never late."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from pipeline.text import places
from pipeline.text.limits import Limits
from pipeline.text.pace import Pace
from pipeline.text.places import Place
from pipeline.text.plan import Stop, plan
from pipeline.types import Passage, Reason, Sentence

__all__ = ["SpeechBuffer", "Splitter"]

REST = 8
"""Characters that an early cut leaves of a sentence, at least."""
WORD = 1000
"""Characters of the longest word that is still spoken as one."""
HOLD = 16
"""Passages of the greatest length that wait for a busy voice before they are cut without knowing better."""
SLACK = 64
"""Characters: a splitter decides about an end before so many more have come."""
PIECE = 64
"""Characters looked at in one go, so that work, memory and passages do not depend on how large a token is."""
STALE = 256
"""Characters after which an end is none of a sentence, but a splitter's own way to bound its memory."""
TOGETHER = 0.004
"""Seconds: tokens that come closer than this are one, to whoever measures how fast they come."""
IDLE_TOKENS = 2.5
"""Tokens missing in a row that count as silence."""
MARGIN = 0.08
"""Seconds that sound should be there before it is needed, besides what the pace doubts."""
BETTER = 0.05
"""Seconds that a listener may be made to wait longer for a whole sentence."""
SILENCE = 0.2
"""Seconds of silence that sound worse than a cut between any two words."""
NEXT = 60
"""Characters of the passage behind what is known: time for it must be left."""


class Splitter(Protocol):
    """What the buffer asks of a splitter."""

    @property
    def deadline(self) -> float | None:
        """When `poll` would give something, if nothing comes."""
        ...

    @property
    def settled(self) -> int:
        """Offset up to which the open sentence may be spoken as it stands."""
        ...

    def feed(self, text: str, now: float | None = None) -> Sequence[Sentence]: ...
    def poll(self, now: float) -> Sequence[Sentence]: ...
    def flush(self) -> Sequence[Sentence]: ...


class SpeechBuffer:
    """Hands out passages whose spans follow one another without a hole. It reads no clock: `now` is the caller's."""

    def __init__(self, limits: Limits, splitter: Splitter, pace: Pace) -> None:
        self._limits, self._splitter, self._pace = limits, splitter, pace
        self._index = 0
        self._base = 0  # offset of what waits
        self._text = ""  # what waits
        self._ends: deque[int] = deque()  # where finished sentences end, in what waits
        self._arrivals: deque[tuple[int, float]] = deque()  # (offset behind, time) of the tokens that wait
        self._unspoken = True  # nothing has been cut yet
        self._resumed = False
        self._closed = False  # no more text will come
        self._now = -math.inf
        self._token = -math.inf  # when the last one came
        self._interval: float | None = None  # seconds between tokens, lately
        self._polled = False  # the splitter has nothing more to say to this silence
        self._stuck = -1  # length at which the time limit found no place to cut
        self._due = math.inf  # when the pace wants a passage
        self._looked = -1  # `pace.told` when the pace was last looked at
        self._own: tuple[int, float, float] | None = None  # what passages handed out since then will do to the voice

    # ---- in and out -------------------------------------------------------------------------------------------------

    def feed(self, text: str, now: float) -> list[Passage]:
        """What can be spoken now that `text` has come."""
        if not text:
            return self.tick(now)
        self._hear(now)
        passages: list[Passage] = []
        for at in range(0, len(text), PIECE):
            piece = text[at : at + PIECE]
            self._text += piece
            self._arrivals.append((self._base + len(self._text), self._now))
            self._note(self._splitter.feed(piece, self._now))
            passages += self._cut()
        return passages

    def tick(self, now: float) -> list[Passage]:
        """What can be spoken because time has passed, or because the pace was told something."""
        self._now = max(self._now, now)
        if self._limits.mode == "batch" or not self._text:
            return []
        passages: list[Passage] = []
        if not self._closed and self._now >= self._idle_at():
            self._note(self._splitter.poll(self._now))
            self._polled = True
            passages += self._speak_finished()
        passages += self._cut()
        while not self._closed and self._text and self._now >= self._late_at():
            if (place := self._timely()) is None:
                self._stuck = len(self._text)
            else:
                passages.append(self._take(place, "time"))
        return passages

    def finish(self, now: float) -> list[Passage]:
        """No more text will come. What need not be asked for yet is left to `tick`, until `waiting` is 0."""
        if not self._closed:
            self._now = max(self._now, now)
            self._closed = True
            self._note(self._splitter.flush())
        return self._cut()

    def end(self, now: float) -> list[Passage]:
        """No more text will come: all that is left."""
        passages = self.finish(now)
        while self._text:
            passages.append(self._take(*self._leftover()))
        return passages

    def flush(self, now: float) -> list[Passage]:
        """Speak all that is there; more may come."""
        self._now = max(self._now, now)
        closed, self._closed = self._closed, True
        passages = self._cut()
        while self._text:
            passages.append(self._take(*self._leftover()))
        self._closed = closed
        return passages

    def resume(self, text: str, now: float, index: int = 0) -> None:
        """Before the first token: `text` was handed out earlier; passages go on behind it, numbered from `index`."""
        self._now = max(self._now, now)
        for at in range(0, len(text), PIECE):
            self._splitter.feed(text[at : at + PIECE], self._now)
        self._base, self._index = len(text), index
        self._unspoken, self._resumed = not text, bool(text)

    @property
    def waiting(self) -> int:
        """Characters that are not handed out yet."""
        return len(self._text)

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called; at once (a time gone by) after the pace was told something that matters."""
        if not self._text or self._limits.mode == "batch":
            return None
        if self._limits.mode == "adaptive" and self._looked != self._pace.told:
            return self._now
        due = self._due
        if not self._closed:
            due = min(due, self._idle_at(), self._late_at())
        return None if due == math.inf else due

    # ---- clocks -----------------------------------------------------------------------------------------------------

    def _hear(self, now: float) -> None:
        gap = now - self._token
        if TOGETHER < gap < math.inf:
            if self._interval is None:
                self._interval = min(gap, 1.0)
            else:  # one long silence is not a slow source
                self._interval += 0.2 * (min(gap, 4.0 * self._interval + 0.05) - self._interval)
        self._now = max(self._now, now)
        self._token, self._polled, self._stuck = self._now, False, -1

    def _idle_at(self) -> float:
        """When silence has lasted long enough to speak what is finished, or to ask the splitter again."""
        silence = self._token + max(self._limits.max_idle_time, IDLE_TOKENS * (self._interval or 0.0))
        if not self._polled:
            return silence if self._ends or self._splitter.deadline is not None else math.inf
        again = self._splitter.deadline
        return math.inf if again is None or again <= self._now else max(silence, again)

    def _late_at(self) -> float:
        """When the oldest text has waited long enough: in adaptive mode not while there is sound."""
        if self._stuck == len(self._text):
            return math.inf
        late = self._arrivals[0][1] + self._limits.max_buffer_time
        return max(late, self._view()[1]) if self._limits.mode == "adaptive" else late

    # ---- what may be cut --------------------------------------------------------------------------------------------

    def _note(self, sentences: Sequence[Sentence]) -> None:
        oldest = self._base if self._closed else max(self._base, self._base + len(self._text) - STALE)
        for sentence in sentences:
            if sentence.end > oldest and not self._text[: sentence.end - self._base].isspace():
                self._ends.append(sentence.end)

    def _settled(self) -> int:
        """Up to here, in what waits, all ends of sentences are known."""
        if self._closed:
            return len(self._text)
        return self._splitter.settled - self._base

    def _decided(self, at: int) -> bool:
        """No sentence that is still open can turn out to end at `at` or before."""
        if self._closed or (self._ends and self._ends[-1] - self._base > at):
            return True
        return len(self._text) > at + SLACK

    def _cut(self) -> list[Passage]:
        passages: list[Passage] = []
        self._looked, self._due = self._pace.told, math.inf
        while self._text and (cut := self._next()) is not None:
            passages.append(self._take(*cut))
        return passages

    def _next(self) -> tuple[Place, Reason] | None:
        mode = self._limits.mode
        if self._text[: self._limits.max_chunk_length].isspace():
            return self._blank()
        if mode != "batch" and self._is_first():
            return self._first()
        if mode == "adaptive":
            return self._paced()
        whole, reason = self._whole()
        if reason is not None:
            return whole[-1], reason
        return None

    def _is_first(self) -> bool:
        """Nothing has been said yet; what was cut and then not spoken does not count."""
        return self._unspoken or (self._pace.spoken == 0 < self._pace.told and not self._resumed)

    def _blank(self) -> tuple[Place, Reason] | None:
        longest = self._limits.max_chunk_length
        if len(self._text) >= longest:
            return (0, longest), "length"
        return ((0, len(self._text)), "end") if self._closed else None

    def _first(self) -> tuple[Place, Reason] | None:
        """The earliest of a sentence's end, a clause, a conjunction, and the last space before the limit."""
        text, size, settled = self._text, len(self._text), self._settled()
        longest = min(self._limits.first_chunk_length, self._limits.max_chunk_length)
        end = self._ends[0] - self._base if self._ends else None
        known = end if end is not None else size if self._closed else None
        begin = size - len(text.lstrip())
        for cut in places.early(text, begin, min(size, longest + 24)):
            if cut > longest or (end is not None and cut >= end):
                break
            if end is None and cut > settled:
                return None
            place = places.after(text, cut, self._closed, longest)
            if place is None:
                return None
            if known is None or known - place[1] >= REST:
                return place, "first"
        if end is not None and end <= longest:
            ending = places.after(text, end, self._closed)
            return None if ending is None else (ending, "first")
        if end is None and not self._closed and (size <= longest or not self._decided(longest)):
            return None
        if size <= longest and self._closed:
            return (len(text.rstrip()), size), "first"
        if not places.verbatim(text, begin):
            bound = longest if known is None else min(longest, known - REST)
            gap = places.space(text, begin, bound)
            place = None if gap is None else places.after(text, gap, True, longest)
            if place is not None:
                return place, "first"
        whole, reason = self._whole()
        return (whole[0], "first") if whole and (end is not None or reason is not None) else None

    def _whole(self) -> tuple[list[Place], Reason | None]:
        """Where the next passage may end, smallest first, and why it cannot grow further, if it cannot."""
        limits, text, size = self._limits, self._text, len(self._text)
        longest, batch = limits.max_chunk_length, limits.mode == "batch"
        most = 1 if batch else limits.sentence_buffer_size
        found: list[Place] = []
        short: list[Place] = []  # too short to be spoken alone, unless the next sentence is too long to join
        for count, offset in enumerate(self._ends, 1):
            end = offset - self._base
            if end > longest:
                break
            place = places.after(text, end, self._closed)
            if place is None:
                return found, None
            paragraph = text.count("\n", *place) > 1
            if len(text[:end].strip()) < limits.min_chunk_length and not (batch and paragraph):
                short.append(place)
                continue
            found.append(place)
            if count >= most or (paragraph and (batch or (limits.mode == "adaptive" and 4 * end >= longest))):
                return found, "size"
        if size <= longest:
            if not self._closed:
                return found, None
            if text[found[-1][1] if found else 0 :].strip():
                found.append((len(text.rstrip()), size))
            return found, "end"
        if not self._decided(longest):
            return found, None
        if found or short:
            return found or short, "length"
        place = self._overlong(longest)
        return ([place], "length") if place is not None else ([], None)

    def _overlong(self, longest: int) -> Place | None:
        """A place in a sentence that is too long: behind a clause, else at a space, else behind an endless word."""
        text = self._text
        if places.verbatim(text, 0):
            line = places.break_line(text, 0, longest - 1)
            if line is not None:
                return line, line + 1
        clauses = [cut for cut in places.clauses(text, 0, longest) if 3 * cut >= longest]
        cut = clauses[-1] if clauses else places.space(text, 0, longest)
        if cut is not None:
            return places.after(text, cut, True, longest)
        start = len(text) - len(text.lstrip())
        end = next((at for at in range(start, min(len(text), start + WORD)) if text[at].isspace()), None)
        if end is not None:
            return places.after(text, end, True)
        if len(text) - start > WORD + 32:
            cut = places.break_word(text, start, start + WORD)
            return cut, cut
        return (len(text), len(text)) if self._closed else None

    def _timely(self) -> Place | None:
        """Where text that has waited too long is cut."""
        text, longest = self._text, self._limits.max_chunk_length
        ends = [offset - self._base for offset in self._ends if offset - self._base <= longest]
        if not ends and places.verbatim(text, 0):
            line = places.break_line(text, 0, min(len(text), longest))
            return None if line is None else (line, line + 1)
        cut = ends[-1] if ends else next(reversed(places.clauses(text, 0, min(len(text), longest))), None)
        if cut is None:
            words = len(text.rstrip())
            complete = words < len(text) and words <= longest and text[words - 1 : words] not in ".#"
            cut = words if complete and words else places.space(text, 0, longest)
        return None if cut is None else places.after(text, cut, True)

    def _speak_finished(self) -> list[Passage]:
        """All finished sentences, whatever their size; in adaptive mode still none that runs the listener dry."""
        passages: list[Passage] = []
        longest = self._limits.max_chunk_length
        while self._ends:
            whole = self._finished(longest)
            if self._limits.mode == "adaptive" and whole:
                free, dry = self._view()
                spare = dry - max(self._now, free) - MARGIN - self._pace.doubt
                place = self._choose(whole, spare)
            else:
                place = whole[-1] if whole else self._overlong(longest)
            if place is None:
                break
            passages.append(self._take(place, "idle"))
        return passages

    def _finished(self, longest: int) -> list[Place]:
        """Ends of the finished sentences that make one passage, smallest first, none of them too short."""
        found: list[Place] = []
        for offset in self._ends:
            end = offset - self._base
            place = places.after(self._text, end, True)
            if place is None or end > longest or len(found) == self._limits.sentence_buffer_size:
                break
            found.append(place)
        return found

    def _leftover(self) -> tuple[Place, Reason]:
        """Of text that is complete, the next passage, whatever the voice is doing."""
        whole, reason = self._whole()
        if whole and self._limits.mode == "adaptive":
            free, dry = self._view()
            best = self._choose(whole, dry - max(self._now, free) - MARGIN - self._pace.doubt) or whole[-1]
            return best, "end" if best[1] == len(self._text) else "pace"
        if whole:
            return whole[-1], reason or "end"
        return (len(self._text.rstrip()), len(self._text)), "end"

    # ---- adaptive ---------------------------------------------------------------------------------------------------

    def _view(self) -> tuple[float, float]:
        """When the voice will be free and when the listener runs dry, with what was handed out a moment ago."""
        if self._own is not None and self._own[0] == self._pace.told:
            return self._own[1], self._own[2]
        return self._pace.outlook(self._now)

    def _busy(self) -> bool:
        if self._own is not None and self._own[0] == self._pace.told:
            return self._own[1] > self._now
        return self._pace.busy

    def _paced(self) -> tuple[Place, Reason] | None:
        """The largest passage that cannot run the listener dry; whole sentences while there is time."""
        pace, now = self._pace, self._now
        self._due = math.inf
        free, dry = self._view()
        crowded = len(self._text) > HOLD * self._limits.max_chunk_length
        if self._busy() and not crowded:
            if self._own is not None and self._own[0] == pace.told:
                self._due = free
            return None
        whole, reason = self._whole()
        spare = dry - max(now, free) - MARGIN - pace.doubt
        best = self._choose(whole, spare)
        if best is None:
            return None
        if best not in whole:
            reason = None
        elif best is not whole[-1] or crowded:
            return best, "pace"
        elif reason is not None:
            return best, reason
        latest = now + spare - pace.expect(best[0])
        if latest > now and not crowded and (best in whole or not whole):
            self._due = latest  # there is time: a larger one may come
            return None
        return best, "end" if self._closed and best[1] == len(self._text) else "pace"

    def _choose(self, whole: Sequence[Place], spare: float) -> Place | None:
        """Where the next passage should end; `spare` is the time after which its sound would come too late."""
        pace, text = self._pace, self._text
        if whole and pace.expect(whole[-1][0]) + pace.expect(self._limits.max_chunk_length) <= spare:
            return whole[-1]
        stops, known = self._stops(whole)
        if not stops:
            early = self._limits.first_chunk_length
            hurry = not self._ends and len(text) > early and self._decided(early) and not places.verbatim(text, 0)
            return self._gap(early) if hurry else None
        first, silence = plan(
            stops,
            pace,
            spare,
            0 if self._closed and stops[-1].end >= len(text) else NEXT,
            self._limits.max_chunk_length,
            self._limits.min_chunk_length,
            self._limits.sentence_buffer_size,
        )
        best = known[stops[first].end]
        if silence > SILENCE and spare > 0.0:
            most = min(
                len(text), self._limits.max_chunk_length, self._ends[0] - self._base if self._ends else len(text)
            )
            most = next((n for n in range(most, places.CLAUSE, -8) if pace.expect(n) <= spare), 0)
            gap = self._gap(most) if most and not places.verbatim(text, 0) else None
            if (
                gap is not None
                and gap[0] >= max(places.CLAUSE, pace.lasting())
                and pace.expect(best[0]) > spare + SILENCE
            ):
                return gap
        return best

    def _stops(self, whole: Sequence[Place]) -> tuple[list[Stop], dict[int, Place]]:
        """Where this passage and the next few may end, first to last; and the places behind those lengths."""
        text, far = self._text, 2 * self._limits.max_chunk_length
        known = {place[1]: place for place in [*self._parts(), *whole]}
        settled = min(len(text), self._settled(), far)
        ends = set()
        for offset in self._ends:
            if offset - self._base > far:
                settled = far
                break
            place = places.after(text, offset - self._base, True)
            if place is not None:
                ends.add(place[1])
                known.setdefault(place[1], place)
        for cut in places.clauses(text, 0, settled):
            place = places.after(text, cut, True)
            if place is not None:
                known.setdefault(place[1], place)
        stops = [Stop(end, end in ends or (self._closed and end == len(text))) for end in sorted(known)]
        return stops, known

    def _gap(self, longest: int) -> Place | None:
        cut = places.space(self._text, 0, longest)
        return None if cut is None else places.after(self._text, cut, True, longest)

    def _parts(self) -> list[Place]:
        """Clauses and the like in what waits, smallest first."""
        text, longest = self._text, self._limits.max_chunk_length
        ends = [offset - self._base for offset in self._ends]
        settled = ends[-1] if ends and ends[-1] > longest else self._settled()
        known = len(text) if self._closed else ends[0] if ends else None
        found: list[Place] = []
        for cut in places.early(text, len(text) - len(text.lstrip()), min(len(text), longest)):
            if cut > settled or (ends and cut >= ends[0]):
                break
            place = places.after(text, cut, self._closed, longest)
            if place is None:
                break
            if known is None or known - place[1] >= REST:
                found.append(place)
        return found

    # ---- handing out ------------------------------------------------------------------------------------------------

    def _take(self, place: Place, reason: Reason) -> Passage:
        length = place[1]
        assert length > 0, (place, reason, self._text[:80])
        text, self._text = self._text[:length], self._text[length:]
        start = self._base
        self._base += length
        while self._ends and self._ends[0] <= self._base:
            self._ends.popleft()
        while self._arrivals and self._arrivals[0][0] <= self._base:
            self._arrivals.popleft()
        if text.strip():
            self._unspoken = False
            self._foresee(len(text.strip()))
        passage = Passage(self._index, text, start, self._base, reason)
        self._index += 1
        self._stuck = -1
        return passage

    def _foresee(self, characters: int) -> None:
        """Until the pace is told, take it that the passage was asked for at once."""
        free, dry = self._view()
        there = max(self._now, free) + self._pace.expect(characters)
        self._own = self._pace.told, there, max(dry, there) + self._pace.sound(characters)
