"""One curve: what the picture draws at a sample is what the table says there, for every model that estimates."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from bedside import asked_patient
from fullcourse.journey.levels.curve import QUANTILES, averaged_curve, metabolites_of, patient_curve
from fullcourse.journey.levels.estimates import estimates_of
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.pharmacokinetics.inputs.model_files import engine_model

ESTIMATING = sorted(name for name, file in read_pk_models().items() if "estimate" in file.uses)


@pytest.mark.parametrize("model", ESTIMATING)
def test_the_picture_passes_through_what_the_table_says_at_the_sample(model: str):
    person = asked_patient(model, days=2)
    own = estimates_of(person, model, seed=1).first
    curve = patient_curve(own, person)
    (fit,), (point,) = own.fits, curve.measured
    at = int(np.argmin(np.abs(np.array(curve.time_h) - point.time_h)))
    assert curve.time_h[at] == pytest.approx(point.time_h, abs=1e-6)
    assert curve.quantiles[QUANTILES.index(0.5)][at] == pytest.approx(fit.predicted, rel=1e-9)


def test_a_low_rifampicin_level_at_two_hours_stands_inside_its_own_band():
    person = asked_patient("rifampicin.svensson-2018", days=3, level="2.1 mg/L")
    own = estimates_of(person, None, seed=1).first
    curve = patient_curve(own, person)
    at = int(np.argmin(np.abs(np.array(curve.time_h) - curve.measured[0].time_h)))
    assert own.fits[0].predicted < 3.0
    assert curve.quantiles[0][at] < 2.1 < curve.quantiles[-1][at]


def test_each_visit_keeps_its_own_effects():
    person = asked_patient(
        "rifampicin.smythe-2012", days=4, level="1.0 mg/L", earlier=((timedelta(days=2), "12 mg/L"),)
    )
    own = estimates_of(person, "rifampicin.smythe-2012", seed=1).first
    first, last = own.fits
    assert first.predicted > 6.0
    assert last.predicted < 3.0


def test_acetylators_are_averaged_with_their_probabilities():
    slow, fast = (
        estimates_of(asked_patient("isoniazid.wilkins-2011", days=2, level=level, at="14:00"), None, seed=1).first
        for level in ("3.2 mg/L", "0.4 mg/L")
    )
    assert [row.name for row in slow.classes] == ["slow", "fast"]
    assert sum(row.after for row in slow.classes) == pytest.approx(1.0)
    assert slow.classes[0].after > slow.classes[0].before > fast.classes[0].after
    drawn = np.mean(np.asarray(fast.draws.covariates["mixture_class"]) == 1.0)
    assert drawn == pytest.approx(fast.classes[1].after, abs=1e-3)


def test_the_average_lies_between_its_models_and_near_the_heavier():
    person = asked_patient("cycloserine.alghamdi-2019", days=4)
    both = estimates_of(person, None, seed=1, average=True)
    assert len(both.of_models) == 2
    average = np.array(averaged_curve(both, person).quantiles[QUANTILES.index(0.5)])
    each = np.array([patient_curve(own, person).quantiles[QUANTILES.index(0.5)] for own in both.of_models])
    assert (average >= each.min(axis=0) - 1e-9).all() and (average <= each.max(axis=0) + 1e-9).all()
    apart = [np.abs(average - curve).mean() for curve in each]
    assert int(np.argmin(apart)) == int(np.argmax(both.weights))


def test_of_one_model_the_average_is_its_own_curve():
    person = asked_patient("cycloserine.alghamdi-2019", days=2)
    one = estimates_of(person, None, seed=1)
    assert averaged_curve(one, person) == patient_curve(one.first, person)


def test_the_whole_course_begins_with_the_first_dose_and_has_every_dose_and_the_metabolite():
    person = asked_patient("bedaquiline.svensson-2016", days=20)
    own = estimates_of(person, None, seed=1).first
    curve = patient_curve(own, person, whole=True)
    assert curve.time_h[0] == 0.0 and curve.zero == person.doses[0].at
    assert len(curve.doses) == len(person.doses) == 20
    assert [name for name, _ in curve.metabolites] == ["M2"]
    ((_, metabolite),) = curve.metabolites
    assert 0.1 < metabolite[-1] / curve.quantiles[QUANTILES.index(0.5)][-1] < 0.6
    steps = set(np.round(np.diff(sorted(set(curve.time_h) - {point.time_h for point in curve.measured})), 6))
    assert min(steps) > 0.0


def test_levels_of_another_fluid_are_no_metabolite():
    names = {"linezolid.abdelgawad-2024": {}, "isoniazid.chen-2022": {"acetylisoniazid": "acetylisoniazid"}}
    models = read_pk_models()
    assert {name: metabolites_of(engine_model(models[name])) for name in names} == names


def test_a_first_dose_between_quarters_of_an_hour_makes_no_visit_of_its_own():
    person = asked_patient("bedaquiline.svensson-2016", days=1)
    moved = tuple(replace(dose, at=dose.at + timedelta(minutes=10)) for dose in person.doses)
    own = estimates_of(replace(person, doses=moved), None, seed=1).first
    assert min(own.course.time_h) * 60.0 == pytest.approx(8 * 60 + 10)
