"""A script being told: the text of its steps in order, each behind the cue that says how."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio.to_thread
from anyio.lowlevel import checkpoint

from pipeline.assembly.succession import for_another
from pipeline.narration.choice import chosen
from pipeline.narration.document import Document
from pipeline.narration.scripts.bounds import Bounds
from pipeline.narration.scripts.dialogue import spoken_by
from pipeline.narration.scripts.results import filled, given
from pipeline.narration.scripts.script import Played, Script, Step, played
from pipeline.ports import Source
from pipeline.prompts import find
from pipeline.types import Clip, Cue, Message, Request, Said, Voice

PAUSE = 0.6
"""Seconds between two steps."""
Ask = Callable[[Sequence[str]], Source]
Find = Callable[[str], Awaitable[Document]]
"""A document, by what a step of the script calls it."""
Recite = Callable[[Document, str, float | None], Awaitable[Sequence[tuple[str, Cue]]]]
"""A document in pieces, each with how it is said, by the speaker's name and the step's speed."""
TITLE = 200
"""Characters of a chapter's title, of which a model's answer may be a part."""


@dataclass(frozen=True, slots=True, eq=False)
class ScriptSource:
    """The text of all steps that are spoken, with a `Cue` before each."""

    name = "script"
    model = ""
    streaming = True

    script: Script
    voices: Mapping[str, Voice]
    own: Voice
    """Of steps that name nobody."""
    ask: Ask
    find: Find | None
    recite: Recite
    sounds: Mapping[Played, Clip]
    templates: Path | None

    def tokens(self, request: Request) -> AsyncGenerator[Said, None]:
        return _Telling(self, request).tokens()


class _Telling:
    """Of a script, once."""

    def __init__(self, source: ScriptSource, request: Request) -> None:
        """`request`: the run's; it holds for every model whose step says nothing."""
        self._source = source
        self._config = source.script.config
        self._request = request
        self._bounds = Bounds()
        self._pause = 0.0
        """Seconds that are due before the next word."""
        self._chapter = ""
        """The title of one that begins with it."""
        self._said = False

    async def tokens(self) -> AsyncGenerator[Said, None]:
        async with aclosing(self._steps(self._source.script.steps, {})) as items:
            async for item in items:
                yield item
        if self._pause and self._said:
            yield Cue(pause=self._bounds.silence(self._pause))

    async def _steps(self, steps: Sequence[Step], results: dict[str, Step]) -> AsyncGenerator[Said, None]:
        for step in steps:
            self._bounds.step()
            await checkpoint()  # one that says nothing would let nobody else come to work
            inputs, result = filled(step.get("inputs", {}), results), dict[str, Any]()
            self._chapter = " ".join(filled(step.get("chapter", ""), results).split())[:TITLE] or self._chapter
            match step["type"]:
                case "each":
                    stream = self._each(step, inputs["items"], results)
                case "llm_chat":
                    stream = self._chat(step, inputs, result)
                case _:
                    stream = self._alone(step, inputs, result)
            async with aclosing(stream) as items:
                async for item in items:
                    yield item
            if step.get("id") and step["type"] != "each":
                results[step["id"]] = self._bounds.held(result)

    async def _each(self, step: Step, over: Any, results: dict[str, Step]) -> AsyncGenerator[Said, None]:
        for number, item in enumerate(_items(over), 1):
            inner = {**results, step["id"]: given(item, number)}
            async with aclosing(self._steps(step["steps"], inner)) as items:
                async for said in items:
                    yield said

    async def _alone(self, step: Step, inputs: Step, result: dict[str, Any]) -> AsyncGenerator[Said, None]:
        """A step that asks no model; `result` takes what later ones may use."""
        said: list[Said] = []
        match step["type"]:
            case "pause":
                self._pause += inputs["seconds"]
            case "sound":
                sound = self._source.sounds[played(step)]
                said = [Cue(step.get("id", ""), pause=self._silence(), sound=sound, chapter=self._begun())]
                self._said = True
            case "document":
                assert self._source.find is not None
                document = chosen(await self._source.find(inputs["path"]), str(inputs.get("chapters", "")))
                result |= {"text": document.text, "title": document.title, "author": document.author}
                said = await self._recited(step, document) if _aloud(step) else []
            case kind:
                result["text"] = inputs["text"]
                tell = self._dialogue if kind == "dialogue" else self._spoken
                said = tell(step, inputs["text"]) if _aloud(step) else []
        for item in said:
            yield item

    async def _chat(self, step: Step, inputs: Step, result: dict[str, Any]) -> AsyncGenerator[Said, None]:
        """A step that asks one."""
        source, asked = await self._asked(step.get("config", {}), inputs)
        stream = bool(step.get("config", {}).get("stream", True))
        live, pieces = stream and _aloud(step), list[str]()
        async with aclosing(source.tokens(asked)) as tokens:
            async for token in tokens:
                if not isinstance(token, str):
                    yield token
                elif token:
                    if live:
                        for item in self._begin(step) if not pieces else ():
                            yield item
                        yield token
                    pieces.append(token)
        response = "".join(pieces)
        result |= {
            "response": response,
            "streamed": stream,
            "chunks": len(pieces),
            "message": asked.messages[0].content,
            "provider": source.name,
            "model": asked.model or source.model,
        }
        for item in self._spoken(step, response) if _aloud(step) and not stream else ():
            yield item

    async def _asked(self, config: Step, inputs: Step) -> tuple[Source, Request]:
        """The model, and what it is asked."""
        message, system = inputs.get("message", ""), inputs.get("system", "")
        if "template" in inputs:
            template = await anyio.to_thread.run_sync(find, inputs["template"], self._source.templates)
            ready = template.fill(inputs.get("variables", {}))
            message, system = ready.prompt, system or ready.system
        named = config.get("provider") or self._config.get("default_llm_provider")
        usual = for_another(self._request) if named else self._request
        asked = replace(
            usual,
            messages=(Message(role="user", content=message),),
            model=config.get("model") or self._config.get("default_model") or usual.model,
            system=system or usual.system,
            temperature=config.get("temperature", usual.temperature),
            max_tokens=config.get("max_tokens", usual.max_tokens),
        )
        return await anyio.to_thread.run_sync(self._source.ask, [named] if named else []), asked

    # ---- what is said -----------------------------------------------------------------------------------------------

    def _begin(
        self, step: Step, speaker: str = "", between: float | None = None, like: Cue | None = None
    ) -> list[Said]:
        """A cue, of the speaker or `like` another, and what parts this text from the one before it."""
        cue = like or Cue(voice=self._voice(step, speaker))
        apart: list[Said] = ["\n\n"] if self._said else []
        pause, self._said = self._silence(between), True
        chapter = self._begun() or cue.chapter
        return [replace(cue, step=str(step.get("id", "")), pause=pause, chapter=chapter), *apart]

    def _begun(self) -> str:
        """The title of the chapter that begins here."""
        title, self._chapter = self._chapter, ""
        return title

    def _voice(self, step: Step, speaker: str) -> Voice | None:
        voice = self._source.voices.get(speaker or self._speaker(step))
        speed = step.get("config", {}).get("speed")
        return voice if speed is None else replace(voice or self._source.own, speed=speed)

    def _speaker(self, step: Step) -> str:
        return str(step.get("config", {}).get("voice", "")) or str(self._config.get("default_voice", ""))

    def _silence(self, between: float | None = None) -> float:
        """Seconds of it before what is heard next."""
        usual = float(self._config.get("pause", PAUSE)) if between is None else between
        due, self._pause = self._pause + (usual if self._said else 0.0), 0.0
        return self._bounds.silence(due)

    def _spoken(self, step: Step, text: str) -> list[Said]:
        return [*self._begin(step), text] if text.strip() else []

    async def _recited(self, step: Step, document: Document) -> list[Said]:
        """Each of its parts with a cue; the first begins as any step does."""
        items: list[Said] = []
        speed = step.get("config", {}).get("speed")
        for text, cue in await self._source.recite(document, self._speaker(step), speed):
            begun = [replace(cue, step=str(step.get("id", "")))] if items else self._begin(step, like=cue)
            items += [*begun, text]
        return items

    def _dialogue(self, step: Step, text: str) -> list[Said]:
        """Each line by whom it names; a line that names nobody goes on with whoever spoke."""
        items: list[Said] = []
        turns: list[tuple[str, list[str]]] = []
        for line in text.splitlines():
            speaker, said = spoken_by(line)
            if speaker in self._source.voices:
                turns.append((speaker, [said]))
            elif line.strip():
                turns = turns or [("", [])]
                turns[-1][1].append(line)
        for number, (speaker, lines) in enumerate(turns):
            items += [*self._begin(step, speaker, 0.35 if number else None), "\n".join(lines)]
        return items


def _aloud(step: Step) -> bool:
    return bool(step.get("config", {}).get("speak", True))


def _items(items: Any) -> list[Any]:
    return [line.strip() for line in items.splitlines() if line.strip()] if isinstance(items, str) else list(items)
