"""What a store on a disk or a database server can do beyond the contract: be checked, forget a person, be closed.

Three states of a course are told apart, since each calls for something else: it is there, its key was destroyed on
demand, or what is stored of it is not what was written. Of the last two nothing is ever computed.
"""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from fullcourse.adapters.store.contract import Recorder
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event

if TYPE_CHECKING:
    from fullcourse.adapters.store.sealing import PatientKey  # a file of events needs no cryptography

__all__ = [
    "CourseHead",
    "DamagedCourse",
    "DurableStore",
    "ErasedCourse",
    "LastHeard",
    "NotKept",
    "StoreAway",
    "StoreFigures",
    "StoredBroken",
    "Verified",
]


class ErasedCourse(InputError):
    """The course was erased on demand: its key is destroyed, and nobody can read it again.

    Attributes:
        patient: Random id. The message does not hold it.
    """

    def __init__(self, patient: str) -> None:
        """Keep the patient."""
        self.patient = patient
        super().__init__(
            "this course was erased on demand and its key destroyed: nothing of it can be read or added. Begin a new "
            "course, under a new id, with 'course start'."
        )


class DamagedCourse(InputError):
    """What is stored of a course is not what was written: none of it is used.

    Attributes:
        patient: Random id. The message does not hold it.
        broken: What is wrong, one sentence each.
    """

    def __init__(self, patient: str, broken: tuple[str, ...]) -> None:
        """Keep the patient and what is broken."""
        self.patient = patient
        self.broken = broken
        super().__init__(
            f"the stored course is damaged: {'; '.join(broken)}. Nothing is worked out from it. See 'course verify', "
            "and restore this course from a backup."
        )


class NotKept(InputError):
    """The store could not bring events to the disk: nothing of the call counts as kept. Send it again, the same."""


class StoreAway(InputError):
    """The store does not answer, which says nothing about what it holds."""


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """What a store that is open did since it was opened.

    Attributes:
        new: Events that were kept.
        same: Events that were there already.
        set_aside: Events whose id was taken.
        waiting: Pieces of work that wait for the thread that writes; 0 where there is no such thread.
    """

    new: int = 0
    same: int = 0
    set_aside: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class StoredBroken:
    """A patient whose stored course is damaged.

    Attributes:
        patient: Random id, as it stands in the store.
        broken: What is wrong, one sentence each.
    """

    patient: str
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of the whole store found.

    Attributes:
        patients: How many patients were looked at.
        events: How many events, those set aside among them.
        erased: How many of the patients are erased.
        damaged: Those whose course is damaged, in order of their ids.
        store: What is wrong with the store beyond single patients.
        engine: Database and version.
        engine_fault: What is known to be wrong with this version, and what it means here; empty where nothing is.
    """

    patients: int
    events: int
    erased: int
    damaged: tuple[StoredBroken, ...]
    store: tuple[str, ...]
    engine: str
    engine_fault: str = ""


@dataclass(frozen=True, slots=True)
class LastHeard:
    """A patient and when the store last received an event.

    Attributes:
        patient: Random id.
        received_at: In UTC.
    """

    patient: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class CourseHead:
    """Where the chains of a course end, by which is told whether anything was added to it.

    Attributes:
        patient: Random id.
        check: Hash of the patient's row, the ends of both chains among what it covers; empty where the row is damaged.
        events: How many were received.
        asides: How many were set aside.
        key: Opens them; None where it is not there.
        is_erased: Whether the key was destroyed on demand.
    """

    patient: str
    check: bytes
    events: int
    asides: int
    key: "PatientKey | None"
    is_erased: bool


class DurableStore(Recorder):
    """A store of events that outlasts the program."""

    @abstractmethod
    def ask(self) -> None:
        """Ask whether it answers; raises StoreAway where it does not."""

    @abstractmethod
    def figures(self) -> StoreFigures:
        """Return what was done since it was opened."""

    @abstractmethod
    def verify(self) -> Verified:
        """Check every patient's chain, key and heads; raises nothing for what is damaged, but names it."""

    @abstractmethod
    def erase(self, patient: str, now: datetime) -> None:
        """Destroy the key of a patient, so that no event of theirs can be read again; the chain stays valid.

        Erasing twice is erasing once.

        Raises:
            InputError: Nobody of this id is in the store.
        """

    @abstractmethod
    def unheard_since(self, before: datetime) -> Iterator[LastHeard]:
        """Yield the patients of whom nothing was received since a moment, those erased left out, by their ids."""

    @abstractmethod
    def heads(self) -> Iterator[CourseHead]:
        """Yield where every course ends, those erased or damaged among them, by their ids; no event is looked at."""

    @abstractmethod
    def head(self, patient: str) -> CourseHead | None:
        """Return where the course of a patient ends, as `heads` does of all; None where nobody of this id is here."""

    @abstractmethod
    def changed_since(self, moment: datetime) -> Iterator[CourseHead]:
        """Yield where the courses end that received anything, or were erased, since a moment; by their ids."""

    @abstractmethod
    def events_beside_doses(self, patient: str) -> tuple[Event, ...]:
        """Return what `events` does without what is said of doses and corrects nothing; the whole chain is checked."""

    @property
    @abstractmethod
    def summaries_place(self) -> Path:
        """Return the file in which what was worked out of courses may be kept: it can be removed at any time."""

    @abstractmethod
    def close(self) -> None:
        """Finish what was begun and let go of the files; closing twice is closing once."""

    def __enter__(self) -> Self:
        """Use it in a ``with`` block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close it."""
        self.close()
