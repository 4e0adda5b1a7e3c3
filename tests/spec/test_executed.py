"""What is called executed is executed: the command that is named finds the consequence in a case of the statement."""

import pytest

from course_cases import rules
from fullcourse.course.interruption import interruption_rules
from fullcourse.interfaces.cli.coverage import command_of, is_evaluated
from fullcourse.knowledge.consequences import Action, FindingOf
from fullcourse.knowledge.pk.targets import read_targets, referred_statements
from fullcourse.knowledge.walk import thens_of
from patients import knowledge
from spec_cases import Case, read_cases, run

LEVELS = referred_statements()
EVALUATED = [statement for statement in knowledge().statements.values() if is_evaluated(statement)]
NOT_IN_CASES = "screening.interaction.not-recognised"
"""Cases hand in ingredients, so none holds a product that nobody recognises: the end-to-end tests of `check` do."""
CHECKED = [
    it.id for it in EVALUATED if command_of(it, LEVELS, knowledge()).startswith("check") and it.id != NOT_IN_CASES
]
CASES: dict[str, Case] = {
    name: case for case in read_cases() for name, status in case.expect.items() if status == "applies"
}


@pytest.mark.parametrize("name", CHECKED)
def test_check_finds_the_consequence_in_a_case_of_the_statement(name: str):
    finding = run(CASES[name]).findings[name]
    thens = [then for then in thens_of(knowledge().statements[name].body) if isinstance(then, FindingOf | Action)]
    assert finding.status.value == "applies"
    assert (finding.kind, finding.severity) in {(then.value, then.severity) for then in thens}


def test_the_advice_on_levels_executes_the_statements_that_it_is_named_for():
    drugs = {drug: read_targets(drug, knowledge=knowledge()) for drug in knowledge().drugs}
    cited = {row.citation for it in drugs.values() for row in (*it.plans, *it.maxima, *it.holds)}
    for name in LEVELS:
        assert knowledge().citation(knowledge().statements[name]) in cited, name


def test_missed_executes_the_statements_on_late_and_missed_doses():
    executed = {
        rule.statement.id
        for drug in knowledge().drugs
        for of_drug in (rules(drug, "us"), rules(drug, "who"))
        for rule in (of_drug.just_late, *of_drug.guards, *of_drug.missed)
    }
    assert {it.id for it in EVALUATED if command_of(it, LEVELS, knowledge()) == "missed"} == executed


def test_the_course_executes_the_statements_on_interruptions_and_refills():
    named = {it.id for it in EVALUATED if command_of(it, LEVELS, knowledge()) == "course show"}
    assert named == {rule.statement.id for rule in interruption_rules(knowledge())}
    assert {it.id for it in EVALUATED if command_of(it, LEVELS, knowledge()) == "supply"} == {
        "cycloserine.supply.refill",
        "cycloserine.supply.no-repeats-left",
    }


def test_every_statement_that_the_rules_evaluate_is_executed_by_a_command():
    assert [it.id for it in EVALUATED if not command_of(it, LEVELS, knowledge())] == []
