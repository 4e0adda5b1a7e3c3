"""The treatment that is watched, and the facts that follow from it and that statements are handed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.quantity import Interval, exactly
from fullcourse.monitoring.asked import DOSE, DoseSpan
from fullcourse.monitoring.watch import DAYS_PER_MONTH

__all__ = ["HANDED", "HELD", "Treatment", "day_and_dose", "handed_in", "with_baseline"]

_BASELINES: Final = {"alt_baseline": "alt", "ast_baseline": "ast"}
_RISES: Final = {"creatinine_rise": "creatinine", "qtcf_rise": "qtcf"}
HELD: Final = "days_held"
"""The fact that says for how long results in a row have stayed so; worked out for each statement that reads it."""

_ORIGIN: Final = "the treatment"

_NINE_MONTH: Final = frozenset(("clofazimine", "pyrazinamide", "ethambutol"))
_FLUOROQUINOLONES: Final = frozenset(("levofloxacin", "moxifloxacin"))
_ISONIAZID_RESISTANT: Final = frozenset(("rifampin", "levofloxacin", "ethambutol", "pyrazinamide"))
_NOT_OF_NINE: Final = frozenset(("pretomanid", "cycloserine", "terizidone", "delamanid"))
"""Drugs by which WHO's regimens are recognised, where nobody named the regimen (I-1443)."""


HANDED: Final = frozenset(
    (
        "treatment_day", "month_of_treatment", "treated_as_susceptible", "pretomanid_in_regimen", "nine_month_regimen",
        "isoniazid_resistant_regimen", DOSE,
        *_BASELINES, *_RISES, HELD,
    )
)  # fmt: skip
"""What monitoring hands to statements; a statement that needs more is another step's."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """Drugs that are taken together, as far as anybody said.

    Attributes:
        drugs: INNs, in order, each once.
        doses: Planned doses of each drug by INN, first to last; a drug without is one whose dose nobody said.
        starts_on: Day 1; None where nobody said.
        ends_on: Last day; None while it is open.
        done: Days on which a test was done whose result is no number, by the test.
        symptoms: Symptoms that are there, or certainly are not, by their fact.
        as_susceptible: Whether it is for disease that rifamycins cure; a regimen without one is for resistant disease.
        begun: First day of a drug that did not begin with the treatment, by INN.
        next_phase_on: Day on which the next phase of the regimen is due; None where none is planned, or nobody said.
    """

    drugs: tuple[str, ...]
    doses: Mapping[str, tuple[DoseSpan, ...]] = field(default_factory=dict)
    starts_on: date | None = None
    ends_on: date | None = None
    done: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    symptoms: Mapping[str, bool] = field(default_factory=dict)
    as_susceptible: bool = False
    begun: Mapping[str, date] = field(default_factory=dict)
    next_phase_on: date | None = None

    def day_at(self, at: date, drug: str = "") -> int | None:
        """Return the day of treatment on a date, 1 for the first, below 1 before it; None without a start.

        Args:
            at: The date.
            drug: The drug whose days are counted; the treatment's where none is named.
        """
        start = self.begun.get(drug, self.starts_on)
        return None if start is None else (at - start).days + 1


def handed_in(treatment: Treatment, at: date) -> dict[str, Fact]:
    """Return what a treatment says of itself at a date: its day and month, and for what disease it is."""
    day = treatment.day_at(at)
    months = None if day is None else max(0, day - 1) // DAYS_PER_MONTH
    return {
        "treatment_day": _counted("treatment_day", day, 1.0),
        "month_of_treatment": _counted("month_of_treatment", months, 0.0),
        "treated_as_susceptible": _known("treated_as_susceptible", treatment.as_susceptible),
        "pretomanid_in_regimen": _known("pretomanid_in_regimen", "pretomanid" in treatment.drugs),
        "nine_month_regimen": _known("nine_month_regimen", _is_nine_month(treatment)),
        "isoniazid_resistant_regimen": _known(
            "isoniazid_resistant_regimen", _ISONIAZID_RESISTANT.issubset(treatment.drugs)
        ),
        **{name: _known(name, present) for name, present in treatment.symptoms.items()},
    }


def _is_nine_month(treatment: Treatment) -> bool:
    """Return whether the drugs are those of either part of WHO's nine-month regimen (I-1443)."""
    drugs = frozenset(treatment.drugs)
    whole = drugs >= _NINE_MONTH and not _FLUOROQUINOLONES.isdisjoint(drugs)
    return whole and not treatment.as_susceptible and _NOT_OF_NINE.isdisjoint(drugs)


def day_and_dose(treatment: Treatment, drug: str, at: date) -> dict[str, Fact]:
    """Return the day since a drug began, and its planned dose on it; unknown where nobody planned one."""
    day, begun = treatment.day_at(at, drug), treatment.day_at(at)
    spans = [span for span in treatment.doses.get(drug, ()) if begun is None or span.from_day <= max(begun, 1)]
    return {
        "treatment_day": _counted("treatment_day", day, 1.0),
        DOSE: _number(DOSE, spans[-1].mg_per_day if spans else None),
    }


def with_baseline(now: Mapping[str, Fact], before: Mapping[str, Fact] | None) -> dict[str, Fact]:
    """Return values before treatment, and how far values have risen since.

    Args:
        now: Facts of today.
        before: Facts on the first day of treatment, by the shelf life of each (I-1404); None without a start.
    """
    found: dict[str, Fact] = {}
    for name, of in _BASELINES.items():
        value = _value(before, of)
        found[name] = Fact(name, value, "", _because(before, of), (of,) if value is None else ())
    for name, of in _RISES.items():
        value, earlier = _value(now, of), _value(before, of)
        if value is None or earlier is None:
            found[name] = Fact(name, None, "", _because(now, of), (of,), "no value before treatment is on file")
        else:
            rise = Interval(value.low - earlier.high, value.high - earlier.low)
            found[name] = Fact(name, rise, "", (*_because(now, of), *_because(before, of)))
    return found


def _value(facts: Mapping[str, Fact] | None, name: str) -> Interval | None:
    fact = None if facts is None else facts.get(name)
    return fact.value if fact is not None and isinstance(fact.value, Interval) else None


def _because(facts: Mapping[str, Fact] | None, name: str) -> tuple[Evidence, ...]:
    fact = None if facts is None else facts.get(name)
    return () if fact is None or fact.value is None else fact.because[:1]


def _counted(name: str, value: int | None, least: float) -> Fact:
    """Return a count of days or months; without a first day it is at least the least, since the drugs are taken."""
    if value is None:
        return Fact(name, Interval(least, math.inf), "", (), (name,), "the treatment has no first day")
    return _number(name, value)


def _number(name: str, value: float | None) -> Fact:
    if value is None:
        return Fact(name, None, "", (), (name,), "no dose is planned")
    return Fact(name, exactly(value), "", (Evidence(name, exactly(value), None, _ORIGIN, float(value)),))


def _known(name: str, value: bool) -> Fact:
    return Fact(name, value, "", (Evidence(name, value, None, _ORIGIN, value),))
