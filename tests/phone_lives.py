"""Synthetic courses as phones meet them: every drug in every rhythm, with all that can be said of doses, by a seed.

A life is a log as the service has it, the moment at which a phone was handed its plan, what that phone wrote since, and
the moments at which somebody asks: both sides of everything at which an answer changes.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import course_cases
from course_events import event, new_id, plan
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import (
    Body,
    DosePartlyTaken,
    DoseSkipped,
    DoseTaken,
    DoseVomited,
    Held,
    Outcome,
    PlanActivated,
    PlanChanged,
    Result,
    Resumed,
    Retracted,
    Symptom,
)
from fullcourse.course.course import Course
from fullcourse.course.schedule import Slot, slots_between
from patients import knowledge

__all__ = ["Life", "asked_at", "life_of"]

AMOUNTS = {
    "amikacin": 750, "bedaquiline": 200, "clavulanate": 125, "clofazimine": 100, "cycloserine": 250, "delamanid": 100,
    "ethambutol": 800, "ethionamide": 250, "imipenem": 1000, "isoniazid": 300, "levofloxacin": 750, "linezolid": 600,
    "meropenem": 1000, "moxifloxacin": 400, "p-aminosalicylic acid": 4000, "pretomanid": 200, "prothionamide": 250,
    "pyrazinamide": 1500, "rifampin": 600, "rifapentine": 900, "streptomycin": 750, "terizidone": 250,
}  # fmt: skip
"""mg of one dose of each shipped drug, for synthetic plans alone."""

RHYTHMS = (
    "{mg} mg once a day", "{mg} mg q12h", "{mg} mg q8h", "{mg} mg every other day", "{mg} mg every 36 hours",
    "{mg} mg M-W-F", "{twice} mg q24h for 14 days then {mg} mg M-W-F", "{mg} mg morning + {twice} mg evening",
    "{mg} mg every 7 days",
)  # fmt: skip
ZONES = ("UTC", "Europe/Paris", "America/New_York", "Africa/Johannesburg", "Asia/Kathmandu", "Pacific/Auckland")
STARTS = (date(2026, 3, 2), date(2026, 3, 23), date(2026, 10, 12), date(2026, 2, 26))
"""Clocks change within the five weeks after most of them, in most zones."""
SYMPTOMS = (
    "symptom_seizure", "symptom_rash", "symptom_low_mood", "symptom_headache", "symptom_drowsiness", "symptom_jaundice",
    "symptom_numbness", "symptom_fever", "symptoms_not_better", "symptom_dizziness", "symptom_vision_change",
)  # fmt: skip
RESULTS = (("alt", 400.0, "U/L"), ("cycloserine_level", 41.0, "mg/L"), ("qtcf", 510.0, "ms"), ("alt", 3.0, "furlong"))
MS, SECOND, MINUTE, HOUR = (timedelta(milliseconds=it) for it in (1, 1000, 60_000, 3_600_000))
REASONS = ("forgotten", "programme", "medical", "patient", "other")


@dataclass(frozen=True)
class Life:
    """One course and one phone.

    Attributes:
        log: What the service knew.
        issued_at: When the phone was handed its plan.
        written: What the phone wrote since, and nobody has received.
        profile: Which sources lead.
        drugs: Of the plans.
    """

    log: tuple[Event, ...]
    issued_at: datetime
    written: tuple[Event, ...]
    profile: str
    drugs: tuple[str, ...]

    @property
    def handed(self) -> Course:
        """Return the course as the service knew it."""
        return course_cases.course(self.log, self.profile)

    @property
    def whole(self) -> Course:
        """Return the course with everything that the phone wrote."""
        return self.known_with(self.written)

    def known_with(self, written: Sequence[Event]) -> Course:
        """Return the course with some of what the phone wrote."""
        return course_cases.course((*self.log, *written), self.profile)

    def written_by(self, at: datetime) -> tuple[Event, ...]:
        """Return what the phone had written by a moment; now and then all of it, as by a wrong clock."""
        if at.minute % 7 == 0 and at.second:
            return self.written
        return tuple(it for it in self.written if it.recorded_at <= at)


def life_of(seed: int) -> Life:
    """Return a life; each shipped drug comes round within the first 22 seeds, each rhythm within the first 9."""
    chance = random.Random(seed)
    names = sorted(knowledge().drugs)
    drugs = tuple(dict.fromkeys((names[seed % len(names)], chance.choice((*names, "bedaquiline", "bedaquiline")))))
    zone, start = chance.choice(ZONES), chance.choice(STARTS)
    local = load_zone(zone)
    begun = local.instant(start, datetime.min.time()) - timedelta(days=chance.choice((1, 1, 1, -2)))
    first = plan(*_doses(drugs, seed, chance), start=start, zone=zone, days=chance.choice((None, 28, 35, 200)))
    log = [_event(PlanActivated(first, "synthetic clinician"), begun, chance, actor="clinician", recorded_at=begun)]
    if chance.random() < 0.3:
        later = start + timedelta(days=chance.randrange(10, 40))
        other = plan(*_doses(drugs, seed + 1, chance), start=later, zone=chance.choice((zone, zone, "Europe/Paris")))
        changed = PlanChanged(replace(other, treatment_day=(later - start).days + 1), "synthetic clinician")
        at = local.instant(later, datetime.min.time()) + chance.choice((-2 * HOUR, 26 * HOUR, timedelta(days=-3)))
        log.append(_event(changed, at, chance, actor="clinician"))
    issued = local.instant(start, datetime.min.time()) + chance.choice((-70, -30, 5, 200, 500, 900)) * HOUR
    issued += chance.randrange(24 * 60) * MINUTE
    until = issued + timedelta(days=chance.choice((1, 6, 14)))
    slots = slots_between(course_cases.course(log).timeline, issued - timedelta(days=36), until)
    log += _told(slots, issued - timedelta(days=36), issued, chance, clinic=True)
    issued = max(issued, begun)
    log = [it for it in log if it.recorded_at <= issued]
    written = _told([it for it in slots if it.due > issued - timedelta(days=2)], issued, until, chance, clinic=False)
    back = [_taken_back(it, chance) for it in (*written, *log) if chance.random() < 0.05 and it.actor == "patient"]
    written += [*back, *(_taken_back(it, chance) for it in back if chance.random() < 0.4)]
    return Life(tuple(log), issued, tuple(written), chance.choice(("us", "us", "who", "india", "msf")), drugs)


def _doses(drugs: Sequence[str], seed: int, chance: random.Random) -> Iterator[str]:
    for place, drug in enumerate(drugs):
        rhythm = RHYTHMS[seed % len(RHYTHMS)] if not place else chance.choice(RHYTHMS)
        if drug == "bedaquiline" and chance.random() < 0.8:
            rhythm = RHYTHMS[6]
        yield f"{drug}: {rhythm.format(mg=AMOUNTS[drug], twice=2 * AMOUNTS[drug])}"


def _event(body: Body, at: datetime, chance: random.Random, **more: object) -> Event:
    recorded = at + chance.choice((0, 0, 0, 40, 1500)) * MINUTE
    given = {"id": new_id(chance.randrange(1, 10**9)), "recorded_at": recorded, **more}
    return event(body, at, **given)


def _told(
    slots: Sequence[Slot], first: datetime, last: datetime, chance: random.Random, *, clinic: bool
) -> list[Event]:
    """Return what people said of doses and of how they are; what only a clinic says where one is asked for."""
    told: list[Event] = []
    habit, is_calm = chance.choice((0.5, 0.8, 0.97)), chance.random() < 0.75
    for slot in slots:
        if first <= slot.due < last and chance.random() < habit:
            told += _in_time(slot, chance) if is_calm else _of_slot(slot, chance)
    drugs = sorted({slot.drug for slot in slots})
    if clinic and drugs:
        told += _of_clinic(drugs, first, last, chance)
    if is_calm:
        return told
    for _ in range(chance.choice((0, 0, 1, 3))):
        at = first + chance.random() * (last - first)
        told.append(_event(Symptom(chance.choice(SYMPTOMS), chance.random() < 0.7), _whole(at), chance))
    if slots and chance.random() < 0.5:  # a dose beside every plan, or by a clock that is wrong
        slot = chance.choice(slots)
        at = chance.choice((slot.due + 5 * HOUR, last + 30 * HOUR, slot.due + 11 * HOUR))
        told.append(_event(DoseTaken(slot.drug, slot.mg), at, chance, recorded_at=min(at, last), device="phone"))
    return told


def _in_time(slot: Slot, chance: random.Random) -> Iterator[Event]:
    """Yield what a careful person says of a dose: taken about its time, now and then late; rarely left out."""
    at = slot.due + chance.choice((0, 0, 2, 40, 119, 121, 180, 300, 1500)) * MINUTE
    is_taken = chance.random() < 0.95
    yield _event(DoseTaken(slot.drug, slot.mg, slot.id) if is_taken else DoseSkipped(slot.drug, slot.id), at, chance)


def _of_clinic(drugs: Sequence[str], first: datetime, last: datetime, chance: random.Random) -> Iterator[Event]:
    if chance.random() < 0.25:
        at = _whole(first + chance.random() * (last - first))
        which = chance.choice(((), (chance.choice(drugs),)))
        actor = chance.choice(("clinician", "clinician", "supporter"))
        yield _event(Held(which, chance.choice(("side effects", "result", "other"))), at, chance, actor=actor)
        if chance.random() < 0.6:
            ends = at + chance.choice((20, 60, 300)) * HOUR
            yield _event(Resumed(chance.choice(((), which))), ends, chance, actor="clinician", recorded_at=ends)
    if chance.random() < 0.12:
        at = _whole(first + chance.random() * (last - first))
        yield _event(Result(*chance.choice(RESULTS)), at, chance, actor="clinician")
    if chance.random() < 0.05:
        outcome = chance.choice(("died", "completed"))
        yield _event(Outcome(outcome, "who-2021", "synthetic clinician"), last, chance, actor="clinician")


def _of_slot(slot: Slot, chance: random.Random) -> Iterator[Event]:
    late = chance.choice((0, 0, 0, 3, 30, 119, 120, 121, 180, 400, -20, 1439, 1440, 1500, 2200))
    at = slot.due + late * MINUTE
    named = slot.id if chance.random() < 0.75 else ""
    kind = chance.random()
    if kind < 0.8:
        body: Body = DoseTaken(slot.drug, slot.mg, named)
    elif kind < 0.86:
        body = DosePartlyTaken(slot.drug, slot.mg / 2, named)
    elif kind < 0.9:
        body = DoseVomited(slot.drug, slot.mg, named, 10.0)
    else:
        body = DoseSkipped(slot.drug, named, chance.choice(REASONS))
    yield _event(body, at, chance, device="phone")
    again = chance.random()
    if again < 0.05:  # a supporter saw it, the phone told it twice, or it was taken twice
        apart = chance.choice((5, 119, 120, 121)) * MINUTE
        yield _event(DoseTaken(slot.drug, slot.mg, slot.id), at + apart, chance, actor="supporter", device="tablet")
    elif again < 0.08:
        apart = chance.choice((30 * SECOND, 61 * SECOND, 3 * HOUR))
        yield _event(DoseTaken(slot.drug, slot.mg, slot.id), at + apart, chance, device="phone")
    elif again < 0.1:
        yield _event(DoseSkipped(slot.drug, slot.id), at + 20 * MINUTE, chance, actor="supporter", device="tablet")
    elif again < 0.11:
        yield _event(DoseTaken(slot.drug, 2 * slot.mg, slot.id), at, chance, device="phone")


def _taken_back(told: Event, chance: random.Random) -> Event:
    at = told.recorded_at + chance.choice((1, 600)) * SECOND
    actor = chance.choice((told.actor, told.actor, "supporter", "clinician"))
    return _event(Retracted("a slip"), at, chance, supersedes=told.id, actor=actor, recorded_at=at)


def _whole(at: datetime) -> datetime:
    """Return an instant in whole milliseconds, as every phone tells it."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def asked_at(life: Life, seed: int, most: int = 60) -> list[datetime]:
    """Return moments at which somebody asks while the plan is valid: both sides of everything that may change."""
    chance = random.Random(seed)
    course, until = life.whole, life.issued_at + timedelta(days=27)
    edges = [it.occurred_at for it in (*life.log, *life.written)]
    edges += [ends for it in course.timeline for ends in (it.begins, it.ends) if ends is not None]
    slots = slots_between(course.timeline, life.issued_at - timedelta(days=1), until)
    for drug in life.drugs:
        own = [it.due for it in slots if it.drug == drug]
        for before, after in pairwise(own):
            gap = after - before
            edges += [before, before + MINUTE, before + 2 * HOUR, before + gap / 2, after - gap / 2, after - 24 * HOUR]
            edges += [before + it * HOUR for it in (1, 4, 6, 12, 36, 48)]
        taken = [it.occurred_at for it in (*life.log, *life.written) if getattr(it.body, "drug", "") == drug]
        gaps = [after - before for before, after in pairwise(own)] or [24 * HOUR]
        edges += [at + share * gap for at in taken for gap in {min(gaps), max(gaps)} for share in (0.5, 1.0)]
        edges += [at + hours * HOUR for at in taken for hours in (2, 24)]
    edges += [it.due + 3 * HOUR for it in slots]
    inside = sorted({_whole(it.astimezone(UTC)) for it in edges if life.issued_at <= it < until})
    chosen = chance.sample(inside, min(len(inside), most // 2))
    near = [it + chance.choice((-MS, MS, -SECOND, MINUTE, 7 * MINUTE, -3 * HOUR)) for it in chosen]
    return sorted({life.issued_at, *chosen, *(it for it in near if life.issued_at <= it < until)})
