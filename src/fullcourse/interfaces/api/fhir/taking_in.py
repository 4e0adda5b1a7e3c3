"""Takes resources in: one, or a Bundle of them; a transaction is taken whole or not at all, and nothing is dropped.

A transaction is about one patient, since the store brings the events of one patient to the disk together. The same
resource sent again is the same event: it is answered with 200, where a new one is with 201.
"""

import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final

from fullcourse import __version__
from fullcourse.adapters.access.caller import Caller, Role, Subject
from fullcourse.adapters.fhir.read.elements import Element
from fullcourse.adapters.fhir.taken.resource import AnotherPatient, Clash, TakenIn, patient_named, take_in
from fullcourse.adapters.fhir.taken.taking import Speaker, Taking
from fullcourse.adapters.fhir.write.elements import Resource
from fullcourse.adapters.json_text import decode_text, parse_json
from fullcourse.adapters.store.contract import Appended
from fullcourse.adapters.store.durable import DamagedCourse, ErasedCourse
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import PlanActivated, PlanChanged
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.fhir.courses import WRITE, reached, store_of
from fullcourse.interfaces.api.fhir.told import base_of, issue, outcome, refuse_other_kinds, resource_reply
from fullcourse.interfaces.api.problems import BadRequest, NotFound
from fullcourse.interfaces.api.routes import Handler

__all__ = ["creates", "take_bundle"]

_MOST: Final = 500
_NOT_YOURS: Final = "Nothing is at this address, or it is not yours."
_EVERYBODY: Final = frozenset(("patient", "supporter", "clinician", "device"))
_SPOKEN: Final[Mapping[Role, tuple[str, frozenset[str]]]] = {
    Role.PATIENT: ("patient", frozenset(("patient", "device"))),
    Role.SUPPORTER: ("supporter", frozenset(("supporter", "device"))),
    Role.INTEGRATION: ("device", _EVERYBODY),
}
"""As whom a role speaks where a resource names nobody, and whose words it may bring; staff speak as a clinician."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why one resource is not taken in."""

    status: int
    code: str
    text: str

    def issue(self, where: str) -> Resource:
        """Return it as an issue at its place."""
        return issue("error", self.code, self.text, where)


_Taken = TakenIn | _Fault


_LOCKS: Final = tuple(threading.Lock() for _ in range(64))


@contextmanager
def _alone(resources: Sequence[object], base: str) -> Iterator[None]:
    """Let one call at a time take in what is about the same patients.

    What a phone sends twice at once would else be read twice before it is kept, and set aside as a contradiction for
    having been written down a moment later.
    """
    stripes = set()
    for resource in resources:
        with suppress(InputError):
            stripes.add(zlib.crc32(patient_named(resource, base).encode()) % len(_LOCKS))
    with ExitStack() as held:
        for stripe in sorted(stripes):
            held.enter_context(_LOCKS[stripe])
        yield


class _Desk:
    """Takes in the resources of one call."""

    def __init__(self, call: Call) -> None:
        """Take the call."""
        self._call, self._base = call, base_of(call)
        self._takings: dict[str, Taking] = {}
        self.subjects: dict[str, Subject] = {}

    def read(self, resource: object) -> tuple[str, _Taken]:
        """Return whom a resource is about, and what it comes to; what was read before it in the call is known."""
        try:
            patient = patient_named(resource, self._base)
        except InputError as error:
            return "", _Fault(422, "invalid", str(error))
        try:
            subject = reached(self._call, WRITE, patient)
            taking = self._taking(patient)
            self.subjects[patient] = subject
            taken = take_in(_element(resource), taking)
        except NotFound:
            return "", _Fault(404, "not-found", _NOT_YOURS)
        except ErasedCourse as error:
            return patient, _Fault(410, "deleted", str(error))
        except DamagedCourse as error:
            return patient, _Fault(409, "conflict", str(error))
        except Clash as error:
            return patient, _Fault(409, "conflict", str(error))
        except AnotherPatient as error:
            return patient, _Fault(422, "not-found", str(error))
        except InputError as error:
            return patient, _Fault(422, "processing", str(error))
        known = {**taking.known, **{event.id: event for event in taken.new}}
        self._takings[patient] = replace(taking, known=known)
        return patient, taken

    def _taking(self, patient: str) -> Taking:
        if patient not in self._takings:
            events = store_of(self._call).events(patient)
            if not events:
                raise NotFound
            self._takings[patient] = Taking(
                patient=patient,
                zone=_zone(events),
                now=self._call.now,
                knowledge=self._call.service.knowledge,
                speaker=_speaker(self._call.caller),
                known={event.id: event for event in events},
                source=f"fullcourse {__version__}",
            )
        return self._takings[patient]

    def keep(self, taken: Sequence[TakenIn]) -> bool:
        """Bring what is new to the store, for good; return whether nothing else came under one of its ids meanwhile."""
        events = [event for it in taken for event in it.new]
        became = store_of(self._call).append(events, self._call.now) if events else ()
        return Appended.SET_ASIDE not in became


def _zone(events: Sequence[Event]) -> str:
    plans = [event for event in events if isinstance(event.body, PlanActivated | PlanChanged)]
    if not plans:
        raise InputError("no plan was begun for this patient, so that there is no course yet. Begin it first.")
    return plans[-1].zone


def _speaker(caller: Caller) -> Speaker:
    for role, (own, others) in _SPOKEN.items():
        if role in caller.roles:
            return Speaker(caller.id, own, others, is_program=role is Role.INTEGRATION)
    return Speaker(caller.id, "clinician", _EVERYBODY)


def _element(resource: object) -> Element:
    if not isinstance(resource, dict):
        raise InputError("it is no resource. Send an object with a resourceType.")
    return resource


def _parsed(call: Call) -> object:
    try:
        return parse_json(decode_text(call.body, "the body"), "the body")
    except InputError as error:
        raise BadRequest(str(error)) from None


def creates(kind: str) -> Handler:
    """Return what takes in one resource of a type."""

    def create(call: Call) -> Reply:
        refuse_other_kinds(call)
        if "if-none-exist" in call.headers:
            raise BadRequest("If-None-Exist is not offered: what is sent again is the same, by its identifier.")
        resource, desk = _parsed(call), _Desk(call)
        if not isinstance(resource, dict) or resource.get("resourceType") != kind:
            raise BadRequest(f"The body is no {kind}, and this address takes nothing else.")
        with _alone([resource], base_of(call)):
            _, taken = desk.read(resource)
            if isinstance(taken, TakenIn) and not desk.keep([taken]):
                taken = _set_aside()
        if isinstance(taken, _Fault):
            if taken.status == NotFound.status:
                raise NotFound
            return _refused([taken.issue(kind)], taken.status)
        status = 201 if taken.new else 200
        told = outcome([issue("information", "informational", "It is kept." if taken.new else "It was kept already.")])
        reply = resource_reply(told, status, {"Location": f"{base_of(call)}/{taken.location}"})
        return Reply(reply.body, reply.status, reply.media_type, reply.headers, subjects=tuple(desk.subjects.values()))

    return create


def _set_aside() -> _Fault:
    return _Fault(
        409,
        "conflict",
        "something else came under the same identifier at the same moment, and stays; what came now is kept apart for "
        "a person to look at. Look at what is kept.",
    )


def _refused(issues: Sequence[Resource], status: int) -> Reply:
    return resource_reply(outcome(issues), status)


def take_bundle(call: Call) -> Reply:
    """Take in a transaction or a batch."""
    refuse_other_kinds(call)
    bundle = _parsed(call)
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise BadRequest("The body is no Bundle. Send a Bundle here, or a resource to the address of its type.")
    kind, entries = bundle.get("type"), bundle.get("entry", [])
    if kind not in ("transaction", "batch"):
        raise BadRequest("Bundle.type: only transaction and batch are taken in. Nothing of another is kept.")
    unread = set(bundle) - {"resourceType", "id", "meta", "type", "entry", "timestamp", "identifier"}
    if unread or not isinstance(entries, list) or not 1 <= len(entries) <= _MOST:
        raise BadRequest(f"Bundle: it holds 1 to {_MOST} entries, and nothing else that is understood here.")
    desk = _Desk(call)
    resources = [it.get("resource") for it in entries if isinstance(it, dict)]
    with _alone(resources, base_of(call)):
        reply = _transaction(call, desk, entries) if kind == "transaction" else _batch(call, desk, entries)
    return Reply(reply.body, reply.status, reply.media_type, reply.headers, subjects=tuple(desk.subjects.values()))


def _transaction(call: Call, desk: _Desk, entries: Sequence[object]) -> Reply:
    """Take all of it or nothing: everything is read before anything is kept."""
    read = [_read_entry(call, desk, one) for one in entries]
    faults = [(number, it) for number, (_, it) in enumerate(read) if isinstance(it, _Fault)]
    patients = {patient for patient, _ in read if patient}
    if len(patients) > 1:
        text = "a transaction is about one patient, so that it is kept whole. Send each patient's by itself."
        faults.append((0, _Fault(422, "business-rule", text)))
    if faults:
        issues = [it.issue(f"Bundle.entry[{number}]") for number, it in faults]
        nothing = issue("error", "processing", "Nothing of the transaction was kept.", "Bundle")
        return _refused([*issues, nothing], faults[0][1].status)
    taken = [it for _, it in read if isinstance(it, TakenIn)]
    if not desk.keep(taken):
        return _refused([_set_aside().issue("Bundle")], 409)
    return _answered(call, "transaction-response", taken)


def _batch(call: Call, desk: _Desk, entries: Sequence[object]) -> Reply:
    answers: list[_Taken] = []
    for one in entries:
        _, it = _read_entry(call, desk, one)
        answers.append(it if isinstance(it, _Fault) or desk.keep([it]) else _set_aside())
    return _answered(call, "batch-response", answers)


def _read_entry(call: Call, desk: _Desk, entry: object) -> tuple[str, _Taken]:
    """Return whom an entry is about, and what it comes to."""
    if not isinstance(entry, dict) or not isinstance(entry.get("request"), dict):
        return "", _Fault(422, "required", "an entry needs its resource and its request. Add them.")
    request = entry["request"]
    kind = entry["resource"].get("resourceType") if isinstance(entry.get("resource"), dict) else None
    if set(entry) - {"fullUrl", "resource", "request"} or set(request) - {"method", "url"}:
        return "", _Fault(422, "not-supported", "only fullUrl, resource, request.method and request.url are known.")
    urls = (kind, f"/{kind}", f"{base_of(call)}/{kind}")
    if request.get("method") != "POST" or request.get("url") not in urls:
        return "", _Fault(422, "not-supported", "only POST to the type of its resource, at this service, is offered.")
    return desk.read(entry["resource"])


def _answered(call: Call, kind: str, taken: Sequence[_Taken]) -> Reply:
    entries: list[Resource] = []
    for number, it in enumerate(taken):
        if isinstance(it, _Fault):
            told = outcome([it.issue(f"Bundle.entry[{number}]")])
            entries.append({"response": {"status": str(it.status), "outcome": told}})
            continue
        status = "201 Created" if it.new else "200 OK"
        where = f"{base_of(call)}/{it.location}"
        last = call.now.isoformat(timespec="milliseconds")
        entries.append({"response": {"status": status, "location": where, "lastModified": last}})
    return resource_reply({"resourceType": "Bundle", "type": kind, "entry": entries})
