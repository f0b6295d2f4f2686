"""What the service counts, as Prometheus reads it. No label ever holds a run's id, a text or a name from outside."""

from __future__ import annotations

import logging
import time
from asyncio import Future
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import anyio
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from api.watching.ending import outcome
from pipeline.events import Audio, Cancelled, Chunk, Complete, Error, Event, Failed, Fallback, PassageCut
from pipeline.ports import EventLog

if TYPE_CHECKING:
    from api.watching.traces import Traces

FIRST = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10)
"""Seconds until something is first heard or seen."""
SHORT = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1)
WORK = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
FACTORS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2)
MANY = (1, 2, 4, 8, 16, 32, 64)
_LAG = 0.5
"""Seconds between two looks at how late the event loop is."""


class Metrics:
    def __init__(self, version: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a third of the page, which no dashboard reads
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)  # memory, processor, open files: as of every process that is watched

        def counter(name: str, about: str, *labels: str) -> Counter:
            return Counter(f"aloud_{name}", about, labels, registry=self.registry)

        def histogram(name: str, about: str, buckets: Sequence[float] = FIRST, *labels: str) -> Histogram:
            return Histogram(f"aloud_{name}", about, labels, registry=self.registry, buckets=tuple(buckets))

        def gauge(name: str, about: str, *labels: str) -> Gauge:
            return Gauge(f"aloud_{name}", about, labels, registry=self.registry)

        self.runs = counter("runs_total", "Runs that have ended.", "outcome")
        self.active = gauge("runs_active", "Runs that are going on.")
        self.streams = gauge("streams_open", "Event streams that somebody is reading.")
        self.sockets = gauge("sockets_open", "Sockets that somebody talks on.")
        self.answers = counter("answers_total", "Answers over HTTP, and what sockets were closed with.", "status")
        self.first_text = histogram("time_to_first_text_seconds", "From the run's beginning to its first text.")
        self.aggregation = histogram("text_aggregation_seconds", "From the first text to the first passage.")
        self.first_audio = histogram("time_to_first_audio_seconds", "From the run's beginning to its first clip.")
        self.audible = histogram("time_to_first_audible_seconds", "The same, and the silence at that clip's head.")
        self.waited = histogram("queue_wait_seconds", "From a passage to the voice that speaks it.", WORK)
        self.synthesis = histogram("synthesis_seconds", "What the voice took for a passage.", WORK, "engine")
        self.factor = histogram(
            "realtime_factor", "Seconds that the voice took for a second of sound.", FACTORS, "engine"
        )
        self.gaps = histogram("gap_seconds", "Silence that a listener had to hear in a run.", (0, *FIRST, 30))
        self.audio = counter("audio_seconds_total", "Sound made.", "engine")
        self.characters = counter("characters_total", "Source text that was spoken.")
        self.hits = counter("cache_hits_total", "Passages that had been spoken before.")
        self.misses = counter("cache_misses_total", "Passages that had to be spoken.")
        self.failed = counter("passages_failed_total", "Passages that could not be spoken.", "reason")
        self.fallbacks = counter("fallbacks_total", "Another provider took over.", "from", "to")
        self.retries = counter("retries_total", "A provider was asked again.", "engine", "reason")
        self.redeliveries = counter("redeliveries_total", "Passages that were spoken after a restart.")
        self.reader_lag = histogram(
            "sse_lag_events", "Events that a reader had missed when he was ready for more.", MANY
        )
        self.evictions = counter("sse_evictions_total", "Streams that were cut because their readers took nothing.")
        self.commit = histogram("event_commit_seconds", "From an event's number to the disk.", SHORT)
        self.lag = histogram("loop_lag_seconds", "How late the event loop is.", SHORT)
        gauge("build_info", "What is running.", "version").labels(version).set(1)

    def page(self) -> bytes:
        return generate_latest(self.registry)

    @contextmanager
    def counting_retries(self) -> Iterator[None]:
        """Whoever asks a provider again says so in the log, and nowhere else: no listener hears of it."""
        logger, counting = logging.getLogger("aloud.retries"), _Counting(self.retries)
        logger.setLevel(logging.INFO)
        logger.addHandler(counting)
        try:
            yield
        finally:
            logger.removeHandler(counting)

    async def watch_loop(self) -> None:
        while True:
            due = time.monotonic() + _LAG
            await anyio.sleep(_LAG)
            self.lag.observe(max(0.0, time.monotonic() - due))


class _Counting(logging.Handler):
    """Counts lines of a log by their fields; a line without any is somebody else's, and stays uncounted."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter

    def emit(self, record: logging.LogRecord) -> None:
        fields = record.__dict__.get("fields")
        if fields:
            self._counter.labels(**fields).inc()


class MeteredLog:
    """An event log that counts, and traces, what goes into it."""

    def __init__(self, log: EventLog, metrics: Metrics, traces: Traces | None = None) -> None:
        self._log = log
        self._metrics = metrics
        self._traces = traces
        self._first_text: dict[str, float] = {}
        """When the text of runs began that have no passage yet, in seconds since they began."""
        self._cut: dict[str, set[int]] = {}
        """Indexes of passages that have no end yet."""
        self.create = log.create
        self.read = log.read
        self.lines = log.lines
        self.wait = log.wait
        self.wake = log.wake
        self.record = log.record
        self.records = log.records
        self.named = log.named
        self.check = log.check
        self.erase = log.erase
        self.aclose = log.aclose

    def append(self, run: str, event: Event) -> Future[Event]:
        appended = self._log.append(run, event)
        appended.add_done_callback(partial(self._kept, time.perf_counter()))
        return appended

    def _kept(self, since: float, appended: Future[Event]) -> None:
        if appended.cancelled() or appended.exception() is not None:
            return
        event = appended.result()
        self._metrics.commit.observe(time.perf_counter() - since)
        self._count(event)
        if self._traces is not None:
            self._traces.note(event)

    def _count(self, event: Event) -> None:
        metrics = self._metrics
        match event:
            case Chunk() if event.start == 0:
                metrics.first_text.observe(event.at)
                self._first_text[event.run] = event.at
            case PassageCut():
                self._cut.setdefault(event.run, set()).add(event.index)
                if (since := self._first_text.pop(event.run, None)) is not None:
                    metrics.aggregation.observe(event.at - since)
            case Audio():
                metrics.audio.labels(event.engine).inc(event.seconds)
                (metrics.hits if event.cached else metrics.misses).inc()
                self._time(event)
                if not self._mine(event):
                    metrics.redeliveries.inc()
            case Failed():
                self._mine(event)
                metrics.failed.labels(event.code).inc()
            case Fallback():
                metrics.fallbacks.labels(event.from_, event.to).inc()
            case Complete() | Error() | Cancelled():
                self._end(event)

    def _time(self, audio: Audio) -> None:
        timing = audio.timing or {}
        self._metrics.waited.observe(timing.get("waited", 0.0))
        if not audio.cached and audio.seconds:
            spent = timing.get("synthesis", 0.0)
            self._metrics.synthesis.labels(audio.engine).observe(spent)
            self._metrics.factor.labels(audio.engine).observe(spent / audio.seconds)

    def _mine(self, event: Audio | Failed) -> bool:
        """Whether this process has cut the passage, too."""
        cut = self._cut.get(event.run, set())
        mine = event.index in cut
        cut.discard(event.index)
        return mine

    def _end(self, event: Complete | Error | Cancelled) -> None:
        metrics, timing = self._metrics, event.timing
        self._first_text.pop(event.run, None)
        self._cut.pop(event.run, None)
        metrics.runs.labels(outcome(event)).inc()
        metrics.characters.inc(event.spoken)
        if timing.get("first_audio") is not None:
            metrics.first_audio.observe(timing["first_audio"])
            metrics.audible.observe(timing["audible"])
            metrics.gaps.observe(timing["gap_seconds"])
