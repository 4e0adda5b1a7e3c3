"""Exposures of the patients of one table of facts: each model's patients together, quantiles and probabilities out."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from fullcourse.clinical.errors import FullcourseError
from fullcourse.cohort.levels.exposure import Measures, exposures
from fullcourse.cohort.levels.lattice import Lattice, can_be_read
from fullcourse.cohort.levels.people import Person
from fullcourse.cohort.levels.question import MEASURED, LevelQuestion, target_column
from fullcourse.knowledge.pk.targets import Target
from fullcourse.pharmacokinetics.advice.exposure import Draws
from fullcourse.pharmacokinetics.advice.population import draw_population
from fullcourse.pharmacokinetics.inputs.model_files import settings_of
from fullcourse.pharmacokinetics.model import F64

__all__ = ["EXPOSURES", "QUANTILES", "Predictor", "quantile_column"]

EXPOSURES: Final = {"auc24": "mg.h/L", "peak": "mg/L", "trough": "mg/L"}
"""What is predicted, with its unit."""

QUANTILES: Final = (0.05, 0.5, 0.95)
"""The median and the 90 per cent interval of people with the patient's covariates."""

MOST_KNOWN: Final = 100_000
"""Patients whose columns are remembered for others with the same covariates."""

Columns = dict[str, F64]
Engine = tuple[str, tuple[float, ...]]
"""A model and the settings on which its rows depend: people who have them in common have the same draws."""
I64 = npt.NDArray[np.int64]


def quantile_column(measure: str, quantile: float) -> str:
    """Return the name of a column: ``peak_p05``."""
    return f"{measure}_p{round(quantile * 100):02d}"


class Predictor:
    """Answers one question for tables of facts, one after another; what models come to is worked out once."""

    def __init__(self, question: LevelQuestion) -> None:
        """Take the question."""
        self._question = question
        self._draws: dict[Engine, Draws] = {}
        self._lattices: dict[Engine, Lattice] = {}
        self._known: dict[tuple[object, ...], Columns | str] = {}

    def columns(self, people: Sequence[Person]) -> tuple[Columns, dict[int, str]]:
        """Return the exposures and probabilities of every patient, and why some could not be worked out.

        Returns:
            Columns, not a number where there is a reason instead; and messages by the number of the patient.
        """
        names = [quantile_column(measure, quantile) for measure in EXPOSURES for quantile in QUANTILES]
        names += [target_column(target) for target in self._question.judged]
        whole = {name: np.full(len(people), np.nan) for name in names}
        failed: dict[int, str] = {}
        alike: dict[Engine, list[tuple[int, Mapping[str, float]]]] = {}
        for number, person in enumerate(people):
            if person.found:
                own = person.found.values
                settings = tuple(own[name] for name in settings_of(self._question.files[person.model]))
                alike.setdefault((person.model, settings), []).append((number, own))
        for engine, members in alike.items():
            failed |= self._fill(
                whole, engine, np.array([at for at, _ in members], np.int64), [own for _, own in members]
            )
        return whole, failed

    def _fill(self, whole: Columns, engine: Engine, at: I64, values: Sequence[Mapping[str, float]]) -> dict[int, str]:
        covariates = {
            name: np.array([covariates_of_one[name] for covariates_of_one in values], np.float64) for name in values[0]
        }
        failed: dict[int, str] = {}
        for part, answers in self._answers(engine, self._draws_of(engine, dict(values[0])), covariates, at.size):
            rows = at[part]
            if isinstance(answers, str):
                failed |= dict.fromkeys(rows.tolist(), answers)
                continue
            for name, column in answers.items():
                whole[name][rows] = column
            unusable = rows[~np.isfinite(whole[quantile_column("peak", 0.5)][rows])]
            failed |= dict.fromkeys(unusable.tolist(), f"{engine[0]}: a predicted level is not finite")
        return failed

    def _draws_of(self, engine: Engine, values: dict[str, float]) -> Draws:
        """Return the draws, the same for everybody; their covariates are what draws differ in."""
        draws = self._draws.get(engine)
        if draws is None:
            question = self._question
            drawn = draw_population(question.files[engine[0]], question.count, question.seed, values).draws
            own = {name: value for name, value in drawn.covariates.items() if name not in values}
            draws = self._draws[engine] = dataclasses.replace(drawn, covariates=own)
        return draws

    def _answers(
        self, engine: Engine, draws: Draws, covariates: Columns, count: int
    ) -> Iterator[tuple[slice | I64, Columns | str]]:
        """Yield patients with their columns, or with why these cannot be worked out."""
        if can_be_read(draws.model):
            lattice = self._lattices.setdefault(engine, Lattice(draws, self._measure))
            try:
                for part, measures in lattice.read(covariates, count):
                    yield part, self._summed_up(measures)
                return
            except FullcourseError:
                pass  # some patient's point cannot be worked out, and nothing was yielded yet: each one alone
        table = np.stack([*covariates.values(), np.zeros(count)], axis=1)
        distinct, which = np.unique(table, axis=0, return_inverse=True)
        order = np.argsort(which.reshape(-1), kind="stable")
        ends = np.cumsum(np.bincount(which.reshape(-1)))
        for rows, row in zip(np.split(order, ends[:-1]), distinct.tolist(), strict=True):
            yield rows, self._alone(engine[0], draws, dict(zip(covariates, row, strict=False)))

    def _alone(self, model: str, draws: Draws, covariates: Mapping[str, float]) -> Columns | str:
        """Return the columns of one patient, worked out once for everybody with the same covariates."""
        key = (model, *covariates.values())
        answer = self._known.get(key)
        if answer is None:
            try:
                measures = self._measure(dataclasses.replace(draws, covariates={**draws.covariates, **covariates}))
                answer = self._summed_up(measures)
            except FullcourseError as error:
                answer = str(error)
            if len(self._known) < MOST_KNOWN:
                self._known[key] = answer
        return answer

    def _measure(self, draws: Draws) -> Measures:
        return exposures(draws, self._question.steps, self._question.days)

    def _summed_up(self, measures: Measures) -> Columns:
        """Return quantiles and probabilities over draws; not a number for a patient of whom a draw is not finite."""
        finite = np.isfinite(measures.auc24 + measures.peak + measures.trough).all(axis=-1)
        columns: Columns = {}
        for measure in EXPOSURES:
            for quantile, values in zip(QUANTILES, _quantiles(getattr(measures, measure)), strict=True):
                columns[quantile_column(measure, quantile)] = np.where(finite, values, np.nan)
        for target in self._question.judged:
            share = _share_within(getattr(measures, MEASURED[target.measure]), target)
            columns[target_column(target)] = np.where(finite, share, np.nan)
        return columns


def _quantiles(values: F64) -> list[F64]:
    """Return quantiles over the last axis, as `numpy.quantile` does, from one partition."""
    count = values.shape[-1]
    places = [(count - 1) * quantile for quantile in QUANTILES]
    needed = sorted({int(place) for place in places} | {min(int(place) + 1, count - 1) for place in places})
    ordered = np.partition(values, needed, axis=-1)
    quantiles = []
    for place in places:
        below = int(place)
        low, high = ordered[..., below], ordered[..., min(below + 1, count - 1)]
        quantiles.append(low + (high - low) * (place - below))
    return quantiles


def _share_within(values: F64, target: Target) -> F64:
    """Return the share of draws inside a target, as `pharmacokinetics.advice.attainment.fraction_within` does."""
    inside = np.ones(values.shape, np.bool_)
    if target.low is not None:
        inside &= values >= target.low
    if target.high is not None:
        inside &= (values < target.high) if target.measure in {"ceiling", "trough"} else (values <= target.high)
    return np.asarray(inside.mean(axis=-1))
