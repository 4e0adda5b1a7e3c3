"""Patients by chance, for properties: any facts of the vocabulary known, any unknown, any medicines."""

from hypothesis import strategies as st

from fullcourse.clinical import Taken
from fullcourse.knowledge.statements import TakingCondition
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.knowledge.walk import atoms_of
from patients import knowledge, medicine

__all__ = ["FINDABLE", "POSSIBLE_TOGETHER", "facts", "medicines", "values_of"]

FINDABLE = [name for name, fact in knowledge().facts.items() if not fact.derived and fact.kind != "given"]
"""Facts that a record can hold."""


# Each may be stranger alone; a body that is 20 cm long and weighs 600 kg is refused, as it should be.
POSSIBLE_TOGETHER = {"weight": (25.0, 180.0), "height": (100.0, 230.0)}


def values_of(definition: FactDefinition) -> st.SearchStrategy[object]:
    """Return the values that a fact may have."""
    match definition.kind:
        case "number":
            low, high = POSSIBLE_TOGETHER.get(definition.id) or definition.plausible or (0.001, 1000.0)
            return st.floats(low, high)
        case "choice":
            return st.sampled_from(definition.values)
        case "date":
            return st.dates().filter(lambda day: 1910 <= day.year <= 2025).map(str)
    return st.booleans()


def facts() -> st.SearchStrategy[dict[str, object]]:
    """Return dictionaries of facts, each known or absent."""
    known = knowledge().facts
    return st.fixed_dictionaries({}, optional={name: values_of(known[name]) for name in FINDABLE})


def _names() -> list[str]:
    known = knowledge()
    atoms = [atom for statement in known.statements.values() for atom in atoms_of(statement.body)]
    targets = {atom.target for atom in atoms if isinstance(atom, TakingCondition)}
    named = {target.removeprefix("drug.") for target in targets if target.startswith("drug.")}
    members = {name for target in targets if target.startswith("class.") for name in known.classes[target].ingredients}
    return sorted({"metformin", *named, *members})


def medicines() -> st.SearchStrategy[list[object]]:
    """Return medicine lists."""
    entry = st.builds(medicine, st.sampled_from(_names()), st.sampled_from(list(Taken)))
    return st.lists(entry, max_size=4)
