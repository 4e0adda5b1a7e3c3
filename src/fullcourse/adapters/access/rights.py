"""The table of rights, and the one question that is asked of it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from fullcourse.adapters.access.caller import Caller, Role, Subject

__all__ = ["Reach", "Right", "may_ever", "permits", "rights"]

_WHERE: Final = "fullcourse.adapters.access"


class Reach(StrEnum):
    """How far a right reaches."""

    ALL = "all"
    CLINIC = "clinic"
    OWN = "own"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Right:
    """One row of the table.

    Attributes:
        name: By which routes ask for it.
        says: What it lets one do.
        reach: Of each role that has it.
        in_emergency: Roles that have it over a course of another clinic which they opened with a reason.
        is_recorded: Whether the audit holds its use; that over a patient is always recorded.
    """

    name: str
    says: str
    reach: Mapping[Role, Reach]
    in_emergency: frozenset[Role] = frozenset()
    is_recorded: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether nobody needs to sign in for it."""
        return Role.ANONYMOUS in self.reach


@cache
def rights() -> Mapping[str, Right]:
    """Return the table; it is read once."""
    table = tomllib.loads((files(_WHERE) / "rights.toml").read_text("utf-8"))
    return {name: _right(name, row) for name, row in table.items()}


def _right(name: str, row: dict[str, str]) -> Right:
    says, emergency, recorded = row.pop("says"), row.pop("in_emergency", ""), row.pop("recorded", "no")
    reach = {Role(role): Reach(word) for role, word in row.items()}
    roles = frozenset(Role(role) for role in emergency.split())
    if recorded not in ("yes", "no") or not roles <= reach.keys():
        raise ValueError(f"the row of '{name}' in the table of rights cannot be read")
    return Right(name, says, reach, roles, recorded == "yes")


def permits(caller: Caller, right: str, subject: Subject | None = None) -> bool:
    """Return whether a caller has a right over a subject.

    What everybody may do, an anonymous caller included, anybody who has signed in may do too.

    Args:
        caller: Who asks.
        right: A name of the table; a KeyError where it stands in no row, since that is a fault of ours.
        subject: Whose data it is; None for a call that is about no stored patient.
    """
    row = rights()[right]
    if row.is_open:
        return True
    if Role.INTEGRATION in caller.roles and right not in caller.scopes:
        return False
    if subject is not None and subject.patient in caller.opened and caller.roles & row.in_emergency:
        return True
    return any(_reaches(caller, role, row.reach[role], subject) for role in caller.roles if role in row.reach)


def may_ever(caller: Caller, right: str) -> bool:
    """Return whether there may be a patient over whom a caller has a right; whom it is about is asked later."""
    row = rights()[right]
    if Role.INTEGRATION in caller.roles and right not in caller.scopes:
        return False
    return any(role in row.reach and row.reach[role] is not Reach.ANY for role in caller.roles)


def _reaches(caller: Caller, role: Role, reach: Reach, subject: Subject | None) -> bool:
    match reach:
        case Reach.ALL:
            return True
        case Reach.ANY:
            return subject is None
        case Reach.CLINIC:
            return subject is not None and subject.clinic != "" and subject.clinic in caller.clinics
        case Reach.OWN:
            return (
                subject is not None
                and subject.patient in caller.patients
                and (role is not Role.SUPPORTER or caller.id in subject.supporters)
            )
