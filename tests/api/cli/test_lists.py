"""What there is: voices as they can be named, what works here, and the commands themselves."""

import json
import re

from api.cli.exits import BAD, DONE, FAILED, INTERRUPTED, PARTLY
from tests.api.cli.conftest import Within


def test_voices_lists_what_works_here(within: Within) -> None:
    done = within("voices", "--engine", "espeak", "--language", "de", "--json")
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found
    assert all(voice["engine"] == "espeak" for voice in found)


def test_a_language_that_nobody_speaks_is_said_to_be_one(within: Within) -> None:
    done = within("voices", "--engine", "espeak", "--language", "xx")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"No voice that works here speaks 'xx'." in done.stderr


def test_voices_of_another_region_or_script_are_listed_where_the_language_has_no_nearer(within: Within) -> None:
    done = within("voices", "--engine", "espeak", "--language", "zh-Hant", "--json")
    assert {"cmn", "yue"} <= {json.loads(line)["name"] for line in done.stdout.splitlines()}


def test_a_voices_name_is_whole_however_narrow_the_terminal(within: Within) -> None:
    done = within("voices", "--engine", "espeak", COLUMNS="30")
    names = [line.split()[0] for line in done.stdout.decode().splitlines()[1:]]
    assert "espeak/cmn-latn-pinyin" in names and all(name.startswith("espeak/") for name in names)


def test_doctor_says_what_works_and_how_to_mend_the_rest(within: Within) -> None:
    done = within("doctor", ALOUD_MAX_CHAR="5")
    said = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert re.search("^ok +voice +espeak", said, re.MULTILINE)
    assert "ollama" in said
    assert "is ALOUD_MAX_CHARS meant?" in said


def test_help_names_every_command_and_every_code(within: Within) -> None:
    said = within("--help").stdout.decode()
    assert all(name in said for name in ("say", "chat", "serve", "voices", "doctor"))
    assert all(f"{code} " in said for code in (DONE, FAILED, BAD, PARTLY, INTERRUPTED))


def test_help_names_what_a_user_types_and_no_type_of_python(within: Within) -> None:
    said = within("read", "-h").stdout.decode()
    assert "FILE" in said and "--split" in said and "-h" in said and not re.search(r"<\w+", said)
