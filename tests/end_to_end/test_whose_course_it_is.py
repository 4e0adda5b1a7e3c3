"""Phones, consents, transfer and emergencies over HTTP, and what the audit holds of each."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from access_places import ENGINES, opened
from fullcourse.adapters.access.audit.reading import verify_audit
from fullcourse.adapters.access.people.courses import Consent, say_consent
from service_people import PIN, Clinic

HERE, THERE = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
NORTH, SOUTH = f"/api/v1/courses/{HERE}", f"/api/v1/courses/{THERE}"


@pytest.fixture(params=ENGINES)
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    for clinic in opened(request.param, tmp_path):
        clinic.add("nurse", ("nurse",), ("north",))
        clinic.add("doctor", ("clinician",), ("north",))
        clinic.add("south", ("clinician",), ("south",))
        clinic.add("auditor", ("auditor",), ())
        clinic.place(HERE, "north")
        clinic.place(THERE, "south")
        yield clinic


def status(clinic: Clinic, who: str, method: str, path: str, body: object = None) -> int:
    return clinic.call(method, path, clinic.tokens[who], body).status_code


def test_a_supporter_sees_the_course_while_the_patient_consents_and_no_longer(clinic: Clinic) -> None:
    clinic.phone("patient", HERE, "patient", "nurse")
    clinic.phone("supporter", HERE, "supporter", "nurse")
    supporter = clinic.door.caller({"authorization": f"Bearer {clinic.tokens['supporter']}"}, "", clinic.clock())
    seen = []
    for given in (None, True, False, True, False):
        if given is not None:
            clinic.ok("POST", f"{NORTH}/consents", "patient", {"supporter": clinic.ids["supporter"], "given": given})
        seen.append(clinic.door.patients_of(supporter, "course.read"))
    assert seen == [(), (HERE,), (), (HERE,), ()]
    ledger = clinic.ok("GET", f"{NORTH}/consents", "patient")["consents"]
    assert [it["given"] for it in ledger] == [True, False, True, False], "no line is ever changed"


def test_only_a_supporter_of_this_patient_can_be_consented_to(clinic: Clinic) -> None:
    clinic.phone("patient", HERE, "patient", "nurse")
    clinic.phone("stranger", THERE, "supporter", "south")
    for supporter in (clinic.ids["stranger"], clinic.ids["nurse"], "nobody"):
        body = {"supporter": supporter, "given": True}
        assert status(clinic, "patient", "POST", f"{NORTH}/consents", body) == 422


def test_an_invitation_holds_once_and_for_a_day(clinic: Clinic) -> None:
    made = clinic.ok("POST", f"{NORTH}/invitations", "nurse", {"role": "patient"})
    word = made["link"].partition("#")[2]
    assert made["link"].startswith("http://127.0.0.1:8080/p/#") and made["svg"].startswith("<svg")
    assert "style=" not in made["svg"] and "<script" not in made["svg"]
    for pin in ("123", "1234", "4321", "7777", "9012", "0000", "12a4", "1234567890123", "٣٤٥١"):
        answer = clinic.call("POST", "/api/v1/phones", body={"invitation": word, "pin": pin})
        assert answer.status_code == 422, pin
    assert clinic.call("POST", "/api/v1/phones", body={"invitation": word, "pin": PIN}).status_code == 201
    assert clinic.call("POST", "/api/v1/phones", body={"invitation": word, "pin": PIN}).status_code == 401
    late = clinic.ok("POST", f"{NORTH}/invitations", "nurse", {"role": "patient"})["link"].partition("#")[2]
    clinic.clock.move(hours=24)
    assert clinic.call("POST", "/api/v1/phones", body={"invitation": late, "pin": PIN}).status_code == 401


def invited_supporter(clinic: Clinic) -> str:
    """Invite a supporter, keep whose account it is, and return the word of the link."""
    made = clinic.ok("POST", f"{NORTH}/invitations", "nurse", {"role": "supporter"})
    clinic.ids["supporter"] = made["account"]
    return str(made["link"].partition("#")[2])


def joins(clinic: Clinic, word: str, who: str = "") -> int:
    """Join by a link; return the status, and keep what the phone is let in with."""
    answer = clinic.call("POST", "/api/v1/phones", body={"invitation": word, "pin": PIN})
    if answer.status_code == 201:
        clinic.ids[f"phone {who}"] = answer.json()["device"]
        clinic.ids[f"secret {who}"] = answer.json()["secret"]
        clinic.tokens[who] = clinic.open(answer.json()["device"], answer.json()["secret"])
    return answer.status_code


def consents(clinic: Clinic, *, given: bool = True) -> None:
    said = Consent(clinic.ids["supporter"], given, clinic.ids["nurse"], clinic.clock())
    clinic.access.write(lambda connection: say_consent(connection, HERE, said))


def sees(clinic: Clinic, who: str) -> bool:
    clinic.tokens[who] = clinic.open(clinic.ids[f"phone {who}"], clinic.ids[f"secret {who}"])
    caller = clinic.door.caller({"authorization": f"Bearer {clinic.tokens[who]}"}, "", clinic.clock())
    return clinic.door.patients_of(caller, "course.read") == (HERE,)


def test_a_supporters_link_is_not_used_up_before_the_patient_consents(clinic: Clinic) -> None:
    word = invited_supporter(clinic)
    assert joins(clinic, word, "first") == 201 and not sees(clinic, "first")
    assert joins(clinic, word, "second") == 201 and not sees(clinic, "second")
    assert status(clinic, "first", "GET", "/api/v1/session") == 401, "the phone before is shut out"
    clinic.clock.move(hours=25)  # which ends the link, and not the phone that waits
    consents(clinic)
    assert sees(clinic, "second")
    assert joins(clinic, word) == 401


@pytest.mark.parametrize("is_before", [True, False])
def test_a_supporters_link_holds_once_when_the_patient_consents(clinic: Clinic, *, is_before: bool) -> None:
    word = invited_supporter(clinic)
    if is_before:
        consents(clinic)
    assert joins(clinic, word, "first") == 201
    if not is_before:
        consents(clinic)
    assert sees(clinic, "first")
    assert joins(clinic, word) == 401
    consents(clinic, given=False)
    assert joins(clinic, word) == 401 and not sees(clinic, "first")


def test_a_supporters_phone_that_was_shut_out_before_the_consent_takes_its_link_with_it(clinic: Clinic) -> None:
    word = invited_supporter(clinic)
    assert joins(clinic, word, "first") == 201
    clinic.ok("DELETE", f"{NORTH}/phones/{clinic.ids['phone first']}", "nurse")
    assert joins(clinic, word) == 401


def test_a_link_of_one_kind_is_none_of_another(clinic: Clinic) -> None:
    invitation = clinic.ok("POST", f"{NORTH}/invitations", "nurse", {"role": "patient"})["link"].partition("#")[2]
    link = clinic.ok("POST", f"/api/v1/users/{clinic.ids['nurse']}/link", "administrator", {})["link"].partition("#")[2]
    body = {"link": invitation, "password": "another lantern gravel cobalt"}
    assert clinic.call("POST", "/api/v1/password", body=body).status_code == 401
    assert clinic.call("POST", "/api/v1/phones", body={"invitation": link, "pin": PIN}).status_code == 401
    assert clinic.call("POST", "/api/v1/phones", body={"invitation": invitation, "pin": PIN}).status_code == 201


def test_five_wrong_pins_shut_the_phone_out_and_four_do_not(clinic: Clinic) -> None:
    device, secret = clinic.phone("patient", HERE, "patient", "nurse")

    def opening(pin: str, with_secret: str = secret, of: str = device) -> int:
        body = {"device": of, "secret": with_secret, "pin": pin}
        return clinic.call("POST", "/api/v1/phones/session", body=body).status_code

    assert [opening("9999") for _ in range(4)] == [401] * 4
    assert opening(PIN) == 200
    assert [opening("9999") for _ in range(4)] == [401] * 4
    assert [opening(PIN, "not the secret") for _ in range(9)] == [401] * 9, "who has no phone shuts nobody out"
    assert opening(PIN) == 200
    assert [opening("9999") for _ in range(5)] == [401] * 5
    assert opening(PIN) == 401
    assert status(clinic, "patient", "GET", "/api/v1/session") == 401
    assert opening(PIN, of="nobody") == 401
    again, _ = clinic.phone("patient", HERE, "patient", "nurse")
    assert again != device and status(clinic, "patient", "GET", "/api/v1/session") == 200


def test_a_phone_that_was_shut_out_is_out_at_once(clinic: Clinic) -> None:
    device, secret = clinic.phone("patient", HERE, "patient", "nurse")
    assert status(clinic, "south", "DELETE", f"{NORTH}/phones/{device}") == 404
    assert status(clinic, "south", "DELETE", f"{SOUTH}/phones/{device}") == 404, "by way of another course"
    assert status(clinic, "patient", "GET", f"{NORTH}/phones") == 200
    clinic.ok("DELETE", f"{NORTH}/phones/{device}", "nurse")
    assert status(clinic, "patient", "GET", f"{NORTH}/phones") == 401
    body = {"device": device, "secret": secret, "pin": PIN}
    assert clinic.call("POST", "/api/v1/phones/session", body=body).status_code == 401


def test_a_transferred_course_is_the_new_clinics_alone_and_the_patients_still(clinic: Clinic) -> None:
    clinic.phone("patient", HERE, "patient", "nurse")
    assert status(clinic, "doctor", "PUT", f"{NORTH}/clinic", {"clinic": "nowhere"}) == 422
    assert status(clinic, "nurse", "PUT", f"{NORTH}/clinic", {"clinic": "south"}) == 404
    clinic.ok("PUT", f"{NORTH}/clinic", "doctor", {"clinic": "south"})
    seen = {who: status(clinic, who, "GET", f"{NORTH}/consents") for who in ("doctor", "nurse", "south", "patient")}
    assert seen == {"doctor": 404, "nurse": 404, "south": 200, "patient": 200}


def test_an_administrator_takes_no_course_away_from_a_clinic(clinic: Clinic) -> None:
    assert status(clinic, "administrator", "POST", "/api/v1/clinics/south/courses", {"patient": HERE}) == 409
    assert status(clinic, "administrator", "POST", "/api/v1/clinics/north/courses", {"patient": HERE}) == 204
    assert status(clinic, "administrator", "GET", f"{NORTH}/consents") == 404


def test_a_course_opened_in_an_emergency_is_open_for_four_hours_and_the_auditor_reads_why(
    clinic: Clinic,
) -> None:
    caller = lambda: clinic.door.caller({"authorization": f"Bearer {token}"}, "", clinic.clock())  # noqa: E731
    token = clinic.tokens["doctor"]
    for reason in ("", "  short  ", "x" * 501):
        assert status(clinic, "doctor", "POST", f"{SOUTH}/emergency", {"reason": reason}) == 422
    assert clinic.door.patients_of(caller(), "course.read") == (HERE,)
    assert status(clinic, "nurse", "POST", f"{SOUTH}/emergency", {"reason": "Unconscious, brought in"}) == 404
    clinic.ok("POST", f"{SOUTH}/emergency", "doctor", {"reason": "Unconscious, brought in"})
    assert clinic.door.patients_of(caller(), "course.read") == (HERE, THERE)
    assert clinic.door.patients_of(caller(), "consent.say") == (HERE,)
    for _ in range(24):
        clinic.clock.move(minutes=9, seconds=59)
        assert status(clinic, "doctor", "GET", "/api/v1/session") == 200
    assert clinic.door.patients_of(caller(), "course.read") == (HERE, THERE)
    clinic.clock.move(seconds=24)
    assert clinic.door.patients_of(caller(), "course.read") == (HERE,)
    clinic.tokens["auditor"] = clinic.sign_in("auditor@example.org")
    entries = clinic.ok("GET", f"{SOUTH}/audit", "auditor")["entries"]
    (opened_,) = [it for it in entries if it["did"] == "course.opened-in-emergency"]
    assert opened_["why"] == "Unconscious, brought in" and opened_["account"] == clinic.ids["doctor"]
    assert opened_["where"] == "192.0.2.7"
    refused = [(it["did"], it["account"], it["status"]) for it in entries if it["status"] == 404]
    assert ("course.open-in-emergency", clinic.ids["nurse"], 404) in refused


def test_every_call_about_a_course_has_an_entry_refused_ones_too(clinic: Clinic) -> None:
    before = len(clinic.ok("GET", "/api/v1/audit", "auditor")["entries"])
    asked = [
        ("doctor", f"{NORTH}/consents", 200), ("south", f"{NORTH}/consents", 404), ("nurse", f"{NORTH}/phones", 200),
        ("auditor", f"{NORTH}/consents", 404),
    ]  # fmt: skip
    for who, path, wanted in asked:
        assert status(clinic, who, "GET", path) == wanted
    assert clinic.call("GET", f"{NORTH}/consents").status_code == 401
    entries = clinic.ok("GET", "/api/v1/audit", "auditor")["entries"][before + 1 :]
    assert [(it["account"], it["patient"], it["status"]) for it in entries] == [
        (clinic.ids[who], HERE, wanted) for who, _, wanted in asked
    ]
    assert all(it["call"] and it["at"] for it in entries)
    assert verify_audit(clinic.access.kept).broken == ()


def test_nothing_is_answered_when_its_entry_cannot_be_kept(clinic: Clinic) -> None:
    clinic.access.audit.close()
    answer = clinic.call("GET", f"{NORTH}/consents", clinic.tokens["doctor"])
    assert answer.status_code >= 400 and "consents" not in answer.json()


def test_no_name_stands_in_the_log_or_the_audit(clinic: Clinic, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        clinic.add("Canary-Zebedee", ("nurse",), ("north",))
        wrong = {"login": "canary-zebedee@example.org", "password": "wrong-zebedee"}
        clinic.call("POST", "/api/v1/sign-in", body=wrong)
        clinic.call("GET", "/api/v1/courses/Zebedee%20Canary/consents", clinic.tokens["doctor"])
        clinic.call("POST", "/api/v1/users", clinic.tokens["administrator"], {"login": "zebedee", "name": 7})
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]  # the client of the test
    text = " ".join(record.getMessage() for record in ours).casefold()
    assert "/api/v1/sign-in" in text and "zebedee" not in text and "lantern" not in text
    clinic.tokens["auditor"] = clinic.sign_in("auditor@example.org")
    assert "zebedee" not in str(clinic.ok("GET", "/api/v1/audit", "auditor")).casefold()


@pytest.mark.parametrize(
    ("off", "flagged"),
    [
        (timedelta(0), False), (timedelta(minutes=10), False), (timedelta(minutes=10, milliseconds=1), True),
        (-timedelta(minutes=10), False), (-timedelta(minutes=10, milliseconds=1), True), (timedelta(days=3650), True),
    ],
)  # fmt: skip
def test_a_clock_that_is_off_by_more_than_ten_minutes_is_flagged(clinic: Clinic, off: timedelta, flagged: bool) -> None:
    clinic.phone("patient", HERE, "patient", "nurse")
    caller = clinic.door.caller({"authorization": f"Bearer {clinic.tokens['patient']}"}, "", clinic.clock())
    skew = clinic.door.note_clock(caller, clinic.clock() + off, clinic.clock())
    assert (skew.ahead, skew.is_flagged) == (off, flagged)
