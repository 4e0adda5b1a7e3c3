"""A file that a command writes: never over another or through a link unasked, and its owner's alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = [
    ("knowledge", "sheet", "cycloserine", "--out"),
    ("knowledge", "export", "cycloserine", "--out"),
    ("levels", "simulate", "--drug", "cycloserine", "--dose", "250 mg q12h", "--n", "20", "--days", "2", "--plot"),
]


def run(*words: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "fullcourse", *words]
    return subprocess.run(  # noqa: S603 - our own program
        command, capture_output=True, stdin=subprocess.DEVNULL, timeout=120, check=False
    )


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words[:2]))
def test_nothing_is_written_over_or_through_a_link_unasked(words: tuple[str, ...], tmp_path: Path):
    held, link = tmp_path / "held.svg", tmp_path / "link.svg"
    held.write_text("mine", "utf-8")
    link.symlink_to(held)
    for place, why in ((held, b"there already"), (link, b"a link")):
        done = run(*words, str(place))
        assert done.returncode == 2
        assert why in done.stderr
        assert held.read_text("utf-8") == "mine"
    assert run(*words, str(link), "--force").returncode == 0
    assert link.is_symlink()
    assert held.read_text("utf-8") != "mine"


def test_a_file_about_a_patient_is_its_owners_alone(tmp_path: Path):
    place = tmp_path / "curve.svg"
    before = os.umask(0)
    try:
        assert run(*COMMANDS[2], str(place)).returncode == 0
    finally:
        os.umask(before)
    assert place.stat().st_mode & 0o777 == 0o600
    place.chmod(0o644)
    assert run(*COMMANDS[2], str(place), "--force").returncode == 0
    assert place.stat().st_mode & 0o777 == 0o600
