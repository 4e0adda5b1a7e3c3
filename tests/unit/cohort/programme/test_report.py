"""What the report of a quarter says of single courses, by cases written from its sources."""

import pytest

from programme_cases import ProgrammeCase, cases_of_events, programme_cases, report_of


@pytest.mark.parametrize("case", programme_cases(), ids=lambda case: case.name)
def test_a_report_says_what_its_source_says(case: ProgrammeCase):
    report = report_of([cases_of_events(case.events())])
    counted = {number.id: number.count for number in report.numbers()} | {"running": report.running}
    assert {key: counted.get(key, 0) for key in case.counts} == case.counts


@pytest.mark.parametrize("case", programme_cases(), ids=lambda case: case.name)
def test_every_case_of_a_cohort_stands_once_in_each_table_that_divides_it(case: ProgrammeCase):
    report = report_of([cases_of_events(case.events())])
    for section in report.sections:
        for table in section.tables:
            members = [(one.case.patient, one.case.number) for it in table.numbers.values() for one in it.behind]
            assert not table.each_once or len(members) == len(set(members)), table.id
