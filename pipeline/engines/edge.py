"""Voices of Microsoft Edge's read-aloud service, through edge-tts: good, free and unofficial, so never chosen unasked.

The text is sent to Microsoft. edge-tts ends quietly when the connection breaks and waits for ever when it stalls: here
every read has a deadline, what came is checked for completeness, and what is incomplete is asked for again.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import aiohttp
import anyio

from pipeline.engines.kit.again import patient
from pipeline.engines.kit.bounds import between
from pipeline.engines.kit.mp3 import Decoder
from pipeline.engines.kit.pieces import pieces, plain
from pipeline.engines.kit.roster import chosen, find
from pipeline.engines.kit.words import words
from pipeline.errors import EngineError, EngineSilent, EngineTimeout, EngineTruncated, EngineUnavailable
from pipeline.ground.alarm import awake
from pipeline.ground.languages import uniform
from pipeline.ground.settings import number, yes
from pipeline.ground.tables import installed
from pipeline.types import Voice, VoiceInfo, WordTime

if TYPE_CHECKING:
    from edge_tts import Communicate

LARGEST = 3000
"""Bytes of text in one request: one connection, and one thing to ask for again."""
TICK = 1e-7
"""Seconds; the service's unit of time."""
BITRATE = 48_000
AHEAD = 80
"""Characters within which a reported word must be found."""


class EdgeEngine:
    name = "edge"
    sample_rate = 24000
    parallel = 4

    def __init__(self, first: float = 10.0, later: float = 5.0, live: bool = False, delay: float = 0.1) -> None:
        """`first`, `later`: seconds that the first and any later message may take. `live` hands sound on before all of
        it has come: heard earlier, but a break then fails the passage where it would have been asked for again.
        `delay`: seconds, at least, before it is asked again; then twice as long."""
        self.version = installed("The engine edge", "edge-tts")
        import edge_tts

        self._edge = edge_tts
        self.patience = self._first = first
        self._later, self._live, self._delay = later, live, delay
        self._voices: list[VoiceInfo] = []
        self._listing = anyio.Lock()

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        first = number(env, "ALOUD_EDGE_FIRST", 10, 0.1, 600)
        later = number(env, "ALOUD_EDGE_LATER", 5, 0.1, 600)
        return cls(first, later, live=yes(env, "ALOUD_EDGE_LIVE", default=False))

    async def voices(self) -> Sequence[VoiceInfo]:
        async with self._listing:
            if not self._voices:
                try:
                    async with asyncio.timeout(self._first):
                        listed = await self._edge.list_voices()
                    self._voices = [
                        VoiceInfo(voice["ShortName"], (voice["Locale"],), voice["Gender"].lower())
                        for voice in listed
                        if re.fullmatch(r"[A-Za-z0-9-]+", voice["ShortName"])  # it goes into markup as it is
                    ]
                except (aiohttp.ClientError, OSError, ValueError, self._edge.exceptions.EdgeTTSException) as error:
                    raise EngineUnavailable(
                        f"The list of edge's voices could not be fetched: {_reason(error)}."
                    ) from error
                except (LookupError, TypeError, AttributeError) as error:
                    raise EngineUnavailable(
                        f"The list of edge's voices cannot be read: {type(error).__name__}: {error}."
                    ) from error
        return self._voices

    def knows(self, name: str) -> bool:
        """Whether a voice answers to this name; before the voices have been listed, any name may be tried."""
        return not self._voices or find(self._voices, name) != ""

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        named, base = await self._named(voice), 0.0
        for offset, piece in pieces(plain(text), LARGEST):
            if not words(piece):
                continue
            ask, seconds = partial(self._ask, piece, named, voice), 0.0
            async with aclosing(patient(ask, self.name, self._delay)) as stream:
                async for item in stream:
                    if isinstance(item, bytes):
                        seconds += len(item) / 2 / self.sample_rate
                        yield item
                    else:
                        yield WordTime(item.start + offset, item.end + offset, item.at + base, item.seconds)
            base += seconds

    async def aclose(self) -> None:
        return None

    def _ask(self, text: str, named: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        request = self._request(text, named, voice)
        return request if self._live else _whole(request)

    async def _request(self, text: str, named: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        """One connection. Raises EngineError unless all of it came."""
        communicate = self._edge.Communicate(
            text, named, boundary="WordBoundary",
            rate=f"{round(between(-50, 100 * (voice.speed - 1), 100)):+d}%",
            pitch=f"{round(between(-100, 200 * (voice.pitch - 1), 200)):+d}Hz",
            volume=f"{round(between(-100, 100 * (voice.volume - 1), 0)):+d}%",
        )  # fmt: skip
        decoder, tally = Decoder(self.sample_rate), _Tally(text)
        async with aclosing(self._messages(communicate)) as messages:
            async for message in messages:
                if message["type"] == "audio":
                    tally.received += len(message["data"])
                    if sound := decoder.feed(message["data"]):
                        yield sound
                elif word := tally.word(message):
                    yield word
        if sound := decoder.end():
            yield sound
        tally.check(communicate, decoder.seconds)

    async def _messages(self, communicate: Communicate) -> AsyncGenerator[Any, None]:
        """What the service says, with a deadline for each message, and its errors as ours."""
        patience = self._first
        stream = communicate.stream()
        try:
            async with aclosing(stream):
                while True:
                    async with awake(patience):
                        message = await anext(stream, None)
                    if message is None:
                        return
                    yield message
                    patience = self._later
        except TimeoutError as error:
            raise EngineTimeout(f"edge said nothing for {patience:g} s.") from error
        except aiohttp.WSServerHandshakeError as error:
            if error.status in (401, 403, 404, 410):
                raise EngineUnavailable(f"edge refuses to speak (HTTP {error.status}).") from error
            raise EngineError(f"edge failed (HTTP {error.status}).") from error
        except self._edge.exceptions.NoAudioReceived as error:
            raise EngineSilent("edge sent no sound for this text.") from error
        except self._edge.exceptions.SkewAdjustmentError as error:
            raise EngineUnavailable("edge refuses to speak (HTTP 403). Is this machine's clock right?") from error
        except aiohttp.ClientConnectorError as error:
            raise EngineError(f"edge: {_reason(error)}. Is this machine online?") from error
        except (aiohttp.ClientError, self._edge.exceptions.EdgeTTSException, OSError, ValueError) as error:
            raise EngineError(f"edge failed: {_reason(error)}.") from error
        except (LookupError, TypeError) as error:
            raise EngineError(f"edge sent a message that edge-tts cannot read ({_reason(error)}).") from error

    async def _named(self, voice: Voice) -> str:
        """A name out of the list and nothing else: edge-tts writes it into its markup as it is."""
        own: str = self._edge.constants.DEFAULT_VOICE
        language = uniform(voice.language)
        if voice.name in ("", own) and (voice.name or not language or f"{own}-".lower().startswith(f"{language}-")):
            return own
        return chosen(self.name, await self.voices(), voice)


class _Tally:
    """What came, against what should have come."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        """Where the last reported word ends."""
        self._lost = False
        """The last reported word is not in the text as written, so nothing can be said of the end."""
        self.received = 0

    def word(self, message: Mapping[str, Any]) -> WordTime | None:
        said = message["text"]
        start = self._text.find(said, self._place, self._place + len(said) + AHEAD) if said else -1
        self._lost = start < 0
        if self._lost:
            return None
        self._place = start + len(said)
        return WordTime(start, self._place, message["offset"] * TICK, message["duration"] * TICK)

    def check(self, communicate: Communicate, seconds: float) -> None:
        if not self.received:
            raise EngineSilent("edge sent no sound for this text.")
        whole = communicate.state.get("cumulative_audio_bytes")  # counts only what was ended properly
        if whole is not None and whole != self.received:
            raise EngineTruncated("edge broke off in the middle of the sound.")
        rest = self._text[self._place :]
        if self._place and not self._lost and any(rest[start:end].isalnum() for start, end in words(rest)):
            raise EngineTruncated("edge ended before the text did.")
        if seconds < 0.9 * self.received * 8 / BITRATE - 0.2:
            raise EngineTruncated("edge sent sound that cannot be decoded.")


async def _whole(request: AsyncGenerator[bytes | WordTime, None]) -> AsyncGenerator[bytes | WordTime, None]:
    """Nothing of it before all of it has come."""
    async with aclosing(request):
        items = [item async for item in request]
    for item in items:
        yield item


def _reason(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):  # which would name an object in memory
        return f"{error.host} cannot be reached ({error.os_error.strerror or 'no connection'})"
    return str(error) or type(error).__name__
