"""The time to go is near the truth from the tenth part on, whatever is slow: with a clock of our own."""

from dataclasses import dataclass, field

import pytest

from pipeline.narration.recital import Progress

PORTION, PASSAGE = 2000, 100
"""Characters."""


@dataclass
class Works:
    """A book being made on so many processors, as the job makes it: one portion is spoken while those before it are
    encoded, of which only a few may wait. All who work at a moment share the processors."""

    portions: int
    speaking: float
    """Seconds that a passage takes, of one processor ..."""
    waiting: float
    """... and of waiting, for a voice that is elsewhere."""
    encoding: float
    """Seconds that a passage takes, of one processor."""
    kept: int = 0
    """Portions that were finished before."""
    cached: int = 0
    """Portions after those whose sound was in the cache: they are spoken in no time."""
    slower: int = 10**9
    """Portions after which the voice takes twice as long."""
    processors: int = 2
    now: float = 0.0
    told: list[tuple[float, float, float]] = field(default_factory=list)
    """What part was done at a moment, when, and what was told of the time to go."""

    def run(self) -> list[tuple[float, float]]:
        """(true, told) from the tenth part on."""
        watched = Progress([PORTION * self.portions], clock=lambda: self.now)
        for _ in range(self.kept):
            watched.found(0, PORTION)
        watched.begin()
        todo = [number >= self.cached for number in range(self.portions - self.kept)]
        encoders: list[float] = []
        """Passages that each has still to encode."""
        spoken, work = 0, 0.0
        while todo or encoders:
            speaks = bool(todo) and len(encoders) < self.processors + 1
            busy = len(encoders) + (1 if speaks and self.speaking else 0)
            share = min(1.0, self.processors / busy) if busy else 1.0
            turn = max(0.01, self.waiting / 10)  # seconds at a time: a voice that is waited for does little meanwhile
            step = min([share * turn, *(left * self.encoding for left in encoders)])
            self.now += step / share
            done = step / self.encoding
            for _ in encoders:
                watched.encoded(done * PASSAGE)
            encoders = [left - done for left in encoders if left - done > 1e-9]
            if speaks:
                cost = (self.speaking / share + self.waiting) if todo[0] else 0.001
                cost *= 2 if self.portions - self.kept - len(todo) >= self.slower else 1
                work += step / share / cost
                while work >= 1 and spoken < PORTION // PASSAGE:
                    work, spoken = work - 1, spoken + 1
                    watched.spoke(0, PASSAGE, 4.0)
                if spoken == PORTION // PASSAGE:
                    watched.waits(PORTION)
                    encoders.append(float(spoken))
                    todo.pop(0)
                    spoken, work = 0, 0.0
            if (left := watched.left()) is not None:
                self.told.append((watched.done / watched.total, self.now, left))
        self.now += 4.0 * self.portions * PORTION / PASSAGE / 10_000  # the book is put together
        first = (self.kept + 0.1 * (self.portions - self.kept)) / self.portions
        return [(self.now - at, left) for done, at, left in self.told if done >= first]


@pytest.mark.parametrize(
    "works",
    [
        Works(280, speaking=0.006, waiting=0.0, encoding=0.006),
        Works(280, speaking=0.006, waiting=0.0, encoding=0.060),
        Works(280, speaking=0.060, waiting=0.0, encoding=0.006),
        Works(280, speaking=0.0, waiting=0.5, encoding=0.006),
        Works(280, speaking=0.006, waiting=0.0, encoding=0.020, kept=140),
        Works(280, speaking=0.020, waiting=0.0, encoding=0.006, kept=80, cached=4),
        Works(280, speaking=0.006, waiting=0.0, encoding=0.006, cached=280),
        Works(120, speaking=0.006, waiting=0.0, encoding=0.006, processors=8),
        Works(80, speaking=0.006, waiting=0.0, encoding=0.060),
    ],
    ids=["both", "encoder", "voice", "network", "resumed", "cached first", "all cached", "eight", "short"],
)
def test_the_time_to_go_is_near_the_truth_from_the_tenth_part_on(works: Works) -> None:
    rows = works.run()
    assert len(rows) > 100
    wrong = [(true, told) for true, told in rows if abs(told - true) > max(0.2 * true, 2.0)]
    assert not wrong, f"{len(wrong)} of {len(rows)}: {wrong[:: max(1, len(wrong) // 8)]}"


def test_nothing_is_told_before_there_is_something_to_judge_by() -> None:
    watched = Progress([1000])
    assert watched.left() is None
    watched.begin()
    watched.spoke(0, 100, 4.0)
    assert watched.left() is None


def test_a_voice_that_becomes_slower_half_way_is_followed() -> None:
    rows = Works(280, speaking=0.0, waiting=0.5, encoding=0.006, slower=140).run()
    end = rows[0][0]
    late = [(true, told) for true, told in rows if true < 0.6 * end]
    assert len(late) > 100
    assert not [(true, told) for true, told in late if abs(told - true) > max(0.2 * true, 2.0)]


def test_while_a_book_is_bound_the_time_to_go_follows_how_fast_that_is() -> None:
    now = 0.0
    watched = Progress([1000], clock=lambda: now)
    watched.binding = 0.01
    watched.begin()
    for _ in range(20):
        now += 1
        watched.spoke(0, 50, 50.0)
    watched.end()
    assert watched.left() == pytest.approx(10)
    for _ in range(5):
        now += 3
        watched.bound(100, watched.binding)
    assert watched.left() == pytest.approx(15), "each second that was expected takes three"


def test_a_book_that_was_finished_before_has_only_to_be_bound() -> None:
    watched = Progress([1000])
    watched.binding = 0.01
    watched.found(0, 1000)
    watched.sound = 500.0
    assert watched.left() == pytest.approx(5)


def test_what_it_took_is_told_with_the_putting_together_and_the_pace_without() -> None:
    now = 10.0
    watched = Progress([PORTION], clock=lambda: now)
    assert watched.seconds() == watched.speed() == 0.0
    watched.begin()
    now = 14.0
    watched.spoke(0, PORTION, seconds=100.0)
    watched.end()
    now = 15.0
    assert (watched.seconds(), watched.speed()) == (5.0, 25.0)
