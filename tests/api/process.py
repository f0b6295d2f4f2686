"""The service as a process of its own, which can be stopped, killed and started again in the same place."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import sys
from pathlib import Path

RUN = "from api.serving.server import serve; from api.settings import Settings; serve(Settings.load())"


def unasked() -> int:
    """A free port, and none that a system gives to whoever asks for any: it is still free when a service comes back."""
    while True:
        with socket.socket() as taken, contextlib.suppress(OSError):
            taken.bind(("127.0.0.1", random.randrange(20_000, 32_000)))
            return int(taken.getsockname()[1])


class Process:
    """At a port that is its own, however often it is started."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.port = unasked()
        self.url = f"http://127.0.0.1:{self.port}"
        self._env = os.environ | {
            "ALOUD_PORT": str(self.port),
            "ALOUD_OUTPUT_DIR": str(folder),
            "ALOUD_TTS_PROVIDER": "tone",
            **{f"ALOUD_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self.log = b""
        self._child: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Process:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._child is not None and self._child.returncode is None:
            await self.kill()

    async def start(self) -> None:
        self._child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", RUN, env=self._env, stderr=asyncio.subprocess.PIPE
        )
        assert self._child.stderr is not None
        while b"aloud is at http" not in (line := await self._child.stderr.readline()):
            assert line, f"the service did not start: {self.log.decode()}"
            self.log += line
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._child is not None and self._child.stderr is not None
        self.log += await self._child.stderr.read()

    def terminate(self) -> None:
        assert self._child is not None
        self._child.send_signal(signal.SIGTERM)

    async def ended(self) -> int:
        assert self._child is not None
        code = await self._child.wait()
        await self._reading
        return code

    async def kill(self) -> None:
        assert self._child is not None
        self._child.kill()
        await self.ended()
