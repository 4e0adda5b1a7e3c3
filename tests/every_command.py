"""Every command of the command line, as the program itself lists them, and words with which each of them answers."""

from collections.abc import Iterator
from pathlib import Path

import click

import fullcourse
from fullcourse.interfaces.cli.main import fullcourse as command_line

__all__ = ["EXAMPLES", "answering", "commands", "names_a_path"]

EXAMPLES = Path(fullcourse.__file__).parent / "examples"
_OF_PATHS = ("FILE", "RECORD", "COURSE", "INPUT", "DATA", "LABEL", "DIR", "PATH", "FOLDER", "OLD", "NEW", "PATIENT")


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with its words, in the order in which help shows them."""

    def walk(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
        if not isinstance(command, click.Group):
            yield words, command
            return
        context = click.Context(command)
        for name in command.list_commands(context):
            known = command.get_command(context, name)
            assert known is not None
            yield from walk(known, (*words, name))

    yield from walk(command_line, ())


def names_a_path(parameter: click.Parameter, command: click.Command) -> bool:
    """Tell by what help calls it whether a parameter may name a file or a folder."""
    shown = parameter.make_metavar(click.Context(command))
    return any(word in shown for word in _OF_PATHS)


def answering(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return words with which each command answers, or, where that takes more than words, asks for help.

    Args:
        folder: An empty one, for what commands write.
    """
    patient, at, drug = str(EXAMPLES / "synthetic-patient.json"), ("--at", "2026-11-22"), ("--drug", "cycloserine")
    plan, level = ("--dose", "250 mg q12h"), ("--level", "31 mg/L @ 2026-11-03T10:05+02:00")
    measured = ("--covariate", "creatinine=0.9 mg/dL", "--covariate", "weight=58 kg")
    levels = (patient, *drug, *plan, *level, *measured)
    words = {
        "check": (patient, *drug, *at),
        "plan": (patient, *at),
        "regimen": (patient, *at),
        "dose": (patient, *drug, *at),
        "ask": ("missed dose", *drug),
        "leaflet": drug,
        "knowledge check": (),
        "knowledge show": ("cycloserine",),
        "knowledge sources": (),
        "knowledge export": ("cycloserine", *at),
        "triage": ("--symptom", "rash", *drug, *at),
        "overdose": (*drug, "--took", "10 g", *at),
        "monitor": (patient, *drug, "--start", "2026-10-01", *at),
        "new": ("-", *drug, *at),
        "facts": (),
        "examples": (str(folder / "examples"),),
        "completion": ("bash",),
        "levels models": (),
        "levels simulate": (*drug, *plan, "--n", "5", "--days", "2"),
        "levels attainment": (*drug, *plan, "--n", "5"),
        "levels estimate": levels,
    }
    return {" ".join(name): (*name, *words.get(" ".join(name), ("--help",))) for name, _ in commands()}
