"""Pairs are checked in each other's company alone, and every drug with the companion it always goes with."""

import random

import pytest

from fullcourse.clinical import Record
from fullcourse.journey.check import Checker
from fullcourse.journey.regimen_screening import RegimenScreening, proposed
from fullcourse.rules.establish import establish
from fullcourse.screening.company import Company
from fullcourse.screening.screen import Screener
from patients import AT, evidence, knowledge

NAMES = frozenset(it.drug for it in knowledge().guidelines.constructions["who-longer"].candidates)
KNOWN = {
    "pulmonary_tuberculosis": True,
    "medicines_complete": True,
    "problems_complete": True,
    "allergies_complete": True,
}
COMPANIONS = {"imipenem": "clavulanate", "meropenem": "clavulanate"}


def screened(record: Record, names: frozenset[str] = NAMES, companions: dict[str, str] | None = None):
    screener = Screener(knowledge(), knowledge().profile("us"))
    screening = RegimenScreening(screener, Company(screener), companions or {}, [names])
    return screening.screen(establish(record, knowledge(), AT))[0]


def record(**facts: object) -> Record:
    return Record({name: (evidence(name, value),) for name, value in (KNOWN | facts).items()})


@pytest.mark.parametrize("seed", range(3))
def test_a_pair_is_what_the_check_of_these_two_drugs_alone_says(seed):
    chance = random.Random(seed)
    someone = record(
        **{name: chance.random() < 0.5 for name in ("long_qt", "depression", "epilepsy", "renal_impairment")}
    )
    views = screened(someone).pairs
    checker = Checker(knowledge(), knowledge().profile("us"))
    for _ in range(25):
        pair = tuple(sorted(chance.sample(sorted(NAMES), 2)))
        (alone,) = checker.check(someone, AT, regimen=[proposed(name) for name in pair]).pairs
        view = views.get(pair)
        said = (view.worst, view.findings, view.unresolved) if view else (0, (), ())
        assert said == (int(alone.severity or 0), alone.findings, alone.unresolved), pair


def test_what_a_third_drug_undoes_is_still_said_of_the_pair():
    pair = screened(record()).pairs["bedaquiline", "moxifloxacin"]
    assert pair.findings == ("bedaquiline.interaction.moxifloxacin",)


def test_a_carbapenem_is_checked_with_clavulanate_beside_it():
    missing = "imipenem.caution.clavulanate-missing"
    names = NAMES | {"clavulanate"}
    assert missing in {it.id for it in screened(record(), names).drugs["imipenem"].against}
    assert missing not in {it.id for it in screened(record(), names, COMPANIONS).drugs["imipenem"].against}


def test_drugs_that_stand_in_no_regimen_together_are_no_pair():
    screener = Screener(knowledge(), knowledge().profile("us"))
    plans = [frozenset({"bedaquiline"}), frozenset({"moxifloxacin"})]
    screening = RegimenScreening(screener, Company(screener), {}, plans)
    assert screening.screen(establish(record(), knowledge(), AT))[0].pairs == {}
