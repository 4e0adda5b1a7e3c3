"""What is advised about a dose is what its source says, at both sides of each limit."""

import pytest

from course_cases import Case, course, read_cases
from fullcourse.course.advice import advise

CASES = [*read_cases("advice"), *read_cases("advice_tried")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.row["name"])
def test_the_advice_is_what_the_source_says(case: Case):
    row = case.row
    advice = advise(course(case.log(), row.get("profile", "us")), row["drug"], case.at(row["now"]))
    assert advice.verdict.value == row["verdict"], advice.why
    assert advice.next_at == (case.at(row["next"]) if "next" in row else None)
    assert advice.made_up == row.get("made_up", "")
    assert row.get("says", "") in advice.why
    if "mg" in row:
        assert advice.slot is not None
        assert advice.slot.mg == row["mg"]
    if "statement" in row:
        assert row["statement"] in {said.statement for said in advice.executed}
        assert all(said.citation.source for said in advice.executed)
    if "usual_from" in row:
        assert advice.proposal is not None
        assert advice.proposal.at == case.at(row["next"])
        assert advice.proposal.usual_from == case.at(row["usual_from"])
    else:
        assert advice.proposal is None
    assert advice.patient
