"""What the data of a programme lack: each number with its cases, and with what to do about it.

Nothing is judged here but whether something is written down, and whether two things that are written down can both be
so. What a course does not hold is named, and never taken for a no.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from fullcourse.cohort.programme.case import Case
from fullcourse.cohort.programme.table import Behind, Number

__all__ = ["DUE_TO_DO", "Check", "QualityPart", "missing_of", "quality_parts"]

_READ_CULTURES: Final = ("positive", "negative")
_READ_SUSCEPTIBILITY: Final = ("susceptible", "intermediate", "resistant", "none", "inhA", "katG", "katG and inhA")
_TRANSFERRED: Final = "transferred out"
_Why = Callable[[Case], Behind | None]
"""Returns why a case stands in a number; None where it does not."""

DUE_TO_DO: Final = "Open the course and write down how it ended; where treatment goes on, change the plan."


@dataclass(frozen=True, slots=True)
class Check:
    """One number.

    Attributes:
        number: With its list.
        to_do: What somebody does about each row of it.
    """

    number: Number
    to_do: str


@dataclass(frozen=True, slots=True)
class QualityPart:
    """Numbers of one kind.

    Attributes:
        title: What they are about.
        checks: In the order in which they are shown.
    """

    title: str
    checks: tuple[Check, ...]


def missing_of(case: Case) -> tuple[str, ...]:
    """Return what a case does not hold, in words; nothing of the registration of one that has none beyond that."""
    is_registered = case.registered_by == "registration"
    fields = [(field.words, not field.is_there(case)) for field in _FIELDS] if is_registered else []
    named = (
        ("registration", not is_registered),
        *fields,
        ("plan", case.starts_on is None),
        ("susceptibility test", not case.susceptibility),
        ("outcome", bool(case.ends) and not case.outcomes and case.ends[-1].says != _TRANSFERRED),
    )
    return tuple(words for words, is_missing in named if is_missing)


def quality_parts(cases: Iterable[Case], at: date) -> tuple[QualityPart, ...]:
    """Return what is lacking in cases.

    Args:
        cases: Any.
        at: What was planned to end before has ended.
    """
    listed = tuple(cases)

    def check(row: "_Row") -> Check:
        behind = [why for case in listed if (why := row.why(case)) is not None]
        return Check(Number(row.id, row.label, behind), row.to_do)

    return (
        QualityPart("What was not understood", tuple(map(check, _NOT_UNDERSTOOD))),
        QualityPart("What courses lack", tuple(map(check, (*_LACKING, _overdue(at))))),
        QualityPart("What cannot both be so", tuple(map(check, _CONTRADICTIONS))),
        QualityPart("What waits for an answer", tuple(map(check, _WAITING))),
        QualityPart("What registrations lack", tuple(check(field.row) for field in _FIELDS)),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    label: str
    why: _Why
    to_do: str


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a registration."""

    words: str
    is_there: Callable[[Case], bool]

    @property
    def row(self) -> _Row:
        def why(case: Case) -> Behind | None:
            if case.registered_by != "registration" or self.is_there(case):
                return None
            return Behind(case, case.registered_on, f"registered without {self.words}", case.event)

        return _Row(
            f"quality.without-{self.words.replace(' ', '-')}",
            f"registrations without {self.words}",
            why,
            "Ask, and register the case again with it as a correction; write 'not known' where it was asked for.",
        )


_FIELDS: Final = (
    _Field("age", lambda case: case.age_years is not None),
    _Field("sex", lambda case: bool(case.sex)),
    _Field("group", lambda case: bool(case.group)),
    _Field("diagnosis", lambda case: bool(case.confirmation)),
    _Field("site", lambda case: bool(case.site)),
    _Field("resistance", lambda case: bool(case.resistance)),
    _Field("HIV status", lambda case: bool(case.hiv)),
)


def _not_understood(case: Case) -> Behind | None:
    return Behind(case, None, f"{case.unreadable} events that were not understood") if case.unreadable else None


def _own_words(case: Case) -> Behind | None:
    cultures = [(it, it.says) for it in case.cultures if it.says not in _READ_CULTURES]
    tests = [(it, it.says) for it in case.susceptibility if it.says.rpartition(": ")[2] not in _READ_SUSCEPTIBILITY]
    found = [*cultures, *tests]
    if not found:
        return None
    said = "; ".join(f"{words} {dated.day}" for dated, words in found)
    return Behind(case, found[-1][0].day, said, found[-1][0].event)


def _without_day(case: Case) -> Behind | None:
    return Behind(case, None, "neither a registration nor a plan") if case.registered_on is None else None


def _without_plan(case: Case) -> Behind | None:
    if case.registered_by != "registration" or case.starts_on is not None:
        return None
    return Behind(case, case.registered_on, "registered, and no plan was made", case.event)


def _without_registration(case: Case) -> Behind | None:
    return Behind(case, case.starts_on, "a plan, and no registration") if case.registered_by == "plan" else None


def _without_susceptibility(case: Case) -> Behind | None:
    if case.registered_on is None or case.susceptibility:
        return None
    return Behind(case, None, "no result of a susceptibility test")


def _without_end(case: Case) -> Behind | None:
    if case.starts_on is None or case.length_days is not None or case.ends:
        return None
    return Behind(case, case.starts_on, "the plan has no last day")


def _closed_without_outcome(case: Case) -> Behind | None:
    if not case.ends or case.outcomes or case.ends[-1].says == _TRANSFERRED:
        return None
    return Behind(case, case.ends[-1].day, f"closed ({case.ends[-1].says}), and no outcome", case.ends[-1].event)


def _overdue(at: date) -> _Row:
    def why(case: Case) -> Behind | None:
        if not case.is_open_on(at) or not case.is_past_its_plan_on(at):
            return None
        return Behind(case, None, "the planned end has passed, and no outcome is recorded")

    return _Row("outcome.due", "cases past the planned end without an outcome", why, DUE_TO_DO)


def _contradictory(case: Case) -> Behind | None:
    if len({outcome.says for outcome in case.outcomes}) < 2:
        return None
    said = "; ".join(f"{outcome.says} {outcome.day}" for outcome in case.outcomes)
    return Behind(case, case.outcomes[-1].day, said, case.outcomes[-1].event)


def _ended_before_it_began(case: Case) -> Behind | None:
    start = case.starts_on
    early = [] if start is None else [outcome for outcome in case.outcomes if outcome.day < start]
    if not early:
        return None
    return Behind(case, early[0].day, f"{early[0].says} {early[0].day}, before treatment began {start}", early[0].event)


def _unanswered(case: Case) -> Behind | None:
    newest = case.unanswered
    if newest is None:
        return None
    return Behind(case, newest.day, f"{newest.says.replace('_', ' ')}; no clinician wrote anything since", newest.event)


_NOT_UNDERSTOOD: Final = (
    _Row(
        "read.not-understood",
        "cases with events that were not understood",
        _not_understood,
        "A newer program wrote them, or a result is none of its test. Update this program; look at the log of the "
        "course; nothing is counted of these events.",
    ),
    _Row(
        "quality.own-words",
        "cases with a result in a laboratory's own words",
        _own_words,
        "Ask the laboratory what it means, and write the result down as a word of its test. Until then it counts as no "
        "result.",
    ),
)
_LACKING: Final = (
    _Row(
        "read.without-day",
        "cases with neither a registration nor a plan",
        _without_day,
        "They belong to no quarter and stand in no report. Register the case, or begin its course.",
    ),
    _Row(
        "quality.no-registration",
        "cases with a plan and no registration",
        _without_registration,
        "They are counted by the first day of treatment, as not recorded in every table. Register the case.",
    ),
    _Row(
        "quality.no-plan",
        "cases registered without a plan",
        _without_plan,
        "Begin the course, or write down how it ended: nobody else will ask about it.",
    ),
    _Row(
        "quality.no-susceptibility",
        "cases without a result of a susceptibility test",
        _without_susceptibility,
        "Ask the laboratory, and write the result down. Without one no drug counts as certainly effective here.",
    ),
    _Row(
        "quality.no-end",
        "running plans without a last day",
        _without_end,
        "Give the plan its length: without one no outcome is ever due, and need is counted without an end.",
    ),
    _Row(
        "quality.closed-without-outcome",
        "cases closed without an outcome",
        _closed_without_outcome,
        "Write the outcome down; until then the case counts as without one.",
    ),
)
_CONTRADICTIONS: Final = (
    _Row(
        "quality.contradictory-outcomes",
        "cases with outcomes that contradict each other",
        _contradictory,
        "Neither is counted. Take one back, or correct it.",
    ),
    _Row(
        "quality.ended-before-it-began",
        "cases with an outcome before treatment began",
        _ended_before_it_began,
        "One of the two days is wrong, or the outcome is of an earlier case. Correct the day.",
    ),
)
_WAITING: Final = (
    _Row(
        "quality.results-not-answered",
        "cases whose newest result no clinician wrote anything after",
        _unanswered,
        "Open the course, read the result, and write down what follows: a contact, a visit, a change, or a note.",
    ),
)
