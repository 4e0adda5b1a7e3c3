"""What the data lack, case by case: both sides of each check, and nothing taken for a no."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from course_events import event, plan
from fullcourse.clinical.event_bodies import (
    Body,
    Note,
    Outcome,
    PlanActivated,
    PlanStopped,
    Registered,
    Result,
    ResultInWords,
    Transfer,
)
from fullcourse.cohort.programme.case import Case
from fullcourse.cohort.programme.quality import missing_of, quality_parts
from programme_cases import cases_of_events

AT = date(2026, 11, 30)
WHOLE = Registered("new", "bacteriologically confirmed", "pulmonary", "multidrug-resistant", 34, "female", "negative")


def cases(*rows: tuple[str, Body]) -> tuple[Case, ...]:
    made = []
    for place, (day, body) in enumerate(rows):
        at = datetime.fromisoformat(day).replace(hour=7, tzinfo=UTC) + timedelta(seconds=place)
        made.append(event(body, at, patient="p-1", actor="clinician"))
    return cases_of_events(made)


def begun(day: str, days: int | None = 180) -> PlanActivated:
    return PlanActivated(plan("isoniazid: 300 mg once a day", start=date.fromisoformat(day), days=days), "Dr A")


def found(rows: Sequence[Case], at: date = AT) -> set[str]:
    return {check.number.id for part in quality_parts(rows, at) for check in part.checks if check.number.count}


SUSCEPTIBLE = ResultInWords("rifampin_susceptibility", "susceptible")


def test_a_whole_case_lacks_nothing():
    rows = cases(("2026-09-03", WHOLE), ("2026-09-03", SUSCEPTIBLE), ("2026-09-03", begun("2026-09-03")))
    assert found(rows) == set()
    assert missing_of(rows[0]) == ()


@pytest.mark.parametrize(
    ("rows", "lacks"),
    [
        ((("2026-09-03", Note("nothing else")),), {"read.without-day"}),
        ((("2026-09-03", begun("2026-09-03")),), {"quality.no-registration", "quality.no-susceptibility"}),
        ((("2026-09-03", WHOLE), ("2026-09-03", SUSCEPTIBLE), ("2026-09-03", Note("x"))), {"quality.no-plan"}),
        (
            (("2026-09-03", WHOLE), ("2026-09-03", SUSCEPTIBLE), ("2026-09-03", begun("2026-09-03", None))),
            {"quality.no-end"},
        ),
        (
            (
                ("2026-09-03", WHOLE), ("2026-09-03", SUSCEPTIBLE), ("2026-09-03", begun("2026-09-03")),
                ("2026-09-09", PlanStopped("clinician")),
            ),
            {"quality.closed-without-outcome"},
        ),
        (
            (
                ("2026-09-03", WHOLE), ("2026-09-03", SUSCEPTIBLE), ("2026-09-03", begun("2026-09-03")),
                ("2026-09-09", Transfer("out")),
            ),
            set(),
        ),
        (
            (
                ("2026-09-03", WHOLE), ("2026-09-03", SUSCEPTIBLE), ("2026-09-03", begun("2026-09-03")),
                ("2026-09-01", Outcome("cured", "who-2021", "Dr A")),
            ),
            {"quality.ended-before-it-began"},
        ),
        (
            (
                ("2026-09-03", WHOLE), ("2026-09-03", SUSCEPTIBLE), ("2026-09-03", begun("2026-09-03")),
                ("2026-10-01", Outcome("cured", "who-2021", "Dr A")),
                ("2026-10-02", Outcome("cured", "who-2021", "Dr A")),
            ),
            set(),
        ),
    ],
    ids=["nothing", "plan alone", "no plan", "no end", "stopped", "moved", "before it began", "said twice alike"],
)  # fmt: skip
def test_what_lacks_is_found_and_nothing_else(rows: tuple[tuple[str, Body], ...], lacks: set[str]):
    assert found(cases(*rows)) == lacks


@pytest.mark.parametrize(("at", "is_due"), [(date(2027, 3, 1), False), (date(2027, 3, 2), True)])
def test_an_outcome_is_due_from_the_day_after_the_last_planned_one(at: date, is_due: bool):
    rows = cases(("2026-09-03", WHOLE), ("2026-09-03", SUSCEPTIBLE), ("2026-09-03", begun("2026-09-03")))
    assert ("outcome.due" in found(rows, at)) == is_due


@pytest.mark.parametrize(
    ("after", "is_unanswered"),
    [
        ((), True),
        ((("2026-10-05", Result("creatinine", 1.0, "mg/dL")),), True),
        ((("2026-10-05", Note("read")),), False),
    ],
    ids=["nothing after", "another result", "a note"],
)
def test_a_result_is_answered_by_anything_of_a_clinician_but_a_result(
    after: tuple[tuple[str, Body], ...], is_unanswered: bool
):
    rows = cases(("2026-09-03", begun("2026-09-03")), ("2026-10-04", SUSCEPTIBLE), *after)
    assert ("quality.results-not-answered" in found(rows)) == is_unanswered


@pytest.mark.parametrize(
    ("result", "is_own"),
    [
        (ResultInWords("sputum_culture", "negative"), False),
        (ResultInWords("sputum_culture", "contaminated"), True),
        (ResultInWords("isoniazid_mutation", "katG"), False),
        (ResultInWords("rifampin_susceptibility", "S"), True),
        (ResultInWords("sputum_smear", "scanty"), False),
    ],
)
def test_a_laboratorys_own_word_is_named(result: ResultInWords, is_own: bool):
    assert ("quality.own-words" in found(cases(("2026-09-03", result)))) == is_own


@pytest.mark.parametrize("field", ["age", "sex", "group", "diagnosis", "site", "resistance", "HIV-status"])
def test_an_empty_registration_lacks_each_field_and_a_whole_one_none(field: str):
    assert f"quality.without-{field}" in found(cases(("2026-09-03", Registered())))
    assert f"quality.without-{field}" not in found(cases(("2026-09-03", WHOLE)))


def test_a_case_that_nobody_registered_is_not_asked_for_fields_of_a_registration():
    rows = cases(("2026-09-03", begun("2026-09-03")))
    assert missing_of(rows[0]) == ("registration", "susceptibility test")


def test_every_check_says_what_to_do():
    assert all(check.to_do for part in quality_parts((), AT) for check in part.checks)
