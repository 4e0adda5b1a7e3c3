"""Evidence of many patients as columns: one row a piece of evidence, a medicine, or a patient.

An adapter fills these arrays; everything after them is the same whatever the records came as. Facts, words and
ingredients are numbers of the `Codebook`, patients are numbered from 0 within a part of the register.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from fullcourse.knowledge.library import Knowledge

__all__ = [
    "ABSURD",
    "NO",
    "OVER",
    "STATED",
    "UNSURE",
    "YES",
    "Codebook",
    "EvidenceColumns",
    "MedicineColumns",
    "PatientColumns",
]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]
I8 = npt.NDArray[np.int8]
Bools = npt.NDArray[np.bool_]

STATED: Final = 0
UNSURE: Final = 1
"""Unsure or unusable: either leaves the fact open."""
ABSURD: Final = 2
OVER: Final = 3
"""One problem of this kind is over: no, unless another entry says yes."""
BESIDE: Final = 4
"""Another measure near to the fact: it never counts, and keeps a drug from being cleared while the fact is open."""

NO: Final = 0
YES: Final = 1
"""Words of a yes-or-no fact; the words of a choice are numbered in the order of its values."""


@dataclass(frozen=True, slots=True)
class Codebook:
    """The numbers of facts in columns: their order in the vocabulary.

    Attributes:
        facts: Ids, in order.
        number_of: Number of each id.
    """

    facts: tuple[str, ...]
    number_of: dict[str, int]

    @classmethod
    def of(cls, knowledge: Knowledge) -> "Codebook":
        """Return the codebook of a knowledge."""
        facts = tuple(knowledge.facts)
        return cls(facts, {name: number for number, name in enumerate(facts)})


@dataclass(frozen=True, slots=True)
class EvidenceColumns:
    """Pieces of evidence, ordered by patient and, within one, as the record lists them.

    Attributes:
        patient: Number of the patient.
        fact: Number of the fact.
        standing: ``STATED``, ``OVER``, ``UNSURE``, ``ABSURD`` or ``BESIDE``.
        word: For yes or no and choices: the number of the word; -1 where there is none.
        low: For numbers: lower end in the unit of the fact. For dates: first day since 1970.
        high: Upper end; for dates: last day since 1970.
        has_date: Whether it is dated.
        first_day: Earliest day it can mean, since 1970; any number without a date.
        start_s: Earliest instant, s since 1970.
        end_s: Latest instant, s since 1970.
    """

    patient: I64
    fact: I32
    standing: I8
    word: I32
    low: F64
    high: F64
    has_date: Bools
    first_day: I64
    start_s: F64
    end_s: F64


@dataclass(frozen=True, slots=True)
class MedicineColumns:
    """Entries of medicine lists.

    Days are days since 1970; a very early ``since`` and a missing ``until`` are told apart by their flags.

    Attributes:
        patient: Number of the patient.
        product: Number of the product: entries of one product have the same ingredients, codes and name.
        taken: 0 now, 1 past, 2 maybe, 3 supplied.
        has_since: Whether it has a start.
        since_first: Earliest day of the start.
        since_last: Latest day of the start.
        has_until: Whether it has an end.
        until_first: Earliest day of the end.
        until_last: Latest day of the end.
        surely: For how many days after its end it is surely still taken.
        perhaps: For how many days it may be.
        unclear: Whether its product was not understood.
    """

    patient: I64
    product: I32
    taken: I8
    has_since: Bools
    since_first: I64
    since_last: I64
    has_until: Bools
    until_first: I64
    until_last: I64
    surely: I64
    perhaps: I64
    unclear: Bools


@dataclass(frozen=True, slots=True)
class PatientColumns:
    """What is known of a patient beside evidence and medicines.

    Attributes:
        problem: Whether a problem of the record was not understood.
        allergy: The same for an allergy.
        medicine: The same for a medicine that stands on no list.
        unread: Whether a part of the record was not read that may speak of a fact.
    """

    problem: Bools
    allergy: Bools
    medicine: Bools
    unread: Bools
