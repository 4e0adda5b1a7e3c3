"""Levels by the doses really taken: what is predicted, beside which limits, and why something cannot be."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fullcourse.clinical import Evidence, Record, parse_moment
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.journey.doses_known import DosesOf
from fullcourse.journey.levels.predicted import predicted_exposures
from fullcourse.journey.monitor import Exposure
from patients import evidence, knowledge

NOW = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
DAY = "2026-11-20"


def record(**more: float) -> Record:
    facts = {"weight": 58.0, "height": 165.0, "creatinine": 0.9, **more}
    known = {name: (evidence(name, value, on=DAY),) for name, value in facts.items() if value}
    known["birth_date"] = (Evidence("birth_date", "1986-01-01", parse_moment(DAY, "on"), "record", "1986-01-01"),)
    known["sex"] = (evidence("sex", "female", on=DAY),)
    return Record(known)


def exposure(drug: str, doses: DosesOf, read: Record | None = None) -> Exposure:
    return predicted_exposures(read or record(), [drug], {drug: doses}, knowledge(), NOW, seed=1)[drug]


def planned(text: str) -> DosesOf:
    return DosesOf(plan=tuple(parse_dose_plan(text)), since=date(2026, 11, 1))


def taken(mg: float, days: int) -> DosesOf:
    last = datetime(2026, 11, 22, 8, tzinfo=UTC)
    return DosesOf(taken=tuple(TakenDose(last - timedelta(hours=12 * it), mg) for it in reversed(range(2 * days))))


def test_a_peak_stands_beside_both_limits_of_cycloserine_with_its_spread():
    it = exposure("cycloserine", planned("250 mg q12h"))
    assert not it.why_not
    assert [(limit.measure, limit.value) for limit in it.limits] == [("peak", 30.0), ("peak", 35.0)]
    assert it.peak[0] < it.peak[1] < it.peak[2]
    assert it.trough[1] < it.peak[1]
    assert it.limits[0].share_above >= it.limits[1].share_above
    assert not it.taken
    assert any("as prescribed" in note for note in it.notes)
    assert all(limit.citation.source for limit in it.limits)


def test_doses_that_were_taken_count_and_more_of_them_give_more():
    one, two = exposure("cycloserine", taken(250.0, 14)), exposure("cycloserine", taken(500.0, 14))
    assert one.taken
    assert one.doses == 28
    assert two.peak == pytest.approx([2.0 * it for it in one.peak])
    assert two.limits[0].share_above > one.limits[0].share_above


def test_a_dose_that_was_not_taken_lowers_what_is_predicted():
    whole = taken(250.0, 14)
    some = DosesOf(taken=tuple(dose for place, dose in enumerate(whole.taken) if place % 4))
    assert exposure("cycloserine", some).auc24[1] < exposure("cycloserine", whole).auc24[1]


def test_linezolid_stands_beside_its_trough():
    it = exposure("linezolid", DosesOf(plan=tuple(parse_dose_plan("600 mg once a day")), since=date(2026, 11, 12)))
    assert [(limit.measure, limit.value) for limit in it.limits] == [("trough", 2.0)]
    assert 0.0 < it.limits[0].share_above < 1.0


def test_a_drug_without_a_sourced_limit_is_not_predicted():
    doses = {drug: planned("400 mg once a day") for drug in ("bedaquiline", "terizidone", "moxifloxacin")}
    assert predicted_exposures(record(), list(doses), doses, knowledge(), NOW, seed=1) == {}


@pytest.mark.parametrize(
    ("doses", "read", "why"),
    [
        (DosesOf(), record(), "no dose of it is recorded"),
        (planned("250 mg q12h"), Record({}), "age is not known"),
        (planned("250 mg q12h"), record(creatinine=0.0), "creatinine"),
        (DosesOf(taken=(TakenDose(datetime(2026, 11, 22, 8, tzinfo=UTC), 250.0),)), record(), "less than a day"),
    ],
)
def test_what_cannot_be_worked_out_says_why(doses, read, why):
    it = exposure("cycloserine", doses, read)
    assert why in it.why_not
    assert it.limits == ()


def test_the_last_dose_being_old_is_said():
    old = datetime(2026, 11, 10, 8, tzinfo=UTC)
    doses = DosesOf(taken=tuple(TakenDose(old - timedelta(hours=12 * it), 250.0) for it in reversed(range(20))))
    assert any("12 days old" in note for note in exposure("cycloserine", doses).notes)
