"""What somebody reports: symptoms with yes, no or not sure, and what is known beside them.

"Not sure", and yes beside no, are a word of their own: they count as yes (I-1411) and are shown as what they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from fullcourse.clinical.quantity import Interval

__all__ = ["Heard", "Report", "joined", "symptoms_of"]

_PREFIX: Final = "symptom"


class Heard(Enum):
    """What was answered about one symptom; who was not asked about it has no word."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported.

    Attributes:
        symptoms: By the fact's id.
        numbers: Numbers that hold whatever the drug: weeks without improvement, days with low mood.
        of_drugs: Numbers and truths that hold for one drug, by INN: its daily dose, the amount taken.
        unread: Words that no symptom is known by: a person reads them.
    """

    symptoms: Mapping[str, Heard]
    numbers: Mapping[str, Interval] = field(default_factory=dict)
    of_drugs: Mapping[str, Mapping[str, Interval | bool]] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


def symptoms_of(facts: Iterable[str]) -> tuple[str, ...]:
    """Return the facts that are symptoms, in the order of the files."""
    return tuple(name for name in facts if name.startswith(_PREFIX))


def joined(told: Iterable[tuple[str, Heard]]) -> dict[str, Heard]:
    """Return what was told of each symptom; answers that contradict each other are unsure."""
    heard: dict[str, Heard] = {}
    for name, word in told:
        before = heard.get(name, word)
        heard[name] = word if word is before else Heard.UNSURE
    return heard
