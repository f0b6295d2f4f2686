"""On a socket the listener interrupts: what he is told, and what he hears no more of."""

from tests.api.client import TERMINAL, check_run
from tests.api.conftest import TEXT, WORDS


async def test_whoever_interrupts_is_told_what_was_heard(talk):
    await talk.say("start")
    await talk.write(WORDS)
    audio = (await talk.until("audio"))[-1]
    await talk.say("cancel", played_ms=audio["seconds"] * 1000 + 1)
    found = await talk.until(*TERMINAL)
    heard = next(event for event in found if event["type"] == "heard")
    assert heard["text"] == "".join(WORDS)[: audio["end"]]
    assert (heard["start"], heard["end"]) == (0, audio["end"])
    assert [event["type"] for event in found if event["type"] in TERMINAL | {"heard"}] == ["heard", "cancelled"]
    await talk.say("start", text=TEXT)
    assert (await talk.until(*TERMINAL))[-1]["type"] == "complete"


async def test_whoever_interrupts_may_begin_again_at_once_and_hears_no_more_of_the_old(talk):
    await talk.say("start", text=TEXT * 200)
    await talk.until("audio")
    await talk.say("cancel", played_ms=300)
    await talk.say("start")
    await talk.write(WORDS)
    await talk.say("end")
    assert (await talk.until("heard"))[-1]["start"] == 0
    talk.sounds.clear()
    while (await talk.hear())["type"] not in TERMINAL:
        pass
    assert not talk.sounds
    check_run(await talk.until(*TERMINAL), "".join(WORDS))


async def test_text_on_its_way_when_the_run_is_cancelled_is_dropped_and_told_once(talk):
    await talk.say("start")
    await talk.until("start")
    await talk.say("cancel")
    await talk.write(WORDS)
    await talk.say("end")
    await talk.say("start", text=TEXT)
    found = await talk.until("complete")
    refused = [event for event in found if event["type"] == "refused"]
    assert [event["code"] for event in refused] == ["conflict"]
    check_run(found[[event["type"] for event in found].index("start") :], TEXT)


async def test_without_a_position_a_listener_who_plays_at_once_is_assumed(talk):
    await talk.say("start", text=TEXT * 20)
    await talk.until("audio")
    await talk.say("cancel")
    heard = (await talk.until("heard"))[-1]
    assert len(heard["text"]) < 60, "a fraction of a second has gone by"


async def test_whoever_interrupts_what_is_made_already_but_still_played_is_told_what_was_heard(talk):
    await talk.say("start", text=TEXT)
    found = await talk.until(*TERMINAL)
    first = next(event for event in found if event["type"] == "audio")
    await talk.say("cancel", played_ms=1000 * first["seconds"])
    heard = {"type": "heard", "run": first["run"], "text": TEXT[: first["end"]], "start": 0, "end": first["end"]}
    assert await talk.hear() == heard
    await talk.say("start", text=TEXT)
    check_run(await talk.until(*TERMINAL), TEXT)


async def test_of_a_run_that_was_erased_meanwhile_nothing_was_heard(talk, client):
    await talk.say("start", text=TEXT)
    run = (await talk.until(*TERMINAL))[0]["run"]
    await client.delete(f"/api/v1/runs/{run}")
    await talk.say("cancel", played_ms=1000)
    assert await talk.hear() == {"type": "heard", "run": run, "text": "", "start": 0, "end": 0}
    await talk.say("start", text=TEXT)
    check_run(await talk.until(*TERMINAL), TEXT)


async def test_whoever_interrupts_when_nothing_is_said_is_answered_as_ever(talk):
    """Whoever begins to speak may not know that nobody else does, and waits for what was heard."""
    await talk.say("cancel")
    assert await talk.hear() == {"type": "heard", "run": None, "text": "", "start": 0, "end": 0}
    await talk.say("start", text=TEXT)
    check_run(await talk.until(*TERMINAL), TEXT)
