"""Each source's rule on interruptions, at both sides of its edges; an edge that it leaves out is not assessed."""

from datetime import date

import pytest

from course_cases import Case, read_cases
from fullcourse.clinical import Interval
from fullcourse.course.interruption import Interrupted, interruption_answers, interruption_rules, months_between
from patients import knowledge


def ranged(value: object) -> Interval:
    low, high = value if isinstance(value, list) else (value, value)
    return Interval(float(low), float(high))


def interrupted(facts: dict[str, object]) -> Interrupted:
    days = ranged(facts["days"])
    months = ranged(facts.get("months", [days.low / 31, days.high / 28]))
    return Interrupted(
        days=days,
        months=months,
        total_days=ranged(facts.get("total_days", facts["days"])),
        total_months=ranged(facts["total_months"]) if "total_months" in facts else months,
        months_before=ranged(facts["months_before"]) if "months_before" in facts else None,
        treatment_day=facts.get("treatment_day"),  # type: ignore[arg-type]
        as_susceptible=facts.get("susceptible"),  # type: ignore[arg-type]
        has_pretomanid=facts.get("pretomanid"),  # type: ignore[arg-type]
        regimen=str(facts.get("regimen", "")),
        phase=str(facts.get("phase", "")),
        share_taken=ranged(facts["share"]) if "share" in facts else None,
        smear_positive_at_start=facts.get("smear"),  # type: ignore[arg-type]
        can_finish_in_time=facts.get("in_time"),  # type: ignore[arg-type]
        for_side_effects=facts.get("side_effects"),  # type: ignore[arg-type]
        bedaquiline_days=days,
    )


@pytest.mark.parametrize("case", read_cases("interruptions"), ids=lambda case: case.row["name"])
def test_an_interruption_is_what_the_source_says(case: Case):
    rules = interruption_rules(knowledge())
    answers = interruption_answers(rules, knowledge(), interrupted(case.row["facts"]), date(2026, 12, 31))
    (answer,) = [it for it in answers if it.statement == case.row["statement"]]
    expect = case.row["expect"]
    assert answer.status == expect["status"], answer
    assert answer.goes_on == expect.get("goes_on", "")
    assert answer.reload_days == expect.get("reload_days")
    if "owes" in expect:
        assert answer.owes == tuple(expect["owes"])
    assert answer.citation.source


def test_every_rule_has_a_case():
    named = {case.row["statement"] for case in read_cases("interruptions")}
    assert named == {rule.statement.id for rule in interruption_rules(knowledge())}


def test_the_end_moves_by_what_is_owed():
    rules = interruption_rules(knowledge())
    known = interrupted({"pretomanid": True, "days": 8})
    answers = {it.statement: it for it in interruption_answers(rules, knowledge(), known, date(2026, 8, 30))}
    assert answers["interruption.who.bpal-gap"].new_end == (date(2026, 9, 7), date(2026, 9, 7))


@pytest.mark.parametrize(
    ("first", "until", "months"),
    [
        (date(2026, 1, 15), date(2026, 3, 15), 2.0),
        (date(2026, 1, 31), date(2026, 2, 28), 1.0),
        (date(2025, 12, 15), date(2026, 1, 15), 1.0),
        (date(2026, 1, 15), date(2026, 1, 15), 0.0),
    ],
)
def test_months_are_those_of_the_calendar(first: date, until: date, months: float):
    assert months_between(first, until) == months
