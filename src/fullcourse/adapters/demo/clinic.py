"""Makes the courses of a clinic of synthetic patients, up to a moment; the same for the same moment and seed.

Every event goes the way of any other: through the reader of its JSON form, and doses are logged for the planned doses
that the journey of a course says were due.
"""

import random
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final, final
from uuid import UUID

from fullcourse import __version__
from fullcourse.adapters.published.course_plan import plan_json
from fullcourse.adapters.published.event import SCHEMA, read_event
from fullcourse.adapters.store.contract import Recorder
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.dose import RegimenDrug
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_id import CHANCE_BITS, event_id
from fullcourse.clinical.zone import Zone
from fullcourse.journey.course import course_from, schedule_of
from fullcourse.knowledge.library import Knowledge

__all__ = ["DemoPatient", "demo_clinic", "demo_patient", "fill_with_demo"]

_ZONE: Final = "Africa/Johannesburg"
_CLINICIAN: Final = "Dr A"
_LATE_MINUTES: Final = 35
"""A dose is logged within so many minutes of its time."""

_Row = Mapping[str, Any]  # a table of TOML, whose every value an event's own reader checks


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """One synthetic patient.

    Attributes:
        name: Such as "Synthetic Patient 07".
        patient: Random id of the course.
        shows: What there is to see.
        events: The log, in order.
    """

    name: str
    patient: str
    shows: str
    events: tuple[Event, ...]


def demo_clinic(knowledge: Knowledge, now: datetime, seed: int = 1) -> tuple[DemoPatient, ...]:
    """Return the patients of the clinic.

    Args:
        knowledge: What the sources say; plans name its digest.
        now: Until when things happened, with an offset.
        seed: Another clinic for another number: the same people, other days on which doses are missed.
    """
    return tuple(demo_patient(row, knowledge, now, seed) for row in _people())


def demo_patient(row: Mapping[str, Any], knowledge: Knowledge, now: datetime, seed: int = 1) -> DemoPatient:
    """Return one synthetic patient.

    Args:
        row: A table as those of ``people.toml``, which says what may stand in it.
        knowledge: What the sources say.
        now: Until when things happened, with an offset.
        seed: Other days on which doses are missed for another number.
    """
    return _Person(row, knowledge, now, seed).lived()


def fill_with_demo(store: Recorder, knowledge: Knowledge, now: datetime, seed: int = 1) -> tuple[DemoPatient, ...]:
    """Put the clinic into a store, and return its patients."""
    patients = demo_clinic(knowledge, now, seed)
    for patient in patients:
        store.append(patient.events, now)
    return patients


@cache
def _people() -> tuple[_Row, ...]:
    return tuple(tomllib.loads((files(__package__) / "people.toml").read_text("utf-8"))["person"])


@final
class _Person:
    """One person while the events are made."""

    def __init__(self, row: _Row, knowledge: Knowledge, now: datetime, seed: int) -> None:
        self._row, self._knowledge, self._now = row, knowledge, now
        self._chance = random.Random(f"{seed} {row['number']}")  # noqa: S311 - a synthetic course, and no secret
        self._zone: Zone = load_zone(_ZONE)
        self._start: date = self._zone.local(now).date() - timedelta(days=int(row["begun"]) - 1)
        self._name = f"Synthetic Patient {row['number']:02d}"
        self._patient = str(UUID(int=self._chance.getrandbits(128), version=4))

    def lived(self) -> DemoPatient:
        """Return the person with everything that happened up to now."""
        began = [*self._beginning()]
        happened = [*began, *self._doses(began), *self._deliveries(), *self._told()]
        log = sorted((event for event in happened if event.occurred_at <= self._now), key=lambda it: it.occurred_at)
        return DemoPatient(self._name, self._patient, str(self._row["shows"]), tuple(log))

    def _beginning(self) -> Iterator[Event]:
        at = self._at(0, 10)
        yield self._event("note", {"text": f"{self._name}: {self._row['shows']}."}, at)
        yield self._event("registered", dict(self._row["registered"]), at)
        drugs = [self._drug(text) for text in self._row["plan"]]
        phase_ends = self._row.get("phase_ends")
        plan = CoursePlan(
            tuple(drugs), self._start, _ZONE, self._knowledge.digest, self._row.get("regimen", ""),
            self._row["profile"], self._row["days"],
            phase_ends_on=phase_ends and self._start + timedelta(days=phase_ends - 1),
        )  # fmt: skip
        yield self._event("plan_activated", {"plan": plan_json(plan), "confirmed_by": _CLINICIAN}, at)

    def _drug(self, text: str) -> RegimenDrug:
        name, _, dose = text.partition(":")
        return RegimenDrug(self._knowledge.drug(name).inn, parse_dose_plan(dose))

    def _doses(self, began: list[Event]) -> Iterator[Event]:
        """Yield what is said of the planned doses that were due."""
        course = course_from(began, self._knowledge, load_zone, self._now)
        first = self._at(1, 0)
        days = min(int(self._row["begun"]), int(self._row["days"]))
        for occasion in schedule_of(course, self._knowledge, first, days).occasions:
            day = (self._zone.local(occasion.due).date() - self._start).days + 1
            if self._is_away(day):
                continue
            is_taken = self._chance.random() < self._row["share"]
            at = occasion.due + timedelta(minutes=self._chance.randrange(_LATE_MINUTES))
            for slot in occasion.slots:
                if self._is_held(slot.drug, at):
                    continue
                body: dict[str, object] = {"drug": slot.drug, "slot": slot.id}
                if not is_taken:
                    if self._chance.random() < 0.7:  # the others are doses of which nobody knows
                        yield self._event("dose_skipped", {**body, "reason": "forgotten"}, at, "patient")
                    continue
                yield self._event("dose_taken", {**body, "mg": slot.mg}, at, "patient")
                if day == self._row.get("disputed"):
                    said = {**body, "reason": "forgotten"}
                    yield self._event("dose_skipped", said, at + timedelta(hours=1), "supporter", "supporter")

    def _is_away(self, day: int) -> bool:
        is_silent = day > self._row["begun"] - self._row.get("silent", 0)
        return is_silent or any(first <= day <= last for first, last in self._row.get("away", ()))

    def _is_held(self, drug: str, at: datetime) -> bool:
        return any(
            row["kind"] == "held" and drug in row["body"]["drugs"] and at >= self._at(row["day"], row.get("hour", 9))
            for row in self._row.get("event", ())
        )

    def _deliveries(self) -> Iterator[Event]:
        for given in self._row.get("form", ()):
            for day in given["on"]:
                body = {"drug": given["drug"], "form": given["what"], "units": given["units"], "lot": f"SYN{day:03d}"}
                yield self._event("dispensed", body, self._at(day, 7))

    def _told(self) -> Iterator[Event]:
        for row in self._row.get("event", ()):
            at = self._at(row["day"], row.get("hour", 9))
            yield self._event(row["kind"], row["body"], at, row.get("actor", "clinician"), row.get("claim", "self"))

    def _at(self, day: int, hour: int) -> datetime:
        """Return an hour of a day of the course, by the clocks of the clinic."""
        on = self._start + timedelta(days=day - 1)
        return self._zone.instant(on, time(hour))

    def _event(
        self, kind: str, body: Mapping[str, object], at: datetime, actor: str = "clinician", claim: str = "self"
    ) -> Event:
        written = {
            "schema": SCHEMA,
            "id": event_id(int(at.timestamp() * 1000), self._chance.getrandbits(CHANCE_BITS)),
            "patient": self._patient,
            "kind": kind,
            "occurred_at": self._zone.local(at).isoformat(),
            "recorded_at": self._zone.local(at).isoformat(),
            "zone": _ZONE,
            "claim": claim,
            "actor": actor,
            "source": f"fullcourse {__version__} demonstration",
            "device": "synthetic",
            "body": dict(body),
        }
        return read_event(written, f"{self._name}")
