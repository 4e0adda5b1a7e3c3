"""Where results lead: which thresholds count, what is lacking, when a test is better asked for, both sides of each."""

from datetime import timedelta

import pytest

from fullcourse.clinical import Evidence, Record
from fullcourse.clinical.citation import Citation
from fullcourse.journey.monitor import Do, Exposure, Foreseen, Monitor, Treatment, Trend, TrendStanding
from fullcourse.monitoring.foresight.foreseen import ExposureLimit
from patients import AT, evidence, knowledge

MONITOR = Monitor(knowledge(), knowledge().profile("us"))


def series(fact: str, *values: float, newest: int = 1, every: int = 7) -> dict[str, tuple[Evidence, ...]]:
    days = [AT - timedelta(days=newest + every * (len(values) - 1 - place)) for place in range(len(values))]
    return {fact: tuple(evidence(fact, it, on=day.isoformat()) for day, it in zip(days, values, strict=True))}


def foreseen(record: dict[str, tuple[Evidence, ...]], drug: str, ago: int = 80, **more: object) -> Foreseen:
    treatment = Treatment((drug,), {}, AT - timedelta(days=ago))
    (own,) = MONITOR.monitor(Record(record), AT, treatment, **more).foreseen  # type: ignore[arg-type]
    return own


def trend(record: dict[str, tuple[Evidence, ...]], drug: str, ago: int = 80) -> Trend:
    return foreseen(record, drug, ago).trends[0]


def test_a_number_that_holds_for_men_alone_is_told_with_what_it_waits_for_and_falls_away_for_women():
    rising = series("qtcf", 415.0, 423.0, 431.0, 439.0)
    (first, *_) = trend(rising, "bedaquiline").headings
    assert first.threshold.value == 450.0
    assert first.threshold.missing == ("sex",)
    man = trend({**rising, "sex": (evidence("sex", "male"),)}, "bedaquiline").headings
    assert (man[0].threshold.value, man[0].threshold.missing) == (450.0, ())
    woman = trend({**rising, "sex": (evidence("sex", "female"),)}, "bedaquiline").headings
    assert all(it.threshold.value > 450.0 for it in woman)


def test_what_acts_on_a_rise_says_that_no_value_before_treatment_is_on_file():
    it = trend(series("creatinine", 0.8, 0.9, 1.0, 1.1), "amikacin")
    assert it.lacks_baseline
    assert it.standing is TrendStanding.NO_THRESHOLD
    before = {"creatinine": (evidence("creatinine", 0.8, on=(AT - timedelta(days=81)).isoformat()),)}
    known = series("creatinine", 0.8, 0.9, 1.0, 1.1)
    both = {"creatinine": (*before["creatinine"], *known["creatinine"])}
    assert not trend(both, "amikacin").lacks_baseline
    assert trend(both, "amikacin").headings


@pytest.mark.parametrize(
    ("days", "standing"),
    [(6.9, TrendStanding.HEADING), (20.9, TrendStanding.HEADING), (22.2, TrendStanding.DRIFTING)],
)
def test_a_line_is_followed_no_further_than_its_results_reach_back(days, standing):
    per_day = 0.1
    last = 8.0 + per_day * days
    falling = series("haemoglobin", *(last + per_day * 7 * it for it in (3, 2, 1, 0)))
    assert trend(falling, "linezolid").standing is standing


@pytest.mark.parametrize(("last", "asked"), [(472.0, True), (478.0, True), (451.0, False)])
def test_a_test_is_asked_for_when_its_planned_day_is_not_before_the_first_day_of_a_limit(last, asked):
    """An electrocardiogram is planned in week 12, 15 days from today; 15 ms a week lead to 500 ms sooner or later."""
    rising = series("qtcf", last - 45, last - 30, last - 15, last)
    own = foreseen({**rising, "sex": (evidence("sex", "female"),)}, "bedaquiline", ago=69)
    ahead = [it for it in own.trends[0].headings if it.threshold.value == 500.0]
    planned = AT + timedelta(days=84 - 70)
    assert bool(ahead and ahead[0].first <= planned) == asked
    assert (["electrocardiogram"] if asked else []) == [it.test for it in own.ask if ahead]


def test_the_strictest_that_is_near_is_told_and_what_is_passed_already_is_not():
    rising = series("qtcf", 455.0, 465.0, 475.0, 485.0)
    it = trend({**rising, "sex": (evidence("sex", "female"),)}, "bedaquiline")
    assert [heading.threshold.value for heading in it.headings] == [500.0]
    assert it.headings[0].threshold.do is Do.STOP


@pytest.mark.parametrize(("share", "warns"), [(0.5, False), (0.501, True)])
def test_a_level_warns_where_it_is_likelier_above_a_limit_than_below(share, warns):
    limit = ExposureLimit("trough", 2.0, share, "kept below", Citation("a", "b", "c", "d", "A"))
    steady = series("haemoglobin", 12.0, 12.1, 11.9, 12.0)
    own = foreseen(steady, "linezolid", exposures={"linezolid": Exposure(model="m", limits=(limit,))})
    assert own.warns == warns
    assert bool(own.likely_above) == warns
    assert own.ask == ()


def test_a_drug_without_results_is_told_for_its_levels_alone():
    own = foreseen({}, "cycloserine", exposures={"cycloserine": Exposure(why_not="age is not known")})
    assert own.trends == ()
    assert own.exposure is not None
    assert not own.warns


def test_results_without_a_first_day_count_all():
    treatment = Treatment(("linezolid",), {})
    falling = series("haemoglobin", 11.4, 10.8, 10.2, 9.6)
    (own,) = MONITOR.monitor(Record(falling), AT, treatment).foreseen
    assert own.trends[0].standing is TrendStanding.HEADING
    assert [it.test for it in own.ask] == ["blood count"]
    assert own.ask[0].planned is None
