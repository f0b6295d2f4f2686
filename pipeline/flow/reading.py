"""Reading: what the source says is shown as `chunk` events, and given on to be cut."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import aclosing
from typing import Literal

from anyio.lowlevel import checkpoint

from pipeline import reports
from pipeline.errors import AloudError, RunInterrupted, SourceError, SourceTooLong
from pipeline.events import Chunk, Event, Thought, ToolUse
from pipeline.flow.inbox import Inbox
from pipeline.flow.journal import Journal
from pipeline.flow.plan import Plan
from pipeline.sources.thoughts import Pairs
from pipeline.types import Cue, Handover, Stopped, Thinking, ToolCall, Usage
from pipeline.utterance import ends, strange, tell

logger = logging.getLogger("aloud.flow")

CHUNK_WINDOW = 0.05
"""Seconds for which tokens are gathered into one `chunk` event, at most."""
COURTESY = 128
"""Items after which a source that never waits lets others have their turn."""


class Reading:
    def __init__(self, plan: Plan, journal: Journal, inbox: Inbox) -> None:
        self._plan = plan
        self._journal = journal
        self._inbox = inbox
        self._known = 0
        self._known_cues = 0
        """Characters, and cues of a script, that were published before a restart."""
        self._said = 0
        """Characters that the source has said."""
        self._unshown: list[str] = []
        self._shown = 0
        self._taken = 0.0
        """When the last text came, on the monotonic clock."""
        self._due = 0.0
        """When what is gathered is to be shown, at the latest."""
        self._timer: asyncio.TimerHandle | None = None
        self.broken: AloudError | None = None
        """Why there is no more text, where that is not the end."""
        self.stopped: Literal["length"] | None = plan.stopped
        """There is no more, though the model would have had."""

    def resume(self, shown: int, cues: int) -> None:
        """So many characters and cues of what the source says again are known."""
        self._shown = self._known = shown
        self._known_cues = cues

    async def run(self, give: Callable[[str], None]) -> None:
        """Takes what the source says, shows it as `chunk` events, and gives it on with `give`."""
        try:
            await self._receive(give)
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
            self._stop_timer()
        await self.show()

    async def _receive(self, give: Callable[[str], None]) -> None:
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
                    self._hear(token, give)
                    if self._inbox.full:
                        await self._inbox.emptied()
                elif isinstance(token, Cue):
                    cued += 1
                    if cued > self._known_cues:
                        await self._heed(token)
                else:
                    await self._aside(plan.source.name, token)
        self._hear(pairs.end(), give)

    def _hear(self, text: str, give: Callable[[str], None]) -> None:
        """Takes what is new of it: after a restart a source says again what it had said."""
        begun, most = self._said, self._plan.max_chars
        self._said += len(text)
        if begun < self._known:
            text = text[self._known - begun :]
        if self._said > most:
            self._take(text[: most - self._said], give)
            raise SourceTooLong(f"The answer is longer than {most:,} characters, the most allowed.")
        self._take(text, give)

    def _take(self, text: str, give: Callable[[str], None]) -> None:
        if not text:
            return
        now = time.monotonic()
        interval, self._taken = now - self._taken, now
        if not self._unshown:
            self._due = now + CHUNK_WINDOW
        self._unshown.append(text)
        give(text)
        if now + interval >= self._due:  # the next comes too late: no need to wake once more before it
            self._post()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(CHUNK_WINDOW, self._post)

    async def _heed(self, cue: Cue) -> None:
        """It is in the log before anything is spoken by it."""
        await self._tell(reports.cue(cue, self._said))
        self._inbox.put(cue)

    async def _aside(self, source: str, item: object) -> None:
        """What a source says besides text."""
        match item:
            case Usage():
                sums = self._journal.sums
                sums.total_tokens = (sums.total_tokens or 0) + item.input_tokens + item.output_tokens
            case Stopped():
                self.stopped = "length"
            case Handover():
                await self.show()
                await self._journal.tell(reports.fallback("llm", item, self._shown))
            case Thinking():
                if self._plan.thinking:
                    await self._tell(Thought(content=item.content))
            case ToolCall():
                await self._tell(
                    ToolUse(id=item.id, name=item.name, arguments=dict(item.arguments), result=item.result)
                )
            case _:
                raise strange(source, item)

    async def _tell(self, event: Event) -> None:
        """Behind the text that came before it."""
        await self.show()
        await self._journal.tell(event)

    def _post(self) -> None:
        """The first text at once, then whatever comes within a window as one event; the source need not wait for it."""
        for chunk in self.unshown():
            self._journal.post(chunk)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def show(self) -> None:
        """Also called before an event that points into the text: a listener has the text first."""
        for chunk in self.unshown():
            await self._journal.tell(chunk)

    def unshown(self) -> list[Event]:
        """What is to be shown before anything else, as an event, if there is any."""
        if not self._unshown:
            return []
        content = "".join(self._unshown)
        self._unshown.clear()
        self._stop_timer()
        start, self._shown = self._shown, self._shown + len(content)
        return [Chunk(content=content, start=start, end=self._shown)]
