"""Whether a course is complete: by doses taken inside the time that the source gives, never by the calendar alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fullcourse.course.days import Lapse, TreatmentDay

__all__ = ["Completion", "PhaseNeeds", "completion_of", "month_later"]


@dataclass(frozen=True, slots=True)
class PhaseNeeds:
    """What completes a phase, as its source counts it.

    Attributes:
        name: For example ``intensive``.
        doses: Days with all doses that complete it; None where no source that was read counts them.
        ends_by: Last day on which they count; None where the source gives no time.
        starts_on: Its first day.
    """

    name: str
    doses: int | None
    starts_on: date
    ends_by: date | None


@dataclass(frozen=True, slots=True)
class Completion:
    """How far a phase has come.

    Attributes:
        phase: What it needs.
        taken_low: Days known to be complete, inside the time.
        taken_high: Days that may be.
        owed: Days still owed, the least and the most; where no source counts them, those so far without all doses.
        longest_lapse: Longest stretch of days without a dose, the least and the most that it can be.
        answer: ``complete``, ``not complete``, ``cannot be assessed``, ``not in time``, or ``ask``.
    """

    phase: PhaseNeeds
    taken_low: int
    taken_high: int
    owed: tuple[int, int]
    longest_lapse: tuple[int, int]
    answer: str


def completion_of(phase: PhaseNeeds, days: Sequence[TreatmentDay], lapses: Sequence[Lapse], today: date) -> Completion:
    """Return how far a phase has come.

    Args:
        phase: What it needs.
        days: Days with a dose due, in order; those of other phases are left out here.
        lapses: Stretches without a dose.
        today: The patient's day.
    """
    inside = [day for day in days if phase.starts_on <= day.day and (phase.ends_by is None or day.day <= phase.ends_by)]
    low = sum(day.complete is True for day in inside)
    high = low + sum(day.complete is None for day in inside)
    longest = (
        max((lapse.days_low for lapse in lapses), default=0),
        max((lapse.days_high for lapse in lapses), default=0),
    )
    if phase.doses is None:
        missed = sum(day.complete is False for day in inside)
        unsure = sum(day.complete is None and day.day < today for day in inside)
        return Completion(phase, low, high, (missed, missed + unsure), longest, "ask")
    owed = max(phase.doses - high, 0), max(phase.doses - low, 0)
    answer = "cannot be assessed"
    if low >= phase.doses:
        answer = "complete"
    elif high < phase.doses:
        is_over = phase.ends_by is not None and (phase.ends_by - today).days + 1 < owed[0]
        answer = "not in time" if is_over else "not complete"
    return Completion(phase, low, high, owed, longest, answer)


def month_later(day: date, months: int) -> date:
    """Return the day so many months of the calendar later, the last of its month where it has no such day.

    Example:
        >>> month_later(date(2026, 1, 31), 1)
        datetime.date(2026, 2, 28)
    """
    place = day.year * 12 + day.month - 1 + months
    first = date(place // 12, place % 12 + 1, 1)
    following = date((place + 1) // 12, (place + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
