"""Cases of the course: read from tables, and made into a course as a log would make it."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from course_events import PATIENT, START, event, new_id, plan
from fullcourse.adapters.published.course_plan import plan_json
from fullcourse.adapters.published.event import SCHEMA, read_event
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Claim, CoursePlan, Event
from fullcourse.clinical.event_bodies import (
    DoseSkipped,
    DoseTaken,
    DoseVomited,
    Held,
    Outcome,
    PlanActivated,
    Result,
    Resumed,
    Symptom,
)
from fullcourse.course.course import Course, course_of
from fullcourse.course.drug_rules import DrugRules, Rule, emergencies_of, rules_of
from fullcourse.course.fold import fold
from fullcourse.course.schedule import Slot, slots_of
from fullcourse.course.timeline import timeline_of
from patients import knowledge

DATA = Path(__file__).parent / "data" / "course"


@cache
def rules(drug: str, profile: str = "us") -> DrugRules:
    """Return what the shipped knowledge says of a drug."""
    return rules_of(knowledge(), drug, profile)


@cache
def emergencies() -> tuple[Rule, ...]:
    """Return the emergencies of the shipped knowledge."""
    return emergencies_of(knowledge())


def course(log: Iterable[Event], profile: str = "us") -> Course:
    """Return the course of a log, with rules for the drugs of its plans."""
    state = fold(log)
    drugs = {
        drug.drug
        for kind in ("plan_activated", "plan_changed")
        for one in state.of_kind(kind)
        for drug in one.body.plan.drugs  # type: ignore[union-attr]
    }
    known = {drug: rules(drug, profile) for drug in drugs if drug in knowledge().drugs}
    return course_of(state, load_zone, known, emergencies())


@dataclass(frozen=True)
class Case:
    """One case of a table."""

    row: Mapping[str, Any]

    @property
    def zone(self) -> str:
        """Return the zone of the patient's clock."""
        return str(self.row.get("zone", "UTC"))

    def at(self, local: str) -> datetime:
        """Return the instant of a time by the patient's clock."""
        moment = datetime.fromisoformat(local)
        return (moment if moment.tzinfo else moment.replace(tzinfo=load_zone(self.zone).rules)).astimezone(UTC)

    def log(self) -> list[Event]:
        """Return the log of the case."""
        start = date.fromisoformat(self.row.get("start", START.isoformat()))
        more = {"days": self.row.get("plan_days"), "regimen": self.row.get("regimen", "")}
        body = PlanActivated(plan(*self.row["plan"], start=start, zone=self.zone, **more), "Dr A")
        begun = datetime.combine(start, datetime.min.time(), UTC) - timedelta(days=1)
        if "begun" in self.row:
            begun = self.at(self.row["begun"])
        log = [event(body, begun, actor="clinician")]
        log += self._doses(log)
        log += self._days(log)
        log += self._events()
        for symptom, when in self.row.get("symptoms", ()):
            log.append(event(Symptom(symptom), self.at(when)))
        for fact, when, value, unit in self.row.get("results", ()):
            log.append(event(Result(fact, float(value), unit), self.at(when), actor="clinician"))
        for drug, when, reason in self.row.get("held", ()):
            log.append(event(Held((drug,), reason), self.at(when), actor="clinician"))
        if "outcome" in self.row:
            word, when = self.row["outcome"]
            log.append(event(Outcome(word, "who-2021", "Dr A"), self.at(when), actor="clinician"))
        return log

    def _doses(self, log: list[Event]) -> Iterator[Event]:
        for drug, when, *more in self.row.get("taken", ()):
            slot = next((self._slot(log, drug, str(it)[5:]) for it in more if str(it).startswith("slot ")), "")
            mg = next((float(it) for it in more if isinstance(it, int | float)), self._mg(log, drug))
            yield event(DoseTaken(drug, mg, slot), self.at(when), **_witness(more))
        for drug, when, *more in self.row.get("skipped", ()):
            yield event(DoseSkipped(drug), self.at(when), **_witness(more))
        for drug, when, *more in self.row.get("vomited", ()):
            yield event(DoseVomited(drug, self._mg(log, drug)), self.at(when), **_witness(more))

    def _days(self, log: list[Event]) -> Iterator[Event]:
        """Yield what is told of every dose of whole days, and of one drug that is off for some of them."""
        off = self.row.get("drugs_off", {})
        for key, body in (("taken_days", _taken), ("skipped_days", _skipped)):
            for first, last in _pairs(self.row.get(key, ())):
                for drug in log[0].body.plan.drugs:  # type: ignore[union-attr]
                    for slot in self._of_days(log, drug.drug, first, last):
                        is_off = any(
                            self.at(f"{begins}T00:00") <= slot.due < self.at(f"{ends}T00:00") + timedelta(days=1)
                            for begins, ends in _pairs(off.get(drug.drug, ()))
                        )
                        if not is_off:
                            yield event(body(slot), slot.due)
                        elif "off_is_held" not in self.row:
                            yield event(DoseSkipped(drug.drug, slot.id), slot.due)
        for drug_name, (begins, ends) in off.items():
            if "off_is_held" in self.row:
                yield event(Held((drug_name,), "side effects"), self.at(f"{begins}T03:00"), actor="clinician")
                after = self.at(f"{ends}T03:00") + timedelta(days=1)
                yield event(Resumed((drug_name,)), after, actor="clinician")

    def _of_days(self, log: list[Event], drug: str, first: str, last: str) -> tuple[Slot, ...]:
        (current,) = timeline_of(fold(log[:1]), load_zone)
        return slots_of(current, drug, self.at(f"{first}T00:00"), self.at(f"{last}T00:00") + timedelta(days=1))

    def _events(self) -> Iterator[Event]:
        """Yield the events of the rows ``events``, by way of their JSON form."""
        named: dict[str, str] = {}
        for kind, when, fields, *rest in self.row.get("events", ()):
            more = dict(rest[0]) if rest else {}
            body = {key: it.isoformat() if isinstance(it, date) else it for key, it in fields.items()}
            if kind == "plan_changed":
                body = {"plan": plan_json(self._plan_of(fields)), "confirmed_by": "Dr A"}
            id_of = named[more["same_id_as"]] if "same_id_as" in more else new_id()
            named[more.get("name", id_of)] = id_of
            at = self.at(when)
            written = {
                "schema": SCHEMA, "id": id_of, "patient": PATIENT, "kind": kind, "occurred_at": at.isoformat(),
                "recorded_at": (self.at(more["recorded"]) if "recorded" in more else at).isoformat(),
                "zone": self.zone, "claim": more.get("claim", "self"), "source": "test 1",
                "actor": more.get("actor", "clinician" if kind == "plan_changed" else "patient"),
                "device": more.get("device", "device-1"), "body": body,
            }  # fmt: skip
            if "corrects" in more:
                written["supersedes"] = named[more["corrects"]]
            for _ in range(more.get("times", 1)):
                yield read_event(written)

    def _plan_of(self, fields: Mapping[str, Any]) -> CoursePlan:
        start, begun = date.fromisoformat(fields["start"]), date.fromisoformat(self.row.get("start", START.isoformat()))
        return plan(
            *fields["plan"],
            start=start,
            zone=fields.get("zone", self.zone),
            regimen=fields.get("regimen", ""),
            treatment_day=(start - begun).days + 1,
        )

    def _mg(self, log: list[Event], drug: str) -> float:
        return float(log[0].body.plan.drug(drug).steps[0].doses[0].mg)  # type: ignore[union-attr]

    def _slot(self, log: list[Event], drug: str, local: str) -> str:
        at = self.at(local)
        (current,) = timeline_of(fold(log), load_zone)
        (slot,) = slots_of(current, drug, at, at + timedelta(minutes=1))
        return slot.id


def _pairs(days: Any) -> list[tuple[str, str]]:
    """Return pairs of a first and a last day: a table has one, or a list of them."""
    return [tuple(it) for it in days] if days and isinstance(days[0], list) else [tuple(days)] if days else []


def _taken(slot: Slot) -> DoseTaken:
    return DoseTaken(slot.drug, slot.mg, slot.id)


def _skipped(slot: Slot) -> DoseSkipped:
    return DoseSkipped(slot.drug, slot.id)


def _witness(more: Iterable[object]) -> dict[str, object]:
    if "by supporter" in more:
        return {"actor": "supporter", "claim": Claim.SUPPORTER, "device": "device-2"}
    return {}


def read_cases(name: str) -> list[Case]:
    """Return the cases of a table."""
    return [Case(row) for row in tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))["case"]]
