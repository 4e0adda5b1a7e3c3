"""How urgent a report is, by the statements of the sources: never milder than what is not known leaves possible.

Each statement is read with "not sure" as yes and with what nobody asked as no. One that then waits only for another
fact (a daily dose, a day of treatment, a medicine list) counts as if it held. What was not asked is named beside every
answer, and nothing found is never "all clear".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from fullcourse.clinical.fact import Fact
from fullcourse.clinical.patient import Patient
from fullcourse.clinical.quantity import ANY, Interval, exactly
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.one_patient import NONE
from fullcourse.rules.situation import Situation
from fullcourse.triage.report import Heard, Report, symptoms_of
from fullcourse.triage.rules import AMOUNTS, DRIVING, TIERS, TriageRule, triage_rules

__all__ = ["Raised", "Triage", "Urgency", "judge"]

_OTHER = "symptom_other"
_OTHER_PROBLEM = "triage.other-problem"
_NOT_BETTER = "symptoms_not_better"
_WEEKS = "weeks_without_improvement"
_QUALIFIERS = frozenset(("symptom_bothersome", _NOT_BETTER))
"""Answers that say more of another symptom, or that a number of weeks goes with."""

_ZERO = {_WEEKS: exactly(0.0), "visits_with_low_mood": exactly(0.0)}
"""What nobody reported of the diary."""


class Urgency(IntEnum):
    """What the reporter is to do, the mildest first."""

    NOTHING_FOUND = 0
    MENTION = 1
    TODAY = 2
    EMERGENCY = 3

    @property
    def word(self) -> str:
        """Return it in words."""
        return ("nothing found", "mention at next visit", "contact today", "emergency now")[self]


@dataclass(frozen=True, slots=True)
class Raised:
    """One statement that a report raised.

    Attributes:
        rule: The statement, compiled.
        because: The reported symptoms that it reads.
        waits_for: Facts that nobody knows and that it would need; empty where it holds for certain.
        drug_known: Whether its drug was named; True for what holds whatever the drug.
    """

    rule: TriageRule
    because: tuple[str, ...]
    waits_for: tuple[str, ...]
    drug_known: bool

    @property
    def urgency(self) -> Urgency:
        """Return how urgent it is; nothing for what is no urgency."""
        value = self.rule.action.value
        return Urgency(TIERS.index(value) + 1) if value in TIERS else Urgency.NOTHING_FOUND


@dataclass(frozen=True, slots=True)
class Triage:
    """What a report comes to.

    Attributes:
        urgency: The strictest of what was raised.
        raised: The statements, the most urgent first, then those of named drugs, then what holds whatever the drug.
        report: What was reported.
        drugs: INNs of the TB drugs that it was judged for; empty where none was named, and so for all.
        not_asked: Symptoms that nobody was asked about.
    """

    urgency: Urgency
    raised: tuple[Raised, ...]
    report: Report
    drugs: tuple[str, ...]
    not_asked: tuple[str, ...]

    @property
    def urgent(self) -> tuple[Raised, ...]:
        """Return the statements that are an urgency."""
        return tuple(it for it in self.raised if it.urgency)

    @property
    def no_driving(self) -> Raised | None:
        """Return the statement by which nobody drives; None where none was raised."""
        return next((it for it in self.raised if it.rule.action.value == DRIVING), None)

    @property
    def causes(self) -> Mapping[str, tuple[Raised, ...]]:
        """Return the drugs that may be the cause, each with the statements that say so; named drugs first."""
        found: dict[str, list[Raised]] = {}
        for it in sorted(self.urgent, key=lambda it: not it.drug_known):
            if it.rule.drug and it.because:
                found.setdefault(it.rule.drug, []).append(it)
        return {drug: tuple(listed) for drug, listed in found.items()}

    @property
    def tests(self) -> tuple[str, ...]:
        """Return what would tell: tests that the statements ask for, each once."""
        return tuple(dict.fromkeys(test for it in self.urgent for test in it.rule.action.ask_for))

    @property
    def calls(self) -> tuple[str, ...]:
        """Return who is called, of the most urgent statements, each once."""
        most = [it for it in self.urgent if it.urgency is self.urgency]
        return tuple(dict.fromkeys(whom for it in most for whom in it.rule.action.call))


def judge(knowledge: Knowledge, report: Report, patient: Patient, drugs: Sequence[str] = ()) -> Triage:
    """Return what a report comes to.

    Args:
        knowledge: What the sources say.
        report: What was reported.
        patient: As established from a record, for what statements ask beside symptoms; of nobody, where there is none.
        drugs: INNs of the TB drugs that are taken; empty where nobody knows, so that the statements of all count.
    """
    present = frozenset(name for name, word in report.symptoms.items() if word is not Heard.NO)
    symptoms = symptoms_of(knowledge.facts)
    shared: dict[str, Fact] = {**patient.facts}
    shared |= {name: Fact(name, name in present, days=0) for name in symptoms}
    weeks = {_WEEKS: ANY} if _NOT_BETTER in present else {}  # nobody said for how long
    numbers = {**_ZERO, **weeks, **report.numbers}
    shared |= {name: Fact(name, number, days=0) for name, number in numbers.items()}
    reader = _Reader(knowledge, report, patient, present, shared, frozenset(drugs))
    rules = [it for it in triage_rules(knowledge) if not drugs or not it.drug or it.drug in drugs]
    raised = [it for it in (reader.read(rule) for rule in rules) if it is not None]
    spoken_of = {name for it in raised if it.urgency and _speaks(it) for name in it.because}
    unspoken = present - _QUALIFIERS - spoken_of
    if unspoken:
        raised += [Raised(it, tuple(sorted(unspoken)), (), True) for it in rules if it.statement.id == _OTHER_PROBLEM]
    urgency = max((it.urgency for it in raised), default=Urgency.NOTHING_FOUND)
    if report.unread:
        urgency = max(urgency, Urgency.TODAY)
    in_order = sorted(raised, key=lambda it: (-it.urgency, bool(it.waits_for), not it.drug_known, not it.rule.drug))
    not_asked = tuple(name for name in symptoms if name not in report.symptoms)
    return Triage(urgency, tuple(in_order), report, tuple(drugs), not_asked)


def _speaks(raised: Raised) -> bool:
    """Return whether a statement settles a symptom: what is expected with a drug that nobody named settles nothing."""
    return raised.drug_known or raised.urgency > Urgency.MENTION


class _Reader:
    """Reads statements over one report; the facts of a drug stand in for the shared ones."""

    def __init__(
        self,
        knowledge: Knowledge,
        report: Report,
        patient: Patient,
        present: frozenset[str],
        shared: Mapping[str, Fact],
        drugs: frozenset[str],
    ) -> None:
        self._knowledge, self._report, self._patient = knowledge, report, patient
        self._present, self._shared, self._drugs = present, shared, drugs
        self._common = Situation(patient, knowledge, shared)
        self._of_drugs: dict[str, Situation] = {}

    def read(self, rule: TriageRule) -> Raised | None:
        """Return what a statement comes to; None where nothing follows, or where it asks for what nobody reported."""
        if not rule.drug and AMOUNTS in rule.others and self._report.of_drugs:
            return self._read_for_each(rule)
        return self._read(rule, rule.drug)

    def _read_for_each(self, rule: TriageRule) -> Raised | None:
        """Read what holds whatever the drug for each drug of which an amount was reported; the surest counts."""
        read = [it for it in (self._read(rule, drug) for drug in self._report.of_drugs) if it is not None]
        return min(read, key=lambda it: len(it.waits_for), default=None)

    def _read(self, rule: TriageRule, drug: str) -> Raised | None:
        if AMOUNTS in rule.others and AMOUNTS not in self._report.of_drugs.get(drug, {}):
            return None
        because = tuple(name for name in rule.symptoms if name in self._present)
        if rule.symptoms and not because and not rule.others:
            return None
        situation = self._situation(drug)
        outcome = rule.outcome(situation)
        if outcome == NONE:
            return None
        waits_for = () if outcome is not None else tuple(self._unknown(rule.others, situation))
        return Raised(rule, because, waits_for, not rule.drug or rule.drug in self._drugs)

    def _situation(self, drug: str) -> Situation:
        own = self._report.of_drugs.get(drug)
        if not own:
            return self._common
        if drug not in self._of_drugs:
            facts = {**self._shared, **{name: Fact(name, value, days=0) for name, value in own.items()}}
            self._of_drugs[drug] = Situation(self._patient, self._knowledge, facts)
        return self._of_drugs[drug]

    def _unknown(self, names: Iterable[str], situation: Situation) -> Iterable[str]:
        """Yield the facts that are not known, or only as a range; the medicine list where it is none of them."""
        found = False
        for name in names:
            fact = situation.facts.get(name)
            value = None if fact is None else fact.value
            if value is None or (isinstance(value, Interval) and value.low != value.high):
                found = True
                yield name
        if not found:
            yield "medicines_complete"
