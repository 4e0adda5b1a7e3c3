"""What laboratories say of the bacteria, as composition takes it, and which result to ask for next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from fullcourse.clinical.fact import Evidence, Fact, Standing
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.regimens.composed import Composed, RegimenStatus, TestNext

__all__ = ["FLUOROQUINOLONE", "RIFAMPICIN", "conflicts_as_resistant", "next_tests", "open_results"]

RIFAMPICIN: Final = "rifampin_susceptibility"
_ISONIAZID: Final = "isoniazid_susceptibility"
FLUOROQUINOLONE: Final = "fluoroquinolone_susceptibility"


def conflicts_as_resistant(facts: Mapping[str, Fact], knowledge: Knowledge) -> dict[str, Fact]:
    """Return the facts of susceptibility of which one day shows both resistant and susceptible, as resistant.

    Both results stay in the evidence, so that both are shown.
    """
    changed: dict[str, Fact] = {}
    for definition in _results(knowledge):
        fact = facts.get(definition.id)
        if fact is None or fact.value is not None or definition.speaks_of is None:
            continue
        stated = {piece.value for piece in fact.because if piece.standing is Standing.STATED and _is_fresh(piece, fact)}
        if stated & set(definition.speaks_of.resistant) and stated & set(definition.speaks_of.susceptible):
            reason = "one day shows both resistant and susceptible: it counts as resistant, and both are shown"
            changed[definition.id] = replace(fact, value=definition.speaks_of.resistant[0], missing=(), reason=reason)
    return changed


def open_results(drug: str, facts: Mapping[str, Fact], knowledge: Knowledge) -> tuple[str, ...]:
    """Return the results that would show whether the bacteria are susceptible to a drug, the widest first."""
    speaking = [
        it for it in _results(knowledge) if it.speaks_of and drug in it.speaks_of.drugs and it.speaks_of.susceptible
    ]
    speaking.sort(key=lambda it: -len(it.speaks_of.drugs if it.speaks_of else ()))
    return tuple(it.id for it in speaking if (fact := facts.get(it.id)) is None or fact.value is None)


def next_tests(composed: Sequence[Composed], facts: Mapping[str, Fact], knowledge: Knowledge) -> tuple[TestNext, ...]:
    """Return the results to ask for, the most decisive first.

    Rifampicin decides which regimens there are at all; then isoniazid, or with rifampicin resistant the
    fluoroquinolone; then every untested drug of the regimens that may still be proposed, the first regimen first.
    """
    rifampicin, isoniazid = (_value(facts, name) for name in (RIFAMPICIN, _ISONIAZID))
    wanted: dict[str, str] = {}
    if rifampicin not in {"susceptible", "resistant"}:
        wanted[RIFAMPICIN] = "it decides between first-line and second-line regimens"
    if rifampicin != "resistant" and isoniazid not in {"susceptible", "resistant"}:
        wanted[_ISONIAZID] = "resistance to isoniazid alone has a regimen of its own"
    if (rifampicin == "resistant" or isoniazid == "resistant") and _value(facts, FLUOROQUINOLONE) is None:
        wanted[FLUOROQUINOLONE] = "it decides whether a fluoroquinolone is part of the regimen"
    if rifampicin == "resistant":
        for regimen in composed:
            if regimen.status is not RegimenStatus.INELIGIBLE and regimen.path == "rifampicin-resistant":
                for drug in regimen.drugs:
                    for name in open_results(drug.drug, facts, knowledge)[:1] if drug.effective is None else ():
                        wanted.setdefault(name, f"{drug.drug} is part of {regimen.name} and was not tested")
    return tuple(TestNext(fact, because) for fact, because in wanted.items())


def _value(facts: Mapping[str, Fact], name: str) -> object:
    fact = facts.get(name)
    return None if fact is None else fact.value


def _results(knowledge: Knowledge) -> Iterable[FactDefinition]:
    return (definition for definition in knowledge.facts.values() if definition.speaks_of is not None)


def _is_fresh(piece: Evidence, fact: Fact) -> bool:
    """Whether a piece of evidence is dated; an undated one says nothing of a day."""
    return piece.on is not None and piece.fact == fact.id
