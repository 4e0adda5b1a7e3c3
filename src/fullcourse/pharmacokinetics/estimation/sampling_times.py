"""Choose when to sample next: the times that would narrow this patient's posterior most.

D-optimality averaged over the posterior: the expected logarithm of the determinant of the information that samples
at given times would add to what is known (Atkinson and Donev; for individuals: Merle and Mentre, Journal of
Pharmacokinetics and Biopharmaceutics 23:101, 1995).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.engine.prediction import predict
from fullcourse.pharmacokinetics.estimation.likelihood import Problem, estimation_problem, parameters_of
from fullcourse.pharmacokinetics.estimation.residual_errors import error_of, variance
from fullcourse.pharmacokinetics.events import EventTable, with_points
from fullcourse.pharmacokinetics.kernels.dual import tangent_of, value_of
from fullcourse.pharmacokinetics.model import F64, ErrorKind, Model

_MOST_SETS = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class SamplingPlan:
    """Sets of sampling times, best first: times ``(n_sets, n_samples)`` in h, and the information gained ``(n_sets,)``.

    The gain is the expected logarithm of how much the volume of uncertainty about the effects shrinks (nats).
    """

    times_h: F64
    gain: F64


def sampling_plan(
    model: Model, table: EventTable, effects: F64, weights: F64, covariance: F64, candidates_h: F64, *,
    samples: int = 2, output: int = 0, keep: int = 5, minimum_gap_h: float = 1.0,
) -> SamplingPlan:  # fmt: skip
    """Return the best times for the next samples.

    Args:
        model: The population model.
        table: The subject's doses, past and planned.
        effects: Draws of the posterior, ``(D, P)``; 50 to 200 are enough.
        weights: ``(D,)``.
        covariance: Of the effects given what is known, ``(P, P)``.
        candidates_h: Times at which a sample could be taken (clinic hours), h.
        samples: How many samples, 1 to 4.
        output: Index of the output that is measured.
        keep: How many sets to return.
        minimum_gap_h: Least distance between two samples, h.

    Raises:
        InputError: There are fewer candidates than samples, or too many combinations.
    """
    times = np.unique(np.asarray(candidates_h, dtype=np.float64))
    sets = [
        chosen
        for chosen in combinations(range(times.size), samples)
        if all(times[b] - times[a] >= minimum_gap_h for a, b in pairwise(chosen))
    ]
    if not sets or len(sets) > _MOST_SETS:
        raise InputError(
            f"{times.size} candidate times give {len(sets)} sets of {samples} samples; between 1 and {_MOST_SETS} can "
            "be compared: change the clinic hours or their grid"
        )
    information = candidate_information(model, table, effects, times, output)
    precision = np.linalg.inv(covariance)
    base = np.linalg.slogdet(precision)[1]
    gain = np.zeros(len(sets))
    index = np.array(sets)
    for d in range(effects.shape[0]):
        total = precision + information[d][index].sum(axis=1)
        gain += weights[d] * 0.5 * (np.linalg.slogdet(total)[1] - base)
    best = np.argsort(-gain)[:keep]
    return SamplingPlan(times[index[best]], gain[best] / max(float(weights.sum()), 1e-300))


def candidate_information(model: Model, table: EventTable, effects: F64, times: F64, output: int) -> F64:
    """Return the expected information of one sample at each time for each draw, ``(D, n_times, P, P)``."""
    chosen = model.outputs[output]
    points = with_points(table, times, cmt=chosen.cmt)
    as_levels = dataclasses.replace(points, dv=np.where(points.evid == 0, 1.0, np.nan), mdv=points.evid != 0)
    problem: Problem = estimation_problem(model, as_levels)
    size = problem.n_effects
    predictions = predict(model, problem.history, parameters_of(problem, effects, sensitivities=True))[output]
    f = np.maximum(np.asarray(value_of(predictions)), 1e-9)
    slope = np.moveaxis(tangent_of(predictions, size), 0, -1)
    slope = np.broadcast_to(slope, (effects.shape[0], *slope.shape[1:]))
    error = error_of(chosen)
    v, dv = variance(error, f)
    inner = 1.0 / f if error.kind is ErrorKind.LOG_NORMAL else np.ones_like(f)
    weight = inner * inner / v + 0.5 * (dv / v) ** 2
    return np.asarray(weight[:, :, None, None] * slope[:, :, :, None] * slope[:, :, None, :])
