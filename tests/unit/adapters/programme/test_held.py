"""Cases held in memory: as fresh as the store, honest about what was not looked at, and no report made twice."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from course_events import event, plan
from fullcourse.adapters.programme.held import HeldCases, HeldReport
from fullcourse.adapters.programme.summary import full_edition
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.store.opening import open_store
from fullcourse.adapters.store.summaries import Summaries
from fullcourse.clinical.event_bodies import DoseTaken, Outcome, PlanActivated, Registered
from fullcourse.cohort.programme.quarter import Quarter
from patients import knowledge
from service_people import BEGUN

QUARTER = Quarter(2026, 3)
PEOPLE = frozenset(("p-1", "p-2", "p-3"))
LONG_S = 60.0


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "courses.db"


@pytest.fixture
def store(place: Path) -> Iterator[DurableStore]:
    with open_store(place) as opened:
        for patient in sorted(PEOPLE):
            opened.append([event(Registered("new"), "2026-08-03T08:00", patient=patient, actor="clinician")], BEGUN)
        yield opened


def report(held: HeldCases, patients: frozenset[str] = PEOPLE) -> HeldReport:
    held.refresh(BEGUN, LONG_S)
    return held.report(patients, QUARTER, BEGUN)


def new(found: HeldReport) -> int:
    number = found.report.number("registration.group.new")
    assert number is not None
    return number.count


def test_before_anything_is_read_everybody_is_said_to_be_missing(store: DurableStore):
    found = HeldCases(store, knowledge()).report(PEOPLE, QUARTER, BEGUN)
    assert (found.waiting, new(found)) == (3, 0)


class ReadMeanwhile(frozenset[str]):
    """People whose courses are all read while a report of them is being made: when they are gone through again."""

    held: HeldCases
    times = 0

    def __iter__(self) -> Iterator[str]:
        self.times += 1
        if self.times == 2:
            self.held.refresh(BEGUN, LONG_S)
        return super().__iter__()


def test_who_is_read_while_a_report_is_made_is_in_it_or_said_to_be_missing(store: DurableStore):
    people = ReadMeanwhile(PEOPLE)
    people.held = HeldCases(store, knowledge())
    found = people.held.report(people, QUARTER, BEGUN)
    assert people.times >= 2
    assert found.report.courses + found.waiting >= len(PEOPLE)


def test_all_that_is_read_is_counted_and_those_of_others_are_not(store: DurableStore):
    held = HeldCases(store, knowledge())
    assert new(report(held)) == 3
    assert new(report(held, frozenset(("p-1", "nobody")))) == 1
    assert report(held).waiting == 0


def test_an_event_more_is_in_the_next_report(store: DurableStore):
    held = HeldCases(store, knowledge())
    before = report(held)
    closed = event(Outcome("died", "who-2021", "Dr A"), "2026-09-03T08:00", patient="p-1", actor="clinician")
    store.append([closed], BEGUN)
    after = report(held)
    assert not [case for case in before.cases if case.outcomes]
    assert [case.patient for case in after.cases if case.outcomes] == ["p-1"]


def test_a_dose_more_makes_no_report_anew(store: DurableStore):
    given = event(PlanActivated(plan("linezolid: 600 mg once a day"), "Dr A"), "2026-03-01T09:00", patient="p-2")
    store.append([given], BEGUN)
    held = HeldCases(store, knowledge())
    before = report(held)
    store.append([event(DoseTaken("linezolid", 600.0), "2026-09-03T08:00", patient="p-2")], BEGUN)
    assert report(held).report is before.report


def test_an_erased_course_is_counted_as_erased_and_nothing_of_it_is_left(store: DurableStore):
    held = HeldCases(store, knowledge())
    report(held)
    store.erase("p-3", BEGUN)
    after = report(held)
    assert (new(after), after.read.erased) == (2, 1)
    assert "p-3" not in {case.patient for case in after.cases}


def test_a_damaged_course_is_named_with_why(store: DurableStore, place: Path):
    with closing(sqlite3.connect(place)) as raw, raw:
        raw.execute("UPDATE course_event SET sealed = zeroblob(60) WHERE patient_id = 'p-2'")
    found = report(HeldCases(store, knowledge()))
    assert [patient for patient, _ in found.read.unreadable] == ["p-2"]
    assert new(found) == 2


def test_events_set_aside_are_named(store: DurableStore):
    first = event(Registered("new"), "2026-08-04T08:00", patient="p-1", actor="clinician")
    second = event(Registered("relapse"), "2026-08-04T08:00", patient="p-1", actor="clinician", id=first.id)
    store.append([first], BEGUN)
    store.append([second], BEGUN)
    found = report(HeldCases(store, knowledge()))
    assert (found.asides, found.read.asides) == (("p-1",), 1)


def test_what_was_worked_out_is_kept_for_the_next_program_and_for_the_command(store: DurableStore):
    report(HeldCases(store, knowledge()))
    with Summaries(store.summaries_place, full_edition()) as summaries:
        kept = {head.patient: summary for head, summary in summaries.read(store)}
    assert kept.keys() == PEOPLE
    assert all(kept.values())
    assert new(report(HeldCases(store, knowledge()))) == 3


def test_a_store_that_does_not_answer_leaves_the_numbers_and_is_said(store: DurableStore):
    held = HeldCases(store, knowledge())
    assert not report(held).is_behind
    store.close()
    after = report(held)
    assert after.is_behind
    assert new(after) == 3
