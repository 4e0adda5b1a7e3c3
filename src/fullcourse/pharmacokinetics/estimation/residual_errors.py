"""Weigh one level against its prediction under each residual error, with the slopes that estimation needs."""

from __future__ import annotations

import math

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.model import F64, Bool, ErrorKind, Output, ResidualError

_FLOOR = 1e-12


def error_of(output: Output) -> ResidualError:
    """Return the residual error of an output.

    Raises:
        InputError: The model has none, so that it can simulate and cannot estimate.
    """
    if output.residual is None:
        raise InputError(
            f"'{output.name}' has no residual error in this model, because its paper prints none: the model can "
            "simulate and cannot weigh a level. Choose another model to estimate with"
        )
    return output.residual


def variance(error: ResidualError, f: F64) -> tuple[F64, F64]:
    """Return the residual variance at a prediction and its slope in the prediction."""
    match error.kind:
        case ErrorKind.PROPORTIONAL:
            return error.a**2 * f * f, 2.0 * error.a**2 * f
        case ErrorKind.ADDITIVE:
            return np.full_like(f, error.b**2), np.zeros_like(f)
        case ErrorKind.COMBINED_1:
            sd = error.a * f + error.b
            return sd * sd, 2.0 * error.a * sd
        case ErrorKind.COMBINED_2:
            return error.a**2 * f * f + error.b**2, 2.0 * error.a**2 * f
        case ErrorKind.LOG_NORMAL:
            return np.full_like(f, error.a**2), np.zeros_like(f)
        case ErrorKind.POWER:
            square = error.a**2 * f ** (2.0 * error.c)
            return square + error.b**2, 2.0 * error.c * square / f


def level_terms(error: ResidualError, level: F64, f: F64, below: Bool) -> tuple[F64, F64, F64, F64]:
    """Return each level's part of the objective, and in f: its slope, expected curvature and working curvature.

    The working curvature is that of the part as a function of ``ln f``, in which predictions are nearly linear in the
    random effects; never below a fifth of the expected one.
    """
    f = np.maximum(f, _FLOOR)
    inner = np.ones_like(f)
    predicted = f
    if error.kind is ErrorKind.LOG_NORMAL:
        inner, predicted = 1.0 / f, np.log(f)
    v, dv = variance(error, f)
    v = np.maximum(v, _FLOOR**2)
    residual = level - predicted
    square = residual * residual / v
    relative = dv / v
    terms = square + np.log(v)
    first = -2.0 * residual / v * inner + relative * (1.0 - square)
    expected = 2.0 * inner * inner / v + relative**2
    working = expected
    if error.kind not in (ErrorKind.LOG_NORMAL, ErrorKind.ADDITIVE):
        bend = _variance_bend(error, f) / v
        second = 2.0 / v + 4.0 * residual / v * relative + square * (2.0 * relative**2 - bend) + bend - relative**2
        working = np.maximum(second + first / f, 0.2 * expected)
    if below.any():
        sd = np.sqrt(v)
        u = residual / sd
        du = -inner / sd - 0.5 * u * relative
        log_tail, hazard = _normal_tail(u)
        terms = np.where(below, -2.0 * log_tail, terms)
        first = np.where(below, -2.0 * hazard * du, first)
        expected = np.where(below, 2.0 * hazard * (hazard + u) * du * du, expected)
        working = np.where(below, expected, working)
    return terms, first, expected, working


def _variance_bend(error: ResidualError, f: F64) -> F64:
    """Return the second slope of the residual variance in the prediction."""
    if error.kind is ErrorKind.POWER:
        twice = 2.0 * error.c
        return error.a**2 * twice * (twice - 1.0) * f ** (twice - 2.0)
    return np.full_like(f, 2.0 * error.a**2)


def _normal_tail(u: F64) -> tuple[F64, F64]:
    """Return ``ln Phi(u)`` and ``phi(u) / Phi(u)``, also far in the lower tail."""
    erfc = np.vectorize(math.erfc, otypes=[np.float64])
    phi = 0.5 * erfc(-np.clip(u, -30.0, 30.0) / math.sqrt(2.0))
    density = np.exp(-0.5 * u * u) / math.sqrt(2.0 * math.pi)
    deep = u < -25.0
    w = np.where(deep, u, -25.0)
    series = 1.0 - 1.0 / w**2 + 3.0 / w**4 - 15.0 / w**6
    log_deep = -0.5 * w * w - np.log(-w * math.sqrt(2.0 * math.pi)) + np.log(series)
    log_phi = np.where(deep, log_deep, np.log(np.where(deep, 1.0, phi)))
    hazard = np.where(deep, -w / series, density / np.where(deep, 1.0, phi))
    return log_phi, hazard
