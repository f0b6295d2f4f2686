"""Scripts: steps in JSON or YAML, checked before anything is spoken, with the line of each mistake."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path as Folder
from typing import Any, TypeAlias, TypeVar

import yaml
from yaml.constructor import SafeConstructor

from pipeline.errors import InvalidRequest, InvalidScript
from pipeline.ground import strict
from pipeline.ground.shape import Path, faults
from pipeline.narration.scripts.dialogue import strangers
from pipeline.narration.scripts.folder import amiss
from pipeline.narration.scripts.results import REFERENCE, Results, misused
from pipeline.prompts import templates

LARGEST = 1_000_000
"""Characters."""
NODES = 50_000
_SHOWN = 20
"""Mistakes that are told at once."""
_SAID = 500
"""Characters of what is said of one, which may hold a name that is as long as the script."""
_BITS = 64
"""Of a whole number that stays one: Python does not even write down those of thousands of digits."""
_DIGITS = 100
"""Characters of a number: what is longer is text, as each minute of 1:59:59... takes as long as all before it."""
_UNENDED = "unexpected end of stream"
_FOUND = 100
"""Mistakes after which no more are looked for."""
E = TypeVar("E", bound=InvalidRequest)
Step = Mapping[str, Any]
"""As a script has it; its inputs and its config are such mappings, too."""
Played: TypeAlias = tuple[str, float]
"""A sound: its file, and how loud it is, from 0.0 to 1.0 of what it is there."""
Templates = Callable[[], Collection[str]]
"""Their names, looked up when a step first wants one."""


@dataclass(frozen=True, slots=True)
class Script:
    name: str
    steps: Sequence[Step]
    cast: Mapping[str, Mapping[str, Any]]
    config: Mapping[str, Any]
    places: Mapping[str, tuple[int | None, str]] = field(default_factory=dict, compare=False)
    """Of whom it lets speak, and of its documents: the line, where it was a text, and where that is in the script."""

    def located(self, name: str, error: E) -> E:
        """The same error, with the place of whom, or of what, it is about."""
        line, place = self.places.get(name, (None, name))
        told = f"line {line}: {place}: " if line else f"{place}: "
        return type(error)(told + error.message, **error.details | {"line": line, "where": place})


def schema() -> dict[str, Any]:
    """The JSON Schema of a script."""
    found: dict[str, Any] = json.loads(
        files("pipeline.narration.scripts").joinpath("script.schema.json").read_text("utf-8")
    )
    return found


def parsed(text: str, name: str = "the script", own: Folder | None = None, *, folder: Folder | None = None) -> Script:
    """From JSON or YAML. Raises InvalidScript, whose message has each mistake with its line.

    `own`: the folder of templates beside those that come along. `folder`: of the files that the script names."""
    if len(text) > LARGEST:
        raise InvalidScript(f"{name} has more than {LARGEST:,} characters.")
    data, lines = _data(text, name)
    return checked(data, lines, name, own, folder=folder)


def checked(
    data: Any,
    lines: Mapping[Path, int] | None = None,
    name: str = "the script",
    own: Folder | None = None,
    *,
    folder: Folder | None = None,
) -> Script:
    """Raises InvalidScript. `lines`: where each part of it stands, when it was a text."""
    lines = lines or {}
    found = list(islice(faults(data, whole := schema(), whole), _FOUND))
    if not found:
        found = list(islice(_mistakes(data, cache(lambda: templates(own)), folder), _FOUND))
    if found:
        mistakes = [
            {"line": _line(path, lines), "where": _short(where(path)), "message": _short(told)} for path, told in found
        ]
        shown = "; ".join(
            (f"line {mistake['line']}: " if mistake["line"] else "") + f"{mistake['where']} {mistake['message']}"
            for mistake in mistakes[:_SHOWN]
        )
        more = f"; and {len(mistakes) - _SHOWN} more" if len(mistakes) > _SHOWN else ""
        raise InvalidScript(f"{name}: {shown}{more}.", mistakes=mistakes)
    cast, config = data.get("cast", {}), data.get("config", {})
    places: dict[str, tuple[int | None, str]] = {}
    for speaker, path in speakers(data["steps"], cast, config):
        places.setdefault(speaker, (_line(path, lines), where(path)))
    for here, step in placed(data["steps"]):
        if step["type"] in ("document", "sound"):
            places[where(here)] = (_line((*here, "inputs", "chapters"), lines), where(here))
    return Script(data.get("name", ""), data["steps"], cast, config, places)


def speakers(steps: Sequence[Step], cast: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[tuple[str, Path]]:
    """Everybody by the name that steps know him by: one of the cast, or a voice."""
    for name in cast:
        yield name, ("cast", name)
    if voice := config.get("default_voice"):
        yield voice, ("config", "default_voice")
    for here, step in placed(steps):
        if voice := step.get("config", {}).get("voice"):
            yield voice, (*here, "config", "voice")


def placed(steps: Sequence[Step], path: Path = ("steps",)) -> Iterator[tuple[Path, Step]]:
    """These, and those within them, each with its place in the script."""
    for number, step in enumerate(steps):
        yield (*path, number), step
        yield from placed(step.get("steps", ()), (*path, number, "steps"))


def named_files(steps: Sequence[Step]) -> Iterator[tuple[Path, str, str]]:
    """The place, the type and the file of each that steps name outright; a name may also come of an earlier step."""
    for here, step in placed(steps):
        if step["type"] in ("document", "sound") and not REFERENCE.search(file := step["inputs"]["path"]):
            yield (*here, "inputs", "path"), step["type"], file


def played(step: Step) -> Played:
    return step["inputs"]["path"], step["inputs"].get("volume", 1.0)


# ---- what a schema cannot say ---------------------------------------------------------------------------------------


def _mistakes(data: Mapping[str, Any], library: Templates, folder: Folder | None) -> Iterator[tuple[Path, str]]:
    steps, cast = data["steps"], data.get("cast", {})
    yield from _in_steps(steps, ("steps",), {}, set(), library)
    voices = {name for name, _ in speakers(steps, cast, data.get("config", {}))}
    for here, step in placed(steps):
        if step["type"] == "dialogue":
            told = strangers(step["inputs"]["text"], cast, voices)
            yield from (((*here, "inputs", "text"), wrong) for wrong in told)
    if folder is not None:
        yield from ((path, wrong) for path, _, file in named_files(steps) if (wrong := amiss(folder, file)))


def _in_steps(
    steps: Sequence[Step],
    path: Path,
    known: dict[str, Results],
    ids: set[str],
    library: Templates,
) -> Iterator[tuple[Path, str]]:
    for number, step in enumerate(steps):
        here, kind, inputs = (*path, number), step["type"], step.get("inputs", {})
        for place, text in _texts({"inputs": inputs, "chapter": step.get("chapter", "")}, here):
            yield from ((place, wrong) for wrong in misused(text, known))
        if kind == "sound" and REFERENCE.search(inputs["path"]):
            yield (*here, "inputs", "path"), "is the name of a file, which no earlier step can give"
        if kind == "llm_chat":
            yield from _asked(inputs, (*here, "inputs"), library)
        if kind != "each" and "steps" in step:
            yield (*here, "steps"), f"is for the type each, not {kind}"
        name = step.get("id", "")
        if name and name in ids:
            yield (*here, "id"), f"{name!r} is the name of an earlier step"
        ids.add(name)
        if kind == "each":
            yield from _in_steps(step["steps"], (*here, "steps"), {name: Results.of(step)} | known, ids, library)
        elif name:
            known[name] = Results.of(step)


def _asked(inputs: Mapping[str, Any], path: Path, library: Templates) -> Iterator[tuple[Path, str]]:
    if ("message" in inputs) == ("template" in inputs):
        yield path, "must have a message or a template, one of the two"
    if "template" in inputs and inputs["template"] not in library():
        yield (*path, "template"), f"is not one of {', '.join(library())}"


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, number))


# ---- data and its lines ---------------------------------------------------------------------------------------------


def _data(text: str, name: str) -> tuple[Any, dict[Path, int]]:
    lines: dict[Path, int] = {}
    try:
        if text.lstrip().startswith("{"):
            data = strict.loads(text)
            try:
                _build(yaml.compose(text, yaml.SafeLoader), (), lines, [0])
            except yaml.YAMLError:
                lines.clear()  # JSON that YAML reads otherwise: the mistakes then have no lines
            return data, lines
        return _build(yaml.compose(text, yaml.SafeLoader), (), lines, [0]), lines
    except json.JSONDecodeError as error:
        raise InvalidScript(f"{name}: line {error.lineno}: this is no JSON: {error.msg}.") from error
    except strict.Unclear as error:
        raise InvalidScript(f"{name}: {error}") from error
    except yaml.YAMLError as error:
        told = str(getattr(error, "problem", None) or error)
        mark = getattr(error, "context_mark" if _UNENDED in told else "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise InvalidScript(f"{name}: {where}this is no YAML: {told}{_advice(told)}.") from error
    except RecursionError as error:
        raise InvalidScript(f"{name} is nested too deep.") from error


def _advice(told: str) -> str:
    """What to do about what YAML's reader tells."""
    if r"'\t'" in told:
        return "; indent with spaces"
    if _UNENDED in told:
        return "; what begins here, with a quotation mark perhaps, has no end"
    signs = (
        "; a text with : # { [ * & ! % @ or a quotation mark in it may want quotes around it, or a line with | before"
    )
    return "" if "is there twice" in told else signs


def _build(node: Any, path: Path, lines: dict[Path, int], count: list[int], *, said: bool = False) -> Any:
    """Plain data of YAML's nodes, and the line of each. What is named again and again is not unfolded without end.
    What is only `said`, as items are, is text as it is written: yes is no truth, and 10:30 no 630."""
    count[0] += 1
    if count[0] > NODES:
        raise InvalidScript(f"The script has more than {NODES:,} parts.")
    if node is None:
        return None
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found = {}
        for key, value in node.value:
            name = str(getattr(key, "value", ""))
            if name in found:
                raise yaml.MarkedYAMLError(problem=f"{name!r} is there twice", problem_mark=key.start_mark)
            found[name] = _build(value, (*path, name), lines, count, said=said)
            lines[(*path, name)] = key.start_mark.line + 1
        return found
    if isinstance(node, yaml.SequenceNode):
        said = said or path[-2:] == ("inputs", "items")
        return [_build(item, (*path, number), lines, count, said=said) for number, item in enumerate(node.value)]
    return node.value if said else _scalar(node)


def _scalar(node: Any) -> Any:
    """A number, yes or no, nothing; all else is the text that stands there."""
    if len(node.value) > _DIGITS:
        return node.value
    try:
        value = SafeConstructor().construct_object(node)
    except (ValueError, LookupError, AttributeError):  # it only looks like a number or a date, or is said to be one
        return node.value
    too_large = isinstance(value, int) and value.bit_length() > _BITS
    return value if isinstance(value, str | int | float | bool | None) and not too_large else node.value


def _line(path: Path, lines: Mapping[Path, int]) -> int | None:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)


def where(path: Path) -> str:
    """As people count."""
    said = ""
    for part in path:
        said += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if said else part
    return said or "the script"


def _short(text: str) -> str:
    return text if len(text) <= _SAID else f"{text[:_SAID]}…"
