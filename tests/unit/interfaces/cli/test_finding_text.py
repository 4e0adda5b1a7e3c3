"""A card leaves out remarks and what is said again, and never what forbids a drug."""

import io

from rich.console import Console

from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.clinical.management import Do, Management
from fullcourse.interfaces.cli.finding_text import Detail, print_findings
from fullcourse.journey.check import CheckResult, DrugCheck, Open
from patients import AT, knowledge, patient

STATEMENTS = [
    it
    for it in knowledge().statements.values()
    if it.id.startswith("bedaquiline.interaction.") and not it.interpretation
]


def finding(number: int, says: str, severity: Severity, comes_to: Decision) -> Finding:
    statement = STATEMENTS[number]
    return Finding(
        id=statement.id,
        kind="interaction",
        status=Status.APPLIES,
        severity=severity,
        weight=severity,
        says=says,
        patient="",
        because=(Evidence("drug.x", True, None, "record", "wibblide 5 mg"),),
        missing=(),
        citations=(knowledge().citation(statement),),
        management=Management(Do.MONITOR, says),
        mechanism="qt",
        comes_to=comes_to,
    )


def page(*findings: Finding) -> str:
    left = Open(Decision.NO_OBJECTION, False, ())
    drugs = tuple(
        DrugCheck(drug, Decision.AVOID, left, findings if drug == "bedaquiline" else ())
        for drug in ("bedaquiline", "linezolid")
    )
    result = CheckResult(AT, "us", "", patient({}), drugs, (), (), (), (), ())
    console = Console(file=io.StringIO(), width=200)
    print_findings(result, knowledge(), console, Detail.SHORT)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_what_is_said_again_of_a_pair_is_counted_and_what_forbids_it_is_named() -> None:
    first = finding(0, "First.", Severity.MAJOR, Decision.AVOID)
    again = finding(1, "Again.", Severity.MODERATE, Decision.CAUTION)
    shown = page(first, again)
    assert "Again." not in shown
    assert "1 remark with --full" in shown
    shown = page(first, again._replace(comes_to=Decision.AVOID))
    assert "Again." in shown
