"""The list behind a number, as a page and as a table for a spreadsheet: whom it counts, why, and what they lack."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from fullcourse.adapters.access.caller import Subject
from fullcourse.adapters.access.rights import permits
from fullcourse.cohort.programme.quality import DUE_TO_DO, missing_of
from fullcourse.cohort.programme.table import Behind, Number
from fullcourse.interfaces.api.access.asked import door_of
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import BadRequest, NotFound
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.programme.asked import FILTERS, PROGRAMME_RIGHT, Asked, asked_of, pages_names
from fullcourse.interfaces.desk.programme.quality import refills_of, whole_quality
from fullcourse.interfaces.desk.rows import shown
from fullcourse.interfaces.desk.words import t

__all__ = ["LISTS", "found_number", "seen_of"]

_ON_A_PAGE: Final = 50
_PATH: Final = "/desk/programme/list"
_OF_QUALITY: Final = ("quality.", "read.", "outcome.")
_REFILLS: Final = "need.refills"
_OPENS: Final = {"quality.results-not-answered": ("course.follow-up", "/results/unanswered")}
"""Numbers whose list leads to another page of a course than its first: the right that it needs, and its end."""
_NOT_WRITTEN: Final = ("not recorded", "no start recorded", "no outcome recorded", "unknown")
"""Labels of numbers that count what is not written down begin or end so."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One case behind a number as it is shown.

    Attributes:
        patient: Random id.
        short: So much of it as tells people apart at a glance.
        path: Of the patient's page; empty where the caller may not read the course.
        case: Which case of this patient.
        registered_on: Its day in the register.
        starts_on: First day of treatment.
        day: Of what made it count.
        says: What made it count.
        missing: What the case does not hold.
    """

    patient: str
    short: str
    path: str
    case: int
    registered_on: date | None
    starts_on: date | None
    day: date | None
    says: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A number that somebody asked for.

    Attributes:
        number: With its list.
        to_do: What to do about each row; empty where nothing is.
    """

    number: Number
    to_do: str


def found_number(call: Call, asked: Asked) -> Found:
    """Return the number that a call names; raises NotFound where no page has one of this id."""
    name = call.asked("number") or ""
    if not name:
        raise BadRequest("'number' is the id of a number. Open the list from the page of the number.")
    if name == _REFILLS:
        check = refills_of(call, asked)
        return Found(check.number, check.to_do)
    if name.startswith(_OF_QUALITY):
        for part in whole_quality(call, asked):
            for check in part.checks:
                if check.number.id == name:
                    return Found(check.number, check.to_do)
    number = asked.held.report.number(name)
    if number is None:
        raise NotFound
    return Found(number, _to_do(number))


def _to_do(number: Number) -> str:
    if number.label.startswith("no outcome recorded") or number.label == "contradictory outcomes":
        return DUE_TO_DO
    if any(words in number.label for words in _NOT_WRITTEN):
        return "Nobody wrote it down, which is no 'no'. Open the course, ask, and write down what lacks."
    return ""


def seen_of(call: Call, behind: Sequence[Behind]) -> tuple[list[Behind], tuple[Subject, ...]]:
    """Return those cases over whose patients the caller has the right, and whose data that is, each once."""
    door = door_of(call)
    subjects = {it: door.subject(it) for it in dict.fromkeys(one.case.patient for one in behind)}
    allowed = {
        patient: subject
        for patient, subject in subjects.items()
        if subject is not None and permits(call.caller, PROGRAMME_RIGHT, subject)
    }
    return [one for one in behind if one.case.patient in allowed], tuple(allowed.values())


def _show(call: Call) -> Reply:
    asked = asked_of(call)
    found, page_number = found_number(call, asked), _page_of(call)
    every = sorted(found.number.behind, key=lambda one: (one.case.patient, one.case.number))
    here = every[(page_number - 1) * _ON_A_PAGE : page_number * _ON_A_PAGE]
    seen, subjects = seen_of(call, here)
    right, end = _OPENS.get(found.number.id, ("course.read", ""))
    open_to = {it.patient for it in subjects if permits(call.caller, right, it)}
    names = {
        **pages_names(asked, _tab_of(found.number.id)),
        "number": found.number.id,
        "label": t(found.number.label),
        "to_do": t(found.to_do) if found.to_do else "",
        "count": len(every),
        "left": len(here) - len(seen),
        "lines": [_line(one, end, may_open=one.case.patient in open_to) for one in seen],
        "page": page_number,
        "pages": -(-len(every) // _ON_A_PAGE) or 1,
        "before": asked.query(number=found.number.id, page=str(page_number - 1)),
        "after": asked.query(number=found.number.id, page=str(page_number + 1)),
        "table": asked.query(number=found.number.id),
        "title_of": _title_of(asked, found.number.id),
    }
    return page(
        call, "programme_list.html", t("The list behind a number"), names, here="programme",
        reply=Reply(subjects=subjects),
    )  # fmt: skip


def _tab_of(number_id: str) -> str:
    if number_id.startswith("need."):
        return "need"
    return "quality" if number_id.startswith(_OF_QUALITY) else "reports"


def _title_of(asked: Asked, number_id: str) -> str:
    """Return the title of the table in which a number stands; empty for one that stands in none."""
    for section in asked.held.report.sections:
        for table in section.tables:
            if number_id in table.numbers:
                return f"{t(section.title)}: {t(table.title)}"
    return ""


def _line(behind: Behind, end: str, *, may_open: bool) -> _Line:
    case = behind.case
    return _Line(
        case.patient, case.patient[:8], f"/desk/courses/{case.patient}{end}" if may_open else "", case.number,
        case.registered_on, case.starts_on, behind.day, behind.says, tuple(map(t, missing_of(case))),
    )  # fmt: skip


def _page_of(call: Call) -> int:
    text = call.asked("page") or "1"
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) < 1:
        raise BadRequest("'page' is a whole number from 1.")
    return int(text)


LISTS: Final[tuple[Route, ...]] = (
    shown(
        _PATH, PROGRAMME_RIGHT, _show, "Show whom a number counts, why, and what they lack.",
        {**FILTERS, "number": "Id of the number.", "page": "Which page, from 1."}, finds_subjects=True,
    ),
)  # fmt: skip
"""The address of the list behind a number."""
