"""Each single test once, on its days: what is named, what an interval gives, and what a caution makes closer."""

import pytest

from fullcourse.clinical import Record
from fullcourse.journey.monitor import VISIT, Monitor, Treatment
from fullcourse.knowledge.consequences import FindingOf
from fullcourse.knowledge.walk import thens_of
from fullcourse.monitoring.asked import Watcher
from fullcourse.monitoring.tightened import Tightened, Tightener
from fullcourse.monitoring.watch import Watch, occasions_of, watches_of
from fullcourse.rules.medicine_list import MedicineList
from patients import AT, knowledge, patient

KNOWN = knowledge()
WINDOW = 7


def closer(drug: str, **facts: object) -> dict[str, Tightened]:
    who = patient(facts)
    found = Tightener(KNOWN).tightened(who, KNOWN.drugs[drug], MedicineList(who, KNOWN), {})
    return {f"{it.statement} {it.test}": it for it in found}


def watched(*drugs: str, facts: dict[str, object] | None = None) -> dict[str, Watch]:
    who = patient(facts or {}, [*drugs])
    asked = [it for drug in drugs for it in Watcher(KNOWN).asked(who, KNOWN.drugs[drug])]
    cautions = [it for drug in drugs for it in closer(drug, **(facts or {})).values()]
    return {it.test: it for it in watches_of(asked, cautions, KNOWN.tests)}


@pytest.mark.parametrize(
    ("fact", "key"),
    [
        ("renal_impairment", "cycloserine.caution.renal-impairment kidney function"),
        ("liver_disease", "cycloserine.caution.liver-disease liver function"),
        ("anaemia", "cycloserine.caution.anaemia blood count"),
    ],
)
def test_a_caution_makes_its_test_closer_may_or_does_not(fact, key):
    """S062, S063, S064."""
    assert closer("cycloserine", **{fact: True})[key].certain
    assert not closer("cycloserine")[key].certain
    assert key not in closer("cycloserine", **{fact: False})


def test_every_test_that_a_caution_names_is_read_as_one_that_can_be_done():
    for statement in KNOWN.statements.values():
        for then in thens_of(statement.body):
            for test in then.tightens if isinstance(then, FindingOf) else ():
                definition = KNOWN.tests[test]
                assert definition.parts or definition.id == test
                owner = statement.id.split(".", 1)[0]
                assert owner in {drug.replace(" ", "-") for drug in KNOWN.drugs}


def test_a_closer_test_that_nothing_else_asks_for_is_in_the_plan_all_the_same():
    only = watched("clavulanate", facts={"liver_disease": True})["liver function"]
    assert only.is_tightened
    assert only.at_visits
    assert only.drugs == ("clavulanate",)


def test_a_test_that_is_made_of_several_is_taken_apart():
    tests = watched("pyrazinamide", "rifampin")
    assert tests["liver function"].drugs == ("pyrazinamide", "rifampin")
    assert tests["uric acid"].drugs == ("pyrazinamide",)
    assert not any(KNOWN.tests[name].parts for name in tests)


def test_a_day_of_an_interval_gives_way_to_a_named_one_within_the_window():
    visits = occasions_of(watched("bedaquiline")["electrocardiogram"], 180, (), WINDOW)
    assert visits == (0, 14, 31, 61, 84, 121, 151, 168)  # weeks 2, 12, 24; day 91 is answered in week 12


def test_a_weekly_test_is_never_thinned():
    assert occasions_of(watched("linezolid")["blood count"], 30, (), WINDOW) == (0, 8, 15, 22, 29)


def test_what_is_at_each_visit_falls_on_the_days_of_visits_and_what_comes_after_the_end_is_counted_from_it():
    mood = watched("cycloserine")["mood, psychosis and suicide screen"]
    assert occasions_of(mood, 180, (31, 61), WINDOW) == (0, 31, 61)
    treatment = Treatment(("linezolid", "pretomanid"), {}, AT, AT.replace(year=2027))
    told = Monitor(KNOWN, KNOWN.profile("who")).monitor(Record({}), AT, treatment)
    nerves = next(it for it in told.watched if it.watch.test == "neuropathy")
    length = (AT.replace(year=2027) - AT).days + 1
    assert nerves.days[-2:] == (length, length + 360)
    assert [visit.after_end for visit in told.visits][-1]
    assert VISIT in {it.watch.test for it in told.watched}


def test_without_an_end_nothing_is_said_of_the_end():
    told = Monitor(KNOWN, KNOWN.profile("who")).monitor(Record({}), AT, Treatment(("linezolid", "pretomanid"), {}, AT))
    assert told.open_end
    assert not any(visit.after_end for visit in told.visits)
    assert max(day for it in told.watched for day in it.days) <= 181
