"""When a drug may be cleared: what stands in the way, and what that makes of a decision."""

from dataclasses import replace

import pytest

from fullcourse.clinical import Decision, Finding, NotCleared, NotUsed, Severity, Status, Unrecognised
from fullcourse.screening.clearance import cleared, facts_spoken_of, facts_that_decide, what_stands_in_the_way
from fullcourse.screening.screen import Screener
from harmless import HARMLESS_MEDICINES, harmless_facts
from patients import evidence, knowledge, patient
from small_knowledge import small, statement


def with_record(**changes):
    person = patient(harmless_facts(), HARMLESS_MEDICINES)
    return replace(person, record=replace(person.record, **changes))


def in_the_way(person, *decisive):
    return what_stands_in_the_way(person, knowledge(), frozenset(decisive))


@pytest.mark.parametrize("decision", list(Decision))
def test_only_no_objection_is_lowered_and_only_while_something_stands_in_the_way(decision):
    lowered = Decision.CAUTION if decision is Decision.NO_OBJECTION else decision
    assert cleared(decision, ()) is decision
    assert cleared(decision, (NotCleared.ON_FILE,)) is lowered


def test_evidence_that_did_not_count_stands_in_the_way_where_its_fact_can_decide():
    undated = evidence("haemoglobin", 7.0)._replace(on=None)
    person = patient({name: value for name, value in harmless_facts().items() if name != "haemoglobin"})
    held = {**person.record.evidence, "haemoglobin": (undated,)}
    person = replace(person, record=replace(person.record, evidence=held))
    assert in_the_way(person, "haemoglobin", "weight") == (NotCleared.ON_FILE,)
    assert in_the_way(person, "weight") == ()


def test_an_entry_that_was_not_understood_stands_in_the_way():
    entry = Unrecognised("allergy", "something", "AllergyIntolerance/1", "not known")
    assert in_the_way(replace(with_record(), unrecognised=(entry,)), "weight") == (NotCleared.NOT_UNDERSTOOD,)


def test_a_part_that_was_not_read_stands_in_the_way_where_it_may_matter():
    assert in_the_way(with_record(not_used=(NotUsed("Basic", "no fact uses it", 3),)), "weight") == ()
    unread = NotUsed("contained Condition", "only resources that stand alone are read", 1, True)
    assert in_the_way(with_record(not_used=(unread,)), "weight") == (NotCleared.NOT_READ,)


def test_facts_decide_from_a_moderate_statement_on():
    known = knowledge()
    serious = {name: facts_that_decide(statement, known) for name, statement in known.statements.items()}
    assert serious["bedaquiline.contraindication.qtcf-above-500"] == ("qtcf", "qt_interval", "heart_rate")
    assert serious["terizidone.susceptibility.who-not-demanded"] == ()


def test_a_screened_drug_says_what_stands_in_its_way():
    known = knowledge()
    screener = Screener(known, known.profile("us"))
    unread = NotUsed("Observation", "it has no value", 1, True)
    free, held = (
        screener.screen(person, known.drug("linezolid")) for person in (with_record(), with_record(not_used=(unread,)))
    )
    assert (free.decision, free.not_cleared) == (Decision.NO_OBJECTION, ())
    assert (held.decision, held.not_cleared) == (Decision.CAUTION, (NotCleared.NOT_READ,))


SPOKEN_OF = "".join(
    statement(
        f"when = [{condition}]\nthen = {{ finding = 'caution', severity = 'major' }}", f"exampline.caution.{name}"
    )
    for name, condition in {
        "kidney": '{ fact = "creatinine", above = 2, unit = "mg/dL" }',
        "fits": '{ fact = "fits", is = true }',
        "pair": '{ taking = "class.sedatives" }',
        "weight": '{ fact = "weight", below = 40, unit = "kg" }',
    }.items()
)


def spoken_of(*findings):
    return facts_spoken_of(findings, SMALL)


def of(name, severity=Severity.MAJOR, leads=True):
    said = (f"exampline.caution.{name}", "caution", Status.APPLIES, severity, severity, "Said.", "", (), (), ())
    return Finding(*said, leads=leads)


SMALL = small(SPOKEN_OF)


def test_the_facts_of_the_most_serious_statements_come_first_and_what_another_source_leads_comes_last():
    assert spoken_of(of("weight", Severity.MINOR), of("kidney", Severity.MAJOR)) == ("creatinine", "weight")
    assert spoken_of(of("kidney", Severity.CONTRAINDICATED, leads=False), of("weight", Severity.INFO)) == (
        "weight",
        "creatinine",
    )
    assert spoken_of(of("kidney", Severity.MAJOR), of("weight", Severity.MAJOR)) == ("creatinine", "weight")


def test_a_fact_or_a_medicine_on_a_list_asks_whether_the_list_is_complete():
    assert spoken_of(of("fits")) == ("fits", "problems_complete")
    assert spoken_of(of("pair")) == ("medicines_complete",)
    assert spoken_of(of("weight")) == ("weight",)


def test_what_a_statement_needs_is_the_same_however_often_it_is_asked():
    findings = [of("fits"), of("pair")]
    first, again = spoken_of(*findings), spoken_of(*findings)
    assert first == again == ("fits", "medicines_complete", "problems_complete")


@pytest.mark.parametrize(("severity", "decides"), [("major", True), ("moderate", True), ("minor", False)])
def test_a_statement_decides_from_moderate_on_and_below_it_never(severity, decides):
    body = f'when = [{{ fact = "fits", is = true }}]\nthen = {{ finding = "caution", severity = "{severity}" }}'
    known = small(statement(body))
    assert bool(facts_that_decide(known.statements["exampline.caution.x"], known)) is decides


def test_a_statement_that_is_minor_and_weighs_more_while_it_is_open_decides():
    then = '{ finding = "caution", severity = "minor", unresolved = "moderate" }'
    known = small(statement(f'when = [{{ fact = "fits", is = true }}]\nthen = {then}'))
    assert facts_that_decide(known.statements["exampline.caution.x"], known) == ("fits",)
