"""On which days a dose is taken: days of the week, every so many days or hours; and at which times of such a day."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from fullcourse.clinical.dose import WEEKDAYS
from fullcourse.clinical.dose_plan.amounts import COUNTS, PLANS, as_written, refuse
from fullcourse.clinical.dose_plan.clock import EVERY_H, TIME_OF_DAY, clock_text
from fullcourse.clinical.errors import InputError

__all__ = ["DAILY", "ON_DAYS_A_WEEK", "Rhythm", "read_rhythm", "read_times"]

ON_DAYS_A_WEEK = {
    1: WEEKDAYS[:1],
    2: ("mon", "thu"),
    3: ("mon", "wed", "fri"),
    5: WEEKDAYS[:5],
    6: WEEKDAYS[:6],
}
"""Days that so many days a week are read as, spread as evenly as a week allows; a reading of ours, shown with the plan.
Four days have no usual places and are asked for."""

LONGEST_H = 168

_LONG_H: Final = range(36, LONGEST_H + 1, 12)
"""Hours that keep no time of day, or are counted in hours and said without a first time."""

TIMES_A_DAY = {1: 24, 2: 12, 3: 8, 4: 6}

_OFTEN = {"once": 1, "twice": 2, "thrice": 3, "three times": 3, "four times": 4, "qd": 1, "od": 1, "bid": 2, "bd": 2,
          "tid": 3, "tds": 3, "qid": 4, "qds": 4}  # fmt: skip

_DAY = (
    "mon(?:days?)?|tue(?:s|sdays?)?|wed(?:s|nesdays?)?|thu(?:r|rs|rsdays?)?|fri(?:days?)?|sat(?:urdays?)?|sun(?:days?)?"
)
_BETWEEN = r"(?: ?(?:, ?and|, ?&|,|and|&|/|-|to|through) ?| )"
_COUNT = rf"[0-9]{{1,3}}|{'|'.join(COUNTS)}"
_NAMED = re.compile(rf"\b(?:(?:on|every|each) )?(?:{_DAY})\b(?:{_BETWEEN}(?:{_DAY})\b)*")
_MWF = re.compile(r"(?<![a-z])(?:on )?(?:m-w-f|mwf)(?![a-z])")
_TIW = re.compile(r"\btiw\b")
_WEEKDAYS = re.compile(r"\b(?:on )?weekdays\b")
_A_WEEK = re.compile(
    rf"\b(?:(?P<often>once|twice|thrice)|(?P<count>{_COUNT}) ?(?:times|x|days?)) ?"
    r"(?:(?:a|per|each|every) |/ ?)?week(?:ly)?\b"
)
_WEEKLY = re.compile(r"\b(?:every week|weekly)\b")
_OTHER_DAY = re.compile(r"\b(?:every (?:other|second|alternate) day|(?:on )?alternate days|qod)\b")
_EVERY_DAYS = re.compile(rf"\bevery (?P<count>{_COUNT}) (?P<unit>day|week)s?\b|\bq(?P<short>[0-9]{{1,3}})d\b")
_HOURS = re.compile(
    rf"(?:\bq|\bevery ) ?([0-9]{{1,3}}) ?(?:hours?|hourly|hrs?|h)\b(?: from ({TIME_OF_DAY})(?![0-9:]))?"
)
_EVEN = re.compile(r"(?:q|every ) ?([0-9]{1,3}) ?(?:hours?|hourly|hrs?|h)")
_A_DAY = re.compile(rf"({'|'.join(_OFTEN)})(?: ?(?:a |per |every |each )?(?:day|daily))?")
_COUNTED_A_DAY = re.compile(rf"({_COUNT}) ?(?:times|x) ?(?:a |per |every |each )?(?:day|daily)")
_AT = re.compile(rf"(?:(?:in the|at|every|each) )?({TIME_OF_DAY})")
_DAILY = frozenset({"daily", "a day", "every day", "each day"})


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The dosing days of a step, as ``DoseStep`` holds them; every day unless it says otherwise.

    ``is_reading`` marks days of the week that the text counts and does not name.
    """

    days_of_week: tuple[str, ...] = ()
    every_days: int = 1
    every_h: int | None = None
    is_reading: bool = field(default=False, compare=False)


DAILY = Rhythm()


def read_rhythm(words: str, text: str) -> tuple[Rhythm | None, str]:
    """Return the rhythm that words name, None for none, and the words without it.

    Args:
        words: Of one amount, in lower case, single spaces.
        text: The whole plan, for messages.

    Raises:
        InputError: Two rhythms are named, or one that may mean two.
    """
    rhythms: list[Rhythm] = []

    def taken_out(pattern: re.Pattern[str], meaning: Callable[[re.Match[str]], Rhythm | None]) -> None:
        nonlocal words
        for phrase in reversed(list(pattern.finditer(words))):
            if (rhythm := meaning(phrase)) is not None:
                rhythms.append(rhythm)
                from_hour = f" at {phrase[2]} " if pattern is _HOURS and phrase[2] else " "
                words = words[: phrase.start()] + from_hour + words[phrase.end() :]

    taken_out(_HOURS, _hours)
    taken_out(_A_WEEK, lambda phrase: _days_a_week(phrase, text))
    taken_out(_WEEKLY, lambda _: Rhythm(ON_DAYS_A_WEEK[1], is_reading=True))
    taken_out(_TIW, lambda _: Rhythm(ON_DAYS_A_WEEK[3], is_reading=True))
    taken_out(_MWF, lambda _: Rhythm(ON_DAYS_A_WEEK[3]))
    taken_out(_WEEKDAYS, lambda _: Rhythm(ON_DAYS_A_WEEK[5]))
    taken_out(_NAMED, lambda phrase: _named(phrase[0], text))
    taken_out(_OTHER_DAY, lambda _: Rhythm(every_days=2))
    taken_out(_EVERY_DAYS, _every_days)
    named = [rhythm for rhythm in rhythms if not rhythm.is_reading]
    if any(len(rhythm.days_of_week) != len(rhythms[0].days_of_week) for rhythm in rhythms) or len(set(named)) > 1:
        refuse(text, "it names two rhythms for one dose. Write one, or two steps with 'then'.")
    # Three days a week, and which: the days named are meant.
    return next(iter([*named, *rhythms]), None), " ".join(words.split()).strip(" ,")


def _hours(phrase: re.Match[str]) -> Rhythm | None:
    """Return hours that keep no time of day, or are counted from an hour; others are times of a day."""
    hours = int(phrase[1])
    return Rhythm(every_h=hours) if (phrase[2] and hours) or hours in _LONG_H else None


def _days_a_week(phrase: re.Match[str], text: str) -> Rhythm:
    count = _OFTEN[phrase["often"]] if phrase["often"] else _counted(phrase["count"])
    if count == len(WEEKDAYS):
        return DAILY
    if count not in ON_DAYS_A_WEEK:
        refuse(text, f"'{phrase[0]}' can be laid out in several ways. Please name the days: 'on mon, tue, thu, fri'.")
    return Rhythm(ON_DAYS_A_WEEK[count], is_reading=True)


def _named(phrase: str, text: str) -> Rhythm:
    """Return named days: a list, or two with ``to`` between them, or ``mon-fri``."""
    days = [day[:3] for day in re.findall(rf"\b(?:{_DAY})\b", phrase)]
    joined = [between.strip() for between in re.findall(rf"(?<=[a-z])({_BETWEEN})(?=(?:{_DAY})\b)", phrase)]
    if len(set(days)) < len(days):
        refuse(text, f"'{phrase[:60]}' names a day twice. Write each day once.")
    if len(days) == 2 and joined == ["-"] and days != ["mon", "fri"]:
        first, last = (day.strip() for day in re.sub("^(on|every|each) ", "", phrase).split("-"))
        refuse(text, f"'{phrase}' may mean two days, or from {first} to {last}. Write 'and' or 'to'.")
    if len(days) == 2 and joined[0] in {"to", "through", "-"}:
        first_day, last_day = map(WEEKDAYS.index, days)
        days = [WEEKDAYS[(first_day + later) % 7] for later in range((last_day - first_day) % 7 + 1)]
    elif {"to", "through"} & set(joined) or ("-" in joined and set(joined) != {"-"}):
        refuse(text, f"'{phrase[:60]}' mixes days and spans of days. Name every day: 'on mon, tue, fri'.")
    return Rhythm(tuple(day for day in WEEKDAYS if day in days))


def _every_days(phrase: re.Match[str]) -> Rhythm | None:
    days = _counted(phrase["count"] or phrase["short"]) * (7 if phrase["unit"] == "week" else 1)
    return Rhythm(every_days=days) if days else None


def _counted(written: str) -> int:
    return COUNTS.get(written) or int(written)


def read_times(words: str, rhythm: Rhythm | None, text: str) -> tuple[str, ...]:
    """Return the times of a dosing day: ``q12h`` is 08:00 and 20:00; no words are one time, where a rhythm is named.

    Args:
        words: What is left of an amount's words, its rhythm taken out.
        rhythm: The rhythm named; None for none.
        text: The whole plan, for messages.

    Returns:
        Times of day; empty where the words name none, and need not.

    Raises:
        InputError: The words are not understood, do not say how often, or say it against the rhythm.
    """
    if not words:
        if rhythm is None:
            raise InputError(f"{as_written(text)} does not say how often. Write it as {PLANS}.")
        return ()
    named = re.split(r" ?(?:, ?and |, ?|&| and ) ?", words)
    spoken = [_AT.fullmatch(part.strip()) for part in named]
    at = [clock_text(part[1]) for part in spoken if part]
    if len(at) == len(named):
        return tuple(at)
    hours = _hours_apart(words, text)
    is_every_day = words in _DAILY or (hours == 24 and _EVEN.fullmatch(words) is not None)
    if rhythm is not None and (rhythm.every_h is not None or (rhythm.every_days > 1 and is_every_day)):
        refuse(text, f"'{words}' and the days beside it are two rhythms for one dose. Write one.")
    return tuple(clock_text(hour) for hour in EVERY_H[hours])


def _hours_apart(words: str, text: str) -> int:
    """Return the hours between the doses of a day."""
    if words in _DAILY:
        return 24
    if (even := _EVEN.fullmatch(words)) and int(even[1]) in EVERY_H:
        return int(even[1])
    if often := _A_DAY.fullmatch(words):
        return TIMES_A_DAY[_OFTEN[often[1]]]
    if (times := _COUNTED_A_DAY.fullmatch(words)) and _counted(times[1]) in TIMES_A_DAY:
        return TIMES_A_DAY[_counted(times[1])]
    raise InputError(f"{as_written(text)}: '{words[:40]}' is not understood. Write it as {PLANS}.")
