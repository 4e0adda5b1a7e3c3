"""What is screened: the drugs, their statements with a bit each, and the columns of facts that these read.

The plan is worked out once from the knowledge. The SQL of every engine, the legend of the output and the summary all
come from it, so that a bit means the same thing everywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fullcourse.clinical.finding import Severity
from fullcourse.cohort.on_file import NOT_CLEAR, aside_words
from fullcourse.knowledge.actions import acts_on_numbers, as_on_file
from fullcourse.knowledge.consequences import forbids, open_weight
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import FactCondition, Multiple, Statement, TakingCondition
from fullcourse.knowledge.vocabulary import DrugIdentity, Profile
from fullcourse.knowledge.walk import atoms_of, facts_of, thens_of
from fullcourse.rules.derived import DERIVED
from fullcourse.rules.sql import columns, high_column, low_column, value_column
from fullcourse.screening.clearance import facts_that_decide
from fullcourse.screening.rulebook import rulebook
from fullcourse.screening.screen import UNRECOGNISED_FACT

__all__ = [
    "Executed",
    "Plan",
    "decisive_facts",
    "fact_columns",
    "make_plan",
    "missing_column",
    "missing_inputs",
    "taking_targets",
]

AGE, SEX = "age", "sex"
"""Facts that a summary groups by; their columns are there whatever the statements read."""

OF_MODELS = ("height", "bilirubin")
"""Facts that models of serum levels read and no statement does."""


# Worked out once for a knowledge, which its digest names; making expressions takes seconds.
_COLUMNS: dict[str, dict[str, str]] = {}
_TARGETS: dict[str, tuple[tuple[str, int | None], ...]] = {}
_DECISIVE: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Executed:
    """One statement as executed for one drug.

    Attributes:
        drug: INN of the drug that is checked.
        statement: The statement; a pair seen from the other side has the conditions of that side.
        severities: Severity of each of its consequences, in order.
        forbids: For each consequence, whether the drug is then avoided, or something changed first.
        unresolved: How serious it is that it cannot be assessed.
        leads: Whether it counts for the decision in the profile.
        on_file: The statement as it reads where a number that is not on file makes it fail, for one that is about a
            number; None for the others. Where this fails the statement, still open, does not weigh.
    """

    drug: str
    statement: Statement
    severities: tuple[Severity, ...]
    forbids: tuple[bool, ...]
    unresolved: Severity
    leads: bool
    on_file: Statement | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is screened, in the order of the bits.

    Attributes:
        knowledge: What the sources say.
        profile: Which of them lead.
        drugs: INNs.
        executed: Statements in the order of their bits.
        missing: Facts that may be missing, in the order of their bits.
    """

    knowledge: Knowledge
    profile: Profile
    drugs: tuple[str, ...]
    executed: tuple[Executed, ...]
    missing: tuple[str, ...]


def make_plan(knowledge: Knowledge, profile: Profile, drugs: Iterable[DrugIdentity]) -> Plan:
    """Return what screening for these drugs executes."""
    chosen = tuple(dict.fromkeys(drug.inn for drug in drugs))
    executed = tuple(
        _executed(inn, statement, knowledge, profile)
        for inn in chosen
        for statement in rulebook(knowledge, knowledge.drugs[inn]).statements
    )
    return Plan(knowledge, profile, chosen, executed, _may_be_missing(knowledge, executed))


def _executed(inn: str, statement: Statement, knowledge: Knowledge, profile: Profile) -> Executed:
    thens = thens_of(statement.body)
    point = knowledge.points.get(statement.point)
    leader = point.leads.get(profile.id) if point else None
    return Executed(
        drug=inn,
        statement=statement,
        severities=tuple(then.severity or Severity.INFO for then in thens),
        forbids=tuple(map(forbids, thens)),
        unresolved=max(map(open_weight, thens)),
        leads=leader is None or leader == statement.source,
        on_file=as_on_file(statement) if acts_on_numbers(statement, knowledge.facts) else None,
    )


def _may_be_missing(knowledge: Knowledge, executed: Iterable[Executed]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for statement in executed:
        for name in facts_of(statement.statement.body):
            names[name] = None
            names.update(dict.fromkeys(missing_inputs(knowledge, name)))
        if any(isinstance(atom, TakingCondition) for atom in atoms_of(statement.statement.body)):
            names["medicines_complete"] = None
    return tuple(sorted(names))


def missing_inputs(knowledge: Knowledge, fact: str) -> tuple[str, ...]:
    """Return the facts that may be asked for in place of a derived one, in the order of the bits of its column."""
    definition = knowledge.facts.get(fact)
    return DERIVED[definition.derived].inputs if definition is not None and definition.derived else ()


def missing_column(fact: str) -> str:
    """Return the column of a derived fact that says which of its inputs are open: bit 0 for the first; 0 for none."""
    return f"fact__{fact}__missing"


def fact_columns(knowledge: Knowledge) -> dict[str, str]:
    """Return the columns of a table of facts with their SQL types: what the statements of every covered drug read.

    The table is then good for each of these drugs in each profile.
    """
    columns = _COLUMNS.get(knowledge.digest)
    if columns is None:
        columns = _COLUMNS[knowledge.digest] = _fact_columns(knowledge)
    return columns


def _fact_columns(knowledge: Knowledge) -> dict[str, str]:
    statements = {
        statement.id + str(number): statement
        for number, drug in enumerate(knowledge.drugs.values())
        for statement in rulebook(knowledge, drug).statements
    }
    wanted = columns(statements.values())
    stem = value_column(AGE)
    if AGE in knowledge.facts:
        wanted |= {low_column(stem): "DOUBLE", high_column(stem): "DOUBLE"}
    if SEX in knowledge.facts:
        wanted[value_column(SEX)] = "VARCHAR"
    for name in OF_MODELS:
        if name in knowledge.facts:
            wanted |= {low_column(value_column(name)): "DOUBLE", high_column(value_column(name)): "DOUBLE"}
    read = {name for statement in statements.values() for name in facts_of(statement.body)}
    wanted |= {missing_column(name): "INTEGER" for name in sorted(read) if missing_inputs(knowledge, name)}
    wanted[value_column("medicines_complete")] = "BOOLEAN"
    wanted.setdefault(value_column(UNRECOGNISED_FACT), "BOOLEAN")
    wanted |= dict.fromkeys(aside_words(decisive_facts(knowledge)), "BIGINT")
    wanted[NOT_CLEAR] = "BOOLEAN"
    return dict(sorted(wanted.items()))


def decisive_facts(knowledge: Knowledge) -> tuple[str, ...]:
    """Return the facts that can move the decision about any covered drug, in the order of their bits."""
    facts = _DECISIVE.get(knowledge.digest)
    if facts is None:
        facts = _DECISIVE[knowledge.digest] = tuple(
            sorted(
                {
                    fact
                    for drug in knowledge.drugs.values()
                    for statement in rulebook(knowledge, drug).statements
                    for fact in facts_that_decide(statement, knowledge)
                    if fact in knowledge.facts
                }
            )
        )
    return facts


def taking_targets(knowledge: Knowledge) -> tuple[tuple[str, int | None], ...]:
    """Return every class and window whose members the statements count."""
    targets = _TARGETS.get(knowledge.digest)
    if targets is None:
        targets = _TARGETS[knowledge.digest] = _taking_targets(knowledge)
    return targets


def _taking_targets(knowledge: Knowledge) -> tuple[tuple[str, int | None], ...]:
    atoms = (
        atom
        for drug in knowledge.drugs.values()
        for statement in rulebook(knowledge, drug).statements
        for atom in atoms_of(statement.body)
    )
    targets = {(atom.target, atom.within_days) for atom in atoms if isinstance(atom, TakingCondition)}
    return tuple(sorted(targets, key=lambda pair: (pair[0], -1 if pair[1] is None else pair[1])))


def compared_with(atom: FactCondition) -> tuple[str, ...]:
    """Return the facts whose multiples an atom compares with."""
    bounds = (atom.below, atom.at_most, atom.above, atom.at_least)
    return tuple(bound.of for bound in bounds if isinstance(bound, Multiple))
