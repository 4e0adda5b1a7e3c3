"""Every address of FHIR."""

from collections.abc import Iterator
from typing import Final

from fullcourse.adapters.fhir.search.parameters import PARAMETERS
from fullcourse.adapters.fhir.served.course import COURSE_TYPES
from fullcourse.interfaces.api.fhir.courses import READ
from fullcourse.interfaces.api.fhir.metadata import metadata, smart_configuration
from fullcourse.interfaces.api.fhir.reading import ID, reads, subject_by_id
from fullcourse.interfaces.api.fhir.searching import FORM, searches, subject_by_query
from fullcourse.interfaces.api.fhir.told import BASE, FHIR_JSON, outcome_reply
from fullcourse.interfaces.api.routes import Route

__all__ = ["FHIR"]

_FORMAT: Final = {"_format": "json; FHIR is written in no other form here.", "_pretty": "Passed over."}
_SEARCHED: Final = {
    **_FORMAT,
    "_count": "How many resources a page holds, 0 to 500; 50 where nobody says.",
    "_cursor": "Where a page begins, as the link to it says.",
    "_sort": "By date or _lastUpdated, with - for newest first.",
    "_summary": "count, for the total alone.",
    "_total": "accurate, where the total of everybody is asked for.",
}


def _of_type(kind: str) -> Iterator[Route]:
    asked = {it.name: it.says for it in PARAMETERS[kind]} | _SEARCHED
    yield Route(
        "GET", f"{BASE}/{kind}/{{{ID}}}", READ, reads(kind), f"One {kind}.", query=_FORMAT, gives_type=FHIR_JSON,
        is_slow=True, subject_of=subject_by_id(kind), tells=outcome_reply,
    )  # fmt: skip
    yield Route(
        "GET", f"{BASE}/{kind}", READ, searches(kind), f"Search {kind}.", query=asked, takes_any_query=True,
        gives_type=FHIR_JSON, is_slow=True, subject_of=subject_by_query(kind), finds_subjects=True, tells=outcome_reply,
    )  # fmt: skip
    yield Route(
        "POST", f"{BASE}/{kind}/_search", READ, searches(kind), f"Search {kind}, with parameters in a form.",
        query=asked, takes_any_query=True, media_types=(FORM,), gives_type=FHIR_JSON, is_slow=True,
        subject_of=subject_by_query(kind), finds_subjects=True, tells=outcome_reply,
    )  # fmt: skip


_COURSES: Final = tuple(route for kind in COURSE_TYPES for route in _of_type(kind))
_ABOUT: Final = (
    Route(
        "GET", f"{BASE}/metadata", "knowledge.read", metadata(_COURSES), "What this FHIR server can do.",
        query=_FORMAT, gives_type=FHIR_JSON, tells=outcome_reply,
    ),
    Route(
        "GET", f"{BASE}/.well-known/smart-configuration", "knowledge.read", smart_configuration,
        "How a program signs in.", tells=outcome_reply,
    ),
)  # fmt: skip

FHIR: Final[tuple[Route, ...]] = (*_ABOUT, *_COURSES)
