"""What follows for a fact from others, for many patients: a complete list, numbers that show it, what cannot be.

`rules.establish` decides each of these, once for all patients in whom the facts it looks at are alike.
"""

from collections.abc import Iterable, Iterator, Mapping

from fullcourse.clinical.fact import Fact
from fullcourse.cohort.alike import alike, compared
from fullcourse.cohort.establish import FactColumn, as_fact, word_of
from fullcourse.cohort.evidence import I32, I64, Bools
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import FactCondition
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.establish import listed, never, shown
from fullcourse.rules.situation import Situation, nobody

__all__ = ["put_impossible", "put_listed", "put_shown"]

Feature = I64 | I32 | Bools
Columns = dict[str, FactColumn]


def put_listed(facts: Columns, understood: Mapping[str, Bools], knowledge: Knowledge, count: int) -> None:
    """Make no of what is not on a complete list of which everything was understood.

    Args:
        facts: Columns by their own evidence; changed in place.
        understood: For each list, whether every entry of it was.
        knowledge: Its vocabulary says what stands in a list.
        count: Number of patients.
    """
    for name, definition in knowledge.facts.items():
        complete = facts.get(f"{definition.listed_in}_complete")
        if not definition.listed_in or definition.derived or complete is None:
            continue
        column = facts.setdefault(name, FactColumn.unknown(count))
        clear, list_definition = understood[definition.listed_in], knowledge.facts[f"{definition.listed_in}_complete"]
        patients = alike([column.has_evidence, complete.word, complete.has_evidence, clear])
        for first, who in patients.members():
            established = as_fact(definition, column, first)
            whole = as_fact(list_definition, complete, first)
            fact = listed(definition, established, whole, understood=bool(clear[first]))
            if fact is established:
                continue
            column.word[who] = word_of(definition, fact)
            column.days[who] = complete.days[who] if fact.days is not None else -1
            # A no from a list rests on no evidence of its own; what its list leaves open is open for a reason.
            column.has_evidence[who] = fact.value is None and bool(fact.because)


def put_shown(facts: Columns, knowledge: Knowledge, count: int) -> None:
    """Make yes of what a number shows, and unknown of a no that it may contradict; changes the columns in place."""
    for name, definition in knowledge.facts.items():
        if not definition.shown_by:
            continue
        column = facts.setdefault(name, FactColumn.unknown(count))
        numbers = {it.fact: facts.get(it.fact) or FactColumn.unknown(count) for it in definition.shown_by}
        features = [column.word, column.has_evidence, *_looked_at(definition.shown_by, facts, count)]
        for number in numbers.values():
            features += [number.has_evidence, compared(column.age, number.age)]
        for first, who in alike(features).members():
            before, situation = _seen(definition, facts, knowledge, definition.shown_by, first)
            fact = shown(definition, before, situation)
            if fact is before:
                continue
            column.word[who], column.has_evidence[who] = word_of(definition, fact), bool(fact.because)
            by = next(it for it in numbers if situation.facts[it].because is fact.because)
            column.days[who] = numbers[by].days[who] if fact.days is not None else -1


def put_impossible(facts: Columns, knowledge: Knowledge, count: int) -> None:
    """Make no of what cannot be, unless the record raises it after all; changes the columns in place."""
    for name, definition in knowledge.facts.items():
        if not definition.never_when:
            continue
        column = facts.setdefault(name, FactColumn.unknown(count))
        features = [column.word, column.has_evidence, *_looked_at(definition.never_when, facts, count)]
        for first, who in alike(features).members():
            before, situation = _seen(definition, facts, knowledge, definition.never_when, first)
            if before.value is None and (fact := never(definition, before, situation)) is not before:
                column.word[who], column.days[who] = word_of(definition, fact), -1


def _seen(
    definition: FactDefinition, facts: Columns, knowledge: Knowledge, conditions: Iterable[FactCondition], patient: int
) -> tuple[Fact, Situation]:
    """Return a fact of one patient, and the situation in which conditions on others are judged."""
    count = len(facts[definition.id].word)
    seen = {
        it.fact: as_fact(knowledge.facts[it.fact], facts.get(it.fact) or FactColumn.unknown(count), patient)
        for it in conditions
    }
    return as_fact(definition, facts[definition.id], patient), Situation(nobody(), knowledge, seen)


def _looked_at(conditions: Iterable[FactCondition], facts: Columns, count: int) -> Iterator[Feature]:
    """Yield all that conditions can tell two patients apart by."""
    for condition in conditions:
        column = facts.get(condition.fact) or FactColumn.unknown(count)
        yield from (column.word, column.has_evidence, column.is_number_known)
        for _, bound in condition.bounds:
            if isinstance(bound, int | float):
                yield from (compared(column.low, bound), compared(column.high, bound))
        if condition.within_days is not None:
            yield from (column.days < 0, compared(column.days, condition.within_days))
