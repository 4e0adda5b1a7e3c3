"""The whole report of an adverse event: a draft that a person checks and sends, never the software."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from fullcourse.clinical.moment import Moment
from fullcourse.pharmacovigilance.causality import Assessment, DrugReactionFacts
from fullcourse.pharmacovigilance.patient import ReportedPatient
from fullcourse.pharmacovigilance.people import Reporter, Sender
from fullcourse.pharmacovigilance.reaction import Reaction
from fullcourse.pharmacovigilance.reported_drug import ReportedDrug

__all__ = ["NARRATIVE_KEPT", "AdverseEventReport", "Conflict", "Lack", "Need", "ReportKind"]

NARRATIVE_KEPT: Final = 100_000
"""The most characters of a narrative (E2B H.1)."""


class ReportKind(Enum):
    """How a report came about (E2B C.1.3)."""

    SPONTANEOUS = "spontaneous"
    STUDY = "study"
    OTHER = "other"
    UNKNOWN = "unknown"


class Need(Enum):
    """What something that lacks is needed for."""

    VALID_CASE = "valid case"
    """One of the four minimum criteria."""
    COMPLETE = "complete report"
    """What ICH E2B(R3) requires in every report, or what tells how serious it is."""
    CLINICIAN = "clinician"
    """A judgement that is nobody else's."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that nobody has said yet.

    Attributes:
        what: In words.
        key: Where in the input it is written, for example ``[reaction] outcome``.
        need: What it is needed for.
        element: Of ICH E2B(R3) that is empty without it; empty where there is none.
    """

    what: str
    key: str
    need: Need
    element: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """The input and what is on file do not say the same: both are shown, and a person settles it.

    Attributes:
        what: What they speak of.
        given: What the input says; the report holds it.
        on_file: What the record or the course says.
        origin: Which record, or the event of the course.
    """

    what: str
    given: str
    on_file: str
    origin: str


@dataclass(frozen=True, slots=True)
class AdverseEventReport:
    """A report.

    Attributes:
        id: The sender's number of the case, as the user gives it; empty otherwise.
        kind: How it came about; None where nobody said.
        first_received: When the sender first heard of it.
        most_recent: When the newest of what it holds became known.
        reported_on: The day of this report.
        reporters: Who tells of it; the first is the primary source.
        sender: Who sends it on.
        patient: In whom.
        reactions: What was noticed, as reported.
        drugs: With which drugs, in the order of the input, then those on file.
        narrative: The course of events in the words of the reporter.
        reporter_comments: What the reporter thinks of it.
        sender_comments: What the sender thinks of it.
        earlier_drugs: Drugs on file that were over before the first reaction.
        later_drugs: Drugs on file that were begun after it, and may be treatment of it.
        facts: For each suspect drug and reaction, what bears on whether one caused the other.
        assessments: What clinicians judged of it, as they gave it.
        expedited: Whether it falls under the local rules for reporting at once; None where nobody said.
        worldwide_id: Number of the case all over the world; empty where it has none yet.
        other_ids: Numbers of the case elsewhere, each with whose number it is.
        first_sender_is_regulator: Whether a regulator sent it first; None where nobody said.
        has_documents: Whether the sender holds documents on it; None where nobody said.
        documents: These documents, by their titles.
        product_available: Whether the product is there to be looked at; None where nobody said.
        product_picture: Whether there is a picture of it; None where nobody said.
        conflicts: Where the input and what is on file differ.
        lacks: What nobody has said yet, what a valid case needs first.
        beside: What the log tells and the report does not hold, for example another symptom.
        not_read: What is on file and was not understood, so that the report may be without it.
        sources: Which files it was made from, by what they are: ``input``, ``record``, ``course``.
    """

    reactions: tuple[Reaction, ...]
    drugs: tuple[ReportedDrug, ...]
    patient: ReportedPatient
    reporters: tuple[Reporter, ...]
    sender: Sender = field(default_factory=Sender)
    id: str = ""
    kind: ReportKind | None = None
    first_received: Moment | None = None
    most_recent: Moment | None = None
    reported_on: Moment | None = None
    narrative: str = ""
    reporter_comments: str = ""
    sender_comments: str = ""
    earlier_drugs: tuple[ReportedDrug, ...] = ()
    later_drugs: tuple[ReportedDrug, ...] = ()
    facts: tuple[DrugReactionFacts, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    expedited: bool | None = None
    worldwide_id: str = ""
    other_ids: tuple[tuple[str, str], ...] = ()
    first_sender_is_regulator: bool | None = None
    has_documents: bool | None = None
    documents: tuple[str, ...] = ()
    product_available: bool | None = None
    product_picture: bool | None = None
    conflicts: tuple[Conflict, ...] = ()
    lacks: tuple[Lack, ...] = ()
    beside: tuple[str, ...] = ()
    not_read: tuple[str, ...] = ()
    sources: tuple[str, ...] = ("input",)

    @property
    def is_serious(self) -> bool | None:
        """Return whether one reaction is serious; no only where each is surely not; None otherwise."""
        said = [reaction.seriousness.is_serious for reaction in self.reactions]
        if True in said:
            return True
        return None if None in said or not said else False

    @property
    def is_valid(self) -> bool:
        """Return whether the four minimum criteria are met."""
        return not any(lack.need is Need.VALID_CASE for lack in self.lacks)

    @property
    def is_complete(self) -> bool:
        """Return whether nothing lacks that every report must hold."""
        return not any(lack.need in (Need.VALID_CASE, Need.COMPLETE) for lack in self.lacks)

    @property
    def suspects(self) -> tuple[ReportedDrug, ...]:
        """Return the drugs that are suspect or interacting."""
        return tuple(drug for drug in self.drugs if drug.role is not None and drug.role.is_suspected)

    @property
    def others(self) -> tuple[ReportedDrug, ...]:
        """Return the drugs that are not, those without a role among them."""
        return tuple(drug for drug in self.drugs if drug.role is None or not drug.role.is_suspected)
