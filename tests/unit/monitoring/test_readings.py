"""Results beside their limit, their baseline and the results before them; what cannot count is named."""

from datetime import timedelta

import pytest

from fullcourse.clinical import Record, exactly
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.quantity import Interval
from fullcourse.journey.monitor import Do, Monitor, MonitorAnswer, Reading, Treatment
from fullcourse.monitoring.treatment import with_baseline
from fullcourse.rules.establish import establish
from patients import AT, evidence, knowledge

KNOWN = knowledge()
MONITOR = Monitor(KNOWN, KNOWN.profile("us"))
START = AT - timedelta(days=60)


def ago(days: int) -> str:
    return (AT - timedelta(days=days)).isoformat()


def answer(*pieces: object, drugs: tuple[str, ...] = ("bedaquiline",)) -> MonitorAnswer:
    found: dict[str, tuple[object, ...]] = {}
    for piece in pieces:
        found[piece.fact] = (*found.get(piece.fact, ()), piece)  # type: ignore[attr-defined]
    return MONITOR.monitor(Record(found), AT, Treatment(drugs, {}, START))  # type: ignore[arg-type]


def reading(fact: str, *pieces: object) -> Reading:
    return next(it for it in answer(*pieces).readings if it.fact == fact)


def test_a_value_stands_beside_limit_baseline_and_trend_unrounded():
    limit = evidence("alt_upper_limit", 35.0, on=ago(0))
    it = reading("alt", limit, evidence("alt", 20.0, on=ago(62)), evidence("alt", 70.7, on=ago(1)))
    assert it.newest == exactly(70.7)
    assert it.times_limit == 70.7 / 35.0
    assert (it.baseline, it.change, it.times_baseline) == (exactly(20.0), 70.7 - 20.0, 70.7 / 20.0)
    assert [piece.recorded for piece in it.trend] == [20.0, 70.7]


@pytest.mark.parametrize(("days_before_start", "known"), [(0, True), (35, True), (36, False)])
def test_a_baseline_is_what_was_valid_on_the_first_day(days_before_start, known):
    it = reading("alt", evidence("alt", 20.0, on=ago(60 + days_before_start)), evidence("alt", 70.0, on=ago(1)))
    assert (it.baseline is not None) == known


def test_a_value_in_the_other_unit_of_laboratories_is_shown_too():
    it = reading("creatinine", evidence("creatinine", 1.0, on=ago(1)))
    assert it.other is not None
    assert it.other.unit == "umol/L"
    assert it.other.value.low == pytest.approx(88.4, abs=0.05)


@pytest.mark.parametrize(("age", "stale"), [(35, False), (36, True)])
def test_a_result_goes_stale_the_day_after_its_shelf_life(age, stale):
    it = reading("alt", evidence("alt", 400.0, on=ago(age)))
    assert (it.stale, it.newest is None) == (stale, stale)


def test_results_that_disagree_count_for_neither_and_the_strictest_stays_possible():
    limit = evidence("alt_upper_limit", 40.0, on=ago(0))
    one, other = evidence("alt", 30.0, on=ago(1)), evidence("alt", 400.0, on=ago(1))
    told = answer(limit, one, other)
    it = next(it for it in told.readings if it.fact == "alt")
    assert it.contradicted
    assert it.newest is None
    (lead,) = [lead for lead in told.leads if lead.drug == "bedaquiline"]
    assert lead.urgency >= Do.STOP
    assert lead.could_be == Do.STOP


def test_what_cannot_be_is_named_and_counts_for_nothing():
    absurd = evidence("alt", 30.0, on=ago(1))._replace(value=None, standing=Standing.ABSURD, reason="outside")
    undated = evidence("alt", 30.0)._replace(on=None)
    later = evidence("alt", 30.0, on=(AT + timedelta(days=1)).isoformat())
    it = reading("alt", absurd, undated, later)
    assert it.newest is None
    assert len(it.set_aside) == 3


def test_a_stale_count_keeps_its_grade_and_what_it_called_for_in_view():
    birth = evidence("sex", "male")._replace(fact="birth_date", value="1980-01-01")
    told = answer(birth, evidence("haemoglobin", 7.0, on=ago(40)), drugs=("linezolid",))
    (grade,) = told.grades
    assert (grade.degree, grade.stale) == (3, True)
    (held,) = [it for it in told.responses if it.statement == "linezolid.action.myelosuppression-severe"]
    assert (held.known, held.weighs, held.as_last_known) == (False, True, Do.HOLD)


def test_a_rise_is_known_as_far_as_both_ends_are():
    record = Record({"creatinine": (evidence("creatinine", Interval(1.0, 1.2), on=ago(1)),)})
    before = Record({"creatinine": (evidence("creatinine", 0.8, on=ago(61)),)})
    now = establish(record, KNOWN, AT).facts
    found = with_baseline(now, establish(before, KNOWN, START).facts)["creatinine_rise"].value
    assert isinstance(found, Interval)
    assert (found.low, found.high) == (pytest.approx(0.2), pytest.approx(0.4))
    assert with_baseline(now, None)["creatinine_rise"].value is None
