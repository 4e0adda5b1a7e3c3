"""Who calls the service, and whose data a call is about."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["ANONYMOUS", "Caller", "Role", "Subject"]


class Role(StrEnum):
    """What a caller is; one caller may be several."""

    ANONYMOUS = "anonymous"
    """Nobody has signed in."""
    PATIENT = "patient"
    SUPPORTER = "supporter"
    NURSE = "nurse"
    CLINICIAN = "clinician"
    PHARMACIST = "pharmacist"
    LABORATORY = "laboratory"
    PROGRAMME = "programme"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    INTEGRATION = "integration"
    """A program of others, a health record system for one."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        id: Of the account or the program; empty for nobody. It is random, and names no person.
        roles: At least one.
        clinics: Ids of the clinics in which the caller works.
        patients: Random ids of the patients that a patient's or a supporter's device is bound to.
        scopes: Of an integration: rights that were granted to it, in the words of the table of rights.
        session: By which the call was let in; empty where there is none.
        is_by_cookie: Whether a browser sent the credentials by itself, so that a call that changes something needs
            a proof that the page was ours.
        opened: Random ids of patients of other clinics whose courses the caller opened in an emergency, with a reason.
        is_stale: Whether that the session was used is to be written down again.
    """

    id: str
    roles: frozenset[Role]
    clinics: frozenset[str] = frozenset()
    patients: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    session: str = ""
    is_by_cookie: bool = False
    opened: frozenset[str] = frozenset()
    is_stale: bool = False


ANONYMOUS: Final = Caller("", frozenset((Role.ANONYMOUS,)))
"""Nobody."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data a call is about.

    Attributes:
        patient: Random id.
        clinic: Id of the clinic that has the course now; empty where none has.
        supporters: Ids of the accounts whom the patient lets see the course.
    """

    patient: str
    clinic: str = ""
    supporters: frozenset[str] = frozenset()
