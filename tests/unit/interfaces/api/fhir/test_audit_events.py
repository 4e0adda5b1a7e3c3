"""Who saw or changed a course, as AuditEvent: for the patient and the auditor, also of a course that was erased."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from fhir_service import CLINICIAN, ENGINES, MINE, NOW, PATIENT, THEIRS, as_of, clinic, sample, schema
from fullcourse.adapters.access.access import open_access
from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.every_route import EVERY_ROUTE

AUDITOR = as_of("auditor")


@contextmanager
def audited(engine, folder: Path):
    with clinic(engine, log=sample()[:2]) as north:
        access = open_access(north.place, key_file=folder / "key")
        try:
            entries = [
                AuditEntry(
                    NOW - timedelta(days=1, hours=n), "fhir.read", f"id-{n}", patient, ("nurse",), "", status, f"c{n}"
                )
                for n, (patient, status) in enumerate([(MINE, 200), (THEIRS, 200), (MINE, 404), ("", 200)], 1)
            ]
            access.write(lambda connection: None, *entries)
            north.client = TestClient(
                make_app(replace(north.service, access=access), EVERY_ROUTE), raise_server_exceptions=False
            )
            yield north
        finally:
            access.close()


@pytest.mark.parametrize("engine", ENGINES)
def test_the_patient_and_the_auditor_see_who_saw_the_course_and_nobody_else_does(engine, tmp_path):
    with audited(engine, tmp_path) as north:
        for headers in (PATIENT, AUDITOR):
            found = north.found(f"/fhir/AuditEvent?patient={MINE}", headers)
            assert [it["agent"][0]["who"]["identifier"]["value"] for it in found] == ["id-3", "id-1"]
            assert [it["outcome"] for it in found] == ["4", "0"]
            read = north.get(f"/fhir/AuditEvent/{found[0]['id']}", headers)
            assert (read.status_code, read.json()) == (200, found[0])
            schema().validate(read.json())
        for headers in (CLINICIAN, as_of("patient", THEIRS), as_of("programme", "clinic-north")):
            answers = (
                north.get(f"/fhir/AuditEvent?patient={MINE}", headers),
                north.get(f"/fhir/AuditEvent/{found[0]['id']}", headers),
            )
            assert {it.status_code for it in answers} == {404}
        assert "AuditEvent" in {it["type"] for it in north.get("/fhir/metadata").json()["rest"][0]["resource"]}


def test_a_day_is_asked_for_and_another_patients_id_leads_nowhere(tmp_path):
    with audited("sqlite", tmp_path) as north:
        day = (NOW - timedelta(days=1, hours=1)).date().isoformat()
        assert len(north.found(f"/fhir/AuditEvent?patient={MINE}&date={day}", AUDITOR)) == 2
        assert north.found(f"/fhir/AuditEvent?patient={MINE}&date=2020", AUDITOR) == []
        (theirs,) = north.found(f"/fhir/AuditEvent?patient={THEIRS}", AUDITOR)
        moved = f"{MINE}.{theirs['id'].partition('.')[2]}"
        assert north.get(f"/fhir/AuditEvent/{moved}", PATIENT).status_code == 404
        assert north.get(f"/fhir/AuditEvent/{theirs['id']}", PATIENT).status_code == 404


def test_of_an_erased_course_it_stays_known_who_saw_it(tmp_path):
    with audited("sqlite", tmp_path) as north:
        north.store.erase(MINE, NOW)
        assert len(north.found(f"/fhir/AuditEvent?patient={MINE}", AUDITOR)) == 2
        assert north.get(f"/fhir/Patient/{MINE}").status_code == 410
