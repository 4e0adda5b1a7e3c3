"""Every drug against tuberculosis beside every medicine of a list: what a check says of the two, and nothing else.

A cell is what `Screener` comes to for somebody who takes that one medicine and of whom nothing else is known. A source
that says nothing of a pair says nothing: the cell is "not covered", never "no interaction". A source that says that
nothing is expected through metabolism has not spoken of the pair: such a cell is kept and counted apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from fullcourse.clinical.co_medicine import CoMedicine
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.clinical.management import Do
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Patient, Record
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import DrugIdentity, Profile
from fullcourse.rules.establish import establish
from fullcourse.screening.decision import STRICTEST_FIRST
from fullcourse.screening.screen import Screener
from fullcourse.screening.unchecked_medicines import Known

__all__ = ["ASKED_MOST", "Cell", "CellState", "Matrix", "MatrixRow", "cell_of", "interaction_matrix"]

ASKED_MOST: Final = (
    "rifampin", "rifapentine", "isoniazid", "linezolid", "bedaquiline", "moxifloxacin", "cycloserine",
)  # fmt: skip
"""The drugs of which the coverage beside the commonest medicines is counted."""


class CellState(Enum):
    """What is known of a drug beside a medicine."""

    FINDING = "finding"
    NO_INTERACTION_EXPECTED = "no_interaction_expected"
    """A sentence of a source says that nothing is to be changed."""
    NONE_BY_MECHANISM = "none_by_mechanism"
    """A sentence of a source says that nothing is expected through metabolism; none speaks of other ways."""
    NOT_COVERED = "not_covered"


_SPOKEN: Final = frozenset({CellState.FINDING, CellState.NO_INTERACTION_EXPECTED})
"""What counts as covered: a sentence about the pair, or about a class that the medicine is of."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A drug beside a medicine.

    Attributes:
        drug: INN.
        state: What is known.
        findings: What a check finds, the strictest first; those that also wait for another fact of the patient last.
    """

    drug: str
    state: CellState
    findings: tuple[Finding, ...] = ()

    @property
    def leading(self) -> Finding | None:
        """The finding that a reader sees first; None where nothing is covered."""
        return self.findings[0] if self.findings else None

    @property
    def severity(self) -> Severity | None:
        """How serious the leading finding is; None where nothing is covered."""
        return None if self.leading is None else self.leading.severity

    @property
    def comes_to(self) -> Decision | None:
        """The decision about the drug that it leads to by itself; None where nothing is covered."""
        return None if self.leading is None else self.leading.comes_to


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A medicine beside each drug."""

    co_medicine: CoMedicine
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All drugs beside all medicines.

    Attributes:
        at: Date of the checks.
        profile: Which sources lead.
        knowledge: Digest of the knowledge used.
        drugs: INN, in the order of the cells.
        rows: One a medicine.
    """

    at: date
    profile: str
    knowledge: str
    drugs: tuple[str, ...]
    rows: tuple[MatrixRow, ...]

    def filled(self, drug: str) -> tuple[int, int]:
        """Return how many cells of a drug are filled, and how many of these say that no interaction is expected."""
        at = self.drugs.index(drug)
        states = [row.cells[at].state for row in self.rows]
        return sum(state in _SPOKEN for state in states), states.count(CellState.NO_INTERACTION_EXPECTED)

    def decided(self, drugs: Iterable[str]) -> tuple[int, int]:
        """Return how many cells of these drugs beside the commonest medicines are decided, and how many there are."""
        cells = self._cells(drugs, only_commonest=True)
        return sum(cell.state in _SPOKEN for cell in cells), len(cells)

    def by_mechanism(self, drugs: Iterable[str], *, only_commonest: bool = True) -> int:
        """Return of how many cells a source speaks by one way only; `filled` and `decided` do not count them."""
        cells = self._cells(drugs, only_commonest=only_commonest)
        return sum(cell.state is CellState.NONE_BY_MECHANISM for cell in cells)

    def _cells(self, drugs: Iterable[str], *, only_commonest: bool) -> list[Cell]:
        places = [self.drugs.index(drug) for drug in drugs if drug in self.drugs]
        return [row.cells[at] for row in self.rows if row.co_medicine.common or not only_commonest for at in places]


def interaction_matrix(
    knowledge: Knowledge,
    profile: Profile,
    at: date,
    co_medicines: Sequence[CoMedicine],
    drugs: Sequence[DrugIdentity],
) -> Matrix:
    """Return what a check says of each drug beside each medicine.

    Args:
        knowledge: What the sources say.
        profile: Which of them lead.
        at: Date of the checks.
        co_medicines: The rows.
        drugs: The columns.
    """
    screener = Screener(knowledge, profile)
    rows = []
    for co_medicine in co_medicines:
        patient = _taking(co_medicine, knowledge, at)
        rows.append(MatrixRow(co_medicine, tuple(_cell(screener, patient, drug, co_medicine) for drug in drugs)))
    return Matrix(at, profile.id, knowledge.digest, tuple(drug.inn for drug in drugs), tuple(rows))


def _taking(co_medicine: CoMedicine, knowledge: Knowledge, at: date) -> Patient:
    """Return somebody who takes one medicine and no other, and of whom nothing else is known."""
    complete = Evidence("medicines_complete", True, parse_moment(at.isoformat(), "at"), co_medicine.medicine.origin)
    return establish(Record({"medicines_complete": (complete,)}, (co_medicine.medicine,)), knowledge, at)


def _cell(screener: Screener, patient: Patient, drug: DrugIdentity, co_medicine: CoMedicine) -> Cell:
    found, known = screener.pair(patient, drug, co_medicine.medicine)
    return cell_of(drug.inn, found, known)


def cell_of(drug: str, found: Iterable[Finding], known: Known) -> Cell:
    """Return what findings on a drug beside a medicine come to.

    Args:
        drug: INN.
        found: What applies, or cannot be assessed, because the medicine is taken.
        known: How far the statements of the drug speak of the medicine.
    """
    findings = tuple(sorted(found, key=_strictest_first))
    if any(map(_asks_for_something, findings)):
        return Cell(drug, CellState.FINDING, findings)
    if not findings or known is Known.IN_PART:
        return Cell(drug, CellState.NOT_COVERED)
    whole = known is Known.WHOLE
    return Cell(drug, CellState.NO_INTERACTION_EXPECTED if whole else CellState.NONE_BY_MECHANISM, findings)


def _strictest_first(finding: Finding) -> tuple[bool, bool, int, int, str]:
    applies = finding.status is Status.APPLIES
    return (not applies, not finding.leads, STRICTEST_FIRST[finding.comes_to], -finding.severity, finding.id)


def _asks_for_something(finding: Finding) -> bool:
    return finding.management is None or finding.management.do is not Do.NONE_NEEDED
