"""Lines of a course's answers, no wider than a terminal of 80 columns, what goes on set in; or its JSON."""

import textwrap
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.interfaces.cli.echo import echo

__all__ = ["tell", "tell_next_phase", "tell_uneven", "tell_waiting"]

_COLUMNS: Final = 80


def tell(text: str, depth: int = 0) -> None:
    """Print a text, its first line set in by so many blanks and the lines after it by two more."""
    for line in textwrap.wrap(
        text,
        _COLUMNS,
        initial_indent=" " * depth,
        subsequent_indent=" " * (depth + 2),
        break_long_words=False,
        break_on_hyphens=False,
    ):
        echo(line)


def tell_uneven(uneven: Mapping[str, Sequence[float]]) -> None:
    """Print which drugs are not evenly spaced over the day, with the hours between their doses."""
    for drug, gaps in uneven.items():
        tell(f"! {drug}: its doses are not evenly spaced ({', '.join(f'{hours:g} h' for hours in gaps)}).")
        tell("No source that was read allows it.", 4)


def tell_waiting(waiting: Sequence[str]) -> None:
    """Print which steps of a proposal were left out, since they wait for something."""
    for step in waiting:
        tell(f"! Not planned yet: {step}.", 0)
    if waiting:
        tell("The dose before goes on until a clinician changes the plan: 'course change'.", 2)


def tell_next_phase(plan: CoursePlan) -> None:
    """Print when the next phase is due, where a plan names the end of the one that it holds."""
    if plan.phase_ends_on is not None:
        due = plan.phase_ends_on + timedelta(days=1)
        tell(f"The next phase is due on {due.isoformat()}. Where none follows: --phase-ends none.")
