"""What the level engine may be asked about a dose plan: its rhythm is followed exactly, or the plan is refused.

A rhythm that was passed over would give levels of another plan without a word. Dialysis takes drug out of the blood,
and no model here knows how much, so no level is predicted under a plan that follows dialysis.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import lcm

from fullcourse.clinical.dose import WEEKDAYS, DoseStep
from fullcourse.clinical.dose_plan import PlannedDose, clock_hours, planned_doses, say_dose_plan
from fullcourse.clinical.errors import InputError

__all__ = [
    "DAY_H",
    "WEEK_H",
    "check_modelled",
    "check_same_every_day",
    "check_start_known",
    "following_doses",
    "modelled_doses",
    "steady_cycle",
]

DAY_H = 24.0
WEEK_H = 168.0


def check_modelled(steps: Sequence[DoseStep]) -> None:
    """Refuse a plan under which no model here can say a level.

    Raises:
        InputError: A step is taken after dialysis.
    """
    if any(step.after_dialysis for step in steps):
        raise InputError(
            f"dose '{say_dose_plan(steps)[:80]}': no published model here knows what dialysis takes out, so a level "
            "could be far from the truth. Measure levels before and after dialysis, and ask a specialist."
        )


def modelled_doses(steps: Sequence[DoseStep], days: int, first_weekday: int) -> tuple[PlannedDose, ...]:
    """Return every dose of a plan whose levels are to be predicted.

    Args:
        steps: The plan.
        days: How many days, from day 1.
        first_weekday: Weekday of day 1, 0 for Monday.

    Raises:
        InputError: No model can follow the plan, or no dose falls in these days.
    """
    check_modelled(steps)
    doses = planned_doses(steps, days, first_weekday)
    if not doses:
        raise InputError(f"dose '{say_dose_plan(steps)[:80]}': no dose falls in the first {days} days. Ask for more.")
    return doses


def steady_cycle(step: DoseStep) -> tuple[float, tuple[tuple[float, float], ...]]:
    """Return the cycle that a step repeats for ever, which has a steady state.

    Args:
        step: One step, taken for ever from a Monday.

    Returns:
        Length of the cycle, h, and its doses: hours since its first midnight, and mg, ascending.

    Raises:
        InputError: The step ends, or follows dialysis.
    """
    check_modelled([step])
    if step.to_day is not None:
        raise InputError(
            f"dose '{say_dose_plan([step])[:80]}': a plan that ends has no steady state. Leave its length out, or ask "
            "for levels of its days."
        )
    if step.every_h is not None:
        return float(step.every_h), tuple((clock_hours(dose.at), dose.mg) for dose in step.doses)
    days = [WEEKDAYS.index(day) for day in step.days_of_week] or [0]
    days_of_cycle = len(WEEKDAYS) if step.days_of_week else step.every_days
    dosing_days = lcm(len(days), len(step.cycle) or 1)
    doses = []
    for number in range(dosing_days):
        round_of_days, place = divmod(number, len(days))
        midnight_h = (round_of_days * days_of_cycle + days[place]) * DAY_H
        for dose in step.doses:
            mg = step.cycle[number % len(step.cycle)] if step.cycle else dose.mg
            doses.append((midnight_h + clock_hours(dose.at), mg))
    return dosing_days // len(days) * days_of_cycle * DAY_H, tuple(sorted(doses))


def check_same_every_day(step: DoseStep, what: str) -> None:
    """Refuse a plan that is not the same every day.

    Args:
        step: The plan.
        what: What is asked, for the message, for example ``a late dose``.

    Raises:
        InputError: The plan has another rhythm.
    """
    check_modelled([step])
    if not step.is_daily:
        raise InputError(
            f"dose '{say_dose_plan([step])[:80]}': {what} is weighed for plans that are the same every day, and this "
            "one is not. Ask with 'levels simulate' what its levels are, and a specialist what to do."
        )


def check_start_known(steps: Sequence[DoseStep]) -> None:
    """Refuse a plan whose first day is not known and decides what was taken yesterday.

    Raises:
        InputError: A step counts its doses from the first: every so many days or hours, or amounts in turn.
    """
    if any(step.every_days > 1 or step.every_h is not None or step.cycle for step in steps):
        raise InputError(
            f"dose '{say_dose_plan(steps)[:80]}': without its first day nobody can say which dose was taken when. "
            "Give --since DATE, or the doses as taken with --doses."
        )


def following_doses(
    step: DoseStep, last_at: datetime, last_mg: float, midnight: datetime, days: int
) -> list[tuple[datetime, float]]:
    """Return the doses that follow the last one taken, when a plan goes on in its rhythm.

    Args:
        step: The plan, going on.
        last_at: When the last dose was taken.
        last_mg: Its amount, mg.
        midnight: Beginning of the day from which days are counted, in the zone of ``last_at``.
        days: How many days from it.

    Returns:
        Instants and amounts, ascending, after the last dose.

    Raises:
        InputError: The plan ends on a day that the doses do not tell, follows dialysis, or alternates between amounts
            of which the last dose is none, or which recur.
    """
    check_modelled([step])
    if step.to_day is not None:
        raise InputError(
            f"dose '{say_dose_plan([step])[:80]}': on which day it ends is not known from the doses alone. "
            "Write the plan that is taken now without its end."
        )
    end = midnight + timedelta(days=days)
    if step.every_h is not None:
        count = int((end - last_at) / timedelta(hours=step.every_h)) + 1
        due = [(last_at + timedelta(hours=step.every_h * number), step.doses[0].mg) for number in range(1, count + 1)]
        return [(at, mg) for at, mg in due if midnight <= at < end]
    begin, going_on = midnight, replace(step, from_day=1, from_date=None)
    if step.every_days > 1 or step.cycle:
        begin = min(midnight, last_at.replace(hour=0, minute=0, second=0, microsecond=0))
    if step.cycle:
        if step.cycle.count(last_mg) != 1:
            raise InputError(
                f"dose '{say_dose_plan([step])[:80]}': the last dose was {last_mg:g} mg, which does not say which of "
                "the amounts is next. Give the doses as taken with --doses."
            )
        place = step.cycle.index(last_mg)
        in_turn = step.cycle[place:] + step.cycle[:place]
        going_on = replace(going_on, cycle=in_turn, doses=(replace(step.doses[0], mg=last_mg, units=None),))
    due = [
        (begin + timedelta(hours=dose.time_h), dose.mg)
        for dose in planned_doses([going_on], (end - begin).days, begin.weekday())
    ]
    return [(at, mg) for at, mg in due if at > last_at and at >= midnight]
