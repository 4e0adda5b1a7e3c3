"""One statement of a check explained: what it came to, on what it rests, and what other sources say."""

from typing import Final

from rich.console import Console
from rich.text import Text

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.finding import Finding, Status
from fullcourse.interfaces.cli.finding_text import Detail, print_finding
from fullcourse.interfaces.cli.terminal import hanging
from fullcourse.interfaces.cli.wording import fact_name, leading
from fullcourse.journey.check import CheckResult
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.tables import did_you_mean

__all__ = ["explained", "print_explained"]

_CAME_TO: Final = {
    Status.APPLIES: "applies",
    Status.DOES_NOT_APPLY: "does not apply",
    Status.CANNOT_ASSESS: "cannot be assessed",
}
_TIER_WORDS: Final = {
    "A": "the official text was read",
    "B": "a faithful copy of the official text was read",
    "C": "a secondary page; it never carries a dose or a clearance alone",
}


def explained(result: CheckResult, statement: str) -> Finding:
    """Return what a statement came to.

    Args:
        result: A check.
        statement: Id of the statement.

    Raises:
        InputError: No statement of this check has that id.
    """
    findings = {it.id: it for check in result.drugs for it in check.findings}
    findings |= {it.id: it for it in result.regimen_findings}
    if statement not in findings:
        raise InputError(
            f"--explain: no statement of this check is '{statement[:80]}'. {did_you_mean(statement, findings)} "
            "--full shows the id of each statement that applies."
        )
    return findings[statement]


def print_explained(result: CheckResult, finding: Finding, knowledge: Knowledge, console: Console) -> None:
    """Print a statement: what it says, what it came to, its source and how that was read."""
    statement = knowledge.statements[finding.id]
    source = knowledge.sources[statement.source]
    console.print(Text(f"{finding.id}  {result.at.isoformat()}, {leading(result.profile)}", "bold"))
    console.print(hanging("  =", Text(f"It {_CAME_TO[finding.status]} here.", "bold"), 3))
    print_finding(finding, knowledge, console, Detail.FULL)
    if finding.missing:
        named = ", ".join(fact_name(fact, knowledge) for fact in finding.missing)
        console.print(hanging("  ?", Text(f"Not known, and would settle it: {named}."), 3))
    says = f"Where: {source.issuer}; {source.address}. Tier {source.tier}: {_TIER_WORDS[source.tier]}."
    console.print(hanging("  ·", Text(says), 3))
    if finding.interpretation:
        says = f"Its wording is unclear; how we read it, and why: docs/interpretations/{finding.interpretation}.md."
        console.print(hanging("  ·", Text(says), 3))
    review = "No clinician has reviewed it yet" if finding.review == "unreviewed" else f"Reviewed: {finding.review}"
    console.print(hanging("  ·", Text(f"{review}."), 3))
