"""A text in parts is one run: its chapters are told, each part has its voice, wherever the run is broken off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import soundfile

from pipeline.assembly.order import Order, Part
from pipeline.assembly.workshop import Workshop
from pipeline.events import Audio, Chapter, Cued, Event, PassageCut, Pause
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog

PIECES = [
    "# One\n\nIt began. ",
    "Er kam am 3. Mai des Jahres. Dann ging er wieder fort. ",
    "So it went on.\n\n",
    "# One\n\nThe `end`.\n\n",
]
AT = [sum(map(len, PIECES[:count])) for count in range(len(PIECES))]
ORDER = Order(
    text="".join(PIECES),
    parts=(
        Part(AT[0], "One"),
        Part(AT[1], pause=0.15, voice="low", language="de"),
        Part(AT[2], pause=0.15),
        Part(AT[3], "One", pause=1.6),
    ),
    tts_provider=("tone",),
    buffer={"mode": "batch"},
)


async def performed(workshop: Workshop, before: list[Event], *, resume: bool = True) -> list[Event]:
    """The run from where these events left it."""
    log = MemoryEventLog()
    await log.create(RunRecord("run"))
    for event in before:
        await log.append("run", event)
    flow = await workshop.prepare(Order.of(ORDER.as_dict()), run="run", log=log, resume=resume)
    await flow.run()
    return list(await log.read("run", 0, 1000))


def heard(events: list[Event]) -> list[Any]:
    """All that a listener would notice, in its order."""
    passages = {event.index: event for event in events if isinstance(event, PassageCut)}
    found: list[Any] = []
    for event in events:
        if isinstance(event, Audio):
            assert event.path is not None
            passage = passages[event.index]
            found.append((passage.text, passage.voice, passage.chapter, soundfile.read(event.path)[0].tobytes()))
        elif isinstance(event, Pause):
            found.append(event.seconds)
        elif isinstance(event, Chapter):
            found.append((event.title, event.start))
    return found


async def test_each_part_is_told_of_and_said_in_its_own_way(tmp_path: Path) -> None:
    async with Workshop(output_dir=tmp_path, env={}) as workshop:
        found = heard(await performed(workshop, [], resume=False))
    assert [item[:3] if isinstance(item, tuple) else item for item in found] == [
        ("One", 0),
        ("# One\n\n", None, "One"),
        ("It began. ", None, "One"),
        0.15,
        ("Er kam am 3. Mai des Jahres. ", "tone/low", "One"),  # cut as German is
        ("Dann ging er wieder fort. ", "tone/low", "One"),
        0.15,
        ("So it went on.\n\n", None, "One"),
        0.95,  # and the silence of the paragraph
        ("One", AT[3]),
        ("# One\n\n", None, "One"),
        ("The `end`.\n\n", None, "One"),
    ]


async def test_wherever_it_is_broken_off_nothing_is_told_twice_or_left_out(tmp_path: Path) -> None:
    async with Workshop(output_dir=tmp_path, env={}) as workshop:
        whole = await performed(workshop, [], resume=False)
        for count in range(1, len(whole)):
            again = await performed(workshop, whole[:count])
            assert heard(again) == heard(whole), f"after {count} events"
            assert sum(isinstance(event, Cued) for event in again) == len(ORDER.parts)
