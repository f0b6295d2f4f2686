"""One client on a socket: text in while it is being written elsewhere; events and clips out, run after run."""

from __future__ import annotations

import contextlib
import json
import math
import struct
import time
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import anyio
from anyio.abc import TaskGroup
from fastapi import WebSocket
from pydantic import TypeAdapter, ValidationError
from starlette.websockets import WebSocketDisconnect, WebSocketState

from api.access.auth import Keys
from api.errors import Conflict, Malformed, TooLarge, TooSlow, body, from_faults, headers, status
from api.forms.bodies import Begin, Message
from api.running.heard import playing_at
from api.running.runs import Runs
from api.sending.sse import follow
from api.socket.dictation import Dictation
from pipeline.audio.joining.clip import followed
from pipeline.errors import AloudError, StoreError, UnknownRun
from pipeline.events import TERMINAL, Audio, Speaking
from pipeline.ground.strict import Unclear, loads
from pipeline.ports import RunRecord
from pipeline.wire import Line

MESSAGES: TypeAdapter[Message] = TypeAdapter(Message)
_PIECE = 8_192
"""Bytes of sound in one frame. A client gets a frame when all of it has come, and what is said to him waits behind it:
over a slow line, 64 kB would be most of a second."""
LARGEST = 1 << 20
"""Characters of one message."""
_RESTART = 1012
"""What a socket is closed with when the service stops; the client comes back elsewhere."""


@dataclass(slots=True)
class Turn:
    """One run on the socket."""

    record: RunRecord
    dictation: Dictation | None
    sample_rate: int | None
    """Of its sound as bare samples; None where each clip goes out as the file that it is."""
    since: float = field(default_factory=time.monotonic)
    ended: bool = False
    cancelled: bool = False
    """By the client: he wants to hear no more of it."""
    warned: bool = False
    """That text came too late."""
    told: anyio.Event = field(default_factory=anyio.Event)
    """Its last event was sent."""


class Conversation:
    def __init__(self, socket: WebSocket, runs: Runs, keys: Keys, owner: str) -> None:
        self._socket = socket
        self._runs = runs
        self._keys = keys
        self._owner = owner
        self._sending = anyio.Lock()
        self._turn: Turn | None = None
        """The latest."""
        self._waiting = math.inf
        """Since when, on the monotonic clock, the client has been waited for; endless while he is not."""

    async def hold(self) -> None:
        """Until the client leaves, misbehaves, or the service stops."""
        await self._socket.accept()
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._watch, tasks)
                await self._listen(tasks)
                tasks.cancel_scope.cancel()
        finally:
            if self._turn is not None and not self._turn.ended:
                self._runs.left(self._turn.record, posted=True)
                if self._turn.dictation is not None and not self._runs.draining:
                    self._turn.dictation.leave()  # else it would wait for text as long as the service runs

    async def _listen(self, tasks: TaskGroup) -> None:
        try:
            while True:
                await self._obey(await self._message(), tasks)
        except WebSocketDisconnect:
            return
        except AloudError as error:
            await self._refuse(error)

    async def _watch(self, tasks: TaskGroup) -> None:
        """Waits for nobody for ever."""
        limit = self._runs.settings.socket_timeout
        while (left := self._waiting + limit - time.monotonic()) > 0:
            await anyio.sleep(min(left, limit))
            turn = self._turn
            if turn is not None and not turn.ended and (turn.dictation is None or turn.dictation.over):
                self._waiting = time.monotonic()  # he listens
        await self._refuse(TooSlow(f"Nothing was said here for {limit:g} s; open the socket again when there is."))
        tasks.cancel_scope.cancel()

    async def _message(self) -> Message:
        self._waiting = time.monotonic()
        data = await self._socket.receive()
        self._waiting = math.inf
        if data["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        text = data.get("text")
        if text is None:
            raise Malformed("Messages are JSON in text frames; there are no binary ones in this direction.")
        if len(text) > LARGEST:
            raise TooLarge(f"A message has at most {LARGEST:,} characters; send the text in several.")
        try:
            return MESSAGES.validate_python(loads(text))
        except ValidationError as error:
            faults = error.errors(include_input=False, include_url=False)
            raise from_faults([{**fault, "loc": fault["loc"][1:]} for fault in faults]) from None  # without its `type`
        except Unclear as error:
            raise Malformed(f"The message cannot be taken: {error}") from None
        except (ValueError, RecursionError):
            raise Malformed("The message is not valid JSON.") from None

    async def _obey(self, message: Message, tasks: TaskGroup) -> None:
        match message.type:
            case "start":
                await self._start(message, tasks)
            case "cancel":
                await self._cancel(message.played_ms)
            case "text":
                if dictation := await self._dictated():
                    dictation.write(message.content)
            case "flush":
                if dictation := await self._dictated():
                    dictation.flush()
            case "end":
                if dictation := await self._dictated():
                    dictation.end()

    async def _dictated(self) -> Dictation | None:
        """None where the run was cancelled, or broke, while the message was on its way: the client is told so, once."""
        turn = self._turn
        if turn is None:
            raise Conflict("No run is going on; a message `start` begins one.")
        if turn.dictation is None or turn.dictation.over:
            raise Conflict("This run takes no more text.")
        if not (turn.ended or turn.cancelled):
            return turn.dictation
        if not turn.warned:
            turn.warned = True
            await self._tell_refusal(Conflict("The run is over: no more text of it is spoken. `start` begins another."))
        return None

    async def _start(self, body: Begin, tasks: TaskGroup) -> None:
        if self._turn is not None:
            if not (self._turn.ended or self._turn.cancelled):
                raise Conflict("A run is going on; the next one begins after its last event.")
            await self._turn.told.wait()
            if not self._turn.ended:
                return  # it is gone, and so is the socket in a moment
        dictation = None if body.given else Dictation(self._runs.settings.max_chars)
        record = await self._runs.create(
            await self._runs.preparing.order(body, self._owner),
            owner=self._owner,
            on_disconnect=body.on_disconnect,
            source=dictation,
        )
        if dictation is not None:
            dictation.flow = self._runs.going[record.id].flow
        self._turn = Turn(record, dictation, body.sample_rate)
        tasks.start_soon(self._tell, self._turn)

    async def _cancel(self, played_ms: float | None) -> None:
        """Of a run that has ended much may still be played: what was heard of it is told as well. Where there was none,
        or it was erased since, nothing was heard; that is told, too, for a client may wait for it."""
        run, heard = None, {"text": "", "start": 0, "end": 0}
        if self._turn is not None:
            self._turn.cancelled = True
            record, since = self._turn.record, time.monotonic() - self._turn.since
            run = record.id
            with contextlib.suppress(UnknownRun):
                seconds = await playing_at(self._runs.log, run, since) if played_ms is None else played_ms / 1000
                heard = await self._runs.heard.report(record, seconds)
        await self._send({"type": "heard", "run": run, **heard})
        if run is not None:
            await self._runs.cancel(run)

    # ---- what the client is told ------------------------------------------------------------------------------------

    async def _tell(self, turn: Turn) -> None:
        """The run's events, each clip's sound before its `audio` event, up to the last. Once the client has
        cancelled a run, no more of its sound is sent: the next one need not wait for it."""
        try:
            last = await self._tell_events(turn)
        finally:
            turn.told.set()
        if last not in TERMINAL:
            await self._close(_RESTART, "the service stops" if self._runs.closing.ending else "the run is gone")

    async def _tell_events(self, turn: Turn) -> str:
        """Returns the last one's type."""
        runs, record, last = self._runs, turn.record, ""
        growing: dict[int, anyio.Event] = {}
        async with anyio.create_task_group() as playing:
            batches = follow(runs.log, record.id, 0, runs.closing, runs.settings.ping_seconds)
            async with aclosing(batches):
                async for lines in batches:
                    for line in lines:
                        last = line.type
                        if last == "speaking":
                            await self._begin_clip(turn, line, growing, playing)
                        elif last == "audio":
                            await self._end_clip(turn, line, growing)
                        if last in TERMINAL:
                            turn.ended = True
                            runs.left(record)
                        await self._send_text(self._keys.signed(line).decode())
            playing.cancel_scope.cancel()
        return last

    async def _begin_clip(self, turn: Turn, line: Line, growing: dict[int, anyio.Event], playing: TaskGroup) -> None:
        event = line.event
        assert isinstance(event, Speaking)
        if self._runs.workshop.clips.growing(turn.record.id, _name(event)) is not None:
            growing[event.index] = sent = anyio.Event()
            playing.start_soon(self._send_clip, turn, event, sent)

    async def _end_clip(self, turn: Turn, line: Line, growing: dict[int, anyio.Event]) -> None:
        event = line.event
        assert isinstance(event, Audio)
        if (sent := growing.pop(event.index, None)) is not None:
            await sent.wait()
        elif not turn.cancelled:
            await self._send_clip(turn, event, anyio.Event())

    async def _send_clip(self, turn: Turn, event: Speaking | Audio, sent: anyio.Event) -> None:
        with contextlib.suppress(StoreError):  # broken off, as the `failed` event says, or erased
            clip = followed(self._runs.workshop.clips, event, _name(event), turn.sample_rate)
            async with aclosing(clip) as pieces:
                async for piece in pieces:
                    await self._send_sound(turn, event.index, piece)
        sent.set()

    @property
    def _open(self) -> bool:
        """Nothing more is told once the socket is closed: whoever waited to tell it may find it so."""
        return self._socket.application_state is WebSocketState.CONNECTED

    async def _send_sound(self, turn: Turn, index: int, data: bytes) -> None:
        for start in range(0, len(data), _PIECE):
            async with self._sending:
                if turn.cancelled or not self._open:
                    return
                await self._socket.send_bytes(struct.pack(">I", index) + data[start : start + _PIECE])

    async def _send(self, message: dict[str, Any]) -> None:
        await self._send_text(json.dumps(message, ensure_ascii=False))

    async def _send_text(self, text: str) -> None:
        async with self._sending:
            if self._open:
                await self._socket.send_text(text)

    async def _refuse(self, error: AloudError) -> None:
        """One message that says what is wrong, and a code to close with: 4000 and what HTTP would have answered."""
        await self._tell_refusal(error)
        await self._close(4000 + status(error), error.code)

    async def _tell_refusal(self, error: AloudError) -> None:
        told = {"type": "refused", **body(error)["error"]}
        if after := headers(error).get("Retry-After"):
            told["retry_after"] = int(after)
        await self._send(told)

    async def _close(self, code: int, reason: str) -> None:
        async with self._sending:
            if self._open:
                await self._socket.close(code, reason)


def _name(event: Speaking | Audio) -> str:
    return event.url.rpartition("/")[2]
