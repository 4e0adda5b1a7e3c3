"""Says a dose plan in words that people read, and that the reader reads back to the same steps."""

from collections.abc import Sequence
from decimal import Decimal

from fullcourse.clinical.dose import Dose, DoseStep, strength_of
from fullcourse.clinical.dose_plan.amounts import FORMS

__all__ = ["count_words", "say_dose_plan"]


def say_dose_plan(steps: Sequence[DoseStep]) -> str:
    """Return a plan in words, for people; ``parse_dose_plan`` reads them to the same steps.

    Example:
        >>> from fullcourse.clinical.dose_plan import parse_dose_plan
        >>> say_dose_plan(parse_dose_plan("500 mg M-W-F"))
        '500 mg at 08:00 on mon, wed, fri'
        >>> say_dose_plan(parse_dose_plan("250 mg alternating with 500 mg"))
        '250 mg alternating with 500 mg at 08:00'
    """
    return "; ".join(map(_said, steps))


def count_words(units: float, form: str) -> str:
    """Return a number of a dosage form in words, for people.

    Example:
        >>> count_words(2.0, "capsule 250 mg"), count_words(0.5, "dispersible tablet 100 mg")
        ('2 capsules of 250 mg', '0.5 dispersible tablet of 100 mg')
    """
    words = form.split(" ")
    at = next((place for place, word in enumerate(words) if word in FORMS), None)
    if at is None:
        return f"{_number(units)} × {form}"
    plural = "" if units <= 1.0 else "s"
    strength = " ".join(words[at + 1 :])
    return f"{_number(units)} {' '.join(words[: at + 1])}{plural}" + (f" of {strength}" if strength else "")


def _said(step: DoseStep) -> str:
    start = f"from {step.from_date.isoformat()}: " if step.from_date else ""
    if step.from_day != 1:
        start = f"from day {step.from_day}: "
    counted = _countable(step)
    if step.every_h is not None:
        doses = " + ".join(
            f"{_amount(dose, step, counted)} every {step.every_h} h from {dose.at}" for dose in step.doses
        )
    elif step.cycle:
        doses = f"{_in_turn(step, counted)} {_when(step.doses[0].at)}"
    else:
        doses = " + ".join(f"{_amount(dose, step, counted)} {_when(dose.at)}" for dose in step.doses)
    form = f" as {step.form}" if step.form and not counted else ""
    most = f" at most {_number(step.max_mg_per_day)} mg a day" if step.max_mg_per_day is not None else ""
    length = f" for {_days(step.to_day - step.from_day + 1)}" if step.to_day is not None else ""
    return f"{start}{doses}{form}{_on(step)}{_over(step)}{most}{length}"


def _over(step: DoseStep) -> str:
    """Return how long an infusion lasts: in minutes where these are whole and few."""
    if step.over_h is None:
        return ""
    minutes = step.over_h * 60.0
    return (
        f" over {_number(minutes)} min"
        if minutes < 120.0 and minutes % 1.0 == 0.0
        else f" over {_number(step.over_h)} h"
    )


def _on(step: DoseStep) -> str:
    """Return the dosing days of a step; nothing for every day."""
    dialysis = " after dialysis" if step.after_dialysis else ""
    if step.days_of_week:
        return f"{dialysis} on {', '.join(step.days_of_week)}"
    if step.every_days > 1:
        return " every other day" if step.every_days == 2 else f" every {step.every_days} days"
    return dialysis


def _countable(step: DoseStep) -> bool:
    """Return whether amounts are said as a number of a form: it has a name and a strength, and a dose counts it."""
    strength = strength_of(step.form)
    units = [dose.units for dose in step.doses if dose.units is not None]
    if step.cycle and strength and units:
        units = [mg / strength for mg in step.cycle]
    return bool(units) and step.form.split(" ")[0] in FORMS and all(number * 4.0 % 1.0 == 0.0 for number in units)


def _amount(dose: Dose, step: DoseStep, counted: bool) -> str:
    if not counted or dose.units is None:
        return f"{_number(dose.mg)} mg"
    word, strength = step.form.split(" ", 1)
    plural = "" if dose.units <= 1.0 else "s"
    return f"{_number(dose.units)} {word}{plural} of {strength}"


def _in_turn(step: DoseStep, counted: bool) -> str:
    """Return the amounts of a cycle, one a dosing day."""
    strength = strength_of(step.form) if counted else None
    return " alternating with ".join(
        _amount(Dose("", mg, mg / strength if strength else None), step, counted) for mg in step.cycle
    )


def _number(value: float) -> str:
    """Return a number in full; three digits behind the point get a nought more, lest they be read as thousands."""
    written = format(Decimal(repr(float(value))).normalize(), "f")
    whole, _, part = written.partition(".")
    return f"{written}0" if len(part) == 3 and whole != "0" else written


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _when(at: str) -> str:
    return {"morning": "in the morning", "evening": "in the evening"}.get(at, f"at {at}")
