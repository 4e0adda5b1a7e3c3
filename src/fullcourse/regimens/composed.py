"""The answer of composition: regimens with their status, drugs, dated phases and reasons."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from fullcourse.clinical.citation import Citation
from fullcourse.regimens.eligibility import Reason
from fullcourse.rules.kleene import Truth

__all__ = [
    "Composed",
    "ComposedDrug",
    "DatedDrug",
    "DatedPhase",
    "LeftOut",
    "Objection",
    "Overlap",
    "RegimenStatus",
    "TestNext",
]


class RegimenStatus(Enum):
    """Whether a regimen may be proposed for this patient; best first."""

    ELIGIBLE = "eligible"
    CANNOT_ASSESS = "cannot_assess"
    INELIGIBLE = "ineligible"

    @classmethod
    def of(cls, truth: Truth) -> "RegimenStatus":
        """Return the status of a truth."""
        return cls.CANNOT_ASSESS if truth is None else cls.ELIGIBLE if truth else cls.INELIGIBLE


@dataclass(frozen=True, slots=True)
class Objection:
    """What speaks against a regimen beside its guideline's criteria, or leaves it open.

    Attributes:
        kind: ``resistant``, ``untested``, ``contraindicated``, ``unassessed``, ``pair``, ``gives_way``, ``too_few``.
        drugs: The drugs meant.
        says: In words.
        findings: Ids of the findings of the check behind it.
        fits: False where it forbids, None where it leaves open.
        missing: The facts that would settle it.
    """

    kind: str
    drugs: tuple[str, ...]
    says: str
    findings: tuple[str, ...] = ()
    fits: Truth = False
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ComposedDrug:
    """One drug of a regimen.

    Attributes:
        drug: INN.
        role: What it is to the regimen: ``counted``, ``not_counted``, ``optional``, ``companion``.
        group: Of the construction; empty in a regimen whose drugs are fixed.
        effective: Whether results show the bacteria susceptible to it; None while that is not known.
        note: What the source adds.
    """

    drug: str
    role: str
    group: str
    effective: Truth
    note: str = ""


@dataclass(frozen=True, slots=True)
class DatedDrug:
    """When a drug is taken within a phase.

    Attributes:
        drug: INN.
        length: For how long, in words.
        starts: First day; None while no start is given.
        ends: Last day, included.
    """

    drug: str
    length: str
    starts: date | None
    ends: date | None


@dataclass(frozen=True, slots=True)
class DatedPhase:
    """One phase with its dates; all are None while no start is given.

    Attributes:
        name: Of the phase.
        length: In words.
        starts: First day.
        ends: Last day, included; the earliest usual one where the source gives a range.
        ends_at_latest: Last day of the longest usual length; None where the source gives one length.
        doses_required: How many doses complete it; None where no source that was read counts them.
        days_per_week: Days with a dose; None where the source does not say.
        complete_by: Day by which its doses are finished; None where no source says.
        drugs: When each drug is taken.
        extension: On what condition it is longer; empty where it never is.
        extends_to: Last day then.
        extension_complete_by: Day by which it is finished then.
        extended: What the extension comes to in a course that is under way; None where there is nothing to judge yet.
            Where it is met, the dates and lengths are those of the longer phase.
    """

    name: str
    length: str
    starts: date | None
    ends: date | None
    ends_at_latest: date | None
    doses_required: int | None
    days_per_week: int | None
    complete_by: date | None
    drugs: tuple[DatedDrug, ...]
    extension: str = ""
    extends_to: date | None = None
    extension_complete_by: date | None = None
    extended: Reason | None = None


@dataclass(frozen=True, slots=True)
class Overlap:
    """A harm that two or more drugs of a regimen share."""

    toxicity: str
    label: str
    drugs: tuple[str, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A drug that is not in the first regimen, and why."""

    drug: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TestNext:
    """A result to ask the laboratory for, the most decisive first."""

    __test__ = False
    fact: str
    because: str


@dataclass(frozen=True, slots=True)
class Composed:
    """One regimen for one patient.

    Attributes:
        id: Of the regimen or construction; further combinations of one construction have ``/2`` and so on behind it.
        name: For people.
        path: For which bacteria.
        status: Whether it may be proposed.
        leads: False for one of another source than the profile's, shown beside.
        order: Of its guideline.
        drugs: What it holds.
        phases: With dates where a start is given.
        complete_by: Day by which the whole is finished; None where no source says or no start is given.
        reasons: What its criteria come to.
        objections: What else speaks against it or leaves it open.
        overlaps: Harms that its drugs share.
        says: What its source says of it.
        notes: What a prescriber is told beside it.
        why: Why it stands where it does among the combinations of one construction; empty elsewhere.
        proposed_by_source: What its source proposes although something is not known.
        citation: Its source.
        interpretation: Our reading; empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
        effective: How many effective drugs it has, at least and at most.
        out_of_stock: Those of its drugs of which the list of forms in stock has none; None where no list is given.
    """

    id: str
    name: str
    path: str
    status: RegimenStatus
    leads: bool
    order: int
    drugs: tuple[ComposedDrug, ...]
    phases: tuple[DatedPhase, ...]
    complete_by: date | None
    reasons: tuple[Reason, ...]
    objections: tuple[Objection, ...]
    overlaps: tuple[Overlap, ...]
    says: str
    notes: tuple[str, ...]
    why: str
    proposed_by_source: tuple[str, ...]
    citation: Citation
    interpretation: str
    review: str
    effective: tuple[int, int]
    out_of_stock: tuple[str, ...] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return the INNs of its drugs."""
        return tuple(drug.drug for drug in self.drugs)
