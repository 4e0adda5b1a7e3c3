"""Attainment: targets, MICs, and people drawn from a population."""

from dataclasses import replace

import numpy as np
import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import read_targets
from fullcourse.pharmacokinetics.advice.attainment import attainments, measure_of
from fullcourse.pharmacokinetics.advice.exposure import steady_exposure
from fullcourse.pharmacokinetics.advice.population import draw_population

MODELS = read_pk_models()
TARGETS = read_targets("cycloserine")
PEOPLE = draw_population(MODELS["cycloserine.alghamdi-2019"], 300, 1)
EXPOSURE = steady_exposure(PEOPLE.draws, parse_dose_plan("250 mg q12h")[0])


def test_targets_that_need_an_mic_wait_for_one():
    measures = {item.target.measure for item in attainments(EXPOSURE, TARGETS)}
    assert "time_above_mic_percent" not in measures


def test_a_higher_mic_is_reached_less_often():
    found = [item for item in attainments(EXPOSURE, TARGETS, {8.0: 0.5, 32.0: 0.5}) if item.by_mic]
    assert found
    for item in found:
        assert item.by_mic[8.0] >= item.by_mic[32.0]
        assert 0.5 * (item.by_mic[8.0] + item.by_mic[32.0]) == pytest.approx(item.probability)


def test_a_target_of_the_unbound_drug_counts_the_unbound_share_alone():
    target = next(t for t in read_targets("linezolid").targets if t.id == "linezolid.effect.auc-mic")
    whole = replace(target, unbound_fraction=1.0)
    assert measure_of(EXPOSURE, target, 2.0) == pytest.approx(0.69 * EXPOSURE.auc24 / 2.0)
    for measure, free in (("trough", EXPOSURE.trough), ("peak", EXPOSURE.peak), ("auc24", EXPOSURE.auc24)):
        assert measure_of(EXPOSURE, replace(target, measure=measure)) == pytest.approx(0.69 * free)
    share = {"measure": "time_above_mic_percent"}
    assert measure_of(EXPOSURE, replace(target, **share), 6.9) == pytest.approx(
        measure_of(EXPOSURE, replace(whole, **share), 10.0)
    )


def test_a_level_of_unknown_time_is_not_weighed():
    assert all(item.target.measure != "level" for item in attainments(EXPOSURE, TARGETS))


@pytest.mark.parametrize("mics", [{0.0: 1.0}, {16.0: 0.5}, {-1.0: 1.0}, {float("inf"): 1.0}])
def test_mics_that_cannot_be_are_refused(mics: dict[float, float]):
    with pytest.raises(InputError, match="mic"):
        attainments(EXPOSURE, TARGETS, mics)


def test_the_same_seed_draws_the_same_people():
    again = draw_population(MODELS["cycloserine.alghamdi-2019"], 300, 1)
    assert np.array_equal(again.draws.eta, PEOPLE.draws.eta)


def test_covariates_are_drawn_about_the_printed_median():
    weight = np.asarray(draw_population(MODELS["cycloserine.alghamdi-2019"], 4000, 2).draws.covariates["weight"])
    assert pytest.approx(np.median(weight), rel=0.02) == 59.0
    low, high = np.quantile(weight, [0.25, 0.75])
    assert pytest.approx(high / low, rel=0.03) == 68.6 / 51.4


def test_a_population_without_a_printed_spread_says_what_everybody_has():
    assert 1.0 not in draw_population(MODELS["cycloserine.alghamdi-2019"], 10, 1).fixed.values()
    assert "weight" in draw_population(MODELS["moxifloxacin.palmer-2025"], 10, 1).fixed


def test_a_covariate_without_any_figure_needs_a_patient():
    with pytest.raises(OutsideLabel, match="prints no distribution"):
        draw_population(MODELS["rifampicin.svensson-2018"], 10, 1)


@pytest.mark.parametrize("count", [0, 1_000_001])
def test_a_number_of_people_out_of_range_is_refused(count: int):
    with pytest.raises(InputError, match="can be drawn"):
        draw_population(MODELS["cycloserine.alghamdi-2019"], count, 1)
