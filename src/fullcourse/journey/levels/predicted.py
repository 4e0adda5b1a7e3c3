"""Levels of the drugs of a treatment by the doses really taken, beside the levels that sources keep below.

For drugs with a published model and a source that names such a level. What cannot be worked out says why: a level that
nobody predicted is never taken for a low one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from fullcourse.clinical.errors import FullcourseError
from fullcourse.clinical.patient import Record
from fullcourse.journey.doses_known import DosesOf
from fullcourse.journey.levels.estimates import estimates_of
from fullcourse.journey.levels.patient import LevelPatient, LevelQuestion, level_patient
from fullcourse.journey.levels.population import people_of
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.modelled_drugs import modelled_drugs
from fullcourse.knowledge.pk.targets import Target, read_targets
from fullcourse.monitoring.foresight.foreseen import Exposure, ExposureLimit
from fullcourse.pharmacokinetics.advice.exposure import Draws, concentrations
from fullcourse.pharmacokinetics.advice.history_table import history_table
from fullcourse.pharmacokinetics.inputs.covariates import Covariates
from fullcourse.pharmacokinetics.model import F64

__all__ = ["predicted_exposures"]

_DRAWS: Final = 500
_SOLVED_DRAWS: Final = 200
"""Draws of a model that is solved step by step, which takes longer for each."""

_SOLVED_DAYS: Final = 28
"""So far back doses count in such a model: its levels are judged in the fourth week elsewhere too."""

_DAY_H: Final = 24.0
_STEP_H: Final = 0.25
_JUST_BEFORE_H: Final = 1e-6
_QUANTILES: Final = (0.05, 0.5, 0.95)
_OLD_DAYS: Final = 7


def predicted_exposures(
    record: Record, drugs: Sequence[str], doses: Mapping[str, DosesOf], knowledge: Knowledge, now: datetime, seed: int
) -> dict[str, Exposure]:
    """Return the exposure of each drug of which a source names a level to keep below.

    Args:
        record: Of the patient, as judged at the day.
        drugs: INNs.
        doses: By INN.
        knowledge: What the sources say.
        now: The moment; later doses and levels are not seen.
        seed: Of the random numbers.
    """
    found: dict[str, Exposure] = {}
    modelled = modelled_drugs()
    for drug in drugs:
        limits = _limits(drug, knowledge)
        if limits and drug in modelled:
            try:
                found[drug] = _exposure(record, drug, doses.get(drug, DosesOf()), limits, knowledge, now, seed)
            except FullcourseError as error:
                found[drug] = Exposure(why_not=str(error))
    return found


def _limits(drug: str, knowledge: Knowledge) -> tuple[Target, ...]:
    """Return the levels of all of a drug in plasma that sources keep below, lowest first."""
    every = read_targets(drug, knowledge=knowledge).targets
    kept = [
        it
        for it in every
        if it.drug == drug and it.high is not None and it.low is None and it.unbound_fraction == 1.0
        and it.measure in ("ceiling", "trough")
    ]  # fmt: skip
    return tuple(sorted(kept, key=lambda it: (it.measure, it.high or 0.0)))


def _exposure(
    record: Record,
    drug: str,
    doses: DosesOf,
    limits: Sequence[Target],
    knowledge: Knowledge,
    now: datetime,
    seed: int,
) -> Exposure:
    if not doses.taken and not doses.plan and not record.doses_of(drug):
        return Exposure(why_not="no dose of it is recorded, and no plan is given")
    question = LevelQuestion(
        drug=drug,
        now=now,
        at=now,
        levels=doses.levels,
        log=doses.taken or None,
        plan=doses.plan,
        since=doses.since,
        levels_needed=False,
    )
    patient = level_patient(record, question, knowledge, lambda read, _: read)
    if not patient.doses:
        return Exposure(why_not="no dose of it was taken yet")
    last = patient.doses[-1].at
    if (last - patient.doses[0].at).total_seconds() / 3600.0 < _DAY_H:
        return Exposure(why_not="its doses reach over less than a day")
    model, draws, covariates = _draws(patient, seed)
    counted = patient.doses
    if not draws.model.is_linear:
        draws = draws.part(slice(_SOLVED_DRAWS))
        counted = tuple(dose for dose in counted if dose.at >= last - timedelta(days=_SOLVED_DAYS))
    first = counted[0].at
    start = first.replace(hour=0, minute=0, second=0, microsecond=0)
    end = (last - start).total_seconds() / 3600.0
    points = np.append(np.arange(end - _DAY_H, end - _STEP_H / 2.0, _STEP_H), end - _JUST_BEFORE_H)
    spans = covariates.over_time if counted == patient.doses else ()
    table = history_table(draws.model, covariates.values, counted, (), start, points.tolist(), spans)
    drawn = {name: values for name, values in draws.covariates.items() if np.ndim(values)}
    levels = concentrations(replace(draws, covariates=drawn), table)
    peak, trough = levels.max(axis=1), levels.min(axis=1)
    area = np.sum((levels[:, 1:] + levels[:, :-1]) / 2.0 * np.diff(points), axis=1)
    days = (patient.at.date() - last.date()).days
    old = (f"the last recorded dose is {days} days old",) if days > _OLD_DAYS else ()
    return Exposure(
        model=model,
        doses=len(counted),
        taken=bool(doses.taken) or bool(record.doses_of(drug)),
        last_dose=last.date(),
        levels=len(patient.levels),
        trough=_spread(trough),
        peak=_spread(peak),
        auc24=_spread(area),
        limits=tuple(_beside(limit, peak, trough) for limit in limits),
        notes=(
            *old, *doses.notes, *patient.notes, *(it.says for it in covariates.assumed), *covariates.warnings,
        ),
    )  # fmt: skip


def _draws(patient: LevelPatient, seed: int) -> tuple[str, Draws, Covariates]:
    """Return draws of the patient's own kinetics where a level was measured, else of people like the patient."""
    if patient.levels:
        own = estimates_of(patient, None, seed).first
        return own.file.id, own.draws.part(slice(_DRAWS)), own.covariates
    people = people_of(patient.drug, None, patient.facts, _DRAWS, seed)
    if people.covariates is None:
        raise TypeError("people like a patient have the patient's covariates")
    return people.file.id, people.drawn.draws, people.covariates


def _spread(values: F64) -> tuple[float, ...]:
    return tuple(float(it) for it in np.quantile(values, _QUANTILES))


def _beside(limit: Target, peak: F64, trough: F64) -> ExposureLimit:
    measure = "trough" if limit.measure == "trough" else "peak"
    values = trough if measure == "trough" else peak
    high = limit.high or 0.0
    return ExposureLimit(measure, high, float(np.mean(values > high)), limit.says, limit.citation)
