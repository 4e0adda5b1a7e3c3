"""Levels of one drug as the desk shows them: the curve by the doses logged, and beside it by the plan or another dose.

Nothing here advises a dose: a line is what the patient's own kinetics would have come to by other doses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Final

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import Registered
from fullcourse.course.course import Course
from fullcourse.journey.desk.plan_change import record_of_log
from fullcourse.journey.levels.curve import LevelCurve, curve_by_other_doses, patient_curve
from fullcourse.journey.levels.estimates import estimates_of
from fullcourse.journey.levels.patient import KnownFact, LevelQuestion, level_patient
from fullcourse.journey.monitor_course import doses_of_course
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.targets import LevelTargets, read_targets
from fullcourse.pharmacokinetics.inputs.dose_log import doses_as_prescribed

__all__ = ["LevelsSeen", "levels_seen"]

_GAP_H: Final = 2.0
"""Points further apart than this are not joined: a line between them would be a curve that nobody worked out."""


@dataclass(frozen=True, slots=True)
class LevelsSeen:
    """Levels of one drug.

    Attributes:
        drug: INN in lower case.
        model: Id of the model.
        curve: By the doses that the log says were taken, about the last level; nothing is drawn between levels that
            lie further apart.
        measured: Every level measured: when, by the patient's clock, and mg/L.
        targets: What sources say of its levels.
        lines: Medians by other doses: what they are, and mg/L at the hours of the curve.
        notes: What was taken for granted.
    """

    drug: str
    model: str
    curve: LevelCurve
    measured: tuple[tuple[datetime, float], ...]
    targets: LevelTargets
    lines: tuple[tuple[str, tuple[float, ...]], ...]
    notes: tuple[str, ...]


def levels_seen(
    course: Course, knowledge: Knowledge, drug: str, now: datetime, other: tuple[str, Sequence[DoseStep]], seed: int
) -> LevelsSeen:
    """Return the levels of one drug of a course.

    Args:
        course: The course.
        knowledge: What the sources say.
        drug: INN in lower case.
        now: The moment; what happened later is not seen.
        other: Another dose, as it was typed and as it was read, whose line is drawn beside the plan's; empty for none.
        seed: Of the random numbers.

    Raises:
        InputError: The drug is not in the plan, has no model or no measured level, or a fact that the model needs is
            not on file: the message names it.
    """
    known = doses_of_course(course, knowledge, now).get(drug)
    if known is None:
        raise InputError(f"{drug[:40]}: it is not in the plan in force, so no curve is drawn.")
    if not known.taken:
        raise InputError(f"{drug}: no dose of it is in the log, so no curve is drawn.")
    if not known.levels:
        raise InputError(
            f"{drug}: no level of it that can be used is in the log, so no curve is drawn. Write one down."
        )
    question = LevelQuestion(
        drug, now, at=now, levels=known.levels, log=known.taken, plan=known.plan, since=known.since,
        covariates=_registered(course, now),
    )  # fmt: skip
    patient = level_patient(record_of_log(course, knowledge, now), question, knowledge, lambda read, _: read)
    best = estimates_of(patient, None, seed).best
    curve = _about_the_last(patient_curve(best, patient))
    since = datetime.combine(known.since or now.date(), time(), patient.doses[0].at.tzinfo)
    lines = []
    for says, steps in (("if taken as planned", known.plan), (f"if {other[0]}", other[1])):
        if steps:
            doses = doses_as_prescribed(steps, since, patient.doses[-1].at)
            lines.append((says, curve_by_other_doses(best, patient, doses, curve)))
    local = course.timeline[-1].zone.local
    measured = tuple((local(level.at), level.mg_per_l) for level in patient.levels)
    assumed = (it.says for it in best.covariates.assumed)
    notes = (*known.notes, *patient.notes, *assumed, *best.covariates.warnings)
    return LevelsSeen(drug, best.file.id, curve, measured, read_targets(drug, knowledge=knowledge), tuple(lines), notes)


def _about_the_last(curve: LevelCurve) -> LevelCurve:
    """Return the part of a curve that has a point at least every two hours, up to its end."""
    gaps = [place for place in range(1, len(curve.time_h)) if curve.time_h[place] - curve.time_h[place - 1] > _GAP_H]
    begin = gaps[-1] if gaps else 0
    first = curve.time_h[begin]
    return replace(
        curve,
        time_h=curve.time_h[begin:],
        quantiles=tuple(row[begin:] for row in curve.quantiles),
        doses=tuple(it for it in curve.doses if it[0] >= first),
        measured=tuple(it for it in curve.measured if it.time_h >= first),
        metabolites=tuple((name, row[begin:]) for name, row in curve.metabolites),
    )


def _registered(course: Course, now: datetime) -> dict[str, KnownFact]:
    """Return age and sex as the register has them: the age in completed years, at the least."""
    known: dict[str, KnownFact] = {}
    for event in course.state.of_kind(Registered.kind):
        body, on = event.body, event.occurred_at.date().isoformat()
        if not isinstance(body, Registered) or event.actor != "clinician" or event.occurred_at > now:
            continue
        if body.age_years is not None:
            years = body.age_years + (now - event.occurred_at).days // 366
            known["age"] = KnownFact(float(years), "a", on, "the register")
        if body.sex:
            known["sex"] = KnownFact(body.sex, "", on, "the register")
    return known
