"""What is found in a store, as JSON for others: ``fullcourse/verified/1`` and ``fullcourse/unheard/1``."""

from collections.abc import Iterable
from datetime import datetime

from fullcourse.adapters.store.durable import LastHeard, Verified

__all__ = ["unheard_json", "verified_json"]


def verified_json(found: Verified) -> dict[str, object]:
    """Return what a check of a store found, as ``schemas/verified-1.json`` describes it."""
    return {
        "schema": "fullcourse/verified/1",
        "patients": found.patients,
        "events": found.events,
        "erased": found.erased,
        "damaged": [{"patient": one.patient, "broken": list(one.broken)} for one in found.damaged],
        "store": list(found.store),
        "engine": found.engine,
    }


def unheard_json(listed: Iterable[LastHeard], days: int, now: datetime) -> dict[str, object]:
    """Return a listing for retention, as ``schemas/unheard-1.json`` describes it."""
    return {
        "schema": "fullcourse/unheard/1",
        "now": now.isoformat(),
        "days": days,
        "courses": [{"patient": one.patient, "received_at": one.received_at.isoformat()} for one in listed],
    }
