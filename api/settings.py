"""What the service is told from outside: the environment, and a file `.env` beside it; prefix ALOUD_."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from pipeline.errors import InvalidSetting
from pipeline.ground.settings import parted, place

PREFIX = "ALOUD_"
OTHERS = """
    edge_first edge_later edge_live kokoro_model kokoro_voices llm_continue llm_fallbacks llm_provider ollama_api
    piper_voices replay_rate speech_first speech_key speech_later speech_model speech_options speech_rate speech_url
    speech_voice tone_factor tone_start tts_fallbacks tts_provider
""".split()
"""Settings that the pipeline, its models and its voices read for themselves, without the prefix."""
_ALIKE = 0.75
"""From where on, of 1, a name is taken for another one that was written wrongly; the prefix is alike already."""
LONGEST_KEY = 512
"""Characters."""
_NAME = re.compile(r"\*|[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
"""Of a host, or its address."""
_ROOT = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
"""A path: of an address, "" for none."""
Seconds = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    # where it listens, and to whom
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    api_keys: tuple[SecretStr, ...] = ()
    """A key, or "sha256:" and the hexadecimal digest of one."""
    allowed_hosts: tuple[str, ...] = ()
    """Names by which the service is called besides this machine's own; "*" for any."""
    cors_origins: tuple[str, ...] = ()
    root_path: str = ""
    """Of the address by which the service is called, where it has a path: "/aloud"."""

    # where it keeps things
    output_dir: Path = Path("output")
    database: Path | None = None
    """`aloud.db` in the output folder, unless said otherwise."""
    templates: Path | None = None
    """A folder of templates of one's own, beside those that come with the package or in their place."""
    synchronous: Literal["NORMAL", "FULL"] = "NORMAL"
    retention_hours: float | None = Field(None, gt=0)
    retention_bytes: int | None = Field(None, ge=0)

    # how much of it anybody may have
    rate_per_minute: int | None = Field(None, ge=1)
    rate_per_day: int | None = Field(None, ge=1)
    chars_per_day: int | None = Field(None, ge=1)
    max_runs: int | None = Field(None, ge=1)
    """Runs that go on at once, for each key."""
    max_streams: int = Field(2000, ge=1)
    """Event streams open at once, for each key; and as many sockets."""
    max_chars: int = Field(1_000_000, ge=1)
    max_body: int | None = Field(None, ge=1)
    """Bytes of a request; by default what `max_chars` can need."""
    max_document: int = Field(50_000_000, ge=1)
    """Bytes of a file that is to be read aloud."""
    chat_tokens: int = Field(8000, ge=1)
    """Of a conversation, about, that a model is shown."""
    body_timeout: Seconds = 30.0
    reader_timeout: Seconds = 30.0
    """Seconds for which a reader may take nothing of what waits for him."""
    socket_timeout: Seconds = 300.0
    """Seconds for which the client of a socket may say nothing, while his run waits for text or none goes on."""
    drain_seconds: float = Field(10.0, ge=0, allow_inf_nan=False)
    ping_seconds: Seconds = 15.0

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    traces: str = ""
    """Address of a collector that takes OpenTelemetry's traces over HTTP."""

    # what the pipeline reads for itself, checked here so that a mistake shows at the start
    run_timeout: Seconds | None = None
    read_ahead: int = Field(65_536, ge=1)
    llm_max_retries: int = Field(2, ge=0)
    llm_retry_delay: float = Field(1.0, ge=0, allow_inf_nan=False)
    llm_first_token: Seconds = 300.0
    llm_timeout: Seconds = 60.0

    @classmethod
    def load(cls, env: Mapping[str, str] | None = None, **given: Any) -> Self:
        """From `env` (default: the environment and `.env`), with what is `given` before it. Raises InvalidSetting."""
        env = environment() if env is None else env
        found = {name: env[_named(name)] for name in cls.model_fields if env.get(_named(name))}
        try:
            return cls(**{**found, **{name: value for name, value in given.items() if value is not None}})
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            name = _named(str(first["loc"][0]) if first["loc"] else "host")
            said = first["msg"].removeprefix("Value error, ").partition(", unable to parse")[0]
            raise InvalidSetting(f"{name}: {said[:1].lower()}{said[1:]}.") from None

    @field_validator("api_keys", "allowed_hosts", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value and not parted(value):  # whoever set keys does not want to serve without
            raise ValueError("nothing is in it but blanks and commas")
        return parted(value)

    @field_validator("output_dir", "database", "templates")
    @classmethod
    def _place(cls, value: Path | None) -> Path | None:
        return value and place(value)

    @field_validator("database")
    @classmethod
    def _file(cls, value: Path | None) -> Path | None:
        if str(value) == ":memory:":
            raise ValueError("runs are kept in a file; name one, such as output/aloud.db")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not origin.startswith(("http://", "https://")) or origin.count("/") != 2 or "*" in origin:
                raise ValueError(f"{origin!r} is no origin such as https://example.org (and * is not taken)")
        return tuple(origin.lower() for origin in value)  # as browsers say it

    @field_validator("root_path")
    @classmethod
    def _root(cls, value: str) -> str:
        root = value.rstrip("/")
        if not _ROOT.fullmatch(root):
            raise ValueError(f"{value!r} is no path such as /aloud")
        return root

    @field_validator("allowed_hosts")
    @classmethod
    def _names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name such as example.org, without scheme and port, nor * for any")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("traces")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError(f"{value!r} is no address such as http://localhost:4318")
        return value

    @field_validator("api_keys")
    @classmethod
    def _hashes(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in value:
            said = key.get_secret_value()
            if not (said.isascii() and said.isprintable() and len(said) <= LONGEST_KEY):
                raise ValueError(f"a key has at most {LONGEST_KEY} characters, all of ASCII: others no header holds")
            kind, colon, digest = said.partition(":")
            if colon and kind == "sha256" and (len(digest) != 64 or set(digest.lower()) - set("0123456789abcdef")):
                raise ValueError("what follows sha256: must be 64 hexadecimal digits")
        return value

    @model_validator(mode="after")
    def _loopback(self) -> Self:
        if not self.api_keys and not _is_loopback(self.host):
            raise ValueError(f"without ALOUD_API_KEYS only this machine is served; {self.host!r} is not its loopback")
        return self

    @property
    def database_path(self) -> Path:
        return self.database or self.output_dir / "aloud.db"

    @property
    def body_limit(self) -> int:
        """Bytes. A character is at most 12 bytes of JSON (two \\u escapes); what else a request holds is small."""
        return self.max_body or 12 * self.max_chars + 100_000


def environment() -> dict[str, str]:
    """The process's environment over what `.env` says. Raises InvalidSetting when that is no text."""
    try:
        told = dotenv_values(".env")
    except (UnicodeDecodeError, OSError) as error:
        raise InvalidSetting(f".env, the file of settings, cannot be read: {error}.") from error
    return {**{name: value for name, value in told.items() if value is not None}, **os.environ}


def misspelt(env: Mapping[str, str]) -> list[str]:
    """A sentence for each name in `env` that begins as a setting does and is none, with the nearest that is one."""
    known = [*map(_named, Settings.model_fields), *map(_named, OTHERS)]
    said = []
    for name in sorted(name for name in env if name.upper().startswith(PREFIX) and name not in known):
        near = get_close_matches(name.upper(), known, 1, _ALIKE)
        said.append(
            f"{name} is no setting of aloud's and changes nothing" + "".join(f"; is {one} meant?" for one in near)
        )
    return said


def _named(setting: str) -> str:
    """As the environment has it."""
    return PREFIX + setting.upper()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
