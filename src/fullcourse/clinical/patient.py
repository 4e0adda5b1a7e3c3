"""A patient's record as read, and the patient as established at a date.

`Record` is what an adapter hands over: evidence and a medicine list, each with its origin. `Patient` is what the rules
read. Neither holds a name, an address or an identifier of a person.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.instant import seconds_since_1970
from fullcourse.clinical.level import Level
from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.ordered_dose import OrderedDose
from fullcourse.clinical.settled_medicines import settle
from fullcourse.clinical.taken_dose import TakenDose

__all__ = [
    "Medicine",
    "NotUsed",
    "Override",
    "PassedOver",
    "Patient",
    "Record",
    "SettledEntry",
    "Taken",
    "Unrecognised",
]


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """Something in the record that matters and could not be understood.

    Attributes:
        kind: ``medicine``, ``allergy`` or ``problem``.
        text: What the record calls it.
        origin: Which record.
        why: Why it was not understood, or does not count.
        is_later: Whether it was understood and is dated after the check: nobody knows whether it is so now.
    """

    kind: str
    text: str
    origin: str
    why: str
    is_later: bool = False


@dataclass(frozen=True, slots=True)
class SettledEntry:
    """What somebody answered about an entry that was not understood; it is named by its text or by its origin.

    Attributes:
        text: What the record calls the entry; empty when it is named by its origin.
        origin: Which record; empty when it is named by its text.
        concerns: Facts that the entry says are so; empty when it is about nothing that any fact asks.
        place: Where the answer stands, for messages and as the origin of what it says.
        on: When it was so; None when nobody said.
    """

    text: str
    origin: str
    concerns: tuple[str, ...]
    place: str
    on: Moment | None = None


@dataclass(frozen=True, slots=True)
class NotUsed:
    """Parts of a record that no fact uses, counted.

    Attributes:
        what: Kind of resource, for example ``Observation``.
        why: Reason, the same for all that are counted.
        count: How many.
        may_matter: Whether they may speak of a fact all the same, so that nobody may say that nothing was found.
    """

    what: str
    why: str
    count: int
    may_matter: bool = False


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A given dose or a level that cannot be used.

    Attributes:
        drugs: INN in lower case of the drugs that it names; empty when it may be any.
        why: Kind of resource and reason, the same for all of one kind.
    """

    drugs: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Override:
    """A clinician's recorded decision to go on in spite of a finding.

    Attributes:
        finding: Id of the finding set aside.
        reason: Why, in the clinician's words.
        by: Role or initials, as the clinician gives them.
        on: When.
    """

    finding: str
    reason: str
    by: str
    on: Moment | None


@dataclass(frozen=True, slots=True)
class Record:
    """Everything an adapter read about one patient, before any date is chosen.

    Attributes:
        evidence: Evidence by fact id.
        medicines: The medicine list.
        unrecognised: What was not understood.
        not_used: What was read and not used, counted by kind and reason.
        overrides: Findings that a clinician has set aside.
        notes: Remarks on the record as a whole, for example that references did not resolve.
        doses: Doses that were given, of every drug, in the order of the record.
        levels: Levels that were measured, of every drug whose levels are read, in the order of the record.
        passed_over: Given doses and levels that cannot be used.
        settled: What somebody answered about entries that were not understood.
        orders: Doses that were ordered, in the order of the record.
    """

    evidence: Mapping[str, tuple[Evidence, ...]]
    medicines: tuple[Medicine, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()
    not_used: tuple[NotUsed, ...] = ()
    overrides: tuple[Override, ...] = ()
    notes: tuple[str, ...] = ()
    doses: tuple[TakenDose, ...] = ()
    levels: tuple[Level, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    settled: tuple[SettledEntry, ...] = ()
    orders: tuple[OrderedDose, ...] = ()

    def doses_of(self, drug: str) -> tuple[TakenDose, ...]:
        """Return the given doses of a drug, in order of time."""
        given = (dose for dose in self.doses if dose.drug == drug)
        return tuple(sorted(given, key=lambda dose: seconds_since_1970(dose.at)))

    def orders_of(self, drug: str) -> tuple[OrderedDose, ...]:
        """Return the orders of a drug, as they stand in the record."""
        return tuple(order for order in self.orders if order.drug == drug)

    def levels_of(self, drug: str) -> tuple[Level, ...]:
        """Return the levels of a drug, in order of time."""
        measured = (level for level in self.levels if drug in level.drugs)
        return tuple(sorted(measured, key=lambda level: seconds_since_1970(level.at)))

    def passed_over_of(self, drug: str) -> Mapping[str, int]:
        """Return why given doses and levels that are or may be of a drug cannot be used, each with its count."""
        return Counter(entry.why for entry in self.passed_over if drug in entry.drugs or not entry.drugs)

    def plus(self, other: "Record") -> "Record":
        """Return this record with another of the same patient added, for example the answers to questions.

        Raises:
            InputError: An answer settles a medicine that is not on the list.
        """
        medicines, gone = settle(self.medicines, other.medicines)
        open_ = (entry for entry in self.unrecognised if entry.kind != "medicine" or entry.origin not in gone)
        facts = dict.fromkeys((*self.evidence, *other.evidence))
        return Record(
            evidence={fact: (*self.evidence.get(fact, ()), *other.evidence.get(fact, ())) for fact in facts},
            medicines=medicines,
            unrecognised=(*open_, *other.unrecognised),
            not_used=(*self.not_used, *other.not_used),
            overrides=(*self.overrides, *other.overrides),
            notes=(*self.notes, *other.notes),
            doses=(*self.doses, *other.doses),
            levels=(*self.levels, *other.levels),
            passed_over=(*self.passed_over, *other.passed_over),
            settled=(*self.settled, *other.settled),
            orders=(*self.orders, *other.orders),
        )


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient as established at one date: valid, and nobody checks it again.

    Attributes:
        at: The date of the check.
        facts: Every fact of the vocabulary, known or not.
        medicines: Entries that may count at that date.
        unrecognised: What was not understood.
        record: The record it came from.
    """

    at: date
    facts: Mapping[str, Fact]
    medicines: tuple[Medicine, ...]
    unrecognised: tuple[Unrecognised, ...]
    record: Record = field(repr=False)
