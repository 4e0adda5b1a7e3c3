"""How resources of a course are named and lead to one another: in a Bundle that stands alone, or on a server."""

import re
from abc import ABC, abstractmethod
from base64 import b32encode
from typing import Final, final
from uuid import NAMESPACE_URL, UUID, uuid5

from fullcourse.adapters.fhir.write.elements import Resource, reference, stable_id
from fullcourse.clinical.event_id import is_event_id

__all__ = ["BundleNames", "Names", "ServerNames", "patient_of_id"]

_PATIENT: Final = re.compile(r"[A-Za-z0-9-]{1,36}")
"""A random id of a patient with which ids of 64 characters can be made, as FHIR allows them."""

_TAIL: Final = re.compile(r"[a-z2-7]{26}")


class Names(ABC):
    """Names the resources of one course."""

    @abstractmethod
    def id(self, kind: str, name: str) -> str:
        """Return the id of a resource: the same whenever it is written.

        Args:
            kind: What it is, for example ``event``.
            name: Of that kind; of events and what follows from one, its id.
        """

    @abstractmethod
    def reference(self, resource: Resource) -> Resource:
        """Return a reference to a resource of the same course."""


@final
class BundleNames(Names):
    """Names for a Bundle that stands alone: no server holds what is in it."""

    def id(self, kind: str, name: str) -> str:
        """Return a UUID."""
        return stable_id(kind, name)

    def reference(self, resource: Resource) -> Resource:
        """Return a reference by the address that the Bundle gives its entry."""
        return reference(resource)


@final
class ServerNames(Names):
    """Names on a server: the id of a patient is the random one, every other begins with it.

    So the right over the patient can be asked before anything is looked up, and an id that was put together from two
    leads nowhere.
    """

    def __init__(self, patient: str) -> None:
        """Take the random id of a patient.

        Raises:
            ValueError: No id of FHIR can be made with it; ask `is_named` first.
        """
        if not self.is_named(patient):
            raise ValueError("the id of the patient is none that FHIR holds")
        self._patient = patient

    @staticmethod
    def is_named(patient: str) -> bool:
        """Return whether the resources of a patient can have ids of FHIR."""
        return _PATIENT.fullmatch(patient) is not None

    def id(self, kind: str, name: str) -> str:
        """Return the patient's id, or one that begins with it."""
        if kind == "patient":
            return self._patient
        number = UUID(name) if kind == "event" and is_event_id(name) else uuid5(NAMESPACE_URL, f"{kind}:{name}")
        return f"{self._patient}.{b32encode(number.bytes).decode().rstrip('=').lower()}"

    def reference(self, resource: Resource) -> Resource:
        """Return a reference by type and id."""
        kind = resource["resourceType"]
        return {"reference": f"{kind}/{resource['id']}", "type": kind}


def patient_of_id(kind: str, resource_id: str) -> str:
    """Return the random id of the patient whom a resource is about; empty where the id is none of ours.

    Example:
        >>> patient_of_id("Observation", "5f0c.aaaaaaaaaaaaaaaaaaaaaaaaaa"), patient_of_id("Patient", "5f0c")
        ('5f0c', '5f0c')
        >>> patient_of_id("Observation", "5f0c")
        ''
    """
    patient, dot, tail = resource_id.partition(".")
    is_whole = _TAIL.fullmatch(tail) if kind != "Patient" else not dot
    return patient if is_whole and _PATIENT.fullmatch(patient) else ""
