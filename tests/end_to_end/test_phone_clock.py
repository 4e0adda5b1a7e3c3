"""A phone whose clock is wrong sends doses: they are kept as told, and how far it is off is kept and said."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import fullcourse
from course_events import event
from fullcourse.adapters.published.event import event_json
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.event_bodies import DoseTaken
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from service_people import clinic_at

RECORD = json.loads((Path(fullcourse.__file__).parent / "examples" / "synthetic-patient.json").read_text("utf-8"))
BEGUN = {
    "record": RECORD, "clinic": "north", "zone": "Africa/Johannesburg", "start": "2026-11-02", "profile": "who",
    "confirmed_by": "synthetic", "because": "a test", "plan": [{"drug": "linezolid", "dose": "600 mg once a day"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("off_min", "far"), [(0, False), (10, False), (-10, False), (11, True), (-11, True), (60 * 24 * 400, True)]
)
def test_a_clock_that_is_off_is_kept_and_above_ten_minutes_said(tmp_path, off_min, far):
    with clinic_at(tmp_path / "courses.db") as clinic, open_store(tmp_path / "courses.db") as store:
        clinic.app = make_app(replace(clinic.service, store=store), EVERY_ROUTE)
        clinic.add("doctor", ("clinician", "nurse"), ("north",))
        course = clinic.ok("POST", "/api/v1/courses", "doctor", BEGUN)["course"]
        clinic.phone("phone", course, "patient", "doctor")
        made = event(
            DoseTaken("linezolid", 600.0), clinic.clock() - timedelta(hours=1), patient=course, actor="patient"
        )
        sent, address = event_json(made), f"/api/v1/courses/{course}/events/{made.id}"
        shown = (clinic.clock() + timedelta(minutes=off_min)).isoformat()
        answer = clinic.call("PUT", address, clinic.tokens["phone"], sent, **{"X-Device-Time": shown})
        assert answer.status_code == 201, answer.text
        assert (answer.json()["clock_off_s"], answer.json()["clock_is_far_off"]) == (off_min * 60, far)
        assert store.events(course)[-1].occurred_at == made.occurred_at
        for wrong in ("yesterday", "2026-11-30T08:00:00"):
            refused = clinic.call("PUT", address, clinic.tokens["phone"], sent, **{"X-Device-Time": wrong})
            assert refused.status_code == 400
