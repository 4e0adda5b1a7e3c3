"""What is known and what is open are two things, and the words of a management decide what is avoided."""

import pytest

from fullcourse.clinical import Decision, Do, Finding, Management, Override, Severity, Status
from fullcourse.screening.decision import could_come_to, decide, known_of, open_of, weighed

APPLIES, OPEN = Status.APPLIES, Status.CANNOT_ASSESS
INFO, MINOR, MODERATE, MAJOR, CONTRAINDICATED = Severity


def finding(status, severity, do=None, *, weight=None, missing=("fits",), leads=True, override=None):
    management = Management(do, "It is said.") if do else None
    forbids = management is not None and management.forbids
    weight = weight or severity
    comes_to = (
        weighed(severity, forbids=forbids) if status is APPLIES else could_come_to(severity, weight, forbids=forbids)
    )
    return Finding(
        "exampline.x.y",
        "interaction",
        status,
        severity,
        weight,
        "It is said.",
        "",
        (),
        missing if status is OPEN else (),
        (),
        leads=leads,
        override=override,
        management=management,
        comes_to=comes_to,
    )


@pytest.mark.parametrize("do", Do)
def test_only_to_avoid_and_to_change_something_first_make_a_decision_to_avoid(do):
    expected = Decision.AVOID if do in {Do.AVOID, Do.CHANGE_FIRST} else Decision.CAUTION
    assert known_of([finding(APPLIES, MAJOR, do)]) is expected
    assert known_of([finding(APPLIES, MODERATE, do)]) is expected
    assert known_of([finding(APPLIES, CONTRAINDICATED, do)]) is Decision.CONTRAINDICATED


def test_the_words_decide_and_not_the_severity_alone():
    assert known_of([finding(APPLIES, MINOR, Do.AVOID)]) is Decision.AVOID
    assert known_of([finding(APPLIES, MAJOR)]) is Decision.CAUTION
    assert known_of([finding(APPLIES, MINOR)]) is Decision.NO_OBJECTION


def test_what_another_source_leads_on_and_what_was_overridden_is_not_avoided():
    override = Override("exampline.x.y", "benefit outweighs", "", None)
    assert known_of([finding(APPLIES, MAJOR, Do.AVOID, leads=False)]) is Decision.NO_OBJECTION
    assert known_of([finding(APPLIES, MAJOR, Do.AVOID, override=override)]) is Decision.NO_OBJECTION
    assert open_of([finding(OPEN, MAJOR, Do.AVOID, leads=False)]).facts == ()
    assert open_of([finding(OPEN, MAJOR, Do.AVOID, override=override)]).facts == ()


def test_what_is_known_is_not_hidden_by_what_is_open_nor_the_other_way_round():
    findings = [finding(APPLIES, MAJOR, Do.AVOID), finding(OPEN, CONTRAINDICATED, missing=("fits", "sex"))]
    known, left_open = known_of(findings), open_of(findings)
    assert (known, decide(known, left_open)) == (Decision.AVOID, Decision.AVOID)
    assert (left_open.strictest, left_open.facts) == (Decision.CONTRAINDICATED, ("fits", "sex"))


@pytest.mark.parametrize(
    ("known", "decision"),
    [(INFO, Decision.CANNOT_ASSESS), (MINOR, Decision.CANNOT_ASSESS), (MODERATE, Decision.CAUTION)],
)
def test_it_cannot_be_assessed_only_where_at_most_something_minor_is_known(known, decision):
    findings = [finding(APPLIES, known), finding(OPEN, CONTRAINDICATED)]
    assert decide(known_of(findings), open_of(findings)) is decision


@pytest.mark.parametrize(("weight", "decision"), [(MODERATE, Decision.NO_OBJECTION), (MAJOR, Decision.CANNOT_ASSESS)])
def test_what_is_open_is_decisive_from_major_on(weight, decision):
    left_open = open_of([finding(OPEN, weight)])
    assert decide(Decision.NO_OBJECTION, left_open) is decision
    assert left_open.strictest is Decision.CAUTION
    assert left_open.facts == ()


def test_a_contraindication_whose_being_open_is_said_to_weigh_little_forbids_nothing():
    left_open = open_of([finding(OPEN, CONTRAINDICATED, weight=INFO)])
    assert (left_open.strictest, left_open.is_decisive, left_open.facts) == (Decision.NO_OBJECTION, False, ())
    assert open_of([finding(OPEN, CONTRAINDICATED, weight=MAJOR)]).facts == ("fits",)
    assert could_come_to(CONTRAINDICATED, MODERATE, forbids=False) is Decision.CAUTION


def test_each_fact_that_could_forbid_counts_once():
    findings = [finding(OPEN, CONTRAINDICATED), finding(OPEN, MAJOR, Do.AVOID, missing=("fits", "sex"))]
    assert open_of(findings).facts == ("fits", "sex")


def test_the_strictest_word_counts():
    assert weighed(CONTRAINDICATED, forbids=True) is Decision.CONTRAINDICATED
    assert weighed(MODERATE, forbids=False) is Decision.CAUTION
    assert weighed(MINOR, forbids=False) is Decision.NO_OBJECTION
