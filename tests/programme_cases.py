"""Courses of a few rows, and the report of a quarter over them, for tests."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from course_events import event, plan
from fullcourse.adapters.programme.rules import read_report_rules
from fullcourse.adapters.published.course_plan import plan_json, read_drugs
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import Held, Outcome, PlanActivated, Registered, ResultInWords, Symptom, Transfer
from fullcourse.cohort.programme.case import Case
from fullcourse.cohort.programme.quarter import Quarter
from fullcourse.cohort.programme.reading import cases_of
from fullcourse.cohort.programme.report import Gatherer, ProgrammeReport
from fullcourse.course.fold import fold
from patients import knowledge

__all__ = ["AT", "QUARTER", "ProgrammeCase", "cases_of_events", "programme_cases", "report_of"]

QUARTER = Quarter(2026, 3)
AT = date(2026, 10, 1)


@dataclass(frozen=True)
class ProgrammeCase:
    """A course and what a report must say of it."""

    name: str
    came_from: str
    zone: str
    rows: tuple[Sequence[object], ...]
    counts: dict[str, int]

    def events(self, patient: str = "p-1") -> list[Event]:
        """Return the events of the rows."""
        made: list[Event] = []
        for place, (day, kind, *said) in enumerate(self.rows):
            at = datetime.fromisoformat(str(day))
            occurred = (at if at.tzinfo else at.replace(hour=9, tzinfo=UTC)) + timedelta(seconds=place)
            more: dict[str, object] = {"patient": patient, "zone": self.zone, "actor": "clinician"}
            if kind == "corrects":
                more["supersedes"] = made[-1].id
                kind, *said = said
            made.append(event(self._body(str(kind), said, occurred), occurred, **more))
        return made

    def _body(self, kind: str, said: Sequence[object], occurred: datetime) -> object:
        match kind, *said:
            case "registered", dict(fields):
                return Registered(**fields)
            case "plan", str(text), int(days):
                return PlanActivated(plan(text, start=occurred.date(), zone=self.zone, days=days), "Dr A")
            case "outcome", str(outcome):
                return Outcome(outcome, "who-2021", "Dr A")
            case "culture", str(value):
                return ResultInWords("sputum_culture", value)
            case "symptom", str(symptom):
                return Symptom(symptom)
            case "held", list(drugs), str(reason):
                return Held(tuple(drugs), reason)
            case "transfer", str(direction):
                return Transfer(direction)
        raise AssertionError(kind)


def programme_cases() -> list[ProgrammeCase]:
    """Return the cases of the file."""
    rows = tomllib.loads((Path(__file__).parent / "programme_cases.toml").read_text("utf-8"))["case"]
    return [
        ProgrammeCase(row["name"], row["from"], row.get("zone", "UTC"), tuple(row["rows"]), row["counts"])
        for row in rows
    ]


def cases_of_events(events: Iterable[Event], patient: str = "p-1") -> tuple[Case, ...]:
    """Return the cases of one course."""
    return cases_of(patient, fold(events), load_zone, lambda lived: plan_json(lived)["drugs"])


def report_of(courses: Iterable[tuple[Case, ...]], quarter: Quarter = QUARTER, at: date = AT) -> ProgrammeReport:
    """Return the report of a quarter over courses."""
    known = knowledge()
    gatherer = Gatherer(quarter, at, read_report_rules(known))
    for cases in courses:
        gatherer.take(cases)

    def named(symptom: str) -> str:
        return known.facts[symptom].label if symptom in known.facts else symptom

    return gatherer.report(known, named, read_drugs)
