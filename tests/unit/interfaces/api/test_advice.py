"""Every address that answers about what comes with the call: the answer of the command, by its schema, and no guess."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

import fullcourse as fc
from clinic_service import as_of, clinic_service
from fullcourse.adapters import published
from fullcourse.interfaces.api.advice import ADVICE

EXAMPLES = Path(fc.__file__).parent / "examples"
SCHEMAS = Path(published.__file__).parent / "schemas"
RECORD = json.loads((EXAMPLES / "synthetic-patient.json").read_text("utf-8"))
ANSWERS = (EXAMPLES / "synthetic-answers.toml").read_text("utf-8")
AT = "2026-11-22"
OF_RECORD = {"record": RECORD, "answers": ANSWERS, "at": AT, "profile": "who"}
LEVEL = {"record": RECORD, "drug": "cycloserine", "dose": "250 mg q12h", "levels": ["31 mg/L @ 2026-11-20T10:00+02:00"]}
BODIES = {
    "check": {**OF_RECORD, "drugs": ["cycloserine"]},
    "questions": {**OF_RECORD, "drugs": ["cycloserine", "linezolid"]},
    "pairs": {"drugs": ["rifampin"], "beside": ["apixaban", "metformin"], "at": AT},
    "regimen": {**OF_RECORD, "start": "2026-12-01"},
    "dose": {**OF_RECORD, "drug": "linezolid"},
    "plan": {**OF_RECORD, "start": "2026-12-01"},
    "monitor": {
        **OF_RECORD,
        "drugs": ["linezolid"],
        "start": "2026-11-02",
        "plans": {"linezolid": "600 mg once a day"},
    },
    "outcome": {**OF_RECORD, "drugs": ["linezolid"], "start": "2026-01-02", "days": 183, "completed": True},
    "triage": {"symptoms": {"seizure": "yes"}, "drugs": ["cycloserine"], "country": "ZA", "at": AT},
    "overdose": {"drug": "cycloserine", "took": "6 capsules", "strength": "250 mg", "at": AT},
    "ask": {"question": "Can I drink alcohol with cycloserine?"},
    "leaflet": {"drugs": ["cycloserine"], "country": "US"},
    "levels/simulate": {"drug": "cycloserine", "dose": "250 mg q12h", "days": 3, "n": 50},
    "levels/attainment": {"drug": "cycloserine", "dose": "250 mg q12h", "n": 50},
    "levels/estimate": LEVEL,
    "levels/advise": LEVEL,
}
CLINICIAN = as_of("clinician", "clinic-north")


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with clinic_service(tmp_path_factory.mktemp("service")) as client:
        yield client


def ask(service, name: str, body: object, headers=CLINICIAN):
    return service.post(f"/api/v1/{name}", json=body, headers=headers)


def test_every_address_has_a_case():
    assert {route.path.removeprefix("/api/v1/") for route in ADVICE} == BODIES.keys()


@pytest.mark.parametrize("name", sorted(BODIES))
def test_the_answer_keeps_its_published_schema(service, name):
    answer = ask(service, name, BODIES[name])
    assert answer.status_code == 200, answer.text
    gives = next(route.gives for route in ADVICE if route.path == f"/api/v1/{name}")
    schema = json.loads((SCHEMAS / f"{gives}.json").read_text("utf-8"))
    jsonschema_rs.validator_for(schema).validate(answer.json())


def test_a_check_says_what_the_function_says(service):
    said = fc.check(RECORD, drugs=["cycloserine"], profile="who", at=AT, answers=ANSWERS).to_dict()
    assert ask(service, "check", BODIES["check"]).json() == json.loads(json.dumps(said))


def test_a_record_in_toml_is_read_as_one_in_fhir_is(service):
    text = (EXAMPLES / "contraindicated.toml").read_text("utf-8")
    answer = ask(service, "check", {"record": text, "drugs": ["cycloserine"], "at": AT})
    assert answer.json()["drugs"][0]["decision"] == "contraindicated"


@pytest.mark.parametrize("name", sorted(BODIES))
def test_a_field_that_is_not_known_is_refused_and_its_content_never_repeated(service, name):
    answer = ask(service, name, {**BODIES[name], "Zebediah": "Canary-4711"})
    assert answer.status_code == 400
    assert "Canary" not in answer.text
    assert "Zebediah" not in answer.text


@pytest.mark.parametrize("name", sorted(BODIES))
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"7", b'"x"', b"{", b"\xff\xfe", b"{}" * 2])
def test_what_is_no_body_is_refused(service, name, body):
    headers = {**CLINICIAN, "Content-Type": "application/json"}
    answer = service.post(f"/api/v1/{name}", content=body, headers=headers)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        b'{"drug":"cycloserine","drug":"linezolid","took":"1 capsule"}',
        b'{"drug":"cycloserine","took":"1","weight_kg":NaN}',
        b'{"drug":"cycloserine","took":"1","weight_kg":1e999}',
        b'{"drug":"cycloserine","took":"1","weight_kg":-1}',
        b'{"drug":"cycloserine","took":"1","weight_kg":0}',
        b'{"drug":"cycloserine","took":"1","weight_kg":651}',
        b'{"drug":"cycloserine","took":"\\ud800"}',
        b'{"drug":"cycloserine","took":' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
)
def test_what_could_be_misread_is_refused(service, body):
    answer = service.post("/api/v1/overdose", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text


def test_a_repeated_key_within_a_record_is_refused(service):
    text = json.dumps(BODIES["check"]).replace('"gender":', '"gender": "male", "gender":', 1)
    answer = service.post("/api/v1/check", content=text, headers={**CLINICIAN, "Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "stands twice" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["levels/simulate", "levels/estimate"])
@pytest.mark.parametrize("model", ["/etc/passwd", "../x.toml", "x.toml", "C:\\x.toml", "a/b"])
def test_no_field_names_a_file_of_the_server(service, name, model):
    answer = ask(service, name, {**BODIES[name], "model": model})
    assert answer.status_code == 400
    assert ask(service, name, {**BODIES[name], "model": "no-such-model"}).status_code == 422


def test_a_drug_that_is_not_known_is_said_in_words(service):
    answer = ask(service, "dose", {**BODIES["dose"], "drug": "no such drug"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:fullcourse:problem:input"


@pytest.mark.parametrize("name", sorted(BODIES))
def test_who_has_not_signed_in_gets_what_is_open_and_nothing_else(service, name):
    is_open = name in ("pairs", "triage", "overdose", "ask", "leaflet")
    assert ask(service, name, BODIES[name], {}).status_code == (200 if is_open else 401)


def test_advice_may_be_opened_by_a_setting(tmp_path):
    with clinic_service(tmp_path, FULLCOURSE_OPEN_ADVICE="yes") as service:
        assert ask(service, "check", BODIES["check"], {}).status_code == 200


def test_a_patient_may_not_ask_about_records_of_others(service):
    assert ask(service, "check", BODIES["check"], as_of("patient", "someone")).status_code == 403


def test_a_compressed_body_one_of_another_kind_and_one_too_long_are_refused(service, tmp_path):
    zipped = {**CLINICIAN, "Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert service.post("/api/v1/check", content=b"x", headers=zipped).status_code == 415
    as_text = {**CLINICIAN, "Content-Type": "text/plain"}
    assert service.post("/api/v1/check", content=b"{}", headers=as_text).status_code == 415
    with clinic_service(tmp_path, FULLCOURSE_BODY_BYTES="1000", FULLCOURSE_RECORD_BYTES="2000") as small:
        fits, over = b"[" + b" " * 998 + b"]", b"[" + b" " * 999 + b"]"
        kind = {"Content-Type": "application/json"}
        assert small.post("/api/v1/ask", content=fits, headers=kind).status_code == 400
        assert small.post("/api/v1/ask", content=over, headers=kind).status_code == 413
        assert small.post("/api/v1/triage", content=over, headers={**kind, **CLINICIAN}).status_code == 400


def test_a_name_after_the_question_mark_that_is_not_known_is_refused(service):
    answer = service.post("/api/v1/ask?Canary-4711=x", json=BODIES["ask"])
    assert (answer.status_code, "Canary" in answer.text) == (400, False)
