"""A medicine that is taken beside the treatment of tuberculosis, as a row of the matrix of interactions."""

from dataclasses import dataclass

from fullcourse.clinical.medicine import Medicine

__all__ = ["CoMedicine"]


@dataclass(frozen=True, slots=True)
class CoMedicine:
    """One medicine, or fixed combination, that people with tuberculosis take beside it.

    Attributes:
        name: INN; the ingredients of a combination joined by a stroke.
        group: What it is taken for, for people.
        origin: Which public list names it.
        common: Whether it is one of the 120 of which the coverage is counted.
        medicine: The entry of a medicine list that says it is taken now.
    """

    name: str
    group: str
    origin: str
    common: bool
    medicine: Medicine
