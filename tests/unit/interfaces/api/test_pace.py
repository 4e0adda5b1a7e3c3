"""How many calls there may be in a minute: by address for strangers, by account for others, and what never waits."""

from datetime import timedelta

import pytest

from clinic_service import NORTH, NOW, SOUTH, as_of, clinic_service

FEW = {"FULLCOURSE_CALLS_BY_STRANGERS": "3", "FULLCOURSE_CALLS_BY_CALLERS": "5"}
ASKED = {"question": "Can I drink alcohol with cycloserine?"}


@pytest.fixture
def moment():
    return [NOW.replace(second=20)]


@pytest.fixture
def service(tmp_path, moment):
    with clinic_service(tmp_path, lambda: moment[0], **FEW) as client:
        yield client


def asked(service, headers=None) -> int:
    return service.post("/api/v1/ask", json=ASKED, headers=headers or {}).status_code


def test_a_stranger_is_answered_so_often_in_a_minute_and_told_when_to_come_again(service, moment):
    assert [asked(service) for _ in range(4)] == [200, 200, 200, 429]
    refused = service.post("/api/v1/ask", json=ASKED)
    assert (refused.headers["retry-after"], refused.json()["type"]) == ("40", "urn:fullcourse:problem:too_many")
    moment[0] += timedelta(seconds=39)
    assert asked(service) == 429
    moment[0] += timedelta(seconds=1)
    assert asked(service) == 200


def test_each_account_is_counted_by_itself(service):
    assert [asked(service, as_of("nurse", NORTH)) for _ in range(6)] == [200] * 5 + [429]
    assert asked(service, as_of("clinician", NORTH)) == 200
    assert asked(service) == 200


def test_who_guesses_ids_of_courses_is_counted_too(service):
    told = [service.get(f"/api/v1/courses/{number}", headers=as_of("nurse", SOUTH)).status_code for number in range(7)]
    assert told == [404] * 5 + [429] * 2


def test_an_emergency_a_question_of_health_and_a_program_of_others_never_wait(service):
    seizure = {"symptoms": {"seizure": "yes"}, "drugs": ["cycloserine"]}
    assert {service.post("/api/v1/triage", json=seizure).status_code for _ in range(9)} == {200}
    assert {service.get("/healthz").status_code for _ in range(9)} == {200}
    assert {asked(service, as_of("integration", NORTH)) for _ in range(9)} == {200}


def test_open_advice_is_not_counted_and_the_rest_is(tmp_path):
    with clinic_service(tmp_path, FULLCOURSE_OPEN_ADVICE="yes", **FEW) as service:
        told = [service.post("/api/v1/check", json={}).status_code for _ in range(9)]
        assert told == [400] * 9
        assert [asked(service) for _ in range(4)] == [200, 200, 200, 429]


def test_a_stranger_sends_no_long_record(tmp_path):
    short = {"FULLCOURSE_BODY_BYTES": "1000", "FULLCOURSE_RECORD_BYTES": "5000"}
    long = b'{"symptoms": {"seizure": "yes"}, "drugs": ["cycloserine"]' + b" " * 1500 + b"}"
    kind = {"Content-Type": "application/json"}
    with clinic_service(tmp_path, **short) as service:
        assert service.post("/api/v1/triage", content=long, headers=kind).status_code == 413
        known = {**kind, **as_of("nurse", NORTH)}
        assert service.post("/api/v1/triage", content=long, headers=known).status_code == 200
