"""Imports point down, and whoever wants only the library gets no web server with it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_contracts_of_the_floors_are_kept() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*command, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_the_library_loads_nothing_that_it_was_not_asked_for() -> None:
    heavy = "fastapi starlette uvicorn typer pydantic ollama anthropic openai edge_tts pyttsx3 av pydub"
    script = f"import sys, pipeline; print(*(set('{heavy}'.split()) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == [], done.stderr
