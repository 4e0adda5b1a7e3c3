"""Results are unanswered until a clinician writes down anything but a result."""

import pytest

from course_events import at, event
from fullcourse.clinical.event_bodies import Body, Contact, DoseSkipped, Note, Result, ResultInWords, Symptom
from fullcourse.course.fold import fold
from fullcourse.course.unanswered import last_word_s, unanswered_results

ALT, CULTURE = Result("alt", 245.0, "U/L"), ResultInWords("sputum_culture", "positive")


def unanswered(*told: tuple[str, Body, str]) -> list[str]:
    state = fold(event(body, at(when), actor=actor) for when, body, actor in told)
    return [it.body.fact for it in unanswered_results(state)]  # type: ignore[union-attr]


RESULTS = (("2026-11-03T10:00+02:00", CULTURE, "clinician"), ("2026-11-04T10:00+02:00", ALT, "clinician"))


def test_results_alone_are_unanswered_the_oldest_first():
    assert unanswered(*RESULTS) == ["sputum_culture", "alt"]
    assert unanswered() == []


@pytest.mark.parametrize(
    ("when", "left"),
    [
        ("2026-11-03T09:59+02:00", ["sputum_culture", "alt"]),
        ("2026-11-03T10:00+02:00", ["sputum_culture", "alt"]),  # at the same moment nobody has read it yet
        ("2026-11-03T10:01+02:00", ["alt"]),
        ("2026-11-04T10:01+02:00", []),
    ],
)
def test_a_clinicians_word_answers_what_came_before_it(when: str, left: list[str]):
    assert unanswered(*RESULTS, (when, Note("seen"), "clinician")) == left
    assert unanswered(*RESULTS, (when, Contact("phone", True), "clinician")) == left


@pytest.mark.parametrize(
    ("body", "actor"),
    [(Symptom("symptom_rash"), "patient"), (DoseSkipped("cycloserine", "s"), "patient"), (ALT, "clinician")],
)
def test_nothing_else_does(body: Body, actor: str):
    assert unanswered(*RESULTS, ("2026-11-05T10:00+02:00", body, actor))[:2] == ["sputum_culture", "alt"]


def test_nobody_has_spoken_in_a_course_without_a_clinician():
    assert last_word_s(fold(())) == float("-inf")
