"""What the sources say about taking one drug: what stops a dose, what holds for a late one and for a missed one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Fact
from fullcourse.knowledge.actions import stops_a_dose
from fullcourse.knowledge.consequences import Action, Missed
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Condition, FactCondition, FirstOf, Multiple, Statement, When
from fullcourse.knowledge.walk import atoms_of, thens_of
from fullcourse.rules.one_patient import NONE, Outcome, evaluator, truth_of
from fullcourse.rules.situation import Situation, nobody

__all__ = [
    "DrugRules",
    "Executed",
    "Rule",
    "emergencies_of",
    "nobodys_situation",
    "rule_of",
    "rules_of",
]

_EVERY: Final = "every"
_JUST_LATE: Final = "every.just-late"
_EMERGENCY: Final = "emergency_now"
_SYMPTOM: Final = "symptom_"
_LENGTHS: Final = ("interruption_", "bedaquiline_off_")
_LAST_DOSE: Final = "hours_since_last_dose"


@dataclass(frozen=True, slots=True)
class Executed:
    """A statement that was executed, and what followed.

    Attributes:
        statement: Its id.
        says: The claim.
        patient: In words for patients; empty where it has none.
        outcome: What followed: ``take_now``, ``skip``, an action, or ``does not apply``.
        citation: Where it comes from.
        interpretation: The page of our reading; empty where the source needs none.
    """

    statement: str
    says: str
    patient: str
    outcome: str
    citation: Citation
    interpretation: str


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A statement with its compiled outcome.

    Attributes:
        statement: What the source says.
        outcome: Returns which consequence follows.
        thens: The consequences, by their number.
        citation: Where it comes from.
        facts: The facts that it asks for.
    """

    statement: Statement
    outcome: Callable[[Situation], Outcome]
    thens: tuple[object, ...]
    citation: Citation
    facts: frozenset[str]

    def follows(self, situation: Situation) -> object | None:
        """Return the consequence; None when none follows or nobody knows."""
        number = self.outcome(situation)
        return None if number is None or number == NONE else self.thens[number]

    def is_open(self, situation: Situation) -> bool:
        """Return whether nobody knows what follows."""
        return self.outcome(situation) is None

    def is_left_out(self, situation: Situation) -> bool:
        """Return whether a table speaks of the situation and has no row for how long the interruption was.

        It speaks of it where everything that a row asks holds, its lengths of interruptions apart.
        """
        body = self.statement.body
        return (
            isinstance(body, FirstOf)
            and self.outcome(situation) == NONE
            and any(
                all(_is_a_length(condition) or truth_of(condition, situation) for condition in row.conditions)
                for row in body.rows
            )
        )

    def executed(self, outcome: str) -> Executed:
        """Return the statement with what followed from it."""
        said = self.statement
        return Executed(said.id, said.says, said.patient, outcome, self.citation, said.interpretation)


@dataclass(frozen=True, slots=True, eq=False)
class DrugRules:
    """What the sources say about taking one drug.

    Attributes:
        drug: INN in lower case.
        label: As people write it.
        danger: What stops a dose: symptoms, levels, more than planned.
        just_late: Up to when a dose is late and not missed.
        guards: What holds for every dose: never two together, never above the week's dose.
        missed: What the sources of the drug say of a missed dose, the one that leads first; empty where none says it.
        knowledge: That it was read from.
        least_share: Least gap between two doses, as a share of the interval.
        late_after_h: After how many hours a dose is no longer on time.
    """

    drug: str
    label: str
    danger: tuple[Rule, ...]
    just_late: Rule
    guards: tuple[Rule, ...]
    missed: tuple[Rule, ...]
    knowledge: Knowledge
    least_share: float
    late_after_h: float

    def situation(self, facts: Mapping[str, Fact]) -> Situation:
        """Return facts of a course as rules look at them."""
        return nobodys_situation(self.knowledge, facts)


@lru_cache(maxsize=4)
def emergencies_of(knowledge: Knowledge) -> tuple[Rule, ...]:
    """Return every statement of an emergency that is told by symptoms alone, of whatever drug."""
    return tuple(
        rule_of(statement, knowledge)
        for statement in knowledge.statements.values()
        if any(_is(then, _EMERGENCY) for then in thens_of(statement.body))
        and all(isinstance(it, FactCondition) and it.fact.startswith(_SYMPTOM) for it in atoms_of(statement.body))
    )


@lru_cache(maxsize=512)  # some forty drugs by four profiles
def rules_of(knowledge: Knowledge, inn: str, profile: str) -> DrugRules:
    """Return what the sources say about taking a drug.

    Args:
        knowledge: What the sources say.
        inn: A drug of the knowledge.
        profile: Which sources lead where they differ.
    """
    drug = knowledge.drugs[inn]
    own = inn.replace(" ", "-")
    danger, guards, missed = [], [], []
    just_late: Rule | None = None
    for statement in knowledge.about(drug, frozenset((own, _EVERY))):
        owner = statement.id.split(".", 1)[0]
        if owner not in (own, _EVERY):
            continue
        thens = tuple(thens_of(statement.body))
        if any(isinstance(then, Missed) for then in thens):
            rule = rule_of(statement, knowledge)
            if statement.point == _JUST_LATE:
                just_late = rule
            elif isinstance(statement.body, When) and statement.body.conditions:
                guards.append(rule)
            else:
                missed.append(rule)
        elif any(stops_a_dose(then) for then in thens):
            danger.append(rule_of(statement, knowledge))
    if just_late is None:
        raise LookupError(_JUST_LATE)
    return DrugRules(
        inn,
        drug.label,
        tuple(danger),
        just_late,
        tuple(guards),
        _leading_first(missed, knowledge, profile),
        knowledge,
        max(_shares(guards)),
        max(_late_hours(just_late)),
    )


def nobodys_situation(knowledge: Knowledge, facts: Mapping[str, Fact]) -> Situation:
    """Return facts that a course hands in as rules look at them; nothing else is known."""
    return Situation(nobody(), knowledge, facts)


def rule_of(statement: Statement, knowledge: Knowledge) -> Rule:
    """Return a statement with its compiled outcome."""
    facts = frozenset(atom.fact for atom in atoms_of(statement.body) if isinstance(atom, FactCondition))
    thens = tuple(thens_of(statement.body))
    return Rule(statement, evaluator(statement), thens, knowledge.citation(statement), facts)


def _leading_first(rules: list[Rule], knowledge: Knowledge, profile: str) -> tuple[Rule, ...]:
    """Return the rules of a missed dose; where a source leads its point under the profile, only that one of the point.

    Elsewhere all stand, and the strictest decides.
    """
    leads = {name: point.leads[profile] for name, point in knowledge.points.items() if profile in point.leads}
    return tuple(
        rule for rule in rules if leads.get(rule.statement.point, rule.statement.source) == rule.statement.source
    )


def _is(then: object, action: str) -> bool:
    return isinstance(then, Action) and then.value == action


def _is_a_length(condition: Condition) -> bool:
    """Return whether a condition asks how long an interruption was."""
    return isinstance(condition, FactCondition) and condition.fact.startswith(_LENGTHS)


def _shares(guards: list[Rule]) -> Iterator[float]:
    """Yield every least gap that the guards state as a share of the interval."""
    for rule in guards:
        for atom in atoms_of(rule.statement.body):
            if isinstance(atom, FactCondition) and atom.fact == _LAST_DOSE and isinstance(atom.below, Multiple):
                yield atom.below.times


def _late_hours(rule: Rule) -> Iterator[float]:
    for atom in atoms_of(rule.statement.body):
        if isinstance(atom, FactCondition) and isinstance(atom.at_most, float | int):
            yield float(atom.at_most)
