"""Which version of aloud this is."""

from importlib.metadata import PackageNotFoundError, version


def release() -> str:
    """As installed; "0" when it runs from a source tree that is not."""
    try:
        return version("aloud")
    except PackageNotFoundError:
        return "0"
