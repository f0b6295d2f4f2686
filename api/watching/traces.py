"""Runs as OpenTelemetry has them: spans made of a run's events as they go by. Imported only where they are wanted.

run > llm > passage > synthesis > store. No span holds a text.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field

import anyio
import anyio.to_thread
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, Status, StatusCode, format_trace_id, set_span_in_context
from opentelemetry.util.types import AttributeValue

from api.release import release
from api.watching.ending import outcome
from pipeline.events import (
    Audio,
    Cancelled,
    Chunk,
    Complete,
    Error,
    Event,
    Failed,
    Fallback,
    PassageCut,
    Start,
)

_PATIENCE = 1.0
"""Seconds that the last spans have, when the service ends, to be taken by the collector."""


def collected(address: str) -> TracerProvider:
    """Spans that go to the collector at this address, in the background; the usual OTEL_ variables say the rest."""
    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {SERVICE_NAME: "aloud"}
    provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{address.rstrip('/')}/v1/traces", timeout=_PATIENCE)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


@dataclass(slots=True)
class _Run:
    span: Span
    epoch: int | None = None
    """When it began, in nanoseconds; None until its first event in this process."""
    llm: Span | None = None
    text_until: float = 0.0
    """Seconds since the run began."""
    passages: dict[int, tuple[Span, PassageCut]] = field(default_factory=dict)
    handovers: dict[int, int] = field(default_factory=dict)
    """How often another voice took over, by the passage's place in the text."""

    def at(self, seconds: float) -> int:
        assert self.epoch is not None
        return self.epoch + int(seconds * 1e9)


class Traces:
    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("aloud", release())
        self._runs: dict[str, _Run] = {}

    def begin(self, run: str) -> str:
        """A run is about to go on; the id of its trace. A span of the caller's, if there is one, is its parent."""
        span = self._tracer.start_span("run", attributes={"aloud.run": run})
        self._runs[run] = _Run(span)
        return format_trace_id(span.get_span_context().trace_id)

    def end(self, run: str) -> None:
        """It does not go on here; one that has not come to its last event is left as it is."""
        if (found := self._runs.pop(run, None)) is not None:
            _close(found)

    async def aclose(self) -> None:
        with anyio.move_on_after(_PATIENCE):
            await anyio.to_thread.run_sync(self._provider.shutdown, abandon_on_cancel=True)

    def note(self, event: Event) -> None:
        run = self._runs.get(event.run)
        if run is None:
            return
        if run.epoch is None:
            run.epoch = time.time_ns() - int(event.at * 1e9)
            run.llm = self._span("llm", run.span, run.at(event.at))
        match event:
            case Start():
                _tell(run.span, voice=event.voice, retry_of=event.retry_of)
                _tell(run.llm, provider=event.provider, model=event.model)
            case Chunk():
                run.text_until = event.at
            case PassageCut():
                span = self._span("passage", run.llm, run.at(event.at))
                _tell(span, index=event.index, characters=event.end - event.start, reason=event.reason)
                run.passages[event.index] = span, event
            case Audio() if event.index in run.passages:
                self._spoken(run, event)
            case Failed() if event.index in run.passages:
                span, _ = run.passages.pop(event.index)
                span.set_status(Status(StatusCode.ERROR, event.code))
                span.end(run.at(event.at))
            case Fallback():
                if event.stage == "tts":
                    run.handovers[event.at_text] = run.handovers.get(event.at_text, 0) + 1
                told = {"stage": event.stage, "from": event.from_, "to": event.to, "code": event.code}
                run.span.add_event("fallback", told, run.at(event.at))
            case Complete() | Error() | Cancelled():
                self._ended(run, event)

    def _spoken(self, run: _Run, audio: Audio) -> None:
        span, cut = run.passages.pop(audio.index)
        took = audio.timing or {}
        asked = cut.at + took.get("waited", 0.0)
        said = asked + took.get("synthesis", 0.0)
        synthesis = self._span("synthesis", span, run.at(asked))
        attempt = run.handovers.pop(cut.start, 0) + 1
        _tell(synthesis, engine=audio.engine, attempt=attempt, cached=audio.cached, seconds=audio.seconds)
        store = self._span("store", synthesis, run.at(said))
        stored = run.at(said + took.get("storing", 0.0))
        store.end(stored)
        synthesis.end(stored)
        span.end(max(stored, run.at(audio.at)))

    def _ended(self, run: _Run, event: Complete | Error | Cancelled) -> None:
        _tell(run.span, outcome=outcome(event), characters=event.chars, seconds=event.seconds)
        if isinstance(event, Error):
            run.span.set_status(Status(StatusCode.ERROR, event.code))
        _close(run, run.at(event.at), run.at(run.text_until or event.at))
        del self._runs[event.run]

    def _span(self, name: str, parent: Span | None, start: int) -> Span:
        context = None if parent is None else set_span_in_context(parent)
        return self._tracer.start_span(name, context, start_time=start)


def _close(run: _Run, now: int | None = None, said: int | None = None) -> None:
    """`said`: when the last text had come."""
    for span, _ in run.passages.values():
        span.end(now)
    if run.llm is not None:
        run.llm.end(said)
    run.span.end(now)


def _tell(span: Span | None, **attributes: AttributeValue | None) -> None:
    for name, value in attributes.items():
        if span is not None and value is not None:
            span.set_attribute(f"aloud.{name}", value)
