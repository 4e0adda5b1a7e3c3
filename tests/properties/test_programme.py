"""What holds for every programme: no case is lost or counted twice, and no number is other than its list."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from course_events import event
from effort import examples
from fullcourse.adapters.programme.lists import list_rows
from fullcourse.adapters.programme.summary import read_summary, write_summary
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import (
    Registered,
)
from fullcourse.cohort.programme.case import Case
from fullcourse.cohort.programme.quarter import Quarter, quarter_of
from programme_cases import cases_of_events, report_of
from programme_courses import courses, registrations

_quarters = st.builds(Quarter, st.just(2026), st.integers(1, 4))
_programmes = st.lists(courses(), max_size=5)


def _cases(courses: list[list[Event]]) -> list[tuple[Case, ...]]:
    return [cases_of_events(events, f"p-{place}") for place, events in enumerate(courses) if events]


@settings(max_examples=examples(150), deadline=None)
@given(_programmes, _quarters, st.integers(0, 400))
def test_every_case_of_a_cohort_is_in_exactly_one_number_of_each_table(
    courses: list[list[Event]], quarter: Quarter, later: int
):
    at = quarter.last + timedelta(days=later)
    found = _cases(courses)
    report = report_of(found, quarter, at)
    everybody = [case for cases in found for case in cases]
    registered = [case for case in everybody if quarter.holds(case.registered_on)]
    by_start = {
        "interim.cohort": [case for case in everybody if quarter.earlier(9).holds(case.starts_on)],
        "final": [
            case
            for case in everybody
            if case.starts_on is not None and quarter_of(case.starts_on) in (quarter.earlier(12), quarter.earlier(24))
        ],
    }
    tables = {table.id: table for section in report.sections for table in section.tables}
    for table in tables.values():
        members = [(one.case.patient, one.case.number) for it in table.numbers.values() for one in it.behind]
        if table.each_once:
            assert len(members) == len(set(members)), table.id
        if table.id.startswith("registration."):
            assert sorted(members) == sorted((case.patient, case.number) for case in registered), table.id
    assert tables["interim.cohort"].count == len(by_start["interim.cohort"])
    assert tables["interim.result"].count == tables["interim.cohort"].numbers["interim.cohort.drug-resistant"].count
    ended = sum(table.count for name, table in tables.items() if name.startswith("final."))
    assert ended <= len(by_start["final"])
    assert report.cases == len(everybody)


@settings(max_examples=examples(60), deadline=None)
@given(_programmes, _quarters)
def test_the_ids_of_numbers_are_unique_and_each_number_is_the_length_of_its_list(
    courses: list[list[Event]], quarter: Quarter
):
    numbers = report_of(_cases(courses), quarter, quarter.last).numbers()
    assert len({number.id for number in numbers}) == len(numbers)
    for number in numbers:
        rows = list(list_rows(number))
        assert len(rows) == number.count
        assert len({(row[2], row[3]) for row in rows}) == number.count, number.id


@settings(max_examples=examples(100), deadline=None)
@given(courses())
def test_what_is_kept_of_a_course_is_read_back_as_it_was(events: list[Event]):
    cases = cases_of_events(events)
    assert read_summary("p-1", write_summary(cases)) == cases


@settings(max_examples=examples(60), deadline=None)
@given(courses(), st.randoms(use_true_random=False))
def test_a_log_has_the_same_cases_in_whatever_order_its_events_come(events: list[Event], chance: object):
    shuffled = list(events)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert cases_of_events(shuffled) == cases_of_events(events)


@settings(max_examples=examples(60), deadline=None)
@given(courses(), registrations(), _quarters)
def test_taking_away_what_was_registered_turns_nothing_into_a_no(
    events: list[Event], body: Registered, quarter: Quarter
):
    day = quarter.first + timedelta(days=3)
    bare = [one for one in events if one.kind != "registered"]
    empty = event(Registered(), datetime(day.year, day.month, day.day, tzinfo=UTC), actor="clinician")
    counted = {number.id: number.count for number in report_of([cases_of_events([*bare, empty])], quarter).numbers()}
    for field in ("group", "confirmation", "site", "resistance", "hiv"):
        numbers = {key: count for key, count in counted.items() if key.startswith(f"registration.{field}.")}
        assert sum(numbers.values()) == numbers[f"registration.{field}.not-recorded"], (field, body)
