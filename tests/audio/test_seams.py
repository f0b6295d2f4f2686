"""Trimming and fading: what is kept, and that pieces never matter."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio.seams import AFTER, AUDIBLE, BEFORE, FADE, Seam

RATE = 22050


def sine(seconds, level=8000):
    return (level * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)).astype(np.int16)


def silence(seconds):
    return np.zeros(round(seconds * RATE), np.int16)


def cleaned(samples, cuts=()):
    seam, places = Seam(RATE), sorted(cut for cut in cuts if cut < len(samples))
    given = [seam.feed(piece) for piece in np.split(samples, places)]
    return np.concatenate([*given, seam.finish()]), seam


def test_ten_milliseconds_before_and_forty_after_are_kept():
    sound = sine(0.5)
    first = np.flatnonzero(np.abs(sound) > AUDIBLE)[0]
    last = np.flatnonzero(np.abs(sound) > AUDIBLE)[-1]
    clip, seam = cleaned(np.concatenate([silence(0.3), sound, silence(0.7)]))
    assert len(clip) == (last - first + 1) + round(BEFORE * RATE) + round(AFTER * RATE)
    assert seam.cut == round(0.3 * RATE) + first - round(BEFORE * RATE)
    assert np.array_equal(clip[round(BEFORE * RATE) : len(clip) - round(AFTER * RATE)], sound[first : last + 1])


def test_silence_inside_is_part_of_the_speech():
    clip, _ = cleaned(np.concatenate([sine(0.2), silence(2.0), sine(0.2)]))
    assert abs(len(clip) / RATE - 2.4) < 0.01


def test_a_clip_without_anything_audible_is_kept_whole():
    faint = sine(0.5, level=AUDIBLE)
    clip, _ = cleaned(faint)
    assert np.array_equal(clip, faint)


def test_sound_that_begins_and_ends_at_full_level_does_not_click():
    loud = np.full(RATE // 10, 20000, np.int16)
    clip, _ = cleaned(loud)
    assert len(clip) == len(loud)
    assert clip[0] == clip[-1] == 0
    assert np.abs(np.diff(clip.astype(int))).max() <= 20000 / (FADE * RATE) + 4


def test_a_clip_shorter_than_its_fades_is_still_a_clip():
    clip, _ = cleaned(np.full(20, 20000, np.int16))
    assert len(clip) == 20 and clip[-1] == 0


def test_nothing_is_nothing():
    assert len(cleaned(silence(0))[0]) == 0


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 3000)), max_size=8), st.lists(st.integers(0, 20000), max_size=12)
)
def test_how_the_sound_falls_into_pieces_never_changes_the_clip(parts, cuts):
    pieces = [sine(n / RATE) if loud else silence(n / RATE) for loud, n in parts]
    sound = np.concatenate([silence(0), *pieces])
    (once, seam), (cut, other) = cleaned(sound), cleaned(sound, cuts)
    assert np.array_equal(once, cut)
    assert seam.cut == other.cut


def test_what_is_known_to_be_speech_is_given_at_once():
    seam = Seam(RATE)
    given = seam.feed(np.concatenate([silence(0.2), sine(0.5)]))
    assert len(given) / RATE > 0.5
    assert len(seam.feed(silence(1.0))) / RATE <= AFTER + FADE + 0.001
