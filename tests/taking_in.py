"""Who sends resources to be taken in, for tests: speakers, and a course that nothing is known of yet."""

from collections.abc import Iterable
from datetime import UTC, datetime

from fullcourse.adapters.fhir.taken.taking import Speaker, Taking
from fullcourse.clinical.event import Event
from patients import knowledge

__all__ = ["CLINICIAN", "MINE", "NOW", "PATIENT", "PROGRAM", "THEIRS", "UCUM", "taking"]

MINE, THEIRS = "5f0c1111-2222-4333-8444-555566667777", "5f0c9999-2222-4333-8444-555566667777"
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
UCUM = "http://unitsofmeasure.org"

CLINICIAN = Speaker("account-1", "clinician", frozenset({"clinician", "patient", "supporter"}))
PATIENT = Speaker("account-2", "patient", frozenset({"patient"}))
PROGRAM = Speaker("program-1", "device", frozenset({"clinician", "patient", "supporter", "device"}), is_program=True)


def taking(speaker: Speaker = CLINICIAN, known: Iterable[Event] = ()) -> Taking:
    """Return for whom resources are taken in, with what is kept of the patient already."""
    kept = {it.id: it for it in known}
    return Taking(MINE, "Africa/Johannesburg", NOW, knowledge(), speaker, kept, "test 1")
