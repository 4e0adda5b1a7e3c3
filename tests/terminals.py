"""A real terminal for tests: the installed program with a pty as its input and outputs, and keys that are typed."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["INTERRUPT", "Seen", "in_terminal"]

PROGRAM = Path(sys.executable).with_name("fullcourse")
INTERRUPT = "\x03"
"""Ctrl-C, as the keyboard sends it."""
_SECONDS = 60.0
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-Z\\-_])")


class Seen(NamedTuple):
    """What a terminal showed.

    Attributes:
        code: Exit code.
        raw: Everything that was written to it, with escape codes.
    """

    code: int
    raw: str

    @property
    def text(self) -> str:
        """Return what a person reads: no escape codes, lines without the spaces at their ends."""
        plain = _ESCAPE.sub("", self.raw).replace("\r\n", "\n").replace("\r", "")
        return "\n".join(line.rstrip() for line in plain.split("\n"))

    @property
    def lines(self) -> list[str]:
        """Return the lines, without the empty ones at either end."""
        return self.text.strip("\n").split("\n")

    @property
    def flat(self) -> str:
        """Return the text with every run of spaces and line ends as one space."""
        return " ".join(self.text.split())


def in_terminal(
    *arguments: object, keys: Sequence[tuple[str, str]] = (), columns: int = 80, rows: int = 24, **environment: str
) -> Seen:
    """Run the program in a terminal.

    Args:
        arguments: What follows ``fullcourse``.
        keys: What is waited for, and what is then typed, one after another; each is waited for behind the one before.
        columns: Width.
        rows: Height.
        environment: Beside the own; ``COLUMNS`` and ``LINES`` are taken out, as most terminals do not hand them down.

    Raises:
        TimeoutError: The program went on for a minute, or never showed what was waited for.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [PROGRAM, *map(str, arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**kept, "TERM": "xterm-256color", **environment},
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    shown, waiting, seen_to = b"", list(keys), 0
    end = time.monotonic() + _SECONDS
    try:
        while time.monotonic() < end:
            if select.select([ours], [], [], 0.2)[0]:
                try:
                    block = os.read(ours, 65536)
                except OSError:  # the other end is closed
                    break
                if not block:
                    break
                shown += block
            text = _ESCAPE.sub("", shown.decode("utf-8", "replace")).replace("\r", "")
            if waiting and (at := text.find(waiting[0][0], seen_to)) >= 0:
                seen_to = at + len(waiting[0][0])
                os.write(ours, waiting.pop(0)[1].encode())
        else:
            raise TimeoutError(f"waited for {waiting[:1]} behind: {shown.decode('utf-8', 'replace')[-2000:]}")
    finally:
        os.close(ours)
        if process.poll() is None:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return Seen(process.returncode, shown.decode("utf-8", "replace"))
