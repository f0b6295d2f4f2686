"""Where the command `aloud` begins: with an ear for Ctrl-C, before anything large is loaded."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn


def main() -> None:
    signal.signal(signal.SIGINT, _leave)
    open_closed()
    from api.cli.commands import run

    run()


def open_closed() -> None:
    """What the caller has closed of standard input, output and error is empty, and not the next file that is opened."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # until the program ends


def _leave(*_: object) -> NoReturn:
    raise SystemExit(130)  # api.cli.exits.INTERRUPTED, which may not be loaded yet
