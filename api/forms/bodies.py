"""What requests may say, and the order for the pipeline that it amounts to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from pipeline.assembly.order import Order, check_voice
from pipeline.audio import ENCODERS
from pipeline.text import POLICIES, SPLITTERS, Limits
from pipeline.types import Message as Turn
from pipeline.utterance import RATES

Name = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]
Names = Annotated[list[Name], Field(max_length=10)]
SessionId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def _no_truth(given: Any) -> Any:
    if isinstance(given, bool):
        raise ValueError("true and false are no numbers")
    return given


NUMBER = BeforeValidator(_no_truth)
"""Of what is one: to Python, true is 1."""
Number = Annotated[float, Field(allow_inf_nan=False)]
Factor = Annotated[float, Field(ge=0.1, le=10, allow_inf_nan=False), NUMBER]
Position = Annotated[float, Field(ge=0, allow_inf_nan=False, description="Position in the run's joined audio."), NUMBER]


Chapters = Annotated[
    str,
    StringConstraints(max_length=10_000, strip_whitespace=True),
    BeforeValidator(lambda given: str(given) if type(given) is int else given),
    Field(description="Of the document only these, as in 3, 3-5 or 2,4-; otherwise all."),
]


class Said(BaseModel):
    """A message of a conversation."""

    model_config = ConfigDict(extra="forbid")
    role: Literal["system", "user", "assistant"] = "user"
    content: str


_KINDS = "; ".join(f"{kind}: {', '.join(policy.values)}" for kind, policy in POLICIES.items())
WAYS = ("text", "prompt", "messages", "document", "script")
"""Where the text may come from."""


class Asking(BaseModel):
    """Who writes, and how he is asked."""

    model_config = ConfigDict(extra="forbid")

    llm_provider: Name | Names | None = Field(None, description="Where text comes from; several are tried in order.")
    model: Name = Field("", description="As its provider names it; otherwise the provider's usual one.")
    fallback_providers: Names = Field([], description="Who takes over when the others fail, in order.")
    system: str = Field("", description="What the model is told beforehand.")
    temperature: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False), NUMBER] | None = Field(
        None, description="Of the model; as its provider counts."
    )
    max_tokens: Annotated[int, Field(ge=1, le=10_000_000), NUMBER] | None = Field(
        None, description="How much the model may say."
    )
    stop: Name | Names = Field([], description="Where the model ends: at any of these, which are not said.")
    llm_options: dict[Name, Any] = Field(
        {}, description='For the first provider, as its API has them: {"top_p": 0.9}, {"think": false}.'
    )

    def order(self, text: str | None = None, messages: Sequence[Turn] = ()) -> Order:
        return Order(
            text=text,
            messages=tuple(messages),
            llm_provider=(*_listed(self.llm_provider), *self.fallback_providers),
            stop=tuple(_listed(self.stop)),
            **self.model_dump(include=_SAME),
        )


class Manner(Asking):
    """Who writes, who speaks, and how."""

    thinking: bool = Field(False, description="Show what the model thinks, as events; it is never spoken.")
    tts_provider: Name | Names | None = Field(None, description="Who speaks; several are tried in order.")
    voice: Name = Field("", description="A name that /api/v1/voices lists, or engine/name.")
    speed: Factor = Field(1.0, description="2 is twice as fast; the voice goes as far as it can.")
    pitch: Factor = Field(1.0, description="2 is about an octave up, where the voice can.")
    volume: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), NUMBER] = Field(1.0, description="0 is silence.")
    language: Name = Field("", description="Of the text, as en or pt-br; otherwise the voice's own.")
    format: Name = Field("wav", description=f"Of the clips: {', '.join(ENCODERS)}.")
    buffer: dict[Name, Annotated[str | int | Number | None, NUMBER]] = Field(
        {}, description=f"When passages are cut: {', '.join(limit.name for limit in fields(Limits))}."
    )
    splitter: Name = Field("rules", description=f"Who finds the ends of sentences: {', '.join(SPLITTERS)}.")
    speakable: dict[Name, Name] = Field({}, description=f"What is said of code, links and the like: {_KINDS}.")
    lexicon: Annotated[dict[Name, Name], Field(max_length=10_000)] = Field(
        {}, description='How words are said, as in {"nginx": "engine x"}.'
    )
    priority: Literal["live", "batch"] = Field("live", description="`batch` speaks when no live run wants the voice.")
    on_disconnect: Literal["cancel", "continue"] = Field(
        "cancel", description="What happens to the run when the one who began the stream leaves it."
    )

    def order(self, text: str | None = None, messages: Sequence[Turn] = ()) -> Order:
        """Raises InvalidRequest where it is said twice who speaks."""
        order = replace(super().order(text, messages), tts_provider=tuple(_listed(self.tts_provider)))
        check_voice(order)
        return order


_SAME: Any = {
    "model", "system", "temperature", "max_tokens", "llm_options", "thinking", "voice", "speed", "pitch", "volume",
    "language", "voices", "format", "priority", "buffer", "splitter", "speakable", "lexicon",
}  # fmt: skip
"""What an order calls by the same names."""


def _listed(names: str | list[str] | None) -> list[str]:
    return [names] if isinstance(names, str) else names or []


class Given(Manner):
    """What is to be spoken, by whom and how."""

    text: str | None = Field(None, description="Spoken as it is.")
    prompt: str | None = Field(None, description="Asked of a model, whose answer is spoken.")
    document: Name | None = Field(None, description="The id of a document that was brought, spoken as it is.")
    chapters: Chapters = ""
    messages: Annotated[list[Said], Field(min_length=1, max_length=1000)] | None = Field(
        None, description="A conversation that a model goes on with; its answer is spoken."
    )
    voices: Annotated[dict[Name, Name], Field(max_length=100)] = Field(
        {}, description='Of documents: who says what is in this language or that, as in {"fr": "fr-fr"}.'
    )
    script: dict[str, Any] | Annotated[str, StringConstraints(max_length=200_000)] | None = Field(
        None,
        description="Steps in several voices: an object, or a text in JSON or YAML, whose mistakes are told with their "
        "lines. The schema is at /api/v1/templates/script.schema.json; documents go by their ids.",
    )

    @property
    def given(self) -> list[str]:
        """Where the text comes from, of the ways there are."""
        return [name for name in WAYS if getattr(self, name) is not None]

    @property
    def turns(self) -> list[Turn]:
        """What a model is asked."""
        said = [Said(content=self.prompt)] if self.prompt is not None else self.messages or []
        return [Turn(role=message.role, content=message.content) for message in said]


class Speech(Given):
    """What is to be spoken, by whom and how. Exactly one of `text`, `prompt`, `messages`, `document`, `script`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "Hello there."}]})

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if len(self.given) != 1:
            raise ValueError(f"give exactly one of {', '.join(WAYS)}, not {' and '.join(self.given) or 'none'}")
        return self


class Chat(Manner):
    """What is said to a model in a conversation, and how its answer is spoken."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"message": "Who was Ada Lovelace?"}]})

    message: Annotated[str, Field(min_length=1, description="What is said to the model.")]
    session_id: SessionId | None = Field(None, description="Goes on with this conversation; made when absent.")


class Filling(Manner):
    """What a template asks for, beside who writes and speaks; GET /api/v1/templates lists what each takes."""

    model_config = ConfigDict(extra="allow")

    @property
    def values(self) -> dict[str, Any]:
        """For the template's variables."""
        return self.model_dump(exclude_unset=True, exclude=set(Manner.model_fields))


class Lyrics(Filling):
    model_config = ConfigDict(
        extra="allow", json_schema_extra={"examples": [{"prompt": "the sea in winter", "genre": "folk"}]}
    )

    prompt: str = Field(description="What the song is about.")
    genre: str | None = Field(None, description="Such as folk, or jazz.")
    mood: str | None = Field(None, description="Such as hopeful.")


class Narrate(Filling):
    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={"examples": [{"document": "Tides are made by the moon.", "instructions": "For children."}]},
    )

    document: str = Field(description="The id of a document that was brought, or a text.")
    chapters: Chapters = ""
    instructions: str | None = Field(None, description="What to stress, leave out or do differently.")


class Template(Manner):
    """Values for a template's variables, beside who writes and speaks."""

    values: dict[Name, Any] = Field({}, description="By the names of its variables.")


class Answered(Asking):
    """Values for a template's variables, beside who writes."""

    values: dict[Name, Any] = Field({}, description="By the names of its variables.")


class Begin(Given):
    """On a socket: as in a request; without any of these ways the text comes in further messages."""

    type: Literal["start"]
    sample_rate: Annotated[int, Field(ge=RATES.start, lt=RATES.stop), NUMBER] | None = None
    """Hertz: sound then comes as bare samples, 16-bit mono, for who plays them as they come; otherwise as files."""

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        if len(self.given) > 1:
            raise ValueError(f"give one of {', '.join(WAYS)}, not {' and '.join(self.given)}")
        return self


class Text(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: Literal["text"]
    content: str


class Command(BaseModel):
    """Speak what has come (`flush`), or: no more will come (`end`)."""

    model_config = ConfigDict(extra="forbid")
    type: Literal["flush", "end"]


class Cancel(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: Literal["cancel"]
    played_ms: Position | None = None


Message = Annotated[Begin | Text | Command | Cancel, Field(discriminator="type")]
"""What a client may say on a socket."""


class Heard(BaseModel):
    model_config = ConfigDict(extra="forbid")
    played_ms: Position
