"""A course over HTTP: begun, told of doses however often, asked about, and closed to whoever has no right to it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

import fullcourse
from clinic_service import NORTH, NOW, SOUTH, as_of, clinic_service
from course_events import event
from fullcourse.adapters.published.event import event_json
from fullcourse.clinical.event_bodies import DoseTaken, Held, Note, PlanStopped, Symptom, UnknownKind
from phone_plans import phone_schema

RECORD = json.loads((Path(fullcourse.__file__).parent / "examples" / "synthetic-patient.json").read_text("utf-8"))
BEGUN = {
    "record": RECORD,
    "clinic": NORTH,
    "zone": "Africa/Johannesburg",
    "plan": [{"drug": "linezolid", "dose": "600 mg once a day"}, {"drug": "moxifloxacin", "dose": "400 mg once a day"}],
    "start": "2026-11-02",
    "confirmed_by": "synthetic clinician",
    "because": "the test begins it all the same",
    "profile": "who",
}


@pytest.fixture
def clinic(tmp_path):
    with clinic_service(tmp_path) as client:
        yield client


@pytest.fixture
def course(clinic):
    begun = clinic.post("/api/v1/courses", json=BEGUN, headers=as_of("clinician", NORTH))
    assert begun.status_code == 201, begun.text
    assert begun.headers["location"] == f"/api/v1/courses/{begun.json()['course']}"
    return begun.json()["course"]


def told(course: str, body=None, hours: int = 1, **more) -> dict[str, object]:
    """Return an event of a course, as a phone or a clinic sends it."""
    made = event(body or DoseTaken("linezolid", 600.0), NOW - timedelta(hours=hours), patient=course, **more)
    return event_json(made)


def put(clinic, course: str, sent: dict[str, object], role: str = "nurse", *mine: str):
    address = f"/api/v1/courses/{course}/events/{sent['id']}"
    return clinic.put(address, json=sent, headers=as_of(role, *(mine or (NORTH,))))


def test_an_event_is_new_once_and_the_same_ever_after(clinic, course):
    sent = told(course)
    answers = [put(clinic, course, sent) for _ in range(3)]
    assert [it.status_code for it in answers] == [201, 200, 200]
    assert [it.json()["events"][0]["became"] for it in answers] == ["new", "same", "same"]
    log = clinic.get(f"/api/v1/courses/{course}/events", headers=as_of("nurse", NORTH)).json()
    assert [it["id"] for it in log["events"]].count(sent["id"]) == 1


def test_an_id_that_says_something_else_is_refused_and_the_first_stays(clinic, course):
    sent = told(course)
    assert put(clinic, course, sent).status_code == 201
    other = {**sent, "body": {**sent["body"], "mg": 300.0}}
    refused = put(clinic, course, other)
    assert refused.status_code == 422
    assert "kept apart" in refused.json()["detail"]
    kept = [it for it in _log(clinic, course) if it["id"] == sent["id"]]
    assert [it["body"]["mg"] for it in kept] == [600.0]


def _log(clinic, course):
    return clinic.get(f"/api/v1/courses/{course}/events", headers=as_of("nurse", NORTH)).json()["events"]


def test_a_batch_is_kept_together_or_not_at_all(clinic, course):
    good = [told(course, hours=hours) for hours in (1, 25, 49)]
    bad = [told(course, hours=73), {**told(course, hours=97), "kind": "dose_taken", "body": {"mg": 600.0}}]
    before = len(_log(clinic, course))
    address, nurse = f"/api/v1/courses/{course}/events", as_of("nurse", NORTH)
    refused = clinic.post(address, json=bad, headers=nurse)
    assert (refused.status_code, len(_log(clinic, course))) == (422, before)
    assert "$[1]" in refused.json()["detail"]
    taken = clinic.post(address, json=good, headers=nurse)
    assert (taken.status_code, len(_log(clinic, course))) == (200, before + 3)
    assert clinic.post(address, json=[], headers=nurse).status_code == 422
    assert clinic.post(address, json=good[0], headers=nurse).status_code == 400


def test_events_are_pulled_from_a_cursor_on_and_none_is_given_twice(clinic, course):
    sent = [told(course, hours=hours) for hours in range(1, 200, 24)]
    address, nurse = f"/api/v1/courses/{course}/events", as_of("nurse", NORTH)
    clinic.post(address, json=sent, headers=nurse)
    got, cursor, more = [], 0, True
    while more:
        page = clinic.get(address, params={"after": cursor, "limit": 4}, headers=nurse).json()
        got += [it["id"] for it in page["events"]]
        cursor, more = page["cursor"], page["more"]
    assert len(got) == len(set(got))
    assert {it["id"] for it in sent} <= set(got)
    late = told(course, hours=2)
    put(clinic, course, late)
    assert [it["id"] for it in clinic.get(address, params={"after": cursor}, headers=nurse).json()["events"]] == [
        late["id"]
    ]


@pytest.mark.parametrize("wrong", ["-1", "1.0", "x", "999999999999", "٣"])
def test_a_cursor_that_is_none_is_refused(clinic, course, wrong):
    address = f"/api/v1/courses/{course}/events"
    assert clinic.get(address, params={"after": wrong}, headers=as_of("nurse", NORTH)).status_code == 400


def test_nobody_speaks_as_somebody_else(clinic, course):
    hold = told(course, Held(("linezolid",), "side effects"), actor="clinician")
    assert put(clinic, course, hold, "patient", course).status_code == 403
    assert put(clinic, course, hold, "clinician", NORTH).status_code == 201
    own = told(course, actor="patient")
    assert put(clinic, course, own, "patient", course).status_code == 201
    watched = told(course, hours=30, actor="supporter")
    assert put(clinic, course, watched, "supporter", course).status_code == 201
    assert put(clinic, course, told(course, hours=54, actor="patient"), "supporter", course).status_code == 403


def test_only_who_may_begin_a_course_changes_its_plan_by_an_event(clinic, course):
    plan = next(it for it in _log(clinic, course) if it["kind"] == "plan_activated")
    again = {**told(course, Note("x"), actor="clinician"), "kind": "plan_activated", "body": plan["body"]}
    assert put(clinic, course, again, "nurse", NORTH).status_code == 403
    assert put(clinic, course, again, "clinician", NORTH).status_code == 201


def test_what_is_kept_and_not_understood_is_said(clinic, course):
    new = put(clinic, course, told(course, UnknownKind("hologram_shown", '{"a":1}')))
    assert (new.status_code, new.json()["events"][0]["note"] is None) == (201, False)
    symptom = put(clinic, course, told(course, Symptom("no_such_symptom")))
    assert "vocabulary" in symptom.json()["events"][0]["note"]
    known = put(clinic, course, told(course, hours=3))
    assert known.json()["events"][0]["note"] is None


def test_a_strangers_course_and_none_at_all_look_the_same(clinic, course):
    nobody = "00000000-0000-4000-8000-000000000000"
    for method, name in [("GET", ""), ("GET", "/missed"), ("GET", "/events"), ("GET", "/log"), ("GET", "/sheet")]:
        foreign = clinic.request(method, f"/api/v1/courses/{course}{name}", headers=as_of("nurse", SOUTH))
        absent = clinic.request(method, f"/api/v1/courses/{nobody}{name}", headers=as_of("nurse", SOUTH))
        assert foreign.status_code == absent.status_code == 404
        shown = [{key: it for key, it in one.json().items() if key != "instance"} for one in (foreign, absent)]
        assert shown[0] == shown[1]
        assert clinic.request(method, f"/api/v1/courses/{course}{name}").status_code == 401


def test_a_course_begins_only_in_a_clinic_of_the_callers_own(clinic):
    assert clinic.post("/api/v1/courses", json=BEGUN, headers=as_of("clinician", SOUTH)).status_code == 403
    assert clinic.post("/api/v1/courses", json=BEGUN, headers=as_of("nurse", NORTH)).status_code in (403, 401)


def test_a_plan_that_the_check_speaks_against_needs_a_reason(clinic):
    epileptic = {**BEGUN, "because": "", "plan": [{"drug": "cycloserine", "dose": "250 mg q12h"}]}
    epileptic["answers"] = '[[fact]]\nid = "epilepsy"\nvalue = true\non = 2026-11-01\n'
    answer = clinic.post("/api/v1/courses", json=epileptic, headers=as_of("clinician", NORTH))
    assert answer.status_code == 422
    assert "cycloserine (contraindicated)" in answer.json()["detail"]
    begun = clinic.post("/api/v1/courses", json={**epileptic, "because": "no"}, headers=as_of("clinician", NORTH))
    assert [it["kind"] for it in begun.json()["kept"]] == ["plan_activated", "note"]


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("", "course"), ("/missed", "missed"), ("/schedule", "schedule"), ("/supply", "supply"),
        ("/monitor", "monitor"), ("/outcome", "outcome"), ("/recheck", "recheck"), ("/events", "events"),
    ],
)  # fmt: skip
def test_every_question_about_a_course_is_answered(clinic, course, name, schema):
    answer = clinic.get(f"/api/v1/courses/{course}{name}", headers=as_of("clinician", NORTH))
    assert answer.status_code == 200, answer.text
    assert answer.json()["schema"] == f"fullcourse/{schema}/1"
    assert answer.headers["cache-control"] == "no-store"


def test_triage_of_a_course_knows_its_drugs(clinic, course):
    answer = clinic.post(
        f"/api/v1/courses/{course}/triage", json={"words": ["my eyes are yellow"]}, headers=as_of("nurse", NORTH)
    )
    assert answer.status_code == 200
    assert answer.json()["schema"] == "fullcourse/triage/1"
    assert "linezolid" in json.dumps(answer.json())


def test_files_of_a_course_name_nobody(clinic, course):
    nurse = as_of("nurse", NORTH)
    calendar = clinic.get(f"/api/v1/courses/{course}/calendar", headers=nurse)
    assert calendar.text.startswith("BEGIN:VCALENDAR")
    assert "linezolid" not in calendar.text.lower()
    sheet = clinic.get(f"/api/v1/courses/{course}/sheet", headers=nurse)
    assert sheet.content.startswith(b"%PDF")
    log = clinic.get(f"/api/v1/courses/{course}/log", headers=nurse)
    assert log.headers["content-disposition"] == 'attachment; filename="events.ndjson"'
    assert len(log.text.splitlines()) == len(_log(clinic, course))


def test_the_plan_is_changed_and_a_stop_is_an_event(clinic, course):
    changed = {
        "plan": [{"drug": "moxifloxacin", "dose": "400 mg once a day"}],
        "start": "2026-11-23",
        "confirmed_by": "synthetic clinician",
        "because": "optic neuritis",
    }
    answer = clinic.post(f"/api/v1/courses/{course}/plan", json=changed, headers=as_of("clinician", NORTH))
    assert (answer.status_code, answer.json()["kept"][0]["kind"]) == (200, "plan_changed")
    assert clinic.post(f"/api/v1/courses/{course}/plan", json=changed, headers=as_of("nurse", NORTH)).status_code == 404
    stop = told(course, PlanStopped("clinician", "synthetic"), hours=0, actor="clinician")
    assert put(clinic, course, stop, "clinician", NORTH).status_code == 201


def test_a_phase_that_ends_is_kept_with_its_plan_and_by_a_change_that_says_nothing_of_it(clinic):
    def kept(address: str, **said: object) -> str | None:
        answer = clinic.post(address, json=said, headers=as_of("clinician", NORTH))
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["kept"][0]["body"]["plan"].get("phase_ends_on")

    begun = {**BEGUN, "phase_ends": "2027-01-22"}
    answer = clinic.post("/api/v1/courses", json=begun, headers=as_of("clinician", NORTH)).json()
    address, plan = (
        f"/api/v1/courses/{answer['course']}",
        {"plan": BEGUN["plan"], "confirmed_by": "synthetic clinician"},
    )
    assert answer["kept"][0]["body"]["plan"]["phase_ends_on"] == "2027-01-22"
    shown = clinic.get(address, headers=as_of("clinician", NORTH)).json()
    assert shown["next_phase"] == {"due_on": "2027-01-23", "asked_from": "2027-01-16"}
    assert kept(f"{address}/plan", **plan, start="2026-11-23") == "2027-01-22"
    assert kept(f"{address}/plan", **plan, start="2026-11-24", phase_ends="2027-02-19") == "2027-02-19"
    assert kept(f"{address}/plan", **plan, start="2026-11-25", phase_ends="none") is None
    assert clinic.get(address, headers=as_of("clinician", NORTH)).json()["next_phase"] is None


@pytest.mark.parametrize("day", ["", "soon", "2027-13-01", "2026-11-01", "9999-12-31", 5])
def test_a_phase_that_cannot_end_so_begins_no_course(clinic, day):
    answer = clinic.post("/api/v1/courses", json={**BEGUN, "phase_ends": day}, headers=as_of("clinician", NORTH))
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize("role", ["patient", "supporter", "clinician"])
def test_a_phone_is_handed_its_plan_with_the_expiry_and_the_numbers_that_the_clinic_set(tmp_path, role):
    with clinic_service(tmp_path, FULLCOURSE_PHONE_DAYS="3", FULLCOURSE_COUNTRY="us") as clinic:
        course = clinic.post("/api/v1/courses", json=BEGUN, headers=as_of("clinician", NORTH)).json()["course"]
        headers = as_of(role, NORTH if role == "clinician" else course)
        answer = clinic.get(f"/api/v1/courses/{course}/phone", headers=headers)
        other = clinic.get(f"/api/v1/courses/{course}/phone?country=ES&language=es", headers=headers)
    assert answer.status_code == 200, answer.text
    given = answer.json()
    phone_schema().validate(given)
    assert given["expires_at"] - given["issued_at"] == 3 * 86_400_000
    assert (given["patient"], given["help"]["country"], given["language"]) == (course, "US", "en")
    assert (other.json()["help"]["country"], other.json()["language"]) == ("ES", "es")
    assert [it["drug"] for it in given["drugs"]] == ["linezolid", "moxifloxacin"]


@pytest.mark.parametrize("query", ["country=XX", "language=tlh", "profile=mars"])
def test_a_phone_that_asks_for_what_is_not_there_is_told_so(clinic, course, query):
    answer = clinic.get(f"/api/v1/courses/{course}/phone?{query}", headers=as_of("nurse", NORTH))
    assert answer.status_code == 422


def test_the_plan_of_a_phone_is_closed_to_whoever_has_no_right_to_the_course(clinic, course):
    assert clinic.get(f"/api/v1/courses/{course}/phone").status_code == 401
    assert clinic.get(f"/api/v1/courses/{course}/phone", headers=as_of("nurse", SOUTH)).status_code == 404
