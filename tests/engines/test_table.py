from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from pipeline.engines import AUTO, ENGINES, GROUP, find, names
from pipeline.errors import NotInstalled, UnknownEngine
from pipeline.ground.tables import hidden, made, offered


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of somebody else's, installed, with engines of which some cannot be imported."""
    (tmp_path / "choir.py").write_text("class Choir:\n    name = 'choir'\n    class Alto:\n        name = 'alto'\n")
    (tmp_path / "broken.py").write_text("import no_such_library\n")
    info = tmp_path / "choir-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: choir\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[aloud.engines]\nchoir = choir:Choir\nbroken = broken:Engine\ntone = choir:Choir\n"
        "alto = choir : Choir.Alto [loud]\nsolo = choir:Solo\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("pipeline.engines.offered", offered.__wrapped__)  # looks for it anew
    return tmp_path


def test_every_name_of_the_table_gives_its_class() -> None:
    for name in ENGINES:
        assert find(name).name == name


def test_auto_tries_only_what_stays_on_this_machine() -> None:
    assert set(AUTO) < set(ENGINES) and not {"edge", "openai"} & set(AUTO)


def test_engines_of_other_packages_are_found_by_their_entry_point(elsewhere: Path) -> None:
    assert find("choir").name == "choir"
    assert "choir" in names() and "espeak" in names()
    assert find("alto").name == "alto"


def test_nobody_else_can_take_a_name_of_the_table(elsewhere: Path) -> None:
    assert find("tone").__name__ == "ToneEngine"


def test_what_has_the_name_of_another_is_told_of(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.ground.tables.offered", offered.__wrapped__)
    shutil.copytree(elsewhere / "choir-1.0.dist-info", elsewhere / "quire-1.0.dist-info")
    (elsewhere / "quire-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: quire\nVersion: 1.0\n")
    (elsewhere / "quire-1.0.dist-info" / "entry_points.txt").write_text("[aloud.engines]\nchoir = quire:Quire\n")
    tone, choir = sorted(hidden(GROUP, ENGINES), reverse=True)
    assert tone[0] == "tone" and "choir:Choir of choir is not found, for pipeline.engines.tone:ToneEngine" in tone[1]
    assert choir[0] == "choir" and {"choir:Choir", "quire:Quire"} <= set(choir[1].split())


def test_an_engine_that_cannot_be_imported_says_why(elsewhere: Path) -> None:
    with pytest.raises(NotInstalled, match=r"broken.*no_such_library"):
        find("broken")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("from numpy import no_such_thing", "cannot import name 'no_such_thing'"),
        ("import pipeline.of_long_ago", "No module named 'pipeline.of_long_ago'"),
    ],
)
def test_a_package_that_is_there_is_not_said_to_be_missing(elsewhere: Path, line: str, told: str) -> None:
    (elsewhere / "broken.py").write_text(line)
    sys.modules.pop("broken", None)
    with pytest.raises(NotInstalled, match=told) as caught:
        find("broken")
    assert "pip install" not in caught.value.message


@pytest.mark.parametrize(
    ("line", "told"), [("raise OSError('no card')", "OSError: no card"), ("exit(3)", "SystemExit: 3")]
)
def test_a_package_that_breaks_when_it_is_imported_is_told_of(elsewhere: Path, line: str, told: str) -> None:
    (elsewhere / "broken.py").write_text(line)
    sys.modules.pop("broken", None)
    with pytest.raises(NotInstalled, match=f"The engine broken cannot be loaded: {told}"):
        find("broken")
    with pytest.raises(NotInstalled, match="has no attribute 'Solo'"):
        find("solo")


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("edge", "edge-tts"),
        ("espeak", "espeakng-loader"),
        ("kokoro", "kokoro-onnx"),
        ("piper", "piper-tts"),
        ("pyttsx3", "pyttsx3"),
    ],
)
def test_a_missing_package_is_told_before_a_missing_model(
    name: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(package: str) -> str:
        raise PackageNotFoundError(package)

    monkeypatch.setattr("pipeline.ground.tables.version", none)
    with pytest.raises(NotInstalled, match=f"pip install {package}"):
        made(find(name), {})


def test_an_unknown_name_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UnknownEngine, match="espeak"):
        find("gramophone")


def test_an_optional_library_costs_nothing_until_its_engine_is_asked_for() -> None:
    heavy = "{'edge_tts', 'piper', 'kokoro_onnx', 'pyttsx3', 'onnxruntime'}"
    code = f"import sys, pipeline.engines; print(sorted({heavy} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
