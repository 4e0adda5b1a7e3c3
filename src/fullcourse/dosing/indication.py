"""Against which disease a drug is given: tuberculosis, unless the record says that it is a urinary infection alone."""

from typing import Final

from fullcourse.dosing.claims import TUBERCULOSIS
from fullcourse.rules.situation import Situation

__all__ = ["URINARY", "indication_of"]

URINARY: Final = "urinary tract infection"
_URINARY_FACT: Final = "urinary_tract_infection"
_TUBERCULOSIS_FACTS: Final = ("pulmonary_tuberculosis", "extrapulmonary_tuberculosis")


def indication_of(situation: Situation) -> tuple[str, tuple[str, ...]]:
    """Return the indication, and the facts that would settle it where tuberculosis is open beside a urinary infection.

    Doses here are those of a treatment of tuberculosis, so that nothing is asked while no other disease is on record.
    """
    values = {name: fact.value for name in (_URINARY_FACT, *_TUBERCULOSIS_FACTS) if (fact := situation.facts.get(name))}
    tuberculosis = [values.get(name) for name in _TUBERCULOSIS_FACTS]
    if values.get(_URINARY_FACT) is not True or True in tuberculosis:
        return TUBERCULOSIS, ()
    open_ = tuple(name for name, value in zip(_TUBERCULOSIS_FACTS, tuberculosis, strict=True) if value is None)
    return URINARY, open_
