"""One resource by its id: with its version, in JSON, and nobody else's."""

import pytest

from fhir_service import CLINICIAN, ENGINES, MINE, PATIENT, SOUTH, THEIRS, as_of, clinic, dose, schema
from fullcourse.adapters.fhir.search.parameters import PARAMETERS
from fullcourse.adapters.fhir.served.course import COURSE_TYPES


@pytest.fixture(scope="module", params=ENGINES)
def north(request):
    with clinic(request.param) as opened:
        yield opened


def test_a_patient_is_read_with_its_version_and_known_by_it_later(north):
    first = north.get(f"/fhir/Patient/{MINE}")
    assert first.status_code == 200
    assert first.headers["content-type"] == "application/fhir+json"
    version = first.json()["meta"]["versionId"]
    assert first.headers["etag"] == f'W/"{version}"'
    assert first.headers["last-modified"] == "Sun, 29 Nov 2026 09:00:00 GMT"
    again = north.get(f"/fhir/Patient/{MINE}", **{"If-None-Match": f'W/"{version}"'})
    assert (again.status_code, again.content) == (304, b"")
    assert north.get(f"/fhir/Patient/{MINE}", **{"If-None-Match": 'W/"other"'}).status_code == 200


@pytest.mark.parametrize("kind", COURSE_TYPES)
def test_everything_that_a_search_finds_is_read_by_its_id_and_the_same(north, kind):
    found = north.found(f"/fhir/{kind}?_count=500" + ("" if kind == "Patient" else f"&patient={MINE}"))
    for resource in found[:3]:
        read = north.get(f"/fhir/{kind}/{resource['id']}")
        assert (read.status_code, read.json()) == (200, resource)
        schema().validate(read.json())


@pytest.mark.parametrize("kind", COURSE_TYPES)
def test_a_strangers_resource_and_one_that_is_not_there_are_answered_alike(north, kind):
    theirs = as_of("clinician", SOUTH)
    path = "/fhir/Patient" if kind == "Patient" else f"/fhir/{kind}?patient={THEIRS}"
    strange = [it["id"] for it in north.found(path, theirs)[:1]] or [f"{THEIRS}.{'a' * 26}"]
    answers = [
        north.get(f"/fhir/{kind}/{name}")
        for name in (*strange, THEIRS, "nobody", f"{MINE}.{'a' * 26}", f"{MINE}.", "%2e%2e%2fPatient", "x" * 200)
        if not (kind == "Patient" and name == MINE)
    ]
    assert {it.status_code for it in answers} == {404}
    assert len({it.content for it in answers}) == 1
    assert answers[0].json()["resourceType"] == "OperationOutcome"


def test_an_id_put_together_from_two_patients_leads_nowhere(north):
    theirs = north.found(f"/fhir/MedicationAdministration?patient={THEIRS}", as_of("clinician", SOUTH))[0]["id"]
    mine = north.found(f"/fhir/CarePlan?patient={MINE}")[0]["id"]
    their_plan = north.found(f"/fhir/CarePlan?patient={THEIRS}", as_of("clinician", SOUTH))[0]["id"]
    assert north.get(f"/fhir/CarePlan/{THEIRS}.{mine.partition('.')[2]}").status_code == 404
    assert north.get(f"/fhir/CarePlan/{MINE}.{their_plan.partition('.')[2]}").status_code == 404
    assert north.get(f"/fhir/MedicationAdministration/{theirs}").status_code == 404


def test_a_patient_reads_the_own_course_and_no_other(north):
    assert north.get(f"/fhir/Patient/{MINE}", PATIENT).status_code == 200
    assert north.get(f"/fhir/Patient/{THEIRS}", PATIENT).status_code == 404


@pytest.mark.parametrize("role", ["laboratory", "programme", "administrator", "auditor"])
def test_a_role_without_the_right_reads_nothing_whatever_the_clinic(north, role):
    assert north.get(f"/fhir/Patient/{MINE}", as_of(role, "clinic-north")).status_code == 404
    assert north.get("/fhir/Patient", as_of(role, "clinic-north")).status_code == 403


def test_without_a_sign_in_nothing_is_told_but_how_to_sign_in(north):
    answer = north.get(f"/fhir/Patient/{MINE}", {})
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (401, "login")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert north.get("/fhir/Patient", {}).status_code == 401


@pytest.mark.parametrize(
    ("asked", "accept", "status"),
    [
        ("", "application/fhir+json", 200),
        ("", "application/json", 200),
        ("", "application/json+fhir", 200),
        ("", "text/html, */*;q=0.1", 200),
        ("", "application/fhir+json; fhirVersion=4.0", 200),
        ("", "application/fhir+json; fhirVersion=3.0", 406),
        ("", "application/fhir+xml", 406),
        ("?_format=xml", "application/fhir+json", 406),
        ("?_format=json", "application/fhir+xml", 200),
        ("?_format=application/fhir%2Bjson", "*/*", 200),
        ("?_format=application/fhir+json", "*/*", 200),
    ],
)
def test_only_json_is_written_and_format_leads(north, asked, accept, status):
    answer = north.get(f"/fhir/Patient/{MINE}{asked}", Accept=accept)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/fhir+json"


def test_head_is_answered_as_get_is(north):
    answer = north.client.head(f"/fhir/Patient/{MINE}", headers=CLINICIAN)
    assert (answer.status_code, answer.headers["etag"][:2]) == (200, "W/")


def test_another_method_and_another_address_are_told_as_fhir_tells_them(north):
    put = north.client.put(f"/fhir/Patient/{MINE}", headers=CLINICIAN, content=b"{}")
    assert (put.status_code, put.headers["allow"], put.json()["issue"][0]["code"]) == (405, "GET", "not-supported")
    nowhere = north.get("/fhir/Condition/1")
    assert (nowhere.status_code, nowhere.json()["resourceType"]) == (404, "OperationOutcome")
    assert north.get("/elsewhere").headers["content-type"] == "application/problem+json"


def test_every_type_that_is_searched_is_made_by_something():
    assert set(PARAMETERS) - {"AuditEvent"} == set(COURSE_TYPES)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_erased_course_is_gone_and_a_course_without_events_was_never_there(engine):
    with clinic(engine) as north:
        north.store.erase(MINE, north.service.now())
        answer = north.get(f"/fhir/Patient/{MINE}")
        assert (answer.status_code, answer.json()["issue"][0]["code"]) == (410, "deleted")
        assert north.get(f"/fhir/Observation?patient={MINE}").status_code == 410
        assert north.post("/fhir/MedicationAdministration", dose()).status_code == 410
        north.door.clinics["known-without-a-course"] = "clinic-north"
        assert north.get("/fhir/Patient/known-without-a-course").status_code == 404


def test_that_somebody_saw_a_course_is_written_down(north):
    north.door.log.clear()
    north.get(f"/fhir/Patient/{MINE}")
    north.get(f"/fhir/Patient/{THEIRS}")
    assert north.door.log == [("id-clinician", "fhir.read", MINE, 200), ("id-clinician", "fhir.read", THEIRS, 404)]
