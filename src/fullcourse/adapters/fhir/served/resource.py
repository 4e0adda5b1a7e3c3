"""One resource as the service holds it: with its version, when it last changed, and when it was so."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from fullcourse.adapters.fhir.write.elements import Resource

__all__ = ["Served", "served"]


@dataclass(frozen=True, slots=True)
class Served:
    """One resource. Its version is worked out when it is asked for: most that are looked at are never shown.

    Attributes:
        bare: The resource with its id, without its meta.
        updated: When something that it says was last received, in UTC.
        starts: When it was so, or from when on; None where it has no time. A day without a time has no offset.
        ends: Until when, this moment not among them; None where it is open.
    """

    bare: Resource
    updated: datetime
    starts: datetime | None = None
    ends: datetime | None = None

    @property
    def kind(self) -> str:
        """Return its type."""
        return str(self.bare["resourceType"])

    @property
    def id(self) -> str:
        """Return its id."""
        return str(self.bare["id"])

    @property
    def version(self) -> str:
        """Return its version: the same content has the same."""
        content = json.dumps(self.bare, sort_keys=True, ensure_ascii=False).encode()
        return hashlib.sha256(content).hexdigest()[:16]

    @property
    def resource(self) -> Resource:
        """Return it with its meta, which stands before all but type and id."""
        meta = {"versionId": self.version, "lastUpdated": self.updated.isoformat(timespec="milliseconds")}
        return {"resourceType": self.kind, "id": self.id, "meta": meta, **self.bare}


def served(
    resource: Resource, updated: datetime, starts: datetime | None = None, ends: datetime | None = None
) -> Served:
    """Return a resource with when it last changed and when it was so."""
    return Served(resource, updated.astimezone(UTC), starts, ends)
