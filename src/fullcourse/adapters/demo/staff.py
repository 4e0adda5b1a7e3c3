"""Somebody who may see the demonstration's clinic: an account whose password is made at each start, and its word."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select

from fullcourse.adapters.access.access import Access
from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.people.accounts import accounts, add_account
from fullcourse.adapters.access.people.courses import place_course
from fullcourse.adapters.access.people.links import ACCOUNT_LINK, Link, LinkKind, make_link
from fullcourse.adapters.access.people.sessions import Kind, begin_session
from fullcourse.adapters.access.people.signing_in import set_password
from fullcourse.adapters.access.store.opening import us
from fullcourse.adapters.access.store.tables import CLINIC

__all__ = ["DemoStaff", "demo_staff"]

LOGIN: Final = "demo@example.org"
_CLINIC: Final = "synthetic-clinic"
_ROLES: Final = (Role.CLINICIAN, Role.PROGRAMME, Role.ADMINISTRATOR, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class DemoStaff:
    """Who may see the clinic.

    Attributes:
        login: Sign-in word.
        password: Made at this start; the one of a start before holds no more.
        bearer: Word that goes into the header of a call, for twelve hours.
    """

    login: str
    password: str
    bearer: str


def demo_staff(access: Access, patients: Iterable[str], now: datetime) -> DemoStaff:
    """Give the courses to a clinic, and let one account see them.

    Args:
        access: What access has open, of a store of the demonstration.
        patients: Ids of its courses.
        now: This moment.
    """
    listed = tuple(patients)

    def work(connection: Connection) -> tuple[str, str]:
        if connection.execute(select(CLINIC.c.id).where(CLINIC.c.id == _CLINIC)).first() is None:
            connection.execute(insert(CLINIC).values(id=_CLINIC, name="Synthetic clinic", made_us=us(now)))
        for patient in listed:
            place_course(connection, patient, _CLINIC, now)
        there = next((it.id for it in accounts(connection, access.keys) if it.login == LOGIN), "")
        account = there or add_account(
            connection, access.keys, _ROLES, now, name="Synthetic Clinician", login=LOGIN, clinics=(_CLINIC,)
        )
        return account, make_link(connection, Link(LinkKind.ACCOUNT, account), account, now, ACCOUNT_LINK)

    account, link = access.write(work)
    password = secrets.token_urlsafe(18)
    set_password(access, link, password, now)
    word = access.write(lambda connection: begin_session(connection, account, Kind.BEARER, now, idle=None))
    return DemoStaff(LOGIN, password, word)
