"""``fullcourse examples``: the files that the documentation's commands run on, written into a folder."""

import shutil
from pathlib import Path

import click

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.echo import echo
from fullcourse.knowledge.reader import HERE

__all__ = ["EXAMPLES", "examples"]

EXAMPLES = HERE.parent / "examples"
"""The files that ship: synthetic, and nobody's."""


@click.command("examples")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def examples(folder: Path) -> None:
    """Write example files into DIR: records, answers and courses of people who do not exist.

    For example: fullcourse examples tried && cd tried && fullcourse check ready.toml --drug cycloserine
    """
    files = sorted(file for file in EXAMPLES.iterdir() if file.is_file())
    there = [file.name for file in files if (folder / file.name).exists()]
    if there:
        raise InputError(
            f"{folder} already holds {', '.join(there)}. A file that somebody may have changed is not written over: "
            "name another folder, or remove them."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copyfile(file, folder / file.name)
    echo(f"{len(files)} files in {folder}. 'fullcourse knowledge coverage' names a command for each of them.")
