"""Reads a dose plan as people write it, into dose steps; a phrase that is not understood is refused, never guessed."""

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final

from fullcourse.clinical.dose import MOST_HOURS_OVER, Dose, DoseStep
from fullcourse.clinical.dose_plan.amounts import COUNTS, NUMBER, Amount, read_amount, refuse
from fullcourse.clinical.dose_plan.clock import clock_hours
from fullcourse.clinical.dose_plan.rhythm import DAILY, Rhythm, read_rhythm, read_times

__all__ = ["parse_dose_plan"]

AFTER_DIALYSIS_AT: Final = "evening"
"""When a dose after dialysis is taken, where no time is written: a reading of ours, shown with the plan."""

USUAL_AT: Final = "08:00"
"""When the dose of a dosing day is taken, where no time is written; shown with the plan."""

_THEN = re.compile(r" ?(?:[,;] ?)?(?:\band )?\bthen\b ?| ?; ?")
_START = re.compile(r"\b(?:from|starting|beginning)(?: on)? (?:day ([0-9]{1,4})|([0-9]{4}-[0-9]{2}-[0-9]{2}))\b:?")
_LENGTH = re.compile(rf"\bfor ([0-9]{{1,4}}|{'|'.join(COUNTS)}) (day|week)s?\b")
_AFTER_DIALYSIS = re.compile(r"\bafter (?:each |every )?(?:ha?emo)?dialysis\b")
_AT_MOST = re.compile(rf"\bat most ({NUMBER} m?g) a day\b")
_AS_FORM = re.compile(rf"\bas ([a-z]+ {NUMBER} m?g)\b")
_OVER = re.compile(
    rf"\b(?:infused |infusion |as an infusion |iv |i\.v\. )?over ({NUMBER}) ?(min|minutes?|h|hours?|hrs?)\b"
)
_BY_MOUTH = re.compile(r"\b(?:by mouth|orally|po)\b")
_ALTERNATING = re.compile(r",? alternat(?:ing|e) with ")


@dataclass(frozen=True, slots=True)
class _Part:
    """One step's words, with what is said of it as a whole taken out."""

    words: str
    from_day: int | None
    from_date: date | None
    days: int | None
    after_dialysis: bool
    max_mg_per_day: float | None
    form: str
    over_h: float | None


def parse_dose_plan(text: str) -> tuple[DoseStep, ...]:
    """Read a dose plan.

    Args:
        text: For example ``250 mg morning + 500 mg evening``; steps are parted by ``then``, or by a semicolon.

    Returns:
        The steps, the first from day 1 unless it says a later day. A step whose end is where the next begins has no
        ``to_day``.

    Raises:
        InputError: The text is no dose plan, may mean two, names an amount that is not in mg or g or beyond belief, or
            a step without a length is followed by another that does not say its day.

    Example:
        >>> [(dose.at, dose.mg) for dose in parse_dose_plan("250 mg q12h")[0].doses]
        [('08:00', 250.0), ('20:00', 250.0)]
        >>> parse_dose_plan("500 mg q36h")[0].every_h
        36
    """
    steps: list[DoseStep] = []
    day_one: date | None = None
    for words in _THEN.split(" ".join(text.lower().split())):
        part = _part(words, text)
        if not steps:
            day_one = part.from_date
            from_day = part.from_day or 1
        else:
            from_day = _begins(part, steps[-1], day_one, text)
            if part.from_day is None and part.from_date is None:
                steps[-1] = replace(steps[-1], to_day=None)  # its end is where this one begins
        steps.append(_step(part, from_day, text))
    return tuple(steps)


def _begins(part: _Part, before: DoseStep, day_one: date | None, text: str) -> int:
    """Return the day on which a later step begins."""
    begins = part.from_day
    if part.from_date is not None:
        if day_one is None:
            refuse(text, "a later step has a date and the first step has none. Write the date of the first step too.")
        begins = (part.from_date - day_one).days + 1
    if begins is None:
        if before.to_day is None:
            refuse(text, "a step before 'then' needs its length, for example 'for 14 days'.")
        return before.to_day + 1
    if begins <= (before.to_day or before.from_day):
        refuse(text, f"a step begins on day {begins}, before the one above it ends. Correct the day or the length.")
    return begins


def _part(words: str, text: str) -> _Part:
    """Take out of a step's words what is said of it as a whole."""
    words = _BY_MOUTH.sub(" ", words)
    start, words = _taken_out(_START, words, text)
    length, words = _taken_out(_LENGTH, words, text)
    dialysis, words = _taken_out(_AFTER_DIALYSIS, words, text)
    most, words = _taken_out(_AT_MOST, words, text)
    form, words = _taken_out(_AS_FORM, words, text)
    over, words = _taken_out(_OVER, words, text)
    from_date = None
    if start and start[2]:
        try:
            from_date = date.fromisoformat(start[2])
        except ValueError:
            refuse(text, f"'{start[2]}' is no day of the calendar. Correct the date.")
    days = None
    if length:
        days = (COUNTS.get(length[1]) or int(length[1])) * (7 if length[2] == "week" else 1)
        if not days:
            refuse(text, "a step lasts at least 1 day. Correct its length.")
    if start and start[1] and int(start[1]) < 1:
        refuse(text, "days of a plan count from 1. Correct the day.")
    return _Part(
        words,
        int(start[1]) if start and start[1] else None,
        from_date,
        days,
        dialysis is not None,
        read_amount(most[1], text).mg if most else None,
        form[1] if form else "",
        _hours_over(over, text) if over else None,
    )


def _hours_over(over: re.Match[str], text: str) -> float:
    """Return how long an infusion lasts, h."""
    hours = float(over[1].replace(",", ".")) / (60.0 if over[2].startswith("min") else 1.0)
    if not 0.0 < hours <= MOST_HOURS_OVER:
        refuse(text, f"an infusion lasts up to {MOST_HOURS_OVER:g} hours. Correct '{over[0]}'.")
    return hours


def _taken_out(pattern: re.Pattern[str], words: str, text: str) -> tuple[re.Match[str] | None, str]:
    """Return what a pattern finds once in the words, and the words without it."""
    phrases = list(pattern.finditer(words))
    if not phrases:
        return None, words
    phrase = phrases[0]
    if len(phrases) > 1:
        refuse(text, f"it says '{phrase[0]}' and '{phrases[1][0]}' of one step. Write one, or two steps with 'then'.")
    before, after = words[: phrase.start()].strip(" ,"), words[phrase.end() :].strip(" ,")
    if before and "+" in after:
        refuse(text, f"'{phrase[0]}' is about every amount of the step. Write it after the last of them.")
    return phrase, " ".join(f"{before} {after}".split())


def _step(part: _Part, from_day: int, text: str) -> DoseStep:
    """Return one step."""
    spoken = [read_rhythm(words.strip(), text) for words in part.words.split("+")]
    rhythms = [rhythm for rhythm, _ in spoken if rhythm is not None]
    if len(set(rhythms)) > 1:
        refuse(text, "it names two rhythms in one step. Write one, or two steps with 'then'.")
    if rhythms and spoken[-1][0] is None:
        refuse(text, "the days of an amount must be said of every amount, or after the last. Write them there.")
    rhythm = rhythms[0] if rhythms else None
    doses: list[Dose] = []
    forms: list[str] = []
    cycle: tuple[float, ...] = ()
    for _, words in spoken:
        amounts = [read_amount(piece, text) for piece in _ALTERNATING.split(words)]
        times = _times(amounts, rhythm, part, text)
        forms += [amount.form for amount in amounts]
        doses += [Dose(at, amounts[0].mg, amounts[0].units) for at in times]
        if len(amounts) > 1:
            cycle = _cycle(amounts, len(doses), len(spoken), rhythm, text)
    _check_times(doses, text)
    kept = rhythm or DAILY
    if kept.every_h is not None and len(doses) != 1:
        refuse(text, "doses counted in hours have one amount and one first time. Write one.")
    return DoseStep(
        from_day,
        tuple(sorted(doses, key=lambda dose: clock_hours(dose.at))),
        _form(forms, part.form, text),
        kept.days_of_week,
        kept.every_days,
        part.max_mg_per_day,
        kept.every_h,
        cycle,
        part.after_dialysis,
        None if part.days is None else from_day + part.days - 1,
        part.from_date if from_day == 1 else None,
        part.over_h,
    )


def _times(amounts: list[Amount], rhythm: Rhythm | None, part: _Part, text: str) -> tuple[str, ...]:
    """Return the times at which an amount, or amounts in turn, are taken on a dosing day."""
    said = amounts[-1].rest
    if any(amount.rest for amount in amounts[:-1]):
        refuse(text, "amounts in turn share one time of day. Write it after the last of them.")
    has_days = rhythm is not None or part.after_dialysis or len(amounts) > 1
    times = read_times(said, rhythm or (DAILY if has_days else None), text)
    if part.after_dialysis:
        if len(times) > 1 or (times and not re.search(r":|morning|noon|evening|night", said)):
            refuse(text, f"'{said[:40]}' and 'after dialysis' are two rhythms. Write one, or the time of day.")
        if rhythm is not None and (rhythm.is_reading or not rhythm.days_of_week):
            refuse(text, "doses after dialysis follow its days. Name them: 'after dialysis on mon, wed, fri'.")
    return times or ((AFTER_DIALYSIS_AT if part.after_dialysis else USUAL_AT),)


def _cycle(amounts: list[Amount], doses: int, parts: int, rhythm: Rhythm | None, text: str) -> tuple[float, ...]:
    """Return amounts in turn, one each dosing day."""
    if doses != 1 or parts != 1:
        refuse(text, "amounts in turn are read as one once a day. With more doses a day, write the steps out.")
    if rhythm is not None and not rhythm.days_of_week and rhythm is not DAILY:
        refuse(text, "amounts in turn and days between doses are two rhythms. Write one of them.")
    if len({amount.units is None for amount in amounts}) > 1:
        refuse(text, "amounts in turn are all counted in a form, or none is. Write them alike.")
    return tuple(amount.mg for amount in amounts)


def _form(forms: list[str], said: str, text: str) -> str:
    """Return the one dosage form of a step."""
    named = {form for form in (*forms, said) if form}
    if len(named) > 1:
        refuse(text, "it names two forms or strengths in one step. Write every amount in one of them, or in mg.")
    return named.pop() if named else ""


def _check_times(doses: list[Dose], text: str) -> None:
    """Refuse two doses at one time of day."""
    at = sorted(doses, key=lambda dose: clock_hours(dose.at))
    for dose, after in pairwise(at):
        if clock_hours(dose.at) == clock_hours(after.at):
            refuse(text, f"two doses fall on the same time {dose.at}. Write one amount for it.")
