"""An ordered dose beside the daily maxima of the sources; it proposes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.clinical.ordered_dose import OrderedDose
from fullcourse.dosing.answer import Conflict, DosePlan, PlannedStep
from fullcourse.dosing.limits import Limits, limits_a_dose
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.vocabulary import Profile
from fullcourse.rules.situation import Situation
from fullcourse.screening.rulebook import slug

__all__ = ["above_maxima", "limiting_statements"]

_HOURS_A_DAY: Final = 24
_DAYS_A_WEEK: Final = 7.0


def above_maxima(
    situation: Situation, drug: str, doses: Sequence[OrderedDose], knowledge: Knowledge, profile: Profile
) -> tuple[float, tuple[Conflict, ...]]:
    """Return what orders of a drug come to on a dosing day, mg, and the maxima that it passes, what blocks first.

    Args:
        situation: Of the patient.
        drug: INN of a covered drug.
        doses: Its orders, each with a step; they are given together.
        knowledge: What the sources say.
        profile: Which of them lead.
    """
    steps = [_by_the_day(dose.step) for dose in doses if dose.step is not None]
    if not steps:
        return 0.0, ()
    mg = sum(step.mg_per_dosing_day for step in steps)
    days = max(_days_per_week(step) for step in steps)
    limits = Limits(drug, limiting_statements(knowledge, drug), situation, knowledge, profile, "", None, {})
    whole = DosePlan((PlannedStep(DoseStep(1, (Dose("08:00", mg),)), days_per_week=days),))
    return mg, tuple(it for it in limits.conflicts(whole) if it.kind == "maximum")


@lru_cache(maxsize=256)
def limiting_statements(knowledge: Knowledge, drug: str) -> tuple[Statement, ...]:
    """Return the statements of a drug that limit an amount."""
    identity = knowledge.drugs[drug]
    owned = slug(identity)
    about = knowledge.about(identity, frozenset({owned}))
    return tuple(it for it in about if it.id.split(".", 1)[0] == owned and limits_a_dose(it))


def _by_the_day(step: DoseStep) -> DoseStep:
    """Return a rhythm of hours as what a day of it comes to."""
    if step.every_h is None or step.every_h >= _HOURS_A_DAY:
        return step
    mg = step.doses[0].mg * _HOURS_A_DAY / step.every_h
    return replace(step, doses=(Dose("08:00", mg),), every_h=None)


def _days_per_week(step: DoseStep) -> float:
    if step.days_of_week:
        return float(len(step.days_of_week))
    if step.every_h is not None:
        return min(_DAYS_A_WEEK, _DAYS_A_WEEK * _HOURS_A_DAY / step.every_h)
    return _DAYS_A_WEEK / step.every_days
