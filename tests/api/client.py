"""A listener for tests: reads event streams as the standard has it, strictly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import httpx

from api.forms.described import any_event

TERMINAL = {"complete", "error", "cancelled"}


@dataclass
class Reading:
    """What came down one stream."""

    events: list[dict[str, Any]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    retries: list[int] = field(default_factory=list)
    rest: bytes = b""

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """An event counts once its blank line is there."""
        self.rest += data
        new = []
        while b"\n\n" in self.rest:
            block, self.rest = self.rest.split(b"\n\n", 1)
            fields: dict[str, str] = {}
            for line in block.decode().split("\n"):
                name, _, value = line.partition(":")
                if not name:
                    self.comments.append(value.strip())
                elif name == "retry":
                    self.retries.append(int(value))
                else:
                    assert name in ("id", "data"), f"a field that nobody knows: {line!r}"
                    assert name not in fields, "one data line in an event"
                    fields[name] = value.removeprefix(" ")
            if fields:
                event = json.loads(fields["data"])
                assert int(fields["id"]) == event["seq"]
                new.append(as_described(event))
        self.events += new
        return new


def as_described(event: dict[str, Any]) -> dict[str, Any]:
    """OpenAPI tells of all that is in it."""
    known = any_event().model_validate_json(json.dumps(event), strict=True)
    assert known.model_dump(mode="json", by_alias=True, exclude_unset=True) == event
    return event


async def listen(response: httpx.Response, reading: Reading | None = None) -> AsyncGenerator[dict[str, Any], None]:
    reading = reading or Reading()
    async with aclosing(response.aiter_bytes()) as pieces:
        async for piece in pieces:
            for event in reading.feed(piece):
                yield event


async def up_to(stream: AsyncGenerator[dict[str, Any], None], kind: str) -> list[dict[str, Any]]:
    """What comes until an event of this kind, which is the last; the stream can be read on."""
    found = [await anext(stream)]
    while found[-1]["type"] != kind:
        found.append(await anext(stream))
    return found


async def sent(client: httpx.AsyncClient, path: str, content: bytes | str) -> httpx.Response:
    """The answer to a body that says it is JSON, whatever it is."""
    return await client.post(path, content=content, headers={"Content-Type": "application/json"})


async def speak(client: httpx.AsyncClient, **body: Any) -> list[dict[str, Any]]:
    """Every event of a new run."""
    async with client.stream("POST", "/api/v1/stream/speech", json=body) as response:
        assert response.status_code == 200, await response.aread()
        return [event async for event in listen(response)]


async def events(client: httpx.AsyncClient, run: str, after: int | None = None) -> list[dict[str, Any]]:
    """Every event of a run, until it ends."""
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    async with client.stream("GET", f"/api/v1/runs/{run}/events", headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        return [event async for event in listen(response)]


def check_run(found: list[dict[str, Any]], text: str | None = None) -> None:
    """What holds of every whole run."""
    assert [event["seq"] for event in found] == list(range(1, len(found) + 1))
    assert [event["at"] for event in found] == sorted(event["at"] for event in found)
    assert found[0]["type"] == "start"
    assert [event["type"] in TERMINAL for event in found] == [False] * (len(found) - 1) + [True]
    spans = [(e["start"], e["end"]) for e in found if e["type"] in ("passage", "skipped")]
    assert all(one[1] == two[0] for one, two in zip(spans, spans[1:], strict=False))
    said = "".join(event["content"] for event in found if event["type"] == "chunk")
    passages = [event["index"] for event in found if event["type"] == "passage"]
    ends = [event["index"] for event in found if event["type"] in ("audio", "failed")]
    assert passages == list(range(len(passages)))
    if found[-1]["type"] == "complete":
        assert ends == passages
        assert spans[0][0] == 0 and spans[-1][1] == len(said)
    if text is not None:
        assert said == text


async def ended(client: httpx.AsyncClient, run: str) -> str:
    """How it ended, as its record says: who reads its events is a reader, and would keep it going."""
    status = "running"

    async def over() -> bool:
        nonlocal status
        status = (await client.get(f"/api/v1/runs/{run}")).json()["status"]
        return status != "running"

    await until(over)
    return status


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again: for what another process, or the other end of a socket, does not announce."""
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
