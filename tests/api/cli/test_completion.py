"""A shell that completes the command, as it does for a user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BASH = shutil.which("bash")
ASKED = """
source <(aloud --show-completion)
tab() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _aloud_completion aloud; echo "${COMPREPLY[*]}"; }
tab aloud re; tab aloud say --l; tab aloud say --e
"""


@pytest.mark.skipif(BASH is None, reason="bash is not there: its completion is tried")
def test_bash_completes_commands_and_options_and_help_stays_short(env: dict[str, str], tmp_path: Path) -> None:
    program = tmp_path / "aloud"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.argv[0] = 'aloud'\nfrom api.cli import main\nmain()\n", encoding="utf-8"
    )
    program.chmod(0o755)
    env["PATH"] = f"{tmp_path}:{os.environ['PATH']}"

    def said(*command: str) -> str:
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=100, check=True).stdout

    assert said(str(BASH), "-c", ASKED).split("\n")[:3] == ["read", "--language --lexicon", "--engine"]
    assert "completion" not in said("aloud", "--help")
