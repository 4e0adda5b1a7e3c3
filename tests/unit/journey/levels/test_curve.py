"""One curve: what the picture draws at a sample is what the table says there, for every model that estimates."""

from datetime import timedelta

import numpy as np
import pytest

from bedside import asked_patient
from fullcourse.journey.levels.curve import QUANTILES, patient_curve
from fullcourse.journey.levels.estimates import estimates_of
from fullcourse.knowledge.pk.model_reader import read_pk_models

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
