"""For how long results in a row have met a statement, where its source asks how long: "beyond two weeks"."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache

from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.patient import Patient
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.actions import as_on_file
from fullcourse.knowledge.statements import FactCondition, Statement, When
from fullcourse.knowledge.walk import atoms_of, facts_of
from fullcourse.monitoring.treatment import HELD
from fullcourse.rules.one_patient import NONE, evaluate
from fullcourse.rules.series import stated_series
from fullcourse.rules.situation import Situation

__all__ = ["held_days"]


def held_days(
    statement: Statement, patient: Patient, today: Situation, earlier: Callable[[date], Situation]
) -> Fact | None:
    """Return for how many days results in a row have met the rest of a statement; None where it does not ask.

    A result that leaves the rest open neither breaks the row nor proves it: then the days are a range (I-1407).

    Args:
        statement: One that may read how long.
        patient: As established today; its record holds the results.
        today: The patient as rules look at one.
        earlier: Returns the patient as of an earlier day.
    """
    if HELD not in facts_of(statement.body):
        return None
    rest = as_on_file(without_how_long(statement))  # what was never measured breaks no row and makes none
    if evaluate(rest, today) == NONE:
        return Fact(HELD, Interval(0.0, 0.0))
    pieces = tuple(_dated(patient, rest))
    days = sorted({piece.on.first_day for piece in pieces if piece.on is not None}, reverse=True)
    certain = possible = None
    for day in days:
        outcome = evaluate(rest, earlier(day))
        if outcome == NONE:
            break
        possible = day
        if outcome is None:
            break
        certain = day
    if possible is None:
        return Fact(HELD, Interval(0.0, 0.0))
    low = (days[0] - certain).days if certain is not None else 0
    high = (days[0] - days[-1]).days if possible != certain else low
    return Fact(HELD, Interval(float(low), float(high)), "", pieces, () if low == high else facts_of(rest.body))


@cache
def without_how_long(statement: Statement) -> Statement:
    """Return a statement without its condition on how long."""
    body = statement.body
    if not isinstance(body, When):
        return statement
    kept = tuple(it for it in body.conditions if not (isinstance(it, FactCondition) and it.fact == HELD))
    return replace(statement, body=replace(body, conditions=kept))


def _dated(patient: Patient, rest: Statement) -> Iterable[Evidence]:
    """Yield the dated results that a statement compares; a limit that it compares with is no result."""
    for name in dict.fromkeys(atom.fact for atom in atoms_of(rest.body) if isinstance(atom, FactCondition)):
        yield from (piece for piece in stated_series(patient.record, name, patient.at) if piece.on is not None)
