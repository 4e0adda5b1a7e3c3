"""Whose course a call may reach: the one place where this part reads what is kept of a patient."""

from collections.abc import Iterator
from datetime import datetime

from fullcourse.adapters.access.audit.reading import entries
from fullcourse.adapters.access.caller import Subject
from fullcourse.adapters.access.rights import permits
from fullcourse.adapters.fhir.served.audit_event import audit_served
from fullcourse.adapters.fhir.served.course import CourseLog, course_served
from fullcourse.adapters.fhir.served.resource import Served
from fullcourse.adapters.fhir.write.naming import ServerNames
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.interfaces.api.call import Call
from fullcourse.interfaces.api.problems import NotFound

__all__ = [
    "AUDIT",
    "AUDIT_TYPE",
    "READ",
    "WRITE",
    "log_of",
    "made_of",
    "reached",
    "store_of",
    "subjects_of",
]

READ = "fhir.read"
WRITE = "fhir.write"
AUDIT = "course.audit"
AUDIT_TYPE = "AuditEvent"


def store_of(call: Call) -> DurableStore:
    """Return the store; raises NotFound where the service keeps nothing."""
    if call.service.store is None:
        raise NotFound
    return call.service.store


def _subject_over(call: Call, right: str, patient: str) -> Subject:
    """Return whose data it is where the caller has a right over it.

    Raises:
        NotFound: There is nobody of this id, or it is not the caller's: nobody can tell which.
    """
    subject = call.service.door.subject(patient)
    if subject is None or not permits(call.caller, right, subject):
        raise NotFound
    return subject


def log_of(call: Call, subject: Subject, moment: datetime | None = None) -> CourseLog:
    """Return what is kept of a patient whose right was asked.

    Args:
        call: The call.
        subject: Whose it is.
        moment: What was received later is left out; None for all of it.

    Raises:
        NotFound: Nothing is kept, or no id of FHIR can be made with the patient's.
        ErasedCourse: The course was erased.
        DamagedCourse: It is not what was written.
    """
    store = store_of(call)
    events = store.events(subject.patient)
    if not events or not ServerNames.is_named(subject.patient):
        raise NotFound
    log = CourseLog(subject.patient, events, store.set_aside(subject.patient))
    return log if moment is None else log.until(moment)


def made_of(call: Call, subject: Subject, kind: str, moment: datetime | None = None) -> list[Served]:
    """Return the resources of a type about a patient whose right was asked, as of a moment.

    Raises:
        NotFound: Nothing is kept.
        ErasedCourse: The course was erased; the audit of it stays.
        DamagedCourse: It is not what was written.
    """
    if kind != AUDIT_TYPE:
        log = log_of(call, subject, moment)
        return course_served(log, call.service.knowledge, moment or call.now, (kind,))
    access = call.service.access
    if access is None or not ServerNames.is_named(subject.patient):
        raise NotFound
    return audit_served(
        (it for it in entries(access.kept, subject.patient) if moment is None or it.at <= moment), subject.patient
    )


def subjects_of(call: Call, right: str) -> Iterator[Subject]:
    """Yield everybody over whom the caller has a right, by their ids."""
    for patient in call.service.door.patients_of(call.caller, right):
        subject = call.service.door.subject(patient)
        if subject is not None and permits(call.caller, right, subject):
            yield subject


def reached(call: Call, right: str, patient: str) -> Subject:
    """Return the subject of a call that the route found already, or find it now."""
    if call.subject is not None and call.subject.patient == patient:
        return call.subject
    return _subject_over(call, right, patient)
