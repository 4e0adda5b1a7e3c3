"""Whose a course is: the clinic that has it, the supporters who may see it, and who opened it in an emergency."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from fullcourse.adapters.access.caller import Role, Subject
from fullcourse.adapters.access.people.accounts import Taken
from fullcourse.adapters.access.store.opening import us
from fullcourse.adapters.access.store.tables import ACCOUNT, CLINIC, CONSENT, COURSE, GLASS
from fullcourse.clinical.errors import InputError

__all__ = [
    "GLASS_HOLDS",
    "Consent",
    "break_glass",
    "consents",
    "courses_of",
    "place_course",
    "say_consent",
    "subject_of",
    "supporters_of",
    "transfer_course",
]

GLASS_HOLDS: Final = timedelta(hours=4)
"""A course that was opened in an emergency stays open for so long."""

_SUBJECT: Final = (  # made once, since it is asked with every call about a patient
    select(COURSE.c.clinic, CONSENT.c.supporter, CONSENT.c.is_given)
    .join(CONSENT, CONSENT.c.patient == COURSE.c.patient, isouter=True)
    .where(COURSE.c.patient == bindparam("whose"))
    .order_by(CONSENT.c.seq)
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Consent:
    """One line of the ledger.

    Attributes:
        supporter: Random id of the account that it is about.
        is_given: Whether the patient consents from then on.
        said_by: Random id of the account that wrote it down: the patient's own, or that of who heard it.
        at: When.
    """

    supporter: str
    is_given: bool
    said_by: str
    at: datetime


def place_course(connection: Connection, patient: str, clinic: str, now: datetime) -> None:
    """Say which clinic has a course that none has yet; saying it twice is saying it once.

    Raises:
        Taken: Another clinic has it.
        InputError: The clinic is not there.
    """
    _refuse_unknown(connection, clinic)
    has = connection.execute(select(COURSE.c.clinic).where(COURSE.c.patient == patient)).scalar()
    if has is None:
        connection.execute(insert(COURSE).values(patient=patient, clinic=clinic, since_us=us(now)))
    elif has != clinic:
        raise Taken("another clinic has this course. Let it transfer the course.")


def transfer_course(connection: Connection, patient: str, clinic: str, now: datetime) -> None:
    """Hand a course to another clinic: from now on the former one has no right to it.

    Raises:
        InputError: The clinic is not there.
    """
    _refuse_unknown(connection, clinic)
    connection.execute(update(COURSE).where(COURSE.c.patient == patient).values(clinic=clinic, since_us=us(now)))


def _refuse_unknown(connection: Connection, clinic: str) -> None:
    if connection.execute(select(CLINIC.c.id).where(CLINIC.c.id == clinic)).first() is None:
        raise InputError("clinic: there is none of this id. See the list of clinics.")


def subject_of(connection: Connection, patient: str) -> Subject | None:
    """Return whose a course is; None for one that no clinic has."""
    rows = connection.execute(_SUBJECT, {"whose": patient}).all()
    if not rows:
        return None
    last = {str(supporter): bool(is_given) for _, supporter, is_given in rows if supporter is not None}
    return Subject(patient, str(rows[0][0]), frozenset(supporter for supporter, is_given in last.items() if is_given))


def courses_of(connection: Connection, clinics: frozenset[str]) -> Iterator[str]:
    """Yield the patients whose courses some clinics have, in order of their ids."""
    wanted = select(COURSE.c.patient).where(COURSE.c.clinic.in_(sorted(clinics))).order_by(COURSE.c.patient)
    return (str(patient) for patient in connection.execute(wanted).scalars())


def say_consent(connection: Connection, patient: str, said: Consent) -> None:
    """Add a line to the ledger.

    Raises:
        InputError: The account is no supporter of this patient.
    """
    connection.execute(select(COURSE.c.patient).where(COURSE.c.patient == patient).with_for_update())
    row = connection.execute(
        select(ACCOUNT.c.roles, ACCOUNT.c.patients).where(ACCOUNT.c.id == said.supporter, ACCOUNT.c.closed_us.is_(None))
    ).first()
    if row is None or Role.SUPPORTER not in row.roles.split() or patient not in row.patients.split():
        raise InputError("supporter: no supporter of this patient has this id. Invite one first.")
    last = connection.execute(select(func.max(CONSENT.c.seq)).where(CONSENT.c.patient == patient)).scalar() or 0
    connection.execute(
        insert(CONSENT).values(
            patient=patient, seq=last + 1, supporter=said.supporter, is_given=int(said.is_given),
            said_by=said.said_by, at_us=us(said.at),
        )
    )  # fmt: skip


def consents(connection: Connection, patient: str) -> list[Consent]:
    """Return the whole ledger of a patient, oldest first."""
    rows = connection.execute(select(CONSENT).where(CONSENT.c.patient == patient).order_by(CONSENT.c.seq))
    return [
        Consent(it["supporter"], bool(it["is_given"]), it["said_by"], _EPOCH + timedelta(microseconds=it["at_us"]))
        for it in (row._mapping for row in rows)
    ]


def supporters_of(connection: Connection, patient: str) -> list[tuple[str, datetime]]:
    """Return the accounts that were invited as supporters of a patient and are open, oldest first, each with when."""
    is_one = (ACCOUNT.c.patients == patient) & (ACCOUNT.c.roles == Role.SUPPORTER.value)
    rows = connection.execute(
        select(ACCOUNT.c.id, ACCOUNT.c.made_us)
        .where(is_one, ACCOUNT.c.closed_us.is_(None))
        .order_by(ACCOUNT.c.made_us, ACCOUNT.c.id)
    )
    return [(str(account), _EPOCH + timedelta(microseconds=made)) for account, made in rows]


def break_glass(connection: Connection, account: str, patient: str, now: datetime) -> datetime:
    """Open a course of another clinic for a while, and return until when; the reason goes to the audit."""
    ends = now + GLASS_HOLDS
    is_same = (GLASS.c.account == account) & (GLASS.c.patient == patient)
    if not connection.execute(update(GLASS).where(is_same).values(ends_us=us(ends))).rowcount:
        connection.execute(insert(GLASS).values(account=account, patient=patient, ends_us=us(ends)))
    return ends
