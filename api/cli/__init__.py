"""Where the command `aloud` begins: with an ear for Ctrl-C, before anything large is loaded."""

from __future__ import annotations

import signal
from typing import NoReturn


def main() -> None:
    signal.signal(signal.SIGINT, _leave)
    from api.cli.commands import app

    app()


def _leave(*_: object) -> NoReturn:
    raise SystemExit(130)  # api.cli.exits.INTERRUPTED, which may not be loaded yet
