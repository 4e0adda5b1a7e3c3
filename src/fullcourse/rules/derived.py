"""Derived facts: numbers that follow from other facts by a published formula, each with what it was computed from.

A number known as a range stays a range: its ends come from the ends of the inputs by the directions that each formula
declares. How a fact follows from others stands here once, as a span over ranges of floats or of arrays: one patient and
a register (`cohort.derived`) compute it from the same lines. An unknown sex gives the range that holds both answers.
Nothing is filled in: what an input leaves open stays open in the result, and the result names the facts to ask for.
Learning more about an input narrows the result and never moves it elsewhere, save one case: a second creatinine that
shows an unstable kidney makes the clearance unknown again.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from fullcourse.clinical.fact import Evidence, Fact, Standing
from fullcourse.clinical.formula import Numbers, lesser
from fullcourse.clinical.formulas import (
    ADULT_FROM_YEARS,
    COCKCROFT_GAULT_BELOW_YEARS,
    Sex,
    adjusted_body_weight_kg,
    body_mass_index_kg_per_m2,
    ckd_epi_2021_ml_per_min_per_1_73_m2,
    cockcroft_gault_ml_per_min,
    fat_free_mass_kg,
    ideal_body_weight_bounds_kg,
    qtc_fridericia_ms,
)
from fullcourse.clinical.moment import Moment, parse_moment
from fullcourse.clinical.quantity import Interval
from fullcourse.rules.creatinine_change import is_unstable
from fullcourse.rules.derived_inputs import DAYS_OF_AGE, MONTHS_OF_AGE, OPEN, Inputs, hull_of

__all__ = ["DERIVED", "DerivedFact", "Span", "shows_change"]


class Span(Protocol):
    """How a number follows from ranges of other facts."""

    def __call__(self, of: Callable[[str], tuple[Numbers, Numbers]], sex: Sex, /) -> tuple[Numbers, Numbers]:
        """Return its lowest and highest.

        Args:
            of: Returns the range of a fact: floats for one patient, arrays for many. A birth date is the age, years,
                or read as months or days.
            sex: For whom; formulas that do not need it pass it over.
        """


@dataclass(frozen=True, slots=True)
class DerivedFact:
    """A way in which a fact follows from others.

    Attributes:
        name: Its name in the vocabulary's ``derived``.
        formula: Its name for people, shown as the origin of the value.
        unit: UCUM code of the result; a fact derived so must have this unit.
        inputs: The facts it is computed from; all are found in records, none is derived itself.
        aged_by: Those of the inputs that change from day to day: the result is as old as the oldest of them.
        span: The computation.
        shown_as: The name of what gave the value.
        pieces: Instead of the value, the values it is chosen from, each with the name of what gave it.
        adults_by: The formula by whose source it is for adults only; empty where it is for everybody.
        below_years: Age from which the formula gives nothing.
        leads: Which of several pieces leads, in words.
        by_ideal: Whether the ideal weight is a part of it.
        age_as: How it reads a birth date.
    """

    name: str
    formula: str
    unit: str
    inputs: tuple[str, ...]
    aged_by: tuple[str, ...]
    span: Span
    shown_as: str = ""
    pieces: tuple[tuple[str, Span], ...] = ()
    adults_by: str = ""
    below_years: float = math.inf
    leads: str = ""
    by_ideal: bool = False
    age_as: str = "birth_date"

    def compute(self, inputs: Inputs, definition_id: str) -> Fact:
        """Return the fact.

        Args:
            inputs: The facts it follows from; read once for all that follow from them.
            definition_id: Its id.

        Raises:
            InputError: An input cannot be; names it.
        """
        facts = inputs.facts
        refused = self._not_adult(inputs) or (inputs.once(_unstable) if "creatinine" in self.inputs else None)
        if refused is None and (age := inputs.age()) is not None and age.low >= self.below_years:
            refused = _Refused(f"{self.adults_by} does not reach this age; check it", ("birth_date",))
        value = OPEN if refused is not None else _value(self.span, inputs)
        because = [item for name in self.inputs if (fact := facts.get(name)) for item in fact.because]
        missing = () if value.is_exact else inputs.still_open(self.inputs, self.age_as)
        if value == OPEN:
            reason = refused.reason if refused is not None else inputs.why_open(self.inputs, self.age_as)
            missing = missing if refused is None or refused.missing is None else refused.missing
            return Fact(definition_id, None, self.unit, _once(because), missing, f"{self.formula}: {reason}")
        days, on = _age_of(self, inputs)
        pieces = [(origin, _value(span, inputs)) for origin, span in self.pieces] or [(self.shown_as, value)]
        shown = [
            Evidence(definition_id, piece, on, origin, piece.low if piece.is_exact else str(piece), self.unit)
            for origin, piece in sorted(pieces, key=lambda named: named[1].high)
            if piece != OPEN
        ]
        reasons = (self.formula, self.leads, *self._why_range(value, inputs))
        reason = "; ".join(part for part in reasons if part)
        return Fact(definition_id, value, self.unit, _once([*shown, *because]), missing, reason, days)

    def _not_adult(self, inputs: Inputs) -> "_Refused | None":
        """Return why nothing is computed for somebody who is not, or may not be, an adult; None for adults."""
        if not self.adults_by:
            return None
        age = inputs.age()
        if age is None:
            return _Refused(f"{self.adults_by} is for adults; birth_date is not known")
        if age.low >= ADULT_FROM_YEARS:
            return None
        if age.high < ADULT_FROM_YEARS:
            return _Refused(f"{self.adults_by} is for adults", ())
        return _Refused(f"{self.adults_by} is for adults; the age may be below {ADULT_FROM_YEARS}")

    def _why_range(self, value: Interval, inputs: Inputs) -> tuple[str, ...]:
        """Return why the value is a range only."""
        if value.is_exact:
            return ()
        short = ""
        if self.by_ideal and inputs.number("height").is_exact:
            ideals = [Interval(*_ideal(inputs.range_of, sex)) for sex in inputs.sexes()]
            if not all(ideal.is_exact for ideal in ideals):
                short = "in adults below 5 feet the ideal weight is known as a range only"
        open_inputs = inputs.why_open(self.inputs, self.age_as)
        if open_inputs and value.low == 0:
            open_inputs = f"only the upper end is known, because {open_inputs}"
        return short, open_inputs


class _Refused(NamedTuple):
    """Why nothing is computed, and what would settle it where that is not every input still open."""

    reason: str
    missing: tuple[str, ...] | None = None


def _value(span: Span, inputs: Inputs) -> Interval:
    """Return the range of the sex, or the range that holds both where it is not known."""
    sexes = inputs.sexes()
    if len(sexes) == 1:
        return Interval(*span(inputs.range_of, sexes[0]))
    return hull_of(Interval(*span(inputs.range_of, sex)) for sex in sexes)


def _age(of: Callable[[str], tuple[Numbers, Numbers]], _: Sex) -> tuple[Numbers, Numbers]:
    return of("birth_date")


def _months(of: Callable[[str], tuple[Numbers, Numbers]], _: Sex) -> tuple[Numbers, Numbers]:
    return of(MONTHS_OF_AGE)


def _days(of: Callable[[str], tuple[Numbers, Numbers]], _: Sex) -> tuple[Numbers, Numbers]:
    return of(DAYS_OF_AGE)


def _bmi(of: Callable[[str], tuple[Numbers, Numbers]], _: Sex) -> tuple[Numbers, Numbers]:
    return body_mass_index_kg_per_m2.ends(of("weight"), of("height"))


def _ideal(of: Callable[[str], tuple[Numbers, Numbers]], sex: Sex) -> tuple[Numbers, Numbers]:
    """Return the ideal weight; a range below 152.4 cm, where practice differs (see the formula)."""
    return ideal_body_weight_bounds_kg.ends(of("height"), sex=sex)


def _adjusted(of: Callable[[str], tuple[Numbers, Numbers]], sex: Sex) -> tuple[Numbers, Numbers]:
    return adjusted_body_weight_kg.ends(_ideal(of, sex), of("weight"))


def _fat_free(of: Callable[[str], tuple[Numbers, Numbers]], sex: Sex) -> tuple[Numbers, Numbers]:
    return fat_free_mass_kg.ends(of("weight"), of("height"), sex=sex)


def _actual(of: Callable[[str], tuple[Numbers, Numbers]], _: Sex) -> tuple[Numbers, Numbers]:
    return of("weight")


def _lower(of: Callable[[str], tuple[Numbers, Numbers]], sex: Sex) -> tuple[Numbers, Numbers]:
    """Return the lower of the actual and the ideal weight.

    Where only one of them is known, the other can but lower it. The adjusted weight lies between the two, so its
    clearance never leads; it is shown.
    """
    (low, high), (ideal_low, ideal_high) = of("weight"), _ideal(of, sex)
    return lesser(low, ideal_low), lesser(high, ideal_high)


def _clearance(weight: Span, of: Callable[[str], tuple[Numbers, Numbers]], sex: Sex) -> tuple[Numbers, Numbers]:
    return cockcroft_gault_ml_per_min.ends(of("birth_date"), weight(of, sex), of("creatinine"), sex=sex)


def _ckd_epi_2021(of: Callable[[str], tuple[Numbers, Numbers]], sex: Sex) -> tuple[Numbers, Numbers]:
    return ckd_epi_2021_ml_per_min_per_1_73_m2.ends(of("birth_date"), of("creatinine"), sex=sex)


def _qtcf(of: Callable[[str], tuple[Numbers, Numbers]], _: Sex) -> tuple[Numbers, Numbers]:
    return qtc_fridericia_ms.ends(of("qt_interval"), of("heart_rate"))


def _unstable(inputs: Inputs) -> _Refused | None:
    """Return why nothing is computed from a creatinine that is not stable; None where nothing shows that."""
    fact = inputs.facts.get("creatinine")
    is_refused = fact is not None and shows_change(fact)
    return _Refused("creatinine is not stable", ("creatinine",)) if is_refused else None


def shows_change(creatinine: Fact) -> bool:
    """Return whether the evidence of a creatinine shows that it is not stable.

    Two values of the evidence are compared when both lie in KDIGO's longer window before the newest one.
    The published criterion is a rise; a fall as large is taken for an injury that resolves or was treated, which is
    not stable either: a reading of ours. A day without a time may be any time of that day, and the shorter distance
    counts, so a doubt about 48 hours is decided against stability. Ranges count by the smallest change they allow.
    """
    dated = [
        (evidence.on, evidence.value)
        for evidence in creatinine.because
        if evidence.standing is Standing.STATED and evidence.on is not None and isinstance(evidence.value, Interval)
    ]
    return is_unstable(dated)


def _at(inputs: Inputs) -> Moment:
    return parse_moment(inputs.at.isoformat(), "at")


def _age_of(derived: DerivedFact, inputs: Inputs) -> tuple[int | None, Moment | None]:
    """Return how old a result is, and when it was so: as its oldest changing input, or as the check if it has none."""
    if not derived.aged_by:
        return 0, inputs.once(_at)
    facts = [fact for name in derived.aged_by if (fact := inputs.facts.get(name)) and fact.value is not None]
    ages = [fact.days for fact in facts]
    oldest = max(facts, key=lambda fact: math.inf if fact.days is None else fact.days, default=None)
    on = oldest.because[0].on if oldest is not None and oldest.because else None
    return (None if not ages or None in ages else max(days for days in ages if days is not None)), on


def _once(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(evidence))


_BODY: Final = ("birth_date", "sex", "weight", "height")

_FACTS: Final = (
    DerivedFact(
        "age", "age at the date of the check", "a", ("birth_date",), (), _age, "completed years",
    ),
    DerivedFact(
        "age_months", "age in months at the date of the check", "mo", ("birth_date",), (), _months, "completed months",
        age_as=MONTHS_OF_AGE,
    ),
    DerivedFact(
        "age_days", "age in days at the date of the check", "d", ("birth_date",), (), _days, "completed days",
        age_as=DAYS_OF_AGE,
    ),
    DerivedFact(
        "bmi", "body mass index", "kg/m2", ("weight", "height"), ("weight",), _bmi, "body mass index",
    ),
    DerivedFact(
        "ideal_weight", "ideal body weight (Devine)", "kg", ("birth_date", "sex", "height"), ("height",),
        _ideal, "Devine", adults_by="Devine", by_ideal=True,
    ),
    DerivedFact(
        "adjusted_weight", "adjusted body weight (0.4 of the excess over Devine)", "kg", _BODY, ("weight",),
        _adjusted, "adjusted body weight", adults_by="adjusted body weight", by_ideal=True,
    ),
    DerivedFact(
        "fat_free_weight", "fat-free mass (Janmahasatian 2005)", "kg", _BODY, ("weight",),
        _fat_free, "Janmahasatian", adults_by="Janmahasatian",
    ),
    DerivedFact(
        "cockcroft_gault", "creatinine clearance (Cockcroft-Gault)", "mL/min",
        ("birth_date", "sex", "creatinine", "weight", "height"), ("creatinine", "weight"),
        partial(_clearance, _lower), pieces=(
            ("Cockcroft-Gault, actual weight", partial(_clearance, _actual)),
            ("Cockcroft-Gault, ideal weight (Devine)", partial(_clearance, _ideal)),
            ("Cockcroft-Gault, adjusted weight", partial(_clearance, _adjusted)),
        ),
        adults_by="Cockcroft-Gault", below_years=COCKCROFT_GAULT_BELOW_YEARS, by_ideal=True,
        leads="the lowest of the clearances by actual, ideal and adjusted weight leads",
    ),
    DerivedFact(
        "ckd_epi_2021", "estimated glomerular filtration rate (CKD-EPI 2021)", "mL/min/{1.73_m2}",
        ("birth_date", "sex", "creatinine"), ("creatinine",),
        _ckd_epi_2021, "CKD-EPI 2021", adults_by="CKD-EPI 2021",
    ),
    DerivedFact(
        "qtcf", "QT interval corrected for heart rate (Fridericia)", "ms",
        ("qt_interval", "heart_rate"), ("qt_interval", "heart_rate"), _qtcf, "Fridericia",
    ),
)  # fmt: skip

DERIVED: Final[Mapping[str, DerivedFact]] = MappingProxyType({derived.name: derived for derived in _FACTS})
"""Every formula by which a fact of the vocabulary may be derived, by its name."""
