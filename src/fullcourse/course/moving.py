"""Another day's anchor: a night shift, a fasting month, a journey. Times move, intervals hold, the way there is safe.

A proposal only: a clinician's change of the plan makes it so. On the way no two doses come closer than the least gap,
and none further apart than the interval and half of it where that can be kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.clinical.dose_plan import clock_hours
from fullcourse.clinical.zone import Zone

__all__ = ["Journey", "even_gaps", "moved_step", "travel"]

_DAY_H = 24.0
_HOUR_MIN = 60


@dataclass(frozen=True, slots=True)
class Journey:
    """The doses on the way to another zone.

    Attributes:
        doses: When doses are taken, UTC: the last in the old zone, then those of the new.
        longest_h: Longest gap on the way, real hours.
        shortest_h: Shortest gap on the way, real hours.
        skipped: How many doses by the new clock are left out because they would come too near.
        interval_h: Hours between two doses as the plan has them.
    """

    doses: tuple[datetime, ...]
    longest_h: float
    shortest_h: float
    skipped: int
    interval_h: float

    @property
    def holds_interval(self) -> bool:
        """Say whether every gap on the way is the plan's interval."""
        return self.shortest_h >= self.interval_h >= self.longest_h


def moved_step(step: DoseStep, by_h: float) -> DoseStep:
    """Return a step with every time of day later by so many hours; the gaps between its doses hold.

    Args:
        step: A step by the clock.
        by_h: Hours, below 0 for earlier.
    """
    doses = sorted(((clock_hours(dose.at) + by_h) % _DAY_H, dose) for dose in step.doses)
    moved = tuple(Dose(_clock(hour), dose.mg, dose.units) for hour, dose in doses)
    return DoseStep(
        from_day=1,
        doses=moved,
        form=step.form,
        days_of_week=step.days_of_week,
        every_days=step.every_days,
        max_mg_per_day=step.max_mg_per_day,
        cycle=step.cycle,
    )


def even_gaps(step: DoseStep) -> tuple[float, ...]:
    """Return the hours between the doses of a daily step by the clock, the night's last; empty for other rhythms.

    Example:
        >>> from fullcourse.clinical.dose_plan import parse_dose_plan
        >>> even_gaps(parse_dose_plan("250 mg q8h")[0])
        (8.0, 8.0, 8.0)
    """
    if not step.is_daily:
        return ()
    minutes = sorted(round(clock_hours(dose.at) * _HOUR_MIN) for dose in step.doses)  # whole: 08:20 in hours is not
    night = minutes[0] + round(_DAY_H) * _HOUR_MIN
    return tuple((after - before) / _HOUR_MIN for before, after in pairwise([*minutes, night]))


def travel(
    last: datetime, hours: Sequence[float], to: Zone, interval_h: float, least_share: float, days: int = 3
) -> Journey:
    """Return doses by the clock of another zone after the last dose in the old one, none closer than the least gap.

    Args:
        last: When the last dose in the old zone is taken, with an offset.
        hours: Times of day of the doses, h.
        to: The new zone.
        interval_h: Hours between two doses.
        least_share: Least gap as a share of the interval.
        days: How many days are looked at.
    """
    least = timedelta(hours=least_share * interval_h)
    day = to.local(last).date()
    doses, skipped = [last], 0
    for number in range(days + 1):
        for hour in sorted(hours):
            due = to.instant(day + timedelta(days=number), time(int(hour), round(hour % 1 * 60)))
            if due <= last:
                continue
            if due - doses[-1] < least:
                skipped += 1
                continue
            doses.append(due)
    gaps = [(after - before) / timedelta(hours=1) for before, after in pairwise(doses)]
    return Journey(tuple(doses), max(gaps, default=0.0), min(gaps, default=0.0), skipped, interval_h)


def _clock(hour: float) -> str:
    minutes = round(hour * 60) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
