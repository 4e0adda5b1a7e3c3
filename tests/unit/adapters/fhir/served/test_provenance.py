"""Who said what an event says, how it is known, and which program wrote it down."""

import pytest

from course_events import PATIENT, event, new_id, plan, started
from fullcourse.adapters.fhir.served.provenance import provenance
from fullcourse.adapters.fhir.write.naming import ServerNames
from fullcourse.clinical import Claim
from fullcourse.clinical.event_bodies import DoseTaken, PlanChanged

NAMES = ServerNames(PATIENT)
TARGETS = [{"reference": "MedicationAdministration/1"}]


def parts(made: dict) -> list[tuple[str, str]]:
    return [(it["type"]["coding"][0]["code"], it["who"]["display"]) for it in made["agent"]]


def test_a_dose_is_told_of_by_somebody_and_written_down_by_a_program():
    told = event(DoseTaken("cycloserine", 250.0), "2026-03-02T08:00", claim=Claim.OBSERVED, actor="clinician")
    made = provenance(told, TARGETS, NAMES)
    assert parts(made) == [("author", "clinician"), ("assembler", "test 1")]
    assert made["reason"][0]["coding"][0]["code"] == "observed"
    assert made["activity"]["coding"][0]["code"] == "CREATE"
    assert "entity" not in made
    assert (made["target"], made["id"]) == (TARGETS, NAMES.id("provenance", told.id))


@pytest.mark.parametrize("kind", ["begun", "changed"])
def test_a_plan_names_who_confirmed_it_and_the_knowledge_it_was_made_with(kind):
    changed = event(PlanChanged(plan("cycloserine: 250 mg q12h"), "Dr A", "x"), "2026-03-02T08:00", actor="clinician")
    made = provenance({"begun": started("cycloserine: 250 mg q12h"), "changed": changed}[kind], TARGETS, NAMES)
    assert parts(made) == [("author", "clinician"), ("verifier", "Dr A"), ("assembler", "test 1")]
    (entity,) = made["entity"]
    assert (entity["role"], entity["what"]["identifier"]["value"]) == ("source", "0f" * 32)


def test_a_correction_is_an_update_of_what_it_names():
    told = event(DoseTaken("cycloserine", 250.0), "2026-03-02T08:00", supersedes=new_id(9))
    made = provenance(told, TARGETS, NAMES)
    assert made["activity"]["coding"][0]["code"] == "UPDATE"
    (entity,) = made["entity"]
    assert (entity["role"], entity["what"]["identifier"]["value"]) == ("revision", new_id(9))
