"""What is found in a store or erased from it, as JSON for others: ``verified``, ``unheard`` and ``erased``."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from fullcourse import __version__
from fullcourse.adapters.store.durable import LastHeard, Verified

__all__ = ["ERASED_BACKUPS", "ERASED_STAYS", "erased_json", "unheard_json", "verified_json"]

ERASED_STAYS: Final = "What stays: the id, how many events there were, and when they came."
ERASED_BACKUPS: Final = "Backups made before hold the key still: throw them away, or erase again after a restore."


def verified_json(found: Verified) -> dict[str, object]:
    """Return what a check of a store found, as ``schemas/verified-1.json`` describes it."""
    return {
        "schema": "fullcourse/verified/1",
        "software": f"fullcourse {__version__}",
        "patients": found.patients,
        "events": found.events,
        "erased": found.erased,
        "damaged": [{"patient": one.patient, "broken": list(one.broken)} for one in found.damaged],
        "store": list(found.store),
        "engine": found.engine,
        "engine_fault": found.engine_fault,
    }


def unheard_json(listed: Iterable[LastHeard], days: int, now: datetime) -> dict[str, object]:
    """Return a listing for retention, as ``schemas/unheard-1.json`` describes it."""
    return {
        "schema": "fullcourse/unheard/1",
        "software": f"fullcourse {__version__}",
        "now": now.isoformat(),
        "days": days,
        "courses": [{"patient": one.patient, "received_at": one.received_at.isoformat()} for one in listed],
    }


def erased_json(patient: str, now: datetime) -> dict[str, object]:
    """Return what an erasure did and what it left, as ``schemas/erased-1.json`` describes it."""
    return {
        "schema": "fullcourse/erased/1",
        "software": f"fullcourse {__version__}",
        "at": now.isoformat(),
        "course": patient,
        "stays": ERASED_STAYS,
        "backups": ERASED_BACKUPS,
    }
