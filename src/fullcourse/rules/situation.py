"""A patient as rules look at one: facts, and how many members of a class are taken within a window."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final

from fullcourse.clinical.fact import Fact
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.patient import Patient, Record
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.medicine_list import Count, MedicineList

__all__ = ["Situation", "days_between", "nobody"]

LIST: Final = "medicines_complete"


class Situation:
    """One patient, for one round of evaluation."""

    __slots__ = ("_counts", "_whole", "facts", "medicines")

    def __init__(
        self,
        patient: Patient,
        knowledge: Knowledge,
        facts: Mapping[str, Fact] | None = None,
        medicines: MedicineList | None = None,
    ) -> None:
        """Take the patient.

        Args:
            patient: As established at a date.
            knowledge: Holds the classes.
            facts: Stand in for the patient's own, where a step hands some in.
            medicines: The list of the same patient, with what was counted before.
        """
        self.facts: Mapping[str, Fact] = patient.facts if facts is None else facts
        self.medicines = medicines or MedicineList(patient, knowledge)
        complete = self.facts.get(LIST)
        self._whole = complete is not None and complete.value is True
        self._counts = self.medicines.counts(whole=self._whole)

    def taking(self, target: str, within_days: int | None) -> Count:
        """Return how many members of ``drug.x`` or ``class.x`` are taken, now or within so many days."""
        return self.count((target, within_days))

    def count(self, key: tuple[str, int | None]) -> Count:
        """Return the same for a target and window in one: rules that ask often make the pair once."""
        return self._counts.get(key) or self.medicines.count(*key, whole=self._whole)


def days_between(moment: Moment | None, at: date) -> int | None:
    """Return the most days that can lie between a moment and ``at``; None without a moment."""
    return None if moment is None else (at - moment.first_day).days


@cache
def nobody() -> Patient:
    """Return a patient of whom nothing is known: a step hands in every fact that its rules ask for."""
    return Patient(date.min, {}, (), (), Record({}))
