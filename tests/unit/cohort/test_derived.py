"""Derived facts over columns: for every formula what one patient gets, to the last bit, and what it asks for."""

import math
import random
from datetime import date, timedelta

import pytest

from fullcourse.clinical import Evidence, Fact, Interval, exactly, parse_moment
from fullcourse.clinical.moment import day_number
from fullcourse.cohort.derived import derive_columns
from fullcourse.cohort.establish import FactColumn, Routed
from fullcourse.rules.derived import DERIVED
from fullcourse.rules.derived_inputs import Inputs
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
        if (text := facts["birth_date"].value) is not None:
            born = parse_moment(text, "birth_date")
            columns["birth_date"].low[at] = day_number(born.first_day)
            columns["birth_date"].high[at] = day_number(born.last_day)
        columns["sex"].word[at] = words.index(facts["sex"].value) if facts["sex"].value else -1
    return columns


@pytest.fixture(scope="module")
def derived():
    patients = list(people())
    routed = Routed({})
    return patients, derive_columns(NAMES, columns_of(patients), knowledge(), AT, COUNT, routed), routed


@pytest.mark.parametrize("name", NAMES)
def test_a_register_derives_for_each_patient_what_the_patient_gets_alone(name, derived):
    patients, columns, _ = derived
    formula = DERIVED[knowledge().facts[name].derived]
    column, missing = columns[name]
    known = 0
    for at, facts in enumerate(patients):
        alone = formula.compute(Inputs(facts, AT), name)
        value = alone.value or Interval(-math.inf, math.inf)
        assert (column.low[at], column.high[at]) == (value.low, value.high), (name, at)
        assert column.days[at] == (-1 if alone.days is None else alone.days)
        asked = {ask for bit, ask in enumerate(formula.inputs) if missing[at] & 1 << bit}
        assert asked == set(alone.missing), (name, at)
        known += alone.value is not None
    assert 20 < known < COUNT


def test_every_formula_has_a_column_form_and_only_what_cannot_be_goes_to_the_reader_of_one_patient(derived):
    _, _, routed = derived
    assert set(routed.reasons) <= {f"{name} cannot be" for name in NAMES}


def test_a_number_beyond_all_sense_is_handed_to_the_reader_of_one_patient():
    columns = {name: FactColumn.unknown(2) for name in ("weight", "height")}
    columns["weight"].low[:] = columns["weight"].high[:] = [70.0, 1e308]
    columns["height"].low[:] = columns["height"].high[:] = [175.0, 1e-3]
    routed = Routed({})
    derive_columns(("bmi",), columns, knowledge(), AT, 2, routed)
    assert routed.reasons["bmi is no number"].tolist() == [1]
