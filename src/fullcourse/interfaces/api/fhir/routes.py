"""Every address of FHIR."""

from collections.abc import Iterator
from typing import Final

from fullcourse.adapters.fhir.search.parameters import PARAMETERS
from fullcourse.adapters.fhir.served.course import COURSE_TYPES
from fullcourse.adapters.fhir.taken.resource import TAKEN_TYPES
from fullcourse.interfaces.api.fhir.courses import AUDIT, AUDIT_TYPE, READ, WRITE
from fullcourse.interfaces.api.fhir.exporting import (
    EXPORT,
    FILES,
    NDJSON,
    delete_export,
    export_file,
    export_status,
    exports,
)
from fullcourse.interfaces.api.fhir.metadata import metadata, smart_configuration
from fullcourse.interfaces.api.fhir.reading import ID, reads, subject_by_id
from fullcourse.interfaces.api.fhir.searching import FORM, searches, subject_by_query
from fullcourse.interfaces.api.fhir.taking_in import creates, take_bundle
from fullcourse.interfaces.api.fhir.told import BASE, FHIR_JSON, READ_TYPES, outcome_reply
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


def _of_type(kind: str, right: str = READ) -> Iterator[Route]:
    asked = {it.name: it.says for it in PARAMETERS[kind]} | _SEARCHED
    by_query = subject_by_query(kind)
    yield Route(
        "GET", f"{BASE}/{kind}/{{{ID}}}", right, reads(kind, right), f"One {kind}.", query=_FORMAT,
        gives_type=FHIR_JSON, is_slow=True, subject_of=subject_by_id(kind), tells=outcome_reply,
    )  # fmt: skip
    yield Route(
        "GET", f"{BASE}/{kind}", right, searches(kind, right), f"Search {kind}.", query=asked, takes_any_query=True,
        gives_type=FHIR_JSON, is_slow=True, subject_of=by_query, finds_subjects=True, tells=outcome_reply,
    )  # fmt: skip
    yield Route(
        "POST", f"{BASE}/{kind}/_search", right, searches(kind, right), f"Search {kind}, with parameters in a form.",
        query=asked, takes_any_query=True, media_types=(FORM,), gives_type=FHIR_JSON, is_slow=True, subject_of=by_query,
        finds_subjects=True, tells=outcome_reply,
    )  # fmt: skip


_TAKEN: Final = (
    Route(
        "POST", BASE, WRITE, take_bundle, "Take in a transaction or a batch.", query=_FORMAT, media_types=READ_TYPES,
        gives_type=FHIR_JSON, is_slow=True, holds_records=True, finds_subjects=True, tells=outcome_reply,
    ),
    *(
        Route(
            "POST", f"{BASE}/{kind}", WRITE, creates(kind), f"Take in one {kind}.", query=_FORMAT,
            media_types=READ_TYPES, gives_type=FHIR_JSON, is_slow=True, finds_subjects=True, tells=outcome_reply,
            statuses={201: "It is new, and kept for good."},
        )
        for kind in TAKEN_TYPES
    ),
)  # fmt: skip

_ASKED_OF_EXPORT: Final = {
    "_outputFormat": "application/fhir+ndjson.",
    "_since": "Only what changed after it, with its offset.",
    "_type": "Types that are exported, by commas; all without it.",
}
_EXPORTED: Final = (
    *(
        Route(
            "GET", f"{BASE}{where}", EXPORT, exports(where), "Take out courses in bulk; with Prefer: respond-async.",
            query=_ASKED_OF_EXPORT, is_slow=True, finds_subjects=True, tells=outcome_reply,
            statuses={202: "It is begun; Content-Location says where its state is told."},
        )
        for where in ("/$export", "/Patient/$export")
    ),
    Route(
        "GET", f"{FILES}/{{job}}", EXPORT, export_status, "How far an export has come, and where its files are.",
        is_slow=True, finds_subjects=True, tells=outcome_reply, statuses={202: "It is not finished."},
    ),
    Route(
        "DELETE", f"{FILES}/{{job}}", EXPORT, delete_export, "Throw an export and its files away.",
        is_slow=True, finds_subjects=True, tells=outcome_reply, statuses={202: "It is gone."},
    ),
    Route(
        "GET", f"{FILES}/{{job}}/{{file}}", EXPORT, export_file, "One file of an export.", gives_type=NDJSON,
        is_slow=True, finds_subjects=True, tells=outcome_reply,
    ),
)  # fmt: skip

_COURSES: Final = tuple(route for kind in COURSE_TYPES for route in _of_type(kind))
_AUDIT: Final = tuple(_of_type(AUDIT_TYPE, AUDIT))
_SERVED: Final = (*_COURSES, *_AUDIT, *_TAKEN, *_EXPORTED)
_ABOUT: Final = (
    Route(
        "GET", f"{BASE}/metadata", "knowledge.read", metadata(_SERVED), "What this FHIR server can do.",
        query=_FORMAT, gives_type=FHIR_JSON, tells=outcome_reply,
    ),
    Route(
        "GET", f"{BASE}/.well-known/smart-configuration", "knowledge.read", smart_configuration,
        "How a program signs in.", tells=outcome_reply,
    ),
)  # fmt: skip

FHIR: Final[tuple[Route, ...]] = (*_ABOUT, *_SERVED)
