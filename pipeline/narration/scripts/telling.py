"""A script being told: the text of its steps in order, each behind the cue that says how."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio.to_thread
from anyio.lowlevel import checkpoint

from pipeline.assembly.succession import for_another
from pipeline.narration.choice import chosen
from pipeline.narration.document import Document
from pipeline.narration.scripts.bounds import Bounds
from pipeline.narration.scripts.results import filled
from pipeline.narration.scripts.script import Script, spoken_by
from pipeline.ports import Source
from pipeline.prompts import find
from pipeline.types import Clip, Cue, Message, Request, Said, Voice

PAUSE = 0.6
"""Seconds between two steps."""
Ask = Callable[[Sequence[str]], Source]
Find = Callable[[str], Awaitable[Document]]
"""A document, by what a step of the script calls it."""
Recite = Callable[[Document, str], Awaitable[Sequence[tuple[str, Cue]]]]
"""A document in pieces, each with how it is said, by the speaker's name."""


class ScriptSource:
    """The text of all steps that are spoken, with a `Cue` before each."""

    name = "script"
    model = ""
    streaming = True

    def __init__(
        self,
        script: Script,
        voices: Mapping[str, Voice],
        ask: Ask,
        find: Find | None,
        recite: Recite,
        sounds: Mapping[str, Clip],
        templates: Path | None,
    ) -> None:
        self._script = script
        self._voices = voices
        self._ask = ask
        self._find = find
        self._recite = recite
        self._sounds = sounds
        self._templates = templates
        self._pause = 0.0  # seconds that are due before the next word
        self._said = False
        self._bounds = Bounds()
        self._request = Request(())  # the run's: it holds for every model whose step says nothing

    async def tokens(self, request: Request) -> AsyncGenerator[Said, None]:
        self._pause, self._said, self._request, self._bounds = 0.0, False, request, Bounds()
        async with aclosing(self._steps(self._script.steps, {})) as items:
            async for item in items:
                yield item
        if self._pause and self._said:
            yield Cue(pause=self._bounds.silence(self._pause))

    async def _steps(
        self, steps: Sequence[Mapping[str, Any]], results: dict[str, dict[str, Any]]
    ) -> AsyncGenerator[Said, None]:
        for step in steps:
            self._bounds.step()
            await checkpoint()  # one that says nothing would let nobody else come to work
            async with aclosing(self._step(step, results)) as items:
                async for item in items:
                    yield item

    async def _step(self, step: Mapping[str, Any], results: dict[str, dict[str, Any]]) -> AsyncGenerator[Said, None]:
        inputs, aloud = filled(step.get("inputs", {}), results), step.get("config", {}).get("speak", True)
        result: dict[str, Any] = {}
        match step["type"]:
            case "pause":
                self._pause += inputs["seconds"]
            case "sound":
                yield Cue(step=step.get("id", ""), pause=self._silence(), sound=self._sounds[inputs["path"]])
                self._said = True
            case "each":
                for number, item in enumerate(_items(inputs["items"]), 1):
                    inner = {**results, step["id"]: {"item": item, "number": number}}
                    async with aclosing(self._steps(step["steps"], inner)) as items:
                        async for said in items:
                            yield said
            case "llm_chat":
                async with aclosing(self._chat(step, inputs, result, aloud=aloud)) as items:
                    async for said in items:
                        yield said
            case "dialogue":
                result["text"] = inputs["text"]
                for item in self._dialogue(step, inputs["text"]) if aloud else ():
                    yield item
            case "document":
                assert self._find is not None
                document = chosen(await self._find(inputs["path"]), str(inputs.get("chapters", "")))
                result |= {"text": document.text, "title": document.title, "author": document.author}
                for item in await self._recited(step, document) if aloud else ():
                    yield item
            case "speak":
                result["text"] = inputs["text"]
                for item in self._spoken(step, inputs["text"]) if aloud else ():
                    yield item
        if step.get("id") and step["type"] != "each":
            results[step["id"]] = self._bounds.held(result)

    # ---- what is said -----------------------------------------------------------------------------------------------

    def _begin(
        self, step: Mapping[str, Any], speaker: str = "", between: float | None = None, *, like: Cue | None = None
    ) -> list[Said]:
        """A cue, of the speaker or `like` another, and what parts this text from the one before it."""
        cue = like or Cue(voice=self._voices.get(speaker or self._speaker(step)))
        apart: list[Said] = ["\n\n"] if self._said else []
        pause, self._said = self._silence(between), True
        return [replace(cue, step=str(step.get("id", "")), pause=pause), *apart]

    def _speaker(self, step: Mapping[str, Any]) -> str:
        return str(step.get("config", {}).get("voice", "")) or str(self._script.config.get("default_voice", ""))

    def _silence(self, between: float | None = None) -> float:
        """Seconds of it before what is heard next."""
        usual = float(self._script.config.get("pause", PAUSE)) if between is None else between
        due, self._pause = self._pause + (usual if self._said else 0.0), 0.0
        return self._bounds.silence(due)

    def _spoken(self, step: Mapping[str, Any], text: str) -> list[Said]:
        return [*self._begin(step), text] if text.strip() else []

    async def _recited(self, step: Mapping[str, Any], document: Document) -> list[Said]:
        """Each of its parts with a cue; the first begins as any step does."""
        items: list[Said] = []
        for text, cue in await self._recite(document, self._speaker(step)):
            begun = [replace(cue, step=str(step.get("id", "")))] if items else self._begin(step, like=cue)
            items += [*begun, text]
        return items

    def _dialogue(self, step: Mapping[str, Any], text: str) -> list[Said]:
        """Each line by whom it names; a line that names nobody goes on with whoever spoke."""
        items: list[Said] = []
        turns: list[tuple[str, list[str]]] = []
        for line in text.splitlines():
            speaker, said = spoken_by(line)
            if speaker in self._voices:
                turns.append((speaker, [said]))
            elif line.strip():
                turns = turns or [("", [])]
                turns[-1][1].append(line)
        for number, (speaker, lines) in enumerate(turns):
            items += [*self._begin(step, speaker, 0.35 if number else None), "\n".join(lines)]
        return items

    async def _chat(
        self, step: Mapping[str, Any], inputs: Mapping[str, Any], result: dict[str, Any], *, aloud: bool
    ) -> AsyncGenerator[Said, None]:
        config, whole = step.get("config", {}), self._script.config
        message, system = inputs.get("message", ""), inputs.get("system", "")
        if "template" in inputs:
            template = await anyio.to_thread.run_sync(find, inputs["template"], self._templates)
            ready = template.fill(inputs.get("variables", {}))
            message, system = ready.prompt, system or ready.system
        named = config.get("provider") or whole.get("default_llm_provider")
        source = await anyio.to_thread.run_sync(self._ask, [named] if named else [])
        usual = for_another(self._request) if named else self._request
        asked = replace(
            usual,
            messages=(Message(role="user", content=message),),
            model=config.get("model") or whole.get("default_model") or usual.model,
            system=system or usual.system,
            temperature=config.get("temperature", usual.temperature),
            max_tokens=config.get("max_tokens", usual.max_tokens),
        )
        stream = config.get("stream", True)
        pieces: list[str] = []
        async with aclosing(source.tokens(asked)) as tokens:
            async for token in tokens:
                if not isinstance(token, str):
                    yield token
                    continue
                if aloud and stream and token:
                    for item in [*(self._begin(step) if not pieces else []), token]:
                        yield item
                if token:
                    pieces.append(token)
        response = "".join(pieces)
        result |= {
            "response": response,
            "streamed": bool(stream),
            "chunks": len(pieces),
            "message": message,
            "provider": source.name,
            "model": asked.model or source.model,
        }
        if aloud and not stream:
            for item in self._spoken(step, response):
                yield item


def _items(items: Any) -> list[Any]:
    return [line.strip() for line in items.splitlines() if line.strip()] if isinstance(items, str) else list(items)
