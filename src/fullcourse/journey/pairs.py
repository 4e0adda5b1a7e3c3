"""Names alone: what the sources say of drugs and medicines beside one another, of nobody in particular.

No patient is looked at. Somebody who takes what is named and nothing else stands in for one, of whom no fact is known,
so that what depends on a fact is open and never cleared. A pair of which nothing speaks is "not covered", by name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from itertools import combinations
from typing import Final

from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Patient, Record
from fullcourse.clinical.unread_name import UnreadName
from fullcourse.journey.matrix import CellState, cell_of
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import Profile
from fullcourse.rules.establish import establish
from fullcourse.screening.company import Company
from fullcourse.screening.decision import STRICTEST_FIRST
from fullcourse.screening.screen import Screener
from fullcourse.screening.unchecked_medicines import Known

__all__ = ["NOBODY", "NamedPair", "PairState", "PairsAnswer", "pairs_of_names"]

NOBODY: Final = (
    "Names alone: no patient was looked at. Age, weight, kidneys, liver, heart, pregnancy, allergies, test results and "
    "medicines that are not named were not. This clears nobody."
)
"""What an answer to names alone says of itself, first."""

_NOT_ASSESSED: Final = Status.CANNOT_ASSESS


class PairState(Enum):
    """What is known of two names beside one another."""

    FINDING = "finding"
    NO_INTERACTION_EXPECTED = "no_interaction_expected"
    """A sentence of a source says that nothing is to be changed."""
    NOT_COVERED = "not_covered"
    """No statement here speaks of the two, or of one ingredient of them: never the same as safe."""
    LOCAL = "local"
    """One acts only where it is put: its interactions were not looked at."""
    NOT_READ = "not_read"
    """One name was not read: findings are on what words of it name, and nothing else of it was looked at."""


@dataclass(frozen=True, slots=True)
class NamedPair:
    """Two names, and what the sources say of them together.

    Attributes:
        names: Both, as they are read: a drug against tuberculosis by its INN, another medicine as typed.
        state: What is known.
        findings: What applies, or waits for a fact of a patient, strictest first.
        not_covered: Ingredients of which no statement speaks beside the other.
    """

    names: tuple[str, str]
    state: PairState
    findings: tuple[Finding, ...] = ()
    not_covered: tuple[str, ...] = ()

    @property
    def leading(self) -> Finding | None:
        """The finding that a reader sees first; None where there is none."""
        return self.findings[0] if self.findings else None

    @property
    def severity(self) -> Severity | None:
        """How serious the leading finding is; None where there is none."""
        return None if self.leading is None else self.leading.severity

    @property
    def comes_to(self) -> Decision | None:
        """The decision that the leading finding comes to by itself, or could; None where there is none."""
        return None if self.leading is None else self.leading.comes_to

    @property
    def is_open(self) -> bool:
        """Whether all that is said of the two waits for a fact of a patient."""
        return bool(self.findings) and all(it.status is _NOT_ASSESSED for it in self.findings)


@dataclass(frozen=True, slots=True)
class PairsAnswer:
    """What is said of names alone.

    Attributes:
        at: Date of the question.
        profile: Which sources lead.
        knowledge: Digest of the knowledge used.
        named: What was read, each in its ingredients; drugs against tuberculosis one by one.
        pairs: Every pair of which at least one is a covered drug against tuberculosis, the worst first; and each name
            that was not read beside each of these drugs.
        together: What applies to all of them together, such as three that prolong QT; the strictest first.
        not_read: Names that could not be read.
        apart: Pairs of which neither is such a drug: they were not looked at.
        named_again: Drugs that stand in more than one of the names.
    """

    at: date
    profile: str
    knowledge: str
    named: tuple[Medicine, ...]
    pairs: tuple[NamedPair, ...]
    together: tuple[Finding, ...]
    not_read: tuple[UnreadName, ...]
    apart: tuple[tuple[str, str], ...]
    named_again: tuple[str, ...]

    def reaches(self, severity: Severity) -> bool:
        """Whether a finding that applies and leads is at least so severe."""
        every = (*self.together, *(finding for pair in self.pairs for finding in pair.findings))
        return any(it.status is Status.APPLIES and it.leads and it.severity >= severity for it in every)


def pairs_of_names(
    named: Sequence[Medicine],
    not_read: Sequence[UnreadName],
    knowledge: Knowledge,
    profile: Profile,
    at: date,
    known: Mapping[str, tuple[Evidence, ...]] | None = None,
) -> PairsAnswer:
    """Return what the sources say of medicines beside one another, of nobody in particular.

    Args:
        named: What was read, each with an origin of its own; a product of drugs against tuberculosis is its drugs.
        not_read: Names that could not be read.
        knowledge: What the sources say.
        profile: Which of them lead.
        at: Date of the question.
        known: Facts of somebody who takes these, where the question is of them after all; nothing for names alone.
    """
    items, again = _one_by_one(named, knowledge)
    screener = Screener(knowledge, profile)
    everybody = _taking(items, knowledge, at, known or {})
    found = [
        _pair(one, other, everybody, screener)
        for one, other in combinations(items, 2)
        if _drugs_in(one, knowledge) or _drugs_in(other, knowledge)
    ]
    drugs = [item for item in items if _drugs_in(item, knowledge)]
    lost = [_unread_pair(drug, name, screener, at) for drug in drugs for name in not_read]
    company = Company(screener).findings(everybody, proposed=True)
    return PairsAnswer(
        at=at,
        profile=profile.id,
        knowledge=knowledge.digest,
        named=items,
        pairs=tuple(sorted([*found, *lost], key=_worst_first)),
        together=tuple(it for it in company if it.status is Status.APPLIES),
        not_read=tuple(not_read),
        apart=tuple(
            (one.name, other.name)
            for one, other in combinations(items, 2)
            if not _drugs_in(one, knowledge) and not _drugs_in(other, knowledge)
        ),
        named_again=again,
    )


def _one_by_one(named: Iterable[Medicine], knowledge: Knowledge) -> tuple[tuple[Medicine, ...], tuple[str, ...]]:
    """Return the medicines, drugs first and one by one, each once; and which ingredients were named more than once."""
    items: dict[tuple[str, ...], Medicine] = {}
    count: dict[str, int] = {}
    for medicine in named:
        for ingredient in medicine.ingredients:
            count[ingredient] = count.get(ingredient, 0) + 1
        if all(ingredient in knowledge.drugs for ingredient in medicine.ingredients):
            for inn in medicine.ingredients:
                origin = f"{medicine.origin}, {inn}"
                items.setdefault((inn,), replace(medicine, name=inn, ingredients=(inn,), origin=origin))
        else:
            items.setdefault(tuple(sorted(medicine.ingredients)), medicine)
    drugs_first = sorted(items.values(), key=lambda it: not _drugs_in(it, knowledge))
    return tuple(drugs_first), tuple(name for name, times in count.items() if times > 1)


def _taking(
    items: Sequence[Medicine], knowledge: Knowledge, at: date, known: Mapping[str, tuple[Evidence, ...]]
) -> Patient:
    """Return somebody who takes these and no other, and of whom no more is known."""
    complete = Evidence("medicines_complete", True, parse_moment(at.isoformat(), "at"), "named")
    return establish(Record({**known, "medicines_complete": (complete,)}, tuple(items)), knowledge, at)


def _drugs_in(medicine: Medicine, knowledge: Knowledge) -> tuple[str, ...]:
    return tuple(ingredient for ingredient in medicine.ingredients if ingredient in knowledge.drugs)


def _pair(one: Medicine, other: Medicine, everybody: Patient, screener: Screener) -> NamedPair:
    names = (one.name, other.name)
    if Route.LOCAL in (one.route, other.route):
        return NamedPair(names, PairState.LOCAL)
    known = screener.knowledge
    findings: dict[str, Finding] = {}
    lacking: dict[str, None] = {}
    for drug, whose, beside in (
        *((drug, one, other) for drug in _drugs_in(one, known)),
        *((drug, other, one) for drug in _drugs_in(other, known)),
    ):
        # A drug's own place among the names is never held against it.
        others = tuple(it for it in everybody.medicines if it.origin != whose.origin)
        found, _ = screener.pair(replace(everybody, medicines=others), known.drugs[drug], beside)
        findings |= {it.id: it for it in found if it.id not in findings}
        lacking |= dict.fromkeys(screener.untouched(beside, known.drugs[drug]))
        # What stands in one product with a drug and is none itself was asked for by no statement.
        lacking |= dict.fromkeys(it for it in whose.ingredients if it not in known.drugs)
    # What is known by metabolism alone is not covered here: two names ask for the pair whole.
    cell = cell_of(names[0], findings.values(), Known.IN_PART if lacking else Known.WHOLE)
    if cell.state is CellState.NOT_COVERED and not lacking:
        lacking = dict.fromkeys(it for medicine in (one, other) for it in medicine.ingredients)
    return NamedPair(names, PairState(cell.state.value), cell.findings, tuple(lacking))


def _unread_pair(drug: Medicine, name: UnreadName, screener: Screener, at: date) -> NamedPair:
    """Return a drug beside a name that was not read, with what is known of the ingredients that words of it name."""
    known = screener.knowledge
    findings: dict[str, Finding] = {}
    for ingredient in name.may_mean:
        origin = f"part of “{name.written}”"
        perhaps = Medicine(name.written, (ingredient,), (), "", Taken.NOW, None, None, origin)
        found, _ = screener.pair(_taking([perhaps], known, at, {}), known.drugs[_drugs_in(drug, known)[0]], perhaps)
        findings |= {it.id: it for it in found if it.severity >= Severity.MODERATE}
    ordered = cell_of(drug.name, findings.values(), Known.WHOLE).findings
    return NamedPair((drug.name, name.written), PairState.NOT_READ, ordered)


def _worst_first(pair: NamedPair) -> tuple[int, bool, int, int, tuple[str, str]]:
    """Return the place of a pair: what is said against it first, by how strict it is, then what nobody knows."""
    states = (PairState.FINDING, PairState.NOT_READ, PairState.NOT_COVERED, PairState.LOCAL)
    order = states.index(pair.state) if pair.state in states else len(states)
    if pair.state is PairState.FINDING and pair.comes_to is Decision.NO_OBJECTION:
        order = len(states)  # a remark stands behind what nobody knows
    strict = STRICTEST_FIRST[pair.comes_to] if pair.comes_to is not None else 0
    severity = pair.severity or Severity.INFO
    return order, pair.is_open, strict, -severity, pair.names
