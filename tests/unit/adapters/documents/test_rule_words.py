"""The machine's reading is said in words that keep every threshold, its end, its unit, and what follows."""

import pytest

from fullcourse.adapters.documents.rule_words import rule_lines, who_is_affected
from patients import knowledge


def lines(statement: str) -> str:
    return " ".join(rule_lines(knowledge().statements[statement].body, knowledge()))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "cycloserine.contraindication.epilepsy",
            "If epilepsy is yes: finding contraindication, severity contraindicated",
        ),
        ("cycloserine.contraindication.severe-renal", "(Cockcroft and Gault) is below 30 mL/min; dialysis is yes"),
        ("cycloserine.caution.clearance-30-to-50", "is at least 30 mL/min and at most 50 mL/min"),
        ("cycloserine.population.65-and-over", "is at least 65 years"),
        ("cycloserine.interaction.isoniazid", "If takes isoniazid"),
        ("cycloserine.caution.pyridoxine-missing", "If does not take pyridoxine"),
        ("linezolid.interaction.serotonergic", "now or in the last 14 days"),
        ("cycloserine.susceptibility.not-shown", "is one of intermediate, resistant"),
        ("cycloserine.susceptibility.who-not-demanded", "For everybody"),
        ("cycloserine.triage.low-red-cells", "at least 2 of ("),
        ("cycloserine.dose.us-titration", "From day 15, once"),
        ("cycloserine.dose.us-titration", "Never more than 1000 mg a day"),
        ("cycloserine.dose.who-band", "If body weight is 46 kg or more: dose mg 750"),
        ("cycloserine.dose.who-band", "If body weight is 24 or more and below 46 kg: dose mg 500"),
        ("cycloserine.missed-dose.take-or-skip", "at least 0.5 times"),
        ("cycloserine.missed-dose.take-or-skip", "The first row that holds decides"),
        ("cycloserine.leaflet.storage", "It is told under “storage”"),
        ("cycloserine.caution.renal-mild", "Nothing is executed, on purpose"),
        ("cycloserine.susceptibility.resistant", "where it cannot be told, info"),
    ],
)
def test_a_rule_is_said_in_words(statement: str, words: str) -> None:
    assert words in lines(statement)


def test_every_statement_can_be_said_in_words() -> None:
    for statement in knowledge().statements.values():
        assert all(rule_lines(statement.body, knowledge())), statement.id
        assert who_is_affected(statement.body, knowledge()), statement.id
        assert "Multiple(" not in lines(statement.id)


@pytest.mark.parametrize(
    ("statement", "whom"),
    [
        ("cycloserine.contraindication.epilepsy", "epilepsy is yes"),
        ("cycloserine.susceptibility.who-not-demanded", "everybody"),
        ("cycloserine.dose.who-band", "body weight 3 kg or more"),
        ("cycloserine.dose.children-uk", "2 or more and below 18 years"),
        ("cycloserine.dose.us-titration", "everybody who begins with it"),
        ("cycloserine.leaflet.storage", "whoever reads it"),
    ],
)
def test_who_is_affected_is_said(statement: str, whom: str) -> None:
    assert whom in who_is_affected(knowledge().statements[statement].body, knowledge())
