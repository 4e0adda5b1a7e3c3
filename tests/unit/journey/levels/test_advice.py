"""What follows from levels: the line that leads a profile, the clinic's hours, an aim given by hand."""

import math
from datetime import UTC, datetime

import pytest

from fullcourse.clinical import Record
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.level import Level
from fullcourse.journey.levels.advice import (
    LEADS_UNDER,
    SHORTEST_CLINIC_H,
    given_target,
    holds_of,
    late_dose,
    leading_line,
    next_sampling,
)
from fullcourse.journey.levels.estimates import Estimates, estimates_of
from fullcourse.journey.levels.patient import KnownFact, LevelPatient, LevelQuestion, level_patient
from fullcourse.knowledge.pk.targets import read_targets
from patients import knowledge

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
GIVEN = {
    "weight": KnownFact(59.0, "kg"),
    "height": KnownFact(165.0, "cm"),
    "sex": KnownFact("male"),
    "age": KnownFact(41.0, "a"),
    "creatinine": KnownFact(0.9, "mg/dL"),
}


@pytest.fixture(scope="module")
def person() -> LevelPatient:
    level = Level(31.0, datetime(2026, 11, 3, 10, tzinfo=UTC))
    plan = parse_dose_plan("250 mg q12h")
    question = LevelQuestion("cycloserine", NOW, levels=(level,), plan=plan, covariates=GIVEN)
    return level_patient(Record({}), question, knowledge(), lambda read, day: read)


@pytest.fixture(scope="module")
def estimates(person: LevelPatient) -> Estimates:
    return estimates_of(person, None, 1, average=True)


@pytest.fixture(scope="module")
def targets():
    return read_targets("cycloserine", knowledge=knowledge())


def test_the_lowest_line_leads_under_us_the_highest_under_who_and_an_unknown_profile_gets_the_lowest(targets):
    lines = [target.high for target in targets.ceilings]
    assert lines == sorted(lines)
    assert len(set(lines)) > 1
    assert leading_line(targets, "us").high == lines[0]
    assert leading_line(targets, "who").high == lines[-1]
    assert leading_line(targets, "elsewhere").high == lines[0]
    assert set(LEADS_UNDER) == set(knowledge().profiles)


def test_the_best_estimate_is_the_one_for_which_the_levels_speak_most(estimates: Estimates):
    assert len(estimates.of_models) > 1
    assert math.isclose(sum(estimates.weights), 1.0)
    assert estimates.best is estimates.of_models[estimates.weights.index(max(estimates.weights))]


@pytest.mark.parametrize(("closes", "refused"), [(SHORTEST_CLINIC_H - 0.1, True), (SHORTEST_CLINIC_H, False)])
def test_a_clinic_is_open_long_enough_for_two_samples(person, estimates, targets, closes: float, refused: bool):
    hours = (8.0, 8.0 + closes)
    if refused:
        with pytest.raises(InputError, match="at least two hours"):
            next_sampling(person, estimates.first, targets, hours)
    else:
        assert next_sampling(person, estimates.first, targets, hours).computed


def test_what_screening_leaves_open_is_a_note_and_no_silence(person, targets):
    _, notes = holds_of(person, targets, "us")
    assert any("screening is not complete" in note for note in notes)


def test_a_late_dose_needs_a_plan_that_is_known(person, estimates):
    step, weighed = late_dose(person, estimates.first, 3.0)
    assert step.doses
    assert weighed.late_h == 3.0


def test_an_aim_given_by_hand_carries_its_unit_and_says_where_it_comes_from():
    assert given_target("cycloserine", "auc24", 150.0, None).unit == "mg.h/L"
    aim = given_target("cycloserine", "peak", 20.0, 35.0)
    assert (aim.low, aim.high, aim.unit) == (20.0, 35.0, "mg/L")
    assert aim.citation.title == "Aim given on the command line"


def with_given(**given: KnownFact) -> LevelPatient:
    """A patient of whom only this was said, by hand."""
    question = LevelQuestion(
        "cycloserine",
        NOW,
        levels=(Level(31.0, datetime(2026, 11, 3, 10, tzinfo=UTC)),),
        plan=parse_dose_plan("250 mg q12h"),
        covariates={**GIVEN, **given},
    )
    return level_patient(Record({}), question, knowledge(), lambda read, day: read)


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ({"creatinine_clearance": KnownFact(22.0, "mL/min")}, True),
        ({"creatinine_clearance": KnownFact(math.nextafter(30.0, 0.0), "mL/min")}, True),
        ({"creatinine_clearance": KnownFact(30.0, "mL/min")}, False),
        ({"creatinine": KnownFact(4.0, "mg/dL"), "birth_date": KnownFact("1985-03-01")}, True),
    ],
)
def test_what_is_given_by_hand_reaches_the_holds_as_it_reaches_the_model(targets, given, held: bool):
    holds, _ = holds_of(with_given(**given), targets, "us")
    assert any("severe-renal" in hold.statement for hold in holds) == held


@pytest.mark.parametrize(
    ("name", "given", "why"),
    [
        ("creatinine_clearance", KnownFact(22.0), "has no unit"),
        ("creatinine", KnownFact(True), "is no number of it"),
        ("creatinine", KnownFact(4000.0, "mg/dL"), "outside what is possible"),
        ("dialysis", KnownFact(1.0), "is no"),
        ("creatinin_clearance", KnownFact(22.0, "mL/min"), "Did you mean 'creatinine_clearance'"),
    ],
)
def test_what_is_given_by_hand_and_cannot_be_used_is_refused_and_never_passed_over(
    name: str, given: KnownFact, why: str
):
    with pytest.raises(InputError, match=why):
        with_given(**{name: given})
