"""A made-up register of courses, for the report of a programme: the same for the same number, and of nobody."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.dose import RegimenDrug
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.event import Claim, Event
from fullcourse.clinical.event_bodies import (
    OUTCOMES,
    Body,
    DoseTaken,
    Held,
    Outcome,
    PlanActivated,
    Registered,
    ResultInWords,
    StockCounted,
    Symptom,
)
from fullcourse.clinical.event_bodies.registration import CONFIRMATIONS, GROUPS, HIV, RESISTANCES, SEXES, SITES
from fullcourse.clinical.event_id import event_id

__all__ = ["course_of"]

_FIRST, _DAYS = date(2023, 10, 1), 1096
_END = date(2026, 9, 30)
_LONG = (
    (
        "cycloserine: 250 mg q12h",
        "linezolid: 600 mg once a day",
        "bedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F",
    ),
    (
        "cycloserine: 250 mg morning + 500 mg evening",
        "clofazimine: 100 mg once a day",
        "levofloxacin: 750 mg once a day",
    ),
    ("cycloserine: 500 mg once a day", "delamanid: 100 mg q12h", "linezolid: 600 mg once a day"),
)
_SHORT = (
    ("isoniazid: 300 mg once a day", "rifampin: 600 mg once a day"),
    ("isoniazid: 225 mg once a day", "rifampin: 450 mg once a day"),
)
_SYMPTOMS = ("symptom_numbness", "symptom_low_mood", "symptom_seizure", "symptom_rash")
_PARSED = {text: parse_dose_plan(text.split(":", 1)[1].strip()) for drugs in (*_LONG, *_SHORT) for text in drugs}


def course_of(number: int, events: int = 40) -> Iterator[Event]:
    """Yield the events of one course."""
    chance = random.Random(number)  # noqa: S311 - whose course it is, and no secret
    patient = f"{number:08x}-made-up"
    start = _FIRST + timedelta(days=chance.randrange(_DAYS))
    resistant = chance.random() < 0.4
    drugs, months = (chance.choice(_LONG), 18) if resistant else (chance.choice(_SHORT), 6)
    bodies: list[tuple[date, Body]] = [(start, _registered(chance, resistant=resistant))]
    rows = tuple(RegimenDrug(text.split(":")[0], _PARSED[text]) for text in drugs)
    plan = CoursePlan(rows, start, "UTC", "0f" * 32, profile="who", days=months * 30)
    bodies.append((start, PlanActivated(plan, "Dr A")))
    bodies += _on_the_way(chance, start, months)
    drug = rows[0].drug
    for place in range(events - len(bodies)):
        bodies.append((start + timedelta(days=place), DoseTaken(drug, 250.0, f"slot-{place}")))
    for place, (day, body) in enumerate(bodies):
        if day <= _END:
            at = datetime.combine(day, time(9), UTC)
            millisecond = int(at.timestamp() * 1000) + place
            yield Event(
                event_id(millisecond, chance.getrandbits(74)), patient, body, at, at, "UTC", Claim.SELF, "clinician",
                "benchmark 1", "device-1",
            )  # fmt: skip


def _registered(chance: random.Random, *, resistant: bool) -> Registered:
    known = chance.random() < 0.95
    return Registered(
        chance.choice(GROUPS) if known else "",
        chance.choice(CONFIRMATIONS),
        chance.choice(SITES),
        chance.choice(RESISTANCES[2:] if resistant else RESISTANCES[:2]) if known else "",
        chance.randrange(90) if known else None,
        chance.choice(SEXES),
        chance.choice(HIV) if known else "",
    )


def _on_the_way(chance: random.Random, start: date, months: int) -> Iterator[tuple[date, Body]]:
    for month in range(1, min(months, 8)):
        if chance.random() < 0.8:
            yield (
                start + timedelta(days=30 * month),
                ResultInWords("sputum_culture", "positive" if chance.random() < 0.8 ** (month + 2) else "negative"),
            )
    if chance.random() < 0.3:
        day = start + timedelta(days=chance.randrange(1, months * 30))
        yield day, Symptom(chance.choice(_SYMPTOMS))
        if chance.random() < 0.2:
            yield day + timedelta(days=1), Held((), "side effects")
    yield start, StockCounted("cycloserine", "capsule 250 mg", 60.0, "L1")
    if chance.random() < 0.9:
        early = chance.random() < 0.15
        ends = chance.randrange(10, months * 30) if early else months * 30
        outcome = chance.choice(OUTCOMES[3:5] if early else OUTCOMES[:2])
        yield start + timedelta(days=ends), Outcome(outcome, "who-2021", "Dr A")
