"""Who is drawn, over how many days, in which steps, and which MIC is taken when none is given."""

import math
from dataclasses import replace

import numpy as np
import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.journey.levels import population
from fullcourse.journey.levels.curve import QUANTILES
from fullcourse.journey.levels.patient import KnownFact, PatientFacts
from fullcourse.journey.levels.population import People, attain, people_of, simulate_plan
from fullcourse.knowledge.pk.targets import LevelTargets, read_targets

TWICE_DAILY = parse_dose_plan("250 mg q12h")
ADULT = {
    "weight": KnownFact(59.0, "kg"),
    "height": KnownFact(165.0, "cm"),
    "sex": KnownFact("male"),
    "age": KnownFact(41.0, "a"),
    "creatinine": KnownFact(0.9, "mg/dL"),
}


@pytest.fixture(scope="module")
def people() -> People:
    return people_of("cycloserine", None, None, 15, 1)


@pytest.fixture(scope="module")
def targets() -> LevelTargets:
    return read_targets("cycloserine")


def test_without_a_patient_people_are_drawn_from_the_population_of_the_default_for_adults(people: People):
    assert people.file.id == "cycloserine.alghamdi-2019"
    assert people.covariates is None
    assert people.drawn.draws.count == 15


def test_with_a_patient_everybody_has_the_patients_covariates():
    drawn = people_of("cycloserine", None, PatientFacts(ADULT), 15, 1)
    assert drawn.covariates is not None
    for name, value in drawn.covariates.values.items():
        assert np.all(np.asarray(drawn.drawn.draws.covariates[name]) == value), name


def test_the_model_changes_at_the_age_of_the_patient_for_whom_models_were_made():
    def drawn(age_a: float) -> str:
        facts = PatientFacts({**ADULT, "age": KnownFact(age_a, "a")})
        return people_of("cycloserine", None, facts, 2, 1).file.id

    assert drawn(18.0) == "cycloserine.alghamdi-2019"
    assert drawn(math.nextafter(18.0, 0.0)) == "cycloserine.resendiz-galvan-2025"


def test_the_same_seed_draws_the_same_people_and_another_seed_others(people: People):
    again, other = (people_of("cycloserine", None, None, 15, seed) for seed in (1, 2))
    assert np.array_equal(again.drawn.draws.eta, people.drawn.draws.eta)
    assert not np.array_equal(other.drawn.draws.eta, people.drawn.draws.eta)


def test_a_covariate_that_everybody_shares_is_said_by_name_and_value(people: People):
    shared = replace(people, drawn=replace(people.drawn, fixed={"fat_free_mass": 45.0}))
    assert shared.notes[:1] == ("no spread is printed, so everybody has: fat free mass 45",)
    said = ("variability between occasions is in these numbers",)
    assert replace(people, drawn=replace(people.drawn, fixed={})).notes == said


@pytest.mark.parametrize(("days", "refused"), [(0, True), (1, False), (1000, False), (1001, True)])
def test_a_day_to_a_thousand_days_are_simulated(people: People, days: int, refused: bool):
    few = people_of("cycloserine", None, None, 2, 1)
    if refused:
        with pytest.raises(InputError, match="between 1 and 1000 days"):
            simulate_plan(few, TWICE_DAILY, days)
        return
    assert simulate_plan(few, TWICE_DAILY, days).time_h[-1] == days * 24.0


@pytest.mark.parametrize(("days", "step_h"), [(3, 0.25), (4, 1.0)])
def test_up_to_three_days_are_shown_by_the_quarter_of_an_hour_and_more_by_the_hour(
    people: People, days: int, step_h: float
):
    assert set(np.diff(simulate_plan(people, TWICE_DAILY, days).time_h)) == {step_h}


def test_as_many_levels_as_can_be_kept_are_kept_and_one_more_is_refused(
    people: People, monkeypatch: pytest.MonkeyPatch
):
    values = 15 * (4 * 24 + 1)
    monkeypatch.setattr(population, "_MOST_VALUES", values)
    assert simulate_plan(people, TWICE_DAILY, 4).levels.size == values
    monkeypatch.setattr(population, "_MOST_VALUES", values - 1)
    with pytest.raises(InputError, match="15 people over 4 days are too many to keep"):
        simulate_plan(people, TWICE_DAILY, 4)


def test_people_simulated_in_parts_have_the_levels_and_the_exposure_they_have_together(
    people: People, targets: LevelTargets, monkeypatch: pytest.MonkeyPatch
):
    together = simulate_plan(people, TWICE_DAILY, 1), attain(people, TWICE_DAILY, targets, None)
    monkeypatch.setattr(population, "_CHUNK", 7)
    parted = simulate_plan(people, TWICE_DAILY, 1), attain(people, TWICE_DAILY, targets, None)
    assert parted[0].levels == pytest.approx(together[0].levels, rel=1e-12)
    for measure in ("peak", "trough", "auc24"):
        assert getattr(parted[1], measure) == pytest.approx(getattr(together[1], measure), rel=1e-12)


def test_the_peak_of_the_last_day_is_read_from_finer_steps_than_the_curve_shows(people: People):
    simulation = simulate_plan(people, TWICE_DAILY, 4)
    shown = simulation.levels[:, -25:]
    by_hour = [np.quantile(shown.max(axis=1), share) for share in QUANTILES]
    assert all(finer >= coarse for finer, coarse in zip(simulation.peak, by_hour, strict=True))
    assert any(finer > coarse for finer, coarse in zip(simulation.peak, by_hour, strict=True))


def test_a_dose_that_the_model_does_not_know_is_neither_simulated_nor_weighed():
    drawn, plan = people_of("delamanid", None, None, 2, 1), parse_dose_plan("50 mg q12h")
    with pytest.raises(OutsideLabel, match="must not be used for doses of 50 mg"):
        simulate_plan(drawn, plan, 1)
    with pytest.raises(OutsideLabel, match="must not be used for doses of 50 mg"):
        attain(drawn, plan, read_targets("delamanid"), None)


def test_attainment_is_for_one_step_and_two_are_refused(people: People, targets: LevelTargets):
    steps = parse_dose_plan("250 mg q12h for 7 days then 500 mg q12h")
    assert len(steps) == 2
    with pytest.raises(InputError, match="one plan at steady state"):
        attain(people, steps, targets, None)
    assert attain(people, steps[:1], targets, None).reached


def test_an_mic_that_is_given_is_the_one_taken_and_nothing_is_said_of_another(people: People, targets: LevelTargets):
    attained = attain(people, TWICE_DAILY, targets, {8.0: 0.5, 32.0: 0.5})
    assert attained.mics == {8.0: 0.5, 32.0: 0.5}
    assert attained.notes == people.notes


def test_without_an_mic_the_published_median_is_taken_and_named_with_its_source(people: People, targets: LevelTargets):
    attained, published = attain(people, TWICE_DAILY, targets, None), targets.mics[0]
    assert attained.mics == {published.median: 1.0}
    said = attained.notes[-1]
    assert said.startswith(f"MIC {published.median:g} mg/L taken: ")
    assert f"[{published.citation.source}]" in said


def test_where_no_mic_is_known_targets_that_need_one_are_left_out_and_that_is_said(
    people: People, targets: LevelTargets
):
    with_mic, without = (attain(people, TWICE_DAILY, known, None) for known in (targets, replace(targets, mics=())))
    assert without.mics is None
    assert "targets that need one are left out" in without.notes[-1]
    left_out = {reached.target.id for reached in with_mic.reached} - {reached.target.id for reached in without.reached}
    assert left_out == {reached.target.id for reached in with_mic.reached if reached.by_mic}
    assert left_out
