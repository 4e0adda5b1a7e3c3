"""One resource as the service holds it: with its version, when it last changed, and when it was so."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from fullcourse.adapters.fhir.write.elements import Resource

__all__ = ["Served", "served"]


@dataclass(frozen=True, slots=True)
class Served:
    """One resource.

    Attributes:
        resource: With its id and meta.
        updated: When something that it says was last received.
        starts: When it was so, or from when on; None where it has no time. A day without a time has no offset.
        ends: Until when, this moment not among them; None where it is open.
    """

    resource: Resource
    updated: datetime
    starts: datetime | None = None
    ends: datetime | None = None

    @property
    def kind(self) -> str:
        """Return its type."""
        return str(self.resource["resourceType"])

    @property
    def id(self) -> str:
        """Return its id."""
        return str(self.resource["id"])

    @property
    def version(self) -> str:
        """Return its version: the same content has the same."""
        meta = self.resource["meta"]
        return str(meta["versionId"]) if isinstance(meta, dict) else ""


def served(
    resource: Resource, updated: datetime, starts: datetime | None = None, ends: datetime | None = None
) -> Served:
    """Return a resource with its meta, which stands before all but type and id."""
    content = json.dumps(resource, sort_keys=True, ensure_ascii=False).encode()
    at = updated.astimezone(UTC)
    meta = {"versionId": hashlib.sha256(content).hexdigest()[:16], "lastUpdated": at.isoformat(timespec="milliseconds")}
    head = {"resourceType": resource["resourceType"], "id": resource["id"], "meta": meta}
    return Served({**head, **resource}, at, starts, ends)
