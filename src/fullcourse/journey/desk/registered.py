"""What a register says of a case, held against its record: where the two differ, nobody knows which is right."""

from datetime import date
from typing import Final

from fullcourse.clinical.event_bodies.registration import RESISTANCES
from fullcourse.clinical.patient import Record
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.establish import establish

__all__ = ["register_differs"]

_RIFAMPICIN_WORKS: Final = RESISTANCES[:2]


def register_differs(
    record: Record, knowledge: Knowledge, at: date, *, hiv: str, site: str, resistance: str
) -> tuple[str, ...]:
    """Return which words of the register say something else than the record: ``hiv``, ``site``, ``resistance``.

    Args:
        record: As it was read.
        knowledge: Holds the facts.
        at: Day on which the record is looked at.
        hiv: As registered; empty where nobody wrote it down, as the others.
        site: Likewise.
        resistance: Likewise.
    """
    facts = establish(record, knowledge, at).facts
    has_hiv, in_lung = facts["hiv_infection"].value, facts["pulmonary_tuberculosis"].value
    rifampicin = facts["rifampin_susceptibility"].value
    against = {"resistant": _RIFAMPICIN_WORKS, "susceptible": RESISTANCES[2:]}
    differs = {
        "hiv": (hiv, has_hiv) in (("negative", True), ("positive", False)),
        "site": (site, in_lung) in (("extrapulmonary", True), ("pulmonary", False)),
        "resistance": isinstance(rifampicin, str) and resistance in against.get(rifampicin, ()),
    }
    return tuple(name for name, is_so in differs.items() if is_so)
