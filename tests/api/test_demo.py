"""The demonstration does the main job before one's eyes and leaves sound that plays."""

import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_demo_shows_text_and_sound_and_leaves_files(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("ALOUD_")}
    env |= {"PYTHONPATH": str(ROOT), "ALOUD_OUTPUT_DIR": str(tmp_path / "out")}
    env |= {"ALOUD_API_KEYS": "somebody", "http_proxy": "http://127.0.0.1:9"}  # neither is the demonstration's business
    done = subprocess.run([sys.executable, "-m", "api.demo"], env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    kinds = [line.split()[1] for line in done.stdout.splitlines() if line[:8].strip().replace(".", "").isdigit()]
    assert kinds[0] == "start"
    assert kinds[-1] == "complete"
    assert kinds.index("audio") < len(kinds) - 1 - kinds[::-1].index("chunk"), "sound came only after all the text"
    left = tmp_path / "out" / "demo"
    lengths = {path.name: seconds(path) for path in left.glob("*.wav")}
    whole = lengths.pop("whole.wav")
    assert whole == pytest.approx(sum(lengths.values()), abs=0.05)
    assert "$3.50" in (left / "whole.vtt").read_text().replace("\n", " ")
    assert str(left / "whole.wav") in done.stdout


def seconds(path: Path) -> float:
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()
