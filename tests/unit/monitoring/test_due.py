"""How a test stands: both sides of every edge, and every test that ships."""

from datetime import date, timedelta

import pytest

from fullcourse.clinical import Record
from fullcourse.journey.monitor import DueStanding, Monitor, Treatment, is_for_susceptible
from fullcourse.monitoring.due import Due, day_of, due_of
from patients import AT, evidence, knowledge, patient

START = date(2026, 3, 2)
KNOWN = knowledge()
MONITOR = Monitor(KNOWN, KNOWN.profile("us"))
SINGLE = [test for test in KNOWN.tests.values() if not test.parts]


def due(occasions: list[int], results: list[int], today: int, window: int = 7) -> Due:
    days = [day_of(START, day) for day in occasions]
    dates = [tuple(day_of(START, day) for day in results)]
    baseline = days[0] if occasions and occasions[0] == 0 else None
    test = "weight"
    return due_of(test, days, dates, day_of(START, today), lambda apart: apart <= window, baseline, KNOWN)


def test_day_1_is_the_first_day_and_day_0_the_day_before():
    assert day_of(START, 1) == START
    assert day_of(START, 0) == START - timedelta(days=1)


@pytest.mark.parametrize(
    ("result", "standing", "next_day"),
    [
        (23, DueStanding.OVERDUE, 31),  # eight days early: it belongs to no occasion
        (24, DueStanding.DONE, 61),  # a week early
        (31, DueStanding.DONE, 61),
        (38, DueStanding.DONE, 61),  # a week late
        (39, DueStanding.DONE, 61),  # later still: the occasion is over, and missed
    ],
)
def test_a_result_within_a_week_of_the_day_answers_it(result, standing, next_day):
    it = due([31, 61], [result], 40)
    assert (it.standing, it.next_on) == (standing, day_of(START, next_day))
    assert it.missed == (1 if result == 39 else 0)


@pytest.mark.parametrize(
    ("today", "standing"), [(30, DueStanding.COMING), (31, DueStanding.DUE), (32, DueStanding.OVERDUE)]
)
def test_a_test_is_overdue_from_the_day_after(today, standing):
    assert due([31, 61], [], today).standing is standing


def test_one_result_never_answers_two_occasions_of_a_weekly_test():
    it = due([8, 15, 22], [11], 15)
    assert (it.standing, it.next_on) == (DueStanding.DUE, day_of(START, 15))
    assert due([8, 15, 22], [12], 16).standing is DueStanding.DONE


def test_what_was_never_done_stays_due_on_its_own_day():
    for today in (40, 90, 200):
        assert due([0, 31, 61], [], today).next_on == day_of(START, 0)


@pytest.mark.parametrize(("result", "closed"), [(0, True), (1, True), (-35, True), (-36, False)])
def test_before_the_start_any_result_still_valid_is_enough(result, closed):
    assert (due([0, 61], [result], 20).standing is DueStanding.DONE) == closed  # a weight is valid for 35 days


def test_a_test_without_days_has_no_date():
    assert due([], [], 10).standing is DueStanding.NO_DATE


def test_a_result_after_today_or_without_a_day_answers_nothing():
    treatment = Treatment(("amikacin",), {}, AT - timedelta(days=1), AT + timedelta(days=100))
    later = evidence("creatinine", 1.0, on=(AT + timedelta(days=1)).isoformat())
    undated = evidence("creatinine", 1.0)._replace(on=None)
    told = MONITOR.monitor(Record({"creatinine": (later, undated)}), AT, treatment)
    (kidneys,) = [it.due for it in told.watched if it.watch.test == "kidney function"]
    assert kidneys.last_done is None


@pytest.mark.parametrize("test", SINGLE, ids=lambda test: test.id)
def test_every_test_that_ships_is_asked_for_and_closed_by_its_results_or_by_hand(test):
    drugs = tuple(KNOWN.drugs)
    asked_as = []
    for as_susceptible in (True, False):
        taken = tuple(drug for drug in drugs if as_susceptible or not is_for_susceptible([drug]))
        start = AT - timedelta(days=10)
        treatment = Treatment(taken, {}, start, AT + timedelta(days=300), as_susceptible=as_susceptible)
        facts = {"anaemia": True, "liver_disease": True, "renal_impairment": True}
        bare = MONITOR.monitor(patient(facts).record, AT, treatment)
        asked = {it.watch.test: it for it in bare.watched}
        if test.id not in asked:
            continue
        asked_as.append(as_susceptible)
        assert asked[test.id].watch.planned.asked or asked[test.id].watch.tightened
        pieces = {group[0]: (evidence(group[0], sample(group[0])),) for group in test.answered_by}
        record = Record({**patient(facts).record.evidence, **pieces})
        closed = MONITOR.monitor(record, AT, treatment)
        (by_result,) = [it.due for it in closed.watched if it.watch.test == test.id]
        if test.answered_by:
            assert (by_result.last_done, by_result.lacks) == (AT, ())
        if len(test.answered_by) > 1:
            (first, *_) = pieces
            part = Record({**patient(facts).record.evidence, first: pieces[first]})
            (partly,) = [it.due for it in MONITOR.monitor(part, AT, treatment).watched if it.watch.test == test.id]
            assert partly.lacks == tuple(group[0] for group in test.answered_by[1:])
        by_hand = Treatment(
            taken, {}, start, AT + timedelta(days=300), done={test.id: (AT,)}, as_susceptible=as_susceptible
        )
        (told,) = [
            it.due for it in MONITOR.monitor(patient(facts).record, AT, by_hand).watched if it.watch.test == test.id
        ]
        assert told.last_done == AT
        assert told.standing not in (DueStanding.OVERDUE, DueStanding.DUE)
    assert asked_as


def test_every_test_that_ships_is_asked_for_in_some_treatment():
    asked: set[str] = set()
    for as_susceptible in (True, False):
        treatment = Treatment(tuple(KNOWN.drugs), {}, AT, AT + timedelta(days=300), as_susceptible=as_susceptible)
        record = patient({"anaemia": True}).record
        asked |= {it.watch.test for it in MONITOR.monitor(record, AT, treatment).watched}
    assert {test.id for test in SINGLE} == asked


def sample(name: str) -> object:
    definition = KNOWN.facts[name]
    if definition.kind == "number":
        low, high = definition.plausible or (0.0, 100.0)
        return (low + high) / 2
    return definition.values[0] if definition.kind == "choice" else False
