"""Files that a command is asked to write: nothing is written over, and no link is followed, unasked.

In a terminal the question is put; elsewhere ``--force`` answers it. A file about a patient is its owner's alone.
"""

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from fullcourse.clinical.errors import InputError

__all__ = ["force_option", "keep_from_others", "may_write", "write_out"]

_FORCE: Final = "fullcourse.force"
_OF_ITS_OWNER: Final = 0o600
_FOR_ALL: Final = 0o666

Command = TypeVar("Command", bound=Callable[..., Any])


def force_option(command: Command) -> Command:
    """Add ``--force`` to a command, which `write_out` looks for."""

    def noted(context: click.Context, _option: click.Parameter, value: bool) -> None:
        context.meta[_FORCE] = value

    says = "Write over a file that is there, or through a link."
    return click.option("--force", is_flag=True, expose_value=False, callback=noted, help=says)(command)


def keep_from_others() -> None:
    """Let everything that the command writes from here on be its owner's alone, parts and asides of engines too."""
    before = os.umask(0o077)
    click.get_current_context().call_on_close(lambda: os.umask(before))


def write_out(path: str | Path, content: bytes, option: str = "--out", *, about_patient: bool = True) -> None:
    """Write a file that an option names.

    Args:
        path: Where.
        content: All of it.
        option: What named it, for messages.
        about_patient: Whether only its owner may read it.

    Raises:
        InputError: Something is there and nobody said that it may go, or the file cannot be written.
    """
    target = Path(path)
    try:
        is_new = not (target.is_symlink() or target.exists())
        if not is_new and not _may_go(target, option):
            what = "a link" if target.is_symlink() else "there already"
            raise InputError(f"{option}: {target.name} is {what}, and is not written to. Name another, or add --force.")
        _write(target, content, is_new=is_new, mode=_OF_ITS_OWNER if about_patient else _FOR_ALL)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no name of a file"
        raise InputError(
            f"{option}: {target.name} cannot be written ({why}). Check the folder, or name another file."
        ) from None


def may_write(path: Path, option: str = "--out", *, folder: bool = False) -> None:
    """Ask before another library writes a file over one that is there, or into a folder that holds something.

    Args:
        path: Where.
        option: What named it, for messages.
        folder: Whether a folder is written.

    Raises:
        InputError: Something is there and nobody said that it may go.
    """
    if folder and path.is_dir() and not path.is_symlink():
        held = next(path.iterdir(), None)
        if held is not None and not _may_go(path, option):
            raise InputError(f"{option}: {path.name} holds files already. Name another folder, or add --force.")
        return
    if (path.is_symlink() or path.exists()) and not _may_go(path, option):
        what = "a link" if path.is_symlink() else "there already"
        raise InputError(f"{option}: {path.name} is {what}, and is not written to. Name another, or add --force.")


def _may_go(target: Path, option: str) -> bool:
    context = click.get_current_context(silent=True)
    if context is not None and context.meta.get(_FORCE):
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    what = "is a link. Write through it?" if target.is_symlink() else "is there already. Write over it?"
    return click.confirm(f"{option}: {target.name} {what}", err=True)


def _write(target: Path, content: bytes, *, is_new: bool, mode: int) -> None:
    # What came there in the meantime is not written over either.
    flags = os.O_WRONLY | getattr(os, "O_BINARY", 0) | (os.O_CREAT | os.O_EXCL if is_new else os.O_CREAT | os.O_TRUNC)
    with os.fdopen(os.open(target, flags, mode), "wb") as file:
        if mode == _OF_ITS_OWNER and target.is_file() and hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), mode)
        try:
            file.write(content)
            file.flush()
        except OSError:
            if is_new:
                with contextlib.suppress(OSError):
                    target.unlink()
            raise
