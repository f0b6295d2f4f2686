"""What is in the tree would work on anybody's machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-voices.lock", "requirements-llama.lock")
FOLDERS = "|".join(("work", "farm", "root", "home/[a-z]+"))
INDEXES = "|".join(("index-url", "extra-index-url", "find-links"))
MACHINE = re.compile(rf"(?<![\w.])/(?:{FOLDERS})/|--(?:{INDEXES})|/{'simple'}/".encode())


def tracked() -> list[Path]:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git clone: the tree cannot be listed")
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_one_machine() -> None:
    found = {str(path.relative_to(ROOT)) for path in tracked() if MACHINE.search(path.read_bytes())}
    assert not found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_versions_and_hashes_and_no_place(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = re.split(r"\n(?=\S)", text.strip())
    assert pins
    assert not re.search(r"://|@ file|^-", text, re.MULTILINE)
    assert "platform_release" not in text, "pip 24.2 cannot read such a marker on a kernel with a name of its own"
    for pin in pins:
        assert re.match(r"[a-z0-9][a-z0-9._-]*==[^\s;]+ ", pin), pin
        assert "--hash=sha256:" in pin, pin


def test_all_locks_agree() -> None:
    few, more, most = (set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.MULTILINE)) for name in LOCKS[:3])
    assert few <= more <= most


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[\s<>=~!;\[]", line)[0].lower().replace("_", "-") for line in project["dependencies"]}
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    assert wanted <= locked
