"""Pictures of what the commands print, made by running them on the example files in a terminal of 80 columns."""

import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

__all__ = ["picture", "printed"]

COLUMNS = 80
_COLOURS = TerminalTheme(
    (0, 0, 0),
    (255, 255, 255),
    [(0, 0, 0), (255, 123, 114), (126, 231, 135), (240, 200, 80), (121, 192, 255), (210, 168, 255), (118, 227, 234),
     (230, 237, 243)],
)  # fmt: skip
"""White on black, and colours that stay readable on it; what is dim comes out at half of white."""


def printed(command: str, folder: Path) -> str:
    """Return what a command prints in a terminal, with its colours.

    Args:
        command: A line that begins with ``fullcourse``.
        folder: Where it is run.

    Raises:
        RuntimeError: It did not end well.
    """
    words = shlex.split(command)
    if words[0] != "fullcourse":
        raise RuntimeError(f"'{command}' is no command of fullcourse")
    ours, theirs = pty.openpty()
    settings = {**os.environ, "COLUMNS": str(COLUMNS), "LINES": "24", "TERM": "xterm-256color"}
    call = subprocess.Popen(  # noqa: S603 - our own command, on files that ship
        [sys.executable, "-m", "fullcourse", *words[1:]], cwd=folder, env=settings, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    said = bytearray()
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not part:
            break
        said += part
    os.close(ours)
    text = said.decode("utf-8").replace("\r\n", "\n")
    if call.wait() != 0:
        raise RuntimeError(f"'{command}' ended with {call.returncode}: {text[-500:]}")
    return text


def picture(command: str, said: str) -> str:
    """Return an SVG of a terminal in which a command printed something; it needs no font from anywhere."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True, color_system="truecolor")
        console.print(Text(f"$ {command}", "bold"))
        console.print(Text.from_ansi(said.rstrip()))
        drawn = console.export_svg(title="fullcourse", unique_id="terminal", theme=_COLOURS)
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    return drawn.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")
