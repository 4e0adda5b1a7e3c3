"""Name the effects of an estimate, those of an occasion by the occasion's own number in the data.

The engine counts a subject's occasions in the order in which they appear; a table of many subjects needs one column for
each occasion that anybody has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.estimation.likelihood import Problem
from fullcourse.pharmacokinetics.events import EventTable
from fullcourse.pharmacokinetics.model import F64, I64, Model


@dataclass(frozen=True, slots=True, eq=False)
class EffectColumns:
    """Where each named effect stands in the vector of effects of each subject.

    Attributes:
        names: Parameter, or ``parameter@occasion``; ``time k`` for the shift of an uncertain dose time.
        place: Index in the vector of effects, ``(S, names)``; -1 where the subject never had that occasion.
        variance: Variance that an effect has where nothing was measured, ``(names,)``.
    """

    names: tuple[str, ...]
    place: I64
    variance: F64

    def effects(self, vector: F64) -> F64:
        """Return effects in the order of the names, ``(S, names)``; 0 for an occasion a subject never had."""
        chosen = np.take_along_axis(vector, np.maximum(self.place, 0), 1)
        return np.where(self.place < 0, 0.0, chosen)

    def covariance(self, conditional: F64, prior: F64) -> F64:
        """Return conditional covariances in the order of the names, ``(S, names, names)``."""
        at = np.where(self.place < 0, 0, self.place)
        subject = np.arange(at.shape[0])[:, None, None]
        chosen = conditional[subject, at[:, :, None], at[:, None, :]]
        absent = self.place < 0
        chosen = np.where(absent[:, :, None] | absent[:, None, :], 0.0, chosen)
        return chosen + np.where(absent, self.variance, 0.0)[:, :, None] * np.eye(len(self.names))

    def placed(self, named: Mapping[str, F64]) -> F64:
        """Return vectors of effects from effects by name, ``(S, P)``.

        Raises:
            InputError: An effect is missing.
        """
        lacking = [name for name in self.names if name not in named]
        if lacking:
            raise InputError(f"the effects lack {', '.join(lacking)}: fit the same data under the same model first")
        size = int(self.place.max(initial=-1)) + 1
        result = np.zeros((self.place.shape[0], size))
        for name, column in zip(self.names, self.place.T, strict=True):
            there = np.flatnonzero(column >= 0)
            result[there, column[there]] = named[name][there]
        return result


def effect_columns(model: Model, table: EventTable, problem: Problem) -> EffectColumns:
    """Return the columns of a problem's effects.

    Args:
        model: The population model.
        table: The events that the problem was made of.
        problem: For the length of the vector of effects.
    """
    between, within = model.between_subjects, model.between_occasions
    subjects = table.n_subjects
    names, places = list(between.names), [np.full(subjects, i) for i in range(between.count)]
    variances = list(np.diagonal(between.covariance))
    occasions = problem.history.n_occasions if within.count else 0
    if occasions:
        index = _occasion_index(table)
        for number in sorted({number for numbers in index for number in numbers}):
            for j, name in enumerate(within.names):
                names.append(f"{name}@{number}")
                at = [numbers.get(number) for numbers in index]
                places.append(np.array([-1 if k is None else between.count + k * within.count + j for k in at]))
                variances.append(within.covariance[j, j])
    known = between.count + within.count * occasions
    for k in range(known, problem.n_effects):
        names.append(f"time {k - known + 1}")
        places.append(np.full(subjects, k))
        variances.append(1.0)
    place = np.stack(places, axis=1) if places else np.zeros((subjects, 0), dtype=np.int64)
    return EffectColumns(tuple(names), place.astype(np.int64), np.array(variances, dtype=np.float64))


def _occasion_index(table: EventTable) -> list[dict[int, int]]:
    """Return, for each subject, the number of each occasion and its place in order of appearance."""
    result: list[dict[int, int]] = [{} for _ in range(table.n_subjects)]
    for subject, number in zip(table.subject.tolist(), table.occasion.tolist(), strict=True):
        result[subject].setdefault(number, len(result[subject]))
    return result
