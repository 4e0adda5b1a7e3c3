"""The man page is that of the commands as they are, names each of them, and `man` has nothing to say against it."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "man" / "fullcourse.1"

sys.path.insert(0, str(ROOT / "tools"))

from make_man import man_page  # noqa: E402 - a script, no part of the package
from site_pages.commands import walk  # noqa: E402


def shown() -> subprocess.CompletedProcess[str]:
    """Return the page as `man` shows it, with its warnings."""
    return subprocess.run(  # noqa: S603 - the page of this checkout
        ["man", "--warnings", "-l", str(PAGE)],  # noqa: S607 - whichever is installed
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MANWIDTH": "200", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": "", "PAGER": "cat"},
    )


def test_the_page_is_that_of_the_commands_as_they_are() -> None:
    assert PAGE.read_text("utf-8") == man_page(), "run tools/make_man.py"


def test_every_command_and_every_option_stands_in_it() -> None:
    page = re.sub(r"\\(.)", r"\1", PAGE.read_text("utf-8"))
    commands = list(walk())
    assert len(commands) > 40
    for words, command in commands:
        part = page.split(f'.SS "fullcourse {" ".join(words)}"\n')[1].split("\n.SS ")[0]
        for parameter in command.params:
            assert all(name in part for name in parameter.opts if name.startswith("--"))


@pytest.mark.skipif(shutil.which("man") is None, reason="no man is installed")
def test_man_shows_it_without_a_warning() -> None:
    done = shown()
    assert (done.returncode, done.stderr) == (0, "")
    assert "fullcourse levels estimate" in done.stdout
    assert "--level TEXT" in done.stdout


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="no mandoc is installed")
def test_mandoc_finds_no_error() -> None:
    done = subprocess.run(  # noqa: S603 - the page of this checkout
        ["mandoc", "-Tlint", "-Werror", str(PAGE)],  # noqa: S607 - whichever is installed
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_wheel_installs_it_where_man_looks(tmp_path: Path) -> None:
    subprocess.run(  # noqa: S603 - our own build
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        (name,) = (it for it in files.namelist() if it.endswith("fullcourse.1"))
        assert name.endswith(".data/data/share/man/man1/fullcourse.1")
        assert files.read(name) == PAGE.read_bytes()
