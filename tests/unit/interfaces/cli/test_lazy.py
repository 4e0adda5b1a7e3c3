"""Commands by name: misspelt ones, completion, and help where an extra is not installed."""

import re
import shlex
import subprocess
import sys

import click
import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.help_examples import EXAMPLES_OF
from fullcourse.interfaces.cli.main import fullcourse

OF_AN_EXTRA = ("duckdb", "msgspec", "sqlglot", "sqlalchemy", "alembic", "cryptography", "icalendar", "segno", "typst")


def every_command(
    group: click.Group, words: tuple[str, ...] = (), above: click.Context | None = None
) -> list[tuple[str, ...]]:
    context = click.Context(group, parent=above, info_name=words[-1] if words else "fullcourse")
    found = [words]
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        below = (*words, name)
        found += every_command(command, below, context) if isinstance(command, click.Group) else [below]
    return found


BARE = f"""
import sys
for name in {OF_AN_EXTRA!r}:
    sys.modules[name] = None
from click.testing import CliRunner
from fullcourse.interfaces.cli.help_examples import EXAMPLES_OF
from fullcourse.interfaces.cli.main import fullcourse
for line in sys.stdin.read().splitlines():
    done = CliRunner().invoke(fullcourse, line.split())
    said = done.output or str(done.exception)
    print(done.exit_code, type(done.exception).__name__, said.replace(chr(10), " "), sep="\\t")
"""
"""A program without extras: it runs each line of its input, and prints how that ended."""


def without_extras(*lines: str) -> list[tuple[str, str, str]]:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", BARE], input="\n".join(lines), capture_output=True, text=True, check=True, timeout=300
    )
    ended = [line.split("\t", 2) for line in done.stdout.splitlines()]
    assert len(ended) == len(lines)
    return [(code, error, said) for code, error, said in ended]


def test_every_command_has_help_without_any_extra() -> None:
    lines = [" ".join((*words, "--help")) for words in every_command(fullcourse)]
    assert len(lines) > 50
    failed = [
        line
        for line, (code, _, said) in zip(lines, without_extras(*lines), strict=True)
        if code != "0" or "Usage:" not in said
    ]
    assert failed == []


def test_a_command_whose_extra_is_not_installed_names_it() -> None:
    for code, error, said in without_extras(
        "cohort screen . --drug cycloserine --out x.parquet", "cohort plan . --start 2026-12-01 --out x.csv"
    ):
        assert (code, error) == ("1", InputError.__name__), said
        assert "pip install 'fullcourse[cohort]'" in said


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


@pytest.mark.parametrize("words", [words for words in every_command(fullcourse) if words], ids=" ".join)
def test_the_help_of_every_command_has_an_example_that_is_one(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(fullcourse, [*words, "--help"], env={"COLUMNS": "80"}).output
    group = shown.startswith("Usage:") and "COMMAND [ARGS]" in shown.splitlines()[0]
    below = " ".join(shown.split("Usage:", 1)[1].split("\n", 1)[1].split())
    said = re.search(rf"fullcourse {re.escape(' '.join(words))} \S", below)
    assert group or said or words in {("knowledge", "check"), ("knowledge", "coverage"), ("course", "verify")}


def test_a_group_that_is_called_by_itself_leaves_its_examples_to_the_whole() -> None:
    group = fullcourse.get_command(click.Context(fullcourse), "cohort")
    assert group is not None
    CliRunner().invoke(group, ["plan", "--help"])
    assert "fullcourse cohort plan " in CliRunner().invoke(fullcourse, ["cohort", "plan", "--help"]).output


@pytest.mark.parametrize("words", EXAMPLES_OF)
def test_an_example_names_a_command_and_options_that_there_are(words: str) -> None:
    line = shlex.split(EXAMPLES_OF[words])
    named = words.split()
    assert line[: len(named)] == named
    command: click.Command | None = fullcourse
    context = click.Context(fullcourse)
    for name in named:
        assert isinstance(command, click.Group)
        command = command.get_command(context, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=context)
    assert command is not None
    given, _, _ = command.make_parser(context).parse_args(line[len(named) :])
    lacking = [
        option.name for option in command.params if option.required and given.get(option.name or "") in (None, ())
    ]
    assert lacking == []
