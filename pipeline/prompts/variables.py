"""What a template may be given: names, types, bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TYPES = {
    "line": "text on one line",
    "text": "text on any number of lines",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "list": "texts, each on one line",
}
_LONGEST = {"line": 1_000, "text": 100_000, "list": 10_000}  # characters, unless a template says otherwise
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


class Wrong(ValueError):
    """A value, or a description of one, that will not do; the message completes "genre: ..."."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Without a `default` a value must be given."""

    type: str
    description: str = ""
    default: Any = None
    choices: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    """Characters, of a list all together."""

    @classmethod
    def read(cls, name: str, entry: Mapping[str, Any]) -> Variable:
        """From a template's file. Raises Wrong."""
        if not name.isidentifier():
            raise Wrong("a name is made of letters, digits and _")
        known = {"type", "description", "default", "choices", "minimum", "maximum", "max_length"}
        if strange := sorted(set(entry) - known):
            raise Wrong(f"unknown {', '.join(strange)}; there is {', '.join(sorted(known))}")
        if entry.get("type") not in tuple(TYPES):
            raise Wrong(f"its type is one of {', '.join(TYPES)}")
        choices = entry.get("choices", [])
        if not isinstance(choices, list) or not isinstance(entry.get("description", ""), str):
            raise Wrong("choices are a list, a description is text")
        for bound in ("minimum", "maximum", "max_length"):
            if not isinstance(entry.get(bound, 0), int | float):
                raise Wrong(f"{bound} is a number")
        made = cls(**{**entry, "choices": tuple(choices)})
        if made.default is not None and made.default not in ("", []):
            made.check(made.default)
        return made

    @property
    def required(self) -> bool:
        return self.default is None

    def as_dict(self) -> dict[str, Any]:
        """For a listing; bounds that there are not are left out."""
        bounds = {"minimum": self.minimum, "maximum": self.maximum, "max_length": self._longest()}
        return {
            "type": self.type,
            "description": self.description,
            "required": self.required,
            **({} if self.required else {"default": self.default}),
            **({"choices": list(self.choices)} if self.choices else {}),
            **{name: bound for name, bound in bounds.items() if bound is not None},
        }

    def check(self, value: Any) -> Any:
        """The value in its type; numbers and truths may come as text. Raises Wrong."""
        found = getattr(self, f"_{self.type}")(value)
        if self.choices and found not in self.choices:
            raise Wrong(f"choose one of {', '.join(str(choice) for choice in self.choices)}")
        return found

    def render(self, value: Any) -> str:
        """As the prompt has it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list | tuple):
            return ", ".join(value)
        return str(value)

    # ---- one for each type

    def _text(self, value: Any) -> str:
        if not isinstance(value, str):
            raise Wrong("must be text")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise Wrong(f"holds half a character at {error.start}") from error
        if not value.strip() and self.required:
            raise Wrong("must not be empty")
        self._measure(len(value))
        return value

    def _line(self, value: Any) -> str:
        line = self._text(value).strip()
        if len(line.splitlines()) > 1:
            raise Wrong("must be on one line")
        return line

    def _list(self, value: Any) -> list[str]:
        parts = value.replace("\n", ",").split(",") if isinstance(value, str) else value
        if not isinstance(parts, list | tuple):
            raise Wrong("must be a list of texts")
        items = [self._line(part) for part in parts]
        self._measure(sum(map(len, items)))
        return [item for item in items if item]

    def _integer(self, value: Any) -> int:
        number = self._number(value)
        if number != int(number):
            raise Wrong("must be a whole number")
        return int(number)

    def _number(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > 30:
            raise Wrong("must be a number")
        try:
            number = float(value)
        except ValueError as error:
            raise Wrong("must be a number") from error
        low = -math.inf if self.minimum is None else self.minimum
        high = math.inf if self.maximum is None else self.maximum
        if not math.isfinite(number) or not low <= number <= high:
            raise Wrong(f"must be a number between {low:g} and {high:g}")
        return number

    def _boolean(self, value: Any) -> bool:
        word = str(value).strip().lower()
        if not isinstance(value, bool | int | str) or word not in _YES + _NO:
            raise Wrong("must be true or false")
        return word in _YES

    def _longest(self) -> int | None:
        return self.max_length if self.max_length is not None else _LONGEST.get(self.type)

    def _measure(self, length: int) -> None:
        longest = self._longest()
        if longest is not None and length > longest:
            raise Wrong(f"must not be longer than {longest} characters; it has {length}")
