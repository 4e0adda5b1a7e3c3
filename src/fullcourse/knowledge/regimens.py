"""The shapes of what guidelines say about regimens: phases, who may have them, and how a longer one is put together.

A criterion is a claim with its source, as a statement is: it asks the same conditions, and says of a patient yes, no or
unknown. What no source that was read gives completely is a `NamedRegimen`: it is told, and never composed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fullcourse.knowledge.statements import Statement

__all__ = [
    "EFFECTIVE",
    "PATHS",
    "WHILE_UNKNOWN",
    "Candidate",
    "Construction",
    "Criterion",
    "CriterionRow",
    "Extension",
    "Guidelines",
    "NamedRegimen",
    "PartDrug",
    "Phase",
    "StandardRegimen",
    "Toxicity",
]

PATHS: Final = ("susceptible", "isoniazid-resistant", "rifampicin-resistant")
"""For which bacteria a regimen is."""

WHILE_UNKNOWN: Final = ("asks", "fits")
"""What follows while a criterion is open: it is asked first, or treatment begins while it is found out."""

EFFECTIVE: Final = ("counted", "not_counted", "optional", "companion")
"""What a drug is to its regimen: counted on, there and not counted, left to the setting, or beside another drug."""


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One row of a criterion.

    Attributes:
        test: The conditions, as a statement that can be judged with reasons.
        fits: What the row says when all its conditions hold.
    """

    test: Statement
    fits: bool


@dataclass(frozen=True, slots=True, eq=False)
class Criterion:
    """One claim about who may have a regimen or a drug of it. Compared by identity.

    Attributes:
        id: Its name.
        file: The file it stands in.
        source: Id of the source.
        section: Where in the source.
        says: The claim, in our own words.
        unmet: What stands against it where it is not met, as a patient's answer says it.
        rows: Read from the top; the first that holds decides.
        otherwise: What holds where no row does.
        while_unknown: One of `WHILE_UNKNOWN`.
        proposes: What the source proposes although this is not known; empty where it proposes nothing.
        interpretation: Our reading of unclear wording; empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    id: str
    file: str
    source: str
    section: str
    says: str
    unmet: str
    rows: tuple[CriterionRow, ...]
    otherwise: bool
    while_unknown: str = "asks"
    proposes: str = ""
    interpretation: str = ""
    review: str = "unreviewed"


@dataclass(frozen=True, slots=True)
class PartDrug:
    """One place of a phase, which one drug fills.

    Attributes:
        one_of: INNs of which one is chosen, the first first; mostly a single one.
        role: One of `EFFECTIVE`.
        months: For how long within the phase, months; None for the whole phase.
        note: What the source adds; empty for nothing.
        unless_extended: Whether it is left out when the phase before was made longer, since its months are full then.
    """

    one_of: tuple[str, ...]
    role: str = "counted"
    months: int | None = None
    note: str = ""
    unless_extended: bool = False


@dataclass(frozen=True, slots=True)
class Extension:
    """How a phase may be made longer.

    Attributes:
        weeks: Length of the whole phase then, weeks; None where it is counted in months.
        months: Length of the whole phase then, months.
        complete_within_months: Within which it is finished then, months from its start; None where no source says.
        says: On what condition.
        tests: Facts whose positive result makes it longer; empty where a record does not tell.
        from_month: Months after the start of treatment from which their results count.
        to_month: Months after the start of treatment before which they count.
        due_month: Months after the start of treatment from which it is judged.
        any_result: Whether any positive result in that time makes it longer; else the newest of each test decides.
        interpretation: Our reading; empty when none was needed.
    """

    says: str
    weeks: int | None = None
    months: int | None = None
    complete_within_months: int | None = None
    tests: tuple[str, ...] = ()
    from_month: int = 0
    to_month: int = 0
    due_month: int = 0
    any_result: bool = False
    interpretation: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a regimen.

    Attributes:
        name: ``intensive``, ``continuation``, ``whole course``.
        drugs: Its places.
        weeks: Length, weeks; None where it is counted in months.
        months: Length, months of the calendar.
        months_at_most: Longest usual length, months, where the source gives a range.
        doses: How many doses complete it; None where no source that was read counts them.
        days_per_week: Days of the week with a dose; None where the source does not say.
        complete_within_days: Within which the doses are finished, days from the start of the phase.
        complete_within_months: The same in months.
        extension: How it may be made longer.
    """

    name: str
    drugs: tuple[PartDrug, ...]
    weeks: int | None = None
    months: int | None = None
    months_at_most: int | None = None
    doses: int | None = None
    days_per_week: int | None = None
    complete_within_days: int | None = None
    complete_within_months: int | None = None
    extension: Extension | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StandardRegimen:
    """One regimen whose drugs the source fixes.

    Attributes:
        id: Its name in outputs.
        file: The file it stands in.
        name: As the field writes it, for example ``2HRZE/4HR``.
        profiles: Where it is proposed.
        path: One of `PATHS`.
        order: Regimens of lower order are preferred where both fit.
        source: Id of the source.
        section: Where in the source.
        says: What the source says of it.
        criteria: Ids of what must be so.
        phases: In order of time.
        complete_within_months: Within which the whole regimen is finished, months.
        gives_way_to: Regimens before which it is not proposed.
        beside: Regimens beside which it stays proposed all the same.
        open_if_resistant: Drugs of it for which no source that was read says what follows from their resistance.
        notes: What a prescriber is told beside it.
        interpretation: Our reading; empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    id: str
    file: str
    name: str
    profiles: tuple[str, ...]
    path: str
    order: int
    source: str
    section: str
    says: str
    criteria: tuple[str, ...]
    phases: tuple[Phase, ...]
    complete_within_months: int | None = None
    gives_way_to: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    open_if_resistant: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    interpretation: str = ""
    review: str = "unreviewed"

    @property
    def members(self) -> tuple[str, ...]:
        """Return every drug that one of its places may hold."""
        return tuple(name for phase in self.phases for part in phase.drugs for name in part.one_of)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One drug that a longer regimen may hold.

    Attributes:
        drug: INN.
        group: ``A``, ``B`` or ``C``, or what stands for it in another guideline.
        slot: Drugs of one slot are alternatives: never two of them.
        criteria: Ids of what must be so for it.
        beside: A companion it is always given with; empty for none.
    """

    drug: str
    group: str
    slot: str
    criteria: tuple[str, ...] = ()
    beside: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Construction:
    """How a guideline puts a regimen together drug by drug.

    Attributes:
        id: Its name in outputs.
        file: The file it stands in.
        name: For people.
        profiles: Where it leads; elsewhere it is shown beside the one that leads.
        order: As of a regimen.
        source: Id of the source.
        section: Where in the source.
        says: What the source says of it.
        criteria: Ids of what must be so for the patient.
        groups: The groups, the first first.
        candidates: In the order of the source.
        effective_at_least: How many effective drugs it has at its start.
        first_group_whole: How many members of the first group make it whole.
        second_group_at_least: Members of the second group, where the first is whole.
        second_group_otherwise: Members of the second group, where it is not.
        phases: Their drugs are those that are chosen.
        gives_way_to: As of a regimen.
        beside: As of a regimen.
        new_drugs_after_failure: How many new effective drugs a failing regimen needs at least.
        notes: What a prescriber is told beside it.
        interpretation: Our reading; empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    id: str
    file: str
    name: str
    profiles: tuple[str, ...]
    order: int
    source: str
    section: str
    says: str
    criteria: tuple[str, ...]
    groups: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    effective_at_least: int
    first_group_whole: int
    second_group_at_least: int
    second_group_otherwise: int
    new_drugs_after_failure: int
    phases: tuple[Phase, ...]
    gives_way_to: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    interpretation: str = ""
    review: str = "unreviewed"

    @property
    def members(self) -> tuple[str, ...]:
        """Return every candidate, with its companion."""
        return tuple(name for it in self.candidates for name in (it.drug, it.beside) if name)


@dataclass(frozen=True, slots=True)
class NamedRegimen:
    """A regimen that is known by name and not composed, because no source that was read gives it whole.

    Attributes:
        id: Its name.
        file: The file it stands in.
        name: As the field writes it.
        profiles: Where it is named.
        path: One of `PATHS`.
        source: Id of the source that names it.
        section: Where in the source.
        says: What is known of it, and why it is not composed.
    """

    id: str
    file: str
    name: str
    profiles: tuple[str, ...]
    path: str
    source: str
    section: str
    says: str


@dataclass(frozen=True, slots=True)
class Toxicity:
    """A harm that several drugs of a regimen may share.

    Attributes:
        id: Its name.
        file: The file it stands in.
        label: For people.
        drugs: INNs of its members.
        source: Id of the source of the membership.
        section: Where in the source.
    """

    id: str
    file: str
    label: str
    drugs: tuple[str, ...]
    source: str
    section: str


@dataclass(frozen=True, slots=True)
class Guidelines:
    """Everything that guidelines say about regimens, by id, in the order of the files."""

    criteria: Mapping[str, Criterion] = field(default_factory=dict)
    regimens: Mapping[str, StandardRegimen] = field(default_factory=dict)
    constructions: Mapping[str, Construction] = field(default_factory=dict)
    named: Mapping[str, NamedRegimen] = field(default_factory=dict)
    toxicities: Mapping[str, Toxicity] = field(default_factory=dict)
