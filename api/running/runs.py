"""Runs as the service keeps them: each in a task of its own, whoever listens, and over restarts."""

from __future__ import annotations

import contextlib
import logging
import secrets
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Self

import anyio
import anyio.to_thread
from anyio.abc import TaskGroup

from api.access.allowance import Allowance
from api.errors import Conflict, Draining
from api.forms.shown import asked_for, title
from api.running.documents import Documents
from api.running.heard import Heard
from api.running.once import ONCE, Named, Once
from api.running.preparing import Preparing, ordered
from api.running.providers import Providers
from api.running.writable import Writable
from api.sending.sse import Closing
from api.settings import Settings
from api.watching.ending import became, end
from api.watching.metrics import Metrics
from pipeline.assembly.order import Order
from pipeline.assembly.workshop import Workshop
from pipeline.errors import AloudError, RunInterrupted, UnknownRun
from pipeline.events import Chunk
from pipeline.flow import Flow
from pipeline.ports import EventLog, RunRecord, Source
from pipeline.recall import past, said_in
from pipeline.stores.sessions import Sessions

if TYPE_CHECKING:
    from api.watching.traces import Traces

logger = logging.getLogger("aloud.runs")

OnDisconnect = Literal["cancel", "continue"]
_TOLD = 8
"""Characters of an owner in the log: his keys' digests are told apart, and are of no use to anybody else."""
_CANCELLING = 5.0
"""Seconds for which whoever cancels a run waits to see its end."""


@dataclass(slots=True, eq=False)
class Going:
    """A run that is going on."""

    owner: str
    flow: Flow
    order: Order
    on_disconnect: OnDisconnect | None = None
    readers: int = 0
    since: float = field(default_factory=time.monotonic)
    named: dict[str, str] = field(default_factory=dict)
    """By which the service's log knows it."""
    ended: anyio.Event = field(default_factory=anyio.Event)


class Runs:
    def __init__(
        self,
        workshop: Workshop,
        log: EventLog,
        sessions: Sessions,
        settings: Settings,
        metrics: Metrics,
        traces: Traces | None = None,
    ) -> None:
        self.workshop = workshop
        self.log = log
        self.sessions = sessions
        self.metrics = metrics
        self.traces = traces
        self.settings = settings
        self.providers = Providers(workshop)
        self.documents = Documents(settings.output_dir / "documents")
        self.preparing = Preparing(workshop, log, self.documents)
        self.named = Named(log)
        self.closing = Closing(log)
        self.writable = Writable(log, workshop.clips)
        self.draining = False
        self.going: dict[str, Going] = {}
        self._erasing: set[str] = set()  # unknown from then on, unless it fails
        self.cold = "No voice has spoken yet."
        """Why the first word is not to be had yet; "" once it was spoken."""
        self.joining = anyio.Lock()
        """Held while it is decided who makes a run's joined file."""
        self.heard = Heard(log, sessions)
        self.allowance = Allowance(settings)
        self._tasks: TaskGroup | None = None
        self._idle = anyio.Event()
        self._idle.set()

    async def __aenter__(self) -> Self:
        self._tasks = anyio.create_task_group()
        await self._tasks.__aenter__()
        self._tasks.start_soon(self.metrics.watch_loop)
        for record in await self.log.records(status="running", limit=1_000_000):
            await self._take_up(record)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Runs that are going on are broken off without a word, to be taken up by the next process."""
        self.draining = True
        self.closing.end()
        assert self._tasks is not None
        self._tasks.cancel_scope.cancel()
        await self._tasks.__aexit__(None, None, None)

    # ---- beginning --------------------------------------------------------------------------------------------------

    async def create(
        self,
        order: Order,
        *,
        owner: str,
        once: Once = ONCE,
        on_disconnect: OnDisconnect | None = None,
        source: Source | None = None,
    ) -> RunRecord:
        """A new run, already going. `on_disconnect`: of a caller who reads it from the first event on, as if `joined`.

        Raises InvalidRequest and its kind, TooMany, Draining; then nothing was begun."""
        self.welcome()
        with self.allowance.beginning(owner, len(order.text or ""), read=on_disconnect is not None):
            run = "r" + secrets.token_urlsafe(16)
            record = RunRecord(id=run, owner=owner, created=time.time(), key=once.key)
            flow = await self.preparing.flow(order, record, source=source)  # refuses what could not be written down
            record.request = {"order": order.as_dict(), "asked": once.asked}
            with anyio.CancelScope(shield=True):  # what is in the log goes on, though its caller leaves meanwhile
                await self.log.create(record)
                await self._ask(order, run, owner)
        self._start(run, Going(owner, flow, order, on_disconnect))
        if on_disconnect is not None:
            self._read(run)
        return record

    async def check(self, order: Order, owner: str) -> None:
        """Raises what `create` would, for a reader, but for how many runs go on at once. Nothing is begun."""
        self.welcome()
        self.allowance.room(owner)
        await self.preparing.flow(order, RunRecord(id="", owner=owner))
        self.allowance.check(owner, len(order.text or ""))

    async def _ask(self, order: Order, run: str, owner: str) -> None:
        """Its conversation, if any, knows who answers. Where it cannot be told, the run ends before it has begun."""
        try:
            if order.session_id is not None and order.retry_of is not None:
                await self.sessions.again(run, order.retry_of)
            elif order.session_id is not None:
                await self.sessions.ask(order.session_id, owner, run, order.messages[-1].content)
        except AloudError as error:
            self.beside(partial(end, self.log, run, error, self.closing))
            raise

    def welcome(self) -> None:
        """Raises Draining when it is too late to begin anything."""
        if self.draining:
            raise Draining("The service is about to stop and takes no new runs; another one will soon.")

    def _start(self, run: str, going: Going) -> None:
        self.going[run] = going
        going.named["run"] = run
        if going.owner:
            going.named["owner"] = going.owner[:_TOLD]
        if self.traces is not None:
            going.named["trace"] = self.traces.begin(run)
        logger.info("run begun", extra={"fields": going.named})
        self.metrics.active.inc()
        if self._idle.is_set():
            self._idle = anyio.Event()
        self.beside(partial(self._play, run, going))

    async def _play(self, run: str, going: Going) -> None:
        told: dict[str, Any] = {"outcome": "interrupted"}
        try:
            try:
                told = became(await going.flow.run())
            except AloudError as error:  # not even its end could be written down
                logger.error("run %s broke: %s", run, error.code, exc_info=error)
                told = {"outcome": "error", "code": error.code}
                await end(self.log, run, error, self.closing)
            finally:
                self.allowance.end(going.owner)  # before all else: whoever has seen the end may begin the next one
            if going.order.session_id is not None:
                await self.heard.remember(run)
        except Exception:  # a bug behind one run ends no other
            logger.exception("run %s broke", run)
        finally:
            level = logging.WARNING if told["outcome"] in ("partial", "error") else logging.INFO
            took = round(time.monotonic() - going.since, 3)
            logger.log(level, "run over", extra={"fields": going.named | told | {"seconds": took}})
            if self.traces is not None:
                self.traces.end(run)
            del self.going[run]
            if going.order.text is None:
                self.allowance.add(going.owner, going.flow.said)
            self.metrics.active.dec()
            going.ended.set()
            if not self.going:
                self._idle.set()

    async def _take_up(self, record: RunRecord) -> None:
        """Go on with a run that an earlier process left unfinished."""
        try:
            order = ordered(record)
            flow = await self.preparing.flow(order, record, resume=True)
        except Exception:  # what was left behind, perhaps by another version, keeps no service from starting
            logger.exception("run %s cannot go on", record.id)
            stopped = RunInterrupted("The service stopped during this run, and what it needs is no longer here.")
            self.beside(partial(end, self.log, record.id, stopped, self.closing))
        else:
            self.allowance.go_on(record.owner)
            self._start(record.id, Going(record.owner, flow, order))

    # ---- reading ----------------------------------------------------------------------------------------------------

    async def record(self, run: str, owner: str | None) -> RunRecord:
        """Of this owner, or of anybody for None. Raises UnknownRun, in the same words if it is another's."""
        with contextlib.suppress(UnknownRun):
            record = await self.log.record(run)
            if run not in self._erasing and owner in (None, record.owner):
                return record
        raise UnknownRun("There is no such run.")

    def joined(self, record: RunRecord) -> None:
        """Somebody reads the run's events. Raises TooMany."""
        self.allowance.open(record.owner)
        self._read(record.id)

    def _read(self, run: str) -> None:
        self.metrics.streams.inc()
        if going := self.going.get(run):
            going.readers += 1

    def left(self, record: RunRecord, *, posted: bool = False) -> None:
        """Somebody no longer does. Who `posted` the run ends it by leaving, if he wants it so and nobody else reads."""
        self.metrics.streams.dec()
        self.allowance.close(record.owner)
        if (going := self.going.get(record.id)) is None:
            return
        going.readers -= 1
        if posted and going.on_disconnect == "cancel" and not going.readers and not self.draining:
            going.flow.cancel()

    # ---- ending -----------------------------------------------------------------------------------------------------

    async def cancel(self, run: str) -> None:
        """Returns when the run has ended; with a voice that does not let go, a little earlier."""
        if going := self.going.get(run):
            going.flow.cancel()
            with anyio.move_on_after(_CANCELLING):
                await going.ended.wait()

    async def erase(self, run: str) -> None:
        """Clips first: on a full disk they make room to write it down, and where they stay, it can be asked again."""
        self._erasing.add(run)
        try:
            await self.workshop.clips.erase(run)
            await self.log.erase(run)
            await self.workshop.clips.erase(run)  # what somebody has made of them meanwhile
        finally:
            self._erasing.discard(run)

    async def retry(self, record: RunRecord, once: Once = ONCE) -> RunRecord:
        """A new run like an ended one. What it had said is repeated; a model is only asked for what was missing."""
        if record.status == "running":
            raise Conflict("The run is still going on; cancel it before trying again, or wait for its end.")
        order = replace(ordered(record), retry_of=record.id, title=title(asked_for(record)))
        if order.text is None and (record.status == "complete" or not (order.messages or order.script)):
            said = said_in(await past(self.log, record.id, Chunk))  # there is nobody to go on
            order = replace(order, text=said, messages=(), llm_provider=(), narrated=False)
        return await self.create(order, owner=record.owner, once=once)

    def beside(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Goes on whoever asked for it, and ends with the service. What it raises would end that."""
        assert self._tasks is not None
        self._tasks.start_soon(work)

    async def drain(self, seconds: float) -> None:
        """Take no new runs, and wait for those that are going on; then end every stream."""
        self.draining = True
        with anyio.move_on_after(seconds):
            await self._idle.wait()
        self.closing.end()
