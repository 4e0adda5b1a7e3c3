"""Cases of the course: read from tables, and made into a course as a log would make it."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from course_events import START, event, plan
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Claim, Event
from fullcourse.clinical.event_bodies import (
    DoseSkipped,
    DoseTaken,
    DoseVomited,
    Held,
    Outcome,
    PlanActivated,
    Result,
    Symptom,
)
from fullcourse.course.course import Course, course_of
from fullcourse.course.drug_rules import DrugRules, Rule, emergencies_of, rules_of
from fullcourse.course.fold import fold
from fullcourse.course.schedule import slots_of
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
        return datetime.fromisoformat(local).replace(tzinfo=load_zone(self.zone).rules).astimezone(UTC)

    def log(self) -> list[Event]:
        """Return the log of the case."""
        start = date.fromisoformat(self.row.get("start", START.isoformat()))
        body = PlanActivated(plan(*self.row["plan"], start=start, zone=self.zone), "Dr A")
        begun = datetime.combine(start, datetime.min.time(), UTC) - timedelta(days=1)
        log = [event(body, begun, actor="clinician")]
        log += self._doses(log)
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

    def _mg(self, log: list[Event], drug: str) -> float:
        return float(log[0].body.plan.drug(drug).steps[0].doses[0].mg)  # type: ignore[union-attr]

    def _slot(self, log: list[Event], drug: str, local: str) -> str:
        at = self.at(local)
        (current,) = timeline_of(fold(log), load_zone)
        (slot,) = slots_of(current, drug, at, at + timedelta(minutes=1))
        return slot.id


def _witness(more: Iterable[object]) -> dict[str, object]:
    if "by supporter" in more:
        return {"actor": "supporter", "claim": Claim.SUPPORTER, "device": "device-2"}
    return {}


def read_cases(name: str) -> list[Case]:
    """Return the cases of a table."""
    return [Case(row) for row in tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))["case"]]
