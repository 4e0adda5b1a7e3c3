"""Commands by name: misspelt ones, completion, and help where an extra is not installed."""

import sys

import click
import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.main import fullcourse

OF_AN_EXTRA = ("duckdb", "msgspec", "sqlglot", "sqlalchemy", "alembic", "cryptography", "icalendar", "segno", "typst")


def every_command(group: click.Group, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    context = click.Context(group)
    found = [words]
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        below = (*words, name)
        found += every_command(command, below) if isinstance(command, click.Group) else [below]
    return found


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """An install without extras: whatever was imported before is imported anew."""
    for name in list(sys.modules):
        if name.partition(".")[0] in OF_AN_EXTRA or name.startswith(("fullcourse.adapters", "fullcourse.cohort")):
            monkeypatch.delitem(sys.modules, name)
    for name in OF_AN_EXTRA:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.parametrize("words", every_command(fullcourse), ids=" ".join)
def test_every_command_has_help_without_any_extra(words: tuple[str, ...], bare: None) -> None:
    shown = CliRunner().invoke(fullcourse, [*words, "--help"])
    assert shown.exit_code == 0, shown.exception
    assert "Usage:" in shown.output


@pytest.mark.parametrize(
    "words",
    [
        ("cohort", "screen", ".", "--drug", "cycloserine", "--out", "x.parquet"),
        ("cohort", "plan", ".", "--start", "2026-12-01", "--out", "x.csv"),
    ],
    ids=" ".join,
)
def test_a_command_whose_extra_is_not_installed_names_it(words: tuple[str, ...], bare: None) -> None:
    tried = CliRunner().invoke(fullcourse, words)
    assert type(tried.exception).__name__ == InputError.__name__  # the class may have been imported anew
    assert "pip install 'fullcourse[cohort]'" in str(tried.exception)


@pytest.mark.parametrize(
    ("words", "meant"),
    [(("chek",), "'check'"), (("course", "stat"), "'start'"), (("knowledge", "coverge"), "'coverage'"),
     (("cohort", "scren"), "'screen'"), (("levels", "estimat"), "'estimate'")],
)  # fmt: skip
def test_a_misspelt_command_names_what_was_meant(words: tuple[str, ...], meant: str) -> None:
    tried = CliRunner().invoke(fullcourse, words)
    assert tried.exit_code == 2
    assert f"Did you mean {meant}" in tried.output


def test_a_word_like_no_command_gets_no_guess() -> None:
    assert "Did you mean" not in CliRunner().invoke(fullcourse, ["zzzz"]).output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell: str) -> None:
    script = CliRunner().invoke(fullcourse, ["completion", shell]).output
    assert "_FULLCOURSE_COMPLETE" in script
    assert "fullcourse" in script


def test_a_shell_is_told_commands_and_options() -> None:
    asked = BashComplete(fullcourse, {}, "fullcourse", "_FULLCOURSE_COMPLETE")
    assert [item.value for item in asked.get_completions([], "che")] == ["check"]
    assert "--profile" in [item.value for item in asked.get_completions(["check"], "--pro")]
