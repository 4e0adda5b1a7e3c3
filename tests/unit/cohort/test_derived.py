"""Derived facts over columns: for every formula what one patient gets, to the last bit, and what it asks for."""

import math
import random
from datetime import date, timedelta

import pytest

from fullcourse.clinical import Evidence, Fact, Interval, exactly, parse_moment
from fullcourse.clinical.moment import day_number
from fullcourse.cohort.derived import Known, derive_columns
from fullcourse.cohort.establish import FactColumn
from fullcourse.rules.derived import DERIVED
from fullcourse.rules.derived_inputs import Inputs
from fullcourse.rules.establish import derived as derive_alone
from patients import knowledge

AT = date(2026, 11, 22)
LIMITS = {
    "weight": (20.0, 250.0),
    "height": (90.0, 220.0),
    "creatinine": (0.1, 20.0),
    "qt_interval": (200.0, 700.0),
    "heart_rate": (20.0, 250.0),
}
NAMES = tuple(name for name, fact in knowledge().facts.items() if fact.derived)
COUNT = 400


def people():
    """Return the facts of many patients, each known more or less."""
    draw = random.Random(11)
    for _ in range(COUNT):
        facts = {name: number(name, draw, *limits) for name, limits in LIMITS.items()}
        born = AT - timedelta(days=draw.choice([draw.randint(0, 60_000), draw.randint(6300, 6900)]))
        text = draw.choice([None, born.isoformat(), born.isoformat(), born.isoformat()[:7], born.isoformat()[:4]])
        facts["birth_date"] = Fact("birth_date", text, "", (), () if text else ("birth_date",))
        facts["sex"] = Fact("sex", draw.choice([None, "male", "female", "female"]))
        yield facts


def number(name, draw, low, high):
    one, other = sorted((draw.uniform(low, high), draw.uniform(low, high)))
    value = draw.choice(
        [None, exactly(one), exactly(other), Interval(one, other), Interval(-math.inf, one), Interval(one, math.inf)]
    )
    if value is None:
        return Fact(name, None)
    days = draw.randint(0, 300)
    on = parse_moment((AT - timedelta(days=days)).isoformat(), "on")
    return Fact(name, value, "", (Evidence(name, value, on, "Observation/1"),), days=days)


def columns_of(patients):
    """Return the same facts as columns."""
    columns = {name: FactColumn.unknown(COUNT) for name in (*LIMITS, "birth_date", "sex")}
    words = knowledge().facts["sex"].values
    for at, facts in enumerate(patients):
        for name in LIMITS:
            if facts[name].value is not None:
                columns[name].low[at], columns[name].high[at] = facts[name].value.low, facts[name].value.high
                columns[name].days[at] = facts[name].days
            columns[name].has_evidence[at] = bool(facts[name].because)
        if (text := facts["birth_date"].value) is not None:
            born = parse_moment(text, "birth_date")
            columns["birth_date"].low[at] = day_number(born.first_day)
            columns["birth_date"].high[at] = day_number(born.last_day)
        columns["sex"].word[at] = words.index(facts["sex"].value) if facts["sex"].value else -1
    return columns


def known_of(patients):
    return Known(columns_of(patients), lambda name, at: [], lambda name, at: patients[at][name], COUNT)


@pytest.fixture(scope="module")
def derived():
    patients = list(people())
    return patients, derive_columns(NAMES, known_of(patients), knowledge(), AT)


@pytest.mark.parametrize("name", NAMES)
def test_a_register_derives_for_each_patient_what_the_patient_gets_alone(name, derived):
    patients, columns = derived
    formula = DERIVED[knowledge().facts[name].derived]
    column, missing = columns[name]
    known = 0
    for at, facts in enumerate(patients):
        alone = derive_alone(knowledge().facts[name], (), Inputs(facts, AT))
        value = alone.value or Interval(-math.inf, math.inf)
        assert (column.low[at], column.high[at]) == (value.low, value.high), (name, at)
        assert column.days[at] == (-1 if alone.days is None else alone.days)
        asked = {ask for bit, ask in enumerate(formula.inputs) if missing[at] & 1 << bit}
        assert asked == set(alone.missing), (name, at)
        known += alone.value is not None
    assert 20 < known < COUNT


def test_a_number_beyond_all_sense_leaves_the_fact_open_and_asks_for_what_it_follows_from():
    facts = {
        "weight": Fact("weight", exactly(1e308), "kg", days=0),
        "height": Fact("height", exactly(1e-3), "cm", days=0),
    }
    columns = {name: FactColumn.unknown(COUNT) for name in facts}
    for name, fact in facts.items():
        columns[name].low[:] = columns[name].high[:] = fact.value.low
        columns[name].days[:] = 0
    column, missing = derive_columns(
        ("bmi",), Known(columns, lambda name, at: [], lambda name, at: facts[name], COUNT), knowledge(), AT
    )["bmi"]
    assert not column.is_number_known.any()
    assert set(missing.tolist()) == {0b11}
