"""The server under the service: its socket, and an end that lets runs and listeners go in peace."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.running.runs import Runs
from api.serving import systemd
from api.serving.http import Http
from api.serving.memory import collect_seldom, kept_small
from api.settings import Settings, environment, misspelt
from api.socket.conversation import LARGEST
from api.watching import logs
from pipeline.errors import AloudError, InvalidSetting

logger = logging.getLogger("aloud.server")

_BACKLOG = 4096
_UNSENT = 16_384
"""Bytes, not yet sent to a reader, that the kernel is asked to hold; it takes some more. A small send buffer would
bound what is on its way, too, and each time it is full wait until the reader's kernel says that it came: 40 ms."""
_IDLE = 75
"""Seconds that a connection stays open for the next request: more than clients and balancers keep theirs, mostly a
minute, else a request may be on its way when it is closed."""
_GRACE = 1.0
"""Seconds for connections to end after the drain, before they are cut."""
_LAST = 0.2
"""Seconds for whoever is still waiting for an answer to be told that there will be none."""
_LOOK = 0.005
"""Seconds between two looks whether they have ended; nothing tells of it."""
_FILES = 8192


def listening(host: str, port: int, reader_timeout: float) -> socket.socket:
    """A socket whose connections hold little for readers that do not read, and drop those who take nothing for long."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # TCP by name: only where asyncio sees it does it send packets at once, and not wait 40 ms for fuller ones.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(reader_timeout * 1000))
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise InvalidSetting(
            f"ALOUD_HOST, ALOUD_PORT: cannot listen on {host} port {port}: {error.strerror or error}."
        ) from error
    listener.listen(_BACKLOG)
    listener.setblocking(False)
    return listener


class Server(uvicorn.Server):
    """Drains before it stops: new runs are refused, runs and their listeners have their time, then all streams end."""

    def __init__(self, app: FastAPI, settings: Settings, *, greeting: str = "", signals: bool = True) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=partial(Http, seconds=settings.body_timeout, most=_connections()),  # type: ignore[arg-type]  # it is only called
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                lifespan="on",
                timeout_keep_alive=_IDLE,
                ws="websockets-sansio",
                ws_max_size=4 * LARGEST,  # as bytes; what is larger is not even gathered
                ws_per_message_deflate=False,  # sound hardly shrinks, and to try takes as long as to speak it
            )
        )
        self._app = app
        self._settings = settings
        self._greeting = greeting
        self._signals = signals
        self._asked = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._draining: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self.started and self._greeting:
            print(self._greeting, file=sys.stderr, flush=True)  # noqa: T201  the first thing to know
            systemd.tell("READY=1")

    async def main_loop(self) -> None:
        """Ends at once when it is asked to stop; uvicorn would look for that ten times in a second."""
        while not await self.on_tick(0):  # renews the Date header
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn has it, but over as soon as the last connection is."""
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(_GRACE):
                while (state.connections or state.tasks) and not self.force_exit:  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK)
        except TimeoutError:
            logger.warning("%d connections have not ended, and are cut", len(state.connections))
            for task in state.tasks:
                task.cancel()
            if state.tasks:
                await asyncio.wait(state.tasks, timeout=_LAST)
            for connection in list(state.connections):
                connection.transport.abort()
        if not self.force_exit:
            await self.lifespan.shutdown()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Runs in a signal handler, not on the loop."""
        if self._loop is None or not self.started or self._asked:
            self._stop(sig, frame)  # asked twice: now
            return
        self._asked = True
        self._loop.call_soon_threadsafe(self._begin_to_drain, sig, frame)

    def _begin_to_drain(self, sig: int, frame: FrameType | None) -> None:
        self._draining = asyncio.get_running_loop().create_task(self._drain(sig, frame))

    async def _drain(self, sig: int, frame: FrameType | None) -> None:
        runs: Runs = self._app.state.runs
        if self._signals:  # else the process is somebody else's
            systemd.tell("STOPPING=1")
        logger.info("draining: %d runs are going on", len(runs.going))
        await runs.drain(self._settings.drain_seconds)
        self._stop(sig, frame)

    def _stop(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        if not self._signals:
            yield
            return
        with super().capture_signals():
            yield


@asynccontextmanager
async def serving(settings: Settings, env: Mapping[str, str] | None = None) -> AsyncGenerator[str, None]:
    """The service within this process, on a free port if `settings.port` is 0; its address."""
    listener = listening(settings.host, settings.port, settings.reader_timeout)
    server = Server(create_app(settings, env), settings, signals=False)
    task = asyncio.create_task(server.serve([listener]))
    try:
        while not server.started:
            if task.done():
                raise AloudError("The service did not start; its log says why.")
            await asyncio.sleep(0.005)
        yield address(listener)
    finally:
        server.handle_exit(signal.SIGTERM, None)
        with contextlib.suppress(SystemExit):
            await task
        listener.close()


def serve(settings: Settings) -> None:
    """Until a signal. Raises InvalidSetting, or StoreError when another process has the database."""
    env = environment()
    logs.configure(env, settings.log_level)
    for stray in misspelt(env):
        logger.warning("%s", stray)
    _allow_many_files()
    os.umask(0o077)  # texts are nobody else's on this machine, as clips are not
    with kept_small():
        listener = listening(settings.host, settings.port, settings.reader_timeout)
        greeting = _greeting(settings, address(listener))
        app = create_app(settings, env)
        collect_seldom()
        Server(app, settings, greeting=greeting).run([listener])


def address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _greeting(settings: Settings, where: str) -> str:
    if settings.api_keys:
        return f"aloud is at {where}, for those who have a key."
    return f"aloud is at {where}, for this machine alone: there are no ALOUD_API_KEYS."


def _connections() -> int:
    """As many as leave half of the files that the process may open for clips, and for what speaks and writes."""
    with contextlib.suppress(ImportError):
        import resource

        allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if allowed != resource.RLIM_INFINITY:
            return max(1, allowed // 2)
    return sys.maxsize


def _allow_many_files() -> None:
    """A connection is a file; the usual 1024 are too few."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY and soft < _FILES:
            wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
