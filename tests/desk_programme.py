"""A small store of two clinics whose every number was worked out by hand, and what the programme's pages say of it."""

import re
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from course_events import event, plan
from desk_clinic import DeskClinic
from fullcourse.adapters.programme.held import HeldCases
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import (
    Body,
    Note,
    Outcome,
    PlanActivated,
    Registered,
    ResultInWords,
    Retracted,
    Symptom,
    Transfer,
    UnknownKind,
)
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from service_people import BEGUN, clinic_at

__all__ = ["PATIENTS", "PageCase", "page_cases", "programme_clinic", "shown_numbers", "whole"]

_FILE = Path(__file__).parent / "data" / "desk_programme_cases.toml"
_FIGURE = re.compile(r'data-number="([^"]+)">([^<]*)<')


@dataclass(frozen=True)
class PageCase:
    """What a page must say."""

    name: str
    came_from: str
    clinics: tuple[str, ...]
    page: str
    number: str
    says: str
    count: int
    behind: tuple[str, ...]


def _read() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(_FILE.read_text("utf-8"))


def page_cases() -> list[PageCase]:
    """Return the cases of the file."""
    return [
        PageCase(
            row["name"], row["from"], tuple(row["clinics"]), row["page"], row["number"],
            str(row.get("units", row["count"])), row["count"], tuple(row.get("behind", ())),
        )
        for row in _read()["case"]
    ]  # fmt: skip


PATIENTS = {row["name"]: f"{row['name']}0000000-0000-4000-8000-000000000000" for row in _read()["course"]}
"""Random ids by the names of the courses."""


def _events(row: dict[str, Any]) -> list[Event]:
    made: list[Event] = []
    for place, (day, kind, *said) in enumerate(row["rows"]):
        at = datetime.fromisoformat(day)
        occurred = (at if at.tzinfo else at.replace(hour=7, tzinfo=UTC)) + timedelta(seconds=place)
        more: dict[str, object] = {"patient": PATIENTS[row["name"]], "actor": "clinician"}
        if kind == "taken back":
            more["supersedes"] = made[-1].id
        made.append(event(_body(kind, said, occurred), occurred, **more))
    return made


def _body(kind: str, said: list[Any], occurred: datetime) -> Body:
    match kind, *said:
        case "registered", dict(fields):
            return Registered(**fields)
        case "plan", str(text), int(days):
            return PlanActivated(plan(text, start=occurred.date(), days=days), "Dr A")
        case "outcome", str(outcome):
            return Outcome(outcome, "who-2021", "Dr A")
        case "culture", str(value):
            return ResultInWords("sputum_culture", value)
        case "words", str(fact), str(value):
            return ResultInWords(fact, value)
        case "symptom", str(symptom):
            return Symptom(symptom)
        case "transfer", str(direction):
            return Transfer(direction)
        case "note", str(text):
            return Note(text)
        case "unknown", str(named):
            return UnknownKind(named, '{"a":1}')
        case "taken back", *_:
            return Retracted("it was a mistake")
    raise AssertionError(kind)


@contextmanager
def programme_clinic(folder: Path) -> Iterator[DeskClinic]:
    """Open the store with the service on it; the course of `l` is damaged, that of `m` erased."""
    place = folder / "courses.db"
    rows = _read()["course"]
    with open_store(place) as store, clinic_at(place) as clinic:
        for row in rows:
            store.append(_events(row), BEGUN)
            clinic.place(PATIENTS[row["name"]], row["clinic"])
            if row.get("is_erased"):
                store.erase(PATIENTS[row["name"]], BEGUN)
            if row.get("is_damaged"):
                with closing(sqlite3.connect(place)) as raw, raw:
                    sealed = "UPDATE course_event SET sealed = zeroblob(60) WHERE patient_id = ?"
                    raw.execute(sealed, (PATIENTS[row["name"]],))
        clinic.service = replace(clinic.service, store=store)
        clinic.app = make_app(clinic.service, EVERY_ROUTE)
        yield DeskClinic(clinic, ())


def whole(desk: DeskClinic) -> None:
    """Have every course read, as it is a while after the first look."""
    held = desk.clinic.service.parts["desk.programme"]
    assert isinstance(held, HeldCases)
    held.refresh(desk.clinic.clock(), 60.0)
    held.refresh(desk.clinic.clock(), 60.0)


def shown_numbers(text: str) -> dict[str, str]:
    """Return the numbers of a page as they are shown, by their ids."""
    return {name.replace("&#43;", "+"): says.replace(",", "") for name, says in _FIGURE.findall(text)}
