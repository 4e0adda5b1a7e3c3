"""Plans as prescriptions are written, with the steps they mean: written down before the reader was.

The first table holds directions as they stand in public test data of prescription readers and in the examples of FHIR
Timing (kgrid-objects/opioid-collection, ``99999-mrci/impl/test``; royashcenazi/parsigs, issue 2; hl7.org/fhir/R4,
datatypes-examples, Timing), amounts and strengths put in where they state none. The second holds the forms that the
steps of a course need. The third holds what must be refused, because a guess could be a wrong dose.
"""

from datetime import date

import pytest

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError


def once(mg: float, at: str = "08:00", units: float | None = None) -> tuple[Dose, ...]:
    return (Dose(at, mg, units),)


TWICE_250 = (Dose("08:00", 250.0), Dose("20:00", 250.0))
MWF = ("mon", "wed", "fri")

PUBLISHED = [
    ("20 MG EVERY 24 HOURS", (DoseStep(1, once(20.0)),)),
    ("650 MG EVERY 6 HOURS", (DoseStep(1, tuple(Dose(at, 650.0) for at in ("00:00", "06:00", "12:00", "18:00"))),)),
    ("60 MG EVERY EVENING", (DoseStep(1, once(60.0, "evening")),)),
    ("3 G 2 TIMES DAILY", (DoseStep(1, (Dose("08:00", 3000.0), Dose("20:00", 3000.0))),)),
    (
        "2.5 MG Every TUESDAY, THURSDAY, and SATURDAY",
        (DoseStep(1, once(2.5), days_of_week=("tue", "thu", "sat")),),
    ),
    (
        "2 MG Every MONDAY, WEDNESDAY, FRIDAY, and SUNDAY",
        (DoseStep(1, once(2.0), days_of_week=("mon", "wed", "fri", "sun")),),
    ),
    (
        "Take 1 tablet of 500 mg every day for one week, and then 1 tablet of 500 mg every week",
        (
            DoseStep(1, once(500.0, units=1.0), "tablet 500 mg"),
            DoseStep(8, once(500.0, units=1.0), "tablet 500 mg", days_of_week=("mon",)),
        ),
    ),
    ("take 1 tablet of 500 mg 3 times a day for 2 weeks", (
        DoseStep(1, tuple(Dose(at, 500.0, 1.0) for at in ("06:00", "14:00", "22:00")), "tablet 500 mg", to_day=14),
    )),
    ("500 mg Mon, Wed, Fri Morning", (DoseStep(1, once(500.0, "morning"), days_of_week=MWF),)),
    ("500 mg every 7 days", (DoseStep(1, once(500.0), every_days=7),)),
]  # fmt: skip

NEEDED = [
    ("500 mg q36h", (DoseStep(1, once(500.0), every_h=36),)),
    ("500 mg q48h", (DoseStep(1, once(500.0), every_h=48),)),
    ("500 mg every other day", (DoseStep(1, once(500.0), every_days=2),)),
    ("250 mg q12h every 3 days", (DoseStep(1, TWICE_250, every_days=3),)),
    ("500 mg on monday and thursday", (DoseStep(1, once(500.0), days_of_week=("mon", "thu")),)),
    ("500 mg thu, mon", (DoseStep(1, once(500.0), days_of_week=("mon", "thu")),)),
    ("500 mg twice a week", (DoseStep(1, once(500.0), days_of_week=("mon", "thu")),)),
    ("250 mg q12h 5x weekly", (DoseStep(1, TWICE_250, days_of_week=("mon", "tue", "wed", "thu", "fri")),)),
    ("500 mg 6 days a week", (DoseStep(1, once(500.0), days_of_week=("mon", "tue", "wed", "thu", "fri", "sat")),)),
    (
        "2 capsules of 250 mg twice a day",
        (DoseStep(1, (Dose("08:00", 500.0, 2.0), Dose("20:00", 500.0, 2.0)), "capsule 250 mg"),),
    ),
    ("1 tablet 400 mg once a day", (DoseStep(1, once(400.0, units=1.0), "tablet 400 mg"),)),
    ("250 mg alternating with 500 mg", (DoseStep(1, once(250.0), cycle=(250.0, 500.0)),)),
    (
        "1 capsule of 250 mg alternating with 2 capsules of 250 mg in the evening",
        (DoseStep(1, once(250.0, "evening", 1.0), "capsule 250 mg", cycle=(250.0, 500.0)),),
    ),
    (
        "500 mg after dialysis on mon, wed, fri",
        (DoseStep(1, once(500.0, "evening"), days_of_week=MWF, after_dialysis=True),),
    ),
    ("500 mg after dialysis", (DoseStep(1, once(500.0, "evening"), after_dialysis=True),)),
    ("250 mg q12h for 14 days", (DoseStep(1, TWICE_250, to_day=14),)),
    (
        "400 mg q24h for 2 weeks then 200 mg M-W-F for 22 weeks",
        (DoseStep(1, once(400.0)), DoseStep(15, once(200.0), days_of_week=MWF, to_day=168)),
    ),
    ("from 2026-12-01: 250 mg q12h", (DoseStep(1, TWICE_250, from_date=date(2026, 12, 1)),)),
    ("250 mg q12h from day 8", (DoseStep(8, TWICE_250),)),
    (
        "250 mg once a day from 2026-12-01 then 500 mg once a day from 2026-12-15",
        (DoseStep(1, once(250.0), from_date=date(2026, 12, 1)), DoseStep(15, once(500.0))),
    ),
]

REFUSED = [
    ("Take 50 mcg once a day", "in 'mcg'"),
    ("50 µg once a day", "in 'µg'"),
    ("2 tablets once a day", "no strength"),
    ("2 capsules 250 mg twice a day", "each, or together"),
    ("325-650 mg every 6 hours", "not understood"),
    ("600 mg 2 times daily before meals", "not understood"),
    ("500 mg 3-4 times a day", "not understood"),
    ("500 mg 4 times a week", "name the days"),
    ("500 g once a day", "too much"),
    ("-500 mg once a day", "not understood"),
    ("0 mg once a day", "no dose"),
    ("1,000 mg once a day", "thousand"),
    ("1.000 mg once a day", "thousand"),
    ("250 mg morning + 500 mg 08:00", "same time"),
    ("250 mg on monday + 500 mg on tuesday", "two rhythms"),
    ("250 mg on monday + 500 mg evening", "every amount"),
    ("250 mg every other day on monday", "two rhythms"),
    ("500 mg mon-wed", "from mon to wed"),
    ("250 mg alternating with 500 mg q12h", "once a day"),
    ("250 mg alternating with 500 mg every other day", "two rhythms"),
    ("500 mg twice a day after dialysis", "after dialysis"),
    ("500 mg q36h on mon", "two rhythms"),
    ("500 mg q25h", "'q25h' is not understood"),
    ("500 mg once a day for 0 days", "at least 1 day"),
    ("500 mg once a day for 2 months", "not understood"),
    ("500 mg once a day for 14 days then from day 10: 250 mg once a day", "before"),
    ("1 capsule of 250 mg morning + 1 capsule of 125 mg evening", "two forms"),
    ("500 mg once a day then from 2026-12-15: 250 mg once a day", "first step"),
    ("500 mg from 2026-02-30 once a day", "no day of the calendar"),
    ("250 mg every 0 days", "not understood"),
    ("1 tablet of 400 mg, at most 300 mg a day, once a day", "more than"),
]


@pytest.mark.parametrize(("text", "steps"), [*PUBLISHED, *NEEDED])
def test_a_direction_means_these_steps(text: str, steps: tuple[DoseStep, ...]):
    assert steps == parse_dose_plan(text)


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_what_could_be_a_wrong_dose_is_refused_with_the_reason(text: str, why: str):
    with pytest.raises(InputError, match=why):
        parse_dose_plan(text)
