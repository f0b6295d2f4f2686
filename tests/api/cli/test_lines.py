"""What is written on standard output is there at once, or it is said that it is not."""

import sys
from pathlib import Path

import pytest

from api.cli.lines import Terminal, write
from pipeline.errors import StoreError


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_an_output_that_cannot_be_written_is_told_and_ends_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full", "w") as full, monkeypatch.context() as here:
        here.setattr(sys, "stdout", full)
        with pytest.raises(StoreError, match="Standard output cannot be written: No space left"):
            write(b"{}\n")
        write(b"what comes then goes nowhere\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_so_is_what_people_were_to_read(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with open("/dev/full", "w") as full, monkeypatch.context() as here:
        here.setattr(sys, name, full)
        console = Terminal(stderr=name == "stderr")
        with pytest.raises(StoreError, match="cannot be written: No space left"):
            console.print("a table")
        console.print("what comes then goes nowhere")
