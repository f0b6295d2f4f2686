"""Reading: what the source says is shown and cut, and what it says besides text is told."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping
from contextlib import aclosing
from typing import Literal

from anyio.lowlevel import checkpoint

from pipeline import reports
from pipeline.errors import AloudError, RunInterrupted, SourceError, SourceTooLong
from pipeline.events import Thought, ToolUse
from pipeline.flow.cutting import Cutting
from pipeline.flow.inbox import Inbox
from pipeline.flow.journal import Journal
from pipeline.flow.plan import Plan
from pipeline.flow.showing import Showing
from pipeline.sources.answers.thoughts import Pairs
from pipeline.types import Cue, Handover, Stopped, Thinking, ToolCall, Usage
from pipeline.utterance import ends, strange, tell

logger = logging.getLogger("aloud.flow")

COURTESY = 128
"""Items after which a source that never waits lets others have their turn."""


class Reading:
    def __init__(self, plan: Plan, journal: Journal, inbox: Inbox, showing: Showing, cutting: Cutting) -> None:
        self._plan = plan
        self._journal = journal
        self._inbox = inbox
        self._showing = showing
        self._cutting = cutting
        self._known = 0
        self._known_cues = 0
        """Characters, and cues of a script, that were published before a restart."""
        self._said = 0
        """Characters that the source has said."""
        self._came = -math.inf
        """When the last text did, on the monotonic clock."""
        self.broken: AloudError | None = None
        """Why there is no more text, where that is not the end."""
        self.stopped: Literal["length"] | None = plan.stopped
        """There is no more, though the model would have had."""

    def resume(self, known: int, cues: int) -> None:
        """So many characters and cues of what the source says again are known."""
        self._known, self._known_cues = known, cues

    async def run(self) -> None:
        try:
            await self._receive()
        except SourceError as error:
            self.broken = error  # what was said before is spoken all the same
        except AloudError:
            raise
        except BaseException as error:  # the border to other people's sources
            if ends(error):
                raise
            logger.exception("run %s: the source", self._plan.run)
            self.broken = SourceError(f"The source broke: {type(error).__name__}. The log has the details.")
        finally:
            self._inbox.close()
            self._showing.stop()
        await self._showing.tell()

    async def _receive(self) -> None:
        plan = self._plan
        if plan.source is None:
            self.broken = RunInterrupted("The service stopped while the model was speaking; what had come is kept.")
            return
        since, cued, pairs = 0, 0, Pairs()
        async with aclosing(tell(plan.source, plan.request)) as tokens:
            async for token in tokens:
                since += 1
                if since == COURTESY:
                    since = 0
                    await checkpoint()
                if isinstance(token, str):
                    if pairs.half or not token.isascii():
                        token = pairs.feed(token)
                    self._hear(token)
                    if self._inbox.full:
                        await self._inbox.emptied()
                elif isinstance(token, Cue):
                    cued += 1
                    if cued > self._known_cues:  # it is in the log before anything is spoken by it
                        await self._showing.tell(reports.cue(token, self._said))
                        self._inbox.put(token)
                else:
                    await self._aside(plan.source.name, token)
        self._hear(pairs.end())

    def _hear(self, text: str) -> None:
        """Takes what is new of it: after a restart a source says again what it had said."""
        begun, most = self._said, self._plan.max_chars
        self._said += len(text)
        if begun < self._known:
            text = text[self._known - begun :]
        if self._said > most:
            text = text[: most - self._said]
        if text:
            now = time.monotonic()
            interval, self._came = now - self._came, now
            self._showing.add(text, now, interval)
            self._cutting.hear(text, now, interval)
        if self._said > most:
            raise SourceTooLong(f"The answer is longer than {most:,} characters, the most allowed.")

    async def _aside(self, source: str, item: object) -> None:
        """What a source says besides text."""
        match item:
            case Usage(input_tokens=int(), output_tokens=int()):
                sums = self._journal.sums
                sums.total_tokens = (sums.total_tokens or 0) + item.input_tokens + item.output_tokens
            case Stopped():
                self.stopped = "length"
            case Handover():
                await self._showing.tell(reports.fallback("llm", item, self._showing.said))
            case Thinking(content=str()):
                if self._plan.thinking:
                    await self._showing.tell(Thought(content=item.content))
            case ToolCall(id=str(), name=str(), arguments=Mapping(), result=str() | None):
                await self._showing.tell(
                    ToolUse(id=item.id, name=item.name, arguments=dict(item.arguments), result=item.result)
                )
            case _:
                raise strange(source, item)
