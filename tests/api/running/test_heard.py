"""Where a listener stands who plays all that a run lets be heard, as soon as it comes."""

import pytest

from api.running.heard import Played, playing_at
from pipeline.events import Failed, Pause, Speaking
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog
from tests.audio.studio import audio


def clip(index, begins):
    return audio(index, seconds=2.0, begins=begins, text="One.", end=4)


@pytest.mark.parametrize(("later", "stands"), [(0.0, 0.0), (1.0, 1.0), (2.5, 2.5), (4.0, 4.0), (60.0, 5.0)])
async def test_silence_between_clips_is_heard_too(later, stands):
    log = MemoryEventLog()
    await log.create(RunRecord("run"))
    for event in (clip(0, 0.0), Pause(seconds=1.0), clip(1, 3.0)):
        await log.append("run", event)
    assert await playing_at(log, "run", later) == pytest.approx(stands, abs=0.05)


@pytest.mark.parametrize(("later", "stands"), [(1.5, 1.5), (2.5, 2.5), (60.0, 60.0)])
async def test_a_clip_that_still_grows_is_heard_as_far_as_it_may_have_come(later, stands):
    log = MemoryEventLog()
    await log.create(RunRecord("run"))
    growing = Speaking(index=1, url="", path=None, media_type="", begins=2.0, start=4, end=8)
    for event in (clip(0, 0.0), growing):
        await log.append("run", event)
    assert await playing_at(log, "run", later) == pytest.approx(stands, abs=0.05)
    await log.append("run", Failed(index=1, code="", message="", start=4, end=8))
    assert await playing_at(log, "run", later) <= 2.0, "it came to nothing"


def test_of_so_many_runs_it_is_known_how_far_they_were_played(monkeypatch):
    monkeypatch.setattr("api.running.heard._PLAYED", 2)
    played = Played()
    for run, seconds in (("a", 1.0), ("b", 2.0), ("a", 0.5), ("c", 3.0)):
        played.farthest(run, seconds)
    assert [played[run] for run in "abc"] == [1.0, None, 3.0]
