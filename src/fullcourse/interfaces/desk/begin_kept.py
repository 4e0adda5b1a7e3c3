"""What is kept of a course that begins: its plan, its line in the register, and the results that the plan rests on.

Of each fact the newest statement is kept, with its day: monitoring and the programme's reports read the log, and would
know nothing of what the record held. Days of birth stay out of it, and so do lists that somebody called
complete: the log holds no list, and would take what is not in it for a no.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from fullcourse import __version__
from fullcourse.adapters.published.course_plan import plan_json
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies.registration import CONFIRMATIONS, GROUPS, HIV, RESISTANCES, SEXES, SITES
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.formulas import age_years
from fullcourse.clinical.moment import Moment, parse_day, parse_moment
from fullcourse.clinical.patient import Record
from fullcourse.clinical.quantity import Interval
from fullcourse.interfaces.cli.course_commands.log_file import new_event
from fullcourse.interfaces.desk.begin_given import REGISTER, Given
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.desk import register_differs
from fullcourse.journey.monitor_course import why_unusable
from fullcourse.knowledge.library import Knowledge

__all__ = ["REGISTER_WORDS", "Begun", "begun_events", "kept_words", "register_disagrees", "registration_of"]

REGISTER_WORDS: Final = {
    "group": ("Registration group", GROUPS),
    "confirmation": ("Diagnosis", CONFIRMATIONS),
    "site": ("Site", SITES),
    "resistance": ("Resistance", RESISTANCES),
    "hiv": ("HIV", HIV),
}
"""Label and words of each field of the register."""

_SOURCE: Final = f"fullcourse {__version__} desk"
_SYMPTOM: Final = "symptom_"
_COMPLETE: Final = "_complete"
_NOON: Final = time(12)
_ZONED: Final = re.compile(r"T.*(?:Z|[+-]\d\d:\d\d)$")


@dataclass(frozen=True, slots=True)
class Begun:
    """A course as it was confirmed.

    Attributes:
        plan: What is taken.
        by: Role or initials of whoever confirmed it.
        notes: What is said beside it, in words.
    """

    plan: CoursePlan
    by: str
    notes: tuple[str, ...]


def begun_events(given: Given, record: Record, begun: Begun, knowledge: Knowledge, now: datetime) -> list[Event]:
    """Return the events of a course that begins, the plan first.

    Args:
        given: What was given.
        record: As it was read, with the answers.
        begun: What was confirmed.
        knowledge: Holds the facts.
        now: This moment.

    Raises:
        InputError: A word of the register is none of its list, or the register is before the day of birth.
    """
    said = {"actor": "clinician", "claim": "self", "source": _SOURCE}
    times, zone = (now, now), begun.plan.zone
    body: dict[str, object] = {"plan": plan_json(begun.plan), "confirmed_by": begun.by}
    made = [new_event(given.course, "plan_activated", body, times, zone, **said)]
    if registered := registration_of(given, record, now):
        at = _on(parse_day(str(registered.pop("on")), t("Day of registration")), given, now)
        made.append(new_event(given.course, "registered", registered, (at, now), zone, **said))
    made += _results(given, record, knowledge, now)
    made += [new_event(given.course, "note", {"text": text}, times, zone, **said) for text in begun.notes]
    return made


def registration_of(given: Given, record: Record, now: datetime) -> dict[str, object]:
    """Return what the register will hold, with its day as ``on``; empty where nobody wrote anything for it.

    Raises:
        InputError: A word is none of its list, or its day lies before the day of birth.
    """
    if not any(given.register[name] for name in REGISTER):
        return {}
    written: dict[str, object] = {}
    for name, (label, words) in REGISTER_WORDS.items():
        word = given.register[name]
        if word and word not in words:
            raise InputError(f"{t(label)}: it is none of the list. Choose one.")
        written |= {name: word} if word else {}
    today = load_zone(given.zone).local(now).date()
    text = given.register["registered_on"]
    on = parse_day(text, t("Day of registration")) if text else today
    births, sexes = _said_of(record, "birth_date"), _said_of(record, "sex")
    born = parse_moment(births[0], "birth_date") if len(births) == 1 else None
    if born is not None and born.first_day > on:
        raise InputError(t("Day of registration") + ": it lies before the day of birth. Correct one of them.")
    if born is not None and born.is_exact_day:
        written["age_years"] = age_years(born.first_day, on)
    if len(sexes) == 1 and sexes[0] in SEXES:
        written["sex"] = sexes[0]
    return {**written, "on": on.isoformat()}


def _said_of(record: Record, fact: str) -> list[str]:
    """Return what a record says of a fact in words that no day changes; several where it contradicts itself."""
    pieces = record.evidence.get(fact, ())
    return list(
        dict.fromkeys(it.value for it in pieces if it.standing is Standing.STATED and isinstance(it.value, str))
    )


def register_disagrees(given: Given, record: Record, knowledge: Knowledge) -> tuple[str, ...]:
    """Return where the register and the record say different things, in words; nobody knows which is right."""
    words = {name: given.register[name] for name in ("hiv", "site", "resistance")}
    differs = register_differs(record, knowledge, given.start, **words)
    return tuple(f"{t(REGISTER_WORDS[name][0])}: {words[name]}" for name in differs)


def kept_words(given: Given, record: Record, knowledge: Knowledge, now: datetime) -> tuple[str, ...]:
    """Return in words which results will be kept with the course."""
    return tuple(
        f"{knowledge.facts[it.fact].label} {_said(it)} ({_day(it).isoformat()})"
        for it in _newest(given, record, knowledge, now)
    )


def _said(piece: Evidence) -> str:
    match piece.value:
        case bool():
            return t("yes") if piece.value else t("no")
        case Interval():
            return f"{piece.value.low:g} {piece.unit}".strip()
    return str(piece.value)


def _results(given: Given, record: Record, knowledge: Knowledge, now: datetime) -> Iterator[Event]:
    """Yield the newest statement of each fact as an event."""
    for piece in _newest(given, record, knowledge, now):
        typed = piece.origin.startswith("answers") or not given.record
        kind, body = _body(piece, knowledge)
        at, zone = _at(piece, given, now), given.zone
        claim = "self" if typed else "import"
        event = new_event(
            given.course, kind, body, (at, now), zone, actor="clinician", claim=claim, source=_SOURCE
        )  # fmt: skip
        if kind != "result" or not why_unusable(event, knowledge):
            yield event


def _body(piece: Evidence, knowledge: Knowledge) -> tuple[str, dict[str, object]]:
    """Return kind and body of a statement: a yes or no of a history is 1 or 0, as monitoring reads it."""
    if piece.fact.startswith(_SYMPTOM) and isinstance(piece.value, bool):
        return "symptom", {"symptom": piece.fact, "present": piece.value}
    if isinstance(piece.value, bool):
        return "result", {"fact": piece.fact, "value": float(piece.value), "unit": "1"}
    if isinstance(piece.value, Interval):
        return "result", {"fact": piece.fact, "value": piece.value.low, "unit": knowledge.facts[piece.fact].unit or "1"}
    return "test_result", {"fact": piece.fact, "value": piece.value}


def _newest(given: Given, record: Record, knowledge: Knowledge, now: datetime) -> Sequence[Evidence]:
    """Return the newest statements of each fact that a log can hold; several where one day says several things."""
    kept: list[Evidence] = []
    for fact, pieces in sorted(record.evidence.items()):
        definition = knowledge.facts[fact]
        if definition.derived or definition.kind == "date" or fact.endswith(_COMPLETE) or fact == "sex":
            continue
        usable = [it for it in pieces if it.standing is Standing.STATED and _is_kept(it) and _at(it, given, now) <= now]
        last = max((_at(it, given, now) for it in usable), default=None)
        newest = [it for it in usable if _at(it, given, now) == last]
        kept += {it.value: it for it in newest}.values()
    return kept


def _is_kept(piece: Evidence) -> bool:
    """Return whether a log can hold a statement: on a day that is known, and of one number where it is one."""
    if piece.on is None or not piece.on.is_exact_day or piece.value is None:
        return False
    return not isinstance(piece.value, Interval) or piece.value.is_exact


def _day(piece: Evidence) -> date:
    return _moment(piece).first_day


def _moment(piece: Evidence) -> Moment:
    if piece.on is None:
        raise TypeError(piece.fact)
    return piece.on


def _at(piece: Evidence, given: Given, now: datetime) -> datetime:
    """Return when a statement was so: at noon of its day where it names no hour, and never after now on this day."""
    moment = _moment(piece)
    if _ZONED.search(moment.text):
        return datetime.fromtimestamp(moment.start_s, now.tzinfo)
    return _on(moment.first_day, given, now)


def _on(day: date, given: Given, now: datetime) -> datetime:
    zone = load_zone(given.zone)
    return min(zone.instant(day, _NOON), now) if day == zone.local(now).date() else zone.instant(day, _NOON)
