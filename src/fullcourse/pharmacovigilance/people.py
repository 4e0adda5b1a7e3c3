"""Who reports and who sends. Every word of them is what the user gives: no record is asked for a name.

The codes behind the words are those of ICH E2B(R3), C.2.r.4 and C.3.1; whoever writes such a file maps them.
"""

from dataclasses import dataclass
from enum import Enum

__all__ = ["Contact", "Qualification", "Reporter", "Sender", "SenderType"]


class Qualification(Enum):
    """What the reporter is (E2B C.2.r.4)."""

    PHYSICIAN = "physician"
    PHARMACIST = "pharmacist"
    OTHER_HEALTH_PROFESSIONAL = "other health professional"
    LAWYER = "lawyer"
    CONSUMER = "consumer"
    """The patient, a relative, or anybody else who is no health professional."""

    @property
    def is_health_professional(self) -> bool:
        """Return whether it is a health professional."""
        return self in (Qualification.PHYSICIAN, Qualification.PHARMACIST, Qualification.OTHER_HEALTH_PROFESSIONAL)


class SenderType(Enum):
    """What the sender is (E2B C.3.1)."""

    PHARMACEUTICAL_COMPANY = "pharmaceutical company"
    REGULATORY_AUTHORITY = "regulatory authority"
    HEALTH_PROFESSIONAL = "health professional"
    REGIONAL_CENTRE = "regional pharmacovigilance centre"
    WHO_CENTRE = "WHO collaborating centre"
    OTHER = "other"
    CONSUMER = "patient or consumer"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person and where they are reached; every field is as the user gives it, empty where nobody gave it.

    Attributes:
        title: For example ``Dr``.
        given_name: First name or its initial.
        middle_name: Middle name.
        family_name: Last name or its initial.
        organisation: Hospital, clinic, programme.
        department: Part of the organisation.
        street: Street and number.
        city: Town.
        state: State or province.
        postcode: Postal code.
        country: ISO 3166 two letters in capitals.
        telephone: Number.
        fax: Number.
        email: Address.
    """

    title: str = ""
    given_name: str = ""
    middle_name: str = ""
    family_name: str = ""
    organisation: str = ""
    department: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    telephone: str = ""
    fax: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who noticed the event and tells of it.

    Attributes:
        contact: Who it is and how they are reached.
        qualification: None where nobody gave it.
        occupation: In words, for example ``TB nurse``.
        also_reported_to: Who was told already, for example ``manufacturer``, in the user's words.
        withhold_identity: Whether the reporter does not want the manufacturer to learn who they are; None where
            nobody said.
    """

    contact: Contact = Contact()
    qualification: Qualification | None = None
    occupation: str = ""
    also_reported_to: tuple[str, ...] = ()
    withhold_identity: bool | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends the report on; often the reporter's own organisation.

    Attributes:
        contact: Person responsible, organisation and address.
        type: None where nobody gave it.
    """

    contact: Contact = Contact()
    type: SenderType | None = None
