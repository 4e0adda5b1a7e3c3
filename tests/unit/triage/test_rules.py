"""Which statements are of triage, and which command executes each."""

import pytest

from fullcourse.triage.rules import command_of_triage, triage_rules
from patients import knowledge


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("emergency.seizure", "triage"),
        ("cycloserine.triage.low-mood", "triage"),
        ("triage.low-mood-twice", "triage"),
        ("triage.driving", "triage"),
        ("emergency.overdose", "overdose"),
        ("cycloserine.triage.took-more-than-1-g", "overdose"),
        ("rifampin.action.alt-with-symptoms", ""),  # a laboratory's value: check executes it
        ("emergency.number.us", ""),
        ("cycloserine.monitoring.visits", ""),
    ],
)
def test_each_statement_has_its_command(name, command):
    assert command_of_triage(knowledge().statements[name]) == command


def test_every_general_emergency_is_executed():
    stated = {it for it in knowledge().statements if it.startswith("emergency.") and not it.endswith(".us")}
    assert stated == {it.statement.id for it in triage_rules(knowledge()) if it.statement.id.startswith("emergency.")}
