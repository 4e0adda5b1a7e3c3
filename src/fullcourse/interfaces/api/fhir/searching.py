"""Searches a type: of one patient, or of everybody whom the caller may see, page after page as of one moment."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode

from fullcourse.adapters.access.caller import Subject
from fullcourse.adapters.fhir.search.page import Cursor, page_of, read_cursor, write_cursor
from fullcourse.adapters.fhir.search.query import CURSOR, Query, patient_asked, read_query
from fullcourse.adapters.fhir.served.resource import Served
from fullcourse.adapters.fhir.write.elements import Resource
from fullcourse.adapters.fhir.write.naming import ServerNames
from fullcourse.adapters.store.durable import DamagedCourse, ErasedCourse
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.fhir.courses import READ, made_of, reached, subjects_of
from fullcourse.interfaces.api.fhir.told import BASE, base_of, issue, outcome, refuse_other_kinds, resource_reply
from fullcourse.interfaces.api.problems import BadRequest, NotFound
from fullcourse.interfaces.api.routes import Handler, SubjectOf

__all__ = ["FORM", "searches", "subject_by_query"]

FORM = "application/x-www-form-urlencoded"
Asked = Mapping[str, tuple[str, ...]]
_MOST_PARAMETERS = 100


def subject_by_query(kind: str) -> SubjectOf:
    """Return what finds the patient whom a search names after the question mark; None where it names none."""

    def subject_of(path: Mapping[str, str], query: Asked) -> str | None:
        del path
        try:
            return patient_asked(kind, _local(query), BASE)
        except InputError as error:
            raise BadRequest(str(error)) from None

    return subject_of


def _local(query: Asked) -> Asked:
    """Return the parameters with references to this service's own addresses made relative: read again with its base."""
    return {
        name: tuple(value.rpartition(f"{BASE}/")[2] if "://" in value else value for value in values)
        for name, values in query.items()
    }


def searches(kind: str, right: str = READ) -> Handler:
    """Return what searches a type."""

    def search(call: Call) -> Reply:
        refuse_other_kinds(call)
        base = base_of(call)
        try:
            query = read_query(kind, _asked(call), base)
            cursor = read_cursor(query, call.now)
        except InputError as error:
            raise BadRequest(str(error)) from None
        if query.unknown and "handling=strict" in call.headers.get("prefer", "").replace(" ", "").lower():
            raise BadRequest(f"{_not_known(query)} Leave it out, or ask with Prefer: handling=lenient.")
        search_for = _of_one if query.patient is not None else _of_all
        subjects, found = search_for(call, query, cursor, right)
        reply = resource_reply(found.bundle(base, query))
        return Reply(reply.body, reply.status, reply.media_type, reply.headers, subjects=subjects)

    return search


def _asked(call: Call) -> Asked:
    """Return the parameters of a search, after the question mark and in a form."""
    asked = dict(call.query)
    if call.body:
        try:
            pairs = parse_qsl(
                call.body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
            )
        except ValueError:
            raise BadRequest("the body is no form of parameters in UTF-8, or has too many. Correct it.") from None
        for name, value in pairs:
            asked[name] = (*asked.get(name, ()), value)
    return asked


class _Found:
    """What a search found for one page."""

    def __init__(self, moment: datetime) -> None:
        """Take the moment as of which it is answered."""
        self.moment = moment
        self.rows: list[tuple[str, Served]] = []
        self.total: int | None = None
        self.issues: list[Resource] = []

    def bundle(self, base: str, query: Query) -> Resource:
        """Return it as a Bundle."""
        shown = self.rows[: query.count]
        links = [_link("self", base, query, query.understood)]
        if query.count and len(self.rows) > query.count:
            patient, last = shown[-1]
            others = [it for it in query.understood if it[0] != CURSOR]
            links.append(
                _link("next", base, query, (*others, (CURSOR, write_cursor(query, self.moment, patient, last))))
            )
        issues = list(self.issues)
        if query.unknown:
            issues.append(issue("warning", "not-supported", _not_known(query)))
        entries: list[Resource] = [
            {"fullUrl": f"{base}/{it.kind}/{it.id}", "resource": it.resource, "search": {"mode": "match"}}
            for _, it in shown
        ]
        if issues:
            entries.append({"resource": outcome(issues), "search": {"mode": "outcome"}})
        return {
            "resourceType": "Bundle",
            "meta": {"lastUpdated": self.moment.isoformat(timespec="milliseconds")},
            "type": "searchset",
            **({"total": self.total} if self.total is not None else {}),
            "link": links,
            **({"entry": entries} if entries else {}),
        }


def _not_known(query: Query) -> str:
    names = ", ".join(quote(name[:40], safe=":_-.") for name in query.unknown)
    return f"Not known here for {query.kind}, and not counted: {names}. The CapabilityStatement lists what is."


def _link(relation: str, base: str, query: Query, parameters: tuple[tuple[str, str], ...]) -> Resource:
    asked = urlencode(parameters, quote_via=quote, safe=":/")
    return {"relation": relation, "url": f"{base}/{query.kind}{'?' if asked else ''}{asked}"}


def _of_one(call: Call, query: Query, cursor: Cursor, right: str) -> tuple[tuple[Subject, ...], _Found]:
    subject = reached(call, right, query.patient or "")
    matching = [it for it in made_of(call, subject, query.kind, cursor.moment) if query.matches(it)]
    found = _Found(cursor.moment)
    found.total = len(matching)
    found.rows = [(subject.patient, it) for it in page_of(matching, query, cursor.place)]
    return (subject,), found


def _of_all(call: Call, query: Query, cursor: Cursor, right: str) -> tuple[tuple[Subject, ...], _Found]:
    """Search everybody whom the caller may see, one after the other; a course that cannot be read is told of."""
    found, seen = _Found(cursor.moment), []
    if query.newest_first or query.sort != "date":
        raise BadRequest("_sort: it is offered for one patient. Name the patient.")
    total = 0
    for subject, matching in _matching(call, query, cursor, found, right):
        total += len(matching)
        place = cursor.place if subject.patient == cursor.patient else None
        room = query.count + 1 - len(found.rows)
        rows = page_of(matching, query, place)[: max(room, 0)] if subject.patient >= cursor.patient else []
        if rows and len(found.rows) < query.count:
            seen.append(subject)
        found.rows += [(subject.patient, it) for it in rows]
        if len(found.rows) > query.count and not query.wants_total:
            break
    else:  # everybody was looked at, from the first on
        found.total = total if query.wants_total or not query.cursor else None
    return tuple(seen), found


def _matching(
    call: Call, query: Query, cursor: Cursor, found: _Found, right: str
) -> Iterator[tuple[Subject, list[Served]]]:
    unread = {"erased": 0, "damaged": 0, "without an id that FHIR can hold": 0}
    for subject in subjects_of(call, right):
        if not query.wants_total and subject.patient < cursor.patient:
            continue
        if not ServerNames.is_named(subject.patient):
            unread["without an id that FHIR can hold"] += 1
            continue
        try:
            made = made_of(call, subject, query.kind, cursor.moment)
        except ErasedCourse:
            unread["erased"] += 1
        except DamagedCourse:
            unread["damaged"] += 1
        except NotFound:
            continue  # its course has not begun
        else:
            yield subject, [it for it in made if query.matches(it)]
    for why, count in unread.items():
        if count:
            text = f"{count} of the courses that you may see could not be read and are not in this answer: {why}."
            found.issues.append(issue("warning", "incomplete", text))
