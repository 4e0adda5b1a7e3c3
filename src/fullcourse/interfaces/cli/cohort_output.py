"""What every command over a register says beside its answer: how far it is, and the lines that it did not use."""

import json
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fullcourse.adapters.published.aside import aside_json
from fullcourse.adapters.register.read.extract import Aside
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.echo import echo

__all__ = ["Progress", "tell_of_aside"]

_SECONDS_BETWEEN: Final = 2.0
_MINUTE: Final = 60.0
_HOUR: Final = 3600.0
_STRETCH: Final = 60
"""Rates are those of so many parts."""


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
    """Shows how far it is, how fast, and how long the step that is under way will take.

    How long the whole will take is said in the last step alone: no step says how fast another will be, and the rates of
    a run before were those of another register or machine. Until then it is said that it is not known, and what comes.

    A rate is that of the last stretch, not of the whole: the first blocks of a register are slower, since more of what
    stands in them is new, and another program may have begun to use the machine.
    """

    def __init__(self, steps: Sequence[str] = ()) -> None:
        """Begin; nothing is shown at once.

        Args:
            steps: What is done one after another; what comes after a step is said beside its time. A last one may be
                without rates of its own.
        """
        self.step, self.share = "", 0.0
        self._steps = tuple(steps)
        self._stretches: dict[str, deque[tuple[float, int, int]]] = {}
        self._shown = time.monotonic()

    def __call__(self, step: str, done: int, whole: int, counted: int) -> None:
        """Show it, unless that was done a moment ago; what was there before a step began counts for no rate."""
        now = time.monotonic()
        self.step, self.share = step, done / max(1, whole)
        stretch = self._stretches.setdefault(step, deque(maxlen=_STRETCH))
        stretch.append((now, done, counted))
        began, before, counted_before = stretch[0]
        if now - self._shown < _SECONDS_BETWEEN or done == before:
            return
        self._shown = now
        left = (now - began) * (whole - done) / (done - before)
        what = "lines" if step == "reading" else "patients"
        rate = (counted - counted_before) / (now - began)
        later = self._steps[self._steps.index(step) + 1 :] if step in self._steps else ()
        if later:
            of_what = f" of this step, of all not known yet: then {' and '.join(later)}"
        else:
            of_what = " of all" if self._steps else " of this step"
        echo(f"{step}: {self.share:.0%}, {rate:,.0f} {what} a second, {_span(left)} left{of_what}", err=True)

    def reached(self) -> tuple[str, float]:
        """Return the step that is under way, empty before the first, and the share of it that is done."""
        return self.step, self.share


def _span(seconds: float) -> str:
    """Return a time as people read it: to the second below two minutes, else about."""
    if seconds < _MINUTE * 2:
        return f"{seconds:,.0f} s"
    if seconds < _HOUR * 2:
        return f"about {seconds / _MINUTE:,.0f} min"
    return f"about {seconds / _HOUR:,.1f} h"
