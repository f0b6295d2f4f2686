"""Templates: files in `library/`, and those of a folder of one's own beside them or in their place.

A template is a TOML file; its name is the file's:

    description = "What it makes."
    output = "text"                  # or "script" (to be cleaned by Narration), "dialogue" (NAME: lines), "json"
    system = '''Who the model is.'''
    prompt = '''What it is asked. {{subject}} is filled in.'''
    answer = '''{...}'''             # with "json": the JSON Schema of the answer

    [variables.subject]
    type = "line"                    # line, text, integer, number, boolean, list
    description = "What it is about."
    default = ""                     # without a default a value must be given
    max_length = 200                 # choices, minimum and maximum too

A line of a prompt that holds an empty variable is left out. What is filled in is never read as a template.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.errors import InvalidSetting, InvalidVariable, UnknownTemplate
from pipeline.ground.settings import place
from pipeline.prompts.answers import misdescribed, read_answer
from pipeline.prompts.variables import Variable, Wrong

OUTPUTS = ("text", "script", "dialogue", "json")
_LIBRARY = Path(__file__).parent / "library"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_SLOT = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_LARGEST, _MOST = 200_000, 500  # bytes of a file, files in a folder


@dataclass(frozen=True, slots=True)
class Filled:
    """Ready to be asked."""

    system: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    description: str
    output: str
    system: str
    prompt: str
    variables: Mapping[str, Variable]
    answer: Mapping[str, Any] = field(default_factory=dict)
    """JSON Schema of the answer, where the output is "json"."""

    def fill(self, values: Mapping[str, Any]) -> Filled:
        """Raises InvalidVariable, which names everything that is wrong, missing or unknown."""
        wrong = {name: "there is no such variable" for name in values if name not in self.variables}
        texts: dict[str, str] = {}
        for name, variable in self.variables.items():
            value = values.get(name)
            if value is None and variable.required:
                wrong[name] = "must be given"
                continue
            try:
                given = variable.default if value is None else variable.check(value)
            except Wrong as error:
                wrong[name] = str(error)
            else:
                texts[name] = variable.render(given)
        if wrong:
            wrong = {str(name)[:64]: problem for name, problem in islice(wrong.items(), 20)}
            told = "; ".join(f"{name}: {problem}" for name, problem in wrong.items())
            raise InvalidVariable(
                f"The template {self.name} cannot be filled. {told}.", template=self.name, variables=wrong
            )
        return Filled(_filled(self.system, texts), _filled(self.prompt, texts))

    def read(self, answer: str) -> Any:
        """What a model answered, as data. Raises SourceTruncated for an answer that is not what was asked for."""
        return read_answer(answer, self.answer)

    def as_dict(self) -> dict[str, Any]:
        """For a listing."""
        return {
            "name": self.name,
            "description": self.description,
            "output": self.output,
            "variables": {name: variable.as_dict() for name, variable in self.variables.items()},
            **({"answer": self.answer} if self.answer else {}),
        }


def templates(folder: Path | str | None = None) -> dict[str, Template]:
    """By name: those that come with the package, and those of `folder`, which win. Raises InvalidSetting, which names
    the file that is no template."""
    found = {path.stem: path for path in _files(_LIBRARY)}
    if folder is not None:
        if not Path(folder).is_dir():
            raise InvalidSetting(f"ALOUD_TEMPLATES: the folder {folder} is not there.")
        found |= {path.stem: path for path in _files(Path(folder))}
    return {name: _load(path) for name, path in sorted(found.items())}


def own(env: Mapping[str, str]) -> Path | None:
    """The folder of them that the settings name."""
    given = env.get("ALOUD_TEMPLATES", "").strip()
    return place(given) if given else None


def find(name: str, folder: Path | str | None = None) -> Template:
    """Raises UnknownTemplate, which lists what there is."""
    known = templates(folder)
    if name not in known:
        raise UnknownTemplate(f"There is no template {name[:64]!r}. There are: {', '.join(known)}.", known=list(known))
    return known[name]


def _files(folder: Path) -> list[Path]:
    paths = sorted(path for path in folder.glob("*.toml") if path.is_file())
    if len(paths) > _MOST:
        raise InvalidSetting(f"ALOUD_TEMPLATES: the folder {folder} holds more than {_MOST} templates.")
    return paths


def _load(path: Path) -> Template:
    try:
        if path.stat().st_size > _LARGEST:
            raise Wrong(f"it is larger than {_LARGEST} bytes")
        return _template(path.stem, tomllib.loads(path.read_text("utf-8")))
    except (Wrong, tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        raise InvalidSetting(f"The template {path} cannot be used: {error}.") from error


def _template(name: str, entry: Mapping[str, Any]) -> Template:
    if not _NAME.fullmatch(name):
        raise Wrong("its name is made of small letters, digits, _ and -")
    known = {"description", "output", "system", "prompt", "answer", "variables"}
    if strange := sorted(set(entry) - known):
        raise Wrong(f"unknown {', '.join(strange)}; there is {', '.join(sorted(known))}")
    texts = {key: entry.get(key, "") for key in ("description", "system", "prompt", "answer")}
    if not all(isinstance(text, str) for text in texts.values()) or not texts["prompt"].strip():
        raise Wrong("description, system, prompt and answer are texts, and there must be a prompt")
    output = entry.get("output", "text")
    if output not in OUTPUTS:
        raise Wrong(f"its output is one of {', '.join(OUTPUTS)}")
    variables = dict(_variables(entry.get("variables", {})))
    used = set(_SLOT.findall(texts["system"] + texts["prompt"]))
    if used != set(variables):
        odd = sorted(used ^ set(variables))
        raise Wrong(f"each variable is described once and used, which is not so for {', '.join(odd)}")
    return Template(
        name,
        texts["description"],
        output,
        texts["system"],
        texts["prompt"],
        variables,
        _schema(texts["answer"], output),
    )


def _variables(entries: object) -> Iterator[tuple[str, Variable]]:
    if not isinstance(entries, dict) or not all(isinstance(entry, dict) for entry in entries.values()):
        raise Wrong("variables are tables: [variables.subject]")
    for name, entry in entries.items():
        try:
            yield name, Variable.read(name, entry)
        except Wrong as error:
            raise Wrong(f"variable {name}: {error}") from error


def _schema(answer: str, output: str) -> Mapping[str, Any]:
    if (output == "json") != bool(answer.strip()):
        raise Wrong('an answer is described where the output is "json", and only there')
    if not answer.strip():
        return {}
    try:
        schema: Mapping[str, Any] = json.loads(answer)
    except ValueError as error:
        raise Wrong(f"its answer is no JSON: {error}") from error
    if (problem := next(misdescribed(schema), None)) is not None:
        raise Wrong(f"its answer is described by a JSON Schema: {problem}")
    return schema


def _filled(text: str, values: Mapping[str, str]) -> str:
    """In one pass over the template: what is filled in is not looked at again."""
    lines = [line for line in text.strip().splitlines() if all(values[slot].strip() for slot in _SLOT.findall(line))]
    return _SLOT.sub(lambda slot: values[slot[1]], "\n".join(lines))
