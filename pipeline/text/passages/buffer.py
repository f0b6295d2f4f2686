"""Text as it arrives -> passages for the voice: as large as sounds well, and never late."""

from __future__ import annotations

import math

from pipeline.text.passages import pacing, sizes
from pipeline.text.passages.limits import Limits
from pipeline.text.passages.outlook import Outlook
from pipeline.text.passages.pace import Pace
from pipeline.text.passages.places import Place
from pipeline.text.passages.waiting import SLACK, Said, Splitter, Waiting, as_written
from pipeline.types import Passage, Reason

PIECE = 64
"""Characters looked at in one go, so that work, memory and passages do not depend on how large a token is."""
HOLD = 16
"""Passages of the greatest length that wait for a busy voice before they are cut without knowing better."""
TOGETHER = 0.004
"""Seconds: tokens that come closer than this are one, to whoever measures how fast they come."""
MISSING = 2.5
"""Tokens missing in a row that count as silence."""
OFTEN = 32
"""The more text waits without a place to cut, the rarer it is looked at: again when it has grown by this part of it."""
BATCH = 16
"""Characters after which a text is looked at again that comes all at once, or fast while there is time."""
QUICK = 0.05
"""Seconds between tokens that come faster than they need be looked at one by one."""


class SpeechBuffer:
    """Hands out passages whose spans follow one another without a hole. It reads no clock: `now` is the caller's."""

    def __init__(self, limits: Limits, splitter: Splitter, pace: Pace, said: Said = as_written) -> None:
        """`said`: how much will be said of a text, where that is not all of it."""
        self._limits, self._pace, self._outlook = limits, pace, Outlook(pace)
        self._waiting = Waiting(splitter, said)
        self._index = 0
        self._first = True  # nothing was handed out yet
        self._resumed = False
        self._now = -math.inf
        self._token = -math.inf  # when the last one came
        self._interval = 0.0  # seconds between tokens, lately
        self._polled = False  # the splitter has been asked in this silence
        self._stuck = -1  # length at which the time limit found no place to cut
        self._due = math.inf  # when the pace wants a passage
        self._look = 0  # length from which there may be something to cut, even if no sentence ends
        self._told = -1  # `pace.told` when the pace was last looked at

    # ---- in and out -------------------------------------------------------------------------------------------------

    def feed(self, text: str, now: float) -> list[Passage]:
        """What can be spoken now that `text` has come."""
        if not text:
            return self.tick(now)
        self._hear(now)
        passages: list[Passage] = []
        for at in range(0, len(text), PIECE):
            ended = self._waiting.add(text[at : at + PIECE], self._now)
            long = len(self._waiting.text) >= self._look
            if ended or long or self._now >= self._due or self._told != self._pace.told:
                passages += self._cut()
        return passages

    def tick(self, now: float) -> list[Passage]:
        """What can be spoken because time has passed, or because the pace was told something."""
        self._now = max(self._now, now)
        if self._limits.mode == "batch" or not self._waiting.text:
            return []
        passages: list[Passage] = []
        if not self._waiting.closed and self._now >= self._idle_at():
            self._waiting.poll(self._now)
            self._polled = True
            passages += self._speak_finished()
        passages += self._cut()
        while not self._waiting.closed and self._waiting.text and self._now >= self._late_at():
            place = sizes.overdue(self._waiting, self._limits.max_chunk_length)
            if place is None:
                self._stuck = len(self._waiting.text)
            else:
                passages.append(self._take(place, "time"))
                if len(self._waiting.text) < self._limits.min_chunk_length:
                    self._waiting.refresh(self._now)  # a word or two are better left to what follows
        return passages

    def finish(self, now: float) -> list[Passage]:
        """No more text will come. What need not be asked for yet is left to `tick`, until `waiting` is 0."""
        self._now = max(self._now, now)
        self._waiting.close()
        return self._cut()

    def end(self, now: float) -> list[Passage]:
        """No more text will come: all that is left."""
        return [*self.finish(now), *self._rest()]

    def flush(self, now: float) -> list[Passage]:
        """Speak all that is there; more may come."""
        self._now = max(self._now, now)
        closed, self._waiting.closed = self._waiting.closed, True
        passages = [*self._cut(), *self._rest()]
        self._waiting.closed = closed
        return passages

    def resume(self, text: str, now: float, index: int = 0) -> None:
        """Before the first token: `text` was handed out earlier; passages go on behind it, numbered from `index`."""
        self._now = max(self._now, now)
        for at in range(0, len(text), PIECE):
            self._waiting.add(text[at : at + PIECE], self._now)
            self._waiting.take(len(self._waiting.text))
        self._index, self._first, self._resumed = index, not text, bool(text)

    def turn(self, splitter: Splitter) -> None:
        """Behind a `flush`: what comes next is another text, to be split by another."""
        self._waiting.turn(splitter)

    @property
    def waiting(self) -> int:
        """Characters that are not handed out yet."""
        return len(self._waiting.text)

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called: at once, that is at a time gone by, after the pace was told something."""
        if not self._waiting.text or self._limits.mode == "batch":
            return None
        if self._limits.mode == "adaptive" and self._told != self._pace.told:
            return self._now
        due = self._due
        if not self._waiting.closed:
            due = min(due, self._idle_at())
            if self._waiting.since + self._limits.max_buffer_time < due:
                due = min(due, self._late_at())
        return None if due == math.inf else due

    @property
    def soonest(self) -> float:
        """A time before which `deadline` cannot be; it costs so little that it may be asked for at every token."""
        if not self._waiting.text or self._limits.mode == "batch":
            return math.inf
        if self._limits.mode == "adaptive" and self._told != self._pace.told:
            return self._now
        if self._waiting.closed:
            return self._due
        limits = self._limits
        return min(self._due, self._token + limits.max_idle_time, self._waiting.since + limits.max_buffer_time)

    # ---- clocks -----------------------------------------------------------------------------------------------------

    def _hear(self, now: float) -> None:
        gap = now - self._token
        if TOGETHER < gap < math.inf:
            if not self._interval:
                self._interval = min(gap, 1.0)
            else:  # one long silence is not a slow source
                self._interval += 0.2 * (min(gap, 4.0 * self._interval + 0.05) - self._interval)
        self._now = max(self._now, now)
        self._token, self._polled, self._stuck = self._now, False, -1

    def _idle_at(self) -> float:
        """When silence has lasted long enough to speak what is finished, or to ask the splitter again."""
        silence = self._token + max(self._limits.max_idle_time, MISSING * self._interval)
        again = self._waiting.splitter.deadline
        if self._waiting.finished and not self._occupied():
            return silence
        if again is None or (self._polled and again <= self._now):
            return math.inf
        return max(silence, again)

    def _late_at(self) -> float:
        """When the oldest text has waited long enough; in adaptive mode not while there is sound, or will be."""
        if self._stuck == len(self._waiting.text) or self._occupied():
            return math.inf
        late = self._waiting.since + self._limits.max_buffer_time
        return max(late, self._outlook.at(self._now)[1]) if self._limits.mode == "adaptive" else late

    # ---- cutting ----------------------------------------------------------------------------------------------------

    def _cut(self) -> list[Passage]:
        passages: list[Passage] = []
        self._told = self._pace.told
        while self._waiting.text and (cut := self._next()) is not None:
            passages.append(self._take(*cut))
        return passages

    def _next(self) -> tuple[Place, Reason] | None:
        """The next passage, if there is one. If not, `_due` and `_look` say when to try again."""
        text, limits = self._waiting.text, self._limits
        self._due, self._look = math.inf, 0
        if text[: limits.max_chunk_length].isspace():
            return self._blank()
        if limits.mode != "batch" and self._is_first():
            place = sizes.first(self._waiting, limits)
            if place is None:
                return None
            return place, "end" if self._waiting.closed and place[1] == len(text) else "first"
        if limits.mode == "adaptive":
            return self._paced()
        whole, reason = sizes.whole(self._waiting, limits)
        if reason is None:
            self._look = 0 if self._waiting.ending else max(len(text), limits.max_chunk_length) + SLACK
            return None
        return whole[-1], reason

    def _is_first(self) -> bool:
        """Nothing has been said yet; what was cut and then not spoken does not count."""
        return self._first or (self._pace.spoken == 0 < self._pace.told and not self._resumed)

    def _blank(self) -> tuple[Place, Reason] | None:
        """White space is not kept without end, nor left over at the end."""
        size, longest = len(self._waiting.text), self._limits.max_chunk_length
        if size >= longest:
            return (0, longest), "length"
        return ((0, size), "end") if self._waiting.closed else None

    def _paced(self) -> tuple[Place, Reason] | None:
        """The largest passage that cannot run the listener dry, as late as he can bear, while the voice is free."""
        waiting, limits = self._waiting, self._limits
        size = len(waiting.text)
        crowd = HOLD * limits.max_chunk_length
        crowded = size > crowd
        if not crowded and self._outlook.busy(self._now):
            self._due = self._outlook.free
            self._look = crowd + 1
            return None
        spare = self._outlook.spare(self._now)
        batch = BATCH if not self._interval or (spare > 0.0 and self._interval < QUICK) else 0
        often = max(limits.min_chunk_length, size + size // OFTEN + batch)
        if waiting.bare and not waiting.decided(min(limits.first_chunk_length, limits.max_chunk_length)):
            self._look = often
            return None
        whole, reason = sizes.whole(waiting, limits)
        best = pacing.choose(waiting, limits, self._pace, whole, spare)
        if best is None:
            self._look = often
            return None
        last = bool(whole) and best == whole[-1]
        if last and reason is not None:
            return best, reason
        latest = self._now
        if spare > 0.0 and not crowded and (last or not whole):
            latest += spare - self._pace.wait(waiting.said([best[0]])[0])
        if latest > self._now:
            self._due = latest  # there is time, and it may still grow
            self._look = max(size, limits.max_chunk_length) + SLACK if last else size + batch
            return None
        return best, "pace"

    def _speak_finished(self) -> list[Passage]:
        """All finished sentences, whatever their size; in adaptive mode still none that runs the listener dry, nor any
        before the voice can speak it: what waits can be cut by what is known then."""
        passages: list[Passage] = []
        while self._waiting.finished and not self._occupied() and not (passages and self._followed()):
            found = sizes.finished(self._waiting, self._limits)
            passages.append(self._take(self._chosen(found), "idle"))
        return passages

    def _rest(self) -> list[Passage]:
        """What is left of a text that is complete, whatever the voice is doing."""
        passages: list[Passage] = []
        while size := len(self._waiting.text):
            whole, _ = sizes.whole(self._waiting, self._limits)
            place = self._chosen(whole) if whole else (size, size)  # white space alone
            passages.append(self._take(place, "end" if place[1] == size else "pace"))
        return passages

    def _chosen(self, whole: list[Place]) -> Place:
        if self._limits.mode != "adaptive":
            return whole[-1]
        spare = self._outlook.spare(self._now)
        return pacing.choose(self._waiting, self._limits, self._pace, whole, spare) or whole[-1]

    def _take(self, place: Place, reason: Reason) -> Passage:
        start, [said] = self._waiting.start, self._waiting.said([place[0]])
        text = self._waiting.take(place[1])
        if text.strip():
            self._first = False
            self._outlook.foresee(said, self._now)
        self._index, self._stuck = self._index + 1, -1
        return Passage(self._index - 1, text, start, self._waiting.start, reason)

    # ---- the voice and the listener ---------------------------------------------------------------------------------

    def _followed(self) -> bool:
        """Somebody tells the pace what becomes of the passages, and the pace is heeded."""
        return self._limits.mode == "adaptive" and self._pace.told > 0

    def _occupied(self) -> bool:
        """The voice is known to be speaking already; nothing is heard sooner by being handed out now."""
        return self._followed() and self._pace.busy
