"""Writes a course as one Bundle that stands alone, for a file; what each resource says is in `course_writer`."""

from collections.abc import Callable, Iterable

from fullcourse.adapters.fhir.write.course_writer import CourseWriter
from fullcourse.adapters.fhir.write.elements import Resource, entry
from fullcourse.adapters.fhir.write.naming import BundleNames
from fullcourse.clinical.event import Event
from fullcourse.clinical.zone import Zone
from fullcourse.course.course import course_of
from fullcourse.course.fold import fold
from fullcourse.knowledge.library import Knowledge

__all__ = ["course_bundle"]


def course_bundle(events: Iterable[Event], knowledge: Knowledge, zone_of: Callable[[str], Zone]) -> Resource:
    """Return a Bundle of the type ``collection``; the same events give the same Bundle.

    Args:
        events: Of one patient, at least one, in the order of receipt.
        knowledge: Holds the codes of drugs and the labels of facts.
        zone_of: Returns a zone by its IANA name.
    """
    listed = list(events)
    writer = CourseWriter(course_of(fold(listed), zone_of, {}, ()), listed, knowledge, BundleNames())
    entries = [entry(resource) for resource, _ in writer.resources()]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}
