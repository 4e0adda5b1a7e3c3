"""What holds for every store: each number of the programme's pages is that of the command ``programme``."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_clinic import Browser, DeskClinic
from desk_programme import programme_clinic, shown_numbers, whole
from effort import examples
from fullcourse.adapters.programme.courses import CoursesRead, cases_of_store
from fullcourse.adapters.programme.rules import read_report_rules
from fullcourse.adapters.published.course_plan import read_drugs
from fullcourse.adapters.published.programme import programme_json
from fullcourse.clinical import Event
from fullcourse.cohort.programme.quarter import Quarter
from fullcourse.cohort.programme.report import Gatherer
from patients import knowledge
from programme_courses import courses
from service_people import BEGUN

_patients = count(1)
_quarters = st.builds(Quarter, st.sampled_from((2025, 2026)), st.integers(1, 4))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskClinic]:
    with programme_clinic(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser(desk: DeskClinic) -> Browser:
    return desk.at_the_desk("both", "nurse", clinics=("north", "south"))


def told(desk: DeskClinic, quarter: Quarter) -> dict[str, object]:
    """Return what the command writes of the open store, every event read anew."""
    known, read = knowledge(), CoursesRead()
    gatherer = Gatherer(quarter, BEGUN.date(), read_report_rules(known))
    store = desk.clinic.service.store
    assert store is not None
    for cases in cases_of_store(store, read, from_events=True):
        gatherer.take(cases)
    report = gatherer.report(known, lambda it: known.facts[it].label if it in known.facts else it, read_drugs)
    return programme_json(report, read, known.digest, "zones", None)


@given(added=st.lists(courses().filter(bool), min_size=1, max_size=4), quarter=_quarters)
@settings(max_examples=examples(5), deadline=None)
def test_every_number_of_the_pages_is_that_of_the_command(
    desk: DeskClinic, browser: Browser, added: list[list[Event]], quarter: Quarter
):
    store = desk.clinic.service.store
    assert store is not None
    for events in added:
        patient = f"{next(_patients):08}-0000-4000-8000-000000000000"
        store.append([replace(one, patient=patient) for one in events], BEGUN)
        desk.clinic.place(patient, "south")
    browser.get("/desk/programme")
    whole(desk)
    shown = shown_numbers(browser.get(f"/desk/programme?quarter={quarter}").text)
    said = told(desk, quarter)
    counted = {
        number["id"]: str(number["count"])
        for section in said["sections"]  # type: ignore[attr-defined]  # JSON
        for table in section["tables"]
        for number in table["numbers"]
    }
    assert {name: shown.get(name, "0") for name in counted} == counted
    need = shown_numbers(browser.get("/desk/programme/need").text)
    rows = said["need"]["rows"]  # type: ignore[index]  # JSON
    assert {row["id"]: float(need[row["id"]]) for row in rows} == {row["id"]: float(row["units"]) for row in rows}
