"""Symptoms as adverse events and as answers: what is there, what became of it, and what was said at once."""

from datetime import UTC, date, datetime

import pytest

from course_events import PATIENT, event, started
from fullcourse.adapters.fhir.served.course import CourseLog, course_served
from fullcourse.adapters.fhir.write.questionnaire import ANSWERS
from fullcourse.clinical.event_bodies import Retracted, Symptom
from patients import knowledge

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
BEGUN = started("cycloserine: 250 mg q12h", on="2026-03-01T09:00", start=date(2026, 3, 2))


def symptom(name="symptom_seizure", present=True, on="2026-03-03T08:00", **more):
    return event(Symptom(name, present=present), on, **more)


def served(kind, *events):
    return [it.resource for it in course_served(CourseLog(PATIENT, (BEGUN, *events)), knowledge(), NOW, [kind])]


def outcome(made: dict) -> str:
    return made["outcome"]["coding"][0]["code"]


def test_a_symptom_that_is_there_is_an_adverse_event_and_one_that_is_not_is_none():
    (made,) = served("AdverseEvent", symptom(), symptom("symptom_rash", present=False))
    assert made["event"]["coding"][0]["code"] == "symptom_seizure"
    assert (made["actuality"], made["date"][:10], made["recorder"]["display"]) == ("actual", "2026-03-03", "patient")


@pytest.mark.parametrize(
    ("later", "word"),
    [
        ([], "unknown"),
        ([("symptom_rash", False)], "unknown"),
        ([("symptom_seizure", False)], "resolved"),
        ([("symptom_seizure", True)], "ongoing"),
        ([("symptom_seizure", True), ("symptom_seizure", False)], "resolved"),
        ([("symptom_seizure", False), ("symptom_seizure", True), ("symptom_rash", False)], "ongoing"),
    ],
)
def test_what_became_of_a_symptom_is_what_was_said_of_it_last(later, word):
    events = [symptom(name, present, f"2026-03-{day:02d}T08:00") for day, (name, present) in enumerate(later, 4)]
    assert outcome(served("AdverseEvent", symptom(), *events)[0]) == word


def test_what_was_said_before_or_at_once_tells_nothing_of_what_became_of_it():
    before = symptom(present=False, on="2026-03-02T08:00")
    assert outcome(served("AdverseEvent", before, symptom())[0]) == "unknown"


def test_a_symptom_that_was_taken_back_is_no_adverse_event():
    told = symptom()
    back = event(Retracted(), "2026-03-04T08:00", supersedes=told.id)
    assert served("AdverseEvent", told, back) == []
    (made,) = served("QuestionnaireResponse", told, back)
    assert made["status"] == "entered-in-error"
    assert len(made["item"]) == 1


def answers(made: dict) -> dict[str, str]:
    leaves = [leaf for it in made["item"] for leaf in (it.get("item") or [it])]
    return {it["linkId"]: it["answer"][0]["valueCoding"]["code"] for it in leaves}


def test_what_was_said_at_once_is_one_response_with_each_yes_and_each_no():
    at_once = [symptom(), symptom("symptom_rash", present=False), symptom("cough", on="2026-03-03T08:00")]
    later = symptom("symptom_rash", on="2026-03-05T08:00")
    first, second = served("QuestionnaireResponse", *at_once, later)
    assert answers(first) == {"symptom_seizure": "yes", "symptom_rash": "no", "cough": "yes"}
    assert answers(second) == {"symptom_rash": "yes"}
    assert (first["status"], first["authored"][:10]) == ("completed", "2026-03-03")
    assert first["source"] == first["subject"]


def test_a_symptom_that_no_question_asks_for_stands_by_itself_and_under_its_own_name():
    (made,) = served("QuestionnaireResponse", symptom("cough"))
    (item,) = made["item"]
    assert (item["linkId"], item["text"], "item" in item) == ("cough", "cough", False)
    (made,) = served("QuestionnaireResponse", symptom())
    (group,) = made["item"]
    assert "answer" not in group
    assert group["item"][0]["text"] == knowledge().facts["symptom_seizure"].label
    (made,) = served("AdverseEvent", symptom("cough"))
    assert made["event"] == {"text": "cough"}


def test_what_of_an_answer_given_at_once_was_taken_back_is_left_out_and_the_rest_stands():
    told, other = symptom(), symptom("symptom_rash")
    back = event(Retracted(), "2026-03-04T08:00", supersedes=told.id)
    (made,) = served("QuestionnaireResponse", told, other, back)
    assert (made["status"], answers(made)) == ("completed", {"symptom_rash": "yes"})


@pytest.mark.parametrize(
    "other", [{"actor": "clinician"}, {"device": "device-2"}, {"recorded_at": datetime(2026, 3, 3, 9, tzinfo=UTC)}]
)
def test_what_another_said_or_wrote_down_is_another_response(other):
    made = served("QuestionnaireResponse", symptom(), symptom("symptom_rash", **other))
    assert len(made) == 2
    sources = [it["source"] for it in made]
    assert sources[0] == made[0]["subject"]
    assert (sources[1] == {"display": "clinician"}) is ("actor" in other)


def test_answers_stand_under_the_group_of_their_question_and_each_once():
    told = [("symptom_seizure", True), ("symptom_trouble_breathing", False), ("symptom_coma", False)]
    (made,) = served("QuestionnaireResponse", *(symptom(name, present) for name, present in told))
    groups = {it["linkId"]: {one["linkId"]: one["answer"] for one in it["item"]} for it in made["item"]}
    code = {True: "yes", False: "no"}
    answered = {name: [{"valueCoding": {"system": ANSWERS, "code": code[present]}}] for name, present in told}
    assert groups == {
        "danger": {name: answered[name] for name in ("symptom_seizure", "symptom_coma")},
        "breath-and-skin": {"symptom_trouble_breathing": answered["symptom_trouble_breathing"]},
    }
