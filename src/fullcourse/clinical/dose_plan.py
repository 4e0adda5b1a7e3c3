"""Reads a dose plan as people write it, into the dose steps that every step of the journey shares.

``250 mg q12h``, ``250 mg morning + 500 mg evening``, ``500 mg M-W-F``, ``400 mg once a day for 14 days then 200 mg
three times a week``. A phrase that is not understood is refused with the forms that are; nothing is guessed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.clinical.errors import InputError

__all__ = ["PlannedDose", "clock_hours", "parse_dose_plan", "planned_doses", "say_dose_plan"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

CLOCK = {"morning": 8.0, "noon": 12.0, "evening": 20.0, "night": 22.0}
"""Hours of the day that the words stand for in simulations; a reading of ours, shown with the plan."""

EVERY = {6: (6.0, 12.0, 18.0, 24.0), 8: (6.0, 14.0, 22.0), 12: (8.0, 20.0), 24: (8.0,)}
"""Clock hours of doses at even intervals; 24 is midnight."""

TIMES_A_DAY = {1: 24, 2: 12, 3: 8, 4: 6}

FORMS = (
    "'250 mg q12h', '500 mg once a day', '250 mg morning + 500 mg evening', '250 mg 08:00 + 500 mg 20:00', "
    "'500 mg M-W-F', or '400 mg q24h for 14 days then 200 mg M-W-F'"
)

_AMOUNT = re.compile(r"(?P<value>\d+(?:[.,]\d+)?)\s*(?P<unit>[a-zµ]+)\b\s*(?P<rest>.*)", re.IGNORECASE)
_EVERY = re.compile(r"(?:q|every )\s*(\d+)\s*(?:h|hours?|hourly)\b")
_OFTEN = re.compile(
    r"\b(?:(once|twice|three times|four times)|(qd|od|bid|bd|tid|tds|qid|qds))\b(?:\s*(?:a |per )?(?:day|daily))?"
)
_DAYS_LONG = re.compile(r"\bfor (\d+) (day|days|week|weeks)\b")
_CLOCK = re.compile(r"\b([01]?\d|2[0-4]):([0-5]\d)\b")
_WORDS = {"once": 1, "twice": 2, "three times": 3, "four times": 4, "qd": 1, "od": 1, "bid": 2, "bd": 2, "tid": 3,
          "tds": 3, "qid": 4, "qds": 4}  # fmt: skip
_WEEK = {
    "m-w-f": ("mon", "wed", "fri"), "mon-wed-fri": ("mon", "wed", "fri"), "mwf": ("mon", "wed", "fri"),
    "monday-wednesday-friday": ("mon", "wed", "fri"), "three times a week": ("mon", "wed", "fri"),
    "3 times a week": ("mon", "wed", "fri"), "tiw": ("mon", "wed", "fri"), "weekdays": WEEKDAYS[:5],
    "monday to friday": WEEKDAYS[:5], "mon-fri": WEEKDAYS[:5], "once a week": ("mon",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlannedDose:
    """One dose of a plan: hours since midnight of day 1, and the amount in mg."""

    time_h: float
    mg: float


def parse_dose_plan(text: str) -> tuple[DoseStep, ...]:
    """Read a dose plan.

    Args:
        text: For example ``250 mg morning + 500 mg evening``; steps are parted by ``then``.

    Returns:
        The steps, the first from day 1.

    Raises:
        InputError: The text is no dose plan, an amount is not in mg or g, or a step without a length is followed
            by another.

    Example:
        >>> [(dose.at, dose.mg) for dose in parse_dose_plan("250 mg q12h")[0].doses]
        [('08:00', 250.0), ('20:00', 250.0)]
    """
    steps: list[DoseStep] = []
    day: int | None = 1
    for part in re.split(r"\bthen\b", " ".join(text.lower().split())):
        if day is None:
            raise InputError(f"dose '{text[:80]}': a step before 'then' needs its length, for example 'for 14 days'.")
        length = _DAYS_LONG.search(part)
        steps.append(_step(part.replace(length[0], " ") if length else part, text, day))
        day = day + int(length[1]) * (7 if length[2].startswith("week") else 1) if length else None
    return tuple(steps)


def _step(part: str, text: str, from_day: int) -> DoseStep:
    """Read one step, the words of its length taken out."""
    days: tuple[str, ...] = ()
    for words, found in _WEEK.items():
        if re.search(rf"(?<![a-z]){re.escape(words)}(?![a-z])", part):
            days, part = found, part.replace(words, " ")
            break
    doses: list[Dose] = []
    for item in part.split("+"):
        doses += _doses(item.strip(), text, on_named_days=bool(days))
    times = [dose.at for dose in doses]
    if len(set(times)) < len(times):
        raise InputError(
            f"dose '{text[:80]}': two doses fall on the same time {sorted(times)[0]}. Write one amount for it."
        )
    return DoseStep(from_day, tuple(sorted(doses, key=lambda dose: clock_hours(dose.at))), days_of_week=days)


def _doses(item: str, text: str, *, on_named_days: bool) -> list[Dose]:
    """Read ``250 mg q12h`` or ``500 mg evening``."""
    found = _AMOUNT.fullmatch(item)
    if found is None:
        raise InputError(f"dose '{text[:80]}' is not understood. Write it as {FORMS}.")
    mg = float(found["value"].replace(",", ".")) * _mg_per(found["unit"], text)
    if not mg > 0.0:
        raise InputError(f"dose '{text[:80]}': an amount of 0 is no dose. Write the amount of one intake in mg.")
    rest = found["rest"].strip()
    clock = _CLOCK.search(rest)
    if clock and not rest.replace(clock[0], "").replace("at", "").strip():
        return [Dose(f"{int(clock[1]) % 24:02d}:{clock[2]}", mg)]
    if rest.removeprefix("in the ").removeprefix("at ") in CLOCK:
        return [Dose(rest.removeprefix("in the ").removeprefix("at "), mg)]
    if not rest and not on_named_days:
        raise InputError(f"dose '{text[:80]}' does not say how often. Write it as {FORMS}.")
    return [Dose(_clock_text(hour), mg) for hour in EVERY[_interval(rest, text)]]


def _interval(rest: str, text: str) -> int:
    """Return the hours between doses; a step of single days of the week needs no word for it."""
    if rest in {"", "daily", "a day", "every day"}:
        return 24
    if (every := _EVERY.fullmatch(rest)) and int(every[1]) in EVERY:
        return int(every[1])
    if (often := _OFTEN.fullmatch(rest)) is not None:
        return TIMES_A_DAY[_WORDS[often[1] or often[2]]]
    raise InputError(f"dose '{text[:80]}': '{rest[:40]}' is not understood. Write it as {FORMS}.")


def _mg_per(unit: str, text: str) -> float:
    match unit:
        case "mg":
            return 1.0
        case "g":
            return 1000.0
    raise InputError(
        f"dose '{text[:80]}' is in '{unit}'. Write the amount in mg (or g), not in capsules or micrograms."
    )


def _clock_text(hour: float) -> str:
    return f"{int(hour) % 24:02d}:{round(hour % 1.0 * 60):02d}"


def clock_hours(at: str) -> float:
    """Return the hour of the day of a dose: ``08:00`` is 8, ``evening`` is 20.

    Raises:
        InputError: It is neither a clock time nor one of the four words.
    """
    if at in CLOCK:
        return CLOCK[at]
    found = _CLOCK.fullmatch(at)
    if found is None:
        raise InputError(f"dose time '{at[:20]}' is not understood. Use 08:00, or one of: {', '.join(CLOCK)}.")
    return int(found[1]) % 24 + int(found[2]) / 60.0


def planned_doses(steps: Sequence[DoseStep], days: int, first_weekday: int = 0) -> tuple[PlannedDose, ...]:
    """Return every dose of a plan, in order.

    Args:
        steps: The plan.
        days: How many days, from day 1.
        first_weekday: Weekday of day 1, 0 for Monday.

    Raises:
        InputError: ``days`` is below 1, or a step names a day of the week that does not exist.
    """
    if days < 1:
        raise InputError(f"days '{days}': a plan needs at least one day.")
    return tuple(_walk(steps, days, first_weekday))


def _walk(steps: Sequence[DoseStep], days: int, first_weekday: int) -> Iterable[PlannedDose]:
    for day in range(1, days + 1):
        current = [step for step in steps if step.from_day <= day]
        if not current:
            continue
        step = current[-1]
        weekday = WEEKDAYS[(first_weekday + day - 1) % 7]
        if step.days_of_week and weekday not in step.days_of_week:
            continue
        if (day - step.from_day) % step.every_days:
            continue
        for dose in sorted(step.doses, key=lambda dose: clock_hours(dose.at)):
            yield PlannedDose((day - 1) * 24.0 + clock_hours(dose.at), dose.mg)


def say_dose_plan(steps: Sequence[DoseStep]) -> str:
    """Return a plan in words, for people.

    Example:
        >>> say_dose_plan(parse_dose_plan("500 mg M-W-F"))
        '500 mg at 08:00 on mon, wed, fri'
    """
    said = []
    for step in steps:
        doses = " + ".join(f"{dose.mg:g} mg {_when(dose.at)}" for dose in step.doses)
        on = f" on {', '.join(step.days_of_week)}" if step.days_of_week else ""
        said.append(f"{doses}{on}" if step.from_day == 1 else f"from day {step.from_day}: {doses}{on}")
    return "; ".join(said)


def _when(at: str) -> str:
    return {"morning": "in the morning", "evening": "in the evening"}.get(at, f"at {at}")
