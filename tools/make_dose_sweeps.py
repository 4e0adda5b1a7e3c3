"""Prints the doses of one-factor sweeps: weight, age and clearance, for each drug and profile; what a pharmacist reads.

Rows in which nothing changes are folded into one with its first and last value, so that a difference is short to read.
Run it after a change of knowledge or dosing: ``python tools/make_dose_sweeps.py > tests/golden/doses.tsv``.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fullcourse.clinical.fact import Fact
from fullcourse.clinical.patient import Patient
from fullcourse.clinical.quantity import exactly
from fullcourse.dosing.answer import Dosed, DoseStatus
from fullcourse.dosing.choice import DoseQuestion, Dosing
from fullcourse.dosing.disagree import amount_words
from fullcourse.dosing.making import stock_of
from fullcourse.rules.situation import Situation
from harmless import HARMLESS_MEDICINES, harmless_facts
from patients import knowledge, patient

HEAD = "profile\tdrug\tfactor\tfrom\tto\tstatus\tdose\tform\tclaim\tblocked"
SWEEPS = {
    "weight": [step / 2 for step in range(6, 241)],
    "age": [float(years) for years in range(96)],
    "creatinine_clearance": [float(ml) for ml in range(5, 151)],
}
UNITS = {"weight": "kg", "age": "a", "creatinine_clearance": "mL/min"}


def base() -> Patient:
    """Return the patient of whom nothing speaks against any drug."""
    return patient(harmless_facts(), HARMLESS_MEDICINES)


def with_fact(who: Patient, factor: str, value: float) -> Patient:
    """Return a patient with one fact changed, and nothing else: a sweep moves one factor."""
    fact = Fact(factor, exactly(value), UNITS[factor], days=0)
    months = {"age_months": Fact("age_months", exactly(value * 12.0), "mo", days=0)} if factor == "age" else {}
    return replace(who, facts={**who.facts, factor: fact, **months})


def row_of(dosed: Dosed) -> tuple[str, ...]:
    """Return what a row says of a dose."""
    if dosed.status is not DoseStatus.DOSE or dosed.plan is None or dosed.leading is None:
        return dosed.status.value, dosed.why, "", "", ""
    blocked = ", ".join(dict.fromkeys(it.claim for it in dosed.conflicts if it.blocks))
    forms = " + ".join(dict.fromkeys(it.step.form for it in dosed.plan.steps))
    # Amounts for each kilogram change with every row: the tablet count is what is given.
    said = amount_words(dosed.plan).rsplit(" (", 1)[0]
    return dosed.status.value, said, forms, dosed.leading.claim, blocked


def rows() -> Iterator[str]:
    """Yield the table, header first."""
    yield HEAD
    known, who = knowledge(), base()
    people = {
        factor: [(value, Situation(with_fact(who, factor, value), known)) for value in values]
        for factor, values in SWEEPS.items()
    }
    for profile in known.profiles.values():
        for drug in known.drugs.values():
            dosing = Dosing(drug, known, profile)
            question = DoseQuestion(stock_of(drug, known))
            for factor, situations in people.items():
                yield from folded(
                    f"{profile.id}\t{drug.inn}\t{factor}",
                    [(value, row_of(dosing.dose(situation, question))) for value, situation in situations],
                )


def folded(first: str, found: list[tuple[float, tuple[str, ...]]]) -> Iterator[str]:
    """Yield a row for each stretch of values with one dose."""
    start, last, said = found[0][0], found[0][0], found[0][1]
    for value, row in [*found[1:], (float("nan"), ())]:
        if row != said:
            yield "\t".join((first, f"{start:g}", f"{last:g}", *said))
            start, said = value, row
        last = value


if __name__ == "__main__":
    print("\n".join(rows()))
