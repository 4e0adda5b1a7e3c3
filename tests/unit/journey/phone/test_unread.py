"""Results that nobody can read stop their drug on a phone until a newer one, or a clinician, settles it."""

from datetime import UTC, datetime, timedelta

import pytest

import course_cases
from course_events import event, started
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import Result, ResultInWords, Resumed
from fullcourse.journey.phone.unread import unread_results
from patients import knowledge

NOW = datetime(2026, 4, 20, 9, tzinfo=UTC)
DRUGS = ("cycloserine", "linezolid")


def unread(*told: Event) -> list[tuple[str, str]]:
    log = [started("cycloserine: 250 mg q12h", "linezolid: 600 mg once a day"), *told]
    return [(it.drug, it.fact) for it in unread_results(course_cases.course(log), DRUGS, knowledge(), NOW)]


def result(body: Result | ResultInWords, hours: float, **more: object) -> Event:
    return event(body, NOW - timedelta(hours=hours), actor="clinician", **more)


LEVEL = Result("cycloserine_level", 12.0, "mg/L")
IN_FURLONGS = Result("cycloserine_level", 12.0, "furlong")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], []),
        ([result(LEVEL, 1)], []),
        ([result(IN_FURLONGS, 1)], [("cycloserine", "cycloserine_level")]),
        ([result(ResultInWords("cycloserine_level", "high"), 1)], [("cycloserine", "cycloserine_level")]),
        ([result(ResultInWords("sputum_culture", "contaminated"), 1)], []),  # no drug waits for it
        ([result(Result("height", 1.0, "furlong"), 1)], []),
        ([result(IN_FURLONGS, 2), result(LEVEL, 1)], []),
        ([result(LEVEL, 2), result(IN_FURLONGS, 1)], [("cycloserine", "cycloserine_level")]),
        ([result(LEVEL, -1, recorded_at=NOW - timedelta(hours=2))], [("cycloserine", "cycloserine_level")]),
        ([result(IN_FURLONGS, -1)], []),  # nobody has written it down yet
    ],
)
def test_a_result_is_unread_until_it_can_be_read(told: list[Event], expected: list[tuple[str, str]]) -> None:
    assert unread(*told) == expected


def test_it_stops_the_drug_that_waits_for_it_and_no_other() -> None:
    assert unread(result(Result("platelets", 9.0, "furlong"), 1)) == [("linezolid", "platelets")]


@pytest.mark.parametrize(
    ("actor", "drugs", "hours", "is_settled"),
    [
        ("clinician", (), 1, True),
        ("clinician", ("cycloserine",), 1, True),
        ("clinician", ("linezolid",), 1, False),
        ("clinician", (), 3, False),  # before the result came
        ("supporter", (), 1, False),
    ],
)
def test_a_clinician_who_resumes_the_drug_settles_it(
    actor: str, drugs: tuple[str, ...], hours: float, is_settled: bool
) -> None:
    resumed = event(Resumed(drugs), NOW - timedelta(hours=hours), actor=actor)
    assert (unread(result(IN_FURLONGS, 2), resumed) == []) is is_settled
