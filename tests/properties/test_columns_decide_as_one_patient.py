"""Whatever evidence stands beside whatever other, a register decides each patient as the one-patient reader does.

Values, dates and words come from few, so that ties, ranges that touch, zones, and ages on either side of each limit
meet one another all the time, and many patients share a shape of evidence.
"""

import math
import random
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest

from columns_of import part_of
from fullcourse.clinical import (
    Evidence,
    Interval,
    Medicine,
    Record,
    Standing,
    Taken,
    Unrecognised,
    exactly,
    parse_moment,
)
from fullcourse.clinical.moment import Moment
from fullcourse.cohort.facts import fact_row, fact_table
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.derived import DERIVED
from fullcourse.rules.establish import establish
from patients import AT, knowledge

PATIENTS = 700
TIDY = {
    "weight": (50.0, 61.25, 80.0), "height": (140.0, 152.4, 175.0), "creatinine": (0.9, 1.2, 1.9),
    "bmi": (20.0, 61.25 / 1.75**2, 28.0), "egfr": (20.0, 61.0, 90.0), "qtcf": (400.0, 480.0),
    "qt_interval": (400.0, 440.0), "heart_rate": (60.0, 72.0), "potassium": (3.4, 3.5, 4.0),
    "magnesium": (1.4, 1.5, 2.0),
}  # fmt: skip
BORN = ("2008-11-22", "2008-11-23", "2008", "1961-11-22", "1886-11-22", "1886-11-23", "1886", "2026-11", "1961", "2015")
PRODUCTS = (
    "isoniazid",
    "cycloserine",
    "phenytoin",
    "linezolid",
    "metformin",
    "xyzzy forte",
    "cough syrup with alcohol",
)
STANDINGS = [Standing.STATED] * 7 + [
    Standing.OVER,
    Standing.UNSURE,
    Standing.UNUSABLE,
    Standing.ABSURD,
    Standing.BESIDE,
]


def moment(draw: random.Random, limit: int | None) -> Moment | None:
    days = draw.choice([0, 0, 1, 2, 3, -1, (limit or 30), (limit or 30) + 1, 400, 5000])
    day = AT - timedelta(days=days)
    text = draw.choice(
        [
            None, day.isoformat(), day.isoformat(), f"{day}T08:00:00Z", f"{day}T08:00:00Z", f"{day}T23:30:00-05:00",
            f"{day}T00:30:00+09:00", day.isoformat()[:7], day.isoformat()[:4],
        ]
    )  # fmt: skip
    return None if text is None else parse_moment(text, "on")


def value(draw: random.Random, fact: FactDefinition) -> object:
    if fact.kind in ("history", "state"):
        return draw.random() < 0.5
    if fact.kind == "number":
        low, high = fact.plausible or (0.0, 100.0)
        middle = draw.choice([low, high, (low + high) / 2, low + (high - low) / 7, 1.0, 1.3])
        return draw.choice(
            [exactly(middle)] * 4
            + [exactly(middle * (1 + 1e-12)), Interval(-math.inf, middle), Interval(middle, math.inf)]
            + [Interval(middle, middle * 1.5), exactly(0.0), exactly(1e300)]
        )
    if fact.kind == "date":
        return draw.choice(["1961-11-22", "2008-11-22", "2008-11-23", "1975", "1975-05", "2026-09-01", "1890-01-01"])
    return draw.choice(fact.values) if fact.values else draw.random() < 0.5


def record(draw: random.Random) -> Record:
    known = list(knowledge().facts.values())
    often = [knowledge().facts[name] for name in (
        "birth_date", "sex", "weight", "height", "creatinine", "potassium", "egfr", "bmi", "qt_interval", "heart_rate",
        "problems_complete", "medicines_complete", "allergies_complete",
    ) if name in knowledge().facts]  # fmt: skip
    evidence: dict[str, tuple[Evidence, ...]] = {}
    for fact in {it.id: it for it in [*draw.sample(often, 9), *draw.sample(known, 5)]}.values():
        pieces = []
        for number in range(draw.choice([1, 1, 2, 3, 5])):
            standing = draw.choice(STANDINGS)
            says = standing in (Standing.STATED, Standing.OVER)
            said = False if standing is Standing.OVER else value(draw, fact)
            if standing is Standing.OVER and fact.kind not in ("history", "state"):
                standing, says, said = Standing.STATED, True, value(draw, fact)
            pieces.append(
                Evidence(fact.id, said if says else None, moment(draw, fact.valid_days), f"Observation/{number}",
                         None, "", standing)
            )  # fmt: skip
        evidence[fact.id] = tuple(pieces)
    medicines, unrecognised = [], []
    for number in range(draw.choice([0, 0, 1, 2, 4])):
        name, origin = draw.choice(PRODUCTS), f"MedicationRequest/{number}"
        ingredients = () if " " in name else (name,)
        lasts = draw.choice([(0, 0), (0, 0), (7, 30)])
        medicines.append(
            Medicine(name, ingredients, (), "name" if ingredients else "", draw.choice(list(Taken)), moment(draw, 30),
                     moment(draw, 90), origin, lasts=lasts)
        )  # fmt: skip
        if not ingredients:
            unrecognised.append(Unrecognised("medicine", name, origin, "it is not known"))
    for kind in ("problem", "allergy"):
        if draw.random() < 0.2:
            unrecognised.append(Unrecognised(kind, "something", f"Condition/{kind}", "it is not known"))
    return Record(evidence, tuple(medicines), tuple(unrecognised))


def tidy(draw: random.Random) -> Record:
    """Return a record in which nearly all that formulas read is known, near every limit that they or others compare."""
    known = knowledge().facts
    formulas = {name for fact in known.values() if fact.derived for name in DERIVED[fact.derived].inputs}
    shown = {fact.id: {it.fact for it in fact.shown_by} for fact in known.values() if fact.shown_by}
    names = sorted({*formulas, *shown, *set().union(*shown.values()), "pregnant", "bmi", "egfr", "qtcf"})
    evidence: dict[str, tuple[Evidence, ...]] = {}
    for name in names:
        fact = known[name]
        if draw.random() < 0.15 or (fact.derived and draw.random() < 0.5):
            continue
        if fact.kind == "date":
            said: object = draw.choice(
                [
                    "2008-11-22",
                    "2008-11-23",
                    "2008",
                    "1961-11-22",
                    "1886-11-22",
                    "1886-11-23",
                    "1886",
                    "2026-11",
                    "1961",
                ]
            )
        elif fact.kind == "number":
            middle = draw.choice(TIDY.get(name, (1.0, 20.0, 100.0)))
            said = draw.choice([exactly(middle)] * 6 + [Interval(middle, middle * 1.1), Interval(middle, math.inf)])
        else:
            said = value(draw, fact)
        day = AT - timedelta(days=draw.choice([0, 1, 2, 3, 6, 13]))
        on = None if fact.valid_days is None and draw.random() < 0.2 else parse_moment(day.isoformat(), "on")
        pieces = [Evidence(name, said, on, "Observation/1")]
        if draw.random() < 0.1:
            pieces.append(
                Evidence(name, said, parse_moment((day - timedelta(days=1)).isoformat(), "on"), "Observation/2")
            )
        evidence[name] = tuple(pieces)
    return Record(evidence)


def cells(columns: dict[str, np.ma.MaskedArray], number: int) -> dict[str, object]:
    return {
        name: None
        if np.ma.getmaskarray(column)[number]
        else np.asarray(column.data)[number].item()
        if column.dtype != object
        else column.data[number]
        for name, column in columns.items()
    }


@pytest.mark.parametrize(("made", "seed"), [(record, 1), (record, 2), (tidy, 3), (tidy, 4)])
def test_facts_of_many_patients_are_those_of_each(made: Callable[[random.Random], Record], seed: int):
    draw, known = random.Random(seed), knowledge()
    records = [made(draw) for _ in range(PATIENTS)]
    table = fact_table(part_of(records, known), known, AT)

    wrong = {}
    for number, one in enumerate(records):
        expected, found = dict(fact_row(establish(one, known, AT), known)), cells(dict(table.columns), number)
        if different := {name: (it, found[name]) for name, it in expected.items() if it != found[name]}:
            wrong[number] = different
    assert not wrong, (len(wrong), list(wrong.items())[:4])
    assert not table.routed.reasons
