"""JSON of what a check of the service's audit found."""

from fullcourse import __version__
from fullcourse.adapters.access.audit.reading import VerifiedAudit

__all__ = ["audit_verified_json"]


def audit_verified_json(found: VerifiedAudit) -> dict[str, object]:
    """Return what a check of the audit found, as ``schemas/audit-verified-1.json`` describes it."""
    return {
        "schema": "fullcourse/audit-verified/1",
        "software": f"fullcourse {__version__}",
        "entries": found.entries,
        "head": found.head,
        "broken": list(found.broken),
    }
