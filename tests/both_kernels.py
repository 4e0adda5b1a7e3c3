"""The compiled kernels beside the reference: what is asked of both, their curves, and how near they must be."""

import numpy as np
import pytest

from bedside import asked_patient
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.pharmacokinetics.advice.history_table import history_table
from fullcourse.pharmacokinetics.compiled import linear, nonlinear
from fullcourse.pharmacokinetics.engine.history import compile_history
from fullcourse.pharmacokinetics.engine.individual import individual_parameters
from fullcourse.pharmacokinetics.engine.inputs import at_state
from fullcourse.pharmacokinetics.engine.prediction import predict
from fullcourse.pharmacokinetics.inputs.covariates import patient_covariates
from fullcourse.pharmacokinetics.inputs.model_files import engine_model
from fullcourse.pharmacokinetics.kernels.dual import tangent_of, value_of, variables

__all__ = ["AGREE", "ORDINARY", "SOLVED", "asked", "curves", "effects_of", "hold"]

MODELS = read_pk_models()
SOLVED = (
    "linezolid.abdelgawad-2024",
    "linezolid.mockeliunas-2022",
    "rifampicin.smythe-2012",
    "rifampicin.svensson-2018",
)
AGREE = 1e-10
ORDINARY = 5e-6
"""Of models that are solved: each kernel leaves up to 1e-6 of a state in a step as it is used; held to `AGREE` below,
where both solve closely."""


def curves(model, history, parameters):
    """Both kernels' outputs, ``(reference, compiled)``."""
    compiled = predict(model, history, parameters)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linear, "library", lambda: None)
        patch.setattr(nonlinear, "library", lambda: None)
        return predict(model, history, parameters), compiled


def hold(reference, compiled, history, directions, agree=AGREE):
    """Every output, and every slope on the scale of its own largest, at the points that are asked."""
    asked = history.point_valid
    for ours, theirs in zip(compiled, reference, strict=True):
        value, expected = np.asarray(value_of(ours)), np.asarray(value_of(theirs))
        wanted = np.broadcast_to(asked, value.shape)
        expected = np.broadcast_to(expected, value.shape)
        assert np.isfinite(value[wanted]).all()
        assert np.abs(value - expected)[wanted].max() <= agree * np.abs(expected[wanted]).max()
        if directions:
            mine = tangent_of(ours, directions)[:, wanted]
            slopes = np.broadcast_to(tangent_of(theirs, directions), (directions, *value.shape))[:, wanted]
            scale = np.abs(slopes).max(axis=1, keepdims=True) + np.abs(expected[wanted]).max()
            assert (np.abs(mine - slopes) <= (agree if agree == AGREE else 4.0 * agree) * scale).all(), (
                np.abs(mine - slopes) / scale
            ).max()


def effects_of(model, history, size, seed):
    """Effects of some people, as values and as variables with slopes."""
    random = np.random.default_rng(seed)
    spread = [np.sqrt(np.diagonal(level.covariance)) for level in (model.between_subjects, model.between_occasions)]
    drawn = random.standard_normal((size, sum(part.size for part in spread))) * np.concatenate(spread)
    many = model.between_subjects.count
    for directions in (0, drawn.shape[1]):
        columns = variables(drawn, directions) if directions else [drawn[:, [i]] for i in range(drawn.shape[1])]
        kappa = [at_state(column, history.occasion) for column in columns[many:]]
        yield directions, individual_parameters(model, history.covariates, columns[:many], kappa)


def asked(name, days):
    """A shipped model and the history of the patient who is asked about."""
    patient = asked_patient(name, days)
    known = patient_covariates(MODELS[name], patient.facts).values
    model = engine_model(MODELS[name], known)
    if model.mixture:
        known = {**known, model.mixture.covariate: model.mixture.values[0]}
    start = min(dose.at for dose in patient.doses).replace(hour=0, minute=0, second=0, microsecond=0)
    hours = [24.0 * days - 20.0, 24.0 * days - 9.5, 24.0 * days + 3.0]
    table = history_table(model, known, patient.doses, patient.levels, start, hours)
    return model, compile_history(model, table, table.evid == 0)
