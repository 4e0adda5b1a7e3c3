"""How serious a finding is, by what its source says to do: one rubric, which every interaction is held to.

A statement that is rated otherwise says why (``rated_because``); docs/reference/severity.md shows it to readers.
"""

from collections.abc import Iterator
from typing import Final

from fullcourse.clinical.errors import Fault
from fullcourse.clinical.finding import Severity
from fullcourse.clinical.management import Do
from fullcourse.knowledge.consequences import FindingOf
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.walk import thens_of

__all__ = ["HELD", "RUBRIC", "rated_as", "severity_faults"]

RUBRIC: Final = {
    Do.AVOID: (Severity.CONTRAINDICATED, Severity.MAJOR),
    Do.CHANGE_FIRST: (Severity.MAJOR,),
    Do.ADJUST_DOSE: (Severity.MAJOR,),
    Do.ADD: (Severity.MAJOR,),
    Do.SEPARATE: (Severity.MODERATE,),
    Do.MONITOR: (Severity.MODERATE,),
    Do.NONE_NEEDED: (Severity.INFO,),
    None: (Severity.MINOR, Severity.INFO),
}
"""The severities that each thing to do may have. None is a source that asks for nothing: it informs. What must not be
given at all is contraindicated, and says so by ``avoid``."""

HELD: Final = frozenset({"interaction", "duplicate"})
"""The kinds of finding that are held to the rubric, whether or not they declare what to do."""


def rated_as(then: FindingOf) -> tuple[Severity, ...]:
    """Return the severities that the rubric gives to a finding, the most serious first."""
    return RUBRIC[then.management.do if then.management is not None else None]


def severity_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """Yield every interaction that is rated otherwise than by what it says to do and does not say why.

    Yields:
        A fault for each; and one for each reason that stands where the rubric is kept, which explains nothing.
    """
    for statement in knowledge.statements.values():
        for then in thens_of(statement.body):
            if not isinstance(then, FindingOf) or then.value not in HELD:
                continue
            allowed = rated_as(then)
            if then.severity not in allowed and not then.rated_because:
                said = f"'{then.management.do.value}'" if then.management else "nothing to do"
                words = " or ".join(severity.word for severity in allowed)
                yield Fault(
                    statement.file,
                    statement.id,
                    f"severity {then.severity.word} stands beside {said}, which the rubric rates {words}",
                    "Rate it so, correct what is to be done, or say why in rated_because.",
                )
            elif then.severity in allowed and then.rated_because:
                what = "'rated_because' stands where the rubric is kept"
                yield Fault(statement.file, statement.id, what, "Remove it: it explains nothing.")
