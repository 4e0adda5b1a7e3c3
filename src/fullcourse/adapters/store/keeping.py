"""How events are taken and read back over a database cursor, the same on every engine.

The heads of a patient's two chains stand in one row. Whoever takes events holds that row (one writer thread on SQLite,
a row lock on PostgreSQL), so that an event's place and its hash are worked out once and never twice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, cast, final

from fullcourse.adapters.store.chain import PatientRow, Row, broken_links, is_patient_row, row_check
from fullcourse.adapters.store.contract import Appended, SetAside
from fullcourse.adapters.store.durable import CourseHead, DamagedCourse, ErasedCourse
from fullcourse.adapters.store.sealing import START, KeyRing, PatientKey, link, named
from fullcourse.adapters.store.statements import Statements
from fullcourse.adapters.store.writing import Written, dose_teller, read_written
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event

__all__ = ["Cursor", "Head", "Keeper", "Stored", "instant_of", "microseconds"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_NOBODY: Final = (0, START, 0, START, 0, None, b"")


class Cursor(Protocol):
    """What the drivers of both engines share."""

    def execute(self, sql: str, parameters: Sequence[object], /) -> object:
        """Run a statement."""

    def fetchone(self) -> object:
        """Return the next row, or None."""

    def fetchall(self) -> Sequence[object]:
        """Return all rows that are left."""

    @property
    def rowcount(self) -> int:
        """Return how many rows were changed."""


@dataclass(slots=True)
class Head:
    """A patient whose row is held: where the two chains end.

    Attributes:
        patient: Random id.
        name: What `named` makes of it.
        key: Seals and opens.
        seq: Of the last event.
        hash: Of the last event.
        aside_seq: Of the last event set aside.
        aside_hash: Of the last event set aside.
        received_us: The latest receipt.
    """

    patient: str
    name: bytes
    key: PatientKey
    seq: int
    hash: bytes
    aside_seq: int
    aside_hash: bytes
    received_us: int


@dataclass(frozen=True, slots=True)
class Stored:
    """What a store holds of a patient, as it is there.

    Attributes:
        rows: Of events.
        asides: Of events set aside.
        key: Opens them; None where it is not there.
        is_erased: Whether the key was destroyed on demand.
        broken: What is wrong with it; nothing is read where anything is.
    """

    rows: Sequence[Row]
    asides: Sequence[Row]
    key: PatientKey | None
    is_erased: bool
    broken: tuple[str, ...]


@final
class Keeper:
    """Takes events, and reads them back."""

    def __init__(self, statements: Statements, ring: KeyRing) -> None:
        """Take the statements of an engine, and the key of the key file."""
        self._sql = statements
        self._ring = ring

    def hold(self, cursor: Cursor, patient: str) -> Head:
        """Return the head of a patient whose row is then held; a patient who was not there is begun.

        Raises:
            ErasedCourse: The course was erased.
            DamagedCourse: Its row or its key is not what was written.
        """
        name = named(patient)
        row = self._held_row(cursor, patient)
        if row is None:
            begun = (*_NOBODY[:6], row_check(name, _NOBODY))
            cursor.execute(self._sql.add_patient, (patient, *begun))
            row = self._held_row(cursor, patient) or begun
        if not is_patient_row(row) or row_check(name, row) != row[6]:
            raise DamagedCourse(patient, ("the patient's row is not what was written",))
        if row[5] is not None:
            raise ErasedCourse(patient)
        return Head(patient, name, self._key(cursor, patient, name, is_new=row[0] == 0), *row[:5])

    def _held_row(self, cursor: Cursor, patient: str) -> Sequence[object] | None:
        cursor.execute(self._sql.lock_patient, (patient,))
        return cast("Sequence[object] | None", cursor.fetchone())

    def _key(self, cursor: Cursor, patient: str, name: bytes, *, is_new: bool) -> PatientKey:
        cursor.execute(self._sql.key, (patient,))
        row = cast("tuple[bytes] | None", cursor.fetchone())
        if row is None and is_new:
            wrapped, made = self._ring.make(name)
            cursor.execute(self._sql.add_key, (patient, wrapped))
            return made
        key = None if row is None else self._ring.unwrap(row[0], name)
        if key is None:
            raise DamagedCourse(patient, ("the key is not what was written",))
        return key

    def take(self, cursor: Cursor, head: Head, written: Written, received_us: int) -> Appended:
        """Take one event, and move the head on; `save` brings the head itself into the store."""
        seq, event_id = head.seq + 1, written.event_id
        sealed = head.key.seal(written.text, event_id)
        own = link(head.hash, b"event", head.name, (seq, received_us), event_id, sealed)
        row = (head.patient, written.event.id, seq, received_us, sealed, head.hash, own)
        cursor.execute(self._sql.add_event, row)
        if cursor.rowcount == 1:
            head.seq, head.hash = seq, own
            head.received_us = max(head.received_us, received_us)
            return Appended.NEW
        return self._take_known(cursor, head, written, received_us)

    def _take_known(self, cursor: Cursor, head: Head, written: Written, received_us: int) -> Appended:
        """Tell whether an event whose id is there is the same one, and set it aside where it is not."""
        cursor.execute(self._sql.event, (head.patient, written.event.id))
        (sealed,) = cast("tuple[bytes]", cursor.fetchone())
        if self._opened(head.patient, head.key, sealed, written.event.id) == written.event:
            return Appended.SAME
        cursor.execute(self._sql.asides, (head.patient,))
        asides = cast("list[Row]", cursor.fetchall())
        if all(self._opened(head.patient, head.key, row[3], row[0]) != written.event for row in asides):
            seq = head.aside_seq + 1
            row_id = f"{written.event.id}/{seq}"
            sealed = head.key.seal(written.text, row_id.encode())
            own = link(head.aside_hash, b"aside", head.name, (seq, received_us), row_id.encode(), sealed)
            row = (head.patient, row_id, seq, received_us, sealed, head.aside_hash, own)
            cursor.execute(self._sql.add_aside, row)
            head.aside_seq, head.aside_hash = seq, own
            head.received_us = max(head.received_us, received_us)
        return Appended.SET_ASIDE

    def save(self, cursor: Cursor, head: Head) -> None:
        """Bring a head into the store."""
        row = (head.seq, head.hash, head.aside_seq, head.aside_hash, head.received_us, None, b"")
        self._set_row(cursor, head.patient, head.name, row)

    def _set_row(self, cursor: Cursor, patient: str, name: bytes, row: PatientRow) -> None:
        cursor.execute(self._sql.set_patient, (*row[:6], row_check(name, row), patient))

    def erase(self, cursor: Cursor, patient: str, erased_us: int) -> None:
        """Destroy the key of a patient.

        Raises:
            InputError: Nobody of this id is there.
        """
        row = self._held_row(cursor, patient)
        if row is None:
            raise InputError("nobody of this id is in the store. Check the id: 'course show' finds a course by it.")
        if not is_patient_row(row):
            raise DamagedCourse(patient, ("the patient's row is not what was written",))
        cursor.execute(self._sql.remove_key, (patient,))
        if row[5] is None:
            self._set_row(cursor, patient, named(patient), (*row[:5], erased_us, b""))

    def stored(self, cursor: Cursor, patient: str) -> Stored:
        """Return what is stored of a patient, and what is wrong with it."""
        name, broken = named(patient), []
        cursor.execute(self._sql.patient, (patient,))
        row = cast("Sequence[object] | None", cursor.fetchone())
        cursor.execute(self._sql.key, (patient,))
        kept = cast("tuple[object] | None", cursor.fetchone())
        cursor.execute(self._sql.events, (patient,))
        rows = cast("list[Row]", cursor.fetchall())
        cursor.execute(self._sql.asides, (patient,))
        asides = cast("list[Row]", cursor.fetchall())
        if row is None:
            if rows or asides or kept:
                broken.append("the patient's row is not there")
            return Stored(rows, asides, None, False, tuple(broken))
        if not is_patient_row(row) or row_check(name, row) != row[6]:
            return Stored(rows, asides, None, False, ("the patient's row is not what was written",))
        broken += broken_links(b"event", name, rows, (row[0], row[1]))
        broken += broken_links(b"aside", name, asides, (row[2], row[3]))
        is_erased = row[5] is not None
        key = self._ring.unwrap(kept[0], name) if kept and isinstance(kept[0], bytes) else None
        if is_erased and kept is not None:
            broken.append("the course was erased, and its key is still there")
        elif key is None and not is_erased and (rows or kept is not None):
            broken.append("the key is not what was written")
        return Stored(rows, asides, key, is_erased, tuple(broken))

    @property
    def fingerprint(self) -> str:
        """Return by which the key file is told from others."""
        return self._ring.fingerprint

    def course_head(self, row: Sequence[object]) -> CourseHead:
        """Return where a course ends, of a row of `Statements.heads`; its events are not looked at."""
        patient, whole, wrapped = str(row[0]), row[1:8], row[8]
        name = named(patient)
        if not is_patient_row(whole) or row_check(name, whole) != whole[6]:
            return CourseHead(patient, b"", 0, 0, None, is_erased=False)
        key = self._ring.unwrap(wrapped, name) if isinstance(wrapped, bytes) else None
        return CourseHead(patient, whole[6], whole[0], whole[2], key, is_erased=whole[5] is not None)

    def head_of(self, cursor: Cursor, patient: str) -> CourseHead | None:
        """Return where the course of a patient ends; None where nobody of this id is here."""
        cursor.execute(self._sql.patient, (patient,))
        row = cast("Sequence[object] | None", cursor.fetchone())
        cursor.execute(self._sql.key, (patient,))
        kept = cast("tuple[object] | None", cursor.fetchone())
        return None if row is None else self.course_head((patient, *row, kept[0] if kept else None))

    def events(self, patient: str, stored: Stored) -> tuple[Event, ...]:
        """Return the events of what is stored.

        Raises:
            ErasedCourse: The course was erased.
            DamagedCourse: Anything of it is damaged.
        """
        return tuple(self._read(patient, stored, stored.rows))

    def events_beside_doses(self, patient: str, stored: Stored) -> tuple[Event, ...]:
        """Return the same without what is said of doses and corrects nothing, which is opened and not read further."""
        is_dose = dose_teller(patient)
        return tuple(self._read(patient, stored, stored.rows, is_dose))

    def set_aside(self, patient: str, stored: Stored) -> tuple[SetAside, ...]:
        """Return the events set aside of what is stored; raises as `events` does."""
        asides = self._read(patient, stored, stored.asides)
        kept = {event.id: event for event in self._read(patient, stored, stored.rows)} if asides else {}
        return tuple(SetAside(event, kept[event.id]) for event in asides)

    def _read(
        self, patient: str, stored: Stored, rows: Iterable[Row], is_left_out: Callable[[str, bytes], bool] | None = None
    ) -> list[Event]:
        if stored.is_erased:
            raise ErasedCourse(patient)
        if stored.broken:
            raise DamagedCourse(patient, stored.broken)
        if stored.key is None:
            return []
        opened = ((row, self._text(patient, stored.key, row[3], row[0])) for row in rows)
        return [
            read_written(text, instant_of(row[2]))
            for row, text in opened
            if is_left_out is None or not is_left_out(row[0], text)
        ]

    def unreadable(self, stored: Stored) -> str:
        """Return which event the key does not open; empty where it opens all, or there is none."""
        if stored.key is None:
            return ""
        for row in (*stored.rows, *stored.asides):
            if stored.key.open(row[3], row[0].encode()) is None:
                return f"the key does not open event {row[1]}"
        return ""

    def _opened(
        self, patient: str, key: PatientKey, sealed: bytes, row_id: str, received_us: int | None = None
    ) -> Event:
        text = self._text(patient, key, sealed, row_id)
        return read_written(text, None if received_us is None else instant_of(received_us))

    def _text(self, patient: str, key: PatientKey, sealed: bytes, row_id: str) -> bytes:
        text = key.open(sealed, row_id.encode())
        if text is None:
            raise DamagedCourse(patient, ("the key does not open an event",))
        return text


def microseconds(at: datetime) -> int:
    """Return whole microseconds since 1970; raises InputError for a time without an offset."""
    if at.tzinfo is None:
        raise InputError("received_at: the time has no offset, and could be hours off. Write it with one.")
    return (at - _EPOCH) // _MICROSECOND


def instant_of(received_us: int) -> datetime:
    """Return an instant, in UTC, of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=received_us)
