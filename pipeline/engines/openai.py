"""Any server with OpenAI's speech endpoint: OpenAI itself, Kokoro-FastAPI, LocalAI, speaches, or another `aloud`."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any, Self, cast

import httpcore  # noqa: F401  else httpx does, on the loop, when it first connects
import httpx
import numpy as np

from pipeline.engines import openai_voices
from pipeline.engines.kit.again import patient
from pipeline.engines.kit.blends import known, shares
from pipeline.engines.kit.bounds import between
from pipeline.engines.kit.origin import origin
from pipeline.engines.kit.pcm import Reader
from pipeline.engines.kit.perloop import PerLoop
from pipeline.engines.kit.pieces import pieces, plain
from pipeline.engines.kit.roster import pick_language
from pipeline.engines.kit.words import words
from pipeline.errors import (
    EngineError,
    EngineSilent,
    EngineTimeout,
    EngineTruncated,
    EngineUnavailable,
    InvalidSetting,
)
from pipeline.ground.alarm import awake
from pipeline.ground.proxies import far, unusable
from pipeline.ground.settings import mapping, number
from pipeline.types import Voice, VoiceInfo, WordTime

OPENAI = "https://api.openai.com/v1"
LARGEST = 4000
"""Bytes of text in one request; the endpoint takes 4,096 characters."""
_LONGEST = 10.0
"""Seconds that the server may have us wait before it is asked again."""
_LISTED = 4 << 20
"""Bytes of a list of voices; a longer one is none."""
_PACKED = re.compile("gzip|deflate|br|zstd|compress", re.IGNORECASE)
"""In the name of an encoding; what else stands there packs nothing: identity, or a charset by mistake."""
_ASKED = frozenset(("model", "input", "voice", "response_format", "stream_format", "speed"))
_LATER = (429, 500, 502, 503, 504)
"""What a server answers that may well answer otherwise when it is asked again."""
FASTEST = 30.0
"""Letters and digits per second, at speed 1, that no voice says: a sound shorter than that was cut off."""


class OpenAIEngine:
    name = "openai"
    parallel = 4

    def __init__(
        self,
        url: str = "",
        key: str = "",
        model: str = "tts-1",
        voice: str = "",
        sample_rate: int = 24000,
        first: float = 30.0,
        later: float = 15.0,
        delay: float = 0.1,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """`sample_rate`: of the server's PCM, which does not say; `first`, `later`: seconds that the first and any
        later piece of sound may take; `delay`: seconds, at least, before it is asked again; then twice as long.
        `options`: what else it is told with each text."""
        self._url = _address(url or OPENAI)
        if self._url == OPENAI and not key:
            raise EngineUnavailable(
                "The engine openai needs a key for OpenAI (OPENAI_API_KEY), or the address of a server with the same "
                "speech endpoint (ALOUD_SPEECH_URL=http://localhost:8880/v1)."
            )
        self._place = str(httpx.URL(self._url).copy_with(userinfo=b""))
        """The address without a name and password that it may hold."""
        self._key, self._model, self._voice = key.strip(), model, voice
        if not (self._key.isascii() and self._key.isprintable()):
            raise EngineUnavailable(f"The key for {self._place} holds characters that no key has: copy it once more.")
        self._options = dict(options or {})
        self.version = f"1 {origin(self._url, model, voice, sample_rate, *sorted(self._options.items()))}"
        self.sample_rate = sample_rate
        self.patience = self._first = first
        self._later, self._delay = later, delay
        self._clients = PerLoop(self._client)
        self._voices: list[VoiceInfo] | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        own, options = env.get("ALOUD_SPEECH_URL", ""), mapping(env, "ALOUD_SPEECH_OPTIONS")
        if taken := sorted(_ASKED.intersection(options)):
            raise InvalidSetting(f"ALOUD_SPEECH_OPTIONS: {taken[0]} is none of them: it is said elsewhere.")
        return cls(
            own or env.get("OPENAI_BASE_URL", ""),
            env.get("ALOUD_SPEECH_KEY", "") or ("" if own else env.get("OPENAI_API_KEY", "")),
            env.get("ALOUD_SPEECH_MODEL", "") or "tts-1",
            env.get("ALOUD_SPEECH_VOICE", ""),
            round(number(env, "ALOUD_SPEECH_RATE", 24000, 8000, 48000)),
            number(env, "ALOUD_SPEECH_FIRST", 30, 0.1, 600),
            number(env, "ALOUD_SPEECH_LATER", 15, 0.1, 600),
            options=options,
        )

    async def voices(self) -> Sequence[VoiceInfo]:
        """As the server lists them; nothing where it does not, and any name may be tried."""
        if self._voices is None and self._url == OPENAI:
            self._voices = openai_voices.OPENAI
        elif self._voices is None:
            self._voices = await self._listed()
        return self._voices or []

    def knows(self, name: str) -> bool:
        return not self._voices or known(self.name, self._voices, name)

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        if not words(text):
            return
        named = await self._named(voice)
        for _, piece in pieces(plain(text), LARGEST):
            if words(piece):
                ask = partial(self._request, piece, named, voice)
                async with aclosing(patient(ask, self.name, self._delay)) as stream:
                    async for sound in stream:
                        yield sound

    async def aclose(self) -> None:
        await self._clients.aclose()

    async def _request(self, text: str, named: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        """One request's sound. Raises EngineError unless all of it came."""
        reader, volume, heard = Reader(self.sample_rate), between(0.0, voice.volume, 1.0), 0
        async with aclosing(self._body(text, named, voice)) as body:
            async for data in body:
                if sound := _scaled(reader.feed(data), volume):
                    heard += len(sound)
                    yield sound
        if sound := _scaled(reader.end(), volume):
            heard += len(sound)
            yield sound
        _check(text, heard / 2 / self.sample_rate * max(1.0, _speed(voice)))

    async def _body(self, text: str, named: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        asked = {
            "model": self._model, "input": text, "voice": named, "response_format": "pcm",
            "speed": _speed(voice), **self._options,
        }  # fmt: skip
        client = await self._clients.here()
        request = client.build_request("POST", f"{self._url}/audio/speech", json=asked)
        patience = self._first
        try:
            async with awake(patience):
                response = await client.send(request, stream=True)
            async with aclosing(response), aclosing(_bytes(response)) as stream:
                await _refuse(response, self._place)
                while True:
                    async with awake(patience):
                        data = await anext(stream, None)
                    if data is None:
                        return
                    yield data
                    patience = self._later
        except TimeoutError as error:
            raise EngineTimeout(f"{self._place} sent nothing for {patience:g} s.") from error
        except (httpx.RemoteProtocolError, httpx.ReadError) as error:
            raise EngineTruncated(f"{self._place} broke off in the middle of the sound.") from error
        except httpx.HTTPError as error:
            raise EngineError(f"{self._place} cannot be reached: {error or type(error).__name__}.") from error

    async def _listed(self) -> list[VoiceInfo] | None:
        """None where it cannot say so now."""
        asking = (await self._clients.here()).stream("GET", f"{self._url}/audio/voices")
        try:
            async with awake(self._first), asking as response:
                if response.status_code in _LATER:
                    return None
                return openai_voices.told(json.loads(await _begin(response, _LISTED)) if response.is_success else {})
        except TimeoutError as error:
            raise EngineUnavailable(f"{self._place} did not list its voices within {self._first:g} s.") from error
        except httpx.HTTPError as error:
            raise EngineUnavailable(f"{self._place} cannot be reached: {error or type(error).__name__}.") from error
        except (ValueError, RecursionError):
            return []

    async def _named(self, voice: Voice) -> str:
        if voice.name:
            offered = await self.voices()
            mixed = list(shares(self.name, offered, voice.name)) if offered else []
            return mixed[0] if len(mixed) == 1 else voice.name  # a blend is for the server to mix
        if self._voice:
            return self._voice
        offered = await self.voices()
        if voice.language and any(info.languages for info in offered):
            return pick_language(self.name, offered, voice.language)
        return offered[0].name if offered else "alloy"

    def _client(self) -> httpx.AsyncClient:
        headers = {"Accept-Encoding": "identity"}  # packed, a gigabyte of sound may be a few kilobytes
        headers |= {"Authorization": f"Bearer {self._key}"} if self._key else {}
        trusted, proxied = httpx.create_ssl_context(), far(self._url)
        try:  # every wait has its own deadline
            return httpx.AsyncClient(headers=headers, verify=trusted, timeout=None, trust_env=proxied)
        except (ImportError, ValueError, httpx.InvalidURL):
            raise EngineUnavailable(unusable()) from None


def _address(url: str) -> str:
    """With a path, however it was written. Raises InvalidSetting for what is none."""
    url = url.strip().rstrip("/").removesuffix("/audio/speech")
    try:
        found = httpx.URL(url)
        if found.scheme in ("http", "https") and found.host and (found.port is None or 0 < found.port < 65_536):
            return url if found.path.strip("/") else f"{url}/v1"
    except httpx.InvalidURL:
        pass
    raise InvalidSetting(
        "ALOUD_SPEECH_URL (else OPENAI_BASE_URL) is no address of a server, such as http://localhost:8880/v1."
    )


async def _refuse(response: httpx.Response, url: str) -> None:
    """Raise what an answer other than sound means."""
    kind = response.headers.get("content-type", "")
    if response.is_success and not kind.startswith(("application/json", "text/")):
        if _PACKED.search(response.headers.get("content-encoding", "")):
            raise EngineError(f"{url} compressed its answer, which it was asked not to do.", once=True)
        return
    told = await _told(response)
    status = response.status_code
    reason = f"{url} answered {status}{': ' + told if told else '.'}"
    if status in (401, 403, 404):
        raise EngineUnavailable(reason)
    if status == 429 or status >= 500:
        raise EngineError(reason, after=_seconds(response.headers.get("retry-after", "")))
    raise EngineError(reason, once=True)


def _bytes(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    return cast(AsyncGenerator[bytes, None], response.aiter_raw())  # a generator, though typed as less


async def _told(response: httpx.Response) -> str:
    """The server's own words, cut short."""
    try:
        async with asyncio.timeout(5):
            answer = json.loads(await _begin(response, 65_536))
        error = answer.get("error", answer.get("detail", ""))
        return str(error.get("message", "") if isinstance(error, dict) else error)[:200]
    except (ValueError, AttributeError, RecursionError):
        return ""


async def _begin(response: httpx.Response, most: int) -> bytes:
    """About so many bytes of it at most."""
    body = bytearray()
    async with aclosing(_bytes(response)) as stream:
        while len(body) < most and (data := await anext(stream, None)) is not None:
            body += data
    return bytes(body)


def _speed(voice: Voice) -> float:
    return between(0.25, voice.speed, 4.0)


def _check(text: str, seconds: float) -> None:
    if not seconds:
        raise EngineSilent("The server sent no sound for this text.")
    if seconds < sum(map(str.isalnum, text)) / FASTEST - 0.1:
        raise EngineTruncated(f"The server sent only {seconds:.1f} s of sound for this text.")


def _scaled(pcm: bytes, volume: float) -> bytes:
    return pcm if volume == 1.0 else (np.frombuffer(pcm, "<i2") * volume).astype("<i2").tobytes()


def _seconds(text: str) -> float:
    """As long as we wait at most."""
    try:
        return between(0.0, float(text), _LONGEST)
    except ValueError:
        return 0.0
