import random

import pytest

from pipeline.text.passages.habit import SPEED, Habit
from pipeline.text.passages.pace import Pace


def spoken(
    pace: Pace, clips: list[tuple[int, float, float]], start_up: float, factor: float, now: float = 0.0
) -> float:
    """Tell `pace` of clips (characters, seconds, pause before), one after another; returns when the last is ready."""
    for index, (characters, seconds, pause) in enumerate(clips):
        now += pause
        pace.asked(index, characters, now)
        now += start_up + factor * seconds
        pace.ready(index, now, seconds)
    return now


def test_before_anything_is_known_nothing_is_ahead_and_the_voice_is_free() -> None:
    pace = Pace()
    assert (pace.ahead(5.0), pace.free(5.0), pace.busy) == (0.0, 0.0, False)
    assert 0.0 < pace.expect(45) < 2.0
    assert pace.sound(150) == pytest.approx(10.0)


def test_ahead_is_what_the_listener_still_has_to_hear() -> None:
    pace = Pace()
    pace.asked(0, 45, 0.0)
    pace.ready(0, 1.0, 3.0)
    assert pace.ahead(1.0) == pytest.approx(3.0)
    assert pace.ahead(3.5) == pytest.approx(0.5)
    assert pace.ahead(9.0) == 0.0


def test_a_listener_who_ran_dry_begins_again_when_sound_comes() -> None:
    pace = Pace()
    pace.asked(0, 15, 0.0)
    pace.ready(0, 1.0, 1.0)
    pace.asked(1, 15, 1.0)
    pace.ready(1, 5.0, 2.0)
    assert pace.ahead(6.0) == pytest.approx(1.0)


def test_sound_that_comes_out_of_order_is_heard_in_order() -> None:
    pace = Pace(parallel=2)
    pace.asked(0, 30, 0.0)
    pace.asked(1, 30, 0.0)
    pace.ready(1, 1.0, 2.0)
    assert pace.busy is False
    pace.ready(0, 4.0, 2.0)
    assert pace.ahead(4.0) == pytest.approx(4.0)


def test_what_the_voice_was_asked_for_counts_as_ahead_in_the_measure_of_what_it_will_sound() -> None:
    pace = Pace()
    pace.asked(0, 150, 0.0)
    assert pace.busy
    assert pace.ahead(0.0) == pytest.approx(pace.expect(150) + pace.sound(150))
    assert pace.free(0.0) == pytest.approx(pace.expect(150))


def test_a_voice_that_is_late_is_still_busy() -> None:
    pace = Pace()
    pace.asked(0, 15, 0.0)
    assert pace.busy
    assert pace.ahead(100.0) == pytest.approx(pace.sound(15))


def test_what_waits_for_a_voice_is_spoken_behind_what_it_speaks_however_late_that_is() -> None:
    pace = Pace()
    now = spoken(pace, [(150, 10.0, 0.0)] * 5, 1.0, 0.2)
    pace.asked(5, 150, now)
    pace.asked(6, 150, now)
    assert pace.free(now) == pytest.approx(2 * pace.expect(150))
    assert pace.free(now + 100) == pytest.approx(pace.expect(150))


def test_sound_that_has_begun_is_being_heard() -> None:
    pace = Pace()
    pace.asked(0, 30, 0.0)
    pace.begun(0, 0.5)
    assert pace.ahead(1.0) == pytest.approx(0.5 + pace.sound(30) - 1.0)
    pace.ready(0, 1.5, 2.2)
    assert pace.ahead(1.5) == pytest.approx(0.5 + 2.2 - 1.5)


def test_a_failure_brings_no_sound_and_frees_the_voice() -> None:
    pace = Pace()
    pace.asked(0, 45, 0.0)
    pace.failed(0, 1.0)
    assert (pace.ahead(1.0), pace.busy) == (0.0, False)


@pytest.mark.parametrize("start_up", [0.0, 0.3, 1.5])
@pytest.mark.parametrize("factor", [0.01, 0.3, 0.95])
def test_it_learns_start_up_and_factor_of_a_steady_voice(start_up: float, factor: float) -> None:
    pace, chance = Pace(), random.Random(1)
    lengths = [chance.randint(20, 300) for _ in range(20)]
    spoken(pace, [(n, n / 12.0, 0.5) for n in lengths], start_up, factor)
    assert pace.sound(120) == pytest.approx(10.0, rel=0.03)
    for n in (30, 120, 300):
        assert pace.expect(n) == pytest.approx(start_up + factor * n / 12.0, rel=0.05, abs=0.05)


def test_waiting_for_its_turn_is_no_slowness_of_the_voice() -> None:
    pace = Pace()
    for index in range(5):
        pace.asked(index, 150, 0.0)
    for index in range(5):
        pace.ready(index, 1.0 + index, 10.0)
    assert pace.expect(150) == pytest.approx(1.0, rel=0.1)


def test_it_follows_a_voice_that_becomes_slower() -> None:
    pace = Pace()
    clips = [(n, n / 15.0, 1.0) for n in (45, 150, 220, 90, 180, 130)]
    now = spoken(pace, clips, 0.0, 0.05)
    spoken(pace, clips + clips, 0.2, 0.6, now)
    assert pace.expect(150) == pytest.approx(6.2, rel=0.15)


def test_unknown_numbers_and_repeated_news_are_harmless() -> None:
    pace = Pace()
    pace.ready(7, 1.0, 2.0)
    pace.failed(8, 1.0)
    pace.begun(9, 1.0)
    pace.asked(0, 30, 1.0)
    pace.ready(0, 2.0, 2.0)
    pace.ready(0, 3.0, 2.0)
    assert pace.ahead(2.0) == pytest.approx(2.0)


def test_what_was_kept_from_an_earlier_time_teaches_nothing_of_the_voice() -> None:
    pace = Pace()
    before = pace.expect(100), pace.doubt
    pace.asked(0, 100, 0.0)
    pace.ready(0, 0.001, 6.0, spoken=False)
    assert (pace.expect(100), pace.doubt) == before
    assert pace.ahead(0.001) == pytest.approx(6.0)


def test_what_one_run_learns_of_a_voice_the_next_one_knows() -> None:
    habit = Habit()
    spoken(Pace(habit=habit), [(n, n / 12.0, 0.5) for n in (45, 150, 220, 90, 180, 130)], 1.5, 0.4)
    later = Pace(habit=habit)
    assert later.expect(100) == pytest.approx(1.5 + 0.4 * 100 / 12.0, rel=0.1)
    assert (later.ahead(0.0), later.free(0.0), later.spoken) == (0.0, 0.0, 0)


def test_a_clip_without_length_teaches_nothing() -> None:
    pace = Pace()
    before = pace.expect(100)
    pace.asked(0, 0, 0.0)
    pace.ready(0, 1.0, 0.0)
    assert pace.expect(100) == before


def test_its_memory_is_bounded_whatever_is_never_told() -> None:
    pace = Pace()
    for index in range(10_000):
        pace.asked(index, 100, float(index))
    assert pace.ahead(0.0) < 1e6
    assert len(pace._flights) <= 256


def test_a_passage_is_due_when_all_before_it_was_heard() -> None:
    pace = Pace(2)
    for index in range(3):
        pace.asked(index, 30, 100.0 + index)
    assert pace.due(0) == 100.0, "since it was asked for there is nothing to hear"
    assert pace.due(1) == pytest.approx(100.0 + 30 / SPEED)
    assert pace.due(2) == pytest.approx(100.0 + 60 / SPEED)
    pace.ready(0, 100.5, 4.0)
    assert pace.due(1) == 104.5
    pace.ready(1, 110.0, 1.0)
    assert pace.due(2) == 111.0, "he was in silence from 104.5 to 110"
    pace.ready(2, 111.5, 1.0)
    assert pace.due(3) == 112.5


def test_a_queue_before_a_voice_that_others_speak_with_too_is_expected_by_all_of_them() -> None:
    habit = Habit()
    here, there = Pace(2, habit), Pace(2, habit)
    spoken(there, [(n, n / 15.0, 3.0) for n in (60, 150, 90)], 0.05, 0.02)
    before, doubt = here.expect(100), here.doubt
    spoken(there, [(n, n / 15.0, 3.0) for n in (60, 150, 90, 120, 75)], 0.05 + 0.7, 0.02, 60.0)
    assert here.expect(100) > before + 0.3, "waiting for its turn is time that a passage takes"
    assert here.doubt > doubt


def live(pace: Pace, clips: list[tuple[int, float]], onset: float, factor: float, now: float = 0.0) -> float:
    """Tell `pace` of clips (characters, seconds) that are heard as they are made; returns when the last is ready."""
    for index, (characters, seconds) in enumerate(clips, pace.spoken):
        pace.asked(index, characters, now)
        pace.begun(index, now + onset)
        now += onset + factor * seconds
        pace.ready(index, now, seconds)
    return now


def test_a_voice_that_is_heard_as_it_speaks_is_waited_for_no_longer_than_its_first_sound_takes() -> None:
    pace = Pace()
    live(pace, [(60, 4.0), (150, 10.0), (90, 6.0)] * 4, 0.3, 0.8)
    assert pace.wait(150) == pytest.approx(0.3, abs=0.05)
    assert pace.expect(150) == pytest.approx(8.3, abs=0.3), "until then it is busy"
    assert pace.doubt < 0.1


def test_a_voice_that_speaks_more_slowly_than_it_is_heard_needs_a_start() -> None:
    pace = Pace()
    live(pace, [(60, 4.0), (150, 10.0), (90, 6.0)] * 4, 0.3, 1.2)
    assert pace.wait(150) == pytest.approx(2.3, abs=0.2)


def test_who_hears_a_clip_that_is_made_too_slowly_has_not_run_dry_before_its_end() -> None:
    pace = Pace()
    pace.asked(0, 60, 0.0)
    pace.begun(0, 0.5)
    pace.ready(0, 9.0, 4.0)
    assert pace.ahead(8.0) == pytest.approx(1.0)


def test_a_short_clip_that_was_whole_at_once_is_still_one_of_a_voice_heard_as_it_speaks() -> None:
    pace = Pace()
    now = live(pace, [(60, 4.0), (150, 10.0)], 0.3, 0.8)
    pace.asked(2, 3, now)
    pace.ready(2, now + 0.4, 0.2)
    assert pace.wait(150) == pytest.approx(0.3, abs=0.05)


def test_when_another_takes_over_whose_clips_are_heard_at_their_end_they_are_waited_for() -> None:
    pace = Pace()
    now = live(pace, [(60, 4.0), (150, 10.0)], 0.3, 0.8)
    pace.asked(2, 150, now)
    pace.ready(2, now + 8.3, 10.0)
    assert pace.wait(150) == pace.expect(150) > 5.0
