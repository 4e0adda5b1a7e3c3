"""A patient as rules look at one: facts, and how many members of a class are taken within a window.

A count of medicines is a range as every number is: those certainly taken, and those that may be. It has no upper end
unless somebody said that the medicine list is complete. A product that nobody recognised adds to no count: it has one
finding of its own, and is never one unknown for every rule.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.patient import Medicine, Patient, Taken
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.library import Knowledge

__all__ = ["Count", "Situation", "days_between"]

LIST: Final = "medicines_complete"

_Listed = tuple[Medicine, bool, Mapping[str, tuple[str, ...]]]
"""An entry, whether it surely counts, and its memberships."""


class Count:
    """How many members of a class are taken in a window.

    Attributes:
        number: The range of their number.
        certain: The entries that make the lower end, as evidence.
        possible: The entries that may add to it.
    """

    __slots__ = ("certain", "number", "possible")

    def __init__(self, number: Interval, certain: tuple[Evidence, ...], possible: tuple[Evidence, ...]) -> None:
        """Keep the range and the entries behind it."""
        self.number, self.certain, self.possible = number, certain, possible


_NONE_LISTED: Final = Count(Interval(0, 0), (), ())
_NONE_KNOWN: Final = Count(Interval(0, math.inf), (), ())


class Situation:
    """One patient and the classes, for one round of evaluation. Counts are kept, since statements share them."""

    __slots__ = ("_by_target", "_counts", "_listed", "facts", "knowledge", "patient")

    def __init__(
        self,
        patient: Patient,
        knowledge: Knowledge,
        facts: Mapping[str, Fact] | None = None,
        counts: dict[tuple[str, int | None], Count] | None = None,
    ) -> None:
        """Take the patient.

        Args:
            patient: As established at a date.
            knowledge: Holds the classes.
            facts: Stand in for the patient's own, where a step hands some in.
            counts: Counts of the same medicine list made before, which this situation adds to.
        """
        self.patient, self.knowledge = patient, knowledge
        self.facts: Mapping[str, Fact] = patient.facts if facts is None else facts
        self._counts: dict[tuple[str, int | None], Count] = {} if counts is None else counts
        self._listed: dict[int | None, list[_Listed]] = {}
        self._by_target: dict[int | None, dict[str, list[tuple[Medicine, str, bool]]]] = {}

    def taking(self, target: str, within_days: int | None) -> Count:
        """Return how many members of ``drug.x`` or ``class.x`` are taken, now or within so many days."""
        key = (target, within_days)
        found = self._counts.get(key)
        if found is None:
            found = self._counts[key] = self._count(target, within_days)
        return found

    def taken_now(self) -> tuple[Medicine, ...]:
        """Return the entries that are certainly taken now."""
        return tuple(medicine for medicine, surely, _ in self._within(None) if surely)

    def _within(self, within_days: int | None) -> list["_Listed"]:
        """Return the entries that count now or within so many days: whether surely, and what each is a member of."""
        found = self._listed.get(within_days)
        if found is None:
            at, known = self.patient.at, self.knowledge
            taken = [(it, _taken_within(it, at, within_days)) for it in self.patient.medicines]
            found = self._listed[within_days] = [
                (it, how is Taken.NOW, _memberships(known, it.ingredients, it.codes, "" if it.ingredients else it.name))
                for it, how in taken
                if how is not Taken.PAST
            ]
        return found

    def _members_of(self, target: str, within_days: int | None) -> Iterable[tuple[Medicine, str, bool]]:
        """Return the entries that are members, under which name, and whether surely taken."""
        found = self._by_target.get(within_days)
        if found is None:
            found = self._by_target[within_days] = {}
            for medicine, surely, memberships in self._within(within_days):
                for name, members in memberships.items():
                    found.setdefault(name, []).extend((medicine, member, surely) for member in members)
        return found.get(target, ())

    def _count(self, target: str, within_days: int | None) -> Count:
        complete = self.facts.get(LIST)
        whole = complete is not None and complete.value is True
        certain: dict[str, Medicine] = {}
        possible: dict[str, Medicine] = {}
        for medicine, member, surely in self._members_of(target, within_days):
            (certain if surely else possible).setdefault(member, medicine)
        if target.startswith("class.") and self.knowledge.classes[target].names:
            for medicine, _, _ in self._within(within_days):
                for member in self.perhaps(medicine, target):
                    possible.setdefault(member, medicine)
        if not certain and not possible:
            return _NONE_LISTED if whole else _NONE_KNOWN
        high = len(certain.keys() | possible.keys()) if whole else math.inf
        entries = [medicine for member, medicine in possible.items() if member not in certain]
        number = Interval(len(certain), high)
        return Count(number, _as_evidence(target, certain.values()), _as_evidence(target, entries))

    def members(self, medicine: Medicine, target: str) -> tuple[str, ...]:
        """Return under which names an entry is a member; a product without a known ingredient counts by its code."""
        name = "" if medicine.ingredients else medicine.name
        return _memberships(self.knowledge, medicine.ingredients, medicine.codes, name).get(target, ())

    def perhaps(self, medicine: Medicine, target: str) -> tuple[str, ...]:
        """Return the entry's name where only its wording suggests membership (a cough syrup may hold alcohol)."""
        if not target.startswith("class."):
            return ()
        name = medicine.name.casefold()
        return (medicine.name,) if any(word in name for word in self.knowledge.classes[target].names) else ()


def _as_evidence(target: str, medicines: Iterable[Medicine]) -> tuple[Evidence, ...]:
    return tuple(Evidence(target, None, item.since, item.origin, item.name) for item in medicines)


@lru_cache(maxsize=8192)
def _memberships(
    knowledge: Knowledge, ingredients: tuple[str, ...], recorded: tuple[tuple[str, str], ...], name: str
) -> Mapping[str, tuple[str, ...]]:
    """Return, for each drug and class that an entry is of, under which names it is a member.

    Args:
        knowledge: Holds the classes.
        ingredients: Of the entry.
        recorded: Its codes.
        name: What the entry is called, where it has no ingredients; else empty, so that names do not part entries.
    """
    codes: dict[str, tuple[str, ...]] = {}
    # A code belongs to the whole product, so it can only speak for an ingredient that stands alone.
    for system, code in recorded if len(ingredients) < 2 else ():
        codes[system] = (*codes.get(system, ()), code)
    found: dict[str, tuple[str, ...]] = {f"drug.{ingredient}": (ingredient,) for ingredient in ingredients}
    for target in knowledge.classes:
        if ingredients:
            members = tuple(it for it in ingredients if knowledge.in_class(it, codes, target))
        else:
            members = (name,) if codes and knowledge.in_class("", codes, target) else ()
        if members:
            found[target] = members
    return found


def days_between(moment: Moment | None, at: date) -> int | None:
    """Return the most days that can lie between a moment and ``at``; None without a moment."""
    return None if moment is None else (at - moment.first_day).days


def _taken_within(medicine: Medicine, at: date, within_days: int | None) -> Taken:
    """Return whether an entry counts in a window that ends at ``at``: NOW for surely, PAST for surely not."""
    if medicine.since is not None and medicine.since.first_day > at:
        return Taken.PAST
    if medicine.taken is Taken.NOW:
        if _is_over(medicine.until, at):
            # An order that is still active after its validity has run out may well be taken still.
            return Taken.MAYBE if within_days is None else _ended(medicine.until, at, within_days, Taken.MAYBE)
        return Taken.MAYBE if medicine.since is not None and medicine.since.last_day > at else Taken.NOW
    if medicine.taken is Taken.MAYBE:
        return _ended(medicine.until, at, within_days) if _is_over(medicine.until, at) else Taken.MAYBE
    if within_days is None:
        return Taken.PAST
    return _ended(medicine.until, at, within_days)


def _is_over(until: Moment | None, at: date) -> bool:
    return until is not None and until.last_day < at


def _ended(until: Moment | None, at: date, within_days: int | None, at_least: Taken = Taken.PAST) -> Taken:
    """Return whether something that ended lies in the window; without an end date that is open."""
    if until is None:
        return Taken.PAST if within_days is None else Taken.MAYBE
    if within_days is None:
        return Taken.PAST if until.last_day < at else Taken.MAYBE
    if (at - until.first_day).days <= within_days:
        return Taken.NOW
    return Taken.MAYBE if (at - until.last_day).days <= within_days else at_least
