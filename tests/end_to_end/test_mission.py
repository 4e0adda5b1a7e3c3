"""Everything that the mission names, done by the command that is named for it, on the files that ship."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from fullcourse.interfaces.cli.examples import EXAMPLES
from fullcourse.interfaces.cli.main import fullcourse
from fullcourse.interfaces.cli.mission import MISSION, runs_of_the_mission

RUNS = runs_of_the_mission()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The examples as a user gets them, and the shell that stands among them."""
    written = CliRunner().invoke(fullcourse, ["examples", str(tmp_path / "tried")])
    assert written.exit_code == 0, written.output
    monkeypatch.chdir(tmp_path / "tried")
    return tmp_path / "tried"


@pytest.mark.parametrize("mission", MISSION)
def test_a_user_can_run_it_and_sees_it(mission: str, folder: Path) -> None:
    run = RUNS[mission]
    done = CliRunner().invoke(fullcourse, run.arguments, env={"COLUMNS": "80"})
    assert done.exit_code == 0, (done.output, done.exception)
    shown = " ".join(done.output.split())
    assert run.shows
    assert [text for text in run.shows if text not in shown] == []


def test_every_example_is_used_by_a_command_or_beside_one(folder: Path) -> None:
    lines = " ".join(run.line for run in RUNS.values())
    beside = {"synthetic-answers.toml", "resistant.toml"}  # of `make run`, and of the pages of the manual
    assert {file.name for file in EXAMPLES.iterdir()} == {file.name for file in folder.iterdir()}
    assert {file.name for file in folder.iterdir() if file.name not in lines} <= beside


def test_a_file_that_is_there_is_not_written_over(folder: Path) -> None:
    changed = folder / "ready.toml"
    changed.write_text("mine", "utf-8")
    again = CliRunner().invoke(fullcourse, ["examples", str(folder)])
    assert again.exit_code != 0
    assert "ready.toml" in str(again.exception)
    assert changed.read_text("utf-8") == "mine"


@pytest.mark.parametrize("file", sorted(path.name for path in EXAMPLES.glob("*.toml")))
def test_an_example_says_that_it_is_nobodys(file: str) -> None:
    first = (EXAMPLES / file).read_text("utf-8").splitlines()[0]
    assert first.startswith("#")
    assert "obody's" in first
