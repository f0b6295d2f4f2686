"""Everything that can go wrong, and its word on the wire.

AloudError
├── InvalidRequest          the caller can mend it; nothing was started
│   ├── EmptyText
│   ├── TextTooLong
│   ├── InvalidLimits
│   ├── InvalidSetting
│   ├── UnknownProvider
│   ├── UnknownEngine
│   ├── UnknownVoice
│   ├── UnknownTemplate
│   ├── InvalidScript       `details["mistakes"]` has each with its line
│   ├── UnreadableDocument  a file that is no document, a damaged one, or one that nobody may read
│   │   └── HostileDocument one that was made to harm whoever reads it
│   └── InvalidVariable     of a template; `details["variables"]` tells what is wrong with each
├── NotInstalled            an optional dependency is missing; the message says how to get it
├── SourceError             the model, or whatever else the text comes from
│   ├── SourceUnreachable
│   ├── SourceTimeout
│   ├── SourceRefused       a lasting refusal: key, permission, unknown model, malformed request
│   ├── SourceBusy          rate limited or overloaded; `retry_after` where the provider says so
│   ├── SourceFailed        the provider's own failure
│   ├── SourceTruncated     the answer ended without its end marker, or cannot be read
│   └── SourceTooLong       it said more than is allowed
├── EngineError             the voice
│   ├── EngineUnavailable   it cannot work here, and why
│   ├── EngineTimeout
│   ├── EngineSilent        it ended without a sound
│   └── EngineTruncated     it ended before the text did
├── StoreError              the disk or the database
│   ├── StoreFull
│   ├── NotHeld             the log no longer holds what was asked for
│   ├── UnknownRun
│   └── UnknownSession
├── RunInterrupted          the process ended while a run was going on
└── RunTimeout              the run took longer than is allowed

A message is one sentence or two for the person who reads it: what is wrong, where, what to do. It never holds a key,
an address with credentials, or the text being spoken.
"""

from __future__ import annotations

from typing import Any, ClassVar


class AloudError(Exception):
    code: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str | BaseException, **details: Any) -> None:
        # other packages raise it with the very error that they caught, which may say nothing
        self.message = str(message) or type(message if isinstance(message, BaseException) else self).__name__
        super().__init__(self.message)
        self.details = details


class InvalidRequest(AloudError):
    code = "invalid_request"


class EmptyText(InvalidRequest):
    code = "empty_text"


class TextTooLong(InvalidRequest):
    code = "text_too_long"


class InvalidLimits(InvalidRequest):
    code = "invalid_limits"


class InvalidSetting(InvalidRequest):
    code = "invalid_setting"


class UnknownProvider(InvalidRequest):
    code = "unknown_provider"


class UnknownEngine(InvalidRequest):
    code = "unknown_engine"


class UnknownVoice(InvalidRequest):
    code = "unknown_voice"


class UnknownTemplate(InvalidRequest):
    code = "unknown_template"


class InvalidVariable(InvalidRequest):
    code = "invalid_variable"


class InvalidScript(InvalidRequest):
    code = "invalid_script"


class UnreadableDocument(InvalidRequest):
    code = "unreadable_document"


class HostileDocument(UnreadableDocument):
    """Whoever can do without a part that is damaged should not do without this one: what is made to harm is refused."""


class NotInstalled(AloudError):
    code = "not_installed"


class SourceError(AloudError):
    code = "source_failed"


class SourceUnreachable(SourceError):
    code = "source_unreachable"
    retryable = True


class SourceTimeout(SourceError):
    code = "source_timeout"
    retryable = True


class SourceRefused(SourceError):
    code = "source_refused"


class SourceBusy(SourceError):
    code = "source_busy"
    retryable = True

    def __init__(self, message: str | BaseException, *, retry_after: float | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after
        """Seconds, as the provider asked."""


class SourceFailed(SourceError):
    retryable = True


class SourceTruncated(SourceError):
    code = "source_truncated"
    retryable = True


class SourceTooLong(SourceError):
    code = "source_too_long"


class EngineError(AloudError):
    code = "engine_failed"
    retryable = True


class EngineUnavailable(EngineError):
    code = "engine_unavailable"
    retryable = False


class EngineTimeout(EngineError):
    code = "engine_timeout"


class EngineSilent(EngineError):
    code = "engine_silent"


class EngineTruncated(EngineError):
    code = "engine_truncated"


class StoreError(AloudError):
    code = "store_failed"
    retryable = True


class StoreFull(StoreError):
    code = "store_full"


class NotHeld(StoreError):
    code = "not_held"
    retryable = False


class UnknownRun(StoreError):
    code = "unknown_run"
    retryable = False


class UnknownSession(StoreError):
    code = "unknown_session"
    retryable = False


class RunInterrupted(AloudError):
    code = "interrupted"
    retryable = True


class RunTimeout(AloudError):
    code = "run_timeout"
    retryable = True
