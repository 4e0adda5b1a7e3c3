"""What a model needs to know about a patient, found among the patient's facts or said to be missing.

A covariate that is not known is refused with its name, unless the model's file states what may be assumed; then the
assumption is part of the answer. A patient outside the people a model was fitted to is refused or warned of, as the
file says, before anything is computed.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.clinical.formulas import (
    Sex,
    cockcroft_gault_ml_per_min,
    fat_free_mass_kg,
    mdrd_ml_per_min_per_1_73_m2,
    normal_fat_mass_kg,
)
from fullcourse.clinical.units import MOLAR_MASS_G_PER_MOL, convert
from fullcourse.knowledge.pk.model_file import CovariateRow, PkModelFile
from fullcourse.knowledge.pk.model_words import ENGINE_COVARIATES, FACTS_OF_FORMULA

__all__ = [
    "Assumption",
    "CovariateSpan",
    "Covariates",
    "KnownFact",
    "PatientFacts",
    "amounts_of",
    "dose_refusal",
    "fixed_sex",
    "patient_covariates",
]


@dataclass(frozen=True, slots=True)
class KnownFact:
    """One known fact.

    Attributes:
        value: A number in ``unit``, yes or no, or a word.
        unit: UCUM code of a number; empty for the rest.
        on: Date or time as recorded; empty when there is none.
        origin: Which record.
    """

    value: float | bool | str
    unit: str = ""
    on: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What is known of a patient at the date of a question.

    Attributes:
        facts: By id; a fact that is not here is not known.
        taking: INNs of medicines taken.
        medicines_complete: Whether the medicine list is known to be complete, so that absence means no.
    """

    facts: Mapping[str, KnownFact] = field(default_factory=dict)
    taking: frozenset[str] = frozenset()
    medicines_complete: bool = False

    def number(self, name: str, unit: str) -> float | None:
        """Return a number in a unit; None when it is not known.

        Raises:
            InputError: It is known in a unit that cannot be converted, or is not a positive number.
        """
        fact = self.facts.get(name)
        if fact is None:
            return None
        if isinstance(fact.value, bool) or not isinstance(fact.value, int | float):
            raise InputError(f"{name}: {fact.value!r} is not a number. Correct it in the record.")
        if not fact.unit:
            raise InputError(
                f"{name}: {fact.value:g} has no unit, so it is not used. Add the unit, for example '{unit}'."
            )
        value = convert(float(fact.value), fact.unit, unit, MOLAR_MASS_G_PER_MOL.get(name))
        if not 0.0 < value < 1e6:
            raise InputError(f"{name}: {fact.value:g} {fact.unit} cannot be. Correct it in the record.")
        return value


@dataclass(frozen=True, slots=True)
class Assumption:
    """A covariate that is not known of the patient, and what was taken for it."""

    covariate: str
    value: float
    says: str


@dataclass(frozen=True, slots=True)
class CovariateSpan:
    """What the covariates were from a moment on.

    Attributes:
        begins: The moment.
        values: In the units of the model.
        changed: The facts that are of this span alone, by id.
    """

    begins: datetime
    values: Mapping[str, float]
    changed: Mapping[str, KnownFact]


@dataclass(frozen=True, slots=True)
class Covariates:
    """The covariates of one patient for one model.

    Attributes:
        values: In the units of the model, without those that the engine finds itself.
        because: The facts used, by id.
        assumed: What was assumed.
        warnings: Limits of the population that the patient is outside of, and spreads beyond its middle half.
        age_a: Age, years; None when not known.
        over_time: Where they changed during the history: each span, the first of the first dose, the last that of
            ``values``; empty where they did not.
    """

    values: Mapping[str, float]
    because: Mapping[str, KnownFact]
    assumed: tuple[Assumption, ...]
    warnings: tuple[str, ...]
    age_a: float | None
    over_time: tuple[CovariateSpan, ...] = ()


def patient_covariates(file: PkModelFile, patient: PatientFacts) -> Covariates:
    """Find a model's covariates among a patient's facts.

    Args:
        file: The model.
        patient: What is known of the patient.

    Raises:
        InputError: A covariate is not known and may not be assumed; names every one that is missing.
        OutsideLabel: The patient is outside the population; names the model, the limit and the reason.
    """
    finder = _Finder(file, patient)
    finder.refuse()
    values: dict[str, float] = {}
    missing: dict[str, str] = {}
    assumed: list[Assumption] = []
    for row in file.covariates.values():
        if row.formula in ENGINE_COVARIATES:
            continue
        value = finder.value(row)
        if value is None and row.assume is not None:
            value = row.assume
            assumed.append(Assumption(row.id, value, f"{row.definition}: not recorded, {value:g} assumed"))
        if value is None:
            missing[row.id] = ", ".join(finder.lacking(row))
            continue
        values[row.id] = value
    if missing:
        lacking = sorted({part for text in missing.values() for part in text.split(", ")})
        raise InputError(
            f"{file.id} needs {' and '.join(lacking)}, which {'is' if len(lacking) == 1 else 'are'} not known for this "
            f"patient (for {', '.join(missing)}). Without it no level can be weighed: record value, unit and date."
        )
    return Covariates(values, finder.because, tuple(assumed), tuple(finder.warnings(values)), finder.age())


def amounts_of(steps: Iterable[DoseStep]) -> frozenset[float]:
    """Return the amounts of the single doses of a plan, mg."""
    return frozenset(mg for step in steps for mg in step.amounts_mg)


def dose_refusal(file: PkModelFile, amounts_mg: Iterable[float]) -> str:
    """Return why a model must not be used for these doses; empty when it may.

    Args:
        file: The model; a limit of its file on ``dose`` says what it knows.
        amounts_mg: Of single doses, mg; a dose of nothing is no dose.
    """
    for limit in file.limits:
        if limit.covariate != "dose" or limit.outside != "refuse":
            continue
        low, high = limit.low or 0.0, math.inf if limit.high is None else limit.high
        for mg in sorted(amounts_mg):
            if mg > 0.0 and not low <= mg <= high:
                return f"{file.id} must not be used for doses of {mg:g} mg: {limit.because}"
    return ""


class _Finder:
    """Finds values for one patient, remembering the facts it used."""

    def __init__(self, file: PkModelFile, patient: PatientFacts) -> None:
        self.file, self.patient = file, patient
        self.because: dict[str, KnownFact] = {}

    def age(self) -> float | None:
        """Return the age, years."""
        return self.number("age", "a")

    def number(self, name: str, unit: str) -> float | None:
        """Return a fact's number, and remember that it was used."""
        value = self.patient.number(name, unit)
        if value is not None:
            self.because[name] = self.patient.facts[name]
        return value

    def sex(self) -> Sex | None:
        """Return the sex of the formulas."""
        fact = self.patient.facts.get("sex")
        if fact is None or fact.value not in {"female", "male"}:
            return None
        self.because["sex"] = fact
        return "female" if fact.value == "female" else "male"

    def refuse(self) -> None:
        """Refuse a patient outside the population, and facts that forbid the model."""
        for row in self.file.not_for:
            fact = self.patient.facts.get(row.fact)
            if fact is not None and fact.value is True:
                raise OutsideLabel(f"{self.file.id} must not be used: {row.fact} is recorded, and {row.because}.")
        for limit in self.file.limits:
            if limit.outside != "refuse" or limit.covariate == "dose":
                continue
            value = self.measure(limit.covariate, limit.unit)
            if value is None:
                if limit.covariate == "age":
                    raise InputError(
                        f"{self.file.id} needs age, which is not known for this patient, and {limit.because}. "
                        "Record the birth date or the age."
                    )
                continue
            if (limit.low is not None and value < limit.low) or (limit.high is not None and value > limit.high):
                raise OutsideLabel(
                    f"{self.file.id} must not be used at {_words(limit.covariate)} {value:.4g} {_plain(limit.unit)}: "
                    f"{limit.because} ({_span(limit.low, limit.high)} {_plain(limit.unit)}). "
                    "Choose a model for these patients with --model, or ask a specialist; nothing is estimated."
                )

    def measure(self, name: str, unit: str) -> float | None:
        """Return a covariate of the model, or a fact of this name, in a unit."""
        row = self.file.covariates.get(name)
        if row is None:
            return self.number(name, unit)
        value = self.value(row)
        return (
            value
            if value is None or row.unit == unit
            else convert(value, row.unit, unit, MOLAR_MASS_G_PER_MOL.get(name))
        )

    def value(self, row: CovariateRow) -> float | None:
        """Return the value of a covariate; None when it is not known."""
        return _FORMULAS[row.formula](self, row)

    def lacking(self, row: CovariateRow) -> tuple[str, ...]:
        """Return the facts that a covariate needs and that are not known."""
        needs = FACTS_OF_FORMULA.get(row.formula, (row.fact or row.id,))
        return tuple(name for name in needs if name not in self.patient.facts) or needs

    def warnings(self, values: Mapping[str, float]) -> list[str]:
        """Return what lies outside the population without forbidding the model."""
        warnings = []
        for limit in self.file.limits:
            value = self.measure(limit.covariate, limit.unit) if limit.outside == "warn" else None
            if value is None:
                continue
            if (limit.low is not None and value < limit.low) or (limit.high is not None and value > limit.high):
                warnings.append(
                    f"{_words(limit.covariate)} {value:.3g} {_plain(limit.unit)} is outside the population "
                    f"({_span(limit.low, limit.high)}): {limit.because}"
                )
        for name, value in values.items():
            half = self.file.covariates[name].middle_half
            if half and not half[0] / 2.0 <= value <= half[1] * 2.0:
                warnings.append(
                    f"{_words(name)} {value:.3g} is far from the middle half of the population "
                    f"({half[0]:g} to {half[1]:g}): the model is stretched"
                )
        return warnings


def _words(name: str) -> str:
    return name.replace("_", " ")


def _plain(unit: str) -> str:
    return {"a": "years", "{1.73_m2}": ""}.get(unit, unit)


def _span(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:g}"
    return f"from {low:g}" if high is None else f"{low:g} to {high:g}"


def _fact(finder: _Finder, row: CovariateRow) -> float | None:
    name = row.fact or row.id
    fact = finder.patient.facts.get(name)
    if fact is None:
        return None
    finder.because[name] = fact
    if isinstance(fact.value, bool):
        return float(fact.value)
    if isinstance(fact.value, str):
        raise InputError(f"{name}: {fact.value!r} is neither yes, no nor a number. Correct it in the record.")
    return convert(float(fact.value), fact.unit, row.unit) if fact.unit and fact.unit != row.unit else float(fact.value)


def _taking(finder: _Finder, row: CovariateRow) -> float | None:
    if row.fact in finder.patient.taking:
        return 1.0
    return 0.0 if finder.patient.medicines_complete else None


def _female(finder: _Finder, row: CovariateRow) -> float | None:
    sex = finder.sex()
    return None if sex is None else float(sex == "female")


# A model's paper applies its formula to everybody in its population (from 15 years, or with one weight for all), so the
# model's own limits decide who is outside, and the formula's domain is not asked.


def _fat_free_mass(finder: _Finder, row: CovariateRow) -> float | None:
    weight, height, sex = finder.number("weight", "kg"), finder.number("height", "cm"), finder.sex()
    if weight is None or height is None or sex is None:
        return None
    return fat_free_mass_kg(weight, height, sex)


def _normal_fat_mass(finder: _Finder, row: CovariateRow) -> float | None:
    lean, weight = _fat_free_mass(finder, row), finder.number("weight", "kg")
    if lean is None or weight is None or row.fat_fraction is None:
        return None
    return normal_fat_mass_kg.arithmetic(weight, lean, row.fat_fraction)


def _cockcroft_gault(finder: _Finder, row: CovariateRow) -> float | None:
    age, creatinine = finder.age(), finder.number("creatinine", "mg/dL")
    weight = row.fixed_weight_kg if row.fixed_weight_kg is not None else finder.number("weight", "kg")
    sex = fixed_sex(row) or finder.sex()
    if age is None or creatinine is None or weight is None or sex is None:
        return None
    return cockcroft_gault_ml_per_min.arithmetic(age, weight, creatinine, sex)


def fixed_sex(row: CovariateRow) -> Sex | None:
    """Return the one sex for all that a model's paper computed with; None where it took each person's own."""
    if not row.fixed_sex:
        return None
    return "female" if row.fixed_sex == "female" else "male"


def _mdrd(finder: _Finder, row: CovariateRow) -> float | None:
    age, creatinine, sex = finder.age(), finder.number("creatinine", "mg/dL"), finder.sex()
    if age is None or creatinine is None or sex is None:
        return None
    return mdrd_ml_per_min_per_1_73_m2.arithmetic(age, creatinine, sex)


def _measured(name: str) -> Callable[[_Finder, CovariateRow], float | None]:
    return lambda finder, row: finder.number(name, row.unit)


_FORMULAS: dict[str, Callable[[_Finder, CovariateRow], float | None]] = {
    **{name: _measured(name) for name in ("weight", "height", "age", "creatinine", "albumin", "bilirubin")},
    "female": _female,
    "constant": lambda finder, row: row.constant,
    "fact": _fact,
    "given": _fact,
    "taking": _taking,
    "fat_free_mass": _fat_free_mass,
    "normal_fat_mass": _normal_fat_mass,
    "cockcroft_gault": _cockcroft_gault,
    "cockcroft_gault_fixed": _cockcroft_gault,
    "mdrd": _mdrd,
}
