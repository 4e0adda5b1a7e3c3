"""What lacks, one thing after another: a whole input lacks nothing, and each thing taken out is named."""

import pytest

from fullcourse.journey.report import Need
from reports import WHOLE, drafted

LINES = {
    'id = "ZA-CLINIC-1"': "C.1.1",
    'kind = "spontaneous"': "C.1.3",
    "first_received = 2026-11-05": "C.1.4",
    "most_recent = 2026-11-05": "C.1.5",
    "expedited = true": "C.1.7",
    "has_documents = false": "C.1.6.1",
    'qualification = "physician"': "C.2.r.4",
    'country = "ZA"': "C.2.r.3",
    'type = "health professional"': "C.3.1",
    'outcome = "recovered"': "E.i.7",
    "disability = false": "E.i.3.2d",
    'meddra_llt_code = "10039906"': "E.i.2.1b",
    'narrative = "A fit, two weeks after the first dose."': "H.1",
}


def elements(text: str) -> list[str]:
    return [lack.element for lack in drafted(text).lacks if lack.need is Need.COMPLETE]


def test_a_whole_input_lacks_a_clinicians_word_alone():
    report = drafted(WHOLE)
    assert (report.is_valid, report.is_serious, report.is_complete) == (True, True, True)
    assert [lack.need for lack in report.lacks] == [Need.CLINICIAN]


@pytest.mark.parametrize(("line", "element"), LINES.items())
def test_each_line_that_is_taken_out_is_named_by_its_element(line, element):
    assert line in WHOLE
    assert element in elements(WHOLE.replace(line, "", 1))


def test_a_judgement_for_each_suspect_and_reaction_ends_the_wait_for_one():
    judged = '\n[[assessment]]\nby = "TB physician"\nmethod = "WHO-UMC"\nresult = "probable"\n'
    assert drafted(WHOLE + judged).lacks == ()


def test_drugs_without_a_role_are_named_together():
    more = '\n[[drug]]\nname = "linezolid"\n[[drug]]\nname = "clofazimine"\n'
    (lack,) = [lack for lack in drafted(WHOLE + more).lacks if lack.element == "G.k.1"]
    assert lack.what.endswith("linezolid, clofazimine")
    answered = WHOLE.replace("[report]", "[report]\nall_other_drugs_concomitant = true")
    assert elements(answered + more) == []
