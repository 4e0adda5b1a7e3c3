"""How the lines for which somebody is needed are shown: the same words, urgency, age and button on every page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from fullcourse.clinical.zone import Zone
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.course.queue import Hidden, Need, Rank

__all__ = ["BUTTONS", "MATTER_WORDS", "MOST_LINES", "NeedLine", "PutOffLine", "answer_of", "lines_of", "put_off_lines"]

MATTER_WORDS: Final = {
    "safety": "Safety",
    "missed": "Missed",
    "refills": "Refills",
    "visits": "Visits",
    "silent": "Silent devices",
    "outcome": "Outcome due",
}
MOST_LINES: Final = 5
"""So many lines are open on a patient's page: ours; the rest stands behind them and is counted."""
BUTTONS: Final = {"enter": "Write down", "follow-up": "Follow up", "plan": "Change the plan"}
"""What leads on from a line: the end of the address, and what stands on the button."""
_RANK_WORDS: Final = {
    Rank.EMERGENCY: "Safety",
    Rank.SAFETY: "Safety",
    Rank.RESULT: "Result",
    Rank.GAP: "Doses",
    Rank.PHASE: "Phase",
    Rank.REFILL: "Refill",
    Rank.VISIT: "Visit",
    Rank.OUTCOME: "Outcome",
}


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One line as a patient's page shows it.

    Attributes:
        kind: What it is about, in a word.
        by: By when, as it is written in the journey; it names the colour too.
        says: What is the matter.
        more: What stands behind it; empty for nothing.
        since: When it came up, by the patient's calendar.
        statements: Ids of the statements that decided.
        answer: Where it leads, of `BUTTONS`; empty where the reader may not go there.
        path: The same as the end of an address, with the matter.
        button: What stands on the button.
    """

    kind: str
    by: str
    says: str
    more: str
    since: date
    statements: tuple[str, ...]
    answer: str
    path: str
    button: str


@dataclass(frozen=True, slots=True)
class PutOffLine:
    """What was put off as a patient's page shows it: the matter, the reason, until when, and what is hidden."""

    matter: str
    because: str
    until: date
    lines: tuple[NeedLine, ...]


def answer_of(need: Need) -> tuple[str, str]:
    """Return where a line leads, of `BUTTONS`, and the end of its address."""
    if need.rank is Rank.PHASE:
        return "plan", "plan"
    return ("enter", "enter") if need.is_written_down else ("follow-up", f"follow-up?matter={need.matter}")


def lines_of(needed: Collection[Need], zone: Zone | None, places: Collection[str]) -> tuple[NeedLine, ...]:
    """Return lines as they are shown.

    Args:
        needed: The lines, in their order.
        zone: Of the patient's clock; None without a plan.
        places: Ends of addresses to which the reader may go.
    """
    return tuple(_line(need, zone, places) for need in needed)


def put_off_lines(hidden: Collection[Hidden], zone: Zone | None, places: Collection[str]) -> tuple[PutOffLine, ...]:
    """Return what was put off as it is shown, with the lines that it hides."""
    return tuple(
        PutOffLine(
            t(MATTER_WORDS[it.put_off.matter]), it.put_off.because, it.put_off.day, lines_of(it.lines, zone, places)
        )
        for it in hidden
    )


def _line(need: Need, zone: Zone | None, places: Collection[str]) -> NeedLine:
    answer, path = answer_of(need)
    may = answer in places
    return NeedLine(
        t(_RANK_WORDS[need.rank]),
        need.by,
        t(need.says),
        t(need.more),
        _day(need.since, zone),
        need.statements,
        answer if may else "",
        path if may else "",
        t(BUTTONS[answer]),
    )


def _day(at: datetime, zone: Zone | None) -> date:
    return at.date() if zone is None else zone.local(at).date()
