"""What the service adds: from a token to a clip at a listener, from an event's number to the listener, to the end.

    python -m benchmarks.service [first latency many espeak stop]

The service is a process of its own; the listeners share the machine with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

RUN = "from api.server import serve; from api.settings import Settings; serve(Settings.load())"
TEXT = "The quick brown fox jumps over the lazy dog, and then it sleeps. "
AT = re.compile(rb'"at":([0-9.]+)')
TERMINAL = (b'"type":"complete"', b'"type":"error"', b'"type":"cancelled"')


@dataclass
class Service:
    process: asyncio.subprocess.Process
    port: int

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        reader, writer = await self.open(method, path, body, "Connection: close\r\n")
        answer = await reader.read()
        writer.close()
        return json.loads(answer.partition(b"\r\n\r\n")[2] or b"null")

    async def open(
        self, method: str, path: str, body: dict[str, Any] | None = None, headers: str = ""
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
        data = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{headers}"
        writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        return reader, writer

    async def events(self, run: str) -> AsyncGenerator[tuple[float, bytes], None]:
        """(seconds since the epoch, an event's line) as they come."""
        reader, writer = await self.open("GET", f"/api/v1/runs/{run}/events")
        with contextlib.closing(writer):
            async for line in reader:
                if line.startswith(b"data: "):
                    yield time.time(), line
                    if any(mark in line for mark in TERMINAL):
                        return

    def memory(self) -> int:
        """Bytes that the process holds."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@asynccontextmanager
async def service(**settings: object) -> AsyncGenerator[Service, None]:
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {"ALOUD_PORT": "0", "ALOUD_OUTPUT_DIR": folder}
        env |= {f"ALOUD_{name.upper()}": str(value) for name, value in settings.items()}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", RUN, env=env, stderr=asyncio.subprocess.PIPE, limit=1 << 20
        )
        assert process.stderr is not None
        found = None
        while found is None:
            line = await process.stderr.readline()
            assert line, "the service did not start"
            found = re.search(rb"aloud is at http://127.0.0.1:(\d+)", line)
        rest = asyncio.create_task(process.stderr.read())
        made = Service(process, int(found[1]))
        while (await made.ask("GET", "/readyz"))["status"] != "ready":  # noqa: ASYNC110  it says nothing by itself
            await asyncio.sleep(0.05)
        try:
            yield made
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await rest


def at(line: bytes) -> float:
    found = AT.search(line)
    assert found is not None
    return float(found[1])


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def figures(name: str, values: list[float], **most: float) -> bool:
    """Milliseconds: the figures, and whether they are within their bounds."""
    p50, p99 = percentile(values, 0.5) * 1e3, percentile(values, 0.99) * 1e3
    wanted = ", ".join(f"{key} <= {value:g}" for key, value in most.items())
    met = all({"p50": p50, "p99": p99}[key] <= value for key, value in most.items())
    print(f"{name}: p50 {p50:.2f} ms, p99 {p99:.2f} ms of {len(values)} (wanted {wanted}){'' if met else '  MISSED'}")
    return met


async def first() -> bool:
    """From the first token, here the sending of the request with the whole text, to the first `audio` event."""
    async with service(tts_provider="espeak") as made:
        took = []
        for number in range(60):
            body = {"text": f"This is number {number} of them. {TEXT * 3}"}
            began = time.perf_counter()
            reader, writer = await made.open("POST", "/api/v1/stream/speech", body)
            async for line in reader:
                if line.startswith(b'data: {"type":"audio"'):
                    took.append(time.perf_counter() - began)
                    break
            writer.close()
        return figures("request -> first audio event (espeak, text at once)", took[10:], p50=15)


async def listened(made: Service, runs: list[dict[str, Any]], late: list[float]) -> None:
    async def one(run: dict[str, Any]) -> None:
        async for now, line in made.events(run["id"]):
            late.append(now - run["created"] - at(line))

    await asyncio.gather(*[one(run) for run in runs])


async def latency() -> bool:
    """From an event's number to the listener: commit, wake, send, read. Twenty runs."""
    async with service(tts_provider="tone", replay_rate=10) as made:
        body = {"text": TEXT * 6, "llm_provider": "replay"}
        runs = []
        for _ in range(20):
            runs.append(await made.ask("POST", "/api/v1/runs", body))
            await asyncio.sleep(0.013)
        late: list[float] = []
        await listened(made, runs, late)
        return figures("an event's number -> its listener, 20 runs", late[400:], p50=1, p99=5)


async def many() -> bool:
    """A thousand streams of five events a second: a hundred runs out of step, ten listeners each."""
    async with service(tts_provider="tone", replay_rate=5, max_streams=2000) as made:
        runs = []
        for _ in range(100):
            runs.append(await made.ask("POST", "/api/v1/runs", {"text": TEXT * 3, "llm_provider": "replay"}))
            await asyncio.sleep(0.02)
        late: list[float] = []
        idle = made.memory()
        streams = asyncio.gather(*[listened(made, runs, late) for _ in range(10)])
        await asyncio.sleep(4)
        held = (made.memory() - idle) / 1000
        late.clear()
        await streams
        good = figures("1,000 streams, lateness", late, p99=50)
        print(f"each stream holds {held / 1000:.0f} kB (wanted <= 64){'' if held <= 64_000 else '  MISSED'}")
        return good and held <= 64_000


async def espeak() -> bool:
    """Two hundred voices at once, twenty tokens a second each: nobody hears a gap."""
    async with service(tts_provider="espeak", replay_rate=20) as made:
        body = {"text": TEXT * 6, "llm_provider": "replay"}
        waits, gaps = [], []

        async def one(begin: float) -> None:
            await asyncio.sleep(begin)
            run = await made.ask("POST", "/api/v1/runs", body)
            moments: dict[str, float] = {}
            async for _, line in made.events(run["id"]):
                event = json.loads(line[6:])
                moments.setdefault(event["type"], event["at"])
            waits.append(moments["audio"] - moments["passage"])
            gaps.append(event["timing"]["gaps"])

        await asyncio.gather(*[one(number * 0.02) for number in range(200)])
        memory = made.memory() / 1e6
        good = figures("200 espeak runs, first passage -> its audio", waits, p99=500)
        print(f"runs with a gap: {sum(map(bool, gaps))} (wanted 0); memory {memory:.0f} MB (wanted <= 400)")
        return good and not any(gaps) and memory <= 400


async def stop() -> bool:
    """SIGTERM with an open stream and one second to drain."""
    async with service(tts_provider="tone", replay_rate=5, drain_seconds=1) as made:
        run = await made.ask("POST", "/api/v1/runs", {"text": TEXT * 20, "llm_provider": "replay"})
        async for _, _line in made.events(run["id"]):
            break
        listener = asyncio.create_task(listened(made, [run], []))
        began = time.perf_counter()
        made.process.send_signal(signal.SIGTERM)
        await made.process.wait()
        took = time.perf_counter() - began
        await listener
        print(f"SIGTERM with an open stream: ended after {took:.2f} s (wanted <= 3){'' if took <= 3 else '  MISSED'}")
        return took <= 3


PARTS = {"first": first, "latency": latency, "many": many, "espeak": espeak, "stop": stop}


def main(wanted: list[str]) -> int:
    met = [asyncio.run(PARTS[name]()) for name in wanted or PARTS]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
