"""What holds for every programme: no case is lost or counted twice, and no number is other than its list."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from course_events import BODIES_OF_ALL_KINDS, event, plan
from effort import examples
from fullcourse.adapters.programme.lists import list_rows
from fullcourse.adapters.programme.summary import read_summary, write_summary
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import (
    OUTCOMES,
    Body,
    Held,
    Outcome,
    PlanActivated,
    Registered,
    ResultInWords,
    Symptom,
)
from fullcourse.clinical.event_bodies.registration import CONFIRMATIONS, GROUPS, HIV, RESISTANCES, SEXES, SITES
from fullcourse.cohort.programme.case import Case
from fullcourse.cohort.programme.quarter import Quarter, quarter_of
from programme_cases import cases_of_events, report_of

_DOSES = (
    "linezolid: 600 mg once a day",
    "cycloserine: 250 mg q12h",
    "bedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F",
)
_DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
_registered = st.builds(
    Registered,
    *[st.sampled_from(("", *words)) for words in (GROUPS, CONFIRMATIONS, SITES, RESISTANCES)],
    st.none() | st.integers(0, 130),
    *[st.sampled_from(("", *words)) for words in (SEXES, HIV)],
)
_likely: st.SearchStrategy[Body] = st.one_of(
    _registered,
    st.builds(
        lambda dose, start, days: PlanActivated(plan(dose, start=start, days=days), "Dr A"),
        st.sampled_from(_DOSES), _DAYS, st.none() | st.integers(1, 700),
    ),
    st.builds(ResultInWords, st.just("sputum_culture"), st.sampled_from(["negative", "positive", "contaminated"])),
    st.builds(Outcome, st.sampled_from(OUTCOMES), st.just("who-2021"), st.just("Dr A")),
    st.builds(Symptom, st.sampled_from(["symptom_seizure", "symptom_rash"]), st.booleans()),
    st.builds(Held, st.just(()), st.just("side effects")),
    BODIES_OF_ALL_KINDS,
)  # fmt: skip


@st.composite
def _course(draw: st.DrawFn) -> list[Event]:
    made: list[Event] = []
    for body in draw(st.lists(_likely, max_size=7)):
        day = draw(_DAYS)
        corrects = {"supersedes": draw(st.sampled_from(made)).id} if made and body.kind == "retracted" else {}
        if body.kind == "retracted" and not corrects:
            continue
        at = datetime(day.year, day.month, day.day, draw(st.integers(0, 23)), tzinfo=UTC)
        made.append(event(body, at, actor=draw(st.sampled_from(["clinician", "patient"])), **corrects))
    return made


_quarters = st.builds(Quarter, st.just(2026), st.integers(1, 4))
_programmes = st.lists(_course(), max_size=5)


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
@given(_course())
def test_what_is_kept_of_a_course_is_read_back_as_it_was(events: list[Event]):
    cases = cases_of_events(events)
    assert read_summary("p-1", write_summary(cases)) == cases


@settings(max_examples=examples(60), deadline=None)
@given(_course(), st.randoms(use_true_random=False))
def test_a_log_has_the_same_cases_in_whatever_order_its_events_come(events: list[Event], chance: object):
    shuffled = list(events)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert cases_of_events(shuffled) == cases_of_events(events)


@settings(max_examples=examples(60), deadline=None)
@given(_course(), _registered, _quarters)
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
