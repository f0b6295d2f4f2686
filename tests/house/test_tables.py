"""Every line of every table names something that loads, or says by name what must be installed."""

import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import pipeline
from pipeline import engines, sources
from pipeline.assembly.workshop import Workshop
from pipeline.errors import EngineUnavailable, NotInstalled


def tables() -> Iterator[tuple[str, str, str]]:
    """Each entry of each table: an upper-case mapping of names to "module:attribute" in some module of the pipeline."""
    for module in pkgutil.walk_packages(pipeline.__path__, "pipeline."):
        if not module.ispkg:
            continue
        for name, table in vars(importlib.import_module(module.name)).items():
            if name.isupper() and isinstance(table, Mapping):
                for key, target in table.items():
                    if isinstance(target, str) and target.count(":") == 1:
                        yield f"{module.name}.{name}", key, target


ENTRIES = [pytest.param(*row, id=f"{row[0]}[{row[1]}]") for row in tables()]


@pytest.mark.parametrize(("table", "name", "target"), ENTRIES)
def test_every_entry_names_something_that_is_there(table: str, name: str, target: str) -> None:
    module, attribute = target.split(":")
    if importlib.util.find_spec(module) is None:
        pytest.fail(f"{table}[{name!r}] names {module}, which does not exist")
    try:
        loaded = importlib.import_module(module)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        assert missing not in ("pipeline", "api"), f"{table}[{name!r}] cannot be loaded: {error}"
        pytest.skip(f"{name} needs {missing}, which is an extra")
    assert hasattr(loaded, attribute), f"{table}[{name!r}]: {module} has no {attribute}"


def test_there_are_tables() -> None:
    found = {table for table, _, _ in tables()}
    assert {"pipeline.engines.ENGINES", "pipeline.sources.SOURCES", "pipeline.audio.ENCODERS"} <= found


@pytest.mark.parametrize("name", engines.names())
async def test_an_engine_works_or_says_what_it_wants(name: str, tmp_path: Path) -> None:
    async with Workshop(output_dir=tmp_path, env={}) as workshop:
        try:
            assert workshop.engine([name]).name == name
        except (NotInstalled, EngineUnavailable) as error:
            assert name in error.message
            assert re.search(r"pip install|[A-Z]+_[A-Z]+", error.message), "neither a package nor a setting is named"


@pytest.mark.parametrize("name", sources.names())
def test_a_source_can_be_made_without_any_settings(name: str, tmp_path: Path) -> None:
    assert Workshop(output_dir=tmp_path, env={}).source([name]).name == name
