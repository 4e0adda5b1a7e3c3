"""What people wrote into a course or type into a form, on the pages of the desk: text, and nothing that acts."""

import json
from pathlib import Path
from typing import Final

import pytest

from desk_clinic import desk_clinic
from fullcourse.adapters.published.event import event_line, read_event_line
from hostile_text import HOSTILE, SAID_TOGETHER, faults_in
from service_people import BEGUN

TEXTS: Final = {"all of it": SAID_TOGETHER, "HTML": HOSTILE["HTML"]}
WRITTEN: Final = {
    "text", "because", "purpose", "reason", "lot", "facility", "language", "note", "decided_by", "confirmed_by",
    "outcome",
}  # fmt: skip
PAGES: Final = ("", "/plan", "/enter", "/follow-up")


def assert_shown_as_text(page: str, text: str, what: str) -> None:
    assert list(faults_in(page, html=text != SAID_TOGETHER)) == [], what
    assert "<script>hostile" not in page, what


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_page_of_a_course(text: str, tmp_path: Path):
    with desk_clinic(tmp_path, people=1) as desk:
        kept = [json.loads(event_line(it)) for it in desk.patients[0].events]
        for number, line in enumerate(kept):
            line["body"].update(dict.fromkeys(line["body"].keys() & WRITTEN, text))
            line["id"] = f"{line['id'][:-12]}{number:012x}"
            line["patient"] = "hostile-example"
        store = desk.clinic.service.store
        assert store is not None
        store.append([read_event_line(json.dumps(it), "the log", 1) for it in kept], BEGUN)
        desk.clinic.place("hostile-example", "north")
        sits = desk.at_the_desk("clinician")
        for path in ("/desk", *(f"/desk/courses/hostile-example{page}" for page in PAGES)):
            answer = sits.get(path)
            assert answer.status_code == 200, path
            assert_shown_as_text(answer.text, text, path)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_form_that_is_shown_again_with_what_was_typed(text: str, tmp_path: Path):
    with desk_clinic(tmp_path) as desk:
        sits, patient = desk.at_the_desk("clinician"), desk.patients[0].patient
        for page, form, fields in (
            ("enter", "symptoms", ("symptom", "grade")), ("enter", "visits", ("purpose", "planned_at")),
            ("follow-up", "contacts", ("how", "reached", "note")), ("follow-up", "snooze", ("reason", "until")),
        ):  # fmt: skip
            sits.get(f"/desk/courses/{patient}/{page}")
            answer = sits.post(f"/desk/courses/{patient}/{form}", id=sits.event_id, **dict.fromkeys(fields, text[:200]))
            assert answer.status_code < 500, form
            assert_shown_as_text(answer.text, text, form)
        sits.get("/desk/begin")
        answer = sits.post("/desk/begin", record=text)
        assert answer.status_code < 500
        assert_shown_as_text(answer.text, text, "begin")
