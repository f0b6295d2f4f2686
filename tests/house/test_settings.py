"""What the README says of the settings is what the code reads."""

import re
from pathlib import Path

from api.settings import OTHERS, PREFIX, Settings

ROOT = Path(__file__).parents[2]
KEYS = {"OLLAMA_HOST"}
"""Settings under the names that their owners gave them."""


def documented() -> set[str]:
    return set(re.findall(rf"^\|[^|]*`({PREFIX}[A-Z_]+)`", (ROOT / "README.md").read_text(), re.MULTILINE))


def read() -> set[str]:
    """Named in a string of the code, or a field of the settings."""
    sources = [path.read_text() for folder in ("pipeline", "api") for path in (ROOT / folder).rglob("*.py")]
    named = {name for text in sources for name in re.findall(rf'"({PREFIX}[A-Z_]*[A-Z])"', text)}
    return named | {PREFIX + field.upper() for field in Settings.model_fields}


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    assert documented() == read()


def test_only_what_is_read_is_known() -> None:
    assert sorted([*Settings.model_fields, *OTHERS]) == sorted(name.removeprefix(PREFIX).lower() for name in read())


def test_a_default_is_what_the_readme_says() -> None:
    table = dict(re.findall(rf"^\| `({PREFIX}[A-Z_]+)` \|([^|]*)\|", (ROOT / "README.md").read_text(), re.MULTILINE))
    for field, info in Settings.model_fields.items():
        default = info.default
        said = table[PREFIX + field.upper()].strip().strip("`").replace(",", "")
        if isinstance(default, int | float):
            assert float(said) == default, field
        elif default in (None, ()):
            assert said == "", field
