"""An entry of the log of who saw or changed what, as AuditEvent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.fhir.served.audit_event import audit_event, audit_served
from fullcourse.adapters.fhir.write.naming import ServerNames

PATIENT = "5f0c1111-2222-4333-8444-555566667777"
AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
ENTRY = AuditEntry(AT, "fhir.read", "account-1", PATIENT, ("nurse", "clinician"), "", 200, "c1", seq=7)
NAMES = ServerNames(PATIENT)


@pytest.mark.parametrize(
    ("status", "outcome"), [(200, "0"), (399, "0"), (400, "4"), (404, "4"), (499, "4"), (500, "8"), (503, "8")]
)
def test_how_it_ended_is_told_by_the_status_of_the_answer(status, outcome):
    assert audit_event(replace(ENTRY, status=status), NAMES)["outcome"] == outcome


@pytest.mark.parametrize(
    ("right", "action"),
    [("fhir.read", "R"), ("fhir.write", "C"), ("course.begin", "C"), ("course.change", "C"), ("sign-in", "R")],
)
def test_what_changes_a_course_is_told_apart_from_what_reads_it(right, action):
    made = audit_event(replace(ENTRY, did=right), NAMES)
    assert made["action"] == action
    assert made["subtype"][0]["code"] == {"C": "create", "R": "read"}[action]
    assert made["agent"][0]["policy"] == [f"urn:fullcourse:right:{right}"]


def test_who_did_it_stands_with_the_roles_and_what_it_was_about():
    made = audit_event(ENTRY, NAMES)
    (agent,) = made["agent"]
    assert [it["coding"][0]["code"] for it in agent["role"]] == ["nurse", "clinician"]
    assert (agent["who"]["identifier"]["value"], agent["requestor"]) == ("account-1", True)
    assert made["entity"][0]["what"] == {"reference": f"Patient/{PATIENT}", "type": "Patient"}
    assert made["id"] == NAMES.id("audit", "7")
    assert made["recorded"].startswith("2026-11-30T09:00:00")


def test_an_address_and_a_reason_stand_where_there_are_some():
    bare = audit_event(ENTRY, NAMES)
    assert "network" not in bare["agent"][0]
    assert "purposeOfEvent" not in bare
    told = audit_event(replace(ENTRY, where="192.0.2.1", why="unconscious"), NAMES)
    assert told["agent"][0]["network"] == {"address": "192.0.2.1", "type": "2"}
    assert told["purposeOfEvent"] == [{"text": "unconscious"}]


def test_entries_are_served_at_the_moment_at_which_they_were_made():
    (made,) = audit_served([ENTRY], PATIENT)
    assert (made.updated, made.starts, made.ends) == (AT, AT, AT + timedelta(microseconds=1))
    assert made.kind == "AuditEvent"
