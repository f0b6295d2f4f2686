"""What stands in tables as "module:attribute": imported when first used, so that what nobody uses costs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, entry_points, version
from importlib.util import find_spec
from operator import attrgetter
from typing import Any

from pipeline.errors import NotInstalled


def loaded(where: str) -> Any:
    module, _, attribute = where.partition(":")
    return attrgetter(attribute)(import_module(module))


def found(what: str, where: str) -> Any:
    """`what` it is called when it is missing. Raises NotInstalled, which says how to get what it needs, or why what is
    here is of no use."""
    try:
        return loaded(where)
    except (Exception, SystemExit) as error:
        name = error.name if isinstance(error, ModuleNotFoundError) else None
        if name and find_spec(name.partition(".")[0]) is None:
            raise _missing(what, name) from error
        raise NotInstalled(f"{what} cannot be loaded: {type(error).__name__}: {error}") from error


@cache
def offered(group: str) -> Mapping[str, str]:
    """Where to import from what other packages offer, by name: looked for once, as it takes milliseconds."""
    return {entry.name: _bare(entry.value) for entry in entry_points(group=group)}


def hidden(group: str, table: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What packages offer under names by which something else is found, one of the table's or another package's: the
    name, and what its package is told."""
    for entry in entry_points(group=group):
        if (found := table.get(entry.name) or offered(group)[entry.name]) != _bare(entry.value):
            package = entry.dist.name if entry.dist else "a package"
            yield entry.name, f"{entry.value} of {package} is not found, for {found} has this name; give it another"


def _bare(value: str) -> str:
    """Packages may write it with spaces, and the extras that it wants behind it."""
    return value.partition("[")[0].replace(" ", "")


def installed(what: str, package: str) -> str:
    """The version of a package that `what` needs. Raises NotInstalled, which says how to get it."""
    try:
        return version(package)
    except PackageNotFoundError as error:
        raise _missing(what, package) from error


def _missing(what: str, package: str) -> NotInstalled:
    return NotInstalled(f"{what} needs {package}, which is not here: pip install {package}")


def made(cls: Any, env: Mapping[str, str]) -> Any:
    """A back-end that has settings takes them from the environment; one that has none is simply made."""
    return cls.from_env(env) if hasattr(cls, "from_env") else cls()
