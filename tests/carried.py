"""Logs of synthetic courses that are carried from one store to another, for tests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from course_events import event, started
from fullcourse.adapters.exchange.person_file import write_person_file
from fullcourse.adapters.fhir.write.course_bundle import course_bundle
from fullcourse.adapters.store.memory import MemoryRecorder
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import (
    Consent,
    Dispensed,
    DosePartlyTaken,
    DoseSkipped,
    DoseTaken,
    DoseVomited,
    Held,
    Note,
    Outcome,
    PlanChanged,
    PlanStopped,
    Result,
    Resumed,
    Retracted,
    StockCounted,
    Symptom,
    Transfer,
    UnknownKind,
    Visit,
)
from patients import knowledge

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 29, 12, tzinfo=UTC)


def dose(mg: float = 250.0, on: str = "2026-03-02T08:05", **more: object) -> Event:
    return event(DoseTaken("cycloserine", mg), on, **more)


def every_kind() -> list[Event]:
    """Return a log with an event of every kind, and of one that nobody knows."""
    begun = started("cycloserine: 250 mg q12h", "linezolid: 600 mg once a day", regimen="who-bpalm")
    changed = PlanChanged(replace(begun.body.plan, treatment_day=31), "Dr B", "nerves")
    mistaken = dose(on="2026-03-03T08:00")
    bodies = [
        DosePartlyTaken("cycloserine", 125.0), DoseVomited("linezolid", 600.0, minutes_after=20.0),
        DoseSkipped("linezolid", reason="patient"), Held(("linezolid",), "side effects"), Resumed(("linezolid",)),
        Dispensed("cycloserine", "capsule 250 mg", 60.0, "A1", datetime(2027, 1, 31, tzinfo=UTC).date(), 1),
        StockCounted("cycloserine", "capsule 250 mg", 12.0), Result("cycloserine_level", 31.5, "mg/L"),
        Symptom("symptom_seizure", present=False), Visit(kept=True, purpose="monthly"), changed,
        PlanStopped("patient", "tired"), Note("line one\nline two \u2028 é 中 𝔘"), Consent("reminders", given=True),
        Transfer("in", "clinic-7"), Outcome("completed", "who-2021", "Dr A"), UnknownKind("hologram_shown", '{"a":1}'),
    ]  # fmt: skip
    day = "2026-03-{:02d}T09:30:15.250001+05:45"
    told = [event(body, day.format(number), zone="Asia/Kathmandu") for number, body in enumerate(bodies, 3)]
    taken_back = event(Retracted("wrong person"), "2026-03-03T10:00", supersedes=mistaken.id)
    return [begun, dose(), taken_back, mistaken, *told]


def stored(events: Sequence[Event], now: datetime = NOW) -> MemoryRecorder:
    """Return a store that received events one by one."""
    recorder = MemoryRecorder()
    for one in events:
        recorder.append([one], now)
    return recorder


def person_file(recorder: MemoryRecorder, patient: str, **more: str) -> bytes:
    """Return the file of a person."""
    events = recorder.events(patient)
    aside = [it.event for it in recorder.set_aside(patient)]
    return write_person_file(events, aside, course_bundle(events, knowledge(), load_zone), **more)


def contradicted(one: Event) -> Event:
    """Return another event under the id of one."""
    return replace(one, body=DoseTaken("cycloserine", 500.0))


def doses(count: int) -> list[Event]:
    """Return so many doses, each with its own id."""
    return [dose(on=f"2026-{1 + n // 600:02d}-{1 + n % 28:02d}T{n % 24:02d}:{n % 60:02d}") for n in range(count)]
