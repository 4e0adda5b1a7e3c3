"""What every command over a register says beside its answer: how far it is, and the lines that it did not use."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fullcourse.adapters.published.aside import aside_json
from fullcourse.adapters.register.read.extract import Aside
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.echo import echo

__all__ = ["Progress", "tell_of_aside"]

_SECONDS_BETWEEN: Final = 2.0


def tell_of_aside(lines: Sequence[Aside], out: Path, strict: bool) -> None:
    """Write and count the lines that are not used.

    Args:
        lines: Which.
        out: The file that the command writes; they are written beside it.
        strict: Whether one such line is too many.

    Raises:
        InputError: There is one, and that is too many.
    """
    if not lines:
        return
    target = out.with_name(out.name + ".aside.jsonl")
    target.write_text("".join(_aside_line(aside) for aside in lines))
    echo(f"{len(lines):,} lines are not used: {target}", err=True)
    if strict:
        first = lines[0]
        raise InputError(f"line {first.line:,} of {Path(first.file).name} cannot be used: {first.reason}")


def _aside_line(aside: Aside) -> str:
    return json.dumps(aside_json(aside), ensure_ascii=False) + "\n"


class Progress:
    """Shows how far it is, how fast, and how long it will take."""

    def __init__(self) -> None:
        """Begin; nothing is shown at once."""
        self._began: dict[str, tuple[float, int]] = {}
        self._shown = time.monotonic()

    def __call__(self, step: str, done: int, whole: int, counted: int) -> None:
        """Show it, unless that was done a moment ago; what was there before a step began counts for no rate."""
        now = time.monotonic()
        began, before = self._began.setdefault(step, (now, done))
        if now - self._shown < _SECONDS_BETWEEN or done == before:
            return
        self._shown = now
        left = (now - began) * (whole - done) / (done - before)
        what = "lines" if step == "reading" else "patients"
        rate = counted / (now - began)
        echo(f"{step}: {done / max(1, whole):.0%}, {rate:,.0f} {what} a second, {left:,.0f} s left", err=True)
