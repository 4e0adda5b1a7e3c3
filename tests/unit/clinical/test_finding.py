"""How serious findings are, in which order, and by which words."""

import pytest

from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Decision, Finding, Severity, Status


def test_severities_are_ordered_from_info_to_contraindicated():
    assert [severity.word for severity in sorted(Severity)] == ["info", "minor", "moderate", "major", "contraindicated"]
    assert max(Severity) is Severity.CONTRAINDICATED


@pytest.mark.parametrize("severity", Severity)
def test_a_severity_is_found_by_its_word(severity):
    assert Severity.of(severity.word) is severity


@pytest.mark.parametrize("word", ["fatal", "", "3"])
def test_another_word_is_no_severity(word):
    with pytest.raises(KeyError):
        Severity.of(word)


def test_decisions_stand_strictest_first():
    assert [decision.value for decision in Decision] == [
        "contraindicated",
        "avoid",
        "cannot_assess",
        "caution",
        "no_objection",
    ]


def test_a_finding_leads_and_is_unreviewed_unless_it_is_said_otherwise():
    because = Evidence("creatinine_clearance", None, None, "Cockcroft-Gault, actual weight", 29.86, "mL/min")
    finding = Finding(
        "a.b.c", "contraindication", Status.APPLIES, Severity.MAJOR, Severity.MAJOR, "says", "", (because,), (), ()
    )
    assert finding.leads
    assert finding.review == "unreviewed"
    assert finding.override is None
    assert finding.conflicts_with == ()
