"""What every event log promises."""

import asyncio
import json
import time

import pytest

from pipeline.errors import StoreError, UnknownRun
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog
from pipeline.stores.sqlite import SqliteEventLog
from pipeline.wire import Line
from tests.stores.test_events import cancelled, chunk


@pytest.fixture(params=["memory", "sqlite"])
async def log(request, tmp_path):
    log = MemoryEventLog() if request.param == "memory" else SqliteEventLog(tmp_path / "log.db")
    yield log
    await log.aclose()


async def test_numbers_rise_by_one_from_one_in_each_run(log):
    await log.create(RunRecord("a"))
    await log.create(RunRecord("b"))
    for _ in range(3):
        await log.append("a", chunk())
    await log.append("b", chunk())
    assert [event.seq for event in await log.read("a")] == [1, 2, 3]
    assert [event.seq for event in await log.read("b")] == [1]


async def test_events_are_kept_in_the_order_of_the_calls_not_of_the_waiting(log):
    await log.create(RunRecord("a"))
    waiting = [log.append("a", chunk(str(number))) for number in range(50)]
    kept = await asyncio.gather(*reversed(waiting))
    assert [event.content for event in reversed(kept)] == [str(number) for number in range(50)]
    assert [event.content for event in await log.read("a")] == [str(number) for number in range(50)]


async def test_an_appended_event_carries_run_number_and_a_time_that_never_falls(log):
    await log.create(RunRecord("a"))
    events = [await log.append("a", chunk()) for _ in range(20)]
    assert {event.run for event in events} == {"a"}
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert 0 <= events[0].at < 5


async def test_reading_begins_after_the_number_and_ends_at_the_limit(log):
    await log.create(RunRecord("a"))
    for _ in range(10):
        await log.append("a", chunk())
    assert [event.seq for event in await log.read("a", after=4, limit=3)] == [5, 6, 7]
    assert list(await log.read("a", after=10)) == []
    assert list(await log.read("a", after=99)) == []


async def test_lines_say_what_the_events_say_on_one_line_whatever_the_text(log):
    await log.create(RunRecord("a"))
    text = 'a\nb\u2028c\x85d\r"e" 日本 \ud800'
    event = await log.append("a", chunk(text))
    (line,) = await log.lines("a")
    assert isinstance(line, Line)
    assert line.event == event
    assert (line.seq, line.type) == (1, "chunk")
    assert len(line.data.decode().splitlines()) == 1
    assert json.loads(line.data)["content"] == text


async def test_a_reader_who_waits_is_woken_by_the_next_event(log):
    await log.create(RunRecord("a"))
    await log.append("a", chunk())
    waiting = [asyncio.create_task(log.wait("a", 1)) for _ in range(3)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    await log.append("a", chunk())
    await asyncio.wait_for(asyncio.gather(*waiting), 30)


async def test_a_reader_waits_no_longer_than_he_wants_and_until_all_are_woken(log):
    await log.create(RunRecord("a"))
    await log.append("a", chunk())
    assert await log.wait("a", 1, 0.01) is False
    waiting = [asyncio.create_task(log.wait("a", 1, seconds)) for seconds in (None, 60)]
    await asyncio.sleep(0)
    log.wake()
    assert await asyncio.wait_for(asyncio.gather(*waiting), 30) == [False, False]
    assert await log.wait("a", 0, 60) is True


async def test_waiting_for_what_is_there_or_will_never_come_returns_at_once(log):
    await log.create(RunRecord("a"))
    await log.append("a", chunk())
    await asyncio.wait_for(log.wait("a", 0), 30)
    await log.append("a", cancelled())
    await asyncio.wait_for(log.wait("a", 2), 30)


async def test_an_ended_run_takes_no_further_event_and_stays_readable(log):
    await log.create(RunRecord("a"))
    last = log.append("a", cancelled())
    with pytest.raises(StoreError):
        await log.append("a", chunk())
    await last
    with pytest.raises(StoreError):
        await log.append("a", chunk())
    assert [event.type for event in await log.read("a")] == ["cancelled"]
    assert (await log.record("a")).status == "cancelled"


async def test_a_run_that_is_not_there_is_named_in_the_refusal(log):
    for ask in (log.read, log.lines, log.record, log.erase):
        with pytest.raises(UnknownRun, match="nobody"):
            await ask("nobody")
    with pytest.raises(UnknownRun):
        await log.wait("nobody", 0)
    with pytest.raises(StoreError):
        await log.append("nobody", chunk())


async def test_a_second_run_of_the_same_name_is_refused_and_the_first_one_unharmed(log):
    await log.create(RunRecord("a", owner="me"))
    done = await asyncio.gather(
        log.create(RunRecord("a", owner="you")), log.create(RunRecord("b")), return_exceptions=True
    )
    assert isinstance(done[0], StoreError)
    assert done[1] is None
    assert (await log.record("a")).owner == "me"


async def test_one_key_names_one_run_of_an_owner(log):
    await log.create(RunRecord("a", owner="me", key="k"))
    await log.create(RunRecord("b", owner="you", key="k"))
    await log.create(RunRecord("c", owner="me"))
    await log.create(RunRecord("d", owner="me"))
    with pytest.raises(StoreError):
        await log.create(RunRecord("e", owner="me", key="k"))
    assert (await log.named("me", "k")).id == "a"
    assert await log.named("me", "other") is None


async def test_a_log_that_can_be_written_says_nothing(log):
    await log.check()


async def test_an_event_that_json_cannot_hold_is_refused_alone(log):
    await log.create(RunRecord("a"))
    first = log.append("a", chunk("1"))
    bad = chunk()
    object.__setattr__(bad, "start", float("nan"))
    if isinstance(log, SqliteEventLog):
        with pytest.raises(ValueError, match="JSON"):
            await log.append("a", bad)
        second = log.append("a", chunk("2"))
        assert [(await first).seq, (await second).seq] == [1, 2]
    else:
        assert (await first).seq == 1


async def test_records_are_newest_first_and_filtered(log):
    for number in range(6):
        await log.create(RunRecord(f"r{number}", owner="ab"[number % 2], created=1e9 + number, request={"text": "x"}))
    await log.append("r4", cancelled())
    assert [record.id for record in await log.records()] == ["r5", "r4", "r3", "r2", "r1", "r0"]
    assert [record.id for record in await log.records(owner="a")] == ["r4", "r2", "r0"]
    assert [record.id for record in await log.records(owner="a", status="running", limit=1)] == ["r2"]
    assert [record.id for record in await log.records(before=1e9 + 2)] == ["r1", "r0"]
    await log.create(RunRecord("r2b", owner="a", created=1e9 + 2))
    assert [record.id for record in await log.records(before=1e9 + 2, before_id="r2b")] == ["r2", "r1", "r0"]
    await log.create(RunRecord("now"))
    assert (await log.record("now")).created == pytest.approx(time.time(), abs=60)
    assert (await log.record("r4")).request == {"text": "x"}
    assert (await log.record("r4")).last == 1


async def test_an_erased_run_is_gone_and_its_readers_are_told(log):
    await log.create(RunRecord("a"))
    await log.append("a", chunk())
    waiting = asyncio.create_task(log.wait("a", 1))
    await asyncio.sleep(0)
    await log.erase("a")
    await asyncio.wait_for(waiting, 30)
    with pytest.raises(UnknownRun):
        await log.read("a")
    assert list(await log.records()) == []


async def test_a_writer_who_is_cancelled_harms_nobody(log):
    await log.create(RunRecord("a"))

    async def write():
        await log.append("a", chunk("cancelled"))

    task = asyncio.create_task(write())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    event = await log.append("a", chunk("after"))
    events = await log.read("a")
    assert [event.seq for event in events] == list(range(1, event.seq + 1))
