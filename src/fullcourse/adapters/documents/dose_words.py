"""One step of a plan in words: how many of which capsule or tablet, when in the day, on which days."""

from collections.abc import Sequence
from typing import Final

from fullcourse.clinical.dose import Dose
from fullcourse.clinical.dose_plan.say import count_words
from fullcourse.journey.dose import PlannedStep

__all__ = ["length_words", "step_words"]

_WHEN: Final = {"morning": "in the morning", "noon": "at noon", "evening": "in the evening", "night": "at night"}
_DAYS: Final = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip


def length_words(planned: PlannedStep, steps: Sequence[PlannedStep]) -> str:
    """Return for which days a step is, as the beginning of a line; empty for a plan of one step to its end."""
    step = planned.step
    later = [other.step.from_day for other in steps if _follows(other, planned)]
    phase = f"{planned.phase[:1].upper()}{planned.phase[1:]}: " if planned.phase else ""
    ends = step.to_day if step.to_day is not None else min(later) - 1 if later else None
    if ends is not None:
        return f"{phase}Days {step.from_day} to {ends}: "
    return f"{phase}From day {step.from_day}: " if step.from_day > 1 else phase


def _follows(other: PlannedStep, planned: PlannedStep) -> bool:
    return other.phase == planned.phase and other.step.from_day > planned.step.from_day


def step_words(planned: PlannedStep) -> str:
    """Return what is taken and when.

    Example: ``1 capsule of 250 mg in the morning and 2 in the evening, every day``.
    """
    step = planned.step
    first, *others = step.doses
    taken = f"{_amount(first, planned, full=True)} {_when(first)}"
    taken += "".join(f" and {_amount(dose, planned, full=False)} {_when(dose)}" for dose in others)
    return f"{taken}, {_days(planned)}"


def _amount(dose: Dose, planned: PlannedStep, *, full: bool) -> str:
    if planned.prepare and dose.units is None:
        return f"{planned.prepare} ({dose.mg:g} mg)" if full else f"the same ({dose.mg:g} mg)"
    if dose.units is None or not planned.step.form:
        return f"{dose.mg:g} mg"
    prepared = f" ({planned.prepare})" if planned.prepare and full else ""
    return f"{count_words(dose.units, planned.step.form)}{prepared}" if full else f"{dose.units:g}"


def _when(dose: Dose) -> str:
    return _WHEN.get(dose.at, f"at {dose.at}")


def _days(planned: PlannedStep) -> str:
    step = planned.step
    if step.every_h is not None:
        return f"every {step.every_h} hours from then on"
    if step.after_dialysis:
        return f"after dialysis, on {planned.days_per_week:g} days a week"
    if step.days_of_week:
        *names, last = [_DAYS[day] for day in step.days_of_week]
        return f"on {', '.join(names)} and {last}" if names else f"on {last}"
    return "every day" if step.every_days == 1 else f"every {step.every_days} days"
