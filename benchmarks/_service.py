"""The service as a process of its own, and those who listen to it: what its benchmarks share."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

RUN = "from api.serving.server import serve; from api.settings import Settings; serve(Settings.load())"
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

    def worked(self) -> float:
        """Seconds of a processor that the process has used."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def files(self) -> int:
        """File handles that the process has open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

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
    told = f" (wanted {wanted})" if wanted else ""
    print(f"{name}: p50 {p50:.2f} ms, p99 {p99:.2f} ms of {len(values)}{told}{'' if met else '  MISSED'}")
    return met


WORDS = (
    "river stone morning window garden letter winter story market shadow candle harbour village mountain silver "
    "orchard thunder blanket kitchen whistle journey lantern meadow pepper ribbon saddle temple valley wagon yellow"
).split()


def written(chance: random.Random, sentences: int) -> str:
    """A text that nobody has spoken before, so that nothing of it is had from the cache."""
    said = []
    for _ in range(sentences):
        words = [chance.choice(WORDS) for _ in range(chance.randint(9, 16))]
        said.append(f"{' '.join(words[:6])}, {' '.join(words[6:])}.".capitalize())
    return " ".join(said)
