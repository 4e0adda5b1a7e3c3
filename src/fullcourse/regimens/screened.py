"""What the check of each drug said, as composition reads it: handed in by the journey, since no step sees another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fullcourse.clinical.finding import Finding, Severity
from fullcourse.rules.kleene import Truth

__all__ = ["DrugView", "PairView", "Screened"]


@dataclass(frozen=True, slots=True)
class DrugView:
    """One drug for one patient.

    Attributes:
        drug: INN.
        effective: Whether results show the bacteria susceptible to it; None while that is not known.
        allowed: Whether it may be taken; False when it is contraindicated, None while that cannot be assessed.
        against: Findings that apply and count, most serious first.
        open: Findings that cannot be assessed and could forbid it.
    """

    drug: str
    effective: Truth
    allowed: Truth
    against: tuple[Finding, ...] = ()
    open: tuple[Finding, ...] = ()

    @property
    def worst(self) -> int:
        """Return how serious the most serious finding is that applies; 0 for none."""
        return max((int(finding.severity) for finding in self.against), default=0)


@dataclass(frozen=True, slots=True)
class PairView:
    """Two drugs together.

    Attributes:
        drugs: Both, in alphabetical order.
        allowed: False when they must not be taken together, None while that cannot be assessed.
        worst: How serious the most serious finding is that applies; 0 for none.
        findings: Ids of the findings that apply, most serious first.
        unresolved: Ids of those that cannot be assessed.
    """

    drugs: tuple[str, str]
    allowed: Truth
    worst: int
    findings: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Screened:
    """All drugs and pairs that composition may ask about."""

    drugs: Mapping[str, DrugView]
    pairs: Mapping[tuple[str, str], PairView] = field(default_factory=dict)

    def among(self, names: Iterable[str]) -> list[PairView]:
        """Return the pairs of some drugs about which something is said, in alphabetical order."""
        known = sorted(set(names))
        both = ((first, second) for place, first in enumerate(known) for second in known[place + 1 :])
        return [self.pairs[pair] for pair in both if pair in self.pairs]

    def majors(self, names: Iterable[str]) -> int:
        """Return how many findings of severity major or worse apply to some drugs and their pairs."""
        drugs = set(names)
        own = sum(finding.severity >= Severity.MAJOR for name in drugs for finding in self.drugs[name].against)
        return own + sum(pair.worst >= Severity.MAJOR for pair in self.among(drugs))
