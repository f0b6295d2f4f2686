"""A short script cannot ask for work, memory or silence without end: it is told so, and nobody waits for it."""

from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from pipeline import Event, create_streaming_pipeline
from pipeline.narration.scripts import checked

SILENT = {"speak": False}


def each(*steps: Any, times: int, name: str) -> dict[str, Any]:
    return {"id": name, "type": "each", "inputs": {"items": list(range(times))}, "steps": list(steps)}


def say(text: str, name: str = "", config: Any = None) -> dict[str, Any]:
    return {"type": "speak", "inputs": {"text": text}, "config": config or {}, **({"id": name} if name else {})}


def wait(seconds: float) -> dict[str, Any]:
    return {"type": "pause", "inputs": {"seconds": seconds}}


async def performed(folder: Path, *steps: Any) -> list[Event]:
    async with create_streaming_pipeline("replay", "tone", {"output_dir": folder}) as pipeline:
        return [event async for event in pipeline.stream_script_to_audio(checked({"steps": list(steps)}))]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        pytest.param(
            [each(each(each(wait(0), times=1000, name="c"), times=1000, name="b"), times=1000, name="a")],
            "more than 100,000 steps",
            id="a thousand times a thousand times a thousand pauses",
        ),
        pytest.param(
            [say("ha " * 300, "a", SILENT), say("{a.text}" * 1000, "b", SILENT), say("{b.text}" * 20_000)],
            "more than 1,000,000 characters",
            id="a laugh that repeats a laugh",
        ),
        pytest.param(
            [
                say("ha " * 300, "a", SILENT),
                say("{a.text}" * 1000, "b", SILENT),
                *(say("{b.text}", f"c{number}", SILENT) for number in range(30)),
            ],
            "more than 20,000,000 characters",
            id="many texts that are kept for later",
        ),
        pytest.param([say("Hush."), *[wait(3600)] * 25, say("Now.")], "more than 24 hours", id="a day of silence"),
    ],
)
async def test_what_has_no_end_is_told_soon(tmp_path: Path, steps: Any, words: str) -> None:
    with anyio.fail_after(30):
        last = (await performed(tmp_path, *steps))[-1]
    assert (last.type, getattr(last, "code", "")) == ("error", "invalid_script")
    assert words in getattr(last, "message", "")


async def test_others_are_served_while_a_script_does_a_great_deal_of_nothing(tmp_path: Path) -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            await anyio.lowlevel.checkpoint()
            turns += 1

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(other)
        await performed(tmp_path, each(wait(0), times=1000, name="a"), say("Done."))
        tasks.cancel_scope.cancel()
    assert turns > 1000


async def test_what_a_long_script_may_well_do_it_may(tmp_path: Path) -> None:
    steps = [say("One.", "a"), each(say("{a.text}", "b", SILENT), times=1000, name="c"), wait(3600), say("{a.text}")]
    last = (await performed(tmp_path, *steps))[-1]
    assert last.type == "complete"
