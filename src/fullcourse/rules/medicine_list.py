"""The medicine list counted: how many members of a class are taken within a window, and which entries say so.

A count of medicines is a range as every number is: those certainly taken, and those that may be. It has no upper end
unless somebody said that the medicine list is complete. A product that nobody recognised adds to no count: it has one
finding of its own, and is never one unknown for every rule. Nor does one that acts only where it is put.
"""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.patient import Patient
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.library import Knowledge

__all__ = ["Count", "MedicineList", "begins_later", "memberships_of", "suggested_targets", "taken_within"]


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


_NOW, _PAST, _MAYBE, _SUPPLIED = Taken.NOW, Taken.PAST, Taken.MAYBE, Taken.SUPPLIED
_LOCAL: Final = Route.LOCAL
_NONE_LISTED: Final = Count(Interval(0, 0), (), ())
_NONE_KNOWN: Final = Count(Interval(0, math.inf), (), ())
_MEMBER_OF_NOTHING: Final[Mapping[str, tuple[str, ...]]] = {}


class MedicineList:
    """The medicines of one patient by what they are members of; what was counted is kept, since statements share it."""

    __slots__ = ("_by_target", "_counts", "_knowledge", "_now", "_suggested", "patient")

    def __init__(self, patient: Patient, knowledge: Knowledge) -> None:
        """Take the patient, as established at a date, and what holds the classes."""
        self.patient = patient
        self._knowledge: Knowledge | None = knowledge  # until the list is sorted out, which few rules may need
        self._now: tuple[Medicine, ...] | None = None
        self._counts: dict[bool, dict[tuple[str, int | None], Count]] = {False: {}, True: {}}
        self._by_target: dict[str, list[tuple[Medicine, str]]] = {}
        self._suggested: dict[str, list[Medicine]] = {}

    def _sort_out(self, knowledge: Knowledge) -> None:
        by_target: dict[str, list[tuple[Medicine, str]]] = {}
        suggested: dict[str, list[Medicine]] = {}
        for medicine in self.patient.medicines:
            if medicine.route is _LOCAL:
                continue
            for target, names in memberships_of(medicine, knowledge).items():
                listed = by_target.setdefault(target, [])
                for name in names:
                    listed.append((medicine, name))
            for target in suggested_targets(medicine, knowledge):
                suggested.setdefault(target, []).append(medicine)
        # Last of all, since another thread may count meanwhile.
        self._by_target, self._suggested = by_target, suggested
        self._knowledge = None

    def taken_now(self) -> tuple[Medicine, ...]:
        """Return the entries that are certainly taken now, and act in the whole body."""
        if self._now is None:
            at, listed = self.patient.at, self.patient.medicines
            systemic = (medicine for medicine in listed if medicine.route is not _LOCAL)
            self._now = tuple([entry for entry in systemic if taken_within(entry, at, None) is _NOW])
        return self._now

    def counts(self, *, whole: bool) -> dict[tuple[str, int | None], Count]:
        """Return the counts made so far by target and window; ``whole`` when the list is known to be complete."""
        return self._counts[whole]

    def count(self, target: str, within_days: int | None, *, whole: bool) -> Count:
        """Count the members of ``drug.x`` or ``class.x`` that are taken, now or within so many days, and keep it."""
        if self._knowledge is not None:
            self._sort_out(self._knowledge)
        members, suggested = self._by_target.get(target, ()), self._suggested.get(target, ())
        if members or suggested:
            counted = self._counted(target, members, suggested, within_days, whole=whole)
        else:
            counted = _NONE_LISTED if whole else _NONE_KNOWN
        self._counts[whole][target, within_days] = counted
        return counted

    def _counted(
        self,
        target: str,
        members: Iterable[tuple[Medicine, str]],
        suggested: Iterable[Medicine],
        within_days: int | None,
        *,
        whole: bool,
    ) -> Count:
        at = self.patient.at
        certain: dict[str, Medicine] = {}
        possible: dict[str, Medicine] = {}
        for medicine, member in members:
            taken = taken_within(medicine, at, within_days)
            if taken is not _PAST:
                (certain if taken is _NOW else possible).setdefault(member, medicine)
        for medicine in suggested:
            if taken_within(medicine, at, within_days) is not _PAST:
                possible.setdefault(medicine.name, medicine)
        return _counted(target, certain, possible, whole=whole)


def _counted(target: str, certain: dict[str, Medicine], possible: dict[str, Medicine], *, whole: bool) -> Count:
    if not certain and not possible:
        return _NONE_LISTED if whole else _NONE_KNOWN
    entries = [medicine for member, medicine in possible.items() if member not in certain] if possible else ()
    number = _between(len(certain), len(certain) + len(entries) if whole else math.inf)
    return Count(number, _as_evidence(target, certain.values()), _as_evidence(target, entries))


@lru_cache(maxsize=256)
def _between(low: float, high: float) -> Interval:
    return Interval(low, high)


def suggested_targets(medicine: Medicine, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the classes of which only an entry's wording suggests that it is one (a cough syrup may hold alcohol)."""
    return () if medicine.route is _LOCAL else _suggested_by(knowledge, medicine.name)


def memberships_of(medicine: Medicine, knowledge: Knowledge) -> Mapping[str, tuple[str, ...]]:
    """Return, for each drug and class that an entry is of, under which names it is a member.

    A product without a known ingredient counts by its code. What acts only where it is put is a member of nothing: no
    statement means it.
    """
    if medicine.route is _LOCAL:
        return _MEMBER_OF_NOTHING
    name = "" if medicine.ingredients else medicine.name
    return _memberships(knowledge, medicine.ingredients, medicine.codes, name)


@lru_cache(maxsize=8192)
def _suggested_by(knowledge: Knowledge, name: str) -> tuple[str, ...]:
    """Return the classes that a product's name hints at by one of their words."""
    folded = name.casefold()
    if _any_hint(knowledge).search(folded) is None:  # as of most names; thousands of them are looked through at once
        return ()
    return tuple(target for target, kind in knowledge.classes.items() if any(word in folded for word in kind.names))


@lru_cache(maxsize=64)
def _any_hint(knowledge: Knowledge) -> re.Pattern[str]:
    words = sorted({word for kind in knowledge.classes.values() for word in kind.names})
    return re.compile("|".join(map(re.escape, words)) or r"(?!)")


def _as_evidence(target: str, medicines: Iterable[Medicine]) -> tuple[Evidence, ...]:
    return tuple([Evidence(target, None, medicine.since, medicine.origin, medicine.name) for medicine in medicines])


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
    meanings: dict[str, tuple[str, ...]] = {f"drug.{ingredient}": (ingredient,) for ingredient in ingredients}
    for target in knowledge.classes:
        if ingredients:
            members = tuple(it for it in ingredients if knowledge.in_class(it, codes, target))
        else:
            members = (name,) if codes and knowledge.in_class("", codes, target) else ()
        if members:
            meanings[target] = members
    return meanings


def taken_within(medicine: Medicine, at: date, within_days: int | None) -> Taken:
    """Return whether an entry counts in a window that ends at ``at``: NOW for surely, PAST for surely not.

    Args:
        medicine: The entry.
        at: Date of the check.
        within_days: Days of the window; None for what is taken now.
    """
    since = medicine.since
    if since is not None and since.first_day > at:
        return _PAST
    begun = _MAYBE if since is not None and since.last_day > at else _NOW
    if medicine.until is None and medicine.taken is _NOW:
        return begun
    ended = _days_since_end(medicine, at)
    if medicine.taken is _SUPPLIED:
        return _supplied(ended, begun, within_days)
    is_over = ended is not None and ended[1] > 0
    if medicine.taken is _NOW:
        if is_over:
            # An order that is still active after its supply or course has run out may well be taken still.
            return _MAYBE if within_days is None else _ended(ended, within_days, _MAYBE)
        return begun
    if medicine.taken is _MAYBE:
        return _ended(ended, within_days) if is_over else _MAYBE
    return _PAST if within_days is None else _ended(ended, within_days)


def begins_later(medicine: Medicine, at: date) -> bool:
    """Return whether an entry begins after a date."""
    return medicine.since is not None and medicine.since.first_day > at


def _days_since_end(medicine: Medicine, at: date) -> tuple[int, int] | None:
    """Return the most and the fewest days since an entry ended, negative before that; None without an end."""
    until = medicine.until
    if until is None:
        return None
    surely, perhaps = medicine.lasts
    return (at - until.first_day).days - surely, (at - until.last_day).days - perhaps


def _supplied(ended: tuple[int, int] | None, begun: Taken, within_days: int | None) -> Taken:
    """Return what a completed act comes to: taken while it surely lasts, perhaps while it may, then over."""
    if ended is None:
        return _MAYBE
    if ended[0] <= 0:
        return begun
    if within_days is not None:
        return _ended(ended, within_days)
    return _MAYBE if ended[1] <= 0 else _PAST


def _ended(ended: tuple[int, int] | None, within_days: int | None, at_least: Taken = _PAST) -> Taken:
    """Return whether something that is over lies in the window; without an end date that is open."""
    if within_days is None:
        return _PAST
    if ended is None:
        return _MAYBE
    if ended[0] <= within_days:
        return _NOW
    return _MAYBE if ended[1] <= within_days else at_least
