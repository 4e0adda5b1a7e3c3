"""What a clinician sees, and whoever writes a first record: ``desk_cases.toml`` on the installed program."""

import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import fullcourse
from terminals import Seen, in_terminal

PROGRAM = Path(sys.executable).with_name("fullcourse")
HERE = Path(__file__).parents[1]
EXAMPLES = Path(fullcourse.__file__).parent / "examples"
CASES: list[dict[str, Any]] = tomllib.loads((HERE / "desk_cases.toml").read_text("utf-8"))["case"]
FIRST_LINES, LAST_LINES = 10, 12


def record(name: str) -> Path:
    own = HERE / "data" / "desk" / name
    return own if own.exists() else EXAMPLES / name


def seen(case: dict[str, Any], saved: Path) -> Seen:
    words = shlex.split(case["line"].replace("{saved}", str(saved)))
    arguments = [case.get("command", "check"), str(record(case["record"])), *words]
    if case.get("where") == "terminal":
        return in_terminal(*arguments, keys=[(wait, typed) for wait, typed in case.get("keys", ())])
    done = subprocess.run(  # noqa: S603 - our own program
        [PROGRAM, *arguments],
        capture_output=True,
        env={**os.environ, "COLUMNS": "80"},
        check=False,
        timeout=60,
    )
    return Seen(done.returncode, (done.stdout + done.stderr).decode())


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_what_must_be_seen_is_seen(case: dict[str, Any], tmp_path: Path) -> None:
    saved = tmp_path / "answers.toml"
    shown = seen(case, saved)
    flat = shown.flat
    first = " ".join(" ".join(shown.lines[:FIRST_LINES]).split()).casefold()
    last = " ".join(" ".join(shown.lines[-LAST_LINES:]).split()).casefold()
    assert "Traceback" not in flat
    if "code" in case:
        assert shown.code == case["code"], shown.text
    assert [text for text in case.get("shows", ()) if text not in flat] == [], shown.text
    assert [text for text in case.get("first", ()) if text.casefold() not in first] == [], shown.text
    assert [text for text in case.get("last", ()) if text.casefold() not in last] == [], shown.text
    assert [text for text in case.get("hides", ()) if text in shown.raw] == [], shown.text
    assert [text for text in case.get("raw_hides", ()) if text in shown.raw] == [], shown.raw
    if "at_most" in case:
        assert len(shown.lines) <= case["at_most"], shown.text
        assert max(map(len, shown.lines)) <= 80
    if "line_with" in case:
        assert any(all(text in line for text in case["line_with"]) for line in shown.lines), shown.text
    if case.get("no_trailing_space"):
        assert [line for line in shown.raw.splitlines() if line != line.rstrip()] == []
    if "saved" in case:
        kept = saved.read_text("utf-8")
        assert [text for text in case["saved"] if text not in kept] == [], kept
