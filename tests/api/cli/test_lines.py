"""What is written on standard output is there at once, or it is said that it is not."""

import sys
from pathlib import Path

import pytest

from api.cli.lines import write
from pipeline.errors import StoreError


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_an_output_that_cannot_be_written_is_told_and_ends_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full", "w") as full, monkeypatch.context() as here:
        here.setattr(sys, "stdout", full)
        with pytest.raises(StoreError, match="Standard output cannot be written: No space left"):
            write(b"{}\n")
        write(b"what comes then goes nowhere\n")
