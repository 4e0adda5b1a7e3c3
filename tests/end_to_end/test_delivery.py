"""What becomes of an answer on a full disk, with a reader that left, in a terminal without its letters."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import fullcourse

EXAMPLE = str(Path(fullcourse.__file__).parent / "examples" / "cautions.toml")
CHECK = ("check", "--drug", "cycloserine", EXAMPLE)


def run(*words: str, into: int | str = subprocess.PIPE, encoding: str = "utf-8"):
    """Run the program, its output going where it is told to."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "fullcourse", *words]
    return subprocess.run(  # noqa: S603 - our own program
        command, stdout=into, stderr=subprocess.PIPE, env=environment, timeout=120, check=False
    )


@pytest.mark.parametrize("words", [CHECK, (*CHECK, "--format", "json"), ("--help",), ("facts",)])
def test_a_full_disk_is_no_success(words: tuple[str, ...]):
    with Path("/dev/full").open("wb") as full:
        done = run(*words, into=full.fileno())
    assert done.returncode == 2
    assert b"could not be written whole" in done.stderr
    assert b"internal" not in done.stderr


@pytest.mark.parametrize("words", [CHECK, (*CHECK, "--format", "json"), ("facts",), ("--help",)])
def test_a_reader_that_left_is_no_success(words: tuple[str, ...]):
    """The code 1, with which libraries leave here, would mean that a severity was reached."""
    reader, writer = os.pipe()
    os.close(reader)
    done = run(*words, into=writer)
    os.close(writer)
    assert done.returncode == 2, done.stderr
    assert b"could not be written whole" in done.stderr


def test_a_closed_output_is_no_success():
    command = ["bash", "-c", '"$@" >&-', "-", sys.executable, "-m", "fullcourse", *CHECK]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)  # noqa: S603 - our own program
    assert done.returncode == 2
    assert b"standard output is closed" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_a_terminal_without_its_letters_gets_the_answer(encoding: str):
    whole = run(*CHECK)
    done = run(*CHECK, encoding=encoding)
    assert done.returncode == whole.returncode == 0
    assert b"internal error" not in done.stderr
    assert done.stdout.decode(encoding).count("Decision") == whole.stdout.decode("utf-8").count("Decision") > 0


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_json_in_another_encoding_is_the_same_json(encoding: str):
    whole = json.loads(run(*CHECK, "--format", "json").stdout)
    written = run(*CHECK, "--format", "json", encoding=encoding).stdout
    # To ASCII, which it takes for a setting that nobody chose, click writes UTF-8, as JSON between programs is.
    assert json.loads(written.decode("utf-8" if encoding == "ascii" else encoding)) == whole


def test_a_pipe_and_a_device_are_refused_by_name(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for path, what in ((tmp_path / "pipe", b"a pipe"), ("/dev/zero", b"a device")):
        done = run("check", "--drug", "cycloserine", str(path))
        assert done.returncode == 2
        assert what in done.stderr


def test_two_folders_without_knowledge_are_not_called_alike(tmp_path: Path):
    done = run("knowledge", "diff", str(tmp_path), str(tmp_path))
    assert done.returncode == 2
    assert b"holds no statement" in done.stderr


def test_a_seed_below_zero_and_a_plan_since_the_year_1_are_refused():
    words = ("levels", "estimate", EXAMPLE, "--drug", "cycloserine", "--dose", "250 mg q12h")
    level = ("--level", "31 mg/L @ 2026-11-03T10:05+02:00")
    seed = run(*words, *level, "--seed", "-1")
    assert seed.returncode == 2
    assert b"--seed" in seed.stderr
    since = run(*words, *level, "--since", "0001-01-01", "--zone", "+02:00")
    assert since.returncode == 2
    assert b"--since" in since.stderr
