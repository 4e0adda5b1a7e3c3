"""Of which quarter and which clinics a page is asked, and the report that was made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Final
from urllib.parse import urlencode

from fullcourse.adapters.access.people.courses import courses_of
from fullcourse.adapters.programme.held import HeldCases, HeldReport
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.programme.case import Case
from fullcourse.cohort.programme.quarter import Quarter, parse_quarter, quarter_of
from fullcourse.interfaces.api.access.asked import access_of
from fullcourse.interfaces.api.access.people import listed_clinics
from fullcourse.interfaces.api.call import Call
from fullcourse.interfaces.api.events import open_store_of
from fullcourse.interfaces.api.problems import BadRequest
from fullcourse.interfaces.desk.words import t
from fullcourse.interfaces.desk.worklist import age

__all__ = ["FILTERS", "PROGRAMME_RIGHT", "Asked", "asked_of", "pages_names"]

PROGRAMME_RIGHT: Final = "programme.read"
FILTERS: Final = {"quarter": "Quarter, such as 2026-Q3.", "clinic": "Id of one of your clinics."}
"""What may stand after the question mark of every page."""

_PART: Final = "desk.programme"
_WAIT_S: Final = 0.5
"""For so long a call waits for courses that changed; a thread goes on reading, and their number is said."""
_QUARTERS: Final = 16
_MAKING: Final = Lock()
_TABS: Final = (
    ("reports", "/desk/programme", "Reports of a quarter"),
    ("need", "/desk/programme/need", "Drug need"),
    ("quality", "/desk/programme/quality", "Data quality"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is asked for, and what it is made of.

    Attributes:
        quarter: Of the report; the last one that has ended where none was chosen.
        is_chosen: Whether somebody chose the quarter.
        clinic: Id of the clinic that was chosen; empty for all of the caller's.
        clinics: Those of the caller: id and name.
        patients: Random ids of those whose courses these clinics have.
        held: The report.
        now: The moment.
    """

    quarter: Quarter
    is_chosen: bool
    clinic: str
    clinics: tuple[tuple[str, str], ...]
    patients: frozenset[str]
    held: HeldReport
    now: datetime

    def query(self, **more: str) -> str:
        """Return what stands after the question mark of an address that is about the same quarter and clinic."""
        chosen = {"quarter": str(self.quarter) if self.is_chosen else "", "clinic": self.clinic, **more}
        return urlencode({name: value for name, value in chosen.items() if value})

    def of_every_quarter(self) -> "Asked":
        """Return the same for numbers that count cases of every quarter, whatever report they stand beside."""
        return replace(self, is_chosen=False)

    def cases(self) -> tuple[Case, ...]:
        """Return the cases that pages on data are about: of the quarter where one was chosen, else all."""
        every = self.held.cases
        return tuple(case for case in every if self.quarter.holds(case.registered_on)) if self.is_chosen else every


def asked_of(call: Call) -> Asked:
    """Return what a call asks for; raises BadRequest for a quarter or a clinic that cannot be asked for."""
    text, clinic = (call.asked("quarter") or "").strip(), (call.asked("clinic") or "").strip()
    own = call.caller.clinics
    if clinic and clinic not in own:
        raise BadRequest("'clinic' is none in which you work. Choose one of the list.")
    chosen = frozenset((clinic,)) if clinic else own
    patients = access_of(call).read(lambda connection: frozenset(courses_of(connection, chosen)))
    quarter = _quarter(text) if text else _last_ended(call)
    names = tuple((it.id, it.name) for it in listed_clinics(call) if it.id in own)
    held = _held_cases(call)
    held.refresh(call.now, _WAIT_S)
    return Asked(
        quarter, bool(text), clinic, names, patients, held.report(patients, quarter, call.now), call.now
    )  # fmt: skip


def pages_names(asked: Asked, here: str) -> Mapping[str, object]:
    """Return what the head of every page of the programme shows.

    Args:
        asked: What the page is about.
        here: Name of the page among its tabs.
    """
    held, now = asked.held, asked.now
    first = quarter_of(now.date())
    quarters = [str(first.earlier(3 * back)) for back in range(_QUARTERS)]
    if str(asked.quarter) not in quarters:
        quarters.append(str(asked.quarter))
    query = asked.query()
    return {
        "tabs": [(name, f"{path}?{query}" if query else path, t(label)) for name, path, label in _TABS],
        "tab": here,
        "quarters": quarters,
        "quarter": str(asked.quarter),
        "is_chosen": asked.is_chosen,
        "clinic": asked.clinic,
        "clinics": asked.clinics,
        "query": query,
        "courses": len(asked.patients),
        "waiting": held.waiting,
        "is_behind": held.is_behind,
        "unreadable": len(held.read.unreadable),
        "erased": held.read.erased,
        "looked_at": held.looked_at,
        "age": age(held.looked_at, now) if held.looked_at < now else "",
        "now": now,
    }


def _held_cases(call: Call) -> HeldCases:
    parts = call.service.parts
    with _MAKING:
        made = parts.get(_PART)
        if not isinstance(made, HeldCases):
            made = parts[_PART] = HeldCases(open_store_of(call), call.service.knowledge)
    return made


def _quarter(text: str) -> Quarter:
    try:
        return parse_quarter(text)
    except InputError:
        raise BadRequest("'quarter' is no quarter. Write it as 2026-Q3.") from None


def _last_ended(call: Call) -> Quarter:
    today = call.now.date()
    quarter = quarter_of(today)
    return quarter if today == quarter.last else quarter.earlier(3)
